"""MP108: leading zero octal."""

from __future__ import annotations

from mpmodernize.rules.base import SyntaxRule


class LeadingZeroOctal(SyntaxRule):
    """`0777` is an octal number in Python 2.

    ## What it does
    Writes `0o777`.

    ## Why it matters
    A number with leading zeros is a syntax error in Python 3.

    ## Example
    ```python
    import os

    os.chmod("run.sh", 0755)
    ```

    ## Use instead
    ```python
    import os

    os.chmod("run.sh", 0o755)
    ```

    ## Fix safety
    Safe: the meaning is the same in every case.

    ## When it stays silent
    For `0`, `00`, `09.5` and `0o755`, which both languages read the same way.

    ## References
    - [Integer and long integer literals](https://docs.python.org/2.7/reference/lexical_analysis.html#integer-and-long-integer-literals)
    - [PEP 3127: Integer literal support and syntax](https://peps.python.org/pep-3127/)
    """

    code = "MP108"
    name = "leading-zero-octal"
    advice = "write it with `0o`"
