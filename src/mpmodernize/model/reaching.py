"""Which of a name's bindings a use can see, in code that runs from top to bottom."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mpmodernize.model.index import Index
    from mpmodernize.model.scopes import Binding

_MADE_AT_ONCE = (ast.ListComp, ast.SetComp, ast.DictComp)


def reaching(index: Index, use: ast.Name, bindings: list[Binding]) -> list[Binding]:
    """The one binding whose value a use certainly sees; all of them where that is not plain.

    It is the last assignment or `with … as` before the use, in the block of the use or in one around it, if nothing
    binds the name between the two, and nothing inside the statement of that block in which the use stands (a loop comes
    round). A list that is made by a comprehension is made where that stands; when a generator runs is not plain.
    """
    place = use if not isinstance(index.scope(use).node, _MADE_AT_ONCE) else _around_comprehensions(index, use)
    scope = index.scope(place)
    if not isinstance(use.ctx, ast.Load) or any(each.scope is not scope for each in bindings):
        return bindings
    before = [each for each in bindings if each.kind in ("assign", "with") and _place(each.node) < _place(place)]
    if not before:
        return bindings
    last = max(before, key=lambda each: _place(each.node))
    store = index.statement(last.node)
    inside = _statement_behind(index, place, store)
    if inside is None:
        return bindings
    end = (getattr(inside, "end_lineno", 0), getattr(inside, "end_col_offset", 0))
    others = (each for each in bindings if each is not last)
    if any(_place(store) < _place(each.node) < end for each in others):
        return bindings
    return [last]


def _around_comprehensions(index: Index, node: ast.AST) -> ast.AST:
    """The outermost of the comprehensions around a node that are carried out as soon as they are reached."""
    while isinstance(index.scope(node).node, _MADE_AT_ONCE):
        node = index.scope(node).node
    return node


def _statement_behind(index: Index, place: ast.AST, store: ast.stmt) -> ast.stmt | None:
    """The statement around a place that runs after `store`: further down in its block, or in the body of a `with`."""
    inside: ast.AST = index.statement(place)
    if inside is store:
        return None
    while index.parent.get(inside) is not index.parent[store]:
        above = index.parent.get(inside)
        if above is store and isinstance(store, (ast.With, ast.AsyncWith)) and isinstance(inside, ast.stmt):
            return inside
        if above is None:
            return None
        inside = above
    if inside is store or not isinstance(inside, ast.stmt) or index.block(inside) is not index.block(store):
        return None
    return inside


def _place(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
