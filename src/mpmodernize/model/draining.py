"""Who fills a queue or pipe, and who empties it."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING

from mpmodernize.model.locking import receiver
from mpmodernize.model.order import own_nodes, shared_arguments
from mpmodernize.model.remembering import remembered
from mpmodernize.model.scopes import COMPREHENSIONS
from mpmodernize.model.starts import given

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
    handed = [type_ for each in shared_arguments(program, start) if (type_ := program.type(each)) is not None]
    puts = _puts_by_function(program)
    for function in program.functions.reachable([start.function]):
        for call, put in puts.get(function, []):
            yield from ((call, each) for each in [put, *handed] if each.kind == put.kind and each.made & put.made)


def _puts_by_function(program: Program) -> dict[ast.AST | None, list[tuple[ast.Call, Type]]]:
    plan = program.plans.get("puts")
    known: dict[ast.AST | None, list[tuple[ast.Call, Type]]] = plan if isinstance(plan, dict) else defaultdict(list)
    if known is not plan:
        program.plans["puts"] = known
        for kind, methods in GIVING.items():
            if any(True for _ in program.types.receiver_calls("cancel_join_thread", [kind])):
                continue  # it does not wait for its queue
            for method in methods:
                for call in program.everywhere.method_calls.get(method, []):
                    put = program.type(receiver(call))
                    if put is not None and put.kind == kind and not put.managed:
                        known[program.index.function(call)].append((call, put))
    return known


def are_small(program: Program, puts: list[ast.Call]) -> bool:
    """Whether all that is put are single numbers and short texts, which any pipe holds."""
    return bool(puts) and all(
        len(call.args) == 1 and _is_small(call.args[0]) and program.index.loop(call) is None for call in puts
    )


def _is_small(value: ast.expr) -> bool:
    if isinstance(value, (ast.Tuple, ast.List)):
        return len(value.elts) < 10 and all(_is_small(each) for each in value.elts)
    return isinstance(value, ast.Constant) and len(repr(value.value)) < 100


def takes_in_block(program: Program, block: list[ast.stmt]) -> dict[ast.Call, list[tuple[int, ast.Call]]]:
    """For each queue and pipe, by the call that makes it: what takes something out in a block and waits for it.

    With the place of its statement, and in source order: a call, `iter(q.get, None)`, a function that does so.
    """
    found: dict[ast.Call, list[tuple[int, ast.Call]]] = defaultdict(list)
    for number, statement in enumerate(block):
        for made, call in _takes(program, statement):
            found[made].append((number, call))
    return found


@remembered
def _takes(program: Program, statement: ast.stmt) -> list[tuple[ast.Call, ast.Call]]:
    """The makers of what a statement takes something out of, each with the call that does so, in source order."""
    calls = [each for each in own_nodes(statement) if isinstance(each, ast.Call)]
    ordered = sorted(calls, key=lambda each: (each.lineno, each.col_offset))
    return [(made, call) for call in ordered for made in _taken_from(program, call)]


def _taken_from(program: Program, call: ast.Call) -> frozenset[ast.Call]:
    """The makers of the queues and pipes that a call may take something out of."""
    made = _asked(program, call.func)
    if made and not call.args and all(each.arg != "block" for each in call.keywords):
        return made
    if call.args and program.names.calls(call, "builtins.iter"):
        return _asked(program, call.args[0])
    function = program.functions.called(call)
    return _taken_inside(program, function) if function is not None else frozenset()


def _asked(program: Program, function: ast.expr) -> frozenset[ast.Call]:
    """The makers of the queue or pipe whose `get` or `recv` this is."""
    if not isinstance(function, ast.Attribute) or function.attr not in TAKING:
        return frozenset()
    type_ = program.type(function.value)
    return type_.made if type_ is not None and type_.kind in TAKING[function.attr] else frozenset()


def _taken_inside(program: Program, function: FunctionNode) -> frozenset[ast.Call]:
    plan = program.plans.get("takes")
    takes: dict[ast.AST | None, set[ast.Call]] = plan if isinstance(plan, dict) else defaultdict(set)
    if takes is not plan:
        program.plans["takes"] = takes
        for method in TAKING:
            for node in program.index.attributes.get(method, []):
                call = program.index.parent[node]
                if not isinstance(call, ast.Call) or call.func is not node or not call.args:
                    takes[program.index.function(node)] |= _asked(program, node)
    if not takes:
        return frozenset()
    inside = (takes[each] for each in program.functions.reachable([function]) if each in takes)
    return frozenset(made for each in inside for made in each)


def in_hands_of_threads(program: Program) -> frozenset[ast.Call]:
    """The makers of the queues and pipes that threads of the parent are given, or take something out of."""
    found: set[ast.Call] = set()
    for call in program.calls_of("threading.Thread"):
        target, args = given(call, "target"), given(call, "args")
        function = program.functions.resolve(target) if target is not None else None
        found |= _taken_inside(program, function) if function is not None else frozenset()
        handed = (program.type(each) for each in getattr(args, "elts", ()))
        found |= {made for each in handed if each is not None for made in each.made}
    return frozenset(found)


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
