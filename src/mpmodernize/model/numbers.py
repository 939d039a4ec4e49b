"""Numbers: where one is surely an integer, and where nobody knows.

A rule that turns `/` into `//` must not be wrong about a value that comes from where the model does not look. So
numbers, other than locks and queues, are known only if everything that may give a value is in sight.
"""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING

from mpmodernize.model.kinds import MANY, PLAIN, Type, merge

if TYPE_CHECKING:
    from collections.abc import Callable

    from mpmodernize.model.functions import Functions
    from mpmodernize.model.index import Index
    from mpmodernize.model.names import Names
    from mpmodernize.model.scopes import Binding, FunctionNode
    from mpmodernize.model.types import Types

_WANTING_INTEGERS = frozenset(
    (
        "builtins.range builtins.xrange builtins.chr builtins.unichr random.randint random.randrange "
        "multiprocessing.Pool itertools.islice multiprocessing.Semaphore threading.Semaphore"
    ).split()
)
"""Functions that refuse a float."""
_SEQUENCES = frozenset({"list", "str", "bytes", "tuple", "range"})
_STEPS = 3
"""How many names a value is followed through to a place that wants an integer."""
_UNLIKE_INTEGERS = frozenset({"float", "complex", "instance"})


class Numbers:
    """What comes out of arithmetic, and whether all sources of a number are in sight."""

    def __init__(self, index: Index, names: Names, functions: Functions, types: Types) -> None:
        self._index = index
        self._names = names
        self._functions = functions
        self._types = types
        self._followed: set[ast.expr] = set()
        self.division_floors: Callable[[], bool] = lambda: False
        """Whether `/` between integers is floor division; set by the program."""

    def operation(self, node: ast.BinOp, kinds: set[str]) -> Type | None:
        """What an operation between numbers gives."""
        if "float" in kinds:
            return Type("float")
        if isinstance(node.op, ast.Div):
            return Type("int" if self.division_floors() else "float")
        if isinstance(node.op, ast.Pow) and not isinstance(node.right, ast.Constant):
            return None  # `2 ** -1` is a float, and nobody knows the sign
        return Type("int")

    def augmented(self, binding: Binding, value: Type | None) -> Type | None:
        """What `x += value` and its likes make of a name."""
        if value is None or value.kind not in {"list", *PLAIN}:
            return None
        statement = self._index.parent[binding.node]
        if isinstance(statement, ast.AugAssign) and value.kind in ("int", "bool"):
            if isinstance(statement.op, ast.Pow):
                return None
            if isinstance(statement.op, ast.Div) and not self.division_floors():
                return Type("float")
        return value

    def of_class_constant(self, class_: ast.ClassDef, attribute: str) -> Type | None:
        """What a name in the body of a class is, where no instance has its own."""
        found: list[Type | None] = []
        for owner in self._functions.ancestors(class_):
            for binding in self._index.inner_scope(owner).bindings.get(attribute, ()):
                if binding.kind != "assign" or binding.value is None:
                    return None
                found.append(self._types.of(binding.value))
        type_ = merge(found) if found else None
        if type_ is None or type_.kind not in PLAIN:
            return None
        return type_ if self._is_written_in_sight(class_, attribute) else None

    def is_certain_attribute(self, type_: Type | None, class_: ast.ClassDef, attribute: str) -> bool:
        """Whether an attribute that seems to be a number is one, whatever else is assigned to it."""
        if type_ is None or type_.kind not in PLAIN:
            return True
        for owner in self._functions.ancestors(class_):
            for binding in self._index.inner_scope(owner).bindings.get(attribute, ()):
                if binding.value is None or self._differs(self._types.of(binding.value), type_):
                    return False
        for each in self._types.stores(attribute):
            statement = self._index.parent[each]
            if isinstance(statement, ast.AugAssign) and statement.target is each:
                other = self._types.of(statement.value)
                uncertain = type_.kind == "int" and isinstance(statement.op, (ast.Div, ast.Pow))
                if uncertain or self._differs(other, type_):
                    return False
        return self._is_written_in_sight(class_, attribute)

    def may_be_float(self, node: ast.expr) -> bool:
        """Whether a name or attribute gets a float, or an object with arithmetic of its own, somewhere."""
        values: list[ast.expr | None] = []
        if isinstance(node, ast.Name):
            values = [each.value for each in self._index.bindings(node)[:MANY] if each.kind in ("assign", "augmented")]
        elif isinstance(node, ast.Attribute):
            for each in self._types.stores(node.attr)[:MANY]:
                statement = self._index.parent[each]
                if isinstance(statement, (ast.Assign, ast.AugAssign)):
                    values.append(statement.value)
        return any(value is not None and self._types.kind(value) in _UNLIKE_INTEGERS for value in values)

    @staticmethod
    def _differs(other: Type | None, type_: Type) -> bool:
        if type_.kind == "float" and other is not None and other.kind in ("int", "bool"):
            return False
        return other is None or (merge((other, type_)) or Type("")).kind != type_.kind

    def _is_written_in_sight(self, class_: ast.ClassDef, attribute: str) -> bool:
        """Whether every assignment to an attribute of this name is a plain one to a known object."""
        if len(self._types.stores(attribute)) > MANY:
            return False
        for each in self._types.stores(attribute):
            if not isinstance(self._types.statement_of_store(each), (ast.Assign, ast.AugAssign)):
                return False
            owner = self._functions.class_of_instance(each.value) or self._functions.resolve_class(each.value)
            if owner is None or (isinstance(each.value, ast.Name) and self._functions.resolve_class(each.value)):
                return False
            if owner is not class_ and class_ in self._functions.ancestors(owner):
                return False  # a subclass may put something else there
        return True

    def is_certain_parameter(self, type_: Type | None, function: FunctionNode, default: ast.expr | None) -> bool:
        """Whether a parameter that seems to be a number is one: all callers are in sight, and there are some."""
        if type_ is None or type_.kind not in PLAIN:
            return True
        callers = self._functions.callers(function)
        starts = self._types.starts.of_function.get(function, [])
        if default is not None and not callers and not starts:
            return False
        if not self._is_script and not function.name.startswith("_"):
            return False  # others import it
        if any(map(_is_spread, callers)):
            return False
        if len(self._functions.mentions.get(function, [])) > len(starts):
            return False
        if self._index.enclosing_class(function) is None:
            return True
        called = self._index.method_calls.get(function.name, ())
        return all(self._functions.called(call) is not None or self._is_of_library(call) for call in called)

    def _is_of_library(self, call: ast.Call) -> bool:
        """Whether a method that is called is one of a class that is imported: `Process.__init__(self)`."""
        return self._names.qualified(call.func) is not None

    @cached_property
    def _is_script(self) -> bool:
        """Whether the file does something when it is run: others hardly import it."""
        return any(
            (isinstance(each, ast.Expr) and isinstance(each.value, ast.Call))
            or isinstance(each, (ast.If, ast.For, ast.While))
            for each in self._index.tree.body
        )

    def is_needed_as_integer(self, node: ast.expr) -> bool:
        """Whether a value goes where a float stops the program: an index, a slice, the end of a range, a repetition."""
        for _ in range(MANY):
            parent = self._index.parent[node]
            if isinstance(parent, ast.BinOp):
                other = parent.left if node is parent.right else parent.right
                if isinstance(parent.op, ast.Mult) and self._types.kind(other) in _SEQUENCES:
                    return True
                if not isinstance(parent.op, (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod)):
                    return False
            elif not isinstance(parent, ast.UnaryOp) or isinstance(parent.op, ast.Not):
                return self._is_integer_place(parent, node)
            node = parent
        return False

    def _is_integer_place(self, parent: ast.AST, node: ast.expr) -> bool:
        if isinstance(parent, ast.Call):
            return node in parent.args and self._names.qualified(parent.func) in _WANTING_INTEGERS
        if isinstance(parent, ast.Slice):
            return True
        if isinstance(parent, ast.Subscript):
            return node is parent.slice and self._types.kind(parent.value) in _SEQUENCES
        if isinstance(parent, ast.Assign) and len(parent.targets) == 1 and isinstance(parent.targets[0], ast.Name):
            return self._is_name_needed_as_integer(parent.targets[0], node)
        return False

    def _is_name_needed_as_integer(self, target: ast.Name, value: ast.expr) -> bool:
        if len(self._index.bindings(target)) != 1 or value in self._followed or len(self._followed) > _STEPS:
            return False
        self._followed.add(value)
        uses = self._index.uses(target.id, self._index.owner(target))[:MANY]
        found = any(isinstance(use.ctx, ast.Load) and self.is_needed_as_integer(use) for use in uses)
        self._followed.discard(value)
        return found


def _is_spread(call: ast.Call) -> bool:
    """Whether a call hands over arguments that are not written down: `f(*args)`, `f(**named)`."""
    return any(isinstance(each, ast.Starred) for each in call.args) or any(each.arg is None for each in call.keywords)
