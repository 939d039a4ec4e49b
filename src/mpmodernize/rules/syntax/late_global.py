"""MP114: late global."""

from __future__ import annotations

from mpmodernize.rules.base import SyntaxRule


class LateGlobal(SyntaxRule):
    """`global x` stands behind a use of `x`.

    ## What it does
    Declares the name in the function's first line, unless that has been done, and drops the late statement. At module
    level, where `global` says nothing, it is only dropped.

    ## Why it matters
    Python 2 warns and treats the name as global in the whole function. Since Python 3.6 it is a syntax error.

    ## Example
    ```python
    def work():
        print counter
        global counter
        counter = 1
    ```

    ## Use instead
    ```python
    def work():
        global counter
        print(counter)
        counter = 1
    ```

    ## Fix safety
    Safe: the meaning is the same in every case.

    ## When it stays silent
    For a `global` that stands before every use. For a file with no other sign of Python 2.

    ## References
    - [The global statement](https://docs.python.org/3/reference/simple_stmts.html#the-global-statement)
    - [What's New in Python 3.6](https://docs.python.org/3/whatsnew/3.6.html#changes-in-python-behavior)
    """

    code = "MP114"
    name = "late-global"
    advice = "declare it in the first line of the function"
    is_local = False
