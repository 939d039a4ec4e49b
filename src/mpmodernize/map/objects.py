"""Which objects a program shares between processes, and which of them an expression stands for."""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mpmodernize.model.kinds import Type
    from mpmodernize.model.program import Program

_DEPTH = 4
"""How many containers and instances inside each other are looked through."""
_ALSO_FOUND = frozenset({"get_lock", "get_obj"})
"""What gives a part of an object that is there already, and makes none."""


class Objects:
    """Answers which shared objects, named by the calls that make them, stand in expressions."""

    def __init__(self, programs: Sequence[Program]) -> None:
        self._programs = programs
        self._program = programs[0]
        self._index = self._program.everywhere

    @cached_property
    def made(self) -> dict[ast.Call, Type]:
        """The calls that make a lock, a queue, a pipe, a piece of shared memory or a manager's object."""
        found: dict[ast.Call, Type] = {}
        for call in self._index.calls:
            type_ = self._program.type(call)
            if type_ is not None and type_.kind == "tuple" and type_.elements:
                type_ = type_.elements[0]  # the two ends of a pipe
            if type_ is not None and type_.is_shared and type_.made == {call} and not _is_part(call):
                found[call] = type_
        return found

    @cached_property
    def managers(self) -> list[ast.Call]:
        """The calls that start a manager's process."""
        return [each for each in self._index.calls if self._program.names.calls(each, "multiprocessing.Manager")]

    @cached_property
    def pools(self) -> list[ast.Call]:
        """The calls that make a pool or an executor of processes."""
        kinds = ("multiprocessing.Pool", "concurrent.futures.ProcessPoolExecutor")
        return [each for each in self._index.calls if self._program.names.calls(each, *kinds)]

    def of(self, node: ast.expr) -> list[ast.Call]:
        """The objects that an expression is, or holds in a container."""
        return list(dict.fromkeys(self._in_type(self._program.type(node), _DEPTH)))

    def _in_type(self, type_: Type | None, depth: int) -> Iterator[ast.Call]:
        if type_ is None or not depth:
            return
        if type_.is_shared:
            yield from (whole for each in type_.made for whole in self._whole(each))
        for inner in (type_.element, *type_.elements):
            yield from self._in_type(inner, depth - 1)

    def _whole(self, call: ast.Call) -> list[ast.Call]:
        """What made an object; for the lock of a `Value`, what made that."""
        if _is_part(call):
            assert isinstance(call.func, ast.Attribute)
            return self.of(call.func.value)
        return [call] if call in self.made else []

    def of_instance(self, class_: ast.ClassDef) -> list[tuple[str, ast.Call]]:
        """The objects that the instances of a class keep in attributes, with the names of those."""
        found: dict[tuple[str, ast.Call], None] = {}
        instances = self._program.of(class_).instances
        for above in self._program.functions.ancestors(class_):
            for program in self._programs:
                instances = program.instances
                for attribute, stored in instances.attributes(above).items():
                    found |= {(attribute, call): None for each in stored for call in self.of(each.value)}
        return list(found)

    def name(self, call: ast.Call) -> str:
        """What the program calls the object that a call makes; empty where it gives it no name."""
        index, node = self._index, call
        held = ""
        inner: ast.AST = node
        for above in index.ancestors(node):
            if isinstance(above, (ast.ListComp, ast.List, ast.DictComp, ast.Dict, ast.SetComp, ast.GeneratorExp)):
                held = "[…]"
            elif isinstance(above, ast.withitem) and above.context_expr is inner:
                return self._program.text(above.optional_vars) if above.optional_vars is not None else ""
            elif isinstance(above, ast.Call) and inner is not above.func:
                method = above.func
                if not (isinstance(method, ast.Attribute) and method.attr in ("append", "add", "appendleft", "put")):
                    if not self._keeps(above):
                        return ""
                else:
                    return f"{self._program.text(method.value)}[…]"
            elif isinstance(above, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
                target = above.targets[0] if isinstance(above, ast.Assign) else above.target
                return self._target(target, above.value, call) + held
            elif isinstance(above, ast.stmt):
                return ""
            inner = above
        return ""

    def _keeps(self, call: ast.Call) -> bool:
        """Whether a call gives a container of what it gets: `list(…)`, `tuple(…)`."""
        return self._program.qualified(call.func) in ("builtins.list", "builtins.tuple", "builtins.dict")

    def _target(self, target: ast.expr, value: ast.expr | None, call: ast.Call) -> str:
        if isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List)):
            for one, other in zip(target.elts, value.elts, strict=False):
                if self._index.contains(other, call):
                    return self._target(one, other, call)
        if isinstance(target, (ast.Tuple, ast.List)):
            return ", ".join(self._program.text(each) for each in target.elts)
        return self._program.text(target)


def _is_part(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in _ALSO_FOUND
