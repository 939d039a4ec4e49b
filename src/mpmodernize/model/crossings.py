"""Crossings: every expression whose value goes from one process to another, and by which route.

`Process(target=self.work, args=(q, n))` has four: the target, `self`, `q` and `n`. Threads are no process boundary, and
what a child inherits as a global does not travel at all: neither is here.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from mpmodernize.model.functions import is_bound_to_class, is_static
from mpmodernize.model.kinds import QUEUES
from mpmodernize.model.scopes import COMPREHENSIONS, FUNCTION_NODES, FunctionNode
from mpmodernize.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.kinds import Type
    from mpmodernize.model.program import Program
    from mpmodernize.model.starts import Start


class Route(Enum):
    """By which way a value goes to another process; the value of each member says so in a message."""

    TARGET = "the target"
    """The function, lambda or callable that a process, pool or executor runs."""
    SELF = "the instance of the bound method"
    """What stands before the dot in `target=self.work`."""
    PARTIAL = "an argument of `partial`"
    INSTANCE = "the process itself"
    """An instance of a `Process` subclass: it crosses with all its attributes."""
    CONSTRUCTOR = "an argument of the constructor"
    """What a `Process` subclass is made with: it crosses where the constructor keeps it."""
    ARGUMENT = "an argument of the process"
    """An element of `args`, or a value of `kwargs`."""
    INITARG = "an argument of the initializer"
    TASK = "an argument of the task"
    """What `apply_async` or `submit` gets, or what is mapped."""
    RESULT = "the result of the task"
    RAISED = "an exception of the task"
    ITEM = "an item of the queue"
    MESSAGE = "a message in the pipe"
    PROXIED = "a value in a manager's object"


_OF_TASK = frozenset({Route.TASK, Route.RESULT, Route.RAISED, Route.ITEM, Route.MESSAGE, Route.PROXIED})


class Crossing(Record, eq=False):
    """One expression whose value goes to another process."""

    expression: ast.expr
    route: Route
    node: ast.AST
    """What makes it cross: the call of the start, `put` or `send`, the `return`, the `raise`."""
    start: Start | None = None
    """The start that it belongs to; for a result the first start whose child returns it."""
    holds: bool = False
    """Whether the expression is a container of which each element crosses: `pool.map(f, HERE)`."""

    @property
    def is_inherited(self) -> bool:
        """Whether it travels when a child is made: locks and queues may, and under fork nothing is pickled.

        Otherwise it is pickled under every start method, and locks and queues may not travel that way.
        """
        if self.route in _OF_TASK:
            return False
        return self.start is None or self.start.kind != "task"


class Crossings:
    """Finds the crossings of a program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._index = program.index
        self._functions = program.functions
        self._types = program.types

    @cached_property
    def all(self) -> list[Crossing]:
        """Every crossing: those of the starts, then results and exceptions, then queues, pipes and proxies."""
        found = [each for crossings in self._by_start.values() for each in crossings]
        found += [*self._results(), *self._raised(), *self._items()]
        return found

    def by(self, *routes: Route) -> list[Crossing]:
        """The crossings on these routes."""
        return [each for route in routes for each in self._by_route[route]]

    @cached_property
    def _by_route(self) -> dict[Route, list[Crossing]]:
        found: dict[Route, list[Crossing]] = defaultdict(list)
        for each in self.all:
            found[each.route].append(each)
        return found

    def of_start(self, start: Start) -> list[Crossing]:
        """What crosses when this start happens."""
        return self._by_start.get((start.call, start.kind), [])

    def of_expression(self, expression: ast.AST) -> list[Crossing]:
        """The crossings of this very expression."""
        return self._by_expression.get(expression, [])

    @cached_property
    def _by_expression(self) -> dict[ast.AST, list[Crossing]]:
        found: dict[ast.AST, list[Crossing]] = defaultdict(list)
        for each in self.all:
            found[each.expression].append(each)
        return found

    def type_of(self, crossing: Crossing) -> Type | None:
        """What kind of thing crosses; `None` where that is not known."""
        type_ = self._types.of(crossing.expression)
        if not crossing.holds:
            return type_
        return type_.element if type_ is not None else None

    def source_of(self, node: ast.expr) -> ast.expr:
        """The expression that a name stands for, where it has one plain assignment; otherwise the name itself."""
        for _ in range(10):
            bindings = self._index.bindings(node) if isinstance(node, ast.Name) else []
            if len(bindings) != 1 or bindings[0].kind != "assign" or bindings[0].value is None:
                break
            node = bindings[0].value
        return node

    # -- starts ------------------------------------------------------------------------------------

    @cached_property
    def _by_start(self) -> dict[tuple[ast.Call, str], list[Crossing]]:
        """The crossings of each start: several that share a call (a choice of targets) are one."""
        found: dict[tuple[ast.Call, str], list[Crossing]] = {}
        for start in self._program.starts.all:
            if (start.call, start.kind) not in found:
                found[start.call, start.kind] = list(self._of_start(start))
        return found

    def _of_start(self, start: Start) -> Iterator[Crossing]:
        if start.kind == "subclass":
            yield Crossing(start.call, Route.INSTANCE, start.call, start)
            for given in [*start.call.args, *(each.value for each in start.call.keywords)]:
                yield self._starred(given, Route.CONSTRUCTOR, start)
            return
        if start.target is not None:
            yield from self._of_target(start.target, start)
        route = {"process": Route.ARGUMENT, "initializer": Route.INITARG, "task": Route.TASK}[start.kind]
        if start.args is not None:
            yield from self._elements(start.args, route, start)
        if start.kwargs is not None:
            yield from self._elements(start.kwargs, route, start)
        if start.kind == "task":
            yield from self._of_task(start)

    def _of_target(self, target: ast.expr, start: Start) -> Iterator[Crossing]:
        yield Crossing(target, Route.TARGET, start.call, start)
        real = self.source_of(target)
        for _ in range(10):
            if not self._program.names.calls(real, "functools.partial"):
                break
            assert isinstance(real, ast.Call)
            for given in [*real.args[1:], *(each.value for each in real.keywords)]:
                yield self._starred(given, Route.PARTIAL, start)
            if not real.args:
                return
            real = self.source_of(real.args[0])
        owner = self.owner_of_method(real)
        if owner is not None:
            yield Crossing(owner, Route.SELF, start.call, start)

    def owner_of_method(self, node: ast.expr) -> ast.expr | None:
        """The expression whose value is pickled with a bound method: `self` of `self.work`, of `getattr(self, name)`.

        `None` for plain functions, static methods, methods of classes and what modules hold.
        """
        if self._program.names.calls(node, "builtins.getattr"):
            assert isinstance(node, ast.Call)
            owner = node.args[0] if node.args else None
        else:
            owner = node.value if isinstance(node, ast.Attribute) else None
        if owner is None or self._program.qualified(owner) is not None:
            return None
        if self._functions.resolve_class(owner) is not None:
            return None
        function = self._functions.resolve(node)
        if function is not None and (is_static(function) or is_bound_to_class(function)):
            return None
        return owner

    def _of_task(self, start: Start) -> Iterator[Crossing]:
        """The arguments of a pool's or executor's task that `Start.args` does not have: what is mapped, keywords."""
        call = start.call
        assert isinstance(call.func, ast.Attribute)
        method = call.func.attr
        if method in ("apply", "apply_async"):
            return
        if method == "submit":
            for keyword in call.keywords:
                yield self._starred(keyword.value, Route.TASK, start)
            return
        pools = self._types.kind(call.func.value) == "Pool"
        mapped = call.args[1:2] if pools else call.args[1:]
        mapped += [each.value for each in call.keywords if each.arg == "iterable"]
        for iterable in mapped:
            for each in self._held(iterable, Route.TASK, start):
                if method.startswith("starmap") and not each.holds:
                    yield from self._elements(each.expression, Route.TASK, start)
                else:
                    yield each

    def _elements(self, given: ast.expr, route: Route, start: Start) -> Iterator[Crossing]:
        """The elements of a tuple or list of arguments, the values of a dictionary of them."""
        shown = self.source_of(given)
        if self._is_filled(given, shown):
            yield Crossing(given, route, start.call, start, holds=True)
        elif isinstance(shown, (ast.Tuple, ast.List)):
            for element in shown.elts:
                yield self._starred(element, route, start)
        elif isinstance(shown, ast.Dict):
            for value in shown.values:
                yield Crossing(value, route, start.call, start)
        elif isinstance(shown, ast.BinOp) and isinstance(shown.op, ast.Add):
            yield from self._elements(shown.left, route, start)
            yield from self._elements(shown.right, route, start)
        else:
            yield Crossing(given, route, start.call, start, holds=True)

    def _held(self, iterable: ast.expr, route: Route, start: Start) -> Iterator[Crossing]:
        """What an iterable yields, one by one."""
        shown = self.source_of(iterable)
        if self._is_filled(iterable, shown):
            yield Crossing(iterable, route, start.call, start, holds=True)
        elif isinstance(shown, (ast.Tuple, ast.List, ast.Set)):
            for element in shown.elts:
                yield self._starred(element, route, start)
        elif isinstance(shown, COMPREHENSIONS) and not isinstance(shown, ast.DictComp):
            yield Crossing(shown.elt, route, start.call, start)
        elif self._program.names.calls(shown, "builtins.zip"):
            assert isinstance(shown, ast.Call)
            for each in shown.args:
                yield from self._held(each, route, start)
        elif self._program.names.calls(shown, "itertools.repeat"):
            assert isinstance(shown, ast.Call)
            for each in shown.args[:1]:
                yield Crossing(each, route, start.call, start)
        elif isinstance(shown, ast.BinOp) and isinstance(shown.op, ast.Mult) and isinstance(shown.left, ast.List):
            yield from self._held(shown.left, route, start)
        else:
            yield Crossing(iterable, route, start.call, start, holds=True)

    def _is_filled(self, given: ast.expr, shown: ast.expr) -> bool:
        """Whether a name stands for a list or dictionary that gets more elements after it is made."""
        if not isinstance(given, ast.Name) or not isinstance(shown, (ast.List, ast.Dict, ast.Set, ast.ListComp)):
            return False
        uses = self._index.uses(given.id, self._index.owner(given))
        return any(isinstance(self._index.parent[use], (ast.Attribute, ast.Subscript, ast.AugAssign)) for use in uses)

    @staticmethod
    def _starred(given: ast.expr, route: Route, start: Start) -> Crossing:
        if isinstance(given, ast.Starred):
            return Crossing(given.value, route, start.call, start, holds=True)
        return Crossing(given, route, start.call, start)

    # -- the way back ------------------------------------------------------------------------------

    def _results(self) -> Iterator[Crossing]:
        """What tasks return: a lambda's body, or what stands after `return`."""
        first: dict[FunctionNode, Start] = {}
        for start in self._program.starts.tasks:
            if isinstance(start.target, ast.Lambda):
                yield Crossing(start.target.body, Route.RESULT, start.target, start)
            if start.function is not None:
                first.setdefault(start.function, start)
        for node in self._index.all(ast.Return):
            function = self._index.function(node)
            if node.value is not None and isinstance(function, FUNCTION_NODES) and function in first:
                yield Crossing(node.value, Route.RESULT, node, first[function])

    def _raised(self) -> Iterator[Crossing]:
        """What tasks raise, in their own body or in what they call."""
        for node in self._index.all(ast.Raise):
            start = self.first_task.get(self._index.function(node))
            if node.exc is not None and start is not None:
                yield Crossing(node.exc, Route.RAISED, node, start)

    @cached_property
    def first_task(self) -> dict[ast.AST | None, Start]:
        """For each function that runs in a task of a pool or executor, the first start that reaches it."""
        found: dict[ast.AST | None, Start] = {}
        for start in self._program.starts.tasks:
            entries = [start.function] if start.function is not None else []
            new = [each for each in [*entries, *self._program.starts.carried(start)] if each not in found]
            while new:
                function = new.pop()
                if function not in found:
                    found[function] = start
                    new += self._functions.reached_from(function)
        return found

    # -- queues, pipes, proxies --------------------------------------------------------------------

    def _items(self) -> Iterator[Crossing]:
        for method in ("put", "put_nowait"):
            for call in self._types.receiver_calls(method, QUEUES):
                given = [*call.args[:1], *(each.value for each in call.keywords if each.arg in ("obj", "item"))]
                for each in given:
                    yield Crossing(each, Route.ITEM, call)
        for call in self._types.receiver_calls("send", ["Connection"]):
            for each in call.args[:1]:
                yield Crossing(each, Route.MESSAGE, call)
        for call in self._types.receiver_calls("append", ["Proxy"]):
            for each in call.args[:1]:
                yield Crossing(each, Route.PROXIED, call)
        for statement in self._index.all(ast.Assign):
            for target in statement.targets:
                if isinstance(target, (ast.Subscript, ast.Attribute)) and self._types.kind(target.value) == "Proxy":
                    yield Crossing(statement.value, Route.PROXIED, statement)
