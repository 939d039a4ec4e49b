"""MP003: a comment is meant to silence findings, and does not."""

from mpmodernize.rules.base import BaseRule


class InvalidSuppression(BaseRule):
    """A comment that is meant to silence findings and cannot be understood.

    ## What it does
    Reports comments that begin with `# mpmodernize:` and silence nothing: those that name no rule, or a rule that does
    not exist, the beginning of a code (`MP4`), a misspelled `ignore`, a `file-ignore` behind code, and a list without
    its bracket.

    ## Why it matters
    There is no comment that silences everything: it would also hide what comes later, a worker that fails under spawn
    behind a harmless hint. Whoever writes one believes that the line is settled, while its findings go on being
    reported and, by `mpmodernize fix`, put right.

    ## Example
    ```python
    import multiprocessing as mp


    def job(names):
        print(names)


    if __name__ == "__main__":
        process = mp.Process(target=job, args=(["a"],))
        process.start()  # mpmodernize: ignore
        process.join()
    ```

    ## Use instead
    ```python
    import multiprocessing as mp


    def job(names):
        print(names)


    if __name__ == "__main__":
        process = mp.Process(target=job, args=(["a"],))
        process.start()
        process.join()
    ```

    ## Fix safety
    There is no fix: only its author knows which rule is meant. `mpmodernize check` shows the codes.

    ## When it stays silent
    About a bare `# noqa`, which silences other tools and nothing of this one; about codes in a `noqa` that nobody
    knows, which may be another tool's; about words on the tool that are no instruction (`# mpmodernize: see the
    notes`); and about a comment that names MP003 itself.

    ## References
    - [Silencing findings](../reference/suppression.md)
    """

    code = "MP003"
    name = "invalid-suppression"
