"""What managers are told to call: `BaseManager.register("get_queue", callable=…)`.

The callable runs in the server, a process of its own: `start()` pickles it under spawn and forkserver. A program that
serves by itself, with `get_server().serve_forever()`, pickles nothing.
"""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING

from mpmodernize.model.starts import given
from mpmodernize.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program

_BASES = frozenset({"multiprocessing.managers.BaseManager", "multiprocessing.Manager"})
_PARAMETERS = ("typeid", "callable", "proxytype", "exposed", "method_to_typeid", "create_method")


class Registration(Record, eq=False):
    """One call of `register`."""

    call: ast.Call
    manager: ast.expr
    """The class that it is called on."""
    typeid: str | None
    callable: ast.expr


class Registrations:
    """Answers what the servers of managers call."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._index = program.index
        self._functions = program.functions

    @cached_property
    def all(self) -> list[Registration]:
        """Every registration of a callable with a manager class."""
        return list(self._find())

    def _find(self) -> Iterator[Registration]:
        for call in self._index.method_calls.get("register", []):
            assert isinstance(call.func, ast.Attribute)
            function = given(call, "callable", _PARAMETERS)
            if function is None or self._key(call.func.value) is None:
                continue
            typeid = given(call, "typeid", _PARAMETERS)
            name = typeid.value if isinstance(typeid, ast.Constant) and isinstance(typeid.value, str) else None
            yield Registration(call, call.func.value, name, function)

    def _key(self, node: ast.expr) -> ast.ClassDef | str | None:
        """The manager class that an expression names: one of the program, or the library's."""
        class_ = self._functions.resolve_class(node)
        if class_ is not None:
            return class_ if _BASES & self._functions.base_names(class_) else None
        name = self._program.qualified(node)
        return name if name in _BASES else None

    def is_started(self, registration: Registration) -> bool:
        """Whether a manager of this class, or of one that inherits from it, is started as a process of its own."""
        key = self._key(registration.manager)
        return any(
            key is each or (isinstance(each, ast.ClassDef) and self._inherits(each, key)) for each in self._started
        )

    def _inherits(self, class_: ast.ClassDef | str, key: ast.ClassDef | str | None) -> bool:
        if isinstance(class_, str):
            return False
        if isinstance(key, str):
            return key in self._functions.base_names(class_)
        return key in self._functions.ancestors(class_)

    @cached_property
    def _started(self) -> list[ast.ClassDef | str]:
        """The manager classes with instances that are started."""
        made: list[ast.expr] = []
        for call in self._program.everywhere.method_calls.get("start", []):
            assert isinstance(call.func, ast.Attribute)
            made.append(call.func.value)
        made += [each.context_expr for each in self._program.everywhere.all(ast.withitem)]
        return [key for each in made if (key := self._class_of(each)) is not None]

    def _class_of(self, instance: ast.expr) -> ast.ClassDef | str | None:
        type_ = self._program.type(instance)
        if type_ is not None and type_.class_ is not None:
            return type_.class_ if _BASES & self._functions.base_names(type_.class_) else None
        source = self._program.crossings.source_of(instance)
        return self._key(source.func) if isinstance(source, ast.Call) else None

    @cached_property
    def read(self) -> frozenset[str]:
        """The module-level variables that registered callables read: the server looks for them in its own module."""
        found: set[str] = set()
        for each in self.all:
            nodes: list[ast.AST] = [each.callable]
            function = self._functions.resolve(each.callable)
            nodes += self._functions.reachable([function]) if function is not None else []
            for node in nodes:
                names = (name for name in ast.walk(node) if isinstance(name, ast.Name))
                found |= {name.id for name in names if self._program.state.is_variable(name.id)}
        return frozenset(found)
