"""Whether a variable still has the same value when the function that reads it runs in its process."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.captures import Settled
from mpmodernize.rules.hoistable import CannotHoistError

if TYPE_CHECKING:
    from mpmodernize.model.captures import Capture
    from mpmodernize.model.crossings import Crossing
    from mpmodernize.model.nameless import Origin
    from mpmodernize.model.program import Program


class Moment:
    """Compares the moment in which a nameless function is handed over with the one in which it runs."""

    def __init__(self, program: Program, origin: Origin, crossings: list[Crossing]) -> None:
        self._program = program
        self._index = program.index
        self._origin = origin
        self._crossings = crossings
        self.safety = Safety.SAFE
        """Unsafe as soon as a child would see another value than under fork: the one that was meant."""

    def check(self, capture: Capture, use: ast.expr) -> None:
        """Whether the value at `use` is the one that the function sees. Raises `CannotHoistError` if not."""
        settled, loop = self._program.captures.settled(capture, use)
        direct = self._program.crossings.of_expression(use)
        if direct and not any(each.is_inherited for each in direct):
            return  # it never got through: the value of this moment is the one that is meant
        if settled is Settled.NOT_YET:
            label = getattr(self._origin, "name", None)
            what = f"`{label}`" if label is not None else "the lambda"
            raise CannotHoistError(f"`{capture.name}` may get another value after {what} is handed over")
        if loop is not None and not self._starts_in(loop, use):
            self.safety = Safety.UNSAFE

    def _starts_in(self, loop: ast.AST, use: ast.expr) -> bool:
        """Whether what is handed over at `use` has started before the loop goes on."""
        starts = [each.start for each in self._crossings if each.start is not None and each.is_inherited]
        if not starts:
            return False
        for start in starts:
            function = self._index.function(start.call)
            passed_on = function is not self._index.function(use)
            if passed_on:
                call = self._index.parent[use]
                if not isinstance(call, ast.Call) or self._program.functions.called(call) is not function:
                    return False
            around: ast.AST | None = function if passed_on else loop
            for call in self._started(start.call) if start.kind != "initializer" else [start.call]:
                if around is None or not self._index.contains(around, call):
                    return False
        return True

    def _started(self, process: ast.Call) -> list[ast.AST]:
        """Where a process is started; the whole module where that is not known."""
        return self._starts_of.get(process) or [self._index.tree]

    @property
    def _starts_of(self) -> dict[ast.Call, list[ast.AST]]:
        """For each process, by the call that makes it, the calls of `start`; found once for all functions."""
        known = self._program.plans.get("starts of processes")
        if isinstance(known, dict):
            return known
        found: dict[ast.Call, list[ast.AST]] = {}
        for call in self._program.types.receiver_calls("start", ["Process"]):
            assert isinstance(call.func, ast.Attribute)
            type_ = self._program.type(call.func.value)
            for made in type_.made if type_ is not None else ():
                found.setdefault(made, []).append(call)
        self._program.plans["starts of processes"] = found
        return found
