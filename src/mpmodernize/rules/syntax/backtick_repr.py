"""MP106: backtick repr."""

from __future__ import annotations

from mpmodernize.rules.base import SyntaxRule


class BacktickRepr(SyntaxRule):
    """Backticks are `repr()` in Python 2.

    ## What it does
    Calls `repr`. Where the name `repr` is something else, formats with `%r`, which is the same.

    ## Why it matters
    Backticks are a syntax error in Python 3.

    ## Example
    ```python
    text = `number` + `1, 2`
    ```

    ## Use instead
    ```python
    text = repr(number) + repr((1, 2))
    ```

    ## Fix safety
    Safe: the meaning is the same in every case.

    ## When it stays silent
    For backticks in strings and comments.

    ## References
    - [String conversions](https://docs.python.org/2.7/reference/expressions.html#string-conversions)
    - [PEP 3099: Things that will not change in Python 3000](https://peps.python.org/pep-3099/)
    """

    code = "MP106"
    name = "backtick-repr"
    advice = "write `repr(…)`"
