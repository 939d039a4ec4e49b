"""Generators and iterators: which functions yield, which classes are iterators, which expressions give one.

Sources: *Iterator types* and *Generator types* in the library references of 2.7 and 3.13.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from mpmodernize.model.functions import parameters
from mpmodernize.model.scopes import COMPREHENSIONS, FUNCTION_NODES, FunctionNode

if TYPE_CHECKING:
    from mpmodernize.model.functions import Functions
    from mpmodernize.model.index import Index
    from mpmodernize.model.names import Names
    from mpmodernize.model.scopes import Binding
    from mpmodernize.model.types import Types

_MAKERS = frozenset(
    (
        "builtins.iter builtins.enumerate builtins.reversed builtins.open builtins.file io.open codecs.open gzip.open "
        "csv.reader csv.DictReader os.walk glob.iglob re.finditer fileinput.input tokenize.generate_tokens "
        "xml.etree.ElementTree.iterparse os.popen os.fdopen"
    ).split()
)
_METHODS = frozenset("finditer iteritems iterkeys itervalues iter iterfind itertext imap xreadlines __iter__".split())
_NO_ITERATORS = frozenset("list tuple dict set str bytes int float bool NoneType range pattern".split())
_DEPTH = 12
_HANDED_OUT, _ITERABLE, _ITERATOR_BASE, _FOREIGN_BASE = 1, 2, 4, 8


class Iterators:
    """Answers whether something is an iterator: `True`, `False`, or `None` for what is not known."""

    def __init__(self, index: Index, names: Names, functions: Functions, types: Types) -> None:
        self._index = index
        self._names = names
        self._functions = functions
        self._types = types

    @cached_property
    def generators(self) -> frozenset[ast.AST]:
        """The functions of the program that yield."""
        found: set[ast.AST] = set()
        for node in [*self._index.all(ast.Yield), *self._index.all(ast.YieldFrom)]:
            scope = self._index.scope(node)
            while isinstance(scope.node, COMPREHENSIONS) and scope.parent is not None:
                scope = scope.parent
            found.add(scope.node)
        return frozenset(found)

    # -- classes -----------------------------------------------------------------------------------

    def is_iterator_class(self, class_: ast.ClassDef) -> bool | None:
        """Whether the instances of a class are iterators: its `__iter__`, or another class's, hands them out."""
        inherited, offered = self._signs
        if (inherited[class_] | offered[class_]) & _HANDED_OUT or inherited[class_] & _ITERATOR_BASE:
            return True
        if (inherited[class_] | offered[class_]) & _ITERABLE:
            return False
        return None if inherited[class_] & _FOREIGN_BASE else False

    @cached_property
    def _signs(self) -> tuple[dict[ast.ClassDef, int], dict[ast.ClassDef, int]]:
        """What each class shows, with its bases, and with the classes that derive from it."""
        above: dict[ast.ClassDef, list[ast.ClassDef]] = defaultdict(list)
        below: dict[ast.ClassDef, list[ast.ClassDef]] = defaultdict(list)
        own: dict[ast.ClassDef, int] = {}
        for class_ in self._index.all(ast.ClassDef):
            own[class_] = self._own_signs(class_)
            for base in class_.bases:
                parent = self._functions.resolve_class(base)
                if parent is not None:
                    above[class_].append(parent)
                    below[parent].append(class_)
        return _spread(own, below), _spread(own, above)

    def _own_signs(self, class_: ast.ClassDef) -> int:
        signs = _ITERABLE if "__iter__" in self._index.inner_scope(class_).bindings else 0
        if self._hands_itself_out(class_) or class_ in self._handed_out:
            signs |= _HANDED_OUT
        for base in class_.bases:
            name = self._names.qualified(base)
            if self._functions.resolve_class(base) is None and name != "builtins.object":
                signs |= _FOREIGN_BASE
            if name is not None and ("Iterator" in name.rpartition(".")[2] or name in _MAKERS):
                signs |= _ITERATOR_BASE
        return signs

    def _hands_itself_out(self, class_: ast.ClassDef) -> bool:
        scope = self._index.inner_scope(class_)
        for binding in scope.bindings.get("__iter__", ()):
            if not isinstance(binding.node, FUNCTION_NODES):
                return True  # assigned: a function that is known for `return self`, mostly
            first = parameters(binding.node)[:1]
            if any(
                isinstance(value, ast.Name) and [value.id] == [each.arg for each in first]
                for value in self._returned(binding.node)
            ):
                return True
        return False

    @cached_property
    def _handed_out(self) -> frozenset[ast.ClassDef]:
        """The classes whose instances some `__iter__` returns."""
        found: set[ast.ClassDef] = set()
        for method in self._index.definitions:
            if method.name == "__iter__" and isinstance(method, FUNCTION_NODES):
                for value in self._returned(method):
                    made = self._functions.resolve_class(value.func) if isinstance(value, ast.Call) else None
                    if made is not None:
                        found.add(made)
        return frozenset(found)

    def _returned(self, function: FunctionNode) -> list[ast.expr]:
        if function in self.generators:
            return []
        returns = [node for node in ast.walk(function) if isinstance(node, ast.Return) and node.value is not None]
        return [each.value for each in returns if each.value is not None and self._index.function(each) is function]

    # -- expressions -------------------------------------------------------------------------------

    def gives_iterator(self, node: ast.expr, depth: int = 0) -> bool | None:
        """Whether an expression gives an iterator."""
        if isinstance(node, ast.GeneratorExp):
            return True
        if depth > _DEPTH:
            return None
        if isinstance(node, ast.Name):
            bindings = [each for each in self._index.bindings(node) if each.kind != "delete"]
            if any(self._replaces_parameter(each, node) for each in bindings):
                bindings = [each for each in bindings if each.kind != "parameter"]  # `it = iter(it)`
            if bindings and all(each.kind in ("assign", "with") and each.value is not None for each in bindings):
                found = {self.gives_iterator(each.value, depth + 1) for each in bindings if each.value is not None}
                if len(found) == 1 and found != {None}:
                    return found.pop()
        if isinstance(node, ast.Call):
            found_by_call = self._called(node, depth)
            if found_by_call is not None:
                return found_by_call
        class_ = self._functions.class_of_instance(node)
        if class_ is not None:
            return self.is_iterator_class(class_)
        type_ = self._types.of(node)
        if type_ is None:
            return None
        return True if type_.kind == "file" else False if type_.kind in _NO_ITERATORS else None

    def _replaces_parameter(self, binding: Binding, use: ast.Name) -> bool:
        """Whether a statement of the function's own body gives a name another value before this use of it."""
        statement = self._index.statement(binding.node) if binding.kind == "assign" else None
        function = binding.scope.node
        return (
            statement is not None
            and isinstance(function, FUNCTION_NODES)
            and statement in function.body
            and (statement.end_lineno or 0) < use.lineno
        )

    def _called(self, call: ast.Call, depth: int) -> bool | None:
        name = self._names.qualified(call.func)
        if name in _MAKERS or (name is not None and name.startswith("itertools.")):
            return True
        function = self._functions.resolve(call.func)
        if function is not None:
            if function in self.generators:
                return not any(isinstance(each, (ast.Name, ast.Attribute)) for each in function.decorator_list) or None
            values = {self.gives_iterator(value, depth + 1) for value in self._returned(function)}
            return values.pop() if len(values) == 1 else None
        if isinstance(call.func, ast.Attribute) and call.func.attr in _METHODS:
            return True
        return None


def _spread(own: dict[ast.ClassDef, int], further: dict[ast.ClassDef, list[ast.ClassDef]]) -> dict[ast.ClassDef, int]:
    """The signs of each class, with those of all classes from which they reach it."""
    found = dict(own)
    waiting = list(own)
    while waiting:
        current = waiting.pop()
        for other in further.get(current, ()):
            signs = found[other] | found[current]
            if signs != found[other]:
                found[other] = signs
                waiting.append(other)
    return found
