"""How often a line runs, as far as the program says."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import FunctionNode
    from mpmodernize.model.starts import Start

_RANGES = ("builtins.range", "builtins.xrange")
_MOST_CALLERS = 20


class Counting:
    """Counts the rounds of loops and the calls of functions around a place."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._index = program.everywhere

    def times(self, node: ast.AST, start: Start | None = None) -> int | None:
        """How often the code at a place runs; `None` where that is not known.

        Where the call of a start begins one of several functions, how often it begins that of `start`.
        """
        return self._times(node, frozenset(), start if start is not None and start.is_choice else None)

    def _times(self, node: ast.AST, seen: frozenset[FunctionNode], start: Start | None) -> int | None:
        number = 1
        loop = self._index.loop(node)
        while loop is not None:
            rounds = self._rounds(loop, node, start)
            if rounds is None:
                return None
            number *= rounds
            loop = self._index.loop(loop)
        function = self._index.function(node)
        if function is None or function in seen or function.name == "__init__":
            return number
        callers = self._program.functions.callers(function)[:_MOST_CALLERS]
        if start is not None and callers and self._is_parameter(start.target):
            callers = [each for each in callers if self._hands(each, start)]
            if not callers:
                return None
        calls = [self._times(each, seen | {function}, None) for each in callers] or [1]
        known = [each for each in calls if each is not None]
        return number * sum(known) if len(known) == len(calls) else None

    def _is_parameter(self, target: ast.expr | None) -> bool:
        bindings = self._index.bindings(target) if isinstance(target, ast.Name) else []
        return any(each.kind == "parameter" for each in bindings)

    def _hands(self, call: ast.Call, start: Start) -> bool:
        """Whether a call hands on the function that a start begins."""
        given = [*call.args, *(each.value for each in call.keywords)]
        return any(self._program.functions.resolve(each) is start.function for each in given)

    def _rounds(self, loop: ast.AST, node: ast.AST, start: Start | None) -> int | None:
        """How many rounds a loop goes, where it says so by `range(4)` or a list that is written out."""
        if isinstance(loop, (ast.For, ast.AsyncFor)):
            steps: list[tuple[ast.expr, ast.expr]] = [(loop.target, loop.iter)]
        elif isinstance(loop, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            if any(each.ifs for each in loop.generators):
                return None
            steps = [(each.target, each.iter) for each in loop.generators]
        else:
            return None
        if self._index.contains(steps[0][1], node):
            return 1
        number = 1
        for target, iterated in steps:
            length = self._length(iterated, start if start is not None and _binds(target, start.target) else None)
            if length is None:
                return None
            number *= length
        return number

    def _length(self, node: ast.expr, start: Start | None) -> int | None:
        """How many elements there are; of those that choose a function, how many choose that of `start`."""
        source = self._program.crossings.source_of(node)
        if isinstance(source, (ast.List, ast.Tuple)) and not any(isinstance(each, ast.Starred) for each in source.elts):
            is_plain = source is node or isinstance(source, ast.Tuple) or self._is_never_changed(node)
            chosen = [each for each in source.elts if start is None or self._names(each, start)]
            return len(chosen) if is_plain and chosen else None
        if isinstance(source, ast.Call) and self._program.qualified(source.func) in _RANGES:
            bounds = [self._program.crossings.source_of(each) for each in source.args]
            numbers = [each.value for each in bounds if isinstance(each, ast.Constant) and type(each.value) is int]
            if len(numbers) == len(bounds) and 1 <= len(numbers) <= 3 and numbers[2:] != [0]:
                return len(range(*numbers))
        return None

    def _names(self, element: ast.expr, start: Start) -> bool:
        """Whether an element is, or begins with, the function that a start begins."""
        parts = element.elts if isinstance(element, (ast.Tuple, ast.List)) else [element]
        return any(self._program.functions.resolve(each) is start.function for each in parts)

    def _is_never_changed(self, node: ast.expr) -> bool:
        """Whether nothing adds to the list that a name stands for."""
        if not isinstance(node, ast.Name):
            return False
        uses = self._index.uses(node.id, self._index.owner(node))
        return not any(self._program.state.change(each) is not None for each in uses)


def _binds(target: ast.expr, name: ast.expr | None) -> bool:
    """Whether a loop gives this name its values."""
    return isinstance(name, ast.Name) and any(
        isinstance(each, ast.Name) and each.id == name.id for each in ast.walk(target)
    )
