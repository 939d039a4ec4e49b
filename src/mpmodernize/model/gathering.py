"""Which statements go under the main guard so that an import does nothing but define.

What workers, decorators, defaults and class bodies read stays at import time together with every statement that fills
it; what acts moves, and with it what only that needs.
"""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from mpmodernize.model.contexts import CONTEXT_BOUND
from mpmodernize.model.scopes import DEFINITIONS, FUNCTION_NODES
from mpmodernize.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.import_time import ImportTime
    from mpmodernize.model.program import Program


class Gathering(Record):
    """Which import-time statements go under the guard, and what that asks for."""

    statements: tuple[ast.stmt, ...]
    """What is gathered, in order."""
    detached: tuple[str, ...]
    """Names that workers read and that get their value under the guard: they have to be passed to the workers."""
    obstacle: str | None
    """Why the statements cannot simply be gathered; `None` when they can."""


class Gatherer:
    """Chooses what goes under the guard of one file."""

    def __init__(self, program: Program, import_time: ImportTime) -> None:
        self._program = program
        self._import_time = import_time
        self._index = program.index
        self._effects = program.effects
        self._touched = program.touched
        self._outside = import_time.outside

    def gathering(self) -> Gathering:
        """What to put under the guard so that an import does nothing but define."""
        needed = self._needed_at_import()
        state = self._program.state
        for_workers = {*state.read_by_workers, *state.updated_by_workers, *self._program.registrations.read} - needed
        moved = {id(each) for each in [*self._import_time.acting, *self._behind_the_start_method()]}
        for name in for_workers & self._rebound_around(self._import_time.acting):
            moved |= {id(each) for each in self._touching[name]}
        staying = self._staying(needed | for_workers, moved)
        moving = [each for each in self._outside if id(each) in moved]
        touched = {name for each in moving for name in self._touched.by(each)}
        changed = {name for each in moving for name in self._touched.changed(each)}
        gathered = []
        for each in self._outside:
            behind = bool(moving) and each.lineno >= moving[0].lineno
            if id(each) in moved or (
                id(each) not in staying and self._follows(each, touched=touched, changed=changed, behind=behind)
            ):
                gathered.append(each)
        bound = {name for each in gathered for name in self._touched.by(each)}
        detached = sorted(name for name in bound if name in self._program.state.read_by_workers)
        return Gathering(tuple(gathered), tuple(detached), self._obstacle(gathered, bound))

    def _behind_the_start_method(self) -> list[ast.stmt]:
        """What makes locks of the default context, where what sets its start method moves: locks choose it, too."""
        moving = set(self._import_time.acting)
        setting = [
            call
            for call in self._program.calls_of("multiprocessing.set_start_method")
            if self._index.function(call) is None and self._index.top_statement(call) in moving
        ]
        made = self._program.calls_of(*CONTEXT_BOUND) if setting else ()
        return [
            top
            for call in made
            if self._index.function(call) is None
            and (top := self._index.top_statement(call)) in self._outside
            and not isinstance(top, DEFINITIONS)
            and ((context := self._program.contexts.of(call.func)) is None or context.is_default)
        ]

    def _obstacle(self, gathered: list[ast.stmt], bound: set[str]) -> str | None:
        """Why statements that bind these names cannot simply be gathered; `None` when they can."""
        if self._import_time.starting_in_definition is not None:
            return "a process is started while a class or function is defined"
        between_guards = self._guard_obstacle(gathered)
        if between_guards is not None:
            return between_guards
        state = self._program.state
        updated = sorted(bound & state.updated_by_workers - state.read_by_workers.keys())
        if updated:
            return f"a worker adds to `{updated[0]}`, which gets its value from code that acts"
        read_early = sorted(bound & self._needed_by_staying(gathered))
        if read_early:
            return f"`{read_early[0]}` is read while the file is imported, and gets its value from code that acts"
        return self._order_obstacle(gathered)

    def _needed_at_import(self) -> set[str]:
        """The names that decorators, defaults, bases and class bodies read."""
        return {name for each in self._outside if isinstance(each, DEFINITIONS) for name in read_on_definition(each)}

    def _staying(self, wanted: set[str], moved: set[int]) -> set[int]:
        """The calm statements that bind or fill a wanted name, and what those read in turn."""
        staying: set[int] = set()
        wanted = set(wanted)
        waiting = [each for each in self._outside if self._effects.configures(each)]
        waiting += [each for name in wanted for each in self._touching.get(name, ())]
        while waiting:
            statement = waiting.pop()
            if id(statement) in staying or id(statement) in moved or isinstance(statement, DEFINITIONS):
                continue
            staying.add(id(statement))
            for name in self._touched.needs(statement) - wanted:
                wanted.add(name)
                waiting += self._touching.get(name, ())
        # what needs a value that only acting code gives, or gets one from there, cannot stay either
        acting_names = {name for each in self._outside if id(each) in moved for name in self._touched.by(each)}
        grown = True
        while grown:
            grown = False
            for statement in self._outside:
                if (
                    id(statement) in staying
                    and not self._effects.imports(statement)
                    and acting_names & (self._touched.needs(statement) | (wanted & set(self._touched.by(statement))))
                    and not self._is_announcement(statement)
                ):
                    staying.discard(id(statement))
                    moved.add(id(statement))
                    acting_names |= set(self._touched.by(statement))
                    grown = True
        return staying

    def _is_announcement(self, statement: ast.stmt) -> bool:
        """Whether this is the plain `data = None` (or any constant) ahead of a value that comes later."""
        return isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)

    def _follows(self, statement: ast.stmt, *, touched: set[str], changed: set[str], behind: bool) -> bool:
        """Whether a statement that only computes belongs to what is gathered, not to the definitions.

        What is gathered touches and changes these names; `behind` says whether the statement stands behind its start.
        """
        if isinstance(statement, DEFINITIONS) or self._effects.imports(statement):
            return False
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            return False
        if not self._effects.only_computes(statement):
            return bool(touched & self._touched.needs(statement))
        names = self._touched.by(statement)
        if not names or all(name.startswith("__") for name in names):
            return not names and behind
        if changed.intersection(names):
            return True
        if self._is_setting(statement, names):
            return False
        return behind or not self._is_read_in_functions(names)

    def _is_setting(self, statement: ast.stmt, names: list[str]) -> bool:
        """Whether this is a constant at the head of the file, or one in capitals anywhere."""
        if not isinstance(statement, ast.Assign) or any(len(self._program.state.bindings(name)) > 1 for name in names):
            return False
        if all(name.isupper() for name in names):
            return True
        first_definition = next((each for each in self._outside if isinstance(each, DEFINITIONS)), None)
        return (
            first_definition is not None
            and statement.lineno < first_definition.lineno
            and self._is_literal(statement.value)
        )

    @staticmethod
    def _is_literal(value: ast.expr) -> bool:
        return all(
            isinstance(each, (ast.Constant, ast.UnaryOp, ast.BinOp, ast.Tuple, ast.operator, ast.unaryop, ast.Load))
            for each in ast.walk(value)
        )

    def _is_read_in_functions(self, names: list[str]) -> bool:
        return any(self._index.function(use) is not None for name in names for use in self._program.state.uses(name))

    def _needed_by_staying(self, gathered: list[ast.stmt]) -> set[str]:
        inside = {id(each) for each in gathered}
        needed = self._needed_at_import()
        for statement in self._outside:
            if id(statement) not in inside and not isinstance(statement, DEFINITIONS):
                needed |= self._touched.needs(statement)
        return needed

    def _guard_obstacle(self, gathered: list[ast.stmt]) -> str | None:
        """With several guards, what is gathered must stand between the same two of them to keep its order."""
        if len(self._import_time.guards) < 2 or len({self._import_time.guard_behind(each) for each in gathered}) < 2:
            return None
        return "there are several main guards, and code between them"

    @cached_property
    def _touching(self) -> dict[str, list[ast.stmt]]:
        """For each name, the statements outside the guard that bind or fill it."""
        found: dict[str, list[ast.stmt]] = defaultdict(list)
        for statement in self._outside:
            for name in self._touched.by(statement):
                found[name].append(statement)
        return found

    def _rebound_around(self, gathered: list[ast.stmt]) -> set[str]:
        """The names that get one value before and another one behind something that is gathered and acts."""
        inside = set(gathered)
        acting = [each.lineno for each in gathered if not self._effects.only_computes(each)]
        found = set()
        for name, statements in self._touching.items():
            places = [each.lineno for each in statements if each not in inside]
            next_act = bisect_right(acting, min(places, default=0))
            if next_act < len(acting) and acting[next_act] < max(places, default=0):
                found.add(name)
        return found

    def _order_obstacle(self, gathered: list[ast.stmt]) -> str | None:
        """Whether a name that stays is bound twice around a statement that moves behind both."""
        inside = {id(each) for each in gathered}
        before: set[str] = set()
        seen_moved = False
        for statement in self._outside:
            if id(statement) in inside:
                seen_moved = True
                continue
            names = set(self._touched.by(statement))
            again = before & names if seen_moved and not self._effects.imports(statement) else set()
            for name in sorted(again):
                if any(name in self._reached_names(each) for each in gathered if each.lineno < statement.lineno):
                    return f"`{name}` gets a new value after code that runs at import has used the old one"
            before |= names
        return None

    def _reached_names(self, statement: ast.stmt) -> set[str]:
        """The module-level names that a statement reads, itself or through the functions it calls."""
        names = set(self._touched.read(statement))
        functions = [
            function
            for node in ast.walk(statement)
            if isinstance(node, ast.Call) and (function := self._program.functions.called(node)) is not None
        ]
        for function in self._program.functions.reachable(functions):
            names |= {each.id for each in ast.walk(function) if isinstance(each, ast.Name)}
        return names


def read_on_definition(definition: ast.AST) -> Iterator[str]:
    """The names that are read when a definition is carried out: decorators, defaults, bases, class bodies."""
    waiting: list[ast.AST] = []
    if isinstance(definition, FUNCTION_NODES):
        waiting += [*definition.decorator_list, *definition.args.defaults]
        waiting += [each for each in definition.args.kw_defaults if each is not None]
    elif isinstance(definition, ast.ClassDef):
        waiting += [*definition.decorator_list, *definition.bases, *definition.keywords]
        waiting += [each for each in definition.body if not isinstance(each, DEFINITIONS)]
        for each in definition.body:
            if isinstance(each, DEFINITIONS):
                yield from read_on_definition(each)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
        waiting.extend(ast.iter_child_nodes(node))
