"""MP261: `round`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety, Severity
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis

_TAKES_EITHER = frozenset({"builtins.int", "builtins.float", "builtins.long"})


class Rounding(Rule):
    """`round` gave a float and went away from zero at a half; now it gives an integer and goes to the even side.

    ## What it does
    Finds `round` with one argument, and with few places. `round(x)` of an integer becomes `float(x)`, which is what it
    gave; of other numbers `float(round(x))`, as a proposal.

    ## Why it matters
    In Python 2 `round(2.6)` was `3.0`, and `round(2.5)` too. In Python 3 they are `3` and `2`: what is printed loses
    its `.0`, and every second half goes the other way. With places (`round(x, 2)`) both give a float; only numbers
    that lie exactly between two (`0.125`, `0.5`) differ.

    ## Example
    ```python
    ratio = 13.0 / 4
    print round(ratio)
    ```

    ## Use instead
    ```python
    ratio = 13.0 / 4
    print(float(round(ratio)))
    ```

    ## Fix safety
    Unsafe: halves are still rounded to the even side. Safe for integers. `int(round(x))` is right but for halves, and
    is a hint. For the old rule write `math.floor(x + 0.5)`, which differs for negative numbers.

    ## When it stays silent
    With two places or more, where numbers that lie exactly between two are rare; where a `round` of the program's own
    is meant; and in files that are not Python 2.

    ## References
    - [round](https://docs.python.org/3/library/functions.html#round)
    - [round in Python 2.7](https://docs.python.org/2.7/library/functions.html#round)
    """

    code = "MP261"
    name = "rounding"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each call of `round`."""
        if not program.python2:
            return
        for call in program.calls_of("builtins.round"):
            if call.keywords or any(isinstance(each, ast.Starred) for each in call.args):
                continue
            if len(call.args) == 1 and not program.compatibility.asks_first(call):
                yield from self._to_integer(program, call, call.args[0])
            elif len(call.args) == 2 and _has_few_places(call.args[1]):
                yield self._to_places(program, call, *call.args)

    def _to_integer(self, program: Program, call: ast.Call, number: ast.expr) -> Iterator[Diagnosis]:
        parent = program.index.parent[call]
        taken = isinstance(parent, ast.Call) and program.qualified(parent.func) in _TAKES_EITHER
        taken = taken or _is_written_as_number(program, call)
        if program.types.kind(number) in ("int", "bool"):
            if not taken:
                message = "`round` of an integer gave a float in Python 2, and gives an integer in Python 3"
                edit = Replace(call, "float($0)", (number,))
                yield self.finding(call, message, advice="use `float`", edits=[edit])
        elif taken:
            yield self.finding(
                call,
                "`round` goes to the even side at a half: `round(2.5)` is 2, and was 3.0",
                advice="look whether halves can come here",
                severity=Severity.HINT,
            )
        else:
            yield self.finding(
                call,
                "`round` gives an integer in Python 3, and goes to the even side at a half",
                advice="use `float(round(…))` where the `.0` matters",
                edits=[Replace(call, "float($0)", (call,))],
                safety=Safety.UNSAFE,
            )

    def _to_places(self, program: Program, call: ast.Call, number: ast.expr, places: ast.expr) -> Diagnosis:
        if program.types.kind(number) in ("int", "bool") and _value(places) > 0:
            message = "`round` of an integer gave a float in Python 2, and gives an integer in Python 3"
            return self.finding(call, message, advice="use `float`", edits=[Replace(call, "float($0)", (number,))])
        return self.finding(
            call,
            "`round` goes to the even side at a half: `round(0.25, 1)` is 0.2, and was 0.3",
            advice="look whether halves can come here",
            severity=Severity.HINT,
        )


def _is_written_as_number(program: Program, call: ast.Call) -> bool:
    """Whether a format writes it that makes the same of an integer and of a float: `%d`, `%.1f`."""
    parent = program.index.parent[call]
    if isinstance(parent, ast.Tuple):
        parent = program.index.parent[parent]
    if not isinstance(parent, ast.BinOp) or not isinstance(parent.op, ast.Mod) or parent.left is call:
        return False
    form = parent.left
    plain = isinstance(form, ast.Constant) and isinstance(form.value, str)
    return plain and "%s" not in form.value and "%r" not in form.value  # type: ignore[attr-defined]


def _value(places: ast.expr) -> int:
    try:
        value = ast.literal_eval(places)
    except ValueError:
        return 0
    return value if isinstance(value, int) else 0


def _has_few_places(places: ast.expr) -> bool:
    if isinstance(places, ast.Constant):
        return isinstance(places.value, int) and places.value < 2
    return isinstance(places, ast.UnaryOp)
