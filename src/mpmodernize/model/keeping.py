"""Who keeps a shared object alive: a process forgets its arguments as soon as it has been started."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.kinds import LOCKS, QUEUES
from mpmodernize.model.lifetimes import escapes
from mpmodernize.model.order import own_nodes, waits_for

if TYPE_CHECKING:
    from mpmodernize.model.kinds import Type
    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import FunctionNode
    from mpmodernize.model.starts import Start

_NAMED = LOCKS | QUEUES | {"Value", "Array", "Event", "Barrier"}
"""What has a semaphore with a name in the system, which goes when its maker frees the object."""
_WAITING = frozenset("get wait acquire recv recv_bytes join sleep pause input result poll select serve_forever".split())


def dies_with_its_maker(type_: Type | None) -> bool:
    """Whether a child can no longer take over this object when the parent has freed it."""
    if type_ is None or type_.kind not in _NAMED or type_.managed:
        return False
    return not any(
        each.arg == "lock" and isinstance(each.value, ast.Constant) and each.value.value is False
        for call in type_.made
        for each in call.keywords
    )


def goes_with_the_parent(type_: Type | None) -> bool:
    """Whether this is gone when the parent has ended: pipes and raw memory are not, a manager's objects are."""
    return type_ is not None and (dies_with_its_maker(type_) or type_.managed or type_.kind == "Proxy")


def made_in_place(program: Program, start: Start) -> list[ast.Call]:
    """The shared objects that are made right in the arguments of a process, where nothing else holds them."""
    given: list[ast.expr] = []
    if isinstance(start.args, (ast.Tuple, ast.List)):
        given += start.args.elts
    if isinstance(start.kwargs, ast.Dict):
        given += start.kwargs.values
    return [
        each
        for each in given
        if isinstance(each, ast.Call)
        and (type_ := program.type(each))
        and each in type_.made
        and dies_with_its_maker(type_)
    ]


def local_arguments(program: Program, start: Start) -> list[ast.Name]:
    """The shared objects of a process that one local name holds, and nobody else."""
    if not isinstance(start.args, (ast.Tuple, ast.List)):
        return []
    return [
        each for each in start.args.elts if isinstance(each, ast.Name) and _is_held_here_alone(program, each, start)
    ]


def _is_held_here_alone(program: Program, name: ast.Name, start: Start) -> bool:
    owner = program.index.owner(name)
    bindings = program.index.bindings(name)
    if owner is None or owner is not program.index.scope(start.call) or not dies_with_its_maker(program.type(name)):
        return False
    if len(bindings) != 1 or bindings[0].kind != "assign" or not isinstance(bindings[0].value, ast.Call):
        return False
    statement = program.index.parent[bindings[0].value]
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return False
    uses = [use for use in program.index.uses(name.id, owner) if isinstance(use.ctx, ast.Load)]
    return all(isinstance(program.index.parent[use], ast.Attribute) or start_given(program, use) for use in uses)


def start_given(program: Program, use: ast.Name) -> Start | None:
    """The process in whose `args` a name stands."""
    display = program.index.parent[use]
    above = program.index.parent[display]
    call = program.index.parent[above] if isinstance(above, ast.keyword) else above
    starts = program.starts.by_call.get(call, []) if isinstance(call, ast.Call) else []
    return next((each for each in starts if each.kind == "process" and each.args is display), None)


def is_left_before_the_child_has_it(program: Program, start: Start, function: FunctionNode) -> bool:
    """Whether a function starts a process, leaves it to others to join, and ends without having waited for anything."""
    if not escapes(program, start) or any(
        program.index.function(wait) is function for wait in waits_for(program, start.call)
    ):
        return False
    return not _may_wait(program, list(function.body))


def is_freed_by_the_next(program: Program, start: Start, name: ast.Name) -> ast.For | ast.While | None:
    """The loop whose next turn puts another object in the name's place, while the child may not have it yet."""
    loop = program.index.loop(start.call)
    if (
        not isinstance(loop, (ast.For, ast.While))
        or program.index.loop(program.index.bindings(name)[0].node) is not loop
    ):
        return None
    return None if _may_wait(program, list(loop.body)) else loop


def _may_wait(program: Program, statements: list[ast.stmt]) -> bool:
    """Whether anything in these statements may take as long as a child needs to begin: a wait, a loop, a call."""
    for statement in statements:
        for node in own_nodes(statement):
            if isinstance(node, (ast.While, ast.Yield, ast.YieldFrom, ast.Await, ast.With)):
                return True
            if isinstance(node, ast.Call):
                if isinstance(node.func, ast.Attribute) and node.func.attr in _WAITING:
                    return True
                name = program.qualified(node.func)
                if (name or "").startswith(("time.", "builtins.input", "multiprocessing.wait")):
                    return True
                if name is None and not isinstance(node.func, ast.Attribute):
                    return True
    return False


def is_kept_until_joined(program: Program, start: Start) -> bool:
    """Whether what a local name holds lives until the process is joined."""
    function = program.index.function(start.call)
    return (
        function is None
        or not escapes(program, start)
        or any(program.index.function(wait) is function for wait in waits_for(program, start.call))
    )
