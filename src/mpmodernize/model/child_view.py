"""What workers see of the objects that come to them: which attributes their code can touch.

It is about what is certain not to be touched, so it takes names widely: a method of the same name as one that a worker
calls on something unknown may be the one that it calls.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from mpmodernize.model.pickling import PICKLING_METHODS
from mpmodernize.model.scopes import FUNCTION_NODES, FunctionNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.kinds import Type
    from mpmodernize.model.program import Program

_ASKING = frozenset(f"builtins.{name}" for name in "getattr hasattr setattr delattr".split())
_SHOWING = frozenset(f"builtins.{name}" for name in "vars dir".split())
_HARMLESS = frozenset(
    f"builtins.{name}"
    for name in "isinstance issubclass id type super print str repr len bool hash iter next format callable".split()
)
_COPYING = frozenset(
    f"{module}.{name}"
    for module in ("copy", "pickle", "cPickle", "dill", "cloudpickle", "joblib", "jsonpickle")
    for name in ("copy", "deepcopy", "dump", "dumps", "encode")
)
_WHOLE = frozenset({"__dict__", "__slots__", "__getattribute__"})
_OF_WITH = ("__enter__", "__exit__")
_OF_CREATION = frozenset({"__init__", "__new__", "__getstate__", "__init_subclass__", "__class_getitem__"})
_LOOKING = (
    ast.Subscript,
    ast.Compare,
    ast.BinOp,
    ast.UnaryOp,
    ast.FormattedValue,
    ast.withitem,
    ast.For,
    ast.comprehension,
    ast.If,
    ast.While,
    ast.Expr,
)
"""Where an object stands that is only looked at, or asked by one of its special methods."""


class ChildView:
    """Answers what the code that runs in children can do with the program's objects."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._index = program.index
        self._functions = program.functions

    @cached_property
    def functions(self) -> set[FunctionNode]:
        """All functions that can run in a child."""
        found = self._reached(set(), list(self._entries()))
        if any(
            self._index.function(each) in found and any(self.may_be_ours(item.context_expr) for item in each.items)
            for each in self._index.all(ast.With)
        ):
            found = self._reached(found, [method for name in _OF_WITH for method in self._methods.get(name, ())])
        return found

    def _reached(self, found: set[FunctionNode], waiting: list[FunctionNode]) -> set[FunctionNode]:
        """What has been found, and what else runs when these functions run."""
        while waiting:
            function = waiting.pop()
            if function in found:
                continue
            found.add(function)
            waiting += self._functions.reached_from(function)
            waiting += [each for each in map(self._functions.resolve, _decorators(function)) if each is not None]
            if self._calls_what_is_stored(function):
                waiting += self._functions.mentions
            for attribute in self._attributes_in[function]:
                if attribute.attr in self._methods and self.may_be_ours(attribute.value):
                    waiting += self._methods[attribute.attr]
            class_ = self._index.enclosing_class(function)
            if class_ is not None:
                waiting += self._special_methods(class_)
        return found

    def _calls_what_is_stored(self, function: FunctionNode) -> bool:
        """Whether a function calls what it finds in an attribute, a container or a variable: that may be any."""
        for call in self._calls_in[function]:
            called = call.func
            if isinstance(called, ast.Attribute):
                if self._program.types.stores(called.attr) and self.may_be_ours(called.value):
                    return True
            elif isinstance(called, ast.Subscript) or (
                isinstance(called, ast.Name)
                and self._program.qualified(called) is None
                and self._functions.resolve(called) is None
                and self._functions.resolve_class(called) is None
            ):
                return True
        return False

    @cached_property
    def _calls_in(self) -> dict[ast.AST | None, list[ast.Call]]:
        found: dict[ast.AST | None, list[ast.Call]] = defaultdict(list)
        for call in self._index.calls:
            found[self._index.function(call)].append(call)
        return found

    def _entries(self) -> Iterator[FunctionNode]:
        for start in self._program.starts.all:
            if start.function is not None:
                yield start.function
                yield from self._methods.get(start.function.name, ()) if self._is_method(start.function) else ()
            elif isinstance(start.target, ast.Lambda):
                for node in ast.walk(start.target):
                    called = self._functions.called(node) if isinstance(node, ast.Call) else None
                    yield from [called] if called is not None else []
                    yield from self._methods.get(node.attr, ()) if isinstance(node, ast.Attribute) else ()
            elif start.target is not None:
                type_ = self._program.type(start.target)
                if type_ is not None and type_.class_ is not None:
                    yield from self._methods.get("__call__", ())

    def _is_method(self, function: FunctionNode) -> bool:
        return self._index.enclosing_class(function) is not None

    @cached_property
    def _methods(self) -> dict[str, list[FunctionNode]]:
        """All methods of the program's classes, by name."""
        found: dict[str, list[FunctionNode]] = defaultdict(list)
        for definition in self._index.definitions:
            if isinstance(definition, FUNCTION_NODES) and self._is_method(definition):
                found[definition.name].append(definition)
        return dict(found)

    def _special_methods(self, class_: ast.ClassDef) -> list[FunctionNode]:
        """The methods that Python calls by itself: `__del__`, `__len__`, `__repr__`, `__setstate__`."""
        return [
            method
            for each in self._program.instances.family(class_)
            for method in each.body
            if isinstance(method, FUNCTION_NODES)
            and method.name.startswith("__")
            and method.name.endswith("__")
            and method.name not in _OF_CREATION
            and method.name not in _OF_WITH
        ]

    def may_be_ours(self, node: ast.expr) -> bool:
        """Whether an expression may be an instance of a class of the program."""
        if self._program.qualified(node) is not None and self._functions.resolve_class(node) is None:
            return isinstance(node, ast.Name) and node.id in self._index.module.bindings
        type_ = self._program.type(node)
        return type_ is None or type_.class_ is not None or type_.kind == "Process"

    @cached_property
    def _attributes_in(self) -> dict[ast.AST | None, list[ast.Attribute]]:
        found: dict[ast.AST | None, list[ast.Attribute]] = defaultdict(list)
        for attribute in self._index.all(ast.Attribute):
            found[self._index.function(attribute)].append(attribute)
        return found

    # -- what is touched ---------------------------------------------------------------------------

    def touches(self, name: str, classes: frozenset[ast.ClassDef]) -> bool:
        """Whether code in a child may use an attribute of this name of an instance of one of these classes."""
        if classes not in self._touched:
            self._touched[classes] = self._names_touched(classes)
        return name in self._touched[classes]

    @cached_property
    def _touched(self) -> dict[frozenset[ast.ClassDef], set[str]]:
        return {}

    def _names_touched(self, classes: frozenset[ast.ClassDef]) -> set[str]:
        found: set[str] = set()
        for function in self.functions:
            found |= {each.attr for each in self._attributes_in[function] if self._may_be(each.value, classes)}
        for lambda_ in self._index.all(ast.Lambda):
            if self._index.function(lambda_) is None or self._is_target(lambda_):
                found |= {each.attr for each in ast.walk(lambda_) if isinstance(each, ast.Attribute)}
        for call in self._asking(classes):
            if len(call.args) > 1 and isinstance(call.args[1], ast.Constant):
                found.add(str(call.args[1].value))
        return found

    def _is_target(self, lambda_: ast.Lambda) -> bool:
        return any(start.target is lambda_ for start in self._program.starts.all)

    def _asking(self, classes: frozenset[ast.ClassDef]) -> list[ast.Call]:
        """The calls `getattr(x, name)` and the like in children, on what may be an instance of these classes."""
        calls = self._program.calls_of(*_ASKING)
        return [call for call in calls if self._is_here(call) and call.args and self._may_be(call.args[0], classes)]

    def _may_be(self, node: ast.expr, classes: frozenset[ast.ClassDef]) -> bool:
        if not self.may_be_ours(node):
            return False
        class_ = self._functions.class_of_instance(node)
        return class_ is None or class_ in classes

    def _is_here(self, node: ast.AST) -> bool:
        return self._index.function(node) in self.functions

    def escape(self, classes: frozenset[ast.ClassDef]) -> str | None:
        """How attributes of instances of these classes may be touched unseen; `None` where that cannot happen."""
        if classes not in self._escapes:
            self._escapes[classes] = next(self._find_escapes(classes), None)
        return self._escapes[classes]

    @cached_property
    def _escapes(self) -> dict[frozenset[ast.ClassDef], str | None]:
        return {}

    def _find_escapes(self, classes: frozenset[ast.ClassDef]) -> Iterator[str]:
        for call in self._asking(classes):
            if len(call.args) < 2 or not isinstance(call.args[1], ast.Constant):
                yield f"a worker looks up attributes by names that are computed (line {call.lineno})"
        for call in self._program.calls_of("builtins.eval", "builtins.exec"):
            if self._is_here(call):
                yield f"a worker computes code (line {call.lineno})"
        for function in self.functions:
            for decorator in _decorators(function):
                if self._functions.resolve(decorator) is None and not self._is_harmless(decorator):
                    yield f"`{function.name}` is decorated (line {function.lineno})"
        for attribute in (each for name in _WHOLE for each in self._index.attributes.get(name, [])):
            if self._is_here(attribute) and self._may_be(attribute.value, classes):
                yield f"a worker reads `{attribute.attr}` (line {attribute.lineno})"
        for call in self._program.calls_of(*_SHOWING):
            if self._is_here(call) and all(self._may_be(each, classes) for each in call.args):
                yield f"a worker calls `{ast.unparse(call.func)}` (line {call.lineno})"
        for call in self._program.calls_of(*_COPYING):
            if any(self._may_hold(each, classes) for each in call.args[:1]):
                yield f"objects are copied by `{ast.unparse(call.func)}` (line {call.lineno})"
        for start in self._program.starts.all:
            if start.function is None and self._is_unknown(start.target):
                yield f"it is not known what runs in the child (line {start.call.lineno})"
        for name in self._objects_here:
            if self._is_one(name, classes) and not self._stays(name):
                yield f"a worker hands `{name.id}` on (line {name.lineno})"

    def _is_harmless(self, decorator: ast.expr) -> bool:
        """Whether this is a decorator of Python's, or the other half of a property."""
        name = self._program.qualified(decorator) or ""
        if name.split(".")[0] in ("builtins", "functools", "abc", "contextlib", "typing"):
            return True
        return isinstance(decorator, ast.Attribute) and decorator.attr in ("setter", "getter", "deleter")

    def _is_unknown(self, target: ast.expr | None) -> bool:
        if target is None or isinstance(target, ast.Lambda):
            return False
        type_ = self._program.type(target)
        return not (type_ is not None and type_.class_ is not None) and not self._is_library(target)

    def _is_library(self, target: ast.expr) -> bool:
        """Whether the function is one of Python's, which knows no attributes of ours."""
        name = self._program.qualified(target)
        return name is not None and name.split(".")[0] in ("builtins", "time", "os", "math", "operator")

    @cached_property
    def _objects_here(self) -> list[ast.Name]:
        """The names in children that are more than something to ask for an attribute."""
        return [
            name
            for name in self._index.all(ast.Name)
            if isinstance(name.ctx, ast.Load)
            and not isinstance(self._index.parent[name], ast.Attribute)
            and self._is_here(name)
        ]

    def _is_one(self, name: ast.Name, classes: frozenset[ast.ClassDef]) -> bool:
        """Whether a name is an instance of one of these classes, or a container of some."""
        bindings = self._index.bindings(name)
        if not bindings or any(each.kind in ("import", "definition") for each in bindings):
            return False
        if self._functions.class_of_instance(name) in classes:
            return True
        return self._holds(self._program.type(name), classes)

    def _holds(self, type_: Type | None, classes: frozenset[ast.ClassDef]) -> bool:
        while type_ is not None:
            if type_.class_ in classes or any(self._holds(each, classes) for each in type_.elements):
                return True
            type_ = type_.element
        return False

    def _may_hold(self, node: ast.expr, classes: frozenset[ast.ClassDef]) -> bool:
        type_ = self._program.type(node)
        return type_ is None or self._holds(type_, classes)

    def _stays(self, name: ast.Name) -> bool:
        """Whether a use of an object only asks for an attribute, or gives it to a function of the program."""
        parent = self._index.parent[name]
        if isinstance(parent, ast.keyword):
            parent = self._index.parent[parent]
        if isinstance(parent, ast.Assign):
            return isinstance(parent.targets[0], ast.Name)
        if isinstance(parent, ast.Call):
            if parent.func is name or self._functions.called(parent) is not None:
                return True
            return self._program.qualified(parent.func) in _HARMLESS or self._is_base_call(parent)
        return isinstance(parent, _LOOKING)

    def _is_base_call(self, call: ast.Call) -> bool:
        """Whether this is `Base.method(self, …)` of a class that knows no attributes of ours."""
        return self._program.qualified(call.func) in ("multiprocessing.Process.run", "multiprocessing.Process.__init__")

    # -- how classes are pickled -------------------------------------------------------------------

    def own_pickling(self, class_: ast.ClassDef) -> list[FunctionNode]:
        """The methods by which a class, or one around it in its family, says how it is pickled."""
        return [
            method
            for each in self._program.instances.family(class_)
            for method in each.body
            if isinstance(method, FUNCTION_NODES) and method.name in PICKLING_METHODS
        ]


def _decorators(function: FunctionNode) -> list[ast.expr]:
    """What decorates a function, without its arguments."""
    return [each.func if isinstance(each, ast.Call) else each for each in function.decorator_list]
