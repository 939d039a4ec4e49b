"""MP260: `/` between integers."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Severity
from mpmodernize.rewrite.edits import ChangeOperator
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis

_INTEGERS = frozenset({"int", "bool"})
_FOREIGN = ("decimal.", "fractions.", "numpy.", "datetime.", "math.", "cmath.")
_STEPS = 50
"""How many operands are looked at: a longer sum of unknown things is no clearer."""
"""Modules whose numbers are no plain integers."""


class IntegerDivision(Rule):
    """`/` between integers rounded down in Python 2, and gives a float in Python 3.

    ## What it does
    Replaces `/` by `//`, and `/=` by `//=`, where both sides are integers: literals, `len`, `int`, `ord`, `range`,
    counters and arithmetic on those, followed through names, attributes, parameters and results, or where only an
    integer can be meant (an index, the end of a `range`). A division whose sides are not known is a hint.

    ## Why it matters
    In Python 2 `7 / 2` was 3 and `-7 / 2` was -4. In Python 3 they are 3.5 and -3.5: averages and percentages change
    in silence, chunk sizes become floats, and `xs[len(xs) / 2]` or `range(n / 2)` stop with `TypeError`.

    ## Example
    ```python
    numbers = [3, 1, 2]
    numbers.sort()
    print numbers[len(numbers) / 2]
    ```

    ## Use instead
    ```python
    numbers = [3, 1, 2]
    numbers.sort()
    print(numbers[len(numbers) // 2])
    ```

    ## Fix safety
    Safe: `//` is what `/` between integers was. What is not known is only reported: write `//` if both sides are
    integers, and leave it if one is a float.

    ## When it stays silent
    Where one side is a float (a literal with a dot, `float(…)`, `time.time()`, `1.0 * x`), where an object with an
    operator of its own is divided, where `1 / 2 == 0` asks what `/` does, after `from __future__ import division`, and
    in files that are not Python 2. For sizes of pools, queues and the like see [MP610](MP610.md).

    ## References
    - [PEP 238: changing the division operator](https://peps.python.org/pep-0238/)
    """

    code = "MP260"
    name = "integer-division"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each division."""
        if not program.floors_integers:
            return
        for node in program.index.all(ast.BinOp):
            if node in program.sizes.divisions:
                continue  # MP610 speaks about it
            if isinstance(node.op, ast.Div) and not _asks_which_division(program, node):
                needed = program.types.numbers.is_needed_as_integer(node)
                yield from self._divided(program, node, node.left, node.right, needed=needed)
        for statement in program.index.all(ast.AugAssign):
            if isinstance(statement.op, ast.Div) and statement not in program.sizes.divisions:
                yield from self._divided(program, statement, statement.target, statement.value, needed=False)

    def _divided(
        self,
        program: Program,
        node: ast.BinOp | ast.AugAssign,
        left: ast.expr,
        right: ast.expr,
        *,
        needed: bool,
    ) -> Iterator[Diagnosis]:
        kinds = {program.types.kind(left), program.types.kind(right)}
        if not kinds <= {*_INTEGERS, None} or program.compatibility.asks_first(node):
            return
        if needed or kinds <= _INTEGERS:
            yield self.finding(
                node,
                "`/` between integers gives a float in Python 3, and rounded down in Python 2",
                advice="use `//`",
                edits=[ChangeOperator(node, "//=" if isinstance(node, ast.AugAssign) else "//")],
            )
        elif not (_is_no_integer(program, left) or _is_no_integer(program, right)):
            yield self.finding(
                node,
                f"`{_shown(program, node)}` rounds no more: it is another number if both sides are integers",
                advice="use `//` if both sides are integers",
                severity=Severity.HINT,
            )


def _asks_which_division(program: Program, node: ast.BinOp) -> bool:
    """Whether this is the `1 / 2 == 0` that asks what `/` does."""
    literal = isinstance(node.left, ast.Constant) and isinstance(node.right, ast.Constant)
    return literal and isinstance(program.index.parent[node], ast.Compare)


def _shown(program: Program, node: ast.AST) -> str:
    text = " ".join(program.text(node).split())
    return text if len(text) <= 50 else f"{text[:47]}..."


def _is_no_integer(program: Program, node: ast.expr) -> bool:
    """Whether an operand is a float or something else in part, though not all of it is known."""
    waiting = [node]
    for _ in range(_STEPS):
        if not waiting:
            break
        current = waiting.pop()
        kind = program.types.kind(current)
        if (kind is not None and kind not in _INTEGERS) or (program.qualified(current) or "").startswith(_FOREIGN):
            return True
        if isinstance(current, ast.BinOp):
            if isinstance(current.op, (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Mod, ast.FloorDiv)):
                waiting += [current.left, current.right]
        elif isinstance(current, ast.Attribute) and current.attr in ("imag", "real"):
            return True
        elif isinstance(current, ast.UnaryOp):
            waiting.append(current.operand)
        elif isinstance(current, ast.Call):
            name = program.qualified(current.func) or ""
            if name.startswith(_FOREIGN):
                return True
            if name == "builtins.abs" or (name in ("builtins.max", "builtins.min") and len(current.args) > 1):
                waiting += current.args
            elif name in ("builtins.sum", "builtins.max", "builtins.min") and current.args:
                held = program.types.results.held(program.type(current.args[0]))
                if held is not None and held.kind not in _INTEGERS:
                    return True
                if isinstance(current.args[0], (ast.List, ast.Tuple)) and name == "builtins.sum":
                    waiting += current.args[0].elts
        elif program.types.numbers.may_be_float(current):
            return True
    return False
