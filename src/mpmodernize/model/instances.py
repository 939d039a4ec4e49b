"""Instances: what the program keeps in the attributes of its own objects."""

from __future__ import annotations

import ast
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from mpmodernize.model.scopes import FUNCTION_NODES, FunctionNode
from mpmodernize.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program

_PUTTING = frozenset({"append", "add", "appendleft", "put", "put_nowait"})
_EMPTYING = frozenset({"clear"})


class Stored(Record, eq=False):
    """One place where an attribute of an object gets a value, or a container in it another element."""

    target: ast.Attribute
    """The `self.x` of `self.x = value` and of `self.x.append(value)`."""
    value: ast.expr
    function: FunctionNode | None
    into_container: bool = False
    """Whether the value is put into the container that the attribute holds."""

    @property
    def attribute(self) -> str:
        """The attribute's name, as it is written."""
        return self.target.attr


class Instances:
    """Answers what the instances of the program's classes carry."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._index = program.index
        self._functions = program.functions

    def attributes(self, class_: ast.ClassDef) -> dict[str, list[Stored]]:
        """What is stored in the attributes of a class's instances, by its own code and from outside."""
        return self._by_class.get(class_, {})

    def family(self, class_: ast.ClassDef) -> list[ast.ClassDef]:
        """A class, those of the program that it inherits from, and those that inherit from it."""
        above = self._functions.ancestors(class_)
        return list(dict.fromkeys([*above, *self.heirs(class_)]))

    def heirs(self, class_: ast.ClassDef) -> list[ast.ClassDef]:
        """The classes of the program that inherit from this one, itself first."""
        return [class_, *(each for each in self._derived if class_ in self._derived[each])]

    @cached_property
    def _derived(self) -> dict[ast.ClassDef, list[ast.ClassDef]]:
        """From a class that inherits from others of the program to those others."""
        found = {}
        for class_ in self._index.all(ast.ClassDef):
            above = self._functions.ancestors(class_)[1:]
            if above:
                found[class_] = above
        return found

    def emptied(self, class_: ast.ClassDef, attribute: str) -> list[ast.Attribute]:
        """Where the attribute is deleted, or is given `None` or an empty container."""
        by_class = self._emptied.get(attribute, {})
        return [target for each in self.family(class_) for target in by_class.get(each, [])]

    def stored_name(self, stored: Stored) -> str:
        """The key of an attribute in `__dict__`: a private name is mangled with that of the class around it."""
        return self.key(stored.target)

    def key(self, attribute: ast.Attribute) -> str:
        """The key of an attribute in `__dict__`."""
        name = attribute.attr
        if not name.startswith("__") or name.endswith("__"):
            return name
        for ancestor in self._index.ancestors(attribute):
            if isinstance(ancestor, ast.ClassDef):
                return f"_{ancestor.name.lstrip('_')}{name}"
        return name

    @cached_property
    def _by_class(self) -> dict[ast.ClassDef, dict[str, list[Stored]]]:
        found: dict[ast.ClassDef, dict[str, list[Stored]]] = defaultdict(lambda: defaultdict(list))
        for target in self._index.all(ast.Attribute):
            if target.attr.startswith("__") and target.attr.endswith("__"):
                continue  # `self.__dict__["lock"] = …`
            for value, into_container in self._values(target):
                class_ = self._class_of(target)
                if class_ is not None:
                    function = self._index.function(target)
                    found[class_][target.attr].append(Stored(target, value, function, into_container))
        return found

    def _class_of(self, target: ast.Attribute) -> ast.ClassDef | None:
        return self._functions.class_of_instance(target.value) if isinstance(target.value, ast.Name) else None

    def _values(self, target: ast.Attribute) -> Iterator[tuple[ast.expr, bool]]:
        """What is stored through one mention of an attribute, and whether that is put into a container."""
        parent = self._index.parent[target]
        if isinstance(target.ctx, ast.Store):
            if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
                if parent.value is not None and not _is_empty(parent.value):
                    yield parent.value, False
            elif isinstance(parent, ast.AugAssign):
                yield from ((each, True) for each in _elements(parent.value))
            elif isinstance(parent, ast.withitem):
                yield parent.context_expr, False
            elif isinstance(parent, (ast.Tuple, ast.List)):
                statement = self._index.parent[parent]
                value = statement.value if isinstance(statement, ast.Assign) else None
                if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(parent.elts):
                    yield value.elts[parent.elts.index(target)], False
        elif isinstance(parent, ast.Attribute):
            call = self._index.parent[parent]
            if isinstance(call, ast.Call) and call.func is parent:
                if parent.attr in _PUTTING and len(call.args) == 1:
                    yield call.args[0], True
                elif parent.attr == "extend" and len(call.args) == 1:
                    yield from ((each, True) for each in _elements(call.args[0]))
                elif parent.attr in ("insert", "setdefault") and len(call.args) == 2:
                    yield call.args[1], True
        elif isinstance(parent, ast.Subscript) and parent.value is target and isinstance(parent.ctx, ast.Store):
            statement = self._index.parent[parent]
            if isinstance(statement, ast.Assign):
                yield statement.value, True

    @cached_property
    def _emptied(self) -> dict[str, dict[ast.ClassDef | None, list[ast.Attribute]]]:
        """The places where attributes are emptied, by their name and the class."""
        found: dict[str, dict[ast.ClassDef | None, list[ast.Attribute]]] = defaultdict(lambda: defaultdict(list))
        for target in self._index.all(ast.Attribute):
            if self._is_emptied(target):
                found[target.attr][self._class_of(target)].append(target)
        return found

    def _is_emptied(self, target: ast.Attribute) -> bool:
        parent = self._index.parent[target]
        if isinstance(target.ctx, ast.Store):
            assigned = parent.value if isinstance(parent, (ast.Assign, ast.AnnAssign)) else None
            return assigned is not None and _is_empty(assigned)
        if isinstance(parent, ast.Attribute):
            return parent.attr in _EMPTYING
        return isinstance(target.ctx, ast.Del) or (
            isinstance(parent, ast.Subscript) and isinstance(parent.ctx, ast.Del)
        )

    def own_method(self, class_: ast.ClassDef, name: str) -> FunctionNode | None:
        """The method of this name in the class's own body."""
        return next((each for each in class_.body if isinstance(each, FUNCTION_NODES) and each.name == name), None)


def _is_empty(value: ast.expr) -> bool:
    """Whether this is `None` or an empty container."""
    if isinstance(value, ast.Constant):
        return value.value is None
    if isinstance(value, (ast.List, ast.Tuple)):
        return not value.elts
    return isinstance(value, ast.Dict) and not value.keys


def _elements(value: ast.expr) -> list[ast.expr]:
    """What a list that is added to another brings along, as far as it is written out."""
    if isinstance(value, (ast.List, ast.Tuple)):
        return value.elts
    return [value.elt] if isinstance(value, (ast.ListComp, ast.GeneratorExp)) else []
