"""MP119: non ascii bytes."""

from __future__ import annotations

from mpmodernize.rules.base import SyntaxRule


class NonAsciiBytes(SyntaxRule):
    r"""A `b''` string holds characters other than ASCII.

    ## What it does
    Writes the bytes that these characters are in the file's encoding as `\x` escapes.

    ## Why it matters
    Python 2 takes the bytes as they stand in the file. Python 3 refuses the file.

    ## Example
    ```python
    # -*- coding: utf-8 -*-
    name = b"café"
    ```

    ## Use instead
    ```python
    # -*- coding: utf-8 -*-
    name = b"caf\xc3\xa9"
    ```

    ## Fix safety
    Safe: the meaning is the same in every case.
    The encoding is the one that the file declares, and UTF-8 without a declaration.

    ## When it stays silent
    For plain strings, which become text in Python 3.

    ## References
    - [String and bytes literals](https://docs.python.org/3/reference/lexical_analysis.html#string-and-bytes-literals)
    - [PEP 3112: Bytes literals in Python 3000](https://peps.python.org/pep-3112/)
    - [PEP 263: Defining Python source code encodings](https://peps.python.org/pep-0263/)
    """

    code = "MP119"
    name = "non-ascii-bytes"
    advice = "write these bytes as `\\x` escapes"
