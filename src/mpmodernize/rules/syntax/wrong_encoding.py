"""MP122: wrong encoding."""

from __future__ import annotations

from mpmodernize.rules.base import SyntaxRule


class WrongEncoding(SyntaxRule):
    """The file is not in the encoding that it declares, or declares none and is not UTF-8.

    ## What it does
    Writes a coding declaration that is true, and leaves every other byte as it is. The encoding is UTF-8 if the file is
    UTF-8; the wider one where a narrow one is declared (GB18030 for GBK, cp932 for Shift JIS); else what the bytes look
    like: GBK, cp1252, or Latin-1, in which any bytes are text. Strings that are UTF-8 in a file that as a whole is not
    are spelled with escapes, so that they keep their characters.

    ## Why it matters
    Python 3 refuses the file. Python 2.7 never checks that a file declared UTF-8 is UTF-8, so such files run there; it
    refuses a name that it does not know, and bytes that are not ASCII where nothing is declared.

    ## Example
    ```python
    # -*- coding: utf8mb4 -*-
    name = "café"
    ```

    ## Use instead
    ```python
    # -*- coding: utf-8 -*-
    name = "café"
    ```

    ## Fix safety
    Safe where the file is UTF-8, or what it declares and a little more. Where the encoding is taken from what the bytes
    look like, the declaration is written, the bytes stay, and the finding stays too: look whether the text is right.

    ## When it stays silent
    For a declaration that is true, in any encoding that Python knows; and for a file that declares nothing and is
    UTF-8, which Python 3 reads as such. There a plain string that held bytes in Python 2 is text, as everywhere.

    ## References
    - [PEP 263: Defining Python source code encodings](https://peps.python.org/pep-0263/)
    - [PEP 3120: Using UTF-8 as the default source encoding](https://peps.python.org/pep-3120/)
    - [Encoding declarations](https://docs.python.org/3/reference/lexical_analysis.html#encoding-declarations)
    """

    code = "MP122"
    name = "wrong-encoding"
    advice = "declare the encoding that the file is in"
