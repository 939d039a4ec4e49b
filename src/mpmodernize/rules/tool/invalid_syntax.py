"""MP001: the file cannot be read."""

from mpmodernize.rules.base import SyntaxRule


class InvalidSyntax(SyntaxRule):
    """A file that is valid in neither Python 2 nor Python 3, or cannot be read.

    ## What it does
    Reports files that the tool cannot read: a syntax error in both languages, a NUL byte, UTF-16, a file that cannot be
    opened. An encoding that is declared but wrong is `wrong-encoding`.

    ## Why it matters
    A file that cannot be read cannot be checked. Nothing is written to it; the other files are still done.

    ## Example
    ```python
    def job(q:
        q.put(1)
    ```

    ## Use instead
    ```python
    def job(q):
        q.put(1)
    ```

    ## Fix safety
    There is no fix: the tool does not guess what a broken line means.

    ## When it stays silent
    Never. Syntax newer than the Python that runs the tool is reported too: run the tool with a newer Python.

    ## References
    - [Python 3 grammar](https://docs.python.org/3/reference/grammar.html)
    - [PEP 263: source code encodings](https://peps.python.org/pep-0263/)
    """

    code = "MP001"
    name = "invalid-syntax"
