"""MP210: `cmp`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.rewrite.edits import Insert, Replace
from mpmodernize.rules.base import Fix, Phase, Rule
from mpmodernize.rules.comparisons import sortings
from mpmodernize.rules.old_builtins import safety_of, uses_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.findings import Safety
    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis

_LONGEST = 30
"""How long an operand may be that is written twice."""
_CHEAP = frozenset(f"builtins.{name}" for name in "len abs int float str type id ord bool repr".split())
_CHEAP_METHODS = frozenset("lower upper strip title".split())
_HELPER = "def cmp(a, b):\n    return (a > b) - (a < b)\n"


class CmpFunction(Rule):
    """`cmp` is gone: three-way comparison is written out in Python 3.

    ## What it does
    Writes `(a > b) - (a < b)` for `cmp(a, b)`, where both are simple and can be written twice. Where that is not so, or
    `cmp` is handed on as a function, the program gets a function `cmp` that does the same, once.

    ## Why it matters
    `cmp` raises `NameError` in Python 3, in a worker often only when the first task arrives, under every start method.

    ## Example
    ```python
    def order(a, b):
        return cmp(a.size, b.size)
    ```

    ## Use instead
    ```python
    def order(a, b):
        return (a.size > b.size) - (a.size < b.size)
    ```

    ## Fix safety
    Safe: this is what the documentation of Python 3.0 gives as replacement. Things of unlike types, which Python 2 put
    into some order, can't be compared in Python 3: that is another matter. For dictionaries there is no fix: they have
    no order there. Unsafe where a `from x import *` of an unknown module may bring a `cmp`.

    ## When it stays silent
    For a `cmp` that the program or an import binds, for comparisons that MP211 makes a key of, and where the program
    asks first whether there is one.

    ## References
    - [What's New in Python 3.0: ordering comparisons](https://docs.python.org/3/whatsnew/3.0.html#ordering-comparisons)
    - [cmp in Python 2.7](https://docs.python.org/2.7/library/functions.html#cmp)
    """

    code = "MP210"
    name = "cmp-function"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Write out the simple comparisons, if all are; or define the function."""
        uses = list(uses_of(program, "cmp"))
        if not uses:
            return
        gone = {node for sorting in sortings(program) for node in sorting.consumed}
        uses = [use for use in uses if use not in gone]
        unordered = {use: None for use in uses if _compares_dictionaries(program, use)}
        for use in unordered:
            message = "`cmp` is gone in Python 3, and dictionaries have no order there"
            yield self.finding(use, message, advice="compare what the order is meant by: `sorted(d.items())`, `len(d)`")
        uses = [use for use in uses if use not in unordered]
        calls = {use: _simple_call(program, use) for use in uses}
        fixes: dict[ast.expr, Fix | None] = {}
        safety = safety_of(program, "cmp")
        if all(call is not None for call in calls.values()):
            for use, call in calls.items():
                assert call is not None
                edit = Replace(call, "($0 > $1) - ($0 < $1)", tuple(call.args))
                fixes[use] = Fix((edit,), safety, self.phase)
        else:
            # with the function in place nobody would look at the dictionaries again
            helper = self._helper(program, safety) if not unordered else None
            fixes = {use: helper if isinstance(use, ast.Name) else None for use in uses}
        for use in uses:
            message = "`cmp` is gone in Python 3"
            yield self.finding(use, message, advice="write `(a > b) - (a < b)`", fix=fixes[use])

    def _helper(self, program: Program, safety: Safety) -> Fix | None:
        """The function, behind the imports."""
        body, place = program.tree.body, 0
        while place < len(body) and (
            program.effects.imports(body[place]) or (place == 0 and _is_docstring(body[place]))
        ):
            place += 1
        if place == len(body):
            return None
        return Fix((Insert(_HELPER, body[place]),), safety, self.phase)


def _is_docstring(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _compares_dictionaries(program: Program, use: ast.expr) -> bool:
    call = program.index.parent[use]
    if not isinstance(call, ast.Call) or call.func is not use:
        return False
    kinds = [type_.kind for each in call.args if (type_ := program.type(each)) is not None]
    return "dict" in kinds or any(isinstance(each, ast.Attribute) and each.attr == "__dict__" for each in call.args)


def _simple_call(program: Program, use: ast.expr) -> ast.Call | None:
    """The call of two things that can be written twice."""
    call = program.index.parent[use]
    if not isinstance(call, ast.Call) or call.func is not use or len(call.args) != 2 or call.keywords:
        return None
    return call if all(_is_simple(program, each) for each in call.args) else None


def _is_simple(program: Program, node: ast.expr) -> bool:
    """Whether evaluating it twice costs nothing and changes nothing."""
    if len(program.text(node)) > _LONGEST:
        return False
    if isinstance(node, (ast.Name, ast.Constant)):
        return True
    if isinstance(node, ast.Attribute):
        return _is_simple(program, node.value)
    if isinstance(node, ast.Subscript):
        return _is_simple(program, node.value) and _is_simple(program, node.slice)
    if isinstance(node, ast.UnaryOp):
        return _is_simple(program, node.operand)
    if isinstance(node, (ast.Tuple, ast.List)):
        return all(_is_simple(program, each) for each in node.elts)
    if isinstance(node, ast.Call) and not node.keywords:
        cheap = program.qualified(node.func) in _CHEAP
        method = isinstance(node.func, ast.Attribute) and node.func.attr in _CHEAP_METHODS and not node.args
        inside = [node.func.value] if isinstance(node.func, ast.Attribute) else node.args
        return (cheap or method) and all(_is_simple(program, each) for each in inside)
    return False
