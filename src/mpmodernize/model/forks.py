"""Bare forks: where `os.fork` is called, what the child does then, and what is running when it happens."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.guards import exits
from mpmodernize.model.order import own_nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import FunctionNode

_ENDING = ("os._exit", "os.abort", "os.kill")
_REPLACING = "os.exec"


def branch_of_child(program: Program, fork: ast.Call) -> list[ast.stmt] | None:
    """The statements that the child alone runs, as far as they are told apart; `None` where they are not."""
    statement = program.index.statement(fork)
    if isinstance(statement, ast.If) and program.index.contains(statement.test, fork):
        return _branch(program, statement, fork)
    if not isinstance(statement, ast.Assign) or statement.value is not fork or len(statement.targets) != 1:
        return None
    target = statement.targets[0]
    for each in program.index.block(statement)[program.index.place(statement) + 1 :]:
        if isinstance(each, ast.If) and isinstance(target, ast.Name):
            tested = next(
                (node for node in ast.walk(each.test) if isinstance(node, ast.Name) and node.id == target.id), None
            )
            return _branch(program, each, tested) if tested is not None else None
    return None


def _branch(program: Program, statement: ast.If, number: ast.expr) -> list[ast.stmt] | None:
    """What the child does at an `if` that asks for what `fork` has returned: a branch, or what follows it."""
    test = statement.test
    if test is number:
        for_child = False
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) and test.operand is number:
        for_child = True
    elif isinstance(test, ast.Compare) and test.left is number and len(test.ops) == 1 and _is_zero(test.comparators[0]):
        if not isinstance(test.ops[0], (ast.Eq, ast.Gt, ast.NotEq)):
            return None
        for_child = isinstance(test.ops[0], ast.Eq)
    else:
        return None
    if for_child or statement.orelse:
        return statement.body if for_child else statement.orelse
    leaves = isinstance(statement.body[-1], (ast.Return, ast.Continue, ast.Break, ast.Raise)) or exits(
        statement.body[-1]
    )
    return program.index.block(statement)[program.index.place(statement) + 1 :] if leaves else None


def _is_zero(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == 0


def ends_at_once(program: Program, branch: list[ast.stmt]) -> bool:
    """Whether the child comes to `os._exit` or another program, here or in what it calls."""
    calls = [node for each in branch for node in ast.walk(each) if isinstance(node, ast.Call)]
    called = [program.functions.called(call) for call in calls]
    for function in program.functions.reachable([each for each in called if each is not None]):
        calls += [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    names = (program.qualified(call.func) or "" for call in calls)
    return any(name in _ENDING or name.startswith(_REPLACING) for name in names)


def running_at(program: Program, place: ast.Call) -> Iterator[ast.Call]:
    """The calls before `place`, in the same function or at module level, that started what still runs there."""
    for call in program.index.calls:
        if call.lineno < place.lineno and program.effects.starts_here(call) and is_running_at(program, call, place):
            yield call


def _is_over(program: Program, started: ast.Call, place: ast.Call) -> bool:
    """Whether the block of a `with`, a branch, or a `join` between has ended what was started."""
    for above in program.index.ancestors(started):
        if isinstance(above, (ast.With, ast.If, ast.Try, ast.ExceptHandler)) and not program.index.contains(
            above, place
        ):
            return True
    function = program.index.function(place)
    body = function.body if function is not None else program.tree.body
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("join", "terminate", "kill", "shutdown")
        and started.lineno <= node.lineno < place.lineno
        for statement in body
        for node in own_nodes(statement)
    )


def thread_starts(program: Program) -> list[tuple[ast.Call, FunctionNode]]:
    """Every `thread.start()`, with the function of the program that the thread runs."""
    found = []
    for call in program.types.receiver_calls("start", ["Thread"]):
        assert isinstance(call.func, ast.Attribute)
        type_ = program.type(call.func.value)
        for made in type_.made if type_ is not None else ():
            for keyword in made.keywords:
                function = program.functions.resolve(keyword.value) if keyword.arg == "target" else None
                if function is not None:
                    found.append((call, function))
    return found


def is_running_at(program: Program, started: ast.Call, place: ast.Call) -> bool:
    """Whether what was started before, in the same function or at module level, may still run at `place`."""
    if started.lineno >= place.lineno or program.index.function(started) is not program.index.function(place):
        return False
    return not _is_over(program, started, place)
