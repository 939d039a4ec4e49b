"""Loops that run until a queue is empty, and what fills the queue meanwhile."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mpmodernize.model.kinds import QUEUES
from mpmodernize.model.lifetimes import collecting_list
from mpmodernize.model.locking import receiver
from mpmodernize.model.order import own_nodes, shared_arguments
from mpmodernize.model.scopes import COMPREHENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.kinds import Type
    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import FunctionNode
    from mpmodernize.model.starts import Start

_PUTTING = ("put", "put_nowait")
_TAKING = ("get", "get_nowait")
_WAITING = frozenset({"wait", "acquire", "get", "recv", "join", "result"})


@dataclass(eq=False)
class Draining:
    """One loop that ends when a queue looks empty."""

    loop: ast.While | ast.For | ast.comprehension
    queue: ast.expr
    type: Type
    puts: list[ast.Call] = field(default_factory=list)
    """Where the program puts something into the queue."""
    takes: list[ast.Call] = field(default_factory=list)
    """Where the loop takes something out."""
    starts: list[Start] = field(default_factory=list)
    """The processes that put something into the queue."""


def drainings(program: Program) -> Iterator[Draining]:
    """The loops that run until a queue between processes is empty, outside of any other loop."""
    for loop in _loops(program):
        queue = _tested(program, loop)
        type_ = program.type(queue) if queue is not None else None
        if queue is None or type_ is None or type_.kind not in QUEUES or not type_.made:
            continue
        outer = program.index.parent[loop] if isinstance(loop, ast.comprehension) else loop
        if program.index.loop(outer) is not None:
            continue  # it looks again
        found = Draining(loop, queue, type_)
        found.puts = _calls(program, type_, _PUTTING)
        found.takes = [each for each in _calls(program, type_, _TAKING) if program.index.contains(outer, each)]
        functions = {function for each in found.puts if (function := program.index.function(each)) is not None}
        starts = [each for each in program.state.starts_reaching(functions) if each.kind in ("process", "subclass")]
        found.starts = [each for each in starts if _is_handed(program, each, type_)] or starts
        yield found


def _is_handed(program: Program, start: Start, queue: Type) -> bool:
    """Whether a process gets this queue as an argument."""
    types = (program.type(each) for each in shared_arguments(program, start))
    return any(each is not None and each.made & queue.made for each in types)


def _loops(program: Program) -> Iterator[ast.While | ast.For | ast.comprehension]:
    yield from program.index.all(ast.While)
    yield from program.index.all(ast.For)
    for kind in COMPREHENSIONS:
        yield from (each.generators[0] for each in program.index.all(kind))  # type: ignore[attr-defined]


def _calls(program: Program, type_: Type, methods: tuple[str, ...]) -> list[ast.Call]:
    """The calls of these methods of the same queue."""
    return [
        call
        for method in methods
        for call in program.types.receiver_calls(method, [type_.kind])
        if (found := program.type(receiver(call))) is not None and found.made & type_.made
    ]


def _tested(program: Program, loop: ast.While | ast.For | ast.comprehension) -> ast.expr | None:
    """The queue whose emptiness alone decides how long a loop runs."""
    if isinstance(loop, ast.While):
        if isinstance(loop.test, ast.Constant) and loop.test.value and isinstance(loop.body[0], ast.If):
            first = loop.body[0]
            if len(first.body) == 1 and isinstance(first.body[0], ast.Break) and not first.orelse:
                return _said_empty(first.test)
        return _said_filled(loop.test)
    if program.names.calls(loop.iter, "builtins.range", "builtins.xrange"):
        assert isinstance(loop.iter, ast.Call)
        return _asked(loop.iter.args[0], "qsize") if len(loop.iter.args) == 1 else None
    return None


def _asked(node: ast.expr, method: str) -> ast.expr | None:
    """The `q` of `q.method()`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method:
        return node.func.value if not node.args else None
    return None


def _compared(test: ast.expr) -> tuple[ast.expr, ast.cmpop, object] | None:
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.comparators[0], ast.Constant):
        return test.left, test.ops[0], test.comparators[0].value
    return None


def _said_filled(test: ast.expr) -> ast.expr | None:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _said_empty(test.operand)
    compared = _compared(test)
    if compared is not None:
        left, operator, value = compared
        if value is False and isinstance(operator, (ast.Eq, ast.Is)):
            return _asked(left, "empty")
        if value is True and isinstance(operator, (ast.NotEq, ast.IsNot)):
            return _asked(left, "empty")
        return _asked(left, "qsize") if value == 0 and isinstance(operator, (ast.Gt, ast.NotEq)) else None
    return _asked(test, "qsize")


def _said_empty(test: ast.expr) -> ast.expr | None:
    compared = _compared(test)
    if compared is not None:
        left, operator, value = compared
        if value is True and isinstance(operator, (ast.Eq, ast.Is)):
            return _asked(left, "empty")
        return _asked(left, "qsize") if value == 0 and isinstance(operator, ast.Eq) else None
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _said_filled(test.operand) if _asked(test.operand, "empty") is None else None
    return _asked(test, "empty")


def is_waited_for_before(program: Program, draining: Draining) -> bool:
    """Whether the loop's function waits for anything between the start of the processes and the loop."""
    outer = program.index.statement(
        draining.loop if not isinstance(draining.loop, ast.comprehension) else draining.queue
    )
    function = program.index.function(outer)
    first = min(start.call.lineno for start in draining.starts)
    return any(
        first <= call.lineno < outer.lineno
        for method in _WAITING
        for call in program.index.method_calls.get(method, [])
        if program.index.function(call) is function and not isinstance(receiver(call), ast.Constant)
    )


def number_of(program: Program, starts: list[Start]) -> tuple[str, str] | None:
    """How many processes there are: what goes through them (`processes`, `range(2)`), and their number."""
    lists = {name.id if (name := collecting_list(program, start)) is not None else None for start in starts}
    (held,) = lists if len(lists) == 1 else (None,)
    if held is not None:
        everyone = [
            each for each in program.starts.processes if (name := collecting_list(program, each)) and name.id == held
        ]
        return (held, f"len({held})") if set(everyone) == set(starts) else None
    if lists != {None} or any(program.index.loop(start.call) is not None for start in starts):
        return None
    return f"range({len(starts)})", str(len(starts))


def puts_one(program: Program, draining: Draining) -> bool:
    """Whether each process puts in exactly one thing, whatever happens."""
    functions = {start.function for start in draining.starts}
    return (
        all(
            function is not None
            and [program.index.statement(each) for each in draining.puts if program.index.function(each) is function]
            == [statement for statement in _straight(function.body) if _is_put(draining, statement)][:1]
            and not _may_be_left(function)
            for function in functions
        )
        and {program.index.function(each) for each in draining.puts} == functions
    )


def _straight(block: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a block that run whatever happens, also those in `with` blocks."""
    for statement in block:
        yield statement
        if isinstance(statement, ast.With):
            yield from _straight(statement.body)


def _is_put(draining: Draining, statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and statement.value in draining.puts


def _may_be_left(function: FunctionNode) -> bool:
    """Whether a function can be left other than at its end."""
    leaving = (ast.Return, ast.Raise, ast.Yield, ast.YieldFrom)
    return any(isinstance(node, leaving) for statement in function.body for node in own_nodes(statement))


def single_producer(program: Program, draining: Draining) -> FunctionNode | None:
    """The one function that all processes run and that alone puts in, ends at its end, and never puts in `None`."""
    functions = {start.function for start in draining.starts} | {program.index.function(each) for each in draining.puts}
    (function,) = functions if len(functions) == 1 else (None,)
    if function is None or _may_be_left(function) or program.functions.callers(function):
        return None
    if any(
        isinstance(each.args[0], ast.Constant) and each.args[0].value is None for each in draining.puts if each.args
    ):
        return None
    if len({ast.dump(receiver(each)) for each in draining.puts}) != 1 or not isinstance(
        receiver(draining.puts[0]), ast.Name
    ):
        return None
    return function


def plain_take(program: Program, draining: Draining) -> ast.Call | None:
    """The one call of a loop's body that takes something out, `q.get()`, in a simple statement of the body."""
    if len(draining.takes) != 1 or isinstance(draining.loop, ast.comprehension):
        return None
    (take,) = draining.takes
    statement = program.index.statement(take)
    simple = isinstance(statement, (ast.Assign, ast.Expr, ast.AugAssign, ast.AnnAssign))
    deep = any(isinstance(each, (*COMPREHENSIONS, ast.Lambda)) for each in _up_to(program, take, statement))
    if take.args or take.keywords or not simple or deep or statement not in draining.loop.body:
        return None
    return take if take.func.attr == "get" else None  # type: ignore[attr-defined]


def stored_item(program: Program, take: ast.Call) -> ast.Name | None:
    """The name of `item = queue.get()`."""
    statement = program.index.statement(take)
    if isinstance(statement, ast.Assign) and statement.value is take and len(statement.targets) == 1:
        target = statement.targets[0]
        return target if isinstance(target, ast.Name) else None
    return None


def _up_to(program: Program, node: ast.AST, statement: ast.stmt) -> Iterator[ast.AST]:
    for ancestor in program.index.ancestors(node):
        if ancestor is statement:
            return
        yield ancestor
