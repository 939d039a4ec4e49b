"""MP123: ambiguous print."""

from __future__ import annotations

from mpmodernize.findings import Severity
from mpmodernize.rules.base import SyntaxRule


class AmbiguousPrint(SyntaxRule):
    """`print ("a", b)` means another thing in each language, and nothing else tells which one this file is.

    ## What it does
    Points to the first `print` with a blank and several values in parentheses, in a file that shows neither that it is
    Python 2 nor that it is Python 3.

    ## Why it matters
    Python 2 prints a tuple, `('total', 3)`; Python 3 prints the values, `total 3`. The file is left alone, since it is
    valid Python 3 and its author most likely wants what Python 3 prints.

    ## Example
    ```python
    total = 3
    print ("total", total)
    ```

    ## Use instead
    ```python
    total = 3
    print ("total", total)
    ```

    ## Fix safety
    There is no fix: the tool can't know. For a file of Python 2 say `--source-version 2`, or name `python2` in its
    first line. For a file of Python 3 take out the blank. This finding is a hint, and does not count for the exit code.

    ## When it stays silent
    In a file with any sign of one of the languages: another form that only Python 2 has, `print("a", b)` without a
    blank, `print (a, end="")`, an f-string, `from __future__ import print_function`.

    ## References
    - [The print statement](https://docs.python.org/2.7/reference/simple_stmts.html#the-print-statement)
    - [PEP 3105: Make print a function](https://peps.python.org/pep-3105/)
    """

    code = "MP123"
    name = "ambiguous-print"
    severity = Severity.HINT
