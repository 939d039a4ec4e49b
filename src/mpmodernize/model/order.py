"""The order of things in the parent: starts, gets, joins and closes of one block."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING

from mpmodernize.model.locking import method_call
from mpmodernize.model.remembering import remembered
from mpmodernize.model.scopes import DEFINITIONS, FUNCTION_NODES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mpmodernize.model.kinds import Type
    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import FunctionNode
    from mpmodernize.model.starts import Start

_WAITING = frozenset({"join", "terminate", "kill", "is_alive", "exitcode", "sentinel"})


def position(block: list[ast.stmt], statement: ast.stmt) -> int:
    """The place of a statement in its block."""
    return next(number for number, each in enumerate(block) if each is statement)


def in_block(program: Program, node: ast.AST, block: list[ast.stmt]) -> int | None:
    """The place of the block's statement that contains `node`; `None` when it is elsewhere."""
    for each in (node, *program.index.ancestors(node)):
        if isinstance(each, ast.stmt) and program.index.block(each) is block:
            return program.index.place(each)
    return None


def joins_in(program: Program, statement: ast.stmt) -> list[ast.Call]:
    """The joins of processes and pools that a statement does and does nothing else: `p.join()`, a loop of it."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.ListComp):
        call = statement.value.elt
        if isinstance(call, ast.Call) and _is_join(program, call):
            return [call]
        return []
    body = [statement]
    if isinstance(statement, ast.For) and not statement.orelse:
        body = statement.body
    calls = [method_call(each, "join") for each in body]
    found = [call for call in calls if call is not None and _is_join(program, call)]
    return found if len(found) == len(body) else []


def _is_join(program: Program, call: ast.Call) -> bool:
    """Whether a call waits for a process, or for the workers of a pool, without a time limit."""
    return (
        isinstance(call.func, ast.Attribute)
        and call.func.attr == "join"
        and not call.args
        and not call.keywords
        and program.types.kind(call.func.value) in ("Process", "Pool")
    )


@remembered
def starts_processes(program: Program, statement: ast.stmt) -> bool:
    """Whether a statement starts a process, makes one or gives work to a pool, itself or in functions that it calls."""
    plan = program.plans.get("starting")
    starting: set[ast.AST | None] = plan if isinstance(plan, set) else set()
    if starting is not plan:
        program.plans["starting"] = starting
        starting.update(program.index.function(each.call) for each in program.starts.all)
    for node in own_nodes(statement):
        if not isinstance(node, ast.Call):
            continue
        if node in program.starts.by_call or _is_start(program, node):
            return True
        function = program.functions.called(node)
        if function is not None and not starting.isdisjoint(program.functions.reachable([function])):
            return True
    return False


def _is_start(program: Program, call: ast.Call) -> bool:
    function = call.func
    return (
        isinstance(function, ast.Attribute)
        and function.attr == "start"
        and program.types.kind(function.value) == "Process"
    )


def element_of_loop(program: Program, name: ast.expr) -> Type | None:
    """What a loop's own variable stands for in the loop, whatever the name stands for elsewhere."""
    loop = program.index.loop(name)
    if not isinstance(name, ast.Name) or not isinstance(loop, ast.For) or not isinstance(loop.target, ast.Name):
        return None
    iterated = program.type(loop.iter) if loop.target.id == name.id else None
    return iterated.element if iterated is not None and iterated.kind in ("list", "tuple", "set") else None


def own_nodes(statement: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run with a statement, without the bodies of functions and classes in it."""
    waiting = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [child for child in ast.iter_child_nodes(node) if not isinstance(child, (*DEFINITIONS, ast.Lambda))]


def bound_names(statement: ast.stmt) -> set[str]:
    """The names that a statement binds."""
    return {
        node.id for node in own_nodes(statement) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    }


def read_names(statement: ast.stmt) -> set[str]:
    """The names that a statement reads."""
    return {node.id for node in own_nodes(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def goes_on_for_ever(block: list[ast.stmt]) -> bool:
    """Whether a block ends in a loop without a way out."""
    return any(isinstance(each, ast.While) and _is_true(each.test) and not _has_way_out(each) for each in block)


def is_endless(program: Program, function: FunctionNode | None) -> bool:
    """Whether a function, or one that it calls, loops without a way out: `while True` with no `break` or `return`."""
    if function is None:
        return False
    for each in program.functions.reachable([function]):
        for node in ast.walk(each):
            if isinstance(node, ast.While) and _is_true(node.test) and not _has_way_out(node):
                return True
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "serve_forever"
            ):
                return True
    return False


def _is_true(test: ast.expr) -> bool:
    return isinstance(test, ast.Constant) and bool(test.value)


def _has_way_out(loop: ast.While) -> bool:
    waiting: list[tuple[ast.AST, bool]] = [(each, False) for each in loop.body]
    while waiting:
        node, in_loop = waiting.pop()
        if isinstance(node, (ast.Return, ast.Raise)) or (isinstance(node, ast.Break) and not in_loop):
            return True
        if isinstance(node, (*FUNCTION_NODES, ast.Lambda)):
            continue
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("sys.exit", "exit", "os._exit", "quit"):
            return True
        inside = in_loop or isinstance(node, (ast.For, ast.While))
        waiting += [(child, inside) for child in ast.iter_child_nodes(node)]
    return False


def shared_arguments(program: Program, start: Start) -> list[ast.expr]:
    """The shared objects that a process is handed when it starts."""
    given: list[ast.expr] = []
    if isinstance(start.args, (ast.Tuple, ast.List)):
        given += start.args.elts
    if isinstance(start.kwargs, ast.Dict):
        given += start.kwargs.values
    if start.kind == "subclass":
        given += [*start.call.args, *(each.value for each in start.call.keywords)]
    found = []
    for each in given:
        type_ = program.type(each)
        if type_ is not None and (type_.is_shared or (type_.element is not None and type_.element.is_shared)):
            found.append(each)
    return found


def waits_for(program: Program, made: ast.Call) -> list[ast.Attribute]:
    """Where the process made by this call is joined, ended or watched: `p.join` called or handed on, `p.exitcode`."""
    plan = program.plans.get("waits")
    known: dict[ast.Call, list[ast.Attribute]] = plan if isinstance(plan, dict) else defaultdict(list)
    if known is not plan:
        program.plans["waits"] = known
        for name in _WAITING:
            for attribute in program.index.attributes.get(name, []):
                for each in _processes(program, attribute.value):
                    known[each].append(attribute)
    return known.get(made, [])


def _processes(program: Program, node: ast.expr) -> Iterable[ast.Call]:
    """The calls that make the process which this is; of `self`, in a method of a process, all that make one."""
    type_ = program.type(node)
    if type_ is not None:
        return type_.made
    class_ = program.functions.class_of_instance(node) if isinstance(node, ast.Name) else None
    if class_ is None or "multiprocessing.Process" not in program.functions.base_names(class_):
        return ()
    subclasses = ((each.call, program.functions.resolve_class(each.call.func)) for each in program.starts.processes)
    return [call for call, made in subclasses if made is not None and class_ in program.functions.ancestors(made)]


def is_last(program: Program, block: list[ast.stmt]) -> bool:
    """Whether the program ends when this block does: the guard's body, or a function called once, at its end."""
    for _ in range(10):
        if not block:
            return False
        parent = program.index.parent[block[0]]
        if isinstance(parent, ast.Module) or (program.import_time.guard is parent and block is parent.body):
            return True
        if not isinstance(parent, FUNCTION_NODES):
            return False
        calls = program.functions.callers(parent)
        if len(calls) != 1 or program.functions.mentions.get(parent):
            return False
        statement = program.index.statement(calls[0])
        block = program.index.block(statement)
        if block[-1] is not statement:
            return False
    return False
