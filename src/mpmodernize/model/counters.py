"""Counters: plain numbers at module level that code meant for several processes changes in place."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mpmodernize.model.locking import locks_held
from mpmodernize.model.scopes import FUNCTION_NODES, FunctionNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import Binding


@dataclass
class Counter:
    """A number that code meant for several processes changes in place."""

    name: str
    made: Binding | None
    """The assignment that gives it its first value; `None` where it is bound nowhere."""
    uses: list[ast.Name]
    updates: list[ast.stmt] = field(default_factory=list)
    """The statements in workers that change it."""
    functions: set[FunctionNode] = field(default_factory=set)
    """The functions that bind it (by `global`, or, mistakenly, as a local)."""


def counters(program: Program) -> Iterator[Counter]:
    """The plain numbers that workers change and that were meant to be shared."""
    names: dict[str, list[ast.stmt]] = {}
    for statement, target in _updates(program):
        function = program.index.function(statement)
        if function is not None and is_work(program, function):
            names.setdefault(target.id, []).append(statement)
    for name, updates in names.items():
        counter = _counter(program, name, updates)
        if counter is not None and counter.updates and _is_meant_to_be_shared(program, counter):
            yield counter


def is_work(program: Program, function: FunctionNode) -> bool:
    """Whether a function runs in a child, or was written to: in a fragment that starts nothing."""
    if program.starts.is_worker(function):
        return True
    return is_fragment(program) and is_loose(program, function)


def _counter(program: Program, name: str, updates: list[ast.stmt]) -> Counter | None:
    index = program.index
    local = {
        function
        for update in updates
        if (function := index.function(update)) is not None and _only_augmented(program, function, name)
    }
    bindings = program.state.bindings(name)
    made = [each for each in bindings if each.kind == "assign" and index.function(each.node) is None]
    if len(made) > 1 or (made and not is_number(made[0].value)):
        return None
    uses = [
        use
        for use in index.names[name]
        if (owner := index.owner(use)) is None or owner.is_module or owner.node in local
    ]
    uses = [use for use in uses if not made or use is not made[0].node]
    shared = [each for each in updates if index.function(each) in local or _is_global_in(program, each, name)]
    if not made and len(local) != len({index.function(each) for each in shared}):
        return None
    functions = {each for each in local if each is not None}
    for definition in index.definitions:
        if isinstance(definition, FUNCTION_NODES) and name in index.inner_scope(definition).globals:
            functions.add(definition)
    return Counter(name, made[0] if made else None, uses, shared, functions)


def _is_meant_to_be_shared(program: Program, counter: Counter) -> bool:
    if counter.made is None or any(
        program.index.function(each) in _locals(program, counter) for each in counter.updates
    ):
        return True
    if any(next(locks_held(program, each), None) is not None for each in counter.updates):
        return True
    return any(
        isinstance(use.ctx, ast.Load) and not program.runs_in_child(use) and not _is_in_update(program, use)
        for use in counter.uses
    )


def _locals(program: Program, counter: Counter) -> set[FunctionNode]:
    return {each for each in counter.functions if counter.name not in program.index.inner_scope(each).globals}


def _is_in_update(program: Program, use: ast.Name) -> bool:
    statement = program.index.statement(use)
    return isinstance(statement, ast.AugAssign) or (
        isinstance(statement, ast.Assign) and _is_step(statement.value, use.id)
    )


def is_fragment(program: Program) -> bool:
    """Whether the file uses multiprocessing and starts nothing: a piece of notes, or a library."""
    return not program.starts.all and program.import_time.guard is None


def is_loose(program: Program, function: FunctionNode) -> bool:
    """Whether a module-level function is neither called nor handed around, but uses a shared object or a lock."""
    return (
        function in program.tree.body
        and not program.functions.callers(function)
        and not program.functions.mentions.get(function)
        and not function.decorator_list
        and bool(shared_globals(program, function))
    )


def shared_globals(program: Program, function: FunctionNode) -> list[str]:
    """The module-level locks, queues and shared values that a function reads, in order of first use."""
    found: dict[str, None] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            owner = program.index.owner(node)
            type_ = program.type(node) if owner is not None and owner.is_module else None
            if type_ is not None and type_.is_shared:
                found[node.id] = None
    return list(found)


def _updates(program: Program) -> Iterator[tuple[ast.stmt, ast.Name]]:
    """`n += …` and `n = n + …`, in source order of each kind."""
    for augmented in program.index.all(ast.AugAssign):
        if isinstance(augmented.target, ast.Name):
            yield augmented, augmented.target
    for names in program.index.names.values():
        for name in names:
            statement = program.index.parent[name]
            if isinstance(statement, ast.Assign) and statement.targets == [name] and _is_step(statement.value, name.id):
                yield statement, name


def _is_step(value: ast.expr, name: str) -> bool:
    """Whether a value is the named number with something added, taken away or the like."""
    return isinstance(value, ast.BinOp) and any(
        isinstance(side, ast.Name) and side.id == name for side in (value.left, value.right)
    )


def _only_augmented(program: Program, function: FunctionNode, name: str) -> bool:
    """Whether a function only ever updates the name as its local: it stops with `UnboundLocalError`."""
    scope = program.index.inner_scope(function)
    bindings = scope.bindings.get(name, [])
    return bool(bindings) and all(each.kind == "augmented" for each in bindings)


def _is_global_in(program: Program, statement: ast.stmt, name: str) -> bool:
    return name in program.index.scope(statement).globals


def is_number(value: ast.expr | None) -> bool:
    """Whether an expression is a literal number."""
    if isinstance(value, ast.UnaryOp) and isinstance(value.op, (ast.USub, ast.UAdd)):
        value = value.operand
    return isinstance(value, ast.Constant) and type(value.value) in (int, float)
