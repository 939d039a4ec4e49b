"""MP208: `reduce`, `intern`, `reload`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.rewrite.edits import AddImport, AddImportedName, Replace
from mpmodernize.rules.base import Fix, Phase, Rule
from mpmodernize.rules.old_builtins import safety_of, uses_of
from mpmodernize.rules.spelling import library_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_HOMES = {"reduce": "functools", "intern": "sys", "reload": "importlib"}


class MovedBuiltin(Rule):
    """`reduce`, `intern` and `reload` are no built-ins any more: they live in `functools`, `sys` and `importlib`.

    ## What it does
    Imports `reduce` from `functools` and leaves its uses as they are. Writes `sys.intern` and `importlib.reload`, and
    adds the import that is missing; where the program has a `from importlib import …`, the name is added to that.

    ## Why it matters
    The names raise `NameError` in Python 3, in a worker often only when the first task arrives, under every start
    method.

    ## Example
    ```python
    import operator

    product = reduce(operator.mul, range(1, 6))
    ```

    ## Use instead
    ```python
    import operator
    from functools import reduce

    product = reduce(operator.mul, range(1, 6))
    ```

    ## Fix safety
    Safe: the line could not run, and the functions are the same. Unsafe where a `from x import *` of an unknown module
    may bring such a name.

    ## When it stays silent
    For names that the program or an import binds, where the program asks first whether there are any, and for
    `reload(sys)`, which goes with `sys.setdefaultencoding`: MP231 speaks of that.

    ## References
    - [functools.reduce](https://docs.python.org/3/library/functools.html#functools.reduce)
    - [sys.intern](https://docs.python.org/3/library/sys.html#sys.intern)
    - [importlib.reload](https://docs.python.org/3/library/importlib.html#importlib.reload)
    """

    code = "MP208"
    name = "moved-builtin"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each use of the three names."""
        for name, module in _HOMES.items():
            uses = [use for use in uses_of(program, name) if not _is_reload_of_sys(program, use)]
            if not uses or module in program.index.star_imports:
                continue
            safety = safety_of(program, name)
            beside = _statement(program, module, min(use.lineno for use in uses))
            edit = AddImportedName(beside, name) if beside is not None else AddImport(f"from {module} import {name}")
            imported = Fix((edit,), safety, self.phase)
            message = f"`{name}` is no built-in in Python 3: it lives in `{module}`"
            for use in uses:
                if isinstance(use, ast.Name) and (name == "reduce" or beside is not None):
                    yield self.finding(use, message, advice=f"add `from {module} import {name}`", fix=imported)
                    continue
                code, needed = library_name(program, module, name)
                edits: list[Edit] = [Replace(use, code), *needed] if _is_free(program, use, code) else []
                advice = f"use `{module}.{name}`"
                yield self.finding(use, message, advice=advice, edits=edits, safety=safety)


def _statement(program: Program, module: str, line: int) -> ast.ImportFrom | None:
    """The `from … import …` of a module, at module level and above the first use."""
    for statement in program.tree.body:
        if isinstance(statement, ast.ImportFrom) and statement.module == module and statement.level == 0:
            return statement if statement.lineno < line else None
    return None


def _is_free(program: Program, use: ast.expr, code: str) -> bool:
    """Whether the name that the code begins with means the module's own here."""
    owner = program.index.scope(use).owner(code.partition(".")[0])
    return owner is None or owner.is_module


def _is_reload_of_sys(program: Program, use: ast.expr) -> bool:
    call = program.index.parent[use]
    return (
        isinstance(call, ast.Call)
        and call.func is use
        and len(call.args) == 1
        and program.qualified(call.args[0]) == "sys"
    )
