"""State: the module's names that workers read or change, and where they get their values."""

from __future__ import annotations

import ast
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from mpmodernize.model.scopes import FUNCTION_NODES, FunctionNode

if TYPE_CHECKING:
    from mpmodernize.model.functions import Functions
    from mpmodernize.model.index import Index
    from mpmodernize.model.scopes import Binding
    from mpmodernize.model.starts import Start, Starts


_CHANGING = frozenset(
    "append extend insert remove pop clear sort reverse update setdefault add discard appendleft popitem".split()
)


class State:
    """Answers what workers share with the rest of the program through module-level names."""

    def __init__(self, index: Index, functions: Functions, starts: Starts) -> None:
        self._index = index
        self._functions = functions
        self._starts = starts

    @cached_property
    def read_by_workers(self) -> dict[str, list[ast.Name]]:
        """For each module-level name (no function, class or module), where code of a worker reads it."""
        found: dict[str, list[ast.Name]] = {}
        for name in self._index.module.bindings:
            uses = [use for use in self.uses(name) if isinstance(use.ctx, ast.Load) and self._in_worker(use)]
            if uses and self.is_variable(name):
                found[name] = uses
        return found

    @cached_property
    def updated_by_workers(self) -> frozenset[str]:
        """The module-level names that a worker adds to, whether or not it reads them otherwise: `count += 1`."""
        return frozenset(
            name
            for name, bindings in self._index.module.bindings.items()
            if any(each.kind == "augmented" and self._in_worker(each.node) for each in bindings)
        )

    def is_variable(self, name: str) -> bool:
        """Whether a module-level name holds a value: no module, and nothing that is defined by `def` or `class`.

        A value that another file of the program has made, and that is imported from there, is one.
        """
        bindings = self.bindings(name)
        if any(each.kind == "import" for each in bindings):
            bindings = self.values(name)
        return bool(bindings) and not any(each.kind in ("import", "definition") for each in bindings)

    def bindings(self, name: str) -> list[Binding]:
        """Every place that binds a module-level name, also in functions by `global`."""
        return self._index.module.bindings.get(name, [])

    def values(self, name: str) -> list[Binding]:
        """The bindings that give a module-level name its value, in whatever file of the program they stand."""
        return [value for each in self.bindings(name) for value in self._index.imported(each) or [each]]

    def uses(self, name: str) -> list[ast.Name]:
        """Every place that names this module-level variable."""
        return self._uses[name]

    @cached_property
    def _uses(self) -> dict[str, list[ast.Name]]:
        found: dict[str, list[ast.Name]] = defaultdict(list)
        for name in self._index.module.bindings:
            found[name] = self._index.uses(name, self._index.module)
        return found

    def changes(self, name: str) -> list[ast.AST]:
        """Where the object of a module-level name is changed in place: filled, extended, given an attribute."""
        return [place for use in self.uses(name) if (place := self.change(use)) is not None]

    def change(self, use: ast.expr) -> ast.AST | None:
        """The use itself, if it changes the object that it names in place: fills it, gives it an attribute."""
        node: ast.AST = use
        parent = self._index.parent[node]
        while isinstance(parent, (ast.Subscript, ast.Attribute)) and parent.value is node:
            if isinstance(parent.ctx, (ast.Store, ast.Del)):
                return use
            node, parent = parent, self._index.parent[parent]
        if isinstance(parent, ast.Call) and parent.func is node and isinstance(node, ast.Attribute):
            return use if node.attr in _CHANGING else None
        return None

    def _in_worker(self, node: ast.AST) -> bool:
        return self._starts.is_worker(self._index.function(node))

    def outer_function(self, node: ast.AST) -> FunctionNode | None:
        """The outermost function around `node`: a module-level function or a method."""
        outer: FunctionNode | None = None
        for ancestor in self._index.ancestors(node):
            if isinstance(ancestor, FUNCTION_NODES):
                outer = ancestor
        return outer

    def starts_reaching(self, functions: set[FunctionNode]) -> list[Start]:
        """The starts whose child runs any of these functions."""
        numbers = {number for each in functions for number in self._numbers_of_starts.get(each, ())}
        return [self._starts.all[number] for number in sorted(numbers)]

    @cached_property
    def _numbers_of_starts(self) -> dict[FunctionNode, list[int]]:
        """For each function the places, in the list of all starts, of those whose child runs it."""
        found: dict[FunctionNode, list[int]] = defaultdict(list)
        for number, start in enumerate(self._starts.all):
            entries = [*([start.function] if start.function is not None else []), *self._starts.carried(start)]
            for function in dict.fromkeys(reached for entry in entries for reached in self._reach(entry)):
                found[function].append(number)
        return found

    def _reach(self, function: FunctionNode) -> set[FunctionNode]:
        known = self._reached.get(function)
        if known is None:
            known = self._reached[function] = set(self._functions.reachable([function]))
        return known

    @cached_property
    def _reached(self) -> dict[FunctionNode, set[FunctionNode]]:
        return {}

    def reaches(self, function: FunctionNode, others: set[FunctionNode]) -> bool:
        """Whether running `function` can run one of `others`."""
        return bool(self._reach(function) & others)
