"""What runs when a file is imported.

Under spawn and forkserver every child imports the main file again. Definitions must be there for it; starting
processes, printing, asking and measuring must not happen again.
"""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING

from mpmodernize.model.gathering import Gatherer, Gathering
from mpmodernize.model.guards import asks_for_import, exits, is_guard, is_plain_guard
from mpmodernize.model.scopes import DEFINITIONS, FunctionNode

if TYPE_CHECKING:
    from mpmodernize.model.program import Program


class ImportTime:
    """Answers what a file does when it is imported."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._index = program.index
        self._effects = program.effects
        self._touched = program.touched

    @cached_property
    def guard(self) -> ast.If | None:
        """The file's main guard, if it asks for nothing else; the last one where there are several."""
        return self.guards[-1] if self.guards else None

    @cached_property
    def guards(self) -> list[ast.If]:
        """All plain main guards, in order."""
        return [each for each in self._index.tree.body if isinstance(each, ast.If) and is_plain_guard(each)]

    def is_under_guard(self, node: ast.AST) -> bool:
        """Whether `node` stands in the body of a main guard, outside any function."""
        top = self._index.top_statement(node)  # of whatever file
        return is_guard(top) and self._index.function(node) is None

    @cached_property
    def outside(self) -> list[ast.stmt]:
        """The top-level statements that every import runs: all but the guards; none of what nobody imports."""
        found: list[ast.stmt] = []
        if self._program.beside.is_interactive:
            return found
        for statement in self._index.tree.body:
            if asks_for_import(statement):
                assert isinstance(statement, ast.If)
                if isinstance(statement.body[-1], ast.Raise) or exits(statement.body[-1]):
                    break  # what follows runs in the main process alone
            elif not is_guard(statement):
                found.append(statement)
        return found

    @cached_property
    def functions(self) -> set[FunctionNode]:
        """The functions that an import runs: called, or used as decorators, outside of functions and the guard."""
        if self._program.beside.is_interactive:
            return set()
        called = [
            self._program.functions.called(call)
            for call in self._index.calls
            if self._index.function(call) is None and not self.is_under_guard(call)
        ]
        for definition in self._index.definitions:
            called += [self._program.functions.resolve(each) for each in definition.decorator_list]
        return set(self._program.functions.reachable([each for each in called if each is not None]))

    @cached_property
    def starting(self) -> ast.Call | None:
        """The first call at import time that starts a process."""
        if self._program.beside.is_interactive:
            return None
        for statement in self.outside:
            if not isinstance(statement, DEFINITIONS):
                call = self._effects.starting_call(statement)
                if call is not None:
                    return call
        return self.starting_in_definition

    @cached_property
    def starting_in_definition(self) -> ast.Call | None:
        """The first call in a class body, default or decorator that starts a process: no guard can take it."""
        for definition in self._index.definitions:
            inside: list[ast.AST] = []
            if isinstance(definition, ast.ClassDef):
                inside += [each for each in definition.body if not isinstance(each, DEFINITIONS)]
            else:
                inside += [*definition.args.defaults, *definition.decorator_list]
            for node in inside if self._index.function(definition) is None else []:
                call = self._effects.starting_call(node)
                if call is not None:
                    return call
        return None

    @cached_property
    def is_library(self) -> bool:
        """Whether the file starts processes at import for functions that only somebody else can call.

        Under a guard the names of what it makes would be missing there.
        """
        gathered = self.gathering.statements
        if self.starting is None or self.guards or not all(isinstance(each, ast.Assign) for each in gathered):
            return False
        made = {name for each in gathered for name in self._touched.by(each)}
        uses = [use for name in made for use in self._program.state.uses(name) if isinstance(use.ctx, ast.Load)]
        places = [self._index.function(use) for use in uses if self._index.top_statement(use) not in gathered]
        return bool(places) and all(place is not None and place not in self.functions for place in places)

    def runs(self, node: ast.AST) -> bool:
        """Whether an import of the file runs this code: outside of functions and guards, or called from there."""
        function = self._index.function(node)
        if function is not None:
            return function in self.functions
        return self._index.top_statement(node) in self.outside

    @cached_property
    def acting(self) -> list[ast.stmt]:
        """The top-level statements outside the guard that do something, in order.

        Where the starts stand under a guard already, only what certainly acts counts: an unknown call may just as
        well define or register something that the children need.
        """
        found = [each for each in self.outside if not self._is_calm(each)]
        if self.starting is None:
            found = [each for each in found if self._effects.certainly_acts(each)]
        return found

    def _is_calm(self, statement: ast.stmt) -> bool:
        return (
            isinstance(statement, DEFINITIONS)
            or self._effects.imports(statement)
            or self._effects.only_computes(statement)
            or self._effects.configures(statement)
        )

    def is_late(self, node: ast.AST) -> bool:
        """Whether code runs in the parent alone: under the guard, or in a function that no import calls."""
        if not self._program.owns(node):
            return self._program.of(node).import_time.is_late(node)
        function = self._index.function(node)
        if function is not None:
            return function not in self.functions
        return self.is_under_guard(node)

    def is_set_late(self, name: str) -> bool:
        """Whether the parent alone gives a module-level name its value, or its content, that workers read."""
        state, in_child = self._program.state, self._program.runs_in_child
        bindings = [binding.node for binding in state.bindings(name)]
        changes = state.changes(name)
        if any(in_child(place) for place in bindings):
            return False  # each process has a value of its own
        if not any(self.is_late(place) for place in [*bindings, *changes] if not in_child(place)):
            return False
        # what a worker only fills, it does not read
        return any(read not in changes for read in state.read_by_workers.get(name, []))

    # -- gathering ---------------------------------------------------------------------------------

    @cached_property
    def gathering(self) -> Gathering:
        """What to put under the guard so that an import does nothing but define."""
        return Gatherer(self._program, self).gathering()

    def guard_behind(self, statement: ast.stmt) -> int:
        """How many guards stand before a statement: the position of the next one."""
        return sum(guard.lineno < statement.lineno for guard in self.guards)

    @property
    def gathering_guard(self) -> ast.If | None:
        """The guard that takes what is gathered: the next one behind it, or the last."""
        if len(self.guards) < 2:
            return self.guard
        return self.guards[min(self.guard_behind(self.gathering.statements[0]), len(self.guards) - 1)]
