"""Methods that are named and not called: whether anything calls them later."""

from __future__ import annotations

import ast
from enum import Enum
from typing import TYPE_CHECKING

from mpmodernize.model.functions import parameters
from mpmodernize.model.kinds import MANY
from mpmodernize.model.scopes import COMPREHENSIONS, FUNCTION_NODES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mpmodernize.model.program import Program


class Called(Enum):
    """Whether a value that could be called ever is."""

    NEVER = "never"
    OUT_OF_SIGHT = "returned to code that is not in sight"
    MAYBE = "called, or handed to code that may call it"


_LOOKING = frozenset(
    (
        "print len str repr unicode bool type isinstance format sum min max any all sorted list tuple set "
        "int float abs round"
    ).split()
)
"""Built-ins that call nothing of what they are given; those that give it back in a container are followed."""
_GIVING_BACK = frozenset("sorted list tuple set reversed enumerate".split())
_FILLING = frozenset({"append", "appendleft", "add", "extend"})
_ORDERING = frozenset({"sort", "reverse", "append", "index", "count", "clear", "join", "format", "write"})


class Uncalled:
    """Follows a method that is named, outwards, to where it is called or forgotten."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._index = program.index
        self._seen: set[ast.AST] = set()

    def fate(self, node: ast.expr) -> Called:
        """Whether the value of an expression, or anything inside it, is called somewhere."""
        self._seen = set()
        return self._of(node)

    def _of(self, node: ast.expr) -> Called:
        if node in self._seen:
            return Called.NEVER
        self._seen.add(node)
        if len(self._seen) > MANY:
            return Called.MAYBE
        parent = self._index.parent[node]
        if isinstance(parent, ast.Assign):
            return self._worst(self._target(each) for each in parent.targets)
        if isinstance(parent, ast.Call):
            return Called.MAYBE if parent.func is node else self._argument(parent, node)
        if isinstance(parent, ast.Attribute):
            return Called.NEVER if parent.attr in _ORDERING else Called.MAYBE
        if isinstance(parent, ast.Return):
            return self._returned(parent)
        if isinstance(parent, (ast.For, ast.comprehension)):
            return self._target(parent.target) if parent.iter is node else Called.NEVER
        if isinstance(parent, COMPREHENSIONS):
            return self._of(parent)
        if isinstance(parent, ast.Subscript) and parent.value is not node:
            return Called.NEVER
        if isinstance(parent, (ast.Tuple, ast.List, ast.Subscript, ast.IfExp, ast.BoolOp, ast.Starred, ast.BinOp)):
            return self._of(parent)
        if isinstance(parent, (ast.Expr, ast.Compare, ast.FormattedValue, ast.If, ast.While, ast.Assert, ast.UnaryOp)):
            return Called.NEVER
        return Called.MAYBE

    @staticmethod
    def _worst(fates: Iterable[Called]) -> Called:
        found = set(fates)
        return next((each for each in (Called.MAYBE, Called.OUT_OF_SIGHT) if each in found), Called.NEVER)

    def _target(self, target: ast.expr) -> Called:
        if isinstance(target, (ast.Tuple, ast.List)):
            return self._worst(self._target(each) for each in target.elts)
        if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            return self._loads(target.value)
        return self._loads(target) if isinstance(target, ast.Name) else Called.MAYBE

    def _loads(self, name: ast.Name) -> Called:
        owner = self._index.owner(name)
        if owner is None:
            return Called.MAYBE
        uses = self._index.uses(name.id, owner)
        if len(uses) > MANY:
            return Called.MAYBE
        return self._worst(self._of(use) for use in uses if isinstance(use.ctx, ast.Load) and use not in self._seen)

    def _argument(self, call: ast.Call, node: ast.expr) -> Called:
        name = self._program.qualified(call.func) or ""
        module, _, plain = name.rpartition(".")
        if module == "builtins" and plain in _LOOKING | _GIVING_BACK:
            return self._of(call) if plain in _GIVING_BACK else Called.NEVER
        if isinstance(call.func, ast.Attribute) and call.func.attr in _FILLING and call.args == [node]:
            held = call.func.value
            return self._loads(held) if isinstance(held, ast.Name) else Called.MAYBE
        function = self._program.functions.called(call)
        if function is None or any(isinstance(each, ast.Starred) for each in call.args):
            return Called.MAYBE
        places = parameters(function)
        place = call.args.index(node)
        if self._index.enclosing_class(function) is not None or place >= len(places):
            return Called.MAYBE
        inside = self._index.inner_scope(function)
        uses = self._index.uses(places[place].arg, inside)
        return self._worst(self._of(use) for use in uses if isinstance(use.ctx, ast.Load))

    def _returned(self, statement: ast.Return) -> Called:
        function = self._index.function(statement)
        if not isinstance(function, FUNCTION_NODES) or self._program.functions.mentions.get(function):
            return Called.MAYBE
        calls = self._program.functions.callers(function)
        if not calls:
            return Called.OUT_OF_SIGHT
        return self._worst(self._of(each) for each in calls)
