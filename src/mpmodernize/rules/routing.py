"""Names that workers read as globals, and the fix that hands them over.

Routes (see `routes`), the initializers of pools, and the place where the objects are made.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeVar

from mpmodernize.findings import Safety
from mpmodernize.model.guards import is_guard
from mpmodernize.model.scopes import FUNCTION_NODES
from mpmodernize.records import Record
from mpmodernize.rewrite.edits import MoveInto
from mpmodernize.rules.base import Fix, Phase
from mpmodernize.rules.choices import handing_calls
from mpmodernize.rules.elsewhere import without_repetitions
from mpmodernize.rules.initializers import check_initializer, initializer_edits
from mpmodernize.rules.process_classes import constructor_edits, instances
from mpmodernize.rules.route import NoRouteError
from mpmodernize.rules.routes import Router, hand_over
from mpmodernize.rules.task_functions import detours

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mpmodernize.model.kinds import Type
    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import FunctionNode
    from mpmodernize.model.starts import Start
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.route import Route


STAYING_HERE = frozenset({"file", "Process", "Pool", "Manager", "Executor", "ThreadPool", "AsyncResult", "Future"})
_UNPICKLABLE = frozenset(
    "builtins.iter builtins.type builtins.open collections.namedtuple typing.NamedTuple enum.Enum io.open codecs.open "
    "subprocess.Popen tempfile.TemporaryFile tempfile.NamedTemporaryFile".split()
)


_Station = TypeVar("_Station")


class WorkerName(Record):
    """A module-level name that workers read."""

    name: str
    reads: Sequence[ast.expr]
    type: Type | None
    holds_shared: bool = False
    """Whether it is an instance of a class of the file that keeps shared objects as attributes."""

    @property
    def is_shared(self) -> bool:
        """Whether it is a lock, queue, event or piece of shared memory, or a container of them."""
        if self.type is None:
            return False
        if self.type.is_shared or (self.type.element is not None and self.type.element.is_shared):
            return True
        return self.holds_shared


class Routing(Record):
    """The names that workers have to be handed, one fix for all of them, and why some have none."""

    names: list[WorkerName]
    fix: Fix
    obstacles: dict[str, str]


def worker_names(program: Program) -> list[WorkerName]:
    """The names that workers read as globals and that nobody hands them."""
    if program.pins_fork or not program.mentions_multiprocessing:
        return []
    found = []
    for name, reads in program.state.read_by_workers.items():
        if not bound_by_initializers(program, name, reads):
            type_ = program.type(reads[0])
            found.append(WorkerName(name, reads, type_, program.types.holds_shared(type_)))
    return found


def bound_by_initializers(program: Program, name: str, reads: Sequence[ast.expr]) -> bool:
    """Whether every worker that reads the name runs in a pool whose initializer binds it."""
    reading = {function for read in reads if (function := program.state.outer_function(read)) is not None}
    binding = {pool for start in program.starts.initializers if binds(program, start, name) for pool in start.pools}
    others = [start for start in program.state.starts_reaching(reading) if start.kind != "initializer"]
    return bool(others) and all(start.kind == "task" and start.pools and start.pools <= binding for start in others)


def binds(program: Program, start: Start, name: str) -> bool:
    """Whether an initializer gives a module-level name its value."""
    if start.function is None:
        return False
    return any(
        name in program.index.inner_scope(each).globals for each in program.functions.reachable([start.function])
    )


def routing_of(program: Program) -> Routing:
    """The plan for all names of a program that workers have to be handed: made once, for every rule that asks."""
    known = program.plans.get("routing")
    if not isinstance(known, Routing):
        names = [each for each in worker_names(program) if each.is_shared or program.import_time.is_set_late(each.name)]
        known = program.plans["routing"] = plan(program, names)
    return known


def plan(program: Program, names: list[WorkerName]) -> Routing:
    """Plan how all these names reach their workers, as far as that is certain."""
    router = Router(program)
    routes: dict[str, Route] = {}
    obstacles: dict[str, str] = {}
    for each in names:
        try:
            _check_travels(program, each)
            routes[each.name] = _certain_route(program, router, each)
        except NoRouteError as reason:
            obstacles[each.name] = str(reason)
    edits = [edit for route in routes.values() for edit in route.edits]
    for start, given in _names_by(routes, lambda route: route.starts).items():
        edits += hand_over(program, start, {name: routes[name].written.get(start.call, name) for name in given})
    families = {family.root: family for route in routes.values() for family in route.families}
    for root, given in _names_by(routes, lambda route: [family.root for family in route.families]).items():
        edits += constructor_edits(program, families[root], {name: routes[name].written for name in given})
    given_to = {
        pool: {name: routes[name].written.get(pool, name) for name in given}
        for pool, given in _names_by(routes, lambda route: route.pools).items()
    }
    edits += initializer_edits(program, given_to, program.state.read_by_workers)
    edits += detours(program, _names_by(routes, lambda route: route.detours))
    edits += _under_the_guard(program, routes)
    return Routing(names, Fix(without_repetitions(edits), Safety.SAFE, Phase.ROUTES), obstacles)


def _certain_route(program: Program, router: Router, each: WorkerName) -> Route:
    """The route of one name; raises `NoRouteError` where a condition does not hold."""
    route = router.route(each.name, each.reads)
    bound = {pool for start in program.starts.initializers if binds(program, start, each.name) for pool in start.pools}
    route.pools = [pool for pool in route.pools if pool not in bound]
    _check_order(program, each, route)
    for pool in route.pools:
        check_initializer(program, pool, each.name)
    return route


def _names_by(routes: dict[str, Route], stations: Callable[[Route], Iterable[_Station]]) -> dict[_Station, list[str]]:
    """For each start, pool or class that routes pass through, the names that travel there."""
    found: dict[_Station, list[str]] = {}
    for name, route in routes.items():
        for station in stations(route):
            found.setdefault(station, []).append(name)
    return found


def check_detached(program: Program, names: Iterable[str]) -> None:
    """Whether names that workers read can be handed over once they get their values under the guard.

    Raises `NoRouteError` for the first that cannot.
    """
    for name in names:
        reads = program.state.read_by_workers[name]
        if not bound_by_initializers(program, name, reads):
            _check_travels(program, WorkerName(name, reads, program.type(reads[0])))
            check_route(program, name, reads)


def check_route(
    program: Program, name: str, reads: Sequence[ast.expr], rebinding: frozenset[FunctionNode] = frozenset()
) -> None:
    """Whether one name can be handed over; raises `NoRouteError` if not.

    The functions `rebinding` are taken as if they no longer bound the name themselves.
    """
    _certain_route(program, Router(program, rebinding), WorkerName(name, reads, None))


def _check_travels(program: Program, each: WorkerName) -> None:
    """What cannot be pickled cannot be handed over under spawn and forkserver."""
    kind = each.type.kind if each.type is not None else None
    if kind in STAYING_HERE:
        raise NoRouteError(f"a {kind} cannot be handed to another process")
    for binding in program.state.bindings(each.name):
        value = binding.value
        if value is not None and _holds_code(value):
            raise NoRouteError(f"the value of `{each.name}` cannot be handed to another process")
        if binding.kind == "assign" and is_unpicklable_call(program, value):
            assert isinstance(value, ast.Call)
            raise NoRouteError(f"what `{program.qualified(value.func)}` makes cannot be handed to another process")


def is_unpicklable_call(program: Program, value: ast.expr | None) -> bool:
    """Whether an expression is a call of the library that makes something which cannot be pickled."""
    name = program.qualified(value.func) if isinstance(value, ast.Call) else None
    return name is not None and (name in _UNPICKLABLE or name.startswith(("threading.", "socket.", "sqlite3.")))


def _holds_code(value: ast.expr) -> bool:
    """Whether this is a lambda or a generator, or a display that holds one."""
    if isinstance(value, (ast.List, ast.Tuple, ast.Set)):
        return any(map(_holds_code, value.elts))
    if isinstance(value, ast.Dict):
        return any(map(_holds_code, value.values))
    return isinstance(value, (ast.Lambda, ast.GeneratorExp))


# -- order -----------------------------------------------------------------------------------------


def _check_order(program: Program, each: WorkerName, route: Route) -> None:
    """The name must have its value when the pool is made."""
    initializers = {start.function for start in program.starts.initializers if start.function is not None}
    bound = program.state.bindings(each.name)
    bindings = [binding for binding in bound if program.index.function(binding.node) not in initializers]
    if not bindings or any(program.index.function(binding.node) is not None for binding in bindings):
        return
    places = [binding.node for binding in bindings]
    if not each.is_shared:
        places += [place for place in program.state.changes(each.name) if program.index.function(place) is None]
    last = max(program.index.statement(place).lineno for place in places)
    for pool in filter(program.owns, route.pools):
        behind = program.index.function(pool) is None and program.index.loop(pool) is None and pool.lineno < last
        later_pools = [other for other in route.pools if other.lineno > last]
        if behind and not later_pools:
            raise NoRouteError(f"the pool is made before `{each.name}` gets its value")


# -- where the object is made ----------------------------------------------------------------------


def _under_the_guard(program: Program, routes: dict[str, Route]) -> list[Edit]:
    """Make the objects under the main guard: a child that imports the file needs none of its own."""
    guards = program.import_time.guards
    if not guards:
        return []
    guard = guards[0]  # later ones see what the first has made
    candidates: dict[ast.stmt, set[str]] = {}
    for name in routes:
        statement = _made_at_import(program, name)
        if statement is not None:
            candidates.setdefault(statement, set()).update(program.touched.by(statement))
    moving = {
        statement
        for statement, names in candidates.items()
        if all(name in routes or name not in program.state.read_by_workers for name in names)
        and not any(_read_at_import(program, name, set(candidates)) for name in names)
    }
    ordered = sorted(moving, key=lambda statement: statement.lineno)
    return [
        MoveInto(statement, _home(program, routes, names) or guard)
        for statement in ordered
        if statement.lineno < guard.lineno
        for names in [candidates[statement]]
    ]


def _home(program: Program, routes: dict[str, Route], names: set[str]) -> ast.stmt | None:
    """The one function of the parent that uses these names, if it runs once: they can be its own.

    So the file can still be imported and the function called from elsewhere.
    """
    homes: set[ast.AST | None] = set()
    for name in names:
        for use in program.state.uses(name):
            function = program.state.outer_function(use)
            if isinstance(use.ctx, ast.Load) and not program.starts.is_worker(function):
                homes.add(function)
        if name in routes:
            made = [call for start in routes[name].starts for call in handing_calls(program, start)]
            made += [*routes[name].pools, *_calls_with_argument(program, routes[name])]
            made += [call for family in routes[name].families for call in instances(program, family)]
            homes |= {program.state.outer_function(call) for call in made}
    home = homes.pop() if len(homes) == 1 else None
    if not isinstance(home, FUNCTION_NODES) or program.index.enclosing_class(home) is not None:
        return None
    calls = program.functions.callers(home)
    once = len(calls) == 1 and program.index.loop(calls[0]) is None and program.import_time.is_under_guard(calls[0])
    bound = any(name in program.index.inner_scope(home).globals for name in names)
    return home if once and not bound and not program.functions.mentions.get(home) else None


def _calls_with_argument(program: Program, route: Route) -> list[ast.Call]:
    """The calls in the parent's own code that hand the name on to a function that a process runs as well."""
    carriers = [each for each in route.carriers if isinstance(each, FUNCTION_NODES)]
    calls = [call for carrier in carriers for call in program.functions.callers(carrier)]
    return [call for call in calls if program.state.outer_function(call) not in route.carriers]


def _made_at_import(program: Program, name: str) -> ast.stmt | None:
    """The one top-level assignment that gives the name its value, when moving it changes nothing else."""
    bindings = program.state.bindings(name)
    if len(bindings) != 1 or bindings[0].kind not in ("assign", "unpack"):
        return None
    statement = program.index.statement(bindings[0].node)
    if statement not in program.tree.body or not program.effects.only_computes(statement):
        return None
    return statement


def _read_at_import(program: Program, name: str, moving: set[ast.stmt]) -> bool:
    """Whether anything but functions, the guard and statements that move along needs the name."""
    for use in program.state.uses(name):
        top = program.index.top_statement(use)
        if not isinstance(use.ctx, ast.Load) or top in moving or is_guard(top):
            continue
        if program.index.function(use) is None:  # defaults and decorators are read outside the function, too
            return True
    return False
