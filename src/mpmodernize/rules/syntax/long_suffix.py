"""MP109: long suffix."""

from __future__ import annotations

from mpmodernize.rules.base import SyntaxRule


class LongSuffix(SyntaxRule):
    """`10L` is a long integer in Python 2.

    ## What it does
    Leaves out the `L`, and puts a blank where the next word would touch the number.

    ## Why it matters
    The suffix is a syntax error in Python 3, where all integers are long.

    ## Example
    ```python
    size = 10L if big else 0xFFL
    ```

    ## Use instead
    ```python
    size = 10 if big else 0xFF
    ```

    ## Fix safety
    Safe: the meaning is the same in every case. `repr(10L)` was `'10L'` and is `'10'`.

    ## When it stays silent
    For numbers without the suffix.

    ## References
    - [Integer and long integer literals](https://docs.python.org/2.7/reference/lexical_analysis.html#integer-and-long-integer-literals)
    - [PEP 237: Unifying long integers and integers](https://peps.python.org/pep-0237/)
    """

    code = "MP109"
    name = "long-suffix"
    advice = "drop the `L`"
