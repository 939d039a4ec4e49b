"""MP112: tuple parameter."""

from __future__ import annotations

from mpmodernize.rules.base import SyntaxRule


class TupleParameter(SyntaxRule):
    """A function of Python 2 can take a tuple apart in its parameters.

    ## What it does
    Gives the parameter a name, and takes it apart in the first line of the function, or in a call where the function is
    a `lambda`. Parentheses around a single name go.

    ## Why it matters
    Tuple parameters are a syntax error in Python 3.

    ## Example
    ```python
    def distance((x, y), scale=1):
        return scale * (x * x + y * y) ** 0.5

    pairs.sort(key=lambda (name, count): count)
    ```

    ## Use instead
    ```python
    def distance(x_y, scale=1):
        x, y = x_y
        return scale * (x * x + y * y) ** 0.5

    pairs.sort(key=lambda name_count: (lambda name, count: count)(*name_count))
    ```

    ## Fix safety
    Safe: the meaning is the same in every case. Only what is raised for a tuple of the wrong length changes in a
    `lambda`, which takes all of its tuples apart in one call: a `TypeError` about that call, and none where the lengths
    of two wrong tuples add up.

    ## When it stays silent
    For parameters without parentheses.

    ## References
    - [Function definitions](https://docs.python.org/2.7/reference/compound_stmts.html#function-definitions)
    - [PEP 3113: Removal of tuple parameter unpacking](https://peps.python.org/pep-3113/)
    """

    code = "MP112"
    name = "tuple-parameter"
    advice = "take the tuple apart behind a name of its own"
    is_local = False
