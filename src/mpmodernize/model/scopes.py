"""Scopes and what they bind: where names live (PEP 227)."""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TypeAlias

FunctionNode: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef"
Definition: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef"
FUNCTION_NODES = (ast.FunctionDef, ast.AsyncFunctionDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
LOOPS = (ast.For, ast.AsyncFor, ast.While)
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(eq=False)
class Binding:
    """One place where a name gets a value."""

    name: str
    node: ast.AST
    """The name, parameter, alias or definition that is bound."""
    kind: str
    """`assign`, `augmented`, `for`, `with`, `parameter`, `import`, `definition`, `except` or `delete`;
    `unpack`, `for-unpack` and `with-unpack` where the name gets a part of the value, `starred` where it gets many."""
    value: ast.expr | None
    """The expression the value comes from: what is assigned, iterated or entered."""
    scope: Scope
    """The scope in which the binding stands (with `global x` not the one in which the name lives)."""


@dataclass(eq=False)
class Scope:
    """A module, class, function, lambda or comprehension: a place where names live (PEP 227)."""

    node: ast.AST
    parent: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=lambda: defaultdict(list))
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)

    @property
    def is_module(self) -> bool:
        """Whether this is the module's own scope."""
        return self.parent is None

    @property
    def is_class(self) -> bool:
        """Whether this is a class body, which inner functions do not see."""
        return isinstance(self.node, ast.ClassDef)

    def owner(self, name: str) -> Scope | None:
        """The scope in which `name`, used here, lives; `None` for built-ins and names bound nowhere."""
        if name in self.globals:
            return self._module() if name in self._module().bindings else None
        scope: Scope | None = self
        while scope is not None:
            if name in scope.bindings and name not in scope.nonlocals and (scope is self or not scope.is_class):
                return scope
            if scope is not self and name in scope.globals:
                return self._module() if name in self._module().bindings else None
            scope = scope.parent
        return None

    def function(self) -> Scope:
        """The function, class or module scope around this one (itself, unless it is a comprehension or lambda)."""
        scope = self
        while scope.parent is not None and not isinstance(scope.node, (*DEFINITIONS, ast.Module)):
            scope = scope.parent
        return scope

    def _module(self) -> Scope:
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope
