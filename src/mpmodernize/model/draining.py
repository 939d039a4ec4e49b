"""Who fills a queue or pipe, and who empties it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.locking import receiver
from mpmodernize.model.order import own_nodes, shared_arguments
from mpmodernize.model.scopes import COMPREHENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.kinds import Type
    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import FunctionNode
    from mpmodernize.model.starts import Start

GIVING = {"Queue": ("put",), "JoinableQueue": ("put",), "Connection": ("send", "send_bytes")}
TAKING = {"get": ("Queue", "JoinableQueue"), "recv": ("Connection",), "recv_bytes": ("Connection",)}


def puts_of(program: Program, start: Start) -> Iterator[tuple[ast.Call, Type]]:
    """What a start's child puts into queues and pipes that it waits for before it ends, each with its queue."""
    if start.function is None:
        return
    functions = program.functions.reachable([start.function])
    given = [type_ for each in shared_arguments(program, start) if (type_ := program.type(each)) is not None]
    for kind, methods in GIVING.items():
        for method in methods:
            for call in program.everywhere.method_calls.get(method, []):
                if program.index.function(call) not in functions:
                    continue
                put = program.type(receiver(call))
                if put is None or put.kind != kind or put.managed:
                    continue
                if any(True for _ in program.types.receiver_calls("cancel_join_thread", [kind])):
                    continue  # it does not wait for its queue
                yield from ((call, each) for each in [put, *given] if each.kind == kind and each.made & put.made)


def are_small(program: Program, puts: list[ast.Call]) -> bool:
    """Whether all that is put are single numbers and short texts, which any pipe holds."""
    return bool(puts) and all(
        len(call.args) == 1 and _is_small(call.args[0]) and program.index.loop(call) is None for call in puts
    )


def _is_small(value: ast.expr) -> bool:
    if isinstance(value, (ast.Tuple, ast.List)):
        return len(value.elts) < 10 and all(_is_small(each) for each in value.elts)
    return isinstance(value, ast.Constant) and len(repr(value.value)) < 100


def is_take(program: Program, function: ast.expr, fed: list[Type]) -> bool:
    """Whether this is the `q.get` of one of these queues or pipes."""
    if not isinstance(function, ast.Attribute) or function.attr not in TAKING:
        return False
    type_ = program.type(function.value)
    return type_ is not None and type_.kind in TAKING[function.attr] and any(type_.made & each.made for each in fed)


def takes_in(program: Program, statement: ast.stmt, fed: list[Type]) -> list[ast.Call]:
    """The calls of a statement that take something out and wait for it: a call, `iter(q.get, None)`, a function."""
    found = [each for each in own_nodes(statement) if isinstance(each, ast.Call) and _takes(program, each, fed)]
    return sorted(found, key=lambda call: (call.lineno, call.col_offset))


def _takes(program: Program, call: ast.Call, fed: list[Type]) -> bool:
    if is_take(program, call.func, fed) and not call.args and all(each.arg != "block" for each in call.keywords):
        return True
    if program.names.calls(call, "builtins.iter") and call.args and is_take(program, call.args[0], fed):
        return True
    function = program.functions.called(call)
    return function is not None and _takes_inside(program, function, fed)


def _takes_inside(program: Program, function: FunctionNode, fed: list[Type]) -> bool:
    reached = program.functions.reachable([function])
    return any(
        is_take(program, call.func, fed) and not call.args
        for method in TAKING
        for call in program.index.method_calls.get(method, [])
        if program.index.function(call) in reached
    )


def whole_take(program: Program, call: ast.Call) -> ast.expr:
    """The comprehension around a call that takes something out once for each element; else the call itself."""
    found: ast.expr = call
    for ancestor in program.index.ancestors(call):
        if isinstance(ancestor, COMPREHENSIONS):
            found = ancestor
        elif isinstance(ancestor, (ast.stmt, ast.Lambda)):
            break
    if isinstance(found, ast.GeneratorExp):
        above = program.index.parent[found]  # what goes through it
        found = above if isinstance(above, ast.Call) else call
    return found
