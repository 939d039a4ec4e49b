"""MP235: names of `itertools` that are built-ins in Python 3."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.library import ITERTOOLS
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.moves import MovedNames

if TYPE_CHECKING:
    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit


class ItertoolsName(MovedNames):
    """`itertools.izip`, `imap` and `ifilter` are the built-ins `zip`, `map` and `filter` in Python 3.

    ## What it does
    Puts the built-in in the place of `izip`, `imap` and `ifilter`, however they were imported, and renames
    `izip_longest` and `ifilterfalse`. An import that nothing needs any more goes.

    ## Why it matters
    The old names raise `AttributeError`, or `ImportError` at the top of the file. The built-ins are lazy in Python 3,
    as the old names were in Python 2: no `list()` is needed.

    ## Example
    ```python
    from itertools import izip

    for left, right in izip([1, 2], [3, 4]):
        print left, right
    ```

    ## Use instead
    ```python

    for left, right in zip([1, 2], [3, 4]):
        print(left, right)
    ```

    ## Fix safety
    Safe: the line could not run. Where the program gives the built-in's name to something else at that place, the
    finding has no fix.

    ## When it stays silent
    Where the program asks first which Python it runs on, or has another import for the case that this one fails.

    ## References
    - [What's New in Python 3.0: views and iterators instead of lists](https://docs.python.org/3/whatsnew/3.0.html#views-and-iterators-instead-of-lists)
    - [2to3: itertools, itertools_imports](https://docs.python.org/3.12/library/2to3.html#to3fixer-itertools)
    """

    code = "MP235"
    name = "itertools-name"
    moves = ITERTOOLS

    def changed(self, program: Program, use: ast.expr) -> list[Edit] | None:
        """`imap(None, a, b)` made tuples, as `zip` does."""
        call = program.index.parent[use]
        edits = super().changed(program, use)
        if edits is None or program.qualified(use) != "itertools.imap" or not isinstance(call, ast.Call):
            return edits
        if call.func is use and call.args and isinstance(call.args[0], ast.Constant) and call.args[0].value is None:
            if program.index.scope(use).owner("zip") is not None:
                return None
            given = ", ".join(f"${position}" for position in range(len(call.args) - 1))
            return [Replace(call, f"zip({given})", tuple(call.args[1:]))]
        return edits
