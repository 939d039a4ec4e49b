"""Which side runs what: functions that only children run, and what the parent does after it has started one."""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import FunctionNode
    from mpmodernize.model.starts import Start

_DEPTH = 5
"""How many calls upwards from a start are followed."""


class Sides:
    """Tells the parent's side of a program from the children's."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._index = program.index
        self._functions = program.functions

    def only_in_children(self, node: ast.AST) -> bool:
        """Whether the code around `node` runs in children, and never in the parent as far as the file shows."""
        function = self._index.function(node)
        return function is not None and self._program.starts.is_worker(function) and function not in self._of_parent

    def only_in_parent(self, node: ast.AST) -> bool:
        """Whether no child runs the code around `node` by a call; an import may still."""
        return not self._program.runs_in_child(node)

    @cached_property
    def _of_parent(self) -> set[FunctionNode]:
        """The functions that the parent may run: all that no child runs, what these call and what they hand around."""
        worker = self._program.starts.is_worker
        waiting = [
            each
            for each in self._program.everywhere.definitions
            if not isinstance(each, ast.ClassDef) and not worker(each)
        ]
        waiting += [callee for _, callee in self._functions.calls_of.get(None, [])]
        chosen = {start.function for start in self._program.starts.all if start.is_choice}
        for function, mentions in self._functions.mentions.items():
            if function not in chosen and any(
                each not in self._targets and not worker(self._index.function(each)) for each in mentions
            ):
                waiting.append(function)
        found: set[FunctionNode] = set()
        while waiting:
            function = waiting.pop()
            if function in found:
                continue
            found.add(function)
            waiting += [callee for _, callee in self._functions.calls_of.get(function, [])]
            waiting += [each for each in self._functions.inner_functions(function) if not worker(each)]
        return found

    @cached_property
    def _targets(self) -> set[ast.AST]:
        """The expressions that name what a child runs, also inside `partial`."""
        targets = [start.target for start in self._program.starts.all if start.target is not None]
        return {node for target in targets for node in ast.walk(target)}

    def after(self, start: Start, places: Iterable[ast.expr]) -> Iterator[ast.expr]:
        """Those of the parent's places that run after this start: behind it, or behind a call that leads to it."""
        left = [each for each in places if self.only_in_parent(each)]
        frames: list[ast.AST] = [start.call]
        seen: set[FunctionNode | None] = set()
        for _ in range(_DEPTH):
            above: list[ast.AST] = []
            for frame in frames:
                function = self._index.function(frame)
                if function in seen:
                    continue
                seen.add(function)
                reached = self._reached_behind(function, frame)
                for place in left:
                    where = self._index.function(place)
                    if where in reached or (where is function and self._is_behind(place, frame)):
                        yield place
                above += self._functions.callers(function) if function is not None else []
            frames = above

    def _reached_behind(self, function: FunctionNode | None, frame: ast.AST) -> set[FunctionNode]:
        """The functions that run when `function` goes on behind `frame`."""
        calls = self._functions.calls_of.get(function, [])
        entries = [callee for call, callee in calls if call is not frame and self._is_behind(call, frame)]
        return set(self._functions.reachable(entries)) - {function}

    def _is_behind(self, place: ast.AST, frame: ast.AST) -> bool:
        """Whether `place` runs behind `frame`, in the same function: further down, or in the same loop."""
        if self._position(place) > self._position(frame):
            return not self._are_alternatives(place, frame)
        loop = self._index.loop(frame)
        return loop is not None and isinstance(loop, ast.stmt) and self._index.contains(loop, place)

    def _are_alternatives(self, place: ast.AST, frame: ast.AST) -> bool:
        """Whether the two stand in different branches of one `if`."""
        branches: dict[ast.AST, ast.AST] = {}
        inside = place
        for ancestor in self._index.ancestors(place):
            branches[ancestor] = inside
            inside = ancestor
        inside = frame
        for ancestor in self._index.ancestors(frame):
            if isinstance(ancestor, ast.If) and ancestor in branches:
                return self._is_in_body(ancestor, inside) and not self._is_in_body(ancestor, branches[ancestor])
            inside = ancestor
        return False

    def _is_in_body(self, branching: ast.If, inside: ast.AST) -> bool:
        """Whether a child of an `if` is one of the statements of its body."""
        return isinstance(inside, ast.stmt) and self._index.block(inside) is branching.body

    @staticmethod
    def _position(node: ast.AST) -> tuple[int, int]:
        return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
