"""Functions that pickling does not find: lambdas, and functions and classes that are made inside a function.

A function is pickled as its name, which the other process looks up in the module. This follows what crosses from one
process to another back to where it was made: through names, containers, parameters, `partial`, attributes and what
functions return.
"""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from mpmodernize.model.functions import is_static
from mpmodernize.model.kinds import MANY, PLAIN, SHARED
from mpmodernize.model.reaching import reaching
from mpmodernize.model.received import default_of
from mpmodernize.model.scopes import COMPREHENSIONS, DEFINITIONS, FUNCTION_NODES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mpmodernize.model.crossings import Crossing
    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import Binding, Definition, FunctionNode

Origin: TypeAlias = "Definition | ast.Lambda"
"""What makes a nameless function, or instances of a nameless class."""
Source: TypeAlias = "Origin | ast.Call"

_NO_FUNCTION = PLAIN | SHARED | {"Process", "Pool", "Manager", "Executor", "file", "range", "NoneType"}
_HOLDING = frozenset("list tuple set frozenset sorted reversed iter enumerate zip".split())
_TAKING = frozenset("values items get pop popleft copy".split())
_PLACED = ("unpack", "for-unpack")


class Nameless:
    """Answers which nameless functions cross from one process to another."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._index = program.index
        self._functions = program.functions
        self._names = program.names
        self._types = program.types
        self._known: dict[ast.AST, dict[Source, None]] = {}
        self._asked: set[ast.AST] = set()
        self._circles = 0

    @cached_property
    def crossing(self) -> dict[Origin, list[Crossing]]:
        """Each nameless function that crosses, with its crossings, in source order."""
        if not self._index.all(ast.Lambda) and not self._has_inner:
            return {}
        return {source: found for source, found in self.crossing_sources.items() if not isinstance(source, ast.Call)}

    @cached_property
    def crossing_sources(self) -> dict[Source, list[Crossing]]:
        """What crosses, by where it was made, in source order: nameless functions, and calls."""
        found: dict[Source, list[Crossing]] = {}
        for crossing in self._program.crossings.all:
            for source in self.sources(crossing.expression):
                found.setdefault(source, []).append(crossing)
        return dict(sorted(found.items(), key=lambda each: (each[0].lineno, each[0].col_offset)))

    @cached_property
    def _has_inner(self) -> bool:
        return any(self._is_inner(each) for each in self._index.definitions)

    def _is_inner(self, definition: ast.AST) -> bool:
        """Whether a definition stands in a function, at whatever depth."""
        return any(isinstance(each, FUNCTION_NODES) for each in self._index.ancestors(definition))

    def sources(self, node: ast.expr) -> dict[Source, None]:
        """The nameless functions, and the calls of others, that an expression can come from, hold, or be made of."""
        if node in self._known:
            return self._known[node]
        if node in self._asked:
            self._circles += 1
            return {}
        circles = self._circles
        self._asked.add(node)
        found = dict.fromkeys(self._sources(node))
        self._asked.discard(node)
        if circles == self._circles or not self._asked:  # in a circle it may lack what the outer question adds
            self._known[node] = found
        return found

    def _of_all(self, nodes: Iterable[ast.expr]) -> Iterator[Source]:
        for node in nodes:
            yield from self.sources(node)

    def _sources(self, node: ast.expr) -> Iterator[Source]:
        if isinstance(node, ast.Lambda):
            yield node
        elif isinstance(node, ast.Name):
            yield from self._of_name(node)
        elif isinstance(node, ast.Call):
            yield from self._of_call(node)
        elif isinstance(node, ast.Attribute):
            yield from self._of_attribute(node)
        elif isinstance(node, ast.Subscript):
            yield from self._of_element(node)
        elif isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            yield from self._of_all(node.elts)
        elif isinstance(node, ast.Dict):
            yield from self._of_all(node.values)
        elif isinstance(node, ast.IfExp):
            yield from self._of_all([node.body, node.orelse])
        elif isinstance(node, ast.BoolOp):
            yield from self._of_all(node.values)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mult)):
            yield from self._of_all([node.left, node.right])
        elif isinstance(node, ast.DictComp):
            yield from self.sources(node.value)
        elif isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            yield from self.sources(node.elt)
        elif isinstance(node, (ast.NamedExpr, ast.Starred)):
            yield from self.sources(node.value)

    # -- names -------------------------------------------------------------------------------------

    def _of_name(self, node: ast.Name) -> Iterator[Source]:
        bindings = self._index.bindings(node)
        if len(bindings) > MANY or self._types.kind(node) in _NO_FUNCTION:
            return
        for binding in reaching(self._index, node, bindings):
            yield from self._of_binding(binding)
        owner = self._index.owner(node)
        if any(each.kind == "assign" and self._is_container(each.value) for each in bindings):
            yield from self._of_all(self._types.put_into(self._index.uses(node.id, owner)))

    @staticmethod
    def _is_container(value: ast.expr | None) -> bool:
        return isinstance(value, (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.Call))

    def _of_binding(self, binding: Binding) -> Iterator[Source]:
        if binding.kind == "definition":
            definition = binding.node
            if isinstance(definition, DEFINITIONS) and self._is_inner(definition) and self._keeps_kind(definition):
                yield definition
        elif binding.kind == "parameter":
            yield from self._of_parameter(binding)
        elif binding.kind == "import":
            for there in self._index.imported(binding):
                yield from self._of_binding(there)
        elif binding.value is None:
            return
        elif binding.kind in ("assign", "for"):
            yield from self.sources(binding.value)
        elif binding.kind in _PLACED:
            yield from self._of_place(binding)

    def _keeps_kind(self, definition: Definition) -> bool:
        """Whether decorators leave a function a function, as far as they are known."""
        return all(self._leaves_a_function(each) for each in definition.decorator_list)

    def _leaves_a_function(self, decorator: ast.expr) -> bool:
        named = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = self._names.qualified(named) or ""
        return name.startswith(("functools.", "contextlib.", "builtins.")) or self._functions.resolve(named) is not None

    def _of_parameter(self, binding: Binding) -> Iterator[Source]:
        function = self._index.parent[self._index.parent[binding.node]]
        if isinstance(function, FUNCTION_NODES) and isinstance(binding.node, ast.arg):
            received = list(self._types.received(function, binding.node))
            default = default_of(function, binding.node)
            yield from self._of_all([*received, *([default] if default is not None else [])])

    def _of_place(self, binding: Binding) -> Iterator[Source]:
        """What one name of several gets: by its place where the value shows places, otherwise any."""
        target, value = self._index.parent[binding.node], binding.value
        assert value is not None
        place = target.elts.index(binding.node) if isinstance(target, (ast.Tuple, ast.List)) else 0  # type: ignore[arg-type]
        if binding.kind == "unpack":
            yield from self._of_all(self._at(value, place))
            return
        if isinstance(value, ast.Call):
            name = self._names.qualified(value.func)
            if name in ("builtins.zip", "builtins.enumerate"):
                given = value.args if name == "builtins.zip" else [ast.Constant(0), *value.args]
                yield from self._of_all(given[place : place + 1])
                return
            if isinstance(value.func, ast.Attribute) and value.func.attr == "items":
                yield from self.sources(value.func.value) if place == 1 else ()
                return
        for element in self._elements(value):
            yield from self._of_all(self._at(element, place))

    def _at(self, value: ast.expr, place: int) -> list[ast.expr]:
        if isinstance(value, (ast.Tuple, ast.List)):
            return value.elts[place : place + 1]
        return [value]

    def _elements(self, container: ast.expr) -> list[ast.expr]:
        """The elements that a container shows; itself where it shows none."""
        shown = self._program.crossings.source_of(container)
        if isinstance(shown, (ast.Tuple, ast.List, ast.Set)):
            put = []
            if isinstance(container, ast.Name):
                put = self._types.put_into(self._index.uses(container.id, self._index.owner(container)))
            return [*shown.elts, *put]
        if isinstance(shown, COMPREHENSIONS) and not isinstance(shown, ast.DictComp):
            return [shown.elt]
        return [container]

    # -- what is made, taken out and looked up -----------------------------------------------------

    def _of_call(self, node: ast.Call) -> Iterator[Source]:
        name = self._names.qualified(node.func)
        if name in ("functools.partial", "functools.wraps", "functools.update_wrapper"):
            yield from self._of_all([*node.args, *(each.value for each in node.keywords)])
            return
        if name == "collections.defaultdict":
            yield from self._of_factory(node.args[:1])
            return
        if name is not None and name.startswith("builtins."):
            if name.removeprefix("builtins.") in _HOLDING:
                yield from self._of_all(node.args)
            return
        class_ = self._functions.resolve_class(node.func)
        if class_ is not None:
            if self._is_inner(class_) and not self._pickles_itself(class_):
                yield class_
            return
        function = self._functions.resolve(node.func)
        if function is not None:
            if function in self._program.decorations.decorators:
                yield node  # what it returns is known by the name of what it gets, or should be
            else:
                yield from self._returned_by(function)
        elif isinstance(node.func, ast.Attribute) and node.func.attr in _TAKING and name is None:
            yield from self.sources(node.func.value)
        else:
            yield node

    def _of_factory(self, given: list[ast.expr]) -> Iterator[Source]:
        """What makes the values that a `defaultdict` misses: it is pickled with it, and so is what it has made."""
        for factory in given:
            yield from self.sources(factory)
            function = self._functions.resolve(factory)
            if isinstance(factory, ast.Lambda):
                yield from self.sources(factory.body)
            elif function is not None:
                yield from self._returned_by(function)

    def _pickles_itself(self, class_: ast.ClassDef) -> bool:
        return any(self._functions.method(class_, name) for name in ("__reduce__", "__reduce_ex__"))

    def _returned_by(self, function: FunctionNode) -> Iterator[Source]:
        values = self._types.returned_values(function)
        if values is not None and not function.decorator_list:
            yield from self._of_all(values)

    def _of_element(self, node: ast.Subscript) -> Iterator[Source]:
        key = node.slice
        shown = self._program.crossings.source_of(node.value)
        if isinstance(key, ast.Constant) and isinstance(shown, ast.Dict):
            same = [
                value
                for each, value in zip(shown.keys, shown.values, strict=True)
                if not isinstance(each, ast.Constant) or each.value == key.value
            ]
            yield from self._of_all(same)
        elif isinstance(key, ast.Constant) and isinstance(key.value, int) and isinstance(shown, (ast.Tuple, ast.List)):
            yield from self._of_all(shown.elts[key.value : key.value + 1] if key.value >= 0 else shown.elts)
        else:
            yield from self.sources(node.value)

    def _of_attribute(self, node: ast.Attribute) -> Iterator[Source]:
        for there in self._index.of_module(node):
            yield from self._of_binding(there)
        class_ = self._functions.class_of_instance(node.value) or self._functions.resolve_class(node.value)
        if class_ is None:
            return
        method = self._functions.method(class_, node.attr)
        if method is not None:
            owner = self._index.enclosing_class(method)
            if self._is_inner(class_) and not self._pickles_itself(class_) and not is_static(method):
                yield class_
            elif owner is not None and self._is_inner(owner):
                yield owner
            return
        for each in self._functions.ancestors(class_):
            for statement in each.body:
                if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Lambda):
                    names = [target.id for target in statement.targets if isinstance(target, ast.Name)]
                    if node.attr in names:
                        yield statement.value
            yield from self._of_all(self._types.assigned(each, node.attr))
