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
        named: set[str] = set()
        stored = False
        while waiting:
            function = waiting.pop()
            if function in found:
                continue
            found.add(function)
            waiting += self._functions.reached_from(function)
            waiting += [each for each in map(self._functions.resolve, _decorators(function)) if each is not None]
            if not stored and self._calls_what_is_stored(function):
                stored = True
                waiting += self._functions.mentions
            for attribute in self._attributes_in[function]:
                name = attribute.attr
                if name in self._methods and name not in named and self.may_be_ours(attribute.value):
                    named.add(name)
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
                yield from self._in_its_place(start.function)
            elif isinstance(start.target, ast.Lambda):
                for node in ast.walk(start.target):
                    called = self._functions.called(node) if isinstance(node, ast.Call) else None
                    yield from [called] if called is not None else []
                    yield from self._methods.get(node.attr, ()) if isinstance(node, ast.Attribute) else ()
            elif start.target is not None:
                type_ = self._program.type(start.target)
                if type_ is not None and type_.class_ is not None:
                    yield from self._methods.get("__call__", ())

    def _in_its_place(self, function: FunctionNode) -> Iterator[FunctionNode]:
        """The methods that may run in the place of this one: those of its name in the classes of its relatives."""
        class_ = self._index.enclosing_class(function)
        if class_ is None:
            return
        instances = self._program.instances
        relatives = {each for heir in instances.heirs(class_) for each in instances.family(heir)}
        for method in self._methods.get(function.name, ()):
            if self._index.enclosing_class(method) in relatives:
                yield method

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
        return any(name in self._touched.get(class_, ()) for class_ in (None, *classes))

    @cached_property
    def _touched(self) -> dict[ast.ClassDef | None, set[str]]:
        """The attributes that are used in children, by the class of what they are asked of (`None`: not known)."""
        found: dict[ast.ClassDef | None, set[str]] = defaultdict(set)
        for function in self.functions:
            for each in self._attributes_in[function]:
                if self.may_be_ours(each.value):
                    found[self._functions.class_of_instance(each.value)].add(each.attr)
        for lambda_ in self._index.all(ast.Lambda):
            if self._index.function(lambda_) is None or lambda_ in self._targets:
                found[None] |= {each.attr for each in ast.walk(lambda_) if isinstance(each, ast.Attribute)}
        for call in self._asking:
            if len(call.args) > 1 and isinstance(call.args[1], ast.Constant):
                found[self._functions.class_of_instance(call.args[0])].add(str(call.args[1].value))
        return found

    @cached_property
    def _targets(self) -> set[ast.AST | None]:
        return {start.target for start in self._program.starts.all}

    @cached_property
    def _asking(self) -> list[ast.Call]:
        """The calls `getattr(x, name)` and the like in children, on what may be an object of the program."""
        calls = self._program.calls_of(*_ASKING)
        return [call for call in calls if self._is_here(call) and call.args and self.may_be_ours(call.args[0])]

    def _is_here(self, node: ast.AST) -> bool:
        return self._index.function(node) in self.functions

    def escape(self, classes: frozenset[ast.ClassDef]) -> str | None:
        """How attributes of instances of these classes may be touched unseen; `None` where that cannot happen."""
        reasons = [self._escapes[class_] for class_ in (None, *classes) if class_ in self._escapes]
        return reasons[0] if reasons else None

    @cached_property
    def _escapes(self) -> dict[ast.ClassDef | None, str]:
        """For each class the first way by which its instances get out of sight (`None`: any class's)."""
        found: dict[ast.ClassDef | None, str] = {}
        for class_, reason in self._find_escapes():
            found.setdefault(class_, reason)
        return found

    def _find_escapes(self) -> Iterator[tuple[ast.ClassDef | None, str]]:
        class_of = self._functions.class_of_instance
        for call in self._asking:
            if len(call.args) < 2 or not isinstance(call.args[1], ast.Constant):
                reason = f"a worker looks up attributes by names that are computed (line {call.lineno})"
                yield class_of(call.args[0]), reason
        for call in self._program.calls_of("builtins.eval", "builtins.exec"):
            if self._is_here(call):
                yield None, f"a worker computes code (line {call.lineno})"
        for function in self.functions:
            for decorator in _decorators(function):
                if self._functions.resolve(decorator) is None and not self._is_harmless(decorator):
                    yield None, f"`{function.name}` is decorated (line {function.lineno})"
        for attribute in (each for name in _WHOLE for each in self._index.attributes.get(name, [])):
            if self._is_here(attribute) and self.may_be_ours(attribute.value):
                yield class_of(attribute.value), f"a worker reads `{attribute.attr}` (line {attribute.lineno})"
        for call in self._program.calls_of(*_SHOWING):
            if self._is_here(call) and all(self.may_be_ours(each) for each in call.args):
                shown = class_of(call.args[0]) if call.args else None
                yield shown, f"a worker calls `{ast.unparse(call.func)}` (line {call.lineno})"
        for call in self._program.calls_of(*_COPYING):
            reason = f"objects are copied by `{ast.unparse(call.func)}` (line {call.lineno})"
            for each in call.args[:1]:
                type_ = self._program.type(each)
                yield from ((class_, reason) for class_ in (self._held(type_) if type_ is not None else {None}))
        for start in self._program.starts.all:
            if start.function is None and self._is_unknown(start.target):
                yield None, f"it is not known what runs in the child (line {start.call.lineno})"
        for name in self._objects_here:
            if not self._stays(name):
                reason = f"a worker hands `{name.id}` on (line {name.lineno})"
                yield from ((class_, reason) for class_ in self._classes_of(name))

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

    def _classes_of(self, name: ast.Name) -> set[ast.ClassDef | None]:
        """The classes of the program that a name is an instance of, or a container of instances."""
        bindings = self._index.bindings(name)
        if not bindings or any(each.kind in ("import", "definition") for each in bindings):
            return set()
        class_ = self._functions.class_of_instance(name)
        return {class_} if class_ is not None else self._held(self._program.type(name))

    def _held(self, type_: Type | None) -> set[ast.ClassDef | None]:
        found: set[ast.ClassDef | None] = set()
        while type_ is not None:
            if type_.class_ is not None:
                found.add(type_.class_)
            for each in type_.elements:
                found |= self._held(each)
            type_ = type_.element
        return found

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
