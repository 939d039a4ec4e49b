"""MP236: functions of `operator` that Python 3 has no more."""

from __future__ import annotations

from mpmodernize.model.library import OPERATOR, OPERATOR_GONE
from mpmodernize.rules.moves import MovedNames


class OperatorName(MovedNames):
    """A function of `operator` that Python 3 has no more: `operator.isCallable`, `operator.div`.

    ## What it does
    `operator.isCallable` becomes `callable`, `operator.sequenceIncludes` becomes `operator.contains`, `operator.repeat`
    becomes `operator.mul`. `operator.div` and the type questions (`isSequenceType`) are reported.

    ## Why it matters
    The names raise `AttributeError`. `operator.div` divided whole numbers with a floor and other numbers without:
    Python 3 has one function for each, and only the owner knows which numbers come.

    ## Example
    ```python
    import operator

    print operator.isCallable(len), operator.sequenceIncludes([1, 2], 2)
    ```

    ## Use instead
    ```python
    import operator

    print(callable(len), operator.contains([1, 2], 2))
    ```

    ## Fix safety
    Safe: the new function does the same, and the old line could not run. There is no fix for what has no successor.

    ## When it stays silent
    Where the program asks first which Python it runs on, or whether the name is there.

    ## References
    - [2to3: operator](https://docs.python.org/3.12/library/2to3.html#to3fixer-operator)
    - [operator](https://docs.python.org/3/library/operator.html)
    """

    code = "MP236"
    name = "operator-name"
    moves = OPERATOR
    gone = OPERATOR_GONE
