"""One walk over a program's syntax tree: who contains whom, which scope binds which name, and what is called.

Everything else in the model is a question to this index; no rule walks the tree again.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeVar

from mpmodernize.model.nodes import LEAVES, child_nodes
from mpmodernize.model.recording import RECORDERS, bind_target
from mpmodernize.model.scopes import (
    COMPREHENSIONS,
    DEFINITIONS,
    FUNCTION_NODES,
    LOOPS,
    Binding,
    Definition,
    FunctionNode,
    Scope,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_Node = TypeVar("_Node", bound=ast.AST)

_OPENING = frozenset({*FUNCTION_NODES, ast.Lambda, ast.ClassDef, *COMPREHENSIONS})


class Index:
    """The tree of one module, indexed in one walk."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.module = Scope(tree, None)
        self.parent: dict[ast.AST, ast.AST] = {}
        self.names: dict[str, list[ast.Name]] = defaultdict(list)
        self.calls: list[ast.Call] = []
        self.method_calls: dict[str, list[ast.Call]] = defaultdict(list)
        self.attributes: dict[str, list[ast.Attribute]] = defaultdict(list)
        self._by_type: dict[type[ast.AST], list[Any]] = defaultdict(list)
        self._uses: dict[str, dict[Scope | None, list[ast.Name]]] = {}
        self._places: dict[ast.stmt, tuple[list[ast.stmt], int]] = {}
        self.definitions: list[Definition] = []
        self.star_imports: list[str] = []
        self._scopes: dict[ast.AST, Scope] = {tree: self.module}
        self._everywhere: dict[str, list[ast.Name]] = self.names
        """The names of all modules that are modelled together."""
        self._walk()
        self._opened = list(self._inner.values())
        self._settle_declared_names()

    # -- questions ---------------------------------------------------------------------------------

    def all(self, type_: type[_Node]) -> list[_Node]:
        """Every node of exactly this type, in source order."""
        return self._by_type.get(type_, [])

    def scopes(self) -> Iterator[Scope]:
        """Every scope, the module's first."""
        yield self.module
        yield from self._opened

    def scope(self, node: ast.AST) -> Scope:
        """The scope in which `node` is evaluated."""
        scopes, parent = self._scopes, self.parent
        recorded = scopes.get(node)
        passed: list[ast.AST] = []
        while recorded is None:
            passed.append(node)
            node = parent[node]
            recorded = scopes.get(node)
        for each in passed:  # the next one to ask, in a long chain of operators, need not climb all of it again
            scopes[each] = recorded
        return recorded

    def inner_scope(self, node: ast.AST) -> Scope:
        """The scope that a definition, lambda or comprehension opens."""
        return self._inner[node]

    def owner(self, name: ast.Name) -> Scope | None:
        """The scope in which a name lives; `None` for built-ins and names bound nowhere."""
        return self.scope(name).owner(name.id)

    def uses(self, name: str, owner: Scope | None) -> list[ast.Name]:
        """Every place that names the variable `name` of the scope `owner` (`None`: bound nowhere), in source order."""
        grouped = self._uses.get(name)
        if grouped is None:
            grouped = self._uses[name] = defaultdict(list)
            for node in self._everywhere.get(name, []):
                grouped[self.owner(node)].append(node)
        return grouped[owner]

    def bindings(self, name: ast.Name) -> list[Binding]:
        """Every place that binds this name; empty for built-ins and names bound nowhere."""
        owner = self.owner(name)
        return owner.bindings[name.id] if owner is not None else []

    # -- other modules -----------------------------------------------------------------------------

    def module_of(self, node: ast.AST) -> ast.Module | None:
        """The module that a node stands in; `None` for one that was made up."""
        while node in self.parent:
            node = self.parent[node]
        return node if isinstance(node, ast.Module) else None

    def stars_around(self, node: ast.AST) -> list[str]:  # noqa: ARG002 - of modules modelled together, the node's own counts
        """The modules that the module of a node imports everything from."""
        return self.star_imports

    def imported(self, binding: Binding) -> list[Binding]:  # noqa: ARG002 - a module on its own knows of no other
        """The bindings in another module of the program that an import brings here; none where they are not known."""
        return []

    def of_module(self, node: ast.Attribute) -> list[Binding]:  # noqa: ARG002 - a module on its own knows of no other
        """The bindings in another module of the program that `module.name` stands for."""
        return []

    # -- places ------------------------------------------------------------------------------------

    def statement(self, node: ast.AST) -> ast.stmt:
        """The innermost statement around `node` (itself, if it is one)."""
        statement = node
        while not isinstance(statement, ast.stmt):
            statement = self.parent[statement]
        return statement

    def top_statement(self, node: ast.AST) -> ast.stmt:
        """The statement of the module's own body that contains `node`."""
        top: ast.AST = node
        while not isinstance(self.parent[top], ast.Module):
            top = self.parent[top]
        assert isinstance(top, ast.stmt)
        return top

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """Everything around `node`, from the inside out."""
        while node in self.parent:
            node = self.parent[node]
            yield node

    def function(self, node: ast.AST) -> FunctionNode | None:
        """The innermost function whose body contains `node`; `None` at module and class level."""
        scope: Scope | None = self.scope(node)
        while scope is not None:
            if isinstance(scope.node, FUNCTION_NODES):
                return scope.node
            if scope.is_class:
                return None
            scope = scope.parent
        return None

    def enclosing_class(self, node: ast.AST) -> ast.ClassDef | None:
        """The class in whose body `node` stands directly, as its methods do."""
        for ancestor in self.ancestors(node):
            if isinstance(ancestor, ast.ClassDef):
                return ancestor
            if isinstance(ancestor, (*FUNCTION_NODES, ast.Lambda, ast.Module)):
                return None
        return None

    def block(self, statement: ast.stmt) -> list[ast.stmt]:
        """The list of statements in which `statement` stands."""
        return self._place(statement)[0]

    def place(self, statement: ast.stmt) -> int:
        """The place of `statement` in its block."""
        return self._place(statement)[1]

    def _place(self, statement: ast.stmt) -> tuple[list[ast.stmt], int]:
        if statement not in self._places:
            parent = self.parent[statement]
            for name in ("body", "orelse", "finalbody"):
                statements = getattr(parent, name, None)
                if isinstance(statements, list):
                    self._places.update({each: (statements, place) for place, each in enumerate(statements)})
        return self._places[statement]

    def loop(self, node: ast.AST) -> ast.AST | None:
        """The innermost loop or comprehension around `node` in its own function."""
        for ancestor in self.ancestors(node):
            if isinstance(ancestor, (*LOOPS, *COMPREHENSIONS)):
                return ancestor
            if isinstance(ancestor, (*DEFINITIONS, ast.Lambda)):
                return None
        return None

    def contains(self, outer: ast.AST, node: ast.AST) -> bool:
        """Whether `node` is `outer` or stands inside it."""
        return node is outer or any(ancestor is outer for ancestor in self.ancestors(node))

    # -- the walk ----------------------------------------------------------------------------------

    def _walk(self) -> None:
        self._inner: dict[ast.AST, Scope] = {}
        parent, scopes, by_type, recorders = self.parent, self._scopes, self._by_type, RECORDERS
        stack: list[tuple[ast.AST, Scope]] = [(child, self.module) for child in reversed(self.tree.body)]
        parent.update(dict.fromkeys(self.tree.body, self.tree))
        while stack:
            node, scope = stack.pop()
            type_ = type(node)
            by_type[type_].append(node)
            if type_ in LEAVES:
                if type_ is ast.Name:
                    self.names[node.id].append(node)  # type: ignore[attr-defined,arg-type]
                    continue
                if type_ is ast.Constant:
                    continue
            if isinstance(node, ast.stmt):
                scopes[node] = scope
            record = recorders.get(type_)
            if record is not None:
                record(self, node, scope)
            if type_ in _OPENING:
                stack += self._open_scope(node, scope)
                continue
            children = child_nodes(node)
            if children:
                for child in children:
                    parent[child] = node
                children.reverse()
                stack += [(child, scope) for child in children]

    def _open_scope(self, node: ast.AST, scope: Scope) -> list[tuple[ast.AST, Scope]]:
        """The children of a node that opens a scope, from the last to the first."""
        children = list(self._children(node, scope))
        for child, child_scope in children:
            if not isinstance(self.parent.get(child), ast.comprehension):  # it stands between the two
                self.parent[child] = node
            if child_scope is not scope:
                self._scopes[child] = child_scope
        children.reverse()
        return children

    def _children(self, node: ast.AST, scope: Scope) -> Iterator[tuple[ast.AST, Scope]]:
        """The children of a node that opens a scope, each with the scope it is evaluated in."""
        if isinstance(node, (*FUNCTION_NODES, ast.Lambda)):
            inner = self._open(node, scope)
            arguments = node.args
            self.parent[arguments] = node
            self._scopes[arguments] = inner
            for parameter in child_nodes(arguments):
                self.parent[parameter] = arguments
                if isinstance(parameter, ast.arg):
                    inner.bindings[parameter.arg].append(Binding(parameter.arg, parameter, "parameter", None, inner))
                    if parameter.annotation is not None:
                        yield parameter.annotation, scope
                else:
                    yield parameter, scope
            body = node.body if isinstance(node.body, list) else [node.body]
            inside = {id(child) for child in body} | {id(arguments)}
            for child in child_nodes(node):
                if id(child) not in inside:
                    yield child, scope
            yield from ((child, inner) for child in body)
        elif isinstance(node, ast.ClassDef):
            inner = self._open(node, scope)
            inside = {id(child) for child in node.body}
            for child in child_nodes(node):
                yield child, inner if id(child) in inside else scope
        else:
            assert isinstance(node, COMPREHENSIONS)
            inner = self._open(node, scope)
            first = node.generators[0]
            for generator in node.generators:
                self.parent[generator] = node
                self._scopes[generator] = inner
                bind_target(generator.target, "for", generator.iter, inner)
                for child in child_nodes(generator):
                    self.parent[child] = generator
                    yield child, scope if generator is first and child is generator.iter else inner
            for child in child_nodes(node):
                if not isinstance(child, ast.comprehension):
                    yield child, inner

    def _open(self, node: ast.AST, scope: Scope) -> Scope:
        inner = Scope(node, scope)
        self._inner[node] = inner
        return inner

    def _settle_declared_names(self) -> None:
        """Move what `global x` and `nonlocal x` bind to the scope in which the name lives."""
        for scope in list(self._inner.values()):
            for name in scope.globals:
                if name in scope.bindings:
                    self.module.bindings[name].extend(scope.bindings.pop(name))
            for name in scope.nonlocals:
                outer = scope.parent.owner(name) if scope.parent is not None and name in scope.bindings else None
                if outer is not None and outer is not scope:
                    outer.bindings[name].extend(scope.bindings[name])
