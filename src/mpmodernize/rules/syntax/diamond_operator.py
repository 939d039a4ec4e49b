"""MP107: diamond operator."""

from __future__ import annotations

from mpmodernize.rules.base import SyntaxRule


class DiamondOperator(SyntaxRule):
    """`<>` is `!=` in Python 2.

    ## What it does
    Writes `!=`.

    ## Why it matters
    `<>` is a syntax error in Python 3.

    ## Example
    ```python
    if number <> 0:
        work(number)
    ```

    ## Use instead
    ```python
    if number != 0:
        work(number)
    ```

    ## Fix safety
    Safe: the meaning is the same in every case.

    ## When it stays silent
    For `<>` in strings and comments.

    ## References
    - [Comparisons](https://docs.python.org/2.7/reference/expressions.html#comparisons)
    - [What's New in Python 3.0: common stumbling blocks](https://docs.python.org/3/whatsnew/3.0.html)
    """

    code = "MP107"
    name = "diamond-operator"
    advice = "write `!=`"
