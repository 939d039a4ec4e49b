"""MP110: raw unicode prefix."""

from __future__ import annotations

from mpmodernize.rules.base import SyntaxRule


class RawUnicodePrefix(SyntaxRule):
    r"""`ur''` is a raw Unicode string in Python 2.

    ## What it does
    Writes `r''`. Python 2 reads `\u1234` in such a string as one character: a string with such an escape becomes a
    plain one, with the other backslashes doubled. Without any backslash, the `u` stays and the `r` goes.

    ## Why it matters
    The prefix is a syntax error in Python 3.

    ## Example
    ```python
    number = ur"\d+"
    dash = ur"\d+\u2013\d+"
    ```

    ## Use instead
    ```python
    number = r"\d+"
    dash = u"\\d+\u2013\\d+"
    ```

    ## Fix safety
    Safe: the meaning is the same in every case.

    ## When it stays silent
    For `u''` and `r''`.

    ## References
    - [String literals](https://docs.python.org/2.7/reference/lexical_analysis.html#string-literals)
    - [PEP 414: Explicit Unicode literal for Python 3.3](https://peps.python.org/pep-0414/)
    """

    code = "MP110"
    name = "raw-unicode-prefix"
    advice = "write it without `ur`"
