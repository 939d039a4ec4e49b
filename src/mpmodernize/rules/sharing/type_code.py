"""MP412: a type code that does not exist, or that the starting value does not fit."""

from __future__ import annotations

import ast
from contextlib import suppress
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.constants import NotConstantError, constant
from mpmodernize.model.kinds import MEMORY
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis

_MEANT = {
    "int": "i",
    "integer": "i",
    "uint": "I",
    "long": "q",
    "short": "h",
    "float": "d",
    "double": "d",
    "byte": "b",
    "char": "c",
    "bool": "b",
    "s": "c",
    "w": "u",
}
"""What people write for a type code, and the code they mean."""


class TypeCode(Rule):
    """A `Value` or `Array` has a type code that does not exist, or that its starting value does not fit.

    ## What it does
    Checks the type code of `Value`, `RawValue`, `Array` and `RawArray` against the table of codes and against numbers
    given as starting values: an unknown code, a float for an integer code, a number out of range.

    ## Why it matters
    An unknown code stops with `TypeError: this type has no size`, a float in an integer code with another `TypeError`.
    A number out of range says nothing at all: it wraps. `Value("b", 300)` holds 44, `Value("I", -1)` holds
    4294967295. It is the same under every start method. `l` and `L` have 8 bytes on 64-bit Linux and macOS and 4 on
    Windows; `q` has 8 everywhere.

    ## Example
    ```python
    from multiprocessing import Array, Value

    total = Value("int", 0)
    average = Value("i", 0.5)
    weights = Array("double", [1.5, 2.5])
    print(total.value, average.value, weights[:])
    ```

    ## Use instead
    ```python
    from multiprocessing import Array, Value

    total = Value("i", 0)
    average = Value("d", 0.5)
    weights = Array("d", [1.5, 2.5])
    print(total.value, average.value, weights[:])
    ```

    ## Fix safety
    Safe where the call could not run: an unknown code that plainly means another one, a float for an integer code.
    Unsafe where the value wraps today: the program works with the wrapped number, and a wider code changes that.

    ## When it stays silent
    For codes and values that are computed, and for a manager's `Value`, which ignores its type code.

    ## References
    - [array: type codes](https://docs.python.org/3/library/array.html)
    - [multiprocessing.sharedctypes](https://docs.python.org/3/library/multiprocessing.html#module-multiprocessing.sharedctypes)
    """

    code = "MP412"
    name = "type-code"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each code that is written as a literal."""
        for call in program.calls_of(*(f"multiprocessing.{kind}" for kind in sorted(MEMORY))):
            code = _given(call, 0, "typecode_or_type")
            if isinstance(code, ast.Constant) and isinstance(code.value, str):
                yield from self._check_code(program, call, code, code.value)

    def _check_code(self, program: Program, call: ast.Call, node: ast.Constant, code: str) -> Iterator[Diagnosis]:
        from mpmodernize.reference.type_codes import TYPE_CODES

        rows = {row.code: row for row in TYPE_CODES}
        values = _starting_values(program, call)
        numbers = [each for each in values if isinstance(each, (int, float)) and not isinstance(each, bool)]
        if code not in rows:
            meant = _MEANT.get(code.lower())
            if meant is not None and not all(rows[meant].holds(each) for each in numbers):
                meant = _fitting(numbers)
            yield self._finding(
                program, node, f"there is no type code `{code}`: this stops with `TypeError`", meant, Safety.SAFE
            )
            return
        row = rows[code]
        if row.python_type is int and any(isinstance(each, float) for each in values):
            message = f"type code `{code}` holds integers: a float stops with `TypeError`"
            yield self._finding(program, node, message, "d", Safety.SAFE)
        elif row.python_type is int and numbers and not all(row.holds(each) for each in numbers):
            wrong = next(each for each in numbers if not row.holds(each))
            message = (
                f"{wrong} does not fit type code `{code}` ({row.minimum} to {row.maximum}): it wraps without a message"
            )
            yield self._finding(program, node, message, _fitting(numbers, code), Safety.UNSAFE)

    def _finding(
        self, program: Program, node: ast.Constant, message: str, better: str | None, safety: Safety
    ) -> Diagnosis:
        quote = program.text(node)[0] if program.text(node)[:1] in "'\"" else program.quote
        return self.finding(
            node,
            message,
            advice=f"use `{better}`" if better else "choose one of the codes in `mpmodernize reference type_codes`",
            edits=[Replace(node, f"{quote}{better}{quote}")] if better else (),
            safety=safety,
        )


def _given(call: ast.Call, position: int, name: str) -> ast.expr | None:
    """An argument by its place or its name."""
    named = next((each.value for each in call.keywords if each.arg == name), None)
    return call.args[position] if position < len(call.args) else named


def _starting_values(program: Program, call: ast.Call) -> list[object]:
    """The constant values that a call starts with."""
    is_array = program.names.calls(call, "multiprocessing.Array", "multiprocessing.RawArray")
    given = _given(call, 1, "size_or_initializer") if is_array else _given(call, 1, "value")
    if given is None:
        return []
    listed = isinstance(given, (ast.List, ast.Tuple))
    if is_array and not listed:
        return []  # a size
    values: list[object] = []
    for node in given.elts if isinstance(given, (ast.List, ast.Tuple)) else [given]:
        with suppress(NotConstantError):
            values.append(constant(node))
    return values


def _fitting(numbers: list[int | float], code: str = "b") -> str | None:
    """The smallest code, no narrower than the one given, that holds all these numbers on every platform.

    An unsigned code stays unsigned where no number is negative.
    """
    from mpmodernize.reference.type_codes import type_code

    if any(isinstance(each, float) for each in numbers):
        return "d"
    unsigned = code.isupper() and all(each >= 0 for each in numbers)
    candidates = [type_code(each) for each in ("BHIQ" if unsigned else "bhiq" + "Q" * (min(numbers) >= 0))]
    width = type_code(code).size
    fitting = (row for row in candidates if row.size >= width and all(row.holds(each) for each in numbers))
    return next((row.code for row in fitting), None)
