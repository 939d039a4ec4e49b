"""MP213: `execfile`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.base import Phase, Rule
from mpmodernize.rules.old_builtins import is_visible, uses_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_LONGEST = 60


class Execfile(Rule):
    """`execfile` is gone: a file is read, compiled and executed.

    ## What it does
    Writes `exec(compile(open(name, "rb").read(), name, "exec"))` for `execfile(name)`, with the dictionaries that it
    was given. Where the name is computed and can't be written twice, `exec(open(…, "rb").read())`.

    ## Why it matters
    `execfile` raises `NameError` in Python 3. The file that it runs has to be Python 3, too: give it to this tool along
    with the program. None of this depends on the start method.

    ## Example
    ```python
    settings = {}
    execfile("settings.py", settings)
    ```

    ## Use instead
    ```python
    settings = {}
    exec(compile(open("settings.py", "rb").read(), "settings.py", "exec"), settings)
    ```

    ## Fix safety
    Safe: the line could not run. The file is read as bytes, so that its coding line counts; `compile` gets its name,
    which tracebacks show. A function's own variables are not changed by it, in neither language.

    ## When it stays silent
    For an `execfile` that the program or an import binds, and where the program asks first whether there is one.

    ## References
    - [What's New in Python 3.0: builtins](https://docs.python.org/3/whatsnew/3.0.html#builtins)
    - [execfile in Python 2.7](https://docs.python.org/2.7/library/functions.html#execfile)
    """

    code = "MP213"
    name = "execfile"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each use of the built-in."""
        for use in uses_of(program, "execfile"):
            advice = "read, compile and `exec` the file"
            edits = self._executed(program, use)
            yield self.finding(use, "`execfile` is gone in Python 3", advice=advice, edits=edits)

    @staticmethod
    def _executed(program: Program, use: ast.expr) -> list[Edit]:
        call = program.index.parent[use]
        if not isinstance(call, ast.Call) or call.func is not use or call.keywords or not 1 <= len(call.args) <= 3:
            return []
        hidden = any(not is_visible(program, use, name) for name in ("open", "compile", "exec"))
        if hidden or any(isinstance(each, ast.Starred) for each in call.args):
            return []
        name, *spaces = call.args
        given = "".join(f", ${number}" for number in range(1, 1 + len(spaces)))
        mode = '"rb"' if program.quote == '"' else "'rb'"
        kind = mode.replace("rb", "exec")
        if len(program.text(name)) <= _LONGEST and _can_stand_twice(program, name):
            return [Replace(call, f"exec(compile(open($0, {mode}).read(), $0, {kind}){given})", (name, *spaces))]
        return [Replace(call, f"exec(open($0, {mode}).read(){given})", (name, *spaces))]


def _can_stand_twice(program: Program, name: ast.expr) -> bool:
    """Whether a file's name comes out the same when it is worked out again."""
    return all(
        isinstance(
            node, (ast.Name, ast.Attribute, ast.Constant, ast.Subscript, ast.BinOp, ast.operator, ast.expr_context)
        )
        or (isinstance(node, ast.Call) and (program.qualified(node.func) or "").startswith("os.path."))
        for node in ast.walk(name)
    )
