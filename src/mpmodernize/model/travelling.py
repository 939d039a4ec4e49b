"""Views, iterators and generators that set out for another process.

A view of a dictionary and a generator cannot be pickled; but `multiprocessing.managers`, once it is imported, lets
views travel as lists. An iterator (`map`, `zip`) can, in part, but in Python 2 it was a list, and in Python 3 it
arrives as what can be gone through once only. Seen on 2.7, 3.10, 3.13 and 3.14.
"""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING

from mpmodernize.model.crossings import Route
from mpmodernize.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.crossings import Crossing
    from mpmodernize.model.program import Program

_ROUTES = frozenset(
    {
        Route.PARTIAL, Route.ARGUMENT, Route.INITARG, Route.TASK, Route.RESULT, Route.ITEM, Route.MESSAGE,
    }
)  # fmt: skip
_VIEWS = ("keys", "values", "items")
_DEPTH = 4


class Traveller(Record, eq=False):
    """One view, iterator or generator that goes to another process."""

    expression: ast.expr
    what: str
    """What it is in Python 3: `a view`, `an iterator` or `a generator`."""
    crossing: Crossing


class Travelling:
    """Finds what travels and cannot, or arrives as something else than it was in Python 2."""

    def __init__(self, program: Program) -> None:
        self._program = program

    @cached_property
    def all(self) -> list[Traveller]:
        """Each of them once, by the first crossing that it makes."""
        found: dict[ast.expr, Traveller] = {}
        for crossing in self._program.crossings.all if self._program.mentions_multiprocessing else ():
            if crossing.route not in _ROUTES or crossing.holds:
                continue
            for expression in self._parts(crossing.expression, _DEPTH):
                what = self._what(expression)
                if what is not None:
                    found.setdefault(expression, Traveller(expression, what, crossing))
        return list(found.values())

    @cached_property
    def expressions(self) -> frozenset[ast.expr]:
        """All of them, for other rules to leave alone."""
        return frozenset(each.expression for each in self.all)

    def _parts(self, node: ast.expr, depth: int) -> Iterator[ast.expr]:
        """What is pickled with a value: itself, and what the displays in it hold."""
        node = self._program.crossings.source_of(node)
        yield node
        if not depth:
            return
        if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            for each in node.elts:
                yield from self._parts(each, depth - 1)
        elif isinstance(node, ast.Dict):
            for each in node.values:
                yield from self._parts(each, depth - 1)
        elif isinstance(node, ast.IfExp):
            yield from self._parts(node.body, depth - 1)
            yield from self._parts(node.orelse, depth - 1)
        elif isinstance(node, ast.ListComp):
            yield from self._parts(node.elt, depth - 1)

    def _what(self, node: ast.expr) -> str | None:
        if isinstance(node, ast.GeneratorExp):
            return None if self._program.python2 else "a generator"  # 2.7 could not pickle one, either
        if not isinstance(node, ast.Call):
            return None
        if self._is_view(node):
            return "a view"
        name = self._program.qualified(node.func) or ""
        if name.startswith("builtins.") and self._is_lazy(name[9:], node):
            return "an iterator"
        return None

    def _is_view(self, node: ast.Call) -> bool:
        program = self._program
        if not isinstance(node.func, ast.Attribute) or node.func.attr not in _VIEWS or node.args or node.keywords:
            return False
        if self._has_managers:
            return False
        if program.python2 and f"view{node.func.attr}" in program.former:
            return False
        known = program.mappings.is_dictionary(node.func.value, node.func.attr)
        return known is True or (known is None and program.python2)

    @cached_property
    def _has_managers(self) -> bool:
        """Whether the program imports what makes lists of views that are pickled."""
        imports = self._program.imports
        return bool(
            imports.of("multiprocessing.managers")
            or any(each.alias.name in ("Manager", "managers") for each in imports.of("multiprocessing"))
            or self._program.index.attributes.get("Manager")
            or self._program.index.attributes.get("managers")
        )

    def _is_lazy(self, name: str, call: ast.Call) -> bool:
        """Whether a call of `map`, `zip` or `filter` gave a list in Python 2, or gives what cannot be pickled."""
        if name not in ("map", "zip", "filter") or call.keywords or not call.args:
            return False
        if name == "map" and (len(call.args) != 2 or isinstance(call.args[0], ast.Constant)):
            return False
        program = self._program
        if not program.python2:
            return any(map(self._refuses, call.args))
        if name == "filter" and program.types.kind(call.args[-1]) not in ("list", "range"):
            return False  # a filtered text is a text
        former = {"map": "imap", "zip": "izip", "filter": "ifilter"}[name]
        return former not in program.former and "future_builtins" not in program.former

    def _refuses(self, part: ast.expr) -> bool:
        """Whether what an iterator is made of cannot be pickled."""
        if isinstance(part, (ast.Lambda, ast.GeneratorExp)):
            return True
        return isinstance(part, ast.Call) and self._is_view(part)
