"""What the two rules about instances that go to other processes say in the same words."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.crossings import Route
from mpmodernize.rules.dropped_state import dropping_of, fails_silently
from mpmodernize.rules.hoistable import CannotHoistError
from mpmodernize.rules.naming import naming

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.carried import Load
    from mpmodernize.model.crossings import Crossing
    from mpmodernize.model.pickling import Obstacle
    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis, Fix, Rule

_INSTEAD = {
    "open file": "open the file in the worker",
    "database connection": "open the connection in the worker",
    "database cursor": "open the connection in the worker",
    "lock of `threading`": "a lock of `threading` excludes no other process: a `multiprocessing.Lock` does",
    "lambda": "a function at the top of the module can be pickled",
    "inner function": "a function at the top of the module can be pickled",
    "queue of threads": "a thread's queue reaches no process: a `multiprocessing.Queue` does",
}
_OTHERWISE = "let the worker be a function that gets what it needs as arguments"


def loads_of(program: Program, *, processes: bool) -> Iterator[Load]:
    """What instances take along and cannot: processes, or everything else."""
    for load in dropping_of(program).loads:
        if (load.obstacle.kind == "process") is processes:
            yield load


def diagnosis(rule: Rule, program: Program, load: Load) -> Diagnosis:
    """What is said of one load."""
    plan = dropping_of(program)
    reason = plan.reasons.get(load)
    if reason is None:
        advice = f"leave `{load.stored.attribute}` out of what is pickled, with `__getstate__`"
        if fails_silently(program, load.crossing):
            advice += "; the task has never run, and would then"
    elif reason == "the worker may use it":
        advice = _INSTEAD.get(load.obstacle.words, _OTHERWISE)
    else:
        advice = f"leave it out with `__getstate__`, if no worker needs it ({reason})"
    what = _what_happens(program, load.crossing, load.obstacle)
    message = f"{_who(program, load.crossing)}, with {load.obstacle.phrase} in `{load.path}`: {what}"
    return rule.finding(
        _place(load.crossing), message, advice=advice, fix=plan.fixes.get(load) or _naming(program, load)
    )


def _naming(program: Program, load: Load) -> Fix | None:
    """The fix that makes a function of the module of a lambda or inner function which the worker needs."""
    origins = [each for each in program.nameless.sources(load.stored.value) if not isinstance(each, ast.Call)]
    if len(origins) != 1 or not program.owns(origins[0]) or isinstance(origins[0], ast.ClassDef):
        return None
    try:
        return naming(program, origins[0], [load.crossing])
    except CannotHoistError:
        return None


def of_base(rule: Rule, program: Program, crossing: Crossing, obstacle: Obstacle) -> Diagnosis:
    """What is said of an object that cannot go because of the class it inherits from."""
    message = (
        f"{_who(program, crossing)}, {'which' if crossing.route is Route.SELF else 'and that'} is {obstacle.phrase}"
    )
    message += f": {_what_happens(program, crossing, obstacle)}"
    return rule.finding(_place(crossing), message, advice=_OTHERWISE)


def _place(crossing: Crossing) -> ast.AST:
    start = crossing.start
    if crossing.route is Route.SELF and start is not None and start.target is not None:
        return start.target
    return crossing.expression


def _who(program: Program, crossing: Crossing) -> str:
    shown = _short(program, crossing.expression)
    if crossing.route is Route.SELF and crossing.start is not None and crossing.start.target is not None:
        return f"`{_short(program, crossing.start.target)}` takes `{shown}` along"
    if crossing.route is Route.INSTANCE:
        return f"`{shown}` is pickled when it starts"
    return f"`{shown}` goes to the worker"


def _short(program: Program, node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        return f"{_short(program, node.func)}({'…' if node.args or node.keywords else ''})"
    return ast.unparse(node)


def _what_happens(program: Program, crossing: Crossing, obstacle: Obstacle) -> str:
    if not crossing.is_inherited:
        heard = ", and nobody hears of it" if fails_silently(program, crossing) else ""
        return f"the task fails under every start method{heard}"
    if obstacle.kind == "process":
        return "the next `start()` fails under spawn and forkserver"
    if crossing.start is not None and crossing.start.kind == "initializer":
        return "the pool cannot start its workers under spawn and forkserver"
    return "`start()` fails under spawn and forkserver"
