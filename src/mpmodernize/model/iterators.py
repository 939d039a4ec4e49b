"""Generators and iterators: which functions yield, which classes are iterators, which expressions give one.

Sources: *Iterator types* and *Generator types* in the library references of 2.7 and 3.13.
"""

from __future__ import annotations

import ast
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


class Iterators:
    """Answers whether something is an iterator: `True`, `False`, or `None` for what is not known."""

    def __init__(self, index: Index, names: Names, functions: Functions, types: Types) -> None:
        self._index = index
        self._names = names
        self._functions = functions
        self._types = types
        self._known: dict[ast.ClassDef, bool | None] = {}

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
        if class_ not in self._known:
            self._known[class_] = False
            self._known[class_] = self._is_iterator_class(class_)
        return self._known[class_]

    def _is_iterator_class(self, class_: ast.ClassDef) -> bool | None:
        family = [*self._functions.ancestors(class_), *self._descendants(class_)]
        if any(self._hands_itself_out(each) for each in family) or any(each in self._handed_out for each in family):
            return True
        if any("Iterator" in name.rpartition(".")[2] or name in _MAKERS for name in self._functions.base_names(class_)):
            return True
        methods = [each for owner in family if (each := self._functions.method(owner, "__iter__")) is not None]
        if methods:
            return False
        return None if self._has_foreign_base(class_) else False

    def _descendants(self, class_: ast.ClassDef) -> list[ast.ClassDef]:
        if not any(self._index.names.get(class_.name, ())):
            return []
        return [
            each
            for each in self._index.all(ast.ClassDef)
            if each is not class_ and each.bases and class_ in self._functions.ancestors(each)
        ]

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

    def _has_foreign_base(self, class_: ast.ClassDef) -> bool:
        return any(
            self._functions.resolve_class(base) is None and self._names.qualified(base) != "builtins.object"
            for each in self._functions.ancestors(class_)
            for base in each.bases
        )

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
