"""Which locks are held where, and who else changes a shared value."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.scopes import DEFINITIONS, FUNCTION_NODES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.kinds import Type
    from mpmodernize.model.program import Program


def method_call(statement: ast.AST, method: str) -> ast.Call | None:
    """The call, when `statement` is nothing but `something.method(…)`."""
    if (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and isinstance(statement.value.func, ast.Attribute)
        and statement.value.func.attr == method
    ):
        return statement.value
    return None


def receiver(call: ast.Call) -> ast.expr:
    """The `x` of `x.method(…)`."""
    assert isinstance(call.func, ast.Attribute)
    return call.func.value


def is_guarded(program: Program, node: ast.AST, depth: int = 3) -> bool:
    """Whether a lock is held where `node` runs: here, or at every place from where its function is called."""
    if next(locks_held(program, node), None) is not None:
        return True
    function = program.index.function(node)
    if function is None or depth == 0:
        return False
    calls = program.functions.callers(function)
    if not calls or program.functions.mentions.get(function) or program.starts.of_function.get(function):
        return False
    return all(is_guarded(program, call, depth - 1) for call in calls)


def locks_held(program: Program, node: ast.AST) -> Iterator[ast.expr]:
    """The locks that are certainly held where `node` runs, in its own function, from the inside out."""
    current: ast.AST = node
    for ancestor in program.index.ancestors(node):
        if isinstance(current, ast.stmt):
            yield from _acquired_before(program, current)
        if isinstance(ancestor, (ast.With, ast.AsyncWith)):
            for item in ancestor.items:
                if item.optional_vars is None and _may_exclude(program, item.context_expr):
                    yield item.context_expr
        elif isinstance(ancestor, ast.If) and isinstance(current, ast.stmt) and current in ancestor.body:
            for inner in ast.walk(ancestor.test):
                if (
                    isinstance(inner, ast.Call)
                    and isinstance(inner.func, ast.Attribute)
                    and inner.func.attr == "acquire"
                ):
                    yield inner.func.value
        elif isinstance(ancestor, (*DEFINITIONS, ast.Lambda)):
            return
        current = ancestor


def _may_exclude(program: Program, expression: ast.expr) -> bool:
    """Whether `with` on this may keep others out; what is not known is taken for a lock."""
    if _is_of_threads(program, expression):
        return False
    type_ = program.type(expression)
    return type_ is None or (type_.is_lock and not _admits_several(type_))


def _admits_several(type_: Type) -> bool:
    """Whether this is a semaphore that lets more than one process in."""
    if type_.kind not in ("Semaphore", "BoundedSemaphore"):
        return False
    sizes = [argument for call in type_.made for argument in [*call.args, *(each.value for each in call.keywords)]]
    return any(not (isinstance(size, ast.Constant) and size.value == 1) for size in sizes)


def _is_of_threads(program: Program, expression: ast.expr) -> bool:
    """Whether this is a lock of `threading`, which keeps out no other process."""
    if not isinstance(expression, ast.Name):
        return False
    values = [binding.value for binding in program.index.bindings(expression)]
    names = [program.qualified(value.func) if isinstance(value, ast.Call) else None for value in values]
    return bool(names) and all(name is not None and name.startswith(("threading.", "thread.")) for name in names)


def _acquired_before(program: Program, statement: ast.stmt) -> Iterator[ast.expr]:
    """What was acquired by earlier statements of the same block and not yet released."""
    held: dict[str, ast.expr] = {}
    for each in program.index.block(statement):
        if each is statement:
            break
        acquired, released = method_call(each, "acquire"), method_call(each, "release")
        if acquired is not None and _may_exclude(program, receiver(acquired)):
            held[ast.dump(receiver(acquired))] = receiver(acquired)
        elif released is not None:
            held.pop(ast.dump(receiver(released)), None)
    yield from held.values()


def several_processes(program: Program, functions: set[ast.AST]) -> bool:
    """Whether more than one child runs any of these functions, as far as the file shows."""
    wanted = {each for each in functions if isinstance(each, FUNCTION_NODES)}
    number = 0
    for start in program.state.starts_reaching(wanted):
        if start.kind == "initializer":
            continue
        applied = isinstance(start.call.func, ast.Attribute) and "apply" in start.call.func.attr
        single = start.kind != "task" or applied
        if start.kind == "task" and start.pools and all(_has_one_worker(pool) for pool in start.pools):
            number += 1
            continue
        number += 1 if single and not runs_often(program, start.call) else 2
    return number > 1


def _has_one_worker(pool: ast.Call) -> bool:
    """Whether a pool or executor is made with a single worker."""
    sizes = [*pool.args[:1], *(each.value for each in pool.keywords if each.arg in ("processes", "max_workers"))]
    return any(isinstance(size, ast.Constant) and size.value == 1 for size in sizes)


def runs_often(program: Program, call: ast.Call) -> bool:
    """Whether a call stands in a loop, or in a function that is called more than once or from a loop."""
    node: ast.AST = call
    for _ in range(5):
        if program.index.loop(node) is not None:
            return True
        function = program.index.function(node)
        if function is None:
            return False
        calls = program.functions.callers(function)
        if len(calls) != 1:
            return len(calls) > 1
        node = calls[0]
    return True
