"""MP117: constant assigned."""

from __future__ import annotations

from mpmodernize.rules.base import SyntaxRule


class ConstantAssigned(SyntaxRule):
    """`True` or `False` is assigned to.

    ## What it does
    Drops the assignment: `True, False = 1, 0` was a way to have the names before Python 2.3. What a right side calls is
    still called. They also go from `global`, `del` and `from compat import True, False`. A parameter `True=True`, which
    makes a local variable of the constant, gets another name, and so does every other place that binds one of the two.
    A parameter of another value is renamed together with what the function reads of it.

    ## Why it matters
    The names are keywords in Python 3, and assigning to them is a syntax error.

    ## Example
    ```python
    try:
        True
    except NameError:
        True, False = 1, 0
    ```

    ## Use instead
    ```python
    try:
        True
    except NameError:
        pass
    ```

    ## Fix safety
    Safe for the idioms. Where one of the two is bound to something else (`for True in x`), the place is renamed, what
    reads the name gets the constant, and the finding stays.

    ## When it stays silent
    For `x.True = 1`, which is `keyword-as-name`.

    ## References
    - [Built-in constants](https://docs.python.org/3/library/constants.html)
    - [What's New in Python 3.0: common stumbling blocks](https://docs.python.org/3/whatsnew/3.0.html)
    """

    code = "MP117"
    name = "constant-assigned"
    advice = "drop the assignment, or give the variable another name"
    is_local = False
