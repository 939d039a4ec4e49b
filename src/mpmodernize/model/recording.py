"""What the index records at each kind of node: the names it binds, and where it is found again."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from mpmodernize.model.scopes import Binding, Definition, Scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from mpmodernize.model.index import Index


def bind_target(target: ast.AST, kind: str, value: ast.expr | None, scope: Scope) -> None:
    """Record in a scope what an assignment, a loop or a deletion does to the names of its target."""
    if isinstance(target, ast.Name):
        scope.bindings[target.id].append(Binding(target.id, target, kind, value, scope))
    elif isinstance(target, (ast.Tuple, ast.List)):
        matched = isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts)
        for position, element in enumerate(target.elts):
            if kind == "assign" and matched and not isinstance(element, ast.Starred):
                assert isinstance(value, (ast.Tuple, ast.List))
                bind_target(element, kind, value.elts[position], scope)
            else:
                bind_target(element, "unpack" if kind == "assign" else f"{kind}-unpack", value, scope)
    elif isinstance(target, ast.Starred):
        bind_target(target.value, "starred", None, scope)


def _call(index: Index, node: ast.Call, _scope: Scope) -> None:
    index.calls.append(node)
    if isinstance(node.func, ast.Attribute):
        index.method_calls[node.func.attr].append(node)


def _attribute(index: Index, node: ast.Attribute, _scope: Scope) -> None:
    index.attributes[node.attr].append(node)


def _assign(_index: Index, node: ast.Assign, scope: Scope) -> None:
    for target in node.targets:
        bind_target(target, "assign", node.value, scope)


def _annotated(_index: Index, node: ast.AnnAssign, scope: Scope) -> None:
    if node.value is not None:
        bind_target(node.target, "assign", node.value, scope)


def _augmented(_index: Index, node: ast.AugAssign, scope: Scope) -> None:
    bind_target(node.target, "augmented", node.value, scope)


def _walrus(_index: Index, node: ast.NamedExpr, scope: Scope) -> None:
    bind_target(node.target, "assign", node.value, scope.function())


def _for(_index: Index, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
    bind_target(node.target, "for", node.iter, scope)


def _withitem(_index: Index, node: ast.withitem, scope: Scope) -> None:
    if node.optional_vars is not None:
        bind_target(node.optional_vars, "with", node.context_expr, scope)


def _definition(index: Index, node: Definition, scope: Scope) -> None:
    index.definitions.append(node)
    scope.bindings[node.name].append(Binding(node.name, node, "definition", None, scope))


def _import(index: Index, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
    for alias in node.names:
        if alias.name == "*":
            index.star_imports.append("." * getattr(node, "level", 0) + (getattr(node, "module", None) or ""))
            continue
        name = alias.asname or (alias.name.split(".")[0] if isinstance(node, ast.Import) else alias.name)
        scope.bindings[name].append(Binding(name, alias, "import", None, scope))


def _except(_index: Index, node: ast.ExceptHandler, scope: Scope) -> None:
    if node.name is not None:
        scope.bindings[node.name].append(Binding(node.name, node, "except", None, scope))


def _delete(_index: Index, node: ast.Delete, scope: Scope) -> None:
    for target in node.targets:
        bind_target(target, "delete", None, scope)


def _capture(_index: Index, node: ast.MatchAs | ast.MatchStar, scope: Scope) -> None:
    if node.name is not None:
        scope.bindings[node.name].append(Binding(node.name, node, "starred", None, scope))


def _global(_index: Index, node: ast.Global, scope: Scope) -> None:
    if not scope.is_module:
        scope.globals.update(node.names)


def _nonlocal(_index: Index, node: ast.Nonlocal, scope: Scope) -> None:
    scope.nonlocals.update(node.names)


RECORDERS: dict[type[ast.AST], Callable[[Index, Any, Scope], None]] = {
    ast.Call: _call,
    ast.Attribute: _attribute,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.NamedExpr: _walrus,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.withitem: _withitem,
    ast.FunctionDef: _definition,
    ast.AsyncFunctionDef: _definition,
    ast.ClassDef: _definition,
    ast.Import: _import,
    ast.ImportFrom: _import,
    ast.ExceptHandler: _except,
    ast.Delete: _delete,
    ast.MatchAs: _capture,
    ast.MatchStar: _capture,
    ast.Global: _global,
    ast.Nonlocal: _nonlocal,
}
"""For each type of node, what is done when the walk comes by."""
