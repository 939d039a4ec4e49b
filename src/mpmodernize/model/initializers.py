"""Initializers: what they leave in each worker of a pool, and what those workers look for."""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING

from mpmodernize.model.functions import parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import Binding, FunctionNode
    from mpmodernize.model.starts import Start


class Initializer:
    """A function of the program that pools run first in each worker."""

    def __init__(self, program: Program, function: FunctionNode, starts: list[Start]) -> None:
        self.function = function
        self.starts = starts
        """The pools that run it."""
        self._program = program
        self._scope = program.index.inner_scope(function)

    @cached_property
    def forgotten(self) -> list[Binding]:
        """The local variables that it assigns once and never reads: what is assigned to them is lost."""
        return [
            bindings[0]
            for bindings in self._scope.bindings.values()
            if len(bindings) == 1 and self._is_plain(bindings[0]) and not self._reads(bindings[0].name)
        ]

    def _is_plain(self, binding: Binding) -> bool:
        """Whether this is an assignment that would do for a global variable, too: one with an annotation would not."""
        annotated = isinstance(self._program.index.parent[binding.node], ast.AnnAssign)
        return binding.kind in ("assign", "unpack") and not annotated

    def comes_from_outside(self, binding: Binding) -> bool:
        """Whether what is assigned is made from what the initializer is given."""
        names = {each.arg for each in parameters(self.function)}
        value = binding.value
        return value is not None and any(isinstance(each, ast.Name) and each.id in names for each in ast.walk(value))

    @cached_property
    def unread_parameters(self) -> list[ast.arg]:
        """The parameters that are used for nothing, unless it is to assign them to themselves."""
        return [each for each in parameters(self.function) if not self._reads(each.arg)]

    def _reads(self, name: str) -> bool:
        inside = [each for each in self._program.index.names.get(name, []) if self._is_inside(each)]
        return any(isinstance(each.ctx, ast.Load) and not self._is_copied_to_itself(each) for each in inside)

    def _is_inside(self, node: ast.AST) -> bool:
        return self._program.index.contains(self.function, node)

    def _is_copied_to_itself(self, name: ast.Name) -> bool:
        return self.copy_to_itself(name.id) is self._program.index.parent[name]

    def copy_to_itself(self, name: str) -> ast.Assign | None:
        """The statement `x = x`, which does nothing for the parameter `x`."""
        for each in self.function.body:
            if isinstance(each, ast.Assign) and isinstance(each.value, ast.Name) and each.value.id == name:
                (target, *others) = each.targets
                if not others and isinstance(target, ast.Name) and target.id == name:
                    return each
        return None

    @cached_property
    def declared(self) -> list[ast.Global]:
        """Its `global` statements."""
        return [
            each for each in self._program.index.all(ast.Global) if self._program.index.function(each) is self.function
        ]

    @cached_property
    def unset(self) -> list[str]:
        """Names that it declares `global` and never binds."""
        return [
            name
            for statement in self.declared
            for name in statement.names
            if not any(
                isinstance(each.ctx, ast.Store) and self._is_inside(each)
                for each in self._program.index.names.get(name, [])
            )
            and not any(each.scope is self._scope for each in self._program.state.bindings(name))
        ]

    @cached_property
    def served(self) -> set[FunctionNode]:
        """The functions that run in the workers of its pools, as far as the program shows."""
        pools = {pool for start in self.starts for pool in start.pools}
        tasks = [start.function for start in self._program.starts.tasks if not start.pools or start.pools & pools]
        return set(self._program.functions.reachable([each for each in tasks if each is not None]))

    def looked_for(self, name: str) -> list[ast.Name]:
        """Where the workers of its pools read the global variable `name`."""
        index = self._program.index
        return [
            use
            for owner in (None, index.module)
            for use in index.uses(name, owner)
            if isinstance(use.ctx, ast.Load) and index.function(use) in self.served
        ]

    def given(self, parameter: str) -> Iterator[ast.expr]:
        """What the pools hand to a parameter."""
        for position, each in enumerate(parameters(self.function)):
            if each.arg == parameter:
                for start in self.starts:
                    yield from start.argument(position, parameter)

    @property
    def is_used_elsewhere(self) -> bool:
        """Whether it runs in other places than as an initializer, or is handed around."""
        functions, targets = self._program.functions, {start.target for start in self.starts}
        return bool(functions.callers(self.function)) or any(
            each not in targets for each in functions.mentions.get(self.function, [])
        )


def initializers(program: Program) -> list[Initializer]:
    """The functions of the program that are initializers, each with its pools."""
    found: dict[FunctionNode, list[Start]] = {}
    for start in program.starts.initializers:
        if start.function is not None and not start.leading:
            found.setdefault(start.function, []).append(start)
    return [Initializer(program, function, starts) for function, starts in found.items()]
