"""MP102: soft space."""

from __future__ import annotations

from mpmodernize.findings import Severity
from mpmodernize.rules.base import SyntaxRule


class SoftSpace(SyntaxRule):
    r"""A `print` that ends in a comma holds its blank back until the next `print`.

    ## What it does
    Writes the blank at once, by `end=' '`. Where the last item is a string that ends in a tab or a newline, Python 2
    writes no blank; there `end=''` is exact and this rule says nothing.

    ## Why it matters
    Python 2 writes the blank only when another item follows on the same line, so a line that is put together
    by several prints has no blank at its end. In Python 3 it has one. A person does not see it; a program that compares
    output does.

    ## Example
    ```python
    for number in range(3):
        print number,
    print
    ```

    ## Use instead
    ```python
    for number in range(3):
        print(number, end=' ')
    print()
    ```

    ## Fix safety
    Safe for what is read by people: the line gets a blank at its end. This finding says so, so that you can
    look at output which a program reads, or write `sys.stdout.write`.

    Where it is decided at run time whether an item ends in white space (`'\\n' if last else ''`), the finding stays.
    All of these are hints, and do not count for the exit code.

    ## When it stays silent
    For `print "text\t",` and others that end in white space other than a blank. In a file that is not Python 2.

    ## References
    - [The print statement](https://docs.python.org/2.7/reference/simple_stmts.html#the-print-statement)
    - [file.softspace](https://docs.python.org/2.7/library/stdtypes.html#file.softspace)
    - [PEP 3105: Make print a function](https://peps.python.org/pep-3105/)
    """

    code = "MP102"
    name = "soft-space"
    advice = "end it with `end=' '`"
    severity = Severity.HINT
