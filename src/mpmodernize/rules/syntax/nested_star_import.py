"""MP115: nested star import."""

from __future__ import annotations

from mpmodernize.rules.base import SyntaxRule


class NestedStarImport(SyntaxRule):
    """`from x import *` stands in a function or a class.

    ## What it does
    In a function, imports the names that the function reads, where the module is one of the library's whose names are
    known. Otherwise executes the import by `exec`, which compiles it for itself. In a class the names land in the
    class, as in Python 2.

    ## Why it matters
    Python 3 allows `import *` only at module level; anywhere else it is a syntax error, because a function's variables
    have to be known when it is compiled.

    ## Example
    ```python
    class Paths:
        from os.path import *

    def area(r):
        from math import *
        return pi * r ** 2
    ```

    ## Use instead
    ```python
    class Paths:
        exec('from os.path import *')

    def area(r):
        from math import pi
        return pi * r ** 2
    ```

    ## Fix safety
    Safe in a class, and where the names are known. In other functions the names have to become global, which other
    functions of the module can see: that is converted, and reported. Better name what you import.

    ## When it stays silent
    For `import *` at module level.

    ## References
    - [The import statement](https://docs.python.org/3/reference/simple_stmts.html#the-import-statement)
    - [What's New in Python 3.0: common stumbling blocks](https://docs.python.org/3/whatsnew/3.0.html)
    """

    code = "MP115"
    name = "nested-star-import"
    advice = "import the names that are read, or all of them by `exec`"
