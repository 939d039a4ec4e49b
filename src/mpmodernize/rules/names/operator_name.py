"""MP236: functions of `operator` that Python 3 has no more."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.library import OPERATOR, OPERATOR_GONE, OPERATOR_QUESTIONS
from mpmodernize.rewrite.edits import AddImport, Replace
from mpmodernize.rules.moves import MovedNames

if TYPE_CHECKING:
    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit

_UNLIKE = {
    f"operator.{name}": f"use `isinstance(x, {abstract})`, which is stricter about classes of your own"
    for name, abstract in OPERATOR_QUESTIONS.items()
}
_DIVISIONS = ("operator.div", "operator.__div__", "operator.idiv", "operator.__idiv__")


class OperatorName(MovedNames):
    """A function of `operator` that Python 3 has no more: `operator.isCallable`, `operator.div`.

    ## What it does
    `operator.isCallable` becomes `callable`, `operator.sequenceIncludes` becomes `operator.contains`, `operator.repeat`
    becomes `operator.mul`. `operator.div` becomes `floordiv` or `truediv` where the numbers are known. The
    questions for a kind of object (`isSequenceType`) become questions for an abstract class.

    ## Why it matters
    The names raise `AttributeError`. `operator.div` divided whole numbers with a floor and other numbers without:
    Python 3 has one function for each, and only the owner knows which numbers come.

    ## Example
    ```python
    import operator

    print operator.isCallable(len), operator.sequenceIncludes([1, 2], 2)
    ```

    ## Use instead
    ```python
    import operator

    print(callable(len), operator.contains([1, 2], 2))
    ```

    ## Fix safety
    Safe: the new function does the same, and the old line could not run. Unsafe for `isSequenceType` and its kin: they
    took any class with `__getitem__` for a sequence. There is no fix for `div` of numbers that are not known.

    ## When it stays silent
    Where the program asks first which Python it runs on, or whether the name is there.

    ## References
    - [2to3: operator](https://docs.python.org/3.12/library/2to3.html#to3fixer-operator)
    - [operator](https://docs.python.org/3/library/operator.html)
    """

    code = "MP236"
    name = "operator-name"
    moves = OPERATOR
    gone = OPERATOR_GONE
    unlike = _UNLIKE

    def changed(self, program: Program, use: ast.expr) -> list[Edit] | None:
        """Also the questions for a kind of object, and the division of numbers that are known."""
        old = program.qualified(use) or ""
        call = program.index.parent[use]
        if not isinstance(call, ast.Call) or call.func is not use:
            return super().changed(program, use)
        if old in _DIVISIONS and isinstance(use, ast.Attribute):
            kinds = {program.types.kind(argument) for argument in call.args}
            if kinds == {"int"} or (kinds <= {"int", "float"} and "float" in kinds):
                place = "i" if "idiv" in old else ""
                return [Replace(use, f"$0.{place}{'floordiv' if kinds == {'int'} else 'truediv'}", (use.value,))]
        abstract = OPERATOR_QUESTIONS.get(old.removeprefix("operator."))
        if abstract is not None and len(call.args) == 1:
            module = abstract.rpartition(".")[0]
            return [Replace(call, f"isinstance($0, {abstract})", tuple(call.args)), AddImport(f"import {module}")]
        return super().changed(program, use)
