"""Which classes of the program are hashed, and which could be in Python 2."""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.kinds import Type
    from mpmodernize.model.program import Program

_UNHASHABLE = frozenset({"builtins.list", "builtins.dict", "builtins.set", "builtins.bytearray", "collections.deque"})
_UNHASHABLE_MODULES = ("UserDict.", "UserList.", "collections.")


class Hashing:
    """Answers whether instances of a class are hashed."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._index = program.index

    def had_hash(self, class_: ast.ClassDef) -> bool:
        """Whether Python 2 hashed instances of this class: it inherits from `object`, or from what can be hashed."""
        functions = self._program.functions
        names = functions.base_names(class_)
        if not names or any(name in _UNHASHABLE or name.startswith(_UNHASHABLE_MODULES) for name in names):
            return False  # an old class; or one that inherits that it has no hash
        ancestors = functions.ancestors(class_)
        return not any(
            isinstance(binding.value, ast.Constant)
            for each in ancestors
            for binding in self._index.inner_scope(each).bindings.get("__hash__", ())
        )

    def is_hashed(self, class_: ast.ClassDef) -> bool:
        """Whether the program puts instances of this class, or of one derived from it, where they are hashed."""
        return any(class_ in self._program.functions.ancestors(each) for each in self._hashed)

    @cached_property
    def _hashed(self) -> list[ast.ClassDef]:
        found = {type_.class_: None for type_ in self._hashed_types() if type_ is not None and type_.class_ is not None}
        return list(found)

    def _hashed_types(self) -> Iterator[Type | None]:
        program, index = self._program, self._index
        for display in index.all(ast.Dict):
            yield from (program.type(key) for key in display.keys if isinstance(key, (ast.Name, ast.Call)))
        for each in index.all(ast.Set):
            yield from map(program.type, each.elts)
        for subscript in index.all(ast.Subscript):
            if isinstance(subscript.slice, (ast.Name, ast.Call)) and program.types.kind(subscript.value) == "dict":
                yield self._of(subscript.slice)
        for method in ("add", "get", "setdefault", "discard"):
            for call in index.method_calls.get(method, ()):
                if call.args and isinstance(call.func, ast.Attribute) and self._hashes(call.func.value):
                    yield self._of(call.args[0])
        for call in program.calls_of("builtins.set", "builtins.frozenset", "dict.fromkeys", "builtins.hash"):
            if call.args:
                type_ = program.type(call.args[0])
                yield type_ if program.names.calls(call, "builtins.hash") else program.types.results.held(type_)
        for compare in index.all(ast.Compare):
            if isinstance(compare.ops[0], (ast.In, ast.NotIn)) and self._hashes(compare.comparators[0]):
                yield self._of(compare.left)

    def _hashes(self, container: ast.expr) -> bool:
        return self._program.types.kind(container) in ("set", "dict")

    def _of(self, node: ast.expr) -> Type | None:
        type_ = self._program.type(node)
        if type_ is None and isinstance(node, ast.Name):
            class_ = self._program.functions.class_of_instance(node)  # `self`
            if class_ is not None:
                from mpmodernize.model.kinds import Type

                return Type("instance", class_=class_)
        return type_
