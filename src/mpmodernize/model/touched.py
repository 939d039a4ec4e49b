"""The names that a statement binds, changes and needs."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.scopes import DEFINITIONS, FUNCTION_NODES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mpmodernize.model.program import Program


class Touched:
    """Answers which module-level names a statement has to do with."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._index = program.index
        self._effects = program.effects
        self._by: dict[ast.stmt, list[str]] = {}
        self._changed: dict[ast.stmt, list[str]] = {}
        self._needs: dict[ast.stmt, frozenset[str]] = {}

    def by(self, statement: ast.stmt) -> list[str]:
        """The module-level names that a statement binds or fills."""
        if statement not in self._by:
            self._by[statement] = self._touched_by(statement)
        return self._by[statement]

    def _touched_by(self, statement: ast.stmt) -> list[str]:
        if isinstance(statement, DEFINITIONS):
            return [statement.name]
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            return [(each.asname or each.name).split(".")[0] for each in statement.names]
        return list(dict.fromkeys(self._touched(statement)))

    def _touched(self, statement: ast.stmt) -> Iterator[str]:
        for node in self._own_nodes(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
                yield node.id
        yield from self.changed(statement)
        for node in self._own_nodes(statement):
            if isinstance(node, ast.Call):
                function = self._program.functions.called(node)
                if function is not None:
                    for reached in self._program.functions.reachable([function]):
                        yield from self._index.inner_scope(reached).globals

    def changed(self, statement: ast.stmt) -> list[str]:
        """The variables that a statement binds again, or whose objects it changes in place."""
        if statement not in self._changed:
            names = self._changed_names(statement)
            self._changed[statement] = [name for name in names if self._program.state.is_variable(name)]
        return self._changed[statement]

    def _changed_names(self, statement: ast.stmt) -> Iterator[str]:
        for node in self._own_nodes(statement):
            if isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, (ast.Store, ast.Del)):
                yield from _base_name(node.value)
            elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
                yield node.target.id
            elif isinstance(node, ast.Call):
                if isinstance(node.func, ast.Attribute) and self._program.qualified(node.func) is None:
                    yield from _base_name(node.func.value)
                if not self._effects.leaves_arguments_alone(node):
                    for argument in node.args:
                        yield from self._changeable(argument)

    def _changeable(self, argument: ast.expr) -> Iterator[str]:
        """The name that a call may change the object of, when it is handed over as it is."""
        if isinstance(argument, ast.Name):
            kind = self._program.types.kind(argument)
            if kind not in ("int", "float", "str", "bool", "bytes", "NoneType", "range"):
                yield argument.id

    def needs(self, statement: ast.stmt) -> frozenset[str]:
        """The names whose values a statement takes from elsewhere: a loop's own variable is none of them."""
        if statement not in self._needs:
            self._needs[statement] = self._needed_by(statement)
        return self._needs[statement]

    def _needed_by(self, statement: ast.stmt) -> frozenset[str]:
        own = {
            name.id
            for node in self._own_nodes(statement)
            if isinstance(node, (ast.For, ast.AsyncFor))
            for name in ast.walk(node.target)
            if isinstance(name, ast.Name)
        }
        return frozenset(self.read(statement)) - own

    def read(self, statement: ast.stmt) -> Iterable[str]:
        """The names that a statement reads."""
        return {
            node.id
            for node in self._own_nodes(statement)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        }

    def _own_nodes(self, statement: ast.stmt) -> Iterator[ast.AST]:
        """The nodes that run with the statement at module level, without the bodies of lambdas."""
        waiting: list[ast.AST] = [statement]
        while waiting:
            node = waiting.pop()
            if isinstance(node, (ast.Lambda, *FUNCTION_NODES)):
                continue
            if isinstance(node, ast.comprehension):
                waiting += [node.iter, *node.ifs]
                continue
            yield node
            waiting.extend(ast.iter_child_nodes(node))


def _base_name(node: ast.AST) -> Iterator[str]:
    """The name at the root of `name[…].attribute.method(…)`."""
    while True:
        if isinstance(node, (ast.Subscript, ast.Attribute)):
            node = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func.value
        else:
            break
    if isinstance(node, ast.Name):
        yield node.id
