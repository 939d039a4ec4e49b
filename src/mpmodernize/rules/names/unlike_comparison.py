"""MP263: unlike things that are compared."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety, Severity
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_NUMBERS = frozenset({"int", "float", "bool"})
_TOLD_APART = _NUMBERS | {"NoneType", "str", "list", "tuple", "dict"}
_MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}
_OF_OTHERS: dict[type[ast.cmpop], str] = {
    ast.Gt: "$0 is not None",
    ast.LtE: "$0 is None",
    ast.Lt: "False",
    ast.GtE: "True",
}
_OF_CONSTANTS: dict[type[ast.cmpop], str] = {ast.Gt: "True", ast.LtE: "False", ast.Lt: "False", ast.GtE: "True"}
_COMPARING = ("__cmp__", "__lt__", "__gt__", "__le__", "__ge__")
_SIGNS: dict[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}


class UnlikeComparison(Rule):
    """Python 2 put anything in an order, `None` first; Python 3 stops with `TypeError` when unlike things are compared.

    ## What it does
    Finds comparisons with `<`, `<=`, `>` and `>=` between things that are known to be of unlike types, and variables
    that begin as `None` and are compared before they get a value (`best = None`, then `if score > best`).

    ## Why it matters
    In Python 2 `None` was less than everything, numbers were less than text, and other types had the order of their
    names: `"10" > 9` was true, and so was `"1" > 9`. In Python 3 each of these comparisons raises `TypeError`.

    ## Example
    ```python
    best = None
    for score in [3, 7, 5]:
        if score > best:
            best = score
    print best
    ```

    ## Use instead
    ```python
    best = None
    for score in [3, 7, 5]:
        if best is None or score > best:
            best = score
    print(best)
    ```

    ## Fix safety
    Safe where a variable begins as `None` and the other side is known to be something else, and for `x > None`, which
    is `x is not None`. Unsafe where the other side is not known. The comparison of text with numbers, and of other
    unlike things, is reported: it was always true, or always false, and hardly meant.

    ## When it stays silent
    Where the program asks for `None` before it compares, for `==` and `!=`, where the types are not known, and in
    files that are not Python 2. A parameter that is `None` by default and compared without a question is a hint.

    ## References
    - [Ordering comparisons](https://docs.python.org/3/whatsnew/3.0.html#ordering-comparisons)
    - [Comparisons in Python 2.7](https://docs.python.org/2.7/library/stdtypes.html#comparisons)
    """

    code = "MP263"
    name = "unlike-comparison"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each comparison of two sides."""
        if not program.python2:
            return
        for node in program.index.all(ast.Compare):
            if len(node.ops) == 1 and isinstance(node.ops[0], _ORDER):
                yield from self._compared(program, node, node.left, node.comparators[0])

    def _compared(self, program: Program, node: ast.Compare, left: ast.expr, right: ast.expr) -> Iterator[Diagnosis]:
        operator = type(node.ops[0])
        for value, other, sign in ((left, right, operator), (right, left, _MIRRORED[operator])):
            if isinstance(other, ast.Constant) and other.value is None:
                yield self._with_none(program, node, value, sign)
                return
            if isinstance(other, (ast.Name, ast.Attribute)) and program.absence.may_be_none(other, node):
                yield self._with_absent(program, node, value, other, sign)
                return
        first = program.types.kind(left)
        second = program.types.kind(right) if first in _TOLD_APART else None
        of_bytes = any(isinstance(each, ast.Name) and program.meetings.is_one_byte(each) for each in (left, right))
        if second in _TOLD_APART and first != second and not {first, second} <= _NUMBERS and not of_bytes:
            yield self.finding(
                node,
                f"`{first}` and `{second}` are in no order in Python 3, and this was always the same in Python 2",
                advice="convert one of the two",
            )

    def _with_none(self, program: Program, node: ast.Compare, value: ast.expr, sign: type[ast.cmpop]) -> Diagnosis:
        """`value > None`: the same as a question for `None`, or always one answer."""
        message = "`None` is in no order with anything in Python 3, and was less than everything in Python 2"
        codes = _OF_CONSTANTS if isinstance(value, ast.Constant) else _OF_OTHERS
        code = codes[sign]
        edits: list[Edit] = []
        if "$0" in code:
            edits = [Replace(node, code, (value,))]
        elif isinstance(value, (ast.Constant, ast.Name)):
            edits = [Replace(node, code)]
        own_order = any(each in program.index.names or program.mappings.defines(each) for each in _COMPARING)
        certain = not own_order or (program.types.kind(value) or "instance") != "instance"
        safety = Safety.SAFE if certain else Safety.UNSAFE
        return self.finding(node, message, advice="ask whether it is `None`", edits=edits, safety=safety)

    def _with_absent(
        self, program: Program, node: ast.Compare, value: ast.expr, other: ast.expr, sign: type[ast.cmpop]
    ) -> Diagnosis:
        """`value > best`, where `best` is `None` at first."""
        name = program.text(other)
        message = f"`{name}` may be `None` here: Python 3 stops with `TypeError`, Python 2 took it for the least"
        if isinstance(other, ast.Name) and program.absence.is_default(other):
            return self.finding(node, message, advice="ask whether it is `None` first", severity=Severity.HINT)
        kind = program.types.kind(value)
        compared = f"$0 {_SIGNS[type(node.ops[0])]} $1"
        above = sign in (ast.Gt, ast.GtE)
        code = f"{name} is None or {compared}" if above else f"{name} is not None and {compared}"
        return self.finding(
            node,
            message,
            advice="ask whether it is `None` first",
            edits=[Replace(node, code, (node.left, node.comparators[0]))],
            safety=Safety.SAFE
            if (kind is not None and kind != "NoneType") or _keeps_the_most(program, node, value, other)
            else Safety.UNSAFE,
        )


def _keeps_the_most(program: Program, node: ast.Compare, value: ast.expr, other: ast.expr) -> bool:
    """Whether this is `if value > best: best = value`: with a `None` for the value it comes to the same."""
    parent = program.index.parent[node]
    if not isinstance(parent, ast.If) or parent.test is not node or parent.orelse or len(parent.body) != 1:
        return False
    statement = parent.body[0]
    return (
        isinstance(statement, ast.Assign)
        and [program.text(target) for target in statement.targets] == [program.text(other)]
        and program.text(statement.value) == program.text(value)
    )
