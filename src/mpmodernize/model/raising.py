"""How functions are left by errors and exits, and who catches them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.compatibility import caught
from mpmodernize.model.order import own_nodes
from mpmodernize.model.scopes import DEFINITIONS, LOOPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import FunctionNode

ANY_ERROR = frozenset({"Exception", "BaseException", "StandardError"})
ANY_EXIT = frozenset({"SystemExit", "BaseException"})
_EXITS = frozenset({"sys.exit", "builtins.exit", "builtins.quit", "os._exit", "os.abort"})
_HARD_EXITS = frozenset({"os._exit", "os.abort"})


def handles(statement: ast.Try, names: frozenset[str]) -> bool:
    """Whether a `try` catches one of these exceptions and does not raise it again."""
    for handler in statement.handlers:
        if not names.isdisjoint(caught(handler)):
            return not any(isinstance(node, ast.Raise) for each in handler.body for node in own_nodes(each))
    return False


def is_caught(program: Program, node: ast.AST, names: frozenset[str]) -> bool:
    """Whether a `try` of its own function stands around `node` and catches one of these exceptions."""
    child = node
    for ancestor in program.index.ancestors(node):
        if isinstance(ancestor, (*DEFINITIONS, ast.Lambda)):
            return False
        if isinstance(ancestor, ast.Try) and child in ancestor.body and handles(ancestor, names):
            return True
        child = ancestor
    return False


def catches_errors(function: FunctionNode) -> bool:
    """Whether a function does its work in a `try` that catches every error."""
    waiting = list(function.body)
    for statement in waiting:
        if isinstance(statement, ast.Try) and handles(statement, ANY_ERROR):
            return True
        if isinstance(statement, (*LOOPS, ast.With, ast.Try)):
            waiting += statement.body
    return False


def exits(program: Program, function: FunctionNode) -> Iterator[ast.Call | ast.Raise]:
    """Where a function ends its whole process: `sys.exit()`, `os._exit()`, `raise SystemExit`."""
    for node in _own(function):
        if isinstance(node, ast.Call):
            name = program.qualified(node.func)
            if name in _HARD_EXITS or (name in _EXITS and not is_caught(program, node, ANY_EXIT)):
                yield node
        elif (
            isinstance(node, ast.Raise)
            and _raised(program, node) == "builtins.SystemExit"
            and not is_caught(program, node, ANY_EXIT)
        ):
            yield node


def raises(program: Program, function: FunctionNode) -> Iterator[ast.Raise]:
    """The `raise` statements by which a function can be left; not those in a `try` that has handlers."""
    for node in _own(function):
        if isinstance(node, ast.Raise) and _raised(program, node) != "builtins.NotImplementedError":
            around = [each for each in program.index.ancestors(node) if isinstance(each, ast.Try)]
            if not any(each.handlers and program.index.contains(function, each) for each in around):
                yield node


def _raised(program: Program, statement: ast.Raise) -> str | None:
    """The qualified name of what is raised."""
    raised = statement.exc
    if isinstance(raised, ast.Call):
        raised = raised.func
    return program.qualified(raised) if raised is not None else None


def _own(function: FunctionNode) -> Iterator[ast.AST]:
    for statement in function.body:
        yield from own_nodes(statement)


def runs(program: Program, entries: Iterable[FunctionNode], caught: frozenset[str] = frozenset()) -> list[FunctionNode]:
    """The functions that run when `entries` run, by calls alone; not those in a `try` that catches what is named."""
    found: dict[FunctionNode, None] = {}
    waiting = list(entries)
    while waiting:
        function = waiting.pop()
        if function in found:
            continue
        found[function] = None
        for call, called in program.functions.calls_of.get(function, []):
            if not caught or not is_caught(program, call, caught):
                waiting.append(called)
    return list(found)
