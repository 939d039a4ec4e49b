"""Which of a name's bindings a use can see, in code that runs from top to bottom."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mpmodernize.model.index import Index
    from mpmodernize.model.scopes import Binding


def reaching(index: Index, use: ast.Name, bindings: list[Binding]) -> list[Binding]:
    """The one binding whose value a use certainly sees; all of them where that is not plain.

    It is the last assignment before the use, in the block of the use or in one around it, if nothing binds the name
    between the two, and nothing inside the statement of that block in which the use stands (a loop comes round).
    """
    scope = index.scope(use)
    if not isinstance(use.ctx, ast.Load) or any(each.scope is not scope for each in bindings):
        return bindings
    before = [each for each in bindings if each.kind == "assign" and _place(each.node) < _place(use)]
    if not before:
        return bindings
    last = max(before, key=lambda each: _place(each.node))
    store = index.statement(last.node)
    inside: ast.AST = index.statement(use)
    if inside is store:
        return bindings
    while index.parent.get(inside) is not index.parent[store]:
        if inside not in index.parent:
            return bindings
        inside = index.parent[inside]
    if inside is store or not isinstance(inside, ast.stmt) or index.block(inside) is not index.block(store):
        return bindings
    end = (getattr(inside, "end_lineno", 0), getattr(inside, "end_col_offset", 0))
    others = (each for each in bindings if each is not last)
    if any(_place(store) < _place(each.node) < end for each in others):
        return bindings
    return [last]


def _place(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
