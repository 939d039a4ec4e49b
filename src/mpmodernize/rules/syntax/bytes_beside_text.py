"""MP120: bytes beside text."""

from __future__ import annotations

from mpmodernize.rules.base import SyntaxRule


class BytesBesideText(SyntaxRule):
    """A `b''` string stands directly beside one without `b`.

    ## What it does
    Drops the `b`: in Python 2 all of them together are one plain string. Where it holds characters that are
    not ASCII, it is measured in bytes, and all of them get the `b`.

    ## Why it matters
    Python 3 does not join bytes and text, and refuses the file.

    ## Example
    ```python
    header = "name: " b"value"
    ```

    ## Use instead
    ```python
    header = "name: " "value"
    ```

    ## Fix safety
    Safe: plain strings of Python 2 become text in Python 3, and this was one.

    ## When it stays silent
    For strings that all have a `b`, or none.

    ## References
    - [String literal concatenation](https://docs.python.org/3/reference/lexical_analysis.html#string-literal-concatenation)
    - [PEP 3112: Bytes literals in Python 3000](https://peps.python.org/pep-3112/)
    """

    code = "MP120"
    name = "bytes-beside-text"
    advice = "make all of them one kind of string"
