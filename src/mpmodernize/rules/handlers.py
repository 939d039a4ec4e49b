"""What a `try` catches."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.compatibility import caught
from mpmodernize.model.scopes import DEFINITIONS

if TYPE_CHECKING:
    from mpmodernize.model.program import Program


def is_tried(statement: ast.Try, child: ast.AST) -> bool:
    """Whether a child of a `try` stands under the `try` itself: not in a handler, `else` or `finally`."""
    return isinstance(child, ast.stmt) and child.lineno <= statement.body[-1].lineno


def caught_by(program: Program, statement: ast.Try) -> frozenset[str]:
    """The names of the exceptions that a `try` catches; collected once for all that stands in it."""
    known = program.plans.setdefault("caught", {})
    assert isinstance(known, dict)
    if statement not in known:
        known[statement] = frozenset(name for handler in statement.handlers for name in caught(handler))
    found = known[statement]
    assert isinstance(found, frozenset)
    return found


def is_caught(program: Program, node: ast.AST, *names: str) -> bool:
    """Whether a `try` around a node, in its own function, catches one of these exceptions."""
    wanted = {"BaseException", "Exception", *names}
    child: ast.AST = node
    for ancestor in program.index.ancestors(node):
        if isinstance(ancestor, ast.Try) and is_tried(ancestor, child) and caught_by(program, ancestor) & wanted:
            return True
        if isinstance(ancestor, (*DEFINITIONS, ast.Lambda)):
            return False
        child = ancestor
    return False
