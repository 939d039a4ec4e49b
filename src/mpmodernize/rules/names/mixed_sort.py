"""MP266: unlike things that are sorted."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.rewrite.edits import AddArgument
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_NUMBERS = frozenset({"int", "float", "bool"})
_ORDERED = _NUMBERS | {"str", "NoneType"}


class MixedSort(Rule):
    """Python 2 sorted lists of unlike things, `None` first, then numbers, then text; Python 3 stops with `TypeError`.

    ## What it does
    Finds `sorted`, `min`, `max` and `.sort()` of lists whose elements are seen to be unlike, and gives them a `key`
    that puts `None` first, numbers next and text last, as Python 2 did.

    ## Why it matters
    In Python 2 everything had an order. In Python 3 `sorted([3, None, 1])` raises `TypeError: '<' not supported between
    instances of 'NoneType' and 'int'`, and it does so only for lists that hold both.

    ## Example
    ```python
    marks = [3, None, 1]
    print sorted(marks)
    ```

    ## Use instead
    ```python
    marks = [3, None, 1]
    print(sorted(marks, key=lambda x: (x is not None, x)))
    ```

    ## Fix safety
    Safe: this is the order that Python 2 had. Lists, dictionaries and other things among numbers or text are reported:
    their order was that of the names of their types.

    ## When it stays silent
    Where there is a `key` or a `cmp` already, where the elements are not seen to be unlike, and in files that are not
    Python 2.

    ## References
    - [Ordering comparisons](https://docs.python.org/3/whatsnew/3.0.html#ordering-comparisons)
    - [Sorting HOW TO](https://docs.python.org/3/howto/sorting.html)
    """

    code = "MP266"
    name = "mixed-sort"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at what is sorted."""
        if not program.python2:
            return
        for call in program.calls_of("builtins.sorted", "builtins.min", "builtins.max"):
            several = program.qualified(call.func) != "builtins.sorted" and len(call.args) > 1
            if several:
                yield from self._compared(program, call, {program.types.kind(each) for each in call.args})
            elif len(call.args) == 1:
                yield from self._sorted(program, call, call.args[0])
        for call in program.index.method_calls.get("sort", ()):
            if not call.args and isinstance(call.func, ast.Attribute):
                yield from self._sorted(program, call, call.func.value)

    def _sorted(self, program: Program, call: ast.Call, things: ast.expr) -> Iterator[Diagnosis]:
        yield from self._compared(program, call, _kinds(program, things))

    def _compared(self, program: Program, call: ast.Call, found: set[str | None] | None) -> Iterator[Diagnosis]:
        if any(each.arg in ("key", "cmp", None) for each in call.keywords) or found is None or None in found:
            return
        kinds = {each for each in found if each is not None}
        if kinds <= _NUMBERS or len(kinds) < 2 or program.compatibility.asks_first(call):
            return
        edits: list[Edit] = []
        if kinds <= _ORDERED:
            parts = ["x is not None"] if "NoneType" in kinds else []
            parts += ["isinstance(x, str)"] if "str" in kinds and kinds & _NUMBERS else []
            edits = [AddArgument(call, f"lambda x: ({', '.join(parts)}, x)", keyword="key")]
        yield self.finding(
            call,
            "unlike things have no order in Python 3: this stops with `TypeError`",
            advice="sort with a `key`",
            edits=edits,
        )


def _kinds(program: Program, things: ast.expr) -> set[str | None] | None:
    """The kinds of the elements of a list that is written down, or of the one list that a name stands for."""
    if isinstance(things, ast.Name):
        bindings = program.index.bindings(things)
        if len(bindings) != 1 or bindings[0].kind != "assign" or bindings[0].value is None:
            return None
        things = bindings[0].value
    if not isinstance(things, (ast.List, ast.Tuple, ast.Set)):
        return None
    return {program.types.kind(each) for each in things.elts}
