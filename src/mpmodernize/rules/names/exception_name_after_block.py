"""MP265: an exception's name after its block."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.scopes import FUNCTION_NODES
from mpmodernize.rewrite.edits import Insert, Replace
from mpmodernize.rules.base import Fix, Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_NAMES = ("error", "failure")


class ExceptionNameAfterBlock(Rule):
    """The name of a caught exception is deleted at the end of its block, and was kept in Python 2.

    ## What it does
    Finds names of `except … as e` that are read after the block, and keeps the exception under another name, which
    takes the place of the first everywhere outside the block.

    ## Why it matters
    In Python 2 `e` was a variable like any other, and `e = None` before the `try`, with `if e:` behind it, told whether
    something had gone wrong. In Python 3 the end of the block is a `del e`: what reads it afterwards stops with
    `NameError`, and only on the day when there is an exception.

    ## Example
    ```python
    error = None
    try:
        number = int("x")
    except ValueError as error:
        number = 0
    if error:
        print "no number:", error
    ```

    ## Use instead
    ```python
    failure = None
    try:
        number = int("x")
    except ValueError as error:
        failure = error
        number = 0
    if failure:
        print("no number:", failure)
    ```

    ## Fix safety
    Safe: the exception is kept, as it was. A name that a `global` statement gives to the module, or that inner
    functions read, is only reported.

    ## When it stays silent
    Where the block leaves the function or the loop, or the name gets another value before it is read, and in files
    that are not Python 2.

    ## References
    - [The try statement](https://docs.python.org/3/reference/compound_stmts.html#the-try-statement)
    """

    code = "MP265"
    name = "exception-name-after-block"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each name of a caught exception that is read elsewhere."""
        if not program.python2:
            return
        for handlers, outside, read in program.leaks.exceptions():
            fix = self._kept(program, handlers, outside)
            yield self.finding(
                read,
                f"`{read.id}` is gone after its `except` block: this is a `NameError` when there was an exception",
                advice="keep the exception under another name",
                fix=fix,
            )

    def _kept(self, program: Program, handlers: list[ast.ExceptHandler], outside: list[ast.Name]) -> Fix | None:
        index = program.index
        name = handlers[0].name
        scope = index.scope(handlers[0].body[0])
        bindings = index.bindings(outside[0])
        plain = {"assign", "except", "delete", "for"}
        if name is None or any(each.kind not in plain or each.scope is not scope for each in bindings):
            return None
        if any(index.scope(use) is not scope for use in outside) or not isinstance(
            scope.node, (*FUNCTION_NODES, ast.Module)
        ):
            return None
        function = scope.node if isinstance(scope.node, FUNCTION_NODES) else None
        new = program.free_name(next(each for each in _NAMES if each != name), function)
        edits: list[Edit] = [Replace(use, new) for use in outside]
        for handler in handlers:
            first = handler.body[0]
            code = f"{new} = {name}"
            if isinstance(first, ast.Pass) and len(handler.body) == 1:
                edits.append(Replace(first, code))
            else:
                edits.append(Insert(code, first))
        return Fix(edits, Safety.SAFE, self.phase)
