"""Starts: the places where code begins to run in another process."""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING

from mpmodernize.model.functions import is_static, parameters
from mpmodernize.model.scopes import FUNCTION_NODES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.functions import Functions
    from mpmodernize.model.index import Index
    from mpmodernize.model.names import Names
    from mpmodernize.model.scopes import FunctionNode
    from mpmodernize.model.types import Types

POOL_TASKS = ("map", "map_async", "imap", "imap_unordered", "starmap", "starmap_async", "apply", "apply_async")
EXECUTOR_TASKS = ("submit", "map")
_PROCESS_PARAMETERS = ("group", "target", "name", "args", "kwargs")
_POOL_PARAMETERS = ("processes", "initializer", "initargs", "maxtasksperchild")
_EXECUTOR_PARAMETERS = ("max_workers", "mp_context", "initializer", "initargs")


@dataclass(eq=False)
class Start:
    """One call that makes code run in a child."""

    kind: str
    """`process` (`Process(target=…)`), `subclass` (an instance of a `Process` subclass), `task` (a pool's or
    executor's work) or `initializer`."""
    call: ast.Call
    target: ast.expr | None
    function: FunctionNode | None
    """The function of the program in which the child begins, where it is one."""
    args: ast.expr | None = None
    """What is given as `args` or `initargs`, or to `apply`."""
    kwargs: ast.expr | None = None
    pools: frozenset[ast.Call] = frozenset()
    """The calls that made the pool or executor which runs this task; empty when they are not known."""
    leading: tuple[ast.expr, ...] = ()
    """Arguments that a `partial` puts first."""
    is_choice: bool = False
    """Whether the same call starts other functions too: its target is a loop's variable or a parameter."""

    handed: tuple[tuple[ast.expr, ...], ...] = ()
    """What the callers of a helper hand to the function, one by one, where the helper hands on its `*args`."""

    def argument(self, position: int, name: str) -> Iterator[ast.expr]:
        """What the start hands to the entry's parameter at `position` (after `self`), called `name`."""
        if 0 <= position < len(self.leading):
            yield self.leading[position]
            return
        position -= len(self.leading)
        if isinstance(self.args, (ast.Tuple, ast.List)):
            if 0 <= position < len(self.args.elts):
                yield self.args.elts[position]
        elif self.kind == "subclass":
            return
        for each in self.handed:
            yield from each[position : position + 1] if position >= 0 else ()
        if isinstance(self.kwargs, ast.Dict):
            for key, value in zip(self.kwargs.keys, self.kwargs.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == name:
                    yield value


def given(call: ast.Call, name: str, parameters: tuple[str, ...] = _PROCESS_PARAMETERS) -> ast.expr | None:
    """The argument of a call for the library parameter `name`, by keyword or by position."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    position = parameters.index(name)
    before = call.args[: position + 1]
    if len(before) <= position or any(isinstance(each, ast.Starred) for each in before):
        return None
    return call.args[position]


def given_to_pool(call: ast.Call, name: str, *, executor: bool) -> ast.expr | None:
    """The `initializer` or `initargs` of a pool or executor."""
    return given(call, name, _EXECUTOR_PARAMETERS if executor else _POOL_PARAMETERS)


class Starts:
    """All starts of a program."""

    def __init__(self, index: Index, names: Names, functions: Functions, types: Types) -> None:
        self._index = index
        self._names = names
        self._functions = functions
        self._types = types

    @cached_property
    def processes(self) -> list[Start]:
        """`Process(target=…)` and its subclasses, in source order."""
        found = list(self._find_processes())
        self.__dict__.pop("of_function", None)  # what has asked for it meanwhile has not seen all of these
        return found

    @cached_property
    def tasks(self) -> list[Start]:
        """What pools and executors are given to do, in source order."""
        return list(self._find_tasks())

    @cached_property
    def initializers(self) -> list[Start]:
        """What pools and executors run first in each worker."""
        return list(self._find_initializers())

    @cached_property
    def all(self) -> list[Start]:
        """Every start."""
        return [*self.processes, *self.tasks, *self.initializers]

    @cached_property
    def by_call(self) -> dict[ast.Call, list[Start]]:
        """The starts that each call makes: several where its target may be one of several functions."""
        found: dict[ast.Call, list[Start]] = defaultdict(list)
        for start in self.all:
            found[start.call].append(start)
        return found

    @cached_property
    def of_function(self) -> dict[FunctionNode, list[Start]]:
        """The starts that begin in each function."""
        found: dict[FunctionNode, list[Start]] = defaultdict(list)
        # tasks need the types of receivers, and those may need this table: the rest is found first
        for start in [*self.processes, *self.initializers]:
            if start.function is not None:
                found[start.function].append(start)
        self.__dict__["of_function"] = found
        for start in self.tasks:
            if start.function is not None:
                found[start.function].append(start)
        return found

    def _find_processes(self) -> Iterator[Start]:
        for call in self._index.calls:
            if self._names.calls(call, "multiprocessing.Process"):
                target = given(call, "target")
                yield from self._start("process", call, target, given(call, "args"), given(call, "kwargs"))
                continue
            class_ = self._functions.resolve_class(call.func)
            if class_ is None or "multiprocessing.Process" not in self._functions.base_names(class_):
                continue
            run = self._functions.method(class_, "run")
            target = given(call, "target")
            if run is None and target is not None:
                yield from self._start("process", call, target, given(call, "args"), given(call, "kwargs"))
            else:
                yield Start("subclass", call, call.func, run)

    def _find_tasks(self) -> Iterator[Start]:
        for method in dict.fromkeys(POOL_TASKS + EXECUTOR_TASKS):
            for call in self._index.method_calls.get(method, []):
                assert isinstance(call.func, ast.Attribute)
                type_ = self._types.of(call.func.value)
                if type_ is None or not call.args:
                    continue
                if type_.kind == "Pool" and method in POOL_TASKS:
                    applied = method in ("apply", "apply_async")
                    parameters = ("func", "args", "kwds")
                    yield from self._start(
                        "task",
                        call,
                        call.args[0],
                        given(call, "args", parameters) if applied else None,
                        given(call, "kwds", parameters) if applied else None,
                        type_.made,
                    )
                elif type_.kind == "Executor" and method in EXECUTOR_TASKS:
                    rest = ast.Tuple(call.args[1:], ast.Load()) if method == "submit" else None
                    yield from self._start("task", call, call.args[0], rest, None, type_.made)

    def _find_initializers(self) -> Iterator[Start]:
        for call in self._index.calls:
            executor = self._names.calls(call, "concurrent.futures.ProcessPoolExecutor")
            if executor or self._names.calls(call, "multiprocessing.Pool"):
                target = given_to_pool(call, "initializer", executor=executor)
                if target is not None:
                    arguments = given_to_pool(call, "initargs", executor=executor)
                    yield from self._start("initializer", call, target, arguments, None, frozenset({call}))

    def _start(
        self,
        kind: str,
        call: ast.Call,
        target: ast.expr | None,
        args: ast.expr | None,
        kwargs: ast.expr | None,
        pools: frozenset[ast.Call] = frozenset(),
    ) -> Iterator[Start]:
        leading: tuple[ast.expr, ...] = ()
        if target is not None and self._names.calls(target, "functools.partial"):
            assert isinstance(target, ast.Call)
            leading = tuple(target.args[1:])
        function = self._functions.resolve(target) if target is not None else None
        choices = self._functions.alternatives(target) if target is not None and function is None else []
        for choice in choices:
            handed = self._handed(call, target, args, choice)
            yield Start(kind, call, target, choice, args, kwargs, pools, leading, is_choice=True, handed=handed)
        if not choices:
            yield Start(kind, call, target, function, args, kwargs, pools, leading)

    def _handed(
        self, call: ast.Call, target: ast.expr | None, args: ast.expr | None, function: FunctionNode
    ) -> tuple[tuple[ast.expr, ...], ...]:
        """What the callers of a helper hand to one of the functions that it starts: `background(job, 1, 2)`."""
        helper = self._index.function(call)
        chosen, rest = self._parameter(target), self._parameter(args)
        if helper is None or chosen is None or rest is None or rest is not helper.args.vararg:
            return ()
        places = parameters(helper)
        number = len(places)
        if self._index.enclosing_class(helper) is not None and not is_static(helper):
            number -= 1  # `self` comes with the call
        position = number - len(places) + places.index(chosen) if chosen in places else -1
        found = []
        for each in self._functions.callers(helper):
            named = 0 <= position < len(each.args) and self._functions.resolve(each.args[position]) is function
            if named:
                given = takewhile(lambda argument: not isinstance(argument, ast.Starred), each.args)
                found.append(tuple(given)[number:])
        return tuple(found)

    def _parameter(self, node: ast.expr | None) -> ast.arg | None:
        """The parameter that an expression names."""
        bindings = self._index.bindings(node) if isinstance(node, ast.Name) else []
        return bindings[0].node if len(bindings) == 1 and isinstance(bindings[0].node, ast.arg) else None

    def carried(self, start: Start) -> list[FunctionNode]:
        """The methods of instances that a start hands to its child: the child may call any of them."""
        found: dict[FunctionNode, None] = {}
        given: list[ast.expr] = [*start.leading]
        if isinstance(start.args, (ast.Tuple, ast.List)):
            given += start.args.elts
        given += [argument for each in start.handed for argument in each]
        types = [self._types.of(each) for each in given]
        if start.kind == "task" and start.args is None:
            mapped = [self._types.of(each) for each in start.call.args[1:2]]
            types += [each.element for each in mapped if each is not None]
        for type_ in types:
            if type_ is not None and type_.kind == "instance" and type_.class_ is not None:
                for class_ in self._functions.ancestors(type_.class_):
                    found |= {each: None for each in class_.body if isinstance(each, FUNCTION_NODES)}
        return [each for each in found if each.name not in ("__init__", "__getstate__", "__reduce__")]

    @cached_property
    def workers(self) -> list[FunctionNode]:
        """All functions that run in a child: the entries and what they reach through calls in the program."""
        entries = [start.function for start in self.all if start.function is not None]
        entries += [each for start in self.all for each in self.carried(start)]
        for definition in self._index.definitions:
            if isinstance(definition, ast.ClassDef):
                run = self._functions.method(definition, "run")
                if run is not None and "multiprocessing.Process" in self._functions.base_names(definition):
                    entries.append(run)
        for start in self.all:
            if isinstance(start.target, ast.Lambda):
                entries += [
                    function
                    for call in ast.walk(start.target)
                    if isinstance(call, ast.Call) and (function := self._functions.called(call)) is not None
                ]
        return self._functions.reachable(dict.fromkeys(entries))

    def is_worker(self, function: ast.AST | None) -> bool:
        """Whether this function can run in a child."""
        return function in self._worker_set

    @cached_property
    def _worker_set(self) -> frozenset[ast.AST]:
        return frozenset(self.workers)
