"""MP105: comma in raise."""

from __future__ import annotations

from mpmodernize.rules.base import SyntaxRule


class CommaInRaise(SyntaxRule):
    """`raise E, value` and `raise E, value, traceback` are Python 2.

    ## What it does
    Writes `raise E(value)` and `raise E(value).with_traceback(traceback)`. A tuple becomes the arguments, `None`
    none. An exception that comes from `sys.exc_info()` is raised itself, with its traceback; in
    `raise E, E(value)` so is the second `E`.

    ## Why it matters
    The comma is a syntax error in Python 3.

    ## Example
    ```python
    import sys

    def check(number):
        if number < 0:
            raise ValueError, "negative: %d" % number
        try:
            work(number)
        except IOError:
            kind, value, traceback = sys.exc_info()
            raise kind, value, traceback
    ```

    ## Use instead
    ```python
    import sys

    def check(number):
        if number < 0:
            raise ValueError("negative: %d" % number)
        try:
            work(number)
        except IOError:
            kind, value, traceback = sys.exc_info()
            raise value.with_traceback(traceback)
    ```

    ## Fix safety
    Safe where the value is plain: text, a number, a tuple that is written down, `None`, or the exception of
    the handler around, where that is surely none of the raised class. For any other value Python 2
    decides at run time: an instance of `E` is raised itself, a tuple is spread. There `E(value)` is written, and the
    finding stays, for you to look at. `raise "text", value` is a `TypeError` since Python 2.6: that is what is written,
    with both as its arguments, and the finding stays.

    ## When it stays silent
    For `raise E(value)` and `raise`.

    ## References
    - [The raise statement](https://docs.python.org/2.7/reference/simple_stmts.html#the-raise-statement)
    - [PEP 3109: Raising exceptions in Python 3000](https://peps.python.org/pep-3109/)
    - [BaseException.with_traceback](https://docs.python.org/3/library/exceptions.html#BaseException.with_traceback)
    """

    code = "MP105"
    name = "comma-in-raise"
    advice = "raise an instance"
