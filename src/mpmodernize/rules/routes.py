"""How an object that the parent makes reaches the workers that read it as a global.

A global is inherited under fork alone: under spawn and forkserver a child imports the file again and gets an object of
its own, or none. What works everywhere is handing it over when the process starts: by `args` to a `Process`, by
`initializer` to a pool, by the constructor to a `Process` subclass. This module plans that for one name: which
functions get a parameter, which calls an argument, and what stands in the way.
"""

from __future__ import annotations

import ast
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from mpmodernize.model.functions import is_static
from mpmodernize.rewrite.edits import AddArgument, AddElement, AddParameter
from mpmodernize.rules.choices import check_choice, choice_of, hand_to_choice
from mpmodernize.rules.elsewhere import brought_to, seen_from
from mpmodernize.rules.process_classes import families_of, instances, read_from_self
from mpmodernize.rules.route import NoRouteError, Route, as_tuple, needs_keyword
from mpmodernize.rules.task_functions import mention_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import FunctionNode
    from mpmodernize.model.starts import Start
    from mpmodernize.rewrite.edits import Edit


class Router:
    """Plans routes in one program."""

    def __init__(self, program: Program, rebinding: frozenset[FunctionNode] = frozenset()) -> None:
        """Plan for a program in which the functions `rebinding` will no longer bind the name themselves."""
        self._program = program
        self._rebinding = rebinding
        self._index = program.index
        self._functions = program.functions
        self._state = program.state

    def route(self, name: str, reads: Sequence[ast.expr]) -> Route:
        """The route of a module-level `name` to the workers that read it at `reads`.

        Raises `NoRouteError` where one of the conditions for a safe change does not hold.
        """
        route = Route(name)
        readers = {self._state.outer_function(read) for read in reads} - {None}
        reading = {each for each in readers if each is not None}
        starts = self._state.starts_reaching(reading)
        self._refuse_hidden_starts(reading, starts)
        carriers = self._carriers(reading, starts)
        route.carriers.update(carriers)
        self._detour_tasks(route, starts, carriers)
        for start in starts:
            if start.kind == "task":
                self._through_pool(route, start)
            elif start.kind == "initializer":
                self._through_initializer(start, name, reading)
        route.families = families_of(self._program, [start for start in starts if start.kind == "subclass"])
        for call in (call for family in route.families for call in instances(self._program, family)):
            self._see_from(route, call)
        by_self = read_from_self(self._program, route, reading, self._rebinding)
        for function in carriers:
            self._through_parameters(route, function, by_self)
        for start in starts:
            if start.kind == "process":
                self._through_args(route, start)
        return route

    # -- who has to carry the name -----------------------------------------------------------------

    def _refuse_hidden_starts(self, reading: set[FunctionNode], starts: list[Start]) -> None:
        if not starts:
            raise NoRouteError("the start of the worker is not in this file")
        for start in starts:
            direct = start.function is not None and self._state.reaches(start.function, reading)
            if start.kind != "task" and not direct:
                raise NoRouteError("it is read by a method of an object that the process is handed")
        for start in self._program.starts.all:
            if isinstance(start.target, ast.Lambda):
                called = [
                    function
                    for call in ast.walk(start.target)
                    if isinstance(call, ast.Call) and (function := self._functions.called(call)) is not None
                ]
                if any(self._state.reaches(function, reading) for function in called):
                    raise NoRouteError("the worker is started through a lambda")

    def _carriers(self, reading: set[FunctionNode], starts: list[Start]) -> list[FunctionNode]:
        """The functions between the entries of processes and the reads, which all get a parameter."""
        entries = [start.function for start in starts if start.kind in ("process", "subclass") and start.function]
        carriers = [
            function
            for function in self._functions.reachable(entries)
            if self._state.reaches(function, reading)
            and self._state.outer_function(function) is None
            and not self._is_run_of_process(function)
        ]
        choices = [choice_of(self._program, each) for each in starts if each.is_choice and each.kind == "process"]
        others = {each for choice in choices for each in choice.functions if each not in carriers}
        for each in others:  # one call starts them all, with the same arguments
            if any(self._program.runs_in_child(call) for call in self._functions.callers(each)):
                raise NoRouteError(f"`{each.name}`, started by the same call, is called in a worker too")
        return [*carriers, *sorted(others, key=lambda each: each.lineno)]

    def _is_run_of_process(self, function: FunctionNode) -> bool:
        """Whether this is a method of a `Process` subclass, which finds the object at `self`."""
        class_ = self._index.enclosing_class(function)
        return class_ is not None and "multiprocessing.Process" in self._functions.base_names(class_)

    def _detour_tasks(self, route: Route, starts: list[Start], carriers: list[FunctionNode]) -> None:
        """A function that gets a parameter for a process of its own cannot be a pool's task any longer."""
        for start in starts:
            if start.kind == "task" and start.function in carriers:
                mention = mention_of(self._program, start)
                if mention is None:
                    raise NoRouteError(f"`{start.function.name}` runs in a process of its own and in a pool")
                route.detours.append((start.function, mention))

    # -- parameters --------------------------------------------------------------------------------

    def _through_parameters(self, route: Route, function: FunctionNode, by_self: dict[FunctionNode, str]) -> None:
        name = route.name
        self._check_signature(route, function)
        route.edits.append(AddParameter(function, name))
        keyword_only = needs_keyword(function)
        for call in self._functions.callers(function):
            caller = self._state.outer_function(call)
            self._check_visible(route, call, function)
            value = route.written.get(call, name)
            value = by_self.get(caller, value) if caller is not None else value
            starred = any(isinstance(each, ast.Starred) for each in call.args) or bool(call.keywords)
            route.edits.append(AddArgument(call, value, name if keyword_only or starred else None))

    def _check_signature(self, route: Route, function: FunctionNode) -> None:
        name = route.name
        decorators = [
            each for each in function.decorator_list if not (isinstance(each, ast.Name) and is_static(function))
        ]
        if decorators:
            raise NoRouteError(f"`{function.name}` is decorated")
        if function.name.startswith("__") and function.name != "__init__":
            raise NoRouteError(f"`{function.name}` is called by Python itself")
        if self._functions.is_overridden(function):
            raise NoRouteError(f"`{function.name}` is replaced in a subclass")
        if function not in self._rebinding:
            inside = [function, *self._functions.inner_functions(function)]
            if any(name in self._index.inner_scope(each).globals for each in inside):
                raise NoRouteError(f"`{function.name}` declares `global {name}`")
            if name in self._index.inner_scope(function).bindings:
                raise NoRouteError(f"`{function.name}` has a local variable `{name}`")
        started = self._started_from | {mention for each, mention in route.detours if each is function}
        for mention in self._functions.mentions.get(function, []):
            if mention not in started:
                raise NoRouteError(f"`{function.name}` is handed around as a value")

    @cached_property
    def _started_from(self) -> set[ast.expr]:
        """Where processes are told what to run."""
        found: set[ast.expr] = set()
        for start in self._program.starts.processes:
            if start.kind == "process" and start.target is not None:
                found.add(start.target)
                with suppress(NoRouteError):
                    found.update(choice_of(self._program, start).mentions if start.is_choice else ())
        return found

    def _check_visible(self, route: Route, node: ast.AST, function: FunctionNode) -> None:
        """The caller must see the same object under the same name."""
        name = route.name
        owner = self._index.scope(node).owner(name)
        if owner is not None and not owner.is_module and self._state.outer_function(node) not in self._rebinding:
            raise NoRouteError(f"a caller of `{function.name}` has a local variable `{name}`")
        if self._state.outer_function(node) not in route.carriers:
            self._see_from(route, node)

    def _see_from(self, route: Route, node: ast.AST) -> None:
        """Let code in whatever file see the object."""
        written, edits = seen_from(self._program, route.name, node)
        route.edits += edits
        if written != route.name:
            route.written[node] = written

    # -- the ways ----------------------------------------------------------------------------------

    def _through_args(self, route: Route, start: Start) -> None:
        assert start.function is not None
        function = start.function
        if start.is_choice:
            check_choice(self._program, start)
            choice = choice_of(self._program, start)
            for call in choice.calls.get(function, []) if choice.calls is not None else ():
                self._check_visible(route, call, function)
                if call in route.written:
                    raise NoRouteError(f"`{function.name}` is handed to a helper in another file")
            if choice.calls is not None:
                route.starts.append(start)
                return
            if any(each.call is start.call for each in route.starts):
                return
            start = next(each for each in self._program.starts.processes if each.call is start.call)
        self._check_visible(route, start.call, function)
        if start.kwargs is not None and not self._is_plain_mapping(start.kwargs):
            raise NoRouteError("the `kwargs` of the start are computed")
        if start.args is not None and any(isinstance(each, ast.Starred) for each in ast.iter_child_nodes(start.args)):
            raise NoRouteError("the `args` of the start are computed")
        route.starts.append(start)

    def _is_plain_mapping(self, node: ast.expr) -> bool:
        """Whether this is a dict display, or `dict(…)` with keywords alone."""
        if isinstance(node, ast.Dict):
            return None not in node.keys
        if not isinstance(node, ast.Call) or not self._program.names.calls(node, "builtins.dict"):
            return False
        return not node.args and all(each.arg is not None for each in node.keywords)

    def _through_pool(self, route: Route, start: Start) -> None:
        if not start.pools:
            raise NoRouteError("the pool that runs the task is not known")
        for pool in start.pools:
            if not self._program.names.calls(pool, "multiprocessing.Pool", "concurrent.futures.ProcessPoolExecutor"):
                raise NoRouteError("the pool comes from elsewhere")
            owner = self._index.scope(pool).owner(route.name)
            if owner is not None and not owner.is_module:
                raise NoRouteError(f"the function that makes the pool has a local variable `{route.name}`")
            if pool not in route.pools:
                route.pools.append(pool)
                self._see_from(route, pool)
                brought_to(self._program, "_init_worker", self._program.of(pool))  # or there is no way to say it there

    def _through_initializer(self, start: Start, name: str, reading: set[FunctionNode]) -> None:
        function = start.function
        if function is not None and name not in self._index.inner_scope(function).globals:
            how = "itself" if function in reading else "through what it calls"
            raise NoRouteError(f"the initializer `{function.name}` reads `{name}` {how}")


def hand_over(program: Program, start: Start, given: dict[str, str]) -> list[Edit]:
    """Give a process these names: by `args` where they are the last parameters, else by `kwargs`.

    `given` says how each of them is written there.
    """
    names, values = list(given), list(given.values())
    function = start.function
    assert function is not None
    choice = choice_of(program, start) if start.is_choice else None
    if choice is not None and choice.calls is not None:
        return hand_to_choice(program, start, names)
    by_name = needs_keyword(function) or start.kwargs is not None or (choice is not None and choice.needs_keyword())
    if isinstance(start.args, (ast.Tuple, ast.List)) and not by_name:
        return [AddElement(start.args, value) for value in values]
    if start.args is None and not by_name:
        return [AddArgument(start.call, as_tuple(values), "args")]
    # computed arguments may be of any length: by name they are sure to meet the new parameters
    pairs = [f"{program.quote}{name}{program.quote}: {value}" for name, value in given.items()]
    if start.kwargs is None:
        return [AddArgument(start.call, f"{{{', '.join(pairs)}}}", "kwargs")]
    if isinstance(start.kwargs, ast.Call):
        return [AddArgument(start.kwargs, value, name) for name, value in given.items()]
    return [AddElement(start.kwargs, pair) for pair in pairs]
