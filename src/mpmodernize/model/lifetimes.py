"""How long processes live: which are waited for, which run in the background, and who holds them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.kinds import MEMORY
from mpmodernize.model.locking import method_call, receiver
from mpmodernize.model.order import in_block, is_endless, own_nodes, position, shared_arguments, waits_for

if TYPE_CHECKING:
    from mpmodernize.model.program import Program
    from mpmodernize.model.starts import Start

_PLAIN = (ast.Expr, ast.Assign, ast.Return, ast.AnnAssign, ast.Assert)
_READING = frozenset("get items keys values copy count index".split())
_LOOKING = frozenset({"builtins.len", "builtins.enumerate", "builtins.zip", "builtins.print", "builtins.reversed"})


def name_of(node: ast.expr) -> str | None:
    """The identifier, if the expression is a plain name."""
    return node.id if isinstance(node, ast.Name) else None


def is_background(program: Program, start: Start) -> bool:
    """Whether the process is a daemon, or its worker never comes to an end."""
    if any(each.arg == "daemon" for each in start.call.keywords) or is_endless(program, start.function):
        return True
    for attribute in program.index.attributes.get("daemon", []):
        type_ = program.type(attribute.value)
        if isinstance(attribute.ctx, ast.Store) and (type_ is None or start.call in type_.made or type_.class_):
            return True
    return any(True for _ in program.types.receiver_calls("setDaemon", ["Process"]))


def is_waited_for(program: Program, start: Start) -> bool:
    """Whether somebody joins, ends or watches the process (and not just the last one of its name)."""
    waits = waits_for(program, start.call)
    if not waits:
        return False
    loop = program.index.loop(start.call)
    if isinstance(loop, (ast.For, ast.While)):
        # a plain name joined behind the loop is the last process alone
        return not all(
            not program.index.contains(loop, wait) and _holds_one(program, wait.value, start.call) for wait in waits
        )
    return not all(_is_bound_again_before(program, start.call, wait) for wait in waits)


def _is_bound_again_before(program: Program, made: ast.Call, wait: ast.Attribute) -> bool:
    """Whether the name that is waited for stands for another process by then, in one straight line."""
    name = wait.value
    statement = program.index.statement(made)
    if not isinstance(name, ast.Name) or not _holds_one(program, name, made):
        return False
    block = program.index.block(statement)
    end = in_block(program, wait, block)
    if end is None:
        return False
    between = block[position(block, statement) + 1 : end]
    return any(isinstance(each, ast.Assign) and name_of(each.targets[0]) == name.id for each in between)


def _holds_one(program: Program, name: ast.expr, made: ast.Call) -> bool:
    """Whether the name stands for what the call made last, not for the elements of a list."""
    if not isinstance(name, ast.Name):
        return False
    bindings = program.index.bindings(name)
    return any(each.kind == "assign" and each.value is made for each in bindings) and not any(
        each.kind.startswith("for") for each in bindings
    )


def own_name(program: Program, start: Start) -> ast.Name | None:
    """The plain name to which the process is assigned when it is made."""
    parent = program.index.parent[start.call]
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1 and isinstance(parent.targets[0], ast.Name):
        return parent.targets[0]
    return None


def escapes(program: Program, start: Start) -> bool:
    """Whether the process is returned, stored or handed to somebody who may wait for it."""
    parent = program.index.parent[start.call]
    if isinstance(parent, ast.Attribute) or collecting_list(program, start) is not None:
        return False
    name = own_name(program, start)
    if name is None:
        return True
    return any(not isinstance(program.index.parent[use], ast.Attribute) for use in _reads(program, name))


def collecting_list(program: Program, start: Start) -> ast.Name | None:
    """The local list that holds the process, where nobody else gets the process or the list."""
    parent = program.index.parent[start.call]
    found: ast.expr | None = None
    if isinstance(parent, ast.ListComp) and parent.elt is start.call:
        assigned = program.index.parent[parent]
        found = assigned.targets[0] if isinstance(assigned, ast.Assign) and len(assigned.targets) == 1 else None
    elif isinstance(parent, ast.Call) and _is_append(parent):
        found = receiver(parent)
    else:
        name = own_name(program, start)
        block = program.index.block(program.index.statement(start.call))
        reads = _reads(program, name) if name is not None else []
        if name is not None and len(program.index.bindings(name)) > 1:
            # the name stands for other processes elsewhere
            reads = [use for use in reads if in_block(program, use, block) is not None]
        users = [program.index.parent[use] for use in reads]
        appends = [each for each in users if isinstance(each, ast.Call) and _is_append(each)]
        if len(appends) == 1 and all(each in appends or isinstance(each, ast.Attribute) for each in users):
            found = receiver(appends[0])
    if not isinstance(found, ast.Name):
        return None
    return found if all(_only_looks(program, use) for use in _reads(program, found)) else None


def _reads(program: Program, name: ast.Name) -> list[ast.Name]:
    uses = program.index.uses(name.id, program.index.owner(name))
    return [use for use in uses if isinstance(use.ctx, ast.Load)]


def _is_append(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "append" and len(call.args) == 1


def _only_looks(program: Program, use: ast.Name) -> bool:
    """Whether a use of a list hands it to nobody: iterating, measuring, indexing, calling its methods."""
    parent = program.index.parent[use]
    if isinstance(parent, (ast.Attribute, ast.Subscript, ast.comprehension)):
        return True
    if isinstance(parent, (ast.For, ast.AsyncFor)):
        return parent.iter is use
    return isinstance(parent, ast.Call) and program.qualified(parent.func) in _LOOKING


def loop_variable(program: Program, held: ast.Name) -> str | None:
    """The name that a loop over a list gives to its elements: `for process in processes:`."""
    for use in program.index.uses(held.id, program.index.owner(held)):
        loop = program.index.parent[use]
        if isinstance(loop, ast.For) and loop.iter is use and isinstance(loop.target, ast.Name):
            return loop.target.id
    return None


def starting_statement(program: Program, start: Start) -> ast.stmt | None:
    """The statement `p.start()` (or `Process(…).start()`) in the block where the process is made."""
    made = program.index.statement(start.call)
    if method_call(made, "start") is not None:
        return made
    name = own_name(program, start)
    block = program.index.block(made)
    for each in block[position(block, made) + 1 :]:
        call = method_call(each, "start")
        if call is not None and name is not None and name_of(receiver(call)) == name.id:
            return each
    return None


def is_started(program: Program, start: Start) -> bool:
    """Whether anything in the program starts the process."""
    return any(
        (type_ := program.type(receiver(call))) is not None and start.call in type_.made
        for call in program.index.method_calls.get("start", [])
    )


def first_reading(program: Program, start: Start, block: list[ast.stmt], place: int) -> ast.stmt | None:
    """The first statement of a block, behind a place, that reads memory which the process may still be writing.

    `None` where the parent does anything else there with what it shares with the process: tell it to go on or to end.
    """
    shared = [each for each in shared_arguments(program, start) if isinstance(each, ast.Name)]
    owners = {each.id: program.index.owner(each) for each in shared}
    first: ast.stmt | None = None
    for statement in block[place + 1 :]:
        for node in own_nodes(statement):
            if (
                not isinstance(node, ast.Name)
                or node.id not in owners
                or program.index.owner(node) is not owners[node.id]
            ):
                continue
            if any(each in program.starts.by_call for each in program.index.ancestors(node)):
                continue  # handed to another process
            if isinstance(statement, _PLAIN) and _only_reads(program, node):
                first = first or statement
            else:
                return None
    return first


def last_start(program: Program, start: Start, block: list[ast.stmt], place: int) -> int:
    """The place of the last statement of a block that starts the process; `place` at least."""
    calls = [
        call
        for call in program.index.method_calls.get("start", [])
        if (type_ := program.type(receiver(call))) is not None and start.call in type_.made
    ]
    return max([place, *(found for call in calls if (found := in_block(program, call, block)) is not None)])


def _only_reads(program: Program, name: ast.Name) -> bool:
    """Whether a use of shared memory, or of a proxy, looks at what is in it."""
    type_ = program.type(name)
    if type_ is None or type_.kind not in MEMORY | {"Proxy"}:
        return False
    parent = program.index.parent[name]
    if isinstance(parent, ast.Attribute):
        call = program.index.parent[parent]
        asked = isinstance(call, ast.Call) and call.func is parent
        return parent.attr in _READING if asked else isinstance(parent.ctx, ast.Load)
    if isinstance(parent, ast.Subscript):
        return parent.value is name and isinstance(parent.ctx, ast.Load)
    return isinstance(parent, ast.Call) and (program.qualified(parent.func) or "").startswith("builtins.")
