"""MP118: escape in byte string."""

from __future__ import annotations

from mpmodernize.rules.base import SyntaxRule


class EscapeInByteString(SyntaxRule):
    r"""A string without `u` has an escape that Python 3 reads differently.

    ## What it does
    Doubles the backslash of `\u`, `\U` and `\N`, which are two characters in a byte string of Python 2. Cuts octal
    escapes above `\377` to eight bits, as Python 2 does. Under `unicode_literals`, writes out raw strings with `\u`.
    In a literal that is written anew, a backslash that begins no escape (`\j`) is doubled too: Python 3 warns of it.

    ## Why it matters
    `'\u1234'` has six characters in Python 2 and one in Python 3; `'C:\Users'` is a syntax error there.

    ## Example
    ```python
    print 'C:\Users', '\u1234'
    ```

    ## Use instead
    ```python
    print('C:\\Users', '\\u1234')
    ```

    ## Fix safety
    Safe: the meaning is the same in every case.

    ## When it stays silent
    For `u''`, `b''` and raw strings. For a file with no other sign of Python 2.

    ## References
    - [String literals](https://docs.python.org/2.7/reference/lexical_analysis.html#string-literals)
    - [String and bytes literals](https://docs.python.org/3/reference/lexical_analysis.html#string-and-bytes-literals)
    """

    code = "MP118"
    name = "escape-in-byte-string"
    advice = "spell it so that Python 3 reads the same characters"
