"""MP002: a comment silences a finding that is not there."""

from mpmodernize.rules.base import BaseRule


class UnusedSuppression(BaseRule):
    """A comment that silences a finding which is not there.

    ## What it does
    Reports codes and names in `# mpmodernize: ignore[…]`, `# mpmodernize: file-ignore[…]` and `# noqa: …` that silence
    nothing: the code was repaired, moved away, or never had the defect.

    ## Why it matters
    Such a comment says that something is wrong here, and nothing is. It also stays when the line is changed, and then
    hides a defect that is new: a lock that is no longer passed on fails under spawn and forkserver, and nobody is told.

    ## Example
    ```python
    import multiprocessing as mp


    def job(lock):
        with lock:  # mpmodernize: ignore[MP401] to be handed over
            print("alone")


    if __name__ == "__main__":
        lock = mp.Lock()
        process = mp.Process(target=job, args=(lock,))
        process.start()
        process.join()
    ```

    ## Use instead
    ```python
    import multiprocessing as mp


    def job(lock):
        with lock:
            print("alone")


    if __name__ == "__main__":
        lock = mp.Lock()
        process = mp.Process(target=job, args=(lock,))
        process.start()
        process.join()
    ```

    ## Fix safety
    Safe: it changes a comment. The code or name goes from the list; the whole comment with its reason, where it was the
    last; and the line, if the comment stood alone. Codes of other tools in a `noqa` stay.

    ## When it stays silent
    About rules that did not look at the file: those that are not selected, and those about processes in a file without
    any. About codes in a `noqa` that are not of this tool. About a comment that names MP002 itself, and everywhere in a
    file with `# mpmodernize: file-ignore[MP002]`. A finding that shows only together with other files of the program
    needs them to be checked together, or the comment seems unused.

    ## References
    - [Silencing findings](../reference/suppression.md)
    """

    code = "MP002"
    name = "unused-suppression"
