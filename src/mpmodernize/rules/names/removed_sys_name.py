"""MP230: names of `sys` that Python 3 has no more."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.library import SYS, SYS_GONE
from mpmodernize.rewrite.edits import AddImport, Replace
from mpmodernize.rules.moves import MovedNames

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_EXC_INFO = {"sys.exc_type": 0, "sys.exc_value": 1, "sys.exc_traceback": 2}


class RemovedSysName(MovedNames):
    """A name of `sys` that Python 3 has no more: `sys.maxint`, `sys.exc_value`, `sys.exitfunc`.

    ## What it does
    `sys.maxint` becomes `sys.maxsize`; `sys.exc_type`, `sys.exc_value` and `sys.exc_traceback` become parts of
    `sys.exc_info()`; a call of `sys.exc_clear()` goes; `sys.exitfunc = f` becomes `atexit.register(f)`. A result that
    is waited for as long as `sys.maxint` seconds, which kept Python 2 open to Ctrl-C, is waited for as long as there
    is: `threading.TIMEOUT_MAX`. A longer time is an `OverflowError`.

    ## Why it matters
    Reading the old names raises `AttributeError`, in the case of `exc_value` in an error handler, where nobody tests
    it. An assignment to `sys.exitfunc` is worse: it raises nothing, and the function is never called.

    ## Example
    ```python
    import sys

    smallest = sys.maxint
    try:
        smallest = min(smallest, int("7"), int("x"))
    except ValueError:
        print sys.exc_type.__name__, smallest == sys.maxint
    ```

    ## Use instead
    ```python
    import sys

    smallest = sys.maxsize
    try:
        smallest = min(smallest, int("7"), int("x"))
    except ValueError:
        print(sys.exc_info()[0].__name__, smallest == sys.maxsize)
    ```

    ## Fix safety
    Safe: the old names raise or do nothing. `sys.maxsize` is the same number on the systems where Python 2's `int` had
    64 bits; on 64-bit Windows `sys.maxint` was 2147483647. There is no fix for `setcheckinterval`, whose unit changed.

    ## When it stays silent
    Where the program asks first which Python it runs on, or whether the name is there.

    ## References
    - [What's New in Python 3.0: integers](https://docs.python.org/3/whatsnew/3.0.html#integers)
    - [2to3: sys_exc, exitfunc](https://docs.python.org/3.12/library/2to3.html#to3fixer-exitfunc)
    - [atexit](https://docs.python.org/3/library/atexit.html)
    """

    code = "MP230"
    name = "removed-sys-name"
    moves = SYS
    gone = SYS_GONE

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look up the names, and the assignments to `sys.exitfunc`."""
        yield from super().check(program)
        for target in program.index.attributes.get("exitfunc", ()):
            statement = program.index.parent[target]
            if not isinstance(target.ctx, ast.Store) or program.qualified(target) != "sys.exitfunc":
                continue
            edits: list[Edit] = []
            if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                edits = [Replace(statement, "atexit.register($0)", (statement.value,))]
                if not program.imports.of("atexit"):
                    edits.append(AddImport("import atexit"))
            message = "`sys.exitfunc` says nothing to Python 3: the function is never called"
            yield self.finding(target, message, advice="use `atexit.register`", edits=edits)

    def changed(self, program: Program, use: ast.expr) -> list[Edit] | None:
        """Also what is not just another name."""
        old = program.qualified(use) or ""
        if isinstance(use, ast.Attribute) and old in _EXC_INFO:
            return [Replace(use, f"$0.exc_info()[{_EXC_INFO[old]}]", (use.value,))]
        call = program.index.parent[use]
        if old == "sys.py3kwarning":
            return [Replace(use, "False")]
        if old == "sys.maxint" and _is_time_limit(call, use) and _is_result(program, call):
            return None  # MP611 leaves it out
        if old == "sys.maxint" and _is_time_limit(call, use) and _is_free(program, "threading"):
            added: list[Edit] = [] if program.imports.of("threading") else [AddImport("import threading")]
            return [Replace(use, "threading.TIMEOUT_MAX"), *added]
        if old == "sys.exc_clear" and isinstance(call, ast.Call):
            statement = program.index.parent[call]
            return [Replace(statement, "")] if isinstance(statement, ast.Expr) else None
        return super().changed(program, use)


def _is_time_limit(call: ast.AST, use: ast.expr) -> bool:
    """Whether the number is how long to wait: `result.get(sys.maxint)` kept Python 2 open to Ctrl-C."""
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in ("get", "wait")
        and call.args[:1] == [use]
        and len(call.args) == 1
    )


def _is_result(program: Program, call: ast.AST) -> bool:
    """Whether this waits for a result of a pool."""
    function = call.func if isinstance(call, ast.Call) else None
    return isinstance(function, ast.Attribute) and program.types.kind(function.value) == "AsyncResult"


def _is_free(program: Program, module: str) -> bool:
    return not program.is_used(module) or bool(program.imports.of(module))
