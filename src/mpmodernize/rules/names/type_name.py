"""MP234: names of `types` that Python 3 has no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.model.library import TYPES, TYPES_GONE
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.moves import MovedNames

if TYPE_CHECKING:
    import ast

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit


class TypeName(MovedNames):
    """A name of `types` for a built-in type: `types.StringType`, `types.ListType`.

    ## What it does
    Puts the type itself in the place of its name in `types`: `str` for `StringType` and `UnicodeType`, `int` for
    `IntType` and `LongType`, `dict` for `DictType`. An import that nothing needs any more goes.

    ## Why it matters
    Python 3 has kept in `types` only the names of types that have no built-in name. The others raise
    `AttributeError`.

    ## Example
    ```python
    import types

    print isinstance("text", types.StringTypes), type([]) is types.ListType
    ```

    ## Use instead
    ```python

    print(isinstance("text", str), type([]) is list)
    ```

    ## Fix safety
    Safe: the line could not run, and native strings are text in Python 3. There is no fix for `InstanceType` and
    `FileType`, which mean something that is no more.

    ## When it stays silent
    For the names that `types` still has (`FunctionType`, `GeneratorType`, `NoneType` …), and where the program asks
    first which Python it runs on.

    ## References
    - [2to3: types](https://docs.python.org/3.12/library/2to3.html#to3fixer-types)
    - [types](https://docs.python.org/3/library/types.html)
    """

    code = "MP234"
    name = "type-name"
    moves = TYPES
    gone = TYPES_GONE

    def changed(self, program: Program, use: ast.expr) -> list[Edit] | None:
        """`StringTypes` is a tuple: only where a question takes a single type as well, `str` alone will do."""
        parent = program.index.parent[use]
        asked = program.names.calls(parent, "builtins.isinstance", "builtins.issubclass")
        if program.qualified(use) == "types.StringTypes" and not asked:
            return [Replace(use, "(str,)")]
        return super().changed(program, use)
