"""Locks, queues and shared memory that a task of a pool reads from the function around it.

They cannot travel with a task. They reach the workers through the pool's initializer, which gives each worker a
module-level name for them; the task reads that.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.captures import Settled
from mpmodernize.model.crossings import Route
from mpmodernize.model.starts import given_to_pool
from mpmodernize.rewrite.edits import AddArgument, Insert
from mpmodernize.rules.hoistable import CannotHoistError
from mpmodernize.rules.spelling import indented

if TYPE_CHECKING:
    from mpmodernize.model.captures import Capture
    from mpmodernize.model.crossings import Crossing
    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit


def shared_captures(program: Program, captures: list[Capture]) -> list[Capture]:
    """Those of the variables that only a start of a process or an initializer can hand over."""
    return [each for each in captures if _is_shared(program, each)]


def _is_shared(program: Program, capture: Capture) -> bool:
    for binding in capture.bindings:
        if isinstance(binding.node, ast.Name):
            type_ = program.type(binding.node)
            held = type_ if type_ is None or type_.is_shared else type_.element
            return held is not None and held.is_shared and not held.managed and held.kind not in ("Proxy", "Connection")
    return False


def through_initializer(
    program: Program, captures: list[Capture], crossings: list[Crossing], anchor: ast.stmt, taken: set[str]
) -> list[Edit]:
    """The edits by which the pools that run a task give its workers these variables as module-level names.

    Raises `CannotHoistError` where a pool is not known, or has an initializer of its own.
    """
    name = captures[0].name
    pools: dict[ast.Call, None] = {}
    for crossing in crossings:
        if crossing.route is not Route.TARGET or crossing.start is None or not crossing.start.pools:
            raise CannotHoistError(f"it reads `{name}`, which only the initializer of a pool can bring there")
        pools |= dict.fromkeys(crossing.start.pools)
    new = [pool for pool in pools if not _binds(program, pool, captures)]
    if not new:
        return []
    for pool in new:
        _check_pool(program, pool, captures)
    for capture in captures:
        if program.is_taken(capture.name):
            raise CannotHoistError(f"the module has a name `{capture.name}` already")
    function = program.free_name("_init_worker", taken=taken)
    taken.add(function)
    names = [each.name for each in captures]
    given = [program.free_name(f"{each}_") for each in names]
    body = f"global {', '.join(names)}\n{', '.join(names)} = {', '.join(given)}\n"
    code = f"def {function}({', '.join(given)}):\n{indented(body)}"
    initargs = f"({names[0]},)" if len(names) == 1 else f"({', '.join(names)})"
    edits: list[Edit] = [Insert(code, anchor)]
    for pool in new:
        edits += [AddArgument(pool, function, "initializer"), AddArgument(pool, initargs, "initargs")]
    return edits


def _binds(program: Program, pool: ast.Call, captures: list[Capture]) -> bool:
    """Whether the pool's initializer gives its workers these variables already."""
    start = next((each for each in program.starts.initializers if each.call is pool), None)
    if start is None or start.function is None or not isinstance(start.args, ast.Tuple):
        return False
    declared = program.index.inner_scope(start.function).globals
    given = {(each.id, program.index.owner(each)) for each in start.args.elts if isinstance(each, ast.Name)}
    return all(each.name in declared and (each.name, each.owner) in given for each in captures)


def _check_pool(program: Program, pool: ast.Call, captures: list[Capture]) -> None:
    executor = program.names.calls(pool, "concurrent.futures.ProcessPoolExecutor")
    if not executor and not program.names.calls(pool, "multiprocessing.Pool"):
        raise CannotHoistError("the pool comes from elsewhere")
    if any(isinstance(each, ast.Starred) for each in pool.args) or any(each.arg is None for each in pool.keywords):
        raise CannotHoistError("the arguments of the pool are computed")
    for name in ("initializer", "initargs"):
        if given_to_pool(pool, name, executor=executor) is not None:
            raise CannotHoistError(f"it reads `{captures[0].name}`, and the pool has an initializer of its own")
    for capture in captures:
        if program.index.scope(pool).owner(capture.name) is not capture.owner:
            raise CannotHoistError(f"`{capture.name}` is not there where the pool is made")
        if program.captures.settled(capture, pool)[0] is Settled.NOT_YET:
            raise CannotHoistError(f"the pool is made before `{capture.name}`")
