"""Names that Python 2 left behind: a list comprehension's variable, and an exception's name after its block.

In Python 3 a comprehension is a scope of its own, and the name of `except E as e` is deleted at the end of the block.
"""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING

from mpmodernize.model.scopes import COMPREHENSIONS, DEFINITIONS, LOOPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import Scope

_Place = tuple[int, int]


class Leaks:
    """Finds uses of names that are gone in Python 3, or are others."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._index = program.index

    # -- exceptions --------------------------------------------------------------------------------

    def exceptions(self) -> Iterator[tuple[list[ast.ExceptHandler], list[ast.Name], ast.Name]]:
        """The handlers of one name in one scope, the places outside that name it, and the first that misses it."""
        groups: dict[tuple[Scope | None, str], list[ast.ExceptHandler]] = defaultdict(list)
        for handler in self._index.all(ast.ExceptHandler):
            if handler.name is not None:
                scope = self._index.scope(handler.body[0])
                groups[scope.owner(handler.name), handler.name].append(handler)
        for (owner, name), handlers in groups.items():
            if owner is None:
                continue
            inside = {node for handler in handlers for each in handler.body for node in ast.walk(each)}
            outside = [use for use in self._index.uses(name, owner) if use not in inside]
            read = [use for use in outside if isinstance(use.ctx, ast.Load)]
            missing = (use for use in read if any(self._is_reached(handler, use) for handler in handlers))
            first = next(missing, None)
            if first is not None:
                yield handlers, outside, first

    def _is_reached(self, handler: ast.ExceptHandler, use: ast.Name) -> bool:
        """Whether a use behind a handler can see what the handler caught."""
        if _place(use) < _end(handler) or self._index.scope(use) is not self._index.scope(handler.body[0]):
            return False
        if not self._goes_on(handler, use):
            return False
        bindings = self._index.bindings(use)
        between = [
            each
            for each in bindings
            if each.kind not in ("except", "delete") and _end(handler) <= _place(each.node) < _place(use)
        ]
        return not any(self._leads_to(self._index.statement(each.node), use) for each in between)

    def _goes_on(self, handler: ast.ExceptHandler, use: ast.Name) -> bool:
        last = handler.body[-1]
        if isinstance(last, (ast.Return, ast.Raise)):
            return False
        if isinstance(last, (ast.Continue, ast.Break)):
            loop = self._index.loop(last)
            return loop is not None and not self._index.contains(loop, use)
        if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call):
            return self._program.qualified(last.value.func) not in ("sys.exit", "os._exit", "builtins.exit")
        return True

    def _leads_to(self, statement: ast.stmt, use: ast.AST) -> bool:
        """Whether a statement runs before the use whenever the use is reached: it stands in a block around it."""
        if isinstance(statement, ast.ExceptHandler):
            return False
        if isinstance(statement, LOOPS) and self._index.contains(statement, use):
            return any(self._index.contains(each, use) for each in statement.body)  # a loop's own variable
        around = self._index.parent[statement]
        for each in (use, *self._index.ancestors(use)):
            if isinstance(each, ast.stmt) and self._index.parent[each] is around:
                same = isinstance(around, ast.Module) or self._index.block(each) is self._index.block(statement)
                return each is not statement and same
        return False

    # -- comprehensions ----------------------------------------------------------------------------

    def comprehensions(self) -> Iterator[tuple[ast.ListComp, ast.Name, bool]]:
        """Each use of a name that a list comprehension left behind, and whether the use always comes after it."""
        by_scope: dict[tuple[Scope, str], list[ast.ListComp]] = defaultdict(list)
        for comprehension in self._index.all(ast.ListComp):
            scope = self._index.scope(comprehension)
            if isinstance(scope.node, (*COMPREHENSIONS, ast.Lambda)):
                continue
            for name in self._index.inner_scope(comprehension).bindings:
                by_scope[scope, name].append(comprehension)
        for (scope, name), comprehensions in by_scope.items():
            yield from self._uses_of_left(scope, name, comprehensions)

    def _uses_of_left(
        self, scope: Scope, name: str, comprehensions: list[ast.ListComp]
    ) -> Iterator[tuple[ast.ListComp, ast.Name, bool]]:
        owner = scope.owner(name)
        uses = [
            use
            for use in self._index.uses(name, owner)
            if not isinstance(use.ctx, ast.Store) and self._index.scope(use) is scope
        ]
        if not uses:
            return
        bindings = owner.bindings[name] if owner is not None else []
        bound = sorted(_place(each.node) for each in bindings if each.kind != "delete")
        comprehensions = sorted(comprehensions, key=_end)
        ends = [_end(each) for each in comprehensions]
        for use in uses:
            before = bisect_right(ends, _place(use))
            if not before:
                continue
            last = comprehensions[before - 1]
            bound_between = bisect_left(bound, _end(last)) < bisect_left(bound, _place(use))
            if bound_between or self._is_in_other_branch(last, use):
                continue
            loops = [
                each
                for each in self._index.ancestors(use)
                if isinstance(each, ast.For)
                and _binds(each.target, name)
                and not any(self._index.contains(inner, last) for inner in each.body)
            ]
            if not loops:
                yield last, use, self._leads_to(self._index.statement(last), use)

    def _is_in_other_branch(self, first: ast.AST, use: ast.AST) -> bool:
        """Whether two places stand in branches of which one excludes the other."""
        child: ast.AST = first
        for ancestor in self._index.ancestors(first):
            if isinstance(ancestor, DEFINITIONS):
                return False
            if isinstance(ancestor, ast.If) and self._index.contains(ancestor, use):
                return any(each is child for each in ancestor.body) != any(
                    self._index.contains(each, use) for each in ancestor.body
                ) and any(each is child for each in [*ancestor.body, *ancestor.orelse])
            child = ancestor
        return False


def _binds(target: ast.expr, name: str) -> bool:
    return any(isinstance(each, ast.Name) and each.id == name for each in ast.walk(target))


def _place(node: ast.AST) -> _Place:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _end(node: ast.AST) -> _Place:
    return getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0)
