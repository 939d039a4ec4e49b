"""MP113: bare tuple in comprehension."""

from __future__ import annotations

from mpmodernize.rules.base import SyntaxRule


class BareTupleInComprehension(SyntaxRule):
    """A list comprehension of Python 2 can run over a tuple without parentheses.

    ## What it does
    Puts parentheses around what the comprehension runs over, where that is a tuple or begins with a `lambda`.

    ## Why it matters
    It is a syntax error in Python 3.

    ## Example
    ```python
    squares = [x * x for x in 1, 2, 3]
    ```

    ## Use instead
    ```python
    squares = [x * x for x in (1, 2, 3)]
    ```

    ## Fix safety
    Safe: the meaning is the same in every case.

    ## When it stays silent
    For a loop, `for x in 1, 2, 3:`, which both languages have.

    ## References
    - [List displays](https://docs.python.org/2.7/reference/expressions.html#list-displays)
    - [What's New in Python 3.0: common stumbling blocks](https://docs.python.org/3/whatsnew/3.0.html)
    """

    code = "MP113"
    name = "bare-tuple-in-comprehension"
    advice = "put parentheses around the tuple"
