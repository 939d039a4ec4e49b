"""MP125: negative imaginary."""

from __future__ import annotations

from mpmodernize.rules.base import SyntaxRule


class NegativeImaginary(SyntaxRule):
    """`-3j` is another number in Python 3.

    ## What it does
    Writes `0-3j` for `-3j`, in parentheses where an operator stands beside it.

    ## Why it matters
    Python 2 reads the minus as a part of the number: the real part is 0.0. Python 3 reads `3j` and negates both of its
    parts: the real part is -0.0. So `print -3j` shows `-3j`, and `print(-3j)` shows `(-0-3j)`; a square root or a phase
    on the edge of two branches lands on the other side.

    ## Example
    ```python
    print -3j, 2*-1j
    ```

    ## Use instead
    ```python
    print(0-3j, 2*(0-1j))
    ```

    ## Fix safety
    Safe: `0-3j` is the number that Python 2 read, in every version of Python 3.

    ## When it stays silent
    For `x-3j`, `-3j**2` and `-3j.real`, where both languages apply the minus last, and for `-0j`. In a file that is not
    Python 2.

    ## References
    - [Imaginary literals](https://docs.python.org/2.7/reference/lexical_analysis.html#imaginary-literals)
    - [cmath: complex numbers and branch cuts](https://docs.python.org/3/library/cmath.html)
    """

    code = "MP125"
    name = "negative-imaginary"
    advice = "write it as a difference, `0-3j`"
