"""What a function takes from the functions around it, and when that gets its last value.

A function inside a function sees the variables of the outer one as they are when it runs, not as they were when it
was made. Who hands it their values instead has to know that nothing binds them again in between.
"""

from __future__ import annotations

import ast
from enum import Enum
from typing import TYPE_CHECKING

from mpmodernize.model.guards import is_guard
from mpmodernize.model.scopes import COMPREHENSIONS, DEFINITIONS, LOOPS
from mpmodernize.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mpmodernize.model.index import Index
    from mpmodernize.model.scopes import Binding, Scope


class Capture(Record):
    """One variable of a function around, which a function reads."""

    name: str
    owner: Scope
    """The scope in which the variable lives."""

    @property
    def bindings(self) -> list[Binding]:
        """Every place that binds the variable."""
        return self.owner.bindings[self.name]

    @property
    def sole(self) -> Binding | None:
        """The only place that binds the variable."""
        return self.bindings[0] if len(self.bindings) == 1 else None


class Settled(Enum):
    """Whether a variable has got its last value when a piece of code runs."""

    FOR_GOOD = "for good"
    THIS_ROUND = "for this round of a loop"
    NOT_YET = "not yet"


class Captures:
    """Answers what functions take from around them."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._known: dict[ast.AST, list[Capture]] = {}

    def of(self, node: ast.AST) -> list[Capture]:
        """The variables of functions around `node` that its body reads, in the order of their first use.

        Those of the main guard around it belong to them: no other process has them either.
        For a function that is its body alone: decorators and defaults are read when it is made (`on_making`).
        """
        if node not in self._known:
            body: list[ast.AST] = [node]
            if isinstance(node, DEFINITIONS):
                body = [*node.body]
            elif isinstance(node, ast.Lambda):
                body = [node.body]
            self._known[node] = self._captured(body, node)
        return self._known[node]

    def on_making(self, nodes: Iterable[ast.AST]) -> list[Capture]:
        """The variables of functions that these expressions (defaults, decorators, bases) read."""
        return self._captured(list(nodes), None)

    def _captured(self, nodes: list[ast.AST], within: ast.AST | None) -> list[Capture]:
        found: dict[Capture, None] = {}
        names = [each for node in nodes for each in ast.walk(node) if isinstance(each, ast.Name)]
        tops = set(map(id, nodes))
        for name in sorted(names, key=lambda each: (each.lineno, each.col_offset)):
            owner = self._index.owner(name)
            if owner is None or self._is_inside(owner.node, tops, within):
                continue
            if owner.is_module and not (within is not None and self._is_of_guard(owner.bindings[name.id], within)):
                continue
            found[Capture(name.id, owner)] = None
        return list(found)

    def _is_of_guard(self, bindings: list[Binding], within: ast.AST) -> bool:
        """Whether a module-level variable gets its values in the main guard around a function, and only there."""
        guard = self._index.top_statement(within)
        return is_guard(guard) and all(
            binding.kind not in ("definition", "import") and self._index.top_statement(binding.node) is guard
            for binding in bindings
        )

    def _is_inside(self, scope_node: ast.AST, tops: set[int], within: ast.AST | None) -> bool:
        """Whether a scope belongs to the function itself or stands inside it."""
        node: ast.AST | None = scope_node
        while node is not None:
            if node is within or id(node) in tops:
                return True
            node = self._index.parent.get(node)
        return False

    def settled(self, capture: Capture, at: ast.AST) -> tuple[Settled, ast.AST | None]:
        """Whether a variable has its last value when the code at `at` runs; if for a round, the loop that goes on."""
        if isinstance(capture.owner.node, COMPREHENSIONS):
            return Settled.THIS_ROUND, capture.owner.node
        place = self._lifted(at, capture.owner)
        nested = place is not at
        verdict, loop = Settled.FOR_GOOD, None
        bound = False
        for binding in capture.bindings:
            if binding.kind == "parameter":
                bound = True
                continue
            if binding.kind in ("delete", "except") or binding.scope.function() is not capture.owner.function():
                return Settled.NOT_YET, None
            around = self._common_loop(binding.node, place)
            before = self._is_before(binding.node, place)
            if not before:
                return Settled.NOT_YET, None
            bound = True
            if around is not None:
                if nested:
                    return Settled.NOT_YET, None
                verdict, loop = Settled.THIS_ROUND, around
        return (verdict, loop) if bound else (Settled.NOT_YET, None)

    def _lifted(self, at: ast.AST, owner: Scope) -> ast.AST:
        """The place of `at` in the function that `owner` belongs to: the definition around it, where there is one."""
        place = at
        scope: Scope | None = self._index.scope(at).function()
        while scope is not None and scope is not owner.function():
            place = scope.node
            scope = scope.parent.function() if scope.parent is not None else None
        return place

    def _is_before(self, binding: ast.AST, place: ast.AST) -> bool:
        """Whether a binding is carried out before the code at `place`, in code that runs from top to bottom."""
        statement = self._index.statement(binding)
        if self._index.contains(statement, place):
            if isinstance(statement, (ast.For, ast.AsyncFor, ast.With, ast.AsyncWith)):
                headers = [statement.iter] if isinstance(statement, (ast.For, ast.AsyncFor)) else statement.items
                return not any(self._index.contains(each, place) for each in headers)
            parent = self._index.parent[binding]
            return isinstance(parent, ast.NamedExpr) and _position(parent) < _position(place)
        return _position(statement) < _position(place)

    def _common_loop(self, one: ast.AST, other: ast.AST) -> ast.AST | None:
        """The innermost loop around both."""
        around = [one, *self._index.ancestors(one)]
        for ancestor in self._index.ancestors(other):
            if isinstance(ancestor, (*DEFINITIONS, ast.Lambda)):
                return None
            if isinstance(ancestor, LOOPS) and ancestor in around:
                return ancestor
        return None


def _position(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
