"""What a function does in any case: not under a condition, nor where an error may keep it from it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.scopes import DEFINITIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import FunctionNode

_CONDITIONAL = (ast.If, ast.IfExp, ast.BoolOp, ast.Try, ast.Lambda, ast.Match, *DEFINITIONS)


def certain_calls(program: Program, function: FunctionNode) -> list[ast.Call]:
    """The calls that running a function comes to, its own and those of functions that it calls, if loops are run."""
    found: list[ast.Call] = []
    seen: set[FunctionNode] = set()
    waiting = [function]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        for call in _calls_in(current):
            found.append(call)
            called = program.functions.called(call)
            if called is not None:
                waiting.append(called)
    return found


def _calls_in(function: FunctionNode) -> Iterator[ast.Call]:
    for statement in function.body:
        if any(isinstance(node, (ast.Return, ast.Raise)) for node in ast.walk(statement)) and isinstance(
            statement, (ast.If, ast.Try)
        ):
            return  # what follows may not be reached
        waiting: list[ast.AST] = [statement]
        while waiting:
            node = waiting.pop()
            if isinstance(node, _CONDITIONAL):
                continue
            if isinstance(node, ast.Call):
                yield node
            waiting.extend(ast.iter_child_nodes(node))
