"""Functions, methods and classes of the program, and who calls whom."""

from __future__ import annotations

import ast
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from mpmodernize.model.scopes import FUNCTION_NODES, FunctionNode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mpmodernize.model.index import Index
    from mpmodernize.model.names import Names
    from mpmodernize.model.scopes import Binding
    from mpmodernize.model.types import Types


class Functions:
    """Resolves what is called to the definitions of the program."""

    def __init__(self, index: Index, names: Names) -> None:
        self._index = index
        self._names = names
        self.types: Types  # set by the program: types need functions, and functions need types
        self._callers: dict[FunctionNode, list[ast.Call]] = {}
        self._finding: dict[FunctionNode, list[ast.Call]] = {}
        self._resolving: set[ast.expr] = set()
        self._resolving_class: set[ast.expr] = set()

    # -- resolution --------------------------------------------------------------------------------

    def resolve(self, node: ast.expr) -> FunctionNode | None:
        """The function that this expression stands for: a name, `self.method`, `Class.method`, `partial(f, …)`."""
        if node in self._resolving:
            return None
        self._resolving.add(node)
        try:
            return self._resolve(node)
        finally:
            self._resolving.discard(node)

    def _resolve(self, node: ast.expr) -> FunctionNode | None:
        if isinstance(node, ast.Name):
            definition = self._definition(node)
            return definition if isinstance(definition, FUNCTION_NODES) else None
        if isinstance(node, ast.Attribute):
            definition = self._defined(self._index.of_module(node))
            if definition is not None:
                return definition if isinstance(definition, FUNCTION_NODES) else None
            class_ = self.class_of_instance(node.value) or self.resolve_class(node.value)
            return self.method(class_, node.attr) if class_ is not None else None
        if self._names.calls(node, "functools.partial"):
            assert isinstance(node, ast.Call)
            return self.resolve(node.args[0]) if node.args else None
        return None

    def alternatives(self, node: ast.expr) -> list[FunctionNode]:
        """All functions that a name may stand for: an argument of every caller, an element of what is iterated."""
        function = self.resolve(node)
        if function is not None:
            return [function]
        if node in self._resolving:
            return []
        self._resolving.add(node)
        try:
            sources = [source for binding in self._bindings(node) for source in self._sources(binding)]
            if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
                sources = list(node.elts)  # what a parameter gets, that is iterated
            return list(dict.fromkeys(each for source in sources for each in self.alternatives(source)))
        finally:
            self._resolving.discard(node)

    def _bindings(self, node: ast.expr) -> list[Binding]:
        while isinstance(node, ast.Subscript):
            node = node.value
        return self._index.bindings(node) if isinstance(node, ast.Name) else []

    def _sources(self, binding: Binding) -> list[ast.expr]:
        """The expressions that a binding may take a function from."""
        if binding.kind == "parameter":
            arguments = self._index.parent[binding.node]
            function = self._index.parent[arguments]
            if isinstance(function, FUNCTION_NODES) and isinstance(binding.node, ast.arg):
                return list(self.types.received(function, binding.node))
            return []
        if binding.kind == "import":
            return [source for inner in self._index.imported(binding) for source in self._sources(inner)]
        value = binding.value
        if isinstance(value, (ast.Tuple, ast.List, ast.Set)):
            nested = [each.elts if isinstance(each, ast.Tuple) else [each] for each in value.elts]
            return [each for elements in nested for each in elements]
        if isinstance(value, ast.Dict):
            return value.values
        if isinstance(value, ast.Name) and binding.kind.startswith("for"):
            return [source for inner in self._index.bindings(value) for source in self._sources(inner)]
        if (
            isinstance(value, ast.Call)
            and isinstance(value.func, ast.Attribute)
            and isinstance(value.func.value, ast.Name)
        ):
            bindings = self._index.bindings(value.func.value)  # `jobs.values()`
            return [source for inner in bindings for source in self._sources(inner)]
        return [value] if binding.kind == "assign" and value is not None else []

    def resolve_class(self, node: ast.expr) -> ast.ClassDef | None:
        """The class of the program that this expression stands for."""
        if isinstance(node, ast.Attribute):
            definition = self._defined(self._index.of_module(node))
            return definition if isinstance(definition, ast.ClassDef) else None
        if not isinstance(node, ast.Name) or node in self._resolving_class:
            return None
        self._resolving_class.add(node)
        try:
            definition = self._definition(node)
        finally:
            self._resolving_class.discard(node)
        return definition if isinstance(definition, ast.ClassDef) else None

    def class_of_instance(self, node: ast.expr) -> ast.ClassDef | None:
        """The class of the program that this expression is an instance of (`self` in a method, or a known object)."""
        if isinstance(node, ast.Name):
            for binding in self._index.bindings(node):
                class_ = self._class_of_self(binding.node) if binding.kind == "parameter" else None
                if class_ is not None:
                    return class_
        type_ = self.types.of(node)
        return type_.class_ if type_ is not None else None

    def _class_of_self(self, parameter: ast.AST) -> ast.ClassDef | None:
        arguments = self._index.parent[parameter]
        function = self._index.parent[arguments]
        assert isinstance(arguments, ast.arguments)
        if not isinstance(function, FUNCTION_NODES) or is_static(function):
            return None
        first = (arguments.posonlyargs + arguments.args)[:1]
        return self._index.enclosing_class(function) if first == [parameter] else None

    def method(
        self, class_: ast.ClassDef, name: str, seen: frozenset[ast.ClassDef] = frozenset()
    ) -> FunctionNode | None:
        """The method `name` of a class, its own or inherited from a class of the program."""
        for statement in class_.body:
            if isinstance(statement, FUNCTION_NODES) and statement.name == name:
                return statement
        for base in class_.bases:
            parent = self.resolve_class(base)
            if parent is not None and parent not in seen:
                found = self.method(parent, name, seen | {class_})
                if found is not None:
                    return found
        return None

    def is_overridden(self, method: FunctionNode) -> bool:
        """Whether a subclass in the program replaces this method."""
        class_ = self._index.enclosing_class(method)
        return class_ is not None and any(
            isinstance(other, FUNCTION_NODES)
            and other is not method
            and other.name == method.name
            and (owner := self._index.enclosing_class(other)) is not None
            and class_ in self.ancestors(owner)
            for other in self._index.definitions
        )

    def ancestors(self, class_: ast.ClassDef) -> list[ast.ClassDef]:
        """The classes of the program that this class inherits from, itself first."""
        found: dict[ast.ClassDef, None] = {class_: None}
        for current in (waiting := [class_]):
            for base in current.bases:
                above = self.resolve_class(base)
                if above is not None and above not in found:
                    found[above] = None
                    waiting.append(above)
        return list(found)

    def base_names(self, class_: ast.ClassDef) -> set[str]:
        """The qualified names of all bases outside the program."""
        return {
            name
            for each in self.ancestors(class_)
            for base in each.bases
            if (name := self._names.qualified(base)) is not None
        }

    def _definition(self, node: ast.Name) -> ast.AST | None:
        return self._defined(self._index.bindings(node))

    def _defined(self, bindings: list[Binding]) -> ast.AST | None:
        """The function or class that a name with these bindings stands for, in whatever module that is."""
        if len(bindings) != 1:
            return None
        (binding,) = bindings
        if binding.kind == "definition":
            return binding.node
        if binding.kind == "import":
            return self._defined(self._index.imported(binding))
        if binding.kind == "assign" and binding.value is not None:
            return self.resolve(binding.value) or self.resolve_class(binding.value)
        return None

    # -- calls -------------------------------------------------------------------------------------

    def callers(self, function: FunctionNode) -> list[ast.Call]:
        """Every call in the program of this function; a class is a call of its `__init__`.

        Asked for while it is being found out (a call whose receiver the function's own arguments decide), it is what
        has been found so far.
        """
        known = self._callers.get(function)
        if known is not None:
            return known
        if function in self._finding:
            self.types.note_circle()
            return self._finding[function]
        found = self._finding[function] = []
        found.extend(call for call in self._named_calls(function) if self.called(call) is function)
        del self._finding[function]
        self._callers[function] = found
        return found

    def _named_calls(self, function: FunctionNode) -> list[ast.Call]:
        """The calls of everything that has the function's name, or a name that stands for that."""
        names = {function.name}
        class_ = self._index.enclosing_class(function)
        if function.name == "__init__" and class_ is not None:
            names |= self._names_of_heirs(class_)
        waiting = list(names)
        while waiting:
            for alias in self._aliases.get(waiting.pop(), ()):
                if alias not in names:
                    names.add(alias)
                    waiting.append(alias)
        if len(names) == 1:
            return self._calls_by_name.get(function.name, [])
        found = [call for name in names for call in self._calls_by_name.get(name, ())]
        return sorted(found, key=lambda call: (call.lineno, call.col_offset))

    def _names_of_heirs(self, class_: ast.ClassDef) -> set[str]:
        """The names of a class and of those that inherit from it."""
        found: dict[ast.ClassDef, None] = {}
        waiting = [class_]
        while waiting:
            current = waiting.pop()
            if current not in found:
                found[current] = None
                waiting += self._heirs.get(current, [])
        return {each.name for each in found}

    @cached_property
    def _heirs(self) -> dict[ast.ClassDef, list[ast.ClassDef]]:
        """From a class to those that name it as a base."""
        found: dict[ast.ClassDef, list[ast.ClassDef]] = defaultdict(list)
        for definition in self._index.definitions:
            for base in definition.bases if isinstance(definition, ast.ClassDef) else ():
                parent = self.resolve_class(base)
                if parent is not None and isinstance(definition, ast.ClassDef):
                    found[parent].append(definition)
        return found

    @cached_property
    def _calls_by_name(self) -> dict[str, list[ast.Call]]:
        """The calls by the last name of what is called: `run` for `job.run()`, `f` for `partial(f, 1)()`."""
        found: dict[str, list[ast.Call]] = defaultdict(list)
        for call in self._index.calls:
            name = _last_name(call.func)
            if name is not None:
                found[name].append(call)
        return found

    @cached_property
    def _aliases(self) -> dict[str, list[str]]:
        """From a name to those that are assigned what has that name: `g` for `f` with `g = f`."""
        found: dict[str, list[str]] = defaultdict(list)
        for scope in self._index.scopes():
            for name, bindings in scope.bindings.items():
                if len(bindings) == 1 and bindings[0].kind == "assign" and bindings[0].value is not None:
                    source = _last_name(bindings[0].value)
                    if source is not None and source != name:
                        found[source].append(name)
        for alias in self._index.all(ast.alias):
            if alias.asname is not None:
                found[alias.name.rpartition(".")[2]].append(alias.asname)
        return found

    def called(self, call: ast.Call) -> FunctionNode | None:
        """The function of the program that this call runs."""
        function = self.resolve(call.func)
        if function is None:
            class_ = self.resolve_class(call.func)
            if class_ is not None:
                return self.method(class_, "__init__")
        return function

    @cached_property
    def calls_of(self) -> dict[ast.AST | None, list[tuple[ast.Call, FunctionNode]]]:
        """For each function (`None`: module level), the calls of the program's own functions in its body."""
        found: dict[ast.AST | None, list[tuple[ast.Call, FunctionNode]]] = defaultdict(list)
        for call in self._index.calls:
            function = self.called(call)
            if function is not None:
                found[self._index.function(call)].append((call, function))
        return found

    @cached_property
    def mentions(self) -> dict[FunctionNode, list[ast.expr]]:
        """Every use of a function as a value (not a call): targets, callbacks, elements of lists, aliases."""
        found: dict[FunctionNode, list[ast.expr]] = defaultdict(list)
        candidates: list[ast.expr] = [
            name for definition in self._index.definitions for name in self._index.names.get(definition.name, [])
        ]
        candidates += [
            attribute
            for definition in self._index.definitions
            if self._index.enclosing_class(definition) is not None
            for attribute in self._index.attributes.get(definition.name, [])
        ]
        defined = {definition.name for definition in self._index.definitions}
        for alias in self._index.all(ast.alias):
            if alias.asname is not None and alias.name in defined:
                candidates += self._index.names.get(alias.asname, [])
        for definition in self._index.definitions:
            candidates += [
                each for each in self._index.attributes.get(definition.name, []) if self._index.of_module(each)
            ]
        for node in dict.fromkeys(candidates):
            parent = self._index.parent[node]
            if isinstance(parent, ast.Call) and parent.func is node:
                continue
            function = self.resolve(node)
            if function is not None:
                found[function].append(node)
        return found

    def inner_functions(self, function: FunctionNode) -> list[FunctionNode]:
        """The functions defined inside this one, at any depth."""
        return self._inner.get(function, [])

    @cached_property
    def _inner(self) -> dict[ast.AST, list[FunctionNode]]:
        found: dict[ast.AST, list[FunctionNode]] = defaultdict(list)
        for definition in self._index.definitions:
            if isinstance(definition, FUNCTION_NODES):
                for ancestor in self._index.ancestors(definition):
                    if isinstance(ancestor, FUNCTION_NODES):
                        found[ancestor].append(definition)
        return found

    def reachable(self, entries: Iterable[FunctionNode]) -> list[FunctionNode]:
        """All functions that run when `entries` run: by calls, by names handed on, and defined inside."""
        found: dict[FunctionNode, None] = {}
        waiting = list(entries)
        while waiting:
            function = waiting.pop()
            if function in found:
                continue
            found[function] = None
            waiting += self.reached_from(function)
        return list(found)

    def reached_from(self, function: FunctionNode) -> list[FunctionNode]:
        """The functions that the body of this one calls, hands on or defines."""
        called = [callee for _, callee in self.calls_of.get(function, [])]
        return [*called, *self._mentioned_in.get(function, []), *self.inner_functions(function)]

    @cached_property
    def _mentioned_in(self) -> dict[ast.AST | None, list[FunctionNode]]:
        found: dict[ast.AST | None, list[FunctionNode]] = defaultdict(list)
        for function, nodes in self.mentions.items():
            for node in nodes:
                found[self._index.function(node)].append(function)
        return found


def _last_name(node: ast.expr) -> str | None:
    """The name by which a function is called, or handed to `partial`."""
    while isinstance(node, ast.Call) and node.args:
        node = node.args[0]
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else None


def is_static(function: FunctionNode) -> bool:
    """Whether a method gets no `self`."""
    return any(isinstance(each, ast.Name) and each.id == "staticmethod" for each in function.decorator_list)


def is_bound_to_class(function: FunctionNode) -> bool:
    """Whether a method gets the class in the place of `self`."""
    return any(isinstance(each, ast.Name) and each.id == "classmethod" for each in function.decorator_list)


def parameters(function: FunctionNode) -> list[ast.arg]:
    """The parameters that positional arguments can fill, in order."""
    return [*function.args.posonlyargs, *function.args.args]
