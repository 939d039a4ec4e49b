"""Writes that are lost: what a child changes in its own copy, and the parent reads."""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING

from mpmodernize.model.functions import parameters
from mpmodernize.model.scopes import COMPREHENSIONS
from mpmodernize.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import FunctionNode
    from mpmodernize.model.starts import Start

_EMPTY = (
    "builtins.list builtins.dict builtins.set collections.OrderedDict collections.defaultdict collections.deque "
    "collections.Counter"
).split()


class Loss(Record, eq=False):
    """Something that a child changes for nothing."""

    name: str
    """How the worker writes it."""
    change: ast.expr
    """The first place where a worker changes it."""
    read: ast.expr
    """A place where the parent reads it after the start."""
    function: FunctionNode
    """The worker."""
    assigned: bool
    """Whether the worker gives it a new value, instead of changing the object."""


class Losses:
    """Finds what children change in vain.

    That is certain where the first value says nothing (it is empty, or a plain constant), only children change it, they
    read it for nothing but the change, and the parent reads it behind the start.
    """

    def __init__(self, program: Program) -> None:
        self._program = program
        self._index = program.index
        self._sides = program.sides

    @cached_property
    def all(self) -> list[Loss]:
        """Every such change, by the place of the first."""
        if not self._program.starts.all:
            return []
        found = [*self._of_globals(), *self._of_attributes(), *self._of_arguments()]
        return sorted(found, key=lambda each: (each.change.lineno, each.change.col_offset))

    # -- where things live -------------------------------------------------------------------------

    def _of_globals(self) -> Iterator[Loss]:
        state = self._program.state
        for name, bindings in self._index.module.bindings.items():
            if not state.is_variable(name):
                continue
            uses = state.uses(name)
            if not any(self._program.runs_in_child(use) for use in uses):
                continue
            early = [each for each in bindings if self._index.function(each.node) is None]
            if len(early) == 1 and early[0].kind == "assign" and self._says_nothing(early[0].value):
                rest = [use for use in uses if use is not early[0].node]
                yield from self._lost(name, rest, rest)

    def _of_attributes(self) -> Iterator[Loss]:
        functions = self._program.functions
        for name, own_places in list(self._index.attributes.items()):
            places = self._program.everywhere.attributes.get(name, own_places)
            changing = [each for each in places if self._is_change(each) and self._sides.only_in_children(each)]
            if not changing:
                continue
            classes: dict[ast.ClassDef, None] = {}
            for each in changing:
                class_ = self._class_of(each)
                if class_ is not None:
                    classes[class_] = None
            if len(classes) != 1:
                continue
            (class_,) = classes
            family = {class_, *functions.ancestors(class_)}
            own = [each for each in places if self._class_of(each) in family]
            if any(self._class_of(each) is None and self._is_change(each) for each in places):
                continue
            first = [each for each in own if isinstance(each.ctx, ast.Store) and self._is_in_init(each)]
            values = [self._assigned(each) for each in first] + list(self._in_body(family, name))
            if not values or not all(map(self._says_nothing, values)):
                continue
            rest = [each for each in own if each not in first]
            yield from self._lost(self._program.text(changing[0]), rest, rest)

    def _of_arguments(self) -> Iterator[Loss]:
        for start in self._program.starts.all:
            if start.kind not in ("process", "task") or start.function is None or start.is_choice:
                continue
            for parameter in parameters(start.function):
                yield from self._of_argument(start, start.function, parameter)

    def _of_argument(self, start: Start, function: FunctionNode, parameter: ast.arg) -> Iterator[Loss]:
        scope = self._index.inner_scope(function)
        inside = self._index.uses(parameter.arg, scope)
        if len(scope.bindings[parameter.arg]) != 1 or not any(map(self._is_change, inside)):
            return
        if not self._sides.only_in_children(function.body[0]):
            return
        given = list(self._program.types.received(function, parameter))
        if len(given) != 1 or not isinstance(given[0], ast.Name):
            return
        bindings = self._index.bindings(given[0])
        if len(bindings) != 1 or bindings[0].kind != "assign" or not self._says_nothing(bindings[0].value):
            return
        if isinstance(bindings[0].value, ast.Constant):
            return
        outside = [use for use in self._index.uses(given[0].id, self._index.owner(given[0])) if use is not given[0]]
        yield from self._lost(parameter.arg, inside, [use for use in outside if use is not bindings[0].node], start)

    # -- what is done with them --------------------------------------------------------------------

    def _lost(
        self,
        name: str,
        inside: Iterable[ast.expr],
        outside: Iterable[ast.expr],
        start: Start | None = None,
    ) -> Iterator[Loss]:
        """The loss, if all that is needed for it holds; `inside` are the worker's uses, `outside` the parent's."""
        mine = [use for use in inside if self._program.runs_in_child(use)]
        changes = [use for use in mine if self._is_change(use)]
        theirs = [use for use in outside if not self._program.runs_in_child(use)]
        if not changes or any(self._is_change(use) for use in theirs):
            return
        if not all(self._sides.only_in_children(use) for use in mine):
            return
        if not all(use in changes or self._is_for_a_change(use, changes) for use in mine):
            return
        function = self._program.state.outer_function(changes[0])
        if function is None:
            return
        starts = [start] if start is not None else self._program.state.starts_reaching({function})
        for each in starts:
            if each.kind == "initializer":
                continue
            reads = [use for use in theirs if not self._is_handed_over(use)]
            read = next(self._sides.after(each, reads), None)
            if read is not None:
                yield Loss(name, changes[0], read, function, isinstance(getattr(changes[0], "ctx", None), ast.Store))
                return

    def _is_change(self, use: ast.expr) -> bool:
        """Whether a use gives the variable another value, or changes its object in place."""
        return not isinstance(getattr(use, "ctx", None), ast.Load) or self._program.state.change(use) is not None

    def _is_for_a_change(self, use: ast.expr, changes: list[ast.expr]) -> bool:
        """Whether a read only prepares a change: `d[k] = d.get(k, 0) + 1`, `if x > best: best = x`."""
        statement = self._index.statement(use)
        if any(self._index.statement(each) is statement for each in changes):
            return not isinstance(statement, (ast.Return, ast.Expr))
        return isinstance(statement, ast.If) and any(self._index.contains(statement, each) for each in changes)

    def _is_handed_over(self, use: ast.expr) -> bool:
        """Whether the parent's use only gives it to a start."""
        call = next((each for each in self._index.ancestors(use) if isinstance(each, (ast.Call, ast.stmt))), None)
        return any(start.call is call for start in self._program.starts.all)

    # -- values ------------------------------------------------------------------------------------

    def _says_nothing(self, value: ast.expr | None) -> bool:
        """Whether a first value is empty or a plain constant: the parent has nothing of its own in there."""
        if isinstance(value, ast.Constant):
            return True
        if isinstance(value, (ast.List, ast.Tuple)):
            return isinstance(value, ast.List) and not value.elts
        if isinstance(value, ast.Dict):
            return not value.keys
        if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult):
            sides = [value.left, value.right]
            return any(isinstance(each, ast.List) and all(map(self._says_nothing, each.elts)) for each in sides)
        if isinstance(value, COMPREHENSIONS) and not isinstance(value, (ast.DictComp, ast.GeneratorExp)):
            return self._says_nothing(value.elt)
        if isinstance(value, ast.Call) and self._program.qualified(value.func) in _EMPTY:
            is_default = self._program.qualified(value.func) == "collections.defaultdict"
            return not value.keywords and (not value.args or is_default)
        return isinstance(value, ast.UnaryOp) and isinstance(value.operand, ast.Constant)

    def _class_of(self, use: ast.Attribute) -> ast.ClassDef | None:
        functions = self._program.functions
        return functions.class_of_instance(use.value) or functions.resolve_class(use.value)

    def _is_in_init(self, use: ast.Attribute) -> bool:
        function = self._index.function(use)
        return function is not None and function.name == "__init__"

    def _assigned(self, target: ast.Attribute) -> ast.expr | None:
        statement = self._program.types.statement_of_store(target)
        if not isinstance(statement, ast.Assign):
            return None
        above = self._index.parent[target]
        if isinstance(above, ast.Tuple) and isinstance(statement.value, ast.Tuple):
            return statement.value.elts[above.elts.index(target)]
        return statement.value

    def _in_body(self, family: set[ast.ClassDef], name: str) -> Iterator[ast.expr | None]:
        for class_ in family:
            for binding in self._index.inner_scope(class_).bindings.get(name, []):
                yield binding.value
