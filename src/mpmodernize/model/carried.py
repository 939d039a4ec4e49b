"""What instances take along to another process although it cannot go there: pools, processes, threads, open files.

A bound method carries its instance, an instance its attributes, these theirs. It speaks of an attribute only where it
is plain that it holds the thing by the time the instance is pickled.
"""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING

from mpmodernize.model.crossings import Route
from mpmodernize.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.crossings import Crossing
    from mpmodernize.model.instances import Stored
    from mpmodernize.model.pickling import Obstacle
    from mpmodernize.model.program import Program

_OF_INSTANCES = (Route.SELF, Route.TARGET, Route.INSTANCE, Route.ARGUMENT, Route.INITARG, Route.PARTIAL, Route.TASK)


class Load(Record, eq=False):
    """One attribute that an instance takes along and that cannot go."""

    crossing: Crossing
    class_: ast.ClassDef
    """The class whose code stores it."""
    stored: Stored
    """The place where the thing is stored."""
    obstacle: Obstacle
    path: str
    """How the crossing's expression comes to it: `self.pool`, `self.helper.log`."""


class Carried:
    """Finds the loads of a program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._moments = program.moments
        self._instances = program.instances

    @cached_property
    def loads(self) -> list[Load]:
        """Every attribute that goes along and cannot, once for its class: at the first crossing that it makes fail."""
        if self._program.pickling.is_extended:
            return []
        found: dict[tuple[ast.ClassDef, str], Load] = {}
        for crossing in self._program.crossings.by(*_OF_INSTANCES):
            if crossing.is_inherited and self._program.pins_fork:
                continue
            for load in self._of(crossing):
                found.setdefault((load.class_, load.stored.attribute), load)
        return list(found.values())

    @cached_property
    def unpicklable(self) -> list[tuple[Crossing, Obstacle]]:
        """The crossings of objects that cannot be pickled whatever they hold: `self` is a thread."""
        if self._program.pickling.is_extended:
            return []
        found: dict[ast.ClassDef, tuple[Crossing, Obstacle]] = {}
        for crossing in self._program.crossings.by(*_OF_INSTANCES):
            class_ = self._class(crossing)
            if class_ is None or (crossing.is_inherited and self._program.pins_fork):
                continue
            obstacle = self._program.pickling.of_class(class_)
            if obstacle is not None:
                found.setdefault(class_, (crossing, obstacle))
        return list(found.values())

    def _of(self, crossing: Crossing) -> Iterator[Load]:
        class_ = self._class(crossing)
        if class_ is not None:
            base = ast.unparse(crossing.expression) if isinstance(crossing.expression, ast.Name) else "self"
            yield from self._in(crossing, class_, base, {class_})

    def _class(self, crossing: Crossing) -> ast.ClassDef | None:
        expression = crossing.expression
        if crossing.route is Route.SELF:
            return self._program.functions.class_of_instance(expression)
        type_ = self._program.crossings.type_of(crossing)
        if type_ is None and not crossing.holds and isinstance(expression, ast.Name):
            return self._program.functions.class_of_instance(expression)  # `args=(self,)`
        return type_.class_ if type_ is not None and type_.kind in ("instance", "Process") else None

    def _in(self, crossing: Crossing, class_: ast.ClassDef, path: str, seen: set[ast.ClassDef]) -> Iterator[Load]:
        for each in self._instances.family(class_):
            for attribute, stores in self._instances.attributes(each).items():
                undone = self._instances.emptied(each, attribute)
                for stored in stores:
                    obstacle = self._obstacle(crossing, stored, undone)
                    if obstacle is not None:
                        yield Load(crossing, each, stored, obstacle, f"{path}.{attribute}")
                        break
                    inner = self._class_of(stored)
                    if inner is not None and inner not in seen and self._is_there(crossing, stored, undone):
                        yield from self._in(crossing, inner, f"{path}.{attribute}", seen | {inner})

    def _class_of(self, stored: Stored) -> ast.ClassDef | None:
        """The class of the object that is stored: its attributes go along too."""
        type_ = self._program.type(stored.value)
        if type_ is not None and type_.kind in ("list", "dict") and not stored.into_container:
            type_ = type_.element
        return type_.class_ if type_ is not None and type_.kind == "instance" else None

    def _obstacle(self, crossing: Crossing, stored: Stored, undone: list[ast.Attribute]) -> Obstacle | None:
        obstacle = self._program.pickling.obstacle(stored.value)
        if obstacle is None or (obstacle.kind == "task" and crossing.is_inherited):
            return None
        if stored.into_container and not obstacle.many:
            obstacle = obstacle.several()
        if obstacle.kind == "process" and crossing.is_inherited:
            return obstacle if self._holds_started_process(crossing, stored, undone) else None
        return obstacle if self._is_there(crossing, stored, undone) else None

    def _is_there(self, crossing: Crossing, stored: Stored, undone: list[ast.Attribute]) -> bool:
        """Whether the attribute has its value when the instance is pickled, and not from the child itself."""
        if self._is_the_pool_itself(crossing, stored):
            return True
        if self._is_stored_in_child(stored):
            return False
        return any(self._has_happened(stored.target, moment, undone) for moment in self._times(crossing))

    def _has_happened(self, one: ast.AST, other: ast.AST, undone: list[ast.Attribute]) -> bool:
        return self._moments.has_happened(self._program.index.statement(one), other, undone)

    def _is_the_pool_itself(self, crossing: Crossing, stored: Stored) -> bool:
        """Whether the attribute is what the task is given to: `self.pool.map(self.work, …)`."""
        call = crossing.node
        if crossing.is_inherited or not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            return False
        receiver = call.func.value
        return (
            isinstance(receiver, ast.Attribute)
            and receiver.attr == stored.attribute
            and not stored.into_container
            and ast.dump(receiver.value) == ast.dump(crossing.expression)
        )

    def _is_stored_in_child(self, stored: Stored) -> bool:
        function = stored.function
        return (
            function is not None
            and function.name != "__init__"
            and function in self._program.child_view.functions
            and not self._moments.constructs(function)
        )

    def _times(self, crossing: Crossing) -> list[ast.Call]:
        assert crossing.start is not None
        return self._moments.of_start(crossing.start)

    # -- processes ---------------------------------------------------------------------------------

    def _holds_started_process(self, crossing: Crossing, stored: Stored, undone: list[ast.Attribute]) -> bool:
        """Whether the attribute holds a process that runs, or has run, when the instance is pickled.

        One that has not been started can be pickled, as long as it is while another process starts.
        """
        if self._is_stored_in_child(stored):
            return False
        type_ = self._program.type(stored.value)
        if type_ is not None and type_.kind in ("list", "dict", "set"):
            many, type_ = True, type_.element
        else:
            many = stored.into_container
        made = type_.made if type_ is not None else frozenset()
        started = [
            moment
            for start in self._program.starts.processes
            if start.call in made
            for moment in self._moments.of_start(start)
        ]
        for moment in self._times(crossing):
            for other in started:
                if other is moment:
                    if self._is_next_of_many(stored, moment, undone, many=many):
                        return True
                elif self._has_happened(stored.target, moment, undone) and self._has_happened(other, moment, undone):
                    return True
        return False

    def _is_next_of_many(self, stored: Stored, moment: ast.Call, undone: list[ast.Attribute], *, many: bool) -> bool:
        """Whether the same `start()` has started another process before, and the attribute still holds that one."""
        if not self._moments.happens_again(moment) and not self._is_for_others(stored):
            return False
        if not many and self._moments.precedes(self._program.index.statement(stored.target), moment):
            return False  # the attribute holds the process that is starting
        if self._is_for_others(stored):
            return True
        if not self._moments.has_happened(moment, moment, undone):
            return False
        return self._has_happened(stored.target, moment, undone) or self._moments.happens_again(stored.target)

    def _is_for_others(self, stored: Stored) -> bool:
        """Whether a method that nothing here calls adds to a list: it is meant to be called several times."""
        function = stored.function
        return (
            stored.into_container
            and function is not None
            and not function.name.startswith("_")
            and not self._program.functions.callers(function)
        )
