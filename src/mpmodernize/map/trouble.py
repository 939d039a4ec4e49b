"""What in a picture a finding is about."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mpmodernize.model.scopes import DEFINITIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mpmodernize.map.objects import Objects
    from mpmodernize.map.ways import Ways, Worker
    from mpmodernize.model.program import Program
    from mpmodernize.model.starts import Start
    from mpmodernize.rules.base import Diagnosis

_COMPOUND = (*DEFINITIONS, ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try)

_ABOUT_STATE = "MP4"
"""The family of rules about what processes share: the others are not about a variable because they mention it."""
_OF_ALL_STARTS = "MP301"
"""The rule that says once for a file what holds for everything that starts while the file is imported."""


@dataclass
class Concern:
    """What one finding is about: the closest that the picture shows."""

    starts: list[Start] = field(default_factory=list)
    ways: list[tuple[ast.Call, Worker]] = field(default_factory=list)
    """Objects on their way to workers, or in their hands."""
    variables: list[tuple[Worker, str, ast.AST]] = field(default_factory=list)
    """Ordinary global variables in the hands of workers."""
    things: list[object] = field(default_factory=list)
    """Objects, pools and managers (by the calls that make them) and workers."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known."""
        return not (self.starts or self.ways or self.variables or self.things)


class Trouble:
    """Answers what findings are about."""

    def __init__(self, program: Program, objects: Objects, ways: Ways) -> None:
        self._program = program
        self._index = program.everywhere
        self._objects = objects
        self._ways = ways

    def place(self, diagnosis: Diagnosis) -> Concern:
        """What a finding is about: what is handed over there, or used, or started; else the code around it."""
        node = diagnosis.node
        if not hasattr(node, "lineno") or self._index.module_of(node) is None:
            return Concern()
        if diagnosis.rule.code == _OF_ALL_STARTS:
            return self._at_import(self._program.of(node))
        looks = [self._handed, self._starting, self._used, self._started, self._around]
        if diagnosis.rule.code.startswith(_ABOUT_STATE):
            looks.insert(3, self._state)
        for look in looks:
            found = look(node)
            if not found.is_empty:
                return found
        return Concern()

    def _handed(self, node: ast.AST) -> Concern:
        """The argument of a start; of what workers find by themselves, all that find it in the same way."""
        found = [way for way in self._ways.all if any(self._index.contains(each, node) for each in way.expressions)]
        same = {(way.made, way.text) for way in found if not way.is_handed}
        found += [way for way in self._ways.all if (way.made, way.text) in same]
        return Concern(ways=list(dict.fromkeys((way.made, way.worker) for way in found)))

    def _used(self, node: ast.AST) -> Concern:
        """A shared object that something is done with."""
        workers = self._ways.running(node)
        known = {(way.made, way.worker) for way in self._ways.all}
        found = Concern()
        for each in self._own(node):
            for made in self._objects.of(each) if isinstance(each, ast.expr) else ():
                pairs = [(made, worker) for worker in workers if (made, worker) in known]
                found.ways += [pair for pair in pairs if pair not in found.ways]
                if not pairs and made not in found.things:
                    found.things.append(made)
        if found.is_empty:
            found.things = [each for each in self._own(node) if each in self._objects.made]
        return found

    def _state(self, node: ast.AST) -> Concern:
        """An ordinary global variable that a worker changes, or that the finding names: for all that read it."""
        names = [each for each in self._own(node) if isinstance(each, ast.Name) and self._is_variable(each)]
        change = self._program.state.change
        names = [each for each in names if each is node or isinstance(each.ctx, ast.Store) or change(each) is not None]
        found = [(worker, each.id, each) for each in names for worker in self._ways.running(node)]
        for name in dict.fromkeys(each.id for each in names):
            owner = next(self._index.owner(each) for each in names if each.id == name)
            for worker in self._ways.workers:
                reads = [each for each in self._ways.read_by(worker) if isinstance(each, ast.Name) and each.id == name]
                found += [(worker, name, each) for each in reads[:1] if self._index.owner(each) is owner]
        workers = {worker: (worker, name, at) for worker, name, at in reversed(found)}
        return Concern(variables=list(workers.values()))

    def _is_variable(self, name: ast.Name) -> bool:
        owner = self._index.owner(name)
        is_global = owner is not None and owner.is_module and self._program.qualified(name) is None
        return is_global and self._program.of(name).state.is_variable(name.id)

    def _at_import(self, program: Program) -> Concern:
        """All that is started while a file is imported."""

        def runs(call: ast.Call) -> bool:
            return program.owns(call) and program.import_time.runs(call)

        starts = [each for each in self._program.starts.processes if runs(each.call)]
        return Concern(starts=starts, things=[each for each in self._makers if runs(each)])

    @property
    def _makers(self) -> list[ast.Call]:
        return [*self._objects.pools, *self._objects.managers]

    def _starting(self, node: ast.AST) -> Concern:
        """A start, pool or manager that is made there."""
        return self._of_calls([each for each in self._own(node) if isinstance(each, ast.Call)])

    def _started(self, node: ast.AST) -> Concern:
        """What is done with a process, pool or manager; or a start around it."""
        calls: dict[ast.Call, None] = {}
        for each in self._own(node):
            type_ = self._program.type(each) if isinstance(each, ast.expr) else None
            while type_ is not None and type_.kind in ("list", "dict", "set") and type_.element is not None:
                type_ = type_.element
            if type_ is not None and type_.kind in ("Process", "Pool", "Executor", "Manager"):
                calls |= dict.fromkeys(type_.made)
        calls |= {each: None for each in self._index.ancestors(node) if isinstance(each, ast.Call)}
        return self._of_calls(calls)

    def _of_calls(self, calls: Iterable[ast.Call]) -> Concern:
        starts = [start for call in calls for start in self._program.starts.by_call.get(call, [])]
        makers = set(self._makers)
        direct = [each for each in starts if each.kind != "initializer"]
        return Concern(starts=direct, things=[] if direct else [each for each in calls if each in makers])

    def _around(self, node: ast.AST) -> Concern:
        """The worker whose code it is: the innermost that is defined around it; else those that reach it."""
        for around in [node, *self._index.ancestors(node)]:
            own = [each for each in self._ways.workers if each.node is around]
            if own:
                return Concern(things=list(own))
        return Concern(things=list(self._ways.running(node)))

    def _own(self, node: ast.AST) -> Iterator[ast.AST]:
        """A node and what stands in it; of a definition, loop or branch only its head."""
        if not isinstance(node, _COMPOUND):
            yield from ast.walk(node)
            return
        for name, value in ast.iter_fields(node):
            if name not in ("body", "orelse", "finalbody", "handlers", "decorator_list"):
                for each in value if isinstance(value, list) else [value]:
                    if isinstance(each, ast.AST):
                        yield from ast.walk(each)
