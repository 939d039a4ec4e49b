"""Decorators of the program: functions that put a function of their own in the place of the one that they get.

What stands in its place is pickled as its own name, which is the name of the function that it replaces only if
`functools.wraps` says so.
"""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING

from mpmodernize.model.scopes import FUNCTION_NODES, FunctionNode
from mpmodernize.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program

_OWN_NAME = ("__name__", "__qualname__", "__reduce__")
_NAMING = ("functools.wraps", "functools.update_wrapper")


class Decoration(Record, eq=False):
    """One use of a decorator: `@traced` above a function, or `job = traced(job)`."""

    node: ast.expr
    """The decorator where it stands above a function, otherwise the call."""
    function: FunctionNode
    """The function that is replaced."""
    decorator: FunctionNode
    """The function that gets it, and returns another one."""
    inner: FunctionNode
    """The function that takes its place."""
    parameter: str
    """What the decorator calls the function that it gets."""
    names: bool
    """Whether what takes its place gets its name."""


class Decorations:
    """Answers which functions are replaced by others."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._index = program.index
        self._functions = program.functions

    @cached_property
    def all(self) -> list[Decoration]:
        """Every use of a decorator of the program that returns a function of its own."""
        found: list[Decoration] = []
        for definition in self._index.definitions:
            if isinstance(definition, FUNCTION_NODES):
                for each in definition.decorator_list:
                    found += self._by(each, definition)
        for call in self._index.calls:
            found += self._by_hand(call)
        return found

    @cached_property
    def of(self) -> dict[FunctionNode, list[Decoration]]:
        """The decorations of each function."""
        found: dict[FunctionNode, list[Decoration]] = {}
        for each in self.all:
            found.setdefault(each.function, []).append(each)
        return found

    @cached_property
    def decorators(self) -> frozenset[FunctionNode]:
        """The functions that are used as decorators."""
        return frozenset(each.decorator for each in self.all)

    def _by(self, node: ast.expr, function: FunctionNode) -> Iterator[Decoration]:
        """What `@node` does: a decorator, or a call that returns one."""
        called = self._functions.resolve(node.func if isinstance(node, ast.Call) else node)
        if called is None:
            return
        decorator: FunctionNode | None = called
        if isinstance(node, ast.Call):
            decorator = self._inner(called)
        decoration = self._decoration(node, function, decorator) if decorator is not None else None
        if decoration is not None:
            yield decoration

    def _by_hand(self, call: ast.Call) -> Iterator[Decoration]:
        """`job = traced(job)`."""
        statement = self._index.parent[call]
        if not isinstance(statement, ast.Assign) or len(call.args) != 1 or call.keywords:
            return
        given, target = call.args[0], statement.targets[0]
        if not isinstance(given, ast.Name) or not isinstance(target, ast.Name) or given.id != target.id:
            return
        defined = [each.node for each in self._index.bindings(given) if each.kind == "definition"]
        decorator = self._functions.resolve(call.func)
        if len(defined) == 1 and isinstance(defined[0], FUNCTION_NODES) and decorator is not None:
            decoration = self._decoration(call, defined[0], decorator)
            if decoration is not None:
                yield decoration

    def _decoration(self, node: ast.expr, function: FunctionNode, decorator: FunctionNode) -> Decoration | None:
        inner = self._inner(decorator)
        parameters = [*decorator.args.posonlyargs, *decorator.args.args]
        if self._index.enclosing_class(decorator) is not None:
            parameters = parameters[1:]
        if inner is None or not parameters:
            return None
        parameter = parameters[0].arg
        reads = any(each.name == parameter for each in self._program.captures.of(inner))
        if not reads:
            return None
        return Decoration(node, function, decorator, inner, parameter, self._gets_name(decorator, inner))

    def _inner(self, function: FunctionNode) -> FunctionNode | None:
        """The one function made inside another that this one returns."""
        values = self._program.types.returned_values(function)
        if not values or len({ast.dump(each) for each in values}) != 1:
            return None
        inner = self._functions.resolve(values[0]) if isinstance(values[0], ast.Name) else None
        return inner if inner is not None and self._index.function(inner) is function else None

    def _gets_name(self, decorator: FunctionNode, inner: FunctionNode) -> bool:
        """Whether the inner function is given the name of another, in whatever way."""
        names = self._program.names
        for each in inner.decorator_list:
            name = names.qualified(each.func if isinstance(each, ast.Call) else each)
            if name in _NAMING or self._functions.resolve(each.func if isinstance(each, ast.Call) else each) is None:
                return True  # what an unknown decorator does is not known
        for node in ast.walk(decorator):
            if isinstance(node, ast.Call) and names.calls(node, *_NAMING):
                return True
            if isinstance(node, ast.Attribute) and node.attr in _OWN_NAME and isinstance(node.ctx, ast.Store):
                return True
        return False
