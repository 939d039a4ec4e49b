"""Who runs in children, and by which ways shared objects get there."""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from mpmodernize.model.crossings import Route
from mpmodernize.model.scopes import FUNCTION_NODES, FunctionNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mpmodernize.map.objects import Objects
    from mpmodernize.model.crossings import Crossing
    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import Binding
    from mpmodernize.model.starts import Start

Read: TypeAlias = "ast.Name | ast.Attribute | ast.Subscript"
"""What a shared object can be read from: a variable, an attribute, a container."""
READS = (ast.Name, ast.Attribute, ast.Subscript)
INHERITED = "inherited global"
CLOSURE = "variable of the function around"
INITIALIZER = "initializer"
_DATA = frozenset({"value", "raw"})
"""The attributes of shared memory that are no methods."""
FOUND_BY_WORKERS = frozenset({INHERITED, CLOSURE, "class attribute", "default"})
_ROUTES = {
    Route.ARGUMENT: "argument",
    Route.PARTIAL: "argument of partial",
    Route.CONSTRUCTOR: "argument of the constructor",
    Route.INITARG: "argument",
    Route.TASK: "argument of the task",
}


@dataclass(eq=False)
class Worker:
    """The code that children begin with, and all starts that make one begin there."""

    name: str
    entry: FunctionNode | ast.Lambda | None
    """`None` where the program does not show what runs: a function of a library, or one chosen at run time."""
    node: ast.AST | None
    """Where it is defined: the entry, or the `Process` subclass."""
    functions: set[FunctionNode] = field(default_factory=set)
    """All functions of the program that run there."""
    starts: list[Start] = field(default_factory=list)


@dataclass(eq=False)
class Way:
    """One way of an object to a worker."""

    made: ast.Call
    worker: Worker
    text: str
    at: list[ast.AST]
    """Where it is handed over; for what is inherited, where the worker first reads it."""
    expressions: list[ast.expr]
    """What stands for the object on this way."""

    @property
    def is_handed(self) -> bool:
        """Whether the program hands the object over, where others are found by the worker itself."""
        return self.text not in FOUND_BY_WORKERS


class Ways:
    """Finds the workers of a program, what they read, and how it reaches them."""

    def __init__(self, programs: Sequence[Program], objects: Objects) -> None:
        self._programs = programs
        self._program = programs[0]
        self._index = self._program.everywhere
        self._functions = self._program.functions
        self._objects = objects

    # -- workers -----------------------------------------------------------------------------------

    @cached_property
    def workers(self) -> list[Worker]:
        """The workers, in the order of their first starts."""
        found: dict[ast.AST | str, Worker] = {}
        for start in self._program.starts.all:
            class_ = self._functions.resolve_class(start.call.func) if start.kind == "subclass" else None
            lambda_ = start.target if isinstance(start.target, ast.Lambda) else None
            if class_ is not None:
                key: ast.AST | str = class_
                worker = Worker(class_.name, start.function, class_)
            elif start.function is not None or lambda_ is not None:
                entry = start.function or lambda_
                assert entry is not None
                key, worker = entry, Worker(self._name(entry), entry, entry)
            else:
                text = self._unknown(start)
                key, worker = text, Worker(text, None, None)
            worker = found.setdefault(key, worker)
            worker.starts.append(start)
        for worker in found.values():
            entries = [] if worker.entry is None or isinstance(worker.entry, ast.Lambda) else [worker.entry]
            entries += [each for start in worker.starts for each in self._program.starts.carried(start)]
            if isinstance(worker.entry, ast.Lambda):
                calls = [each for each in ast.walk(worker.entry) if isinstance(each, ast.Call)]
                entries += [each for each in map(self._functions.called, calls) if each is not None]
            worker.functions = set(self._functions.reachable(entries))
        return list(found.values())

    def _name(self, entry: FunctionNode | ast.Lambda) -> str:
        if isinstance(entry, ast.Lambda):
            return "lambda"
        class_ = self._index.enclosing_class(entry)
        return f"{class_.name}.{entry.name}" if class_ is not None else entry.name

    def _unknown(self, start: Start) -> str:
        """What is written where the function of the program would stand."""
        target = start.target
        if target is None:
            return "(no target)"
        if self._program.names.calls(target, "functools.partial"):
            assert isinstance(target, ast.Call)
            target = target.args[0] if target.args else target
        name = (self._program.qualified(target) or "").removeprefix("builtins.")
        return name or self._program.text(target)

    def running(self, node: ast.AST) -> list[Worker]:
        """The workers that run the code around a node; none where the parent alone does."""
        function = self._index.function(node)
        found = [each for each in self.workers if function in each.functions]
        return found or [
            each
            for each in self.workers
            if isinstance(each.entry, ast.Lambda) and self._index.contains(each.entry, node)
        ]

    def running_only(self, node: ast.AST) -> list[Worker]:
        """The workers that run the code around a node, if the parent never does."""
        return self.running(node) if self._program.sides.only_in_children(node) else []

    # -- what they read ----------------------------------------------------------------------------

    @cached_property
    def _expressions(self) -> dict[ast.AST | None, list[Read]]:
        """What is read in each function (`None`: at module level)."""
        found: dict[ast.AST | None, list[Read]] = defaultdict(list)
        nodes: list[Read] = [
            *self._index.all(ast.Name),
            *self._index.all(ast.Attribute),
            *self._index.all(ast.Subscript),
        ]
        for node in nodes:
            if isinstance(node.ctx, ast.Load):
                found[self._index.function(node)].append(node)
        return found

    def read_by(self, worker: Worker) -> Iterator[Read]:
        """What a worker reads."""
        for function in sorted(worker.functions, key=lambda each: each.lineno):
            yield from self._expressions.get(function, ())
        if isinstance(worker.entry, ast.Lambda):
            for node in ast.walk(worker.entry.body):
                if isinstance(node, READS):
                    yield node

    def read_by_parent(self) -> Iterator[Read]:
        """What the parent reads, or may."""
        for nodes in self._expressions.values():
            if nodes and not self.running_only(nodes[0]):
                yield from nodes

    def use(self, node: Read) -> str:
        """What is done with an object at one place: `put`, `with`, `.value`, `items` (by `x[0]`).

        Empty where it is only handed on.
        """
        parent = self._index.parent.get(node)
        if isinstance(parent, ast.Attribute) and parent.value is node:
            above = self._index.parent.get(parent)
            called = isinstance(above, ast.Call) and above.func is parent
            is_data = not called and (parent.attr in _DATA or self._program.types.kind(node) == "Proxy")
            return f".{parent.attr}" if is_data else parent.attr
        if isinstance(parent, ast.withitem) and parent.context_expr is node:
            return "with"
        if isinstance(parent, ast.Subscript) and parent.value is node:
            return "items"
        return ""

    # -- ways --------------------------------------------------------------------------------------

    @cached_property
    def all(self) -> list[Way]:
        """Every way of an object to a worker, one entry for each pair and kind of way."""
        found: dict[tuple[ast.Call, int, str], Way] = {}
        for worker in self.workers:
            for way in [*self._handed(worker), *self._read(worker), *self._hidden(worker)]:
                known = found.setdefault((way.made, id(worker), way.text), way)
                if known is not way:
                    known.expressions += way.expressions
                    known.at += way.at if way.is_handed else []
        direct = {(way.made, way.worker) for way in found.values() if not way.text.startswith("attribute")}
        return [
            way
            for way in found.values()
            if not way.text.startswith("attribute") or (way.made, way.worker) not in direct
        ]

    def _handed(self, worker: Worker) -> Iterator[Way]:
        for start in worker.starts:
            for crossing in self._program.crossings.of_start(start):
                yield from self._crossed(crossing, worker, start)
            for each in (argument for handed in start.handed for argument in handed):
                for made in self._objects.of(each):
                    yield Way(made, worker, "argument", [each], [each])

    def _crossed(self, crossing: Crossing, worker: Worker, start: Start) -> Iterator[Way]:
        node = crossing.expression
        if crossing.route in (Route.INSTANCE, Route.SELF):
            type_ = self._program.type(node)
            class_ = type_.class_ if type_ is not None else None
            if class_ is None and crossing.route is Route.SELF:
                class_ = self._functions.class_of_instance(node)
            yield from self._kept(class_, "self", node, worker, start)
            return
        text = _ROUTES.get(crossing.route)
        if text is None:
            return
        for made in self._objects.of(node):
            yield Way(made, worker, text, [node], [node])
        type_ = self._program.crossings.type_of(crossing)
        if type_ is not None and type_.kind == "instance":
            yield from self._kept(type_.class_, self._program.text(node), node, worker, start)

    def _kept(
        self, class_: ast.ClassDef | None, owner: str, node: ast.expr, worker: Worker, start: Start
    ) -> Iterator[Way]:
        """What an instance takes along in its attributes."""
        for attribute, made in self._objects.of_instance(class_) if class_ is not None else ():
            yield Way(made, worker, f"attribute {owner}.{attribute}", [start.call], [node])

    def _read(self, worker: Worker) -> Iterator[Way]:
        """What a worker finds as a global variable, or in a function around it."""
        for node in self.read_by(worker):
            if isinstance(node, ast.Subscript):
                continue  # the container's name has been read, too
            if isinstance(node, ast.Attribute):
                bindings = self._index.of_module(node)
                outside = bool(bindings)
            else:
                owner = self._index.owner(node)
                bindings = self._index.bindings(node)
                outside = owner is not None and owner.is_module
                if owner is not None and self._is_around(owner.node, worker):
                    for made in self._objects.of(node):
                        yield Way(made, worker, CLOSURE, [node], [node])
            if not outside:
                continue
            for made in self._objects.of(node):
                through, others = self._through_initializer(bindings, worker)
                for start in self._handing(through, made):
                    yield Way(made, worker, INITIALIZER, [start.call], [node])
                if others:
                    yield Way(made, worker, INHERITED, [node], [node])

    def _is_around(self, node: ast.AST, worker: Worker) -> bool:
        """Whether a variable's function stands around the worker, and is no part of it."""
        entry = worker.entry
        return (
            entry is not None
            and node is not entry
            and isinstance(node, (*FUNCTION_NODES, ast.Lambda))
            and self._index.contains(node, entry)
        )

    def _through_initializer(self, bindings: list[Binding], worker: Worker) -> tuple[list[Start], bool]:
        """The initializers by which a worker gets a global variable; and whether some of its starts go without them."""
        setting = [
            start
            for start in self._program.starts.initializers
            if any(each.scope.node is start.function for each in bindings if start.function is not None)
        ]
        found: dict[Start, None] = {}
        others = False
        for start in worker.starts:
            if start in setting:
                continue  # the initializer itself, which has it as an argument
            pools = [each for each in setting if start.kind == "task" and (not start.pools or start.pools & each.pools)]
            found |= dict.fromkeys(pools)
            others = others or not pools
        return list(found), others

    def _handing(self, initializers: list[Start], made: ast.Call) -> list[Start]:
        """Those of the initializers that are handed an object; all of them, where none is seen to be."""
        crossings = self._program.crossings
        found = [
            start
            for start in initializers
            if any(made in self._objects.of(each.expression) for each in crossings.of_start(start))
        ]
        return found or initializers

    def _hidden(self, worker: Worker) -> Iterator[Way]:
        """What a worker finds as a class attribute, or as the default of a parameter."""
        for node, text, calls in self._in_classes_and_defaults:
            above = self._index.parent[node]
            around = self._index.parent[above] if isinstance(above, ast.arguments) else self._index.function(node)
            if around in worker.functions:
                for made in calls:
                    if made in self._objects.made:
                        yield Way(made, worker, text, [node], [node])

    @cached_property
    def _in_classes_and_defaults(self) -> list[tuple[ast.expr, str, list[ast.Call]]]:
        from mpmodernize.rules.lifting import hidden_objects

        return [
            (each.node, each.way.removeprefix("a ").removeprefix("the "), list(each.type.made))
            for program in self._programs
            for each in hidden_objects(program)
        ]
