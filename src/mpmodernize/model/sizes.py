"""Sizes: where multiprocessing wants a whole number, and which divisions reach such a place.

A float that stands there is refused (`TypeError`), but for the chunks of `map`: the thread that cuts them dies of it,
and `map` waits for ever. Seen on 3.10, 3.13 and 3.14; Python 2.7 does the same with floats, but its `/` made none.
"""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from mpmodernize.model.kinds import MANY
from mpmodernize.model.received import default_of
from mpmodernize.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import Binding

WORKERS, CHUNK, ROOM, UNITS, LENGTH = (
    "the number of processes",
    "the size of a chunk",
    "the room of a queue",
    "the count of a semaphore",
    "the length of an array",
)
_TASKS = "the number of tasks for a process"
PLACES: dict[str, tuple[tuple[str, int, str], ...]] = {
    "multiprocessing.Pool": (("processes", 0, WORKERS), ("maxtasksperchild", 3, _TASKS)),
    "multiprocessing.pool.ThreadPool": (("processes", 0, "the number of threads"),),
    "multiprocessing.dummy.Pool": (("processes", 0, "the number of threads"),),
    "concurrent.futures.ProcessPoolExecutor": (("max_workers", 0, WORKERS), ("max_tasks_per_child", 4, _TASKS)),
    "multiprocessing.Queue": (("maxsize", 0, ROOM),),
    "multiprocessing.JoinableQueue": (("maxsize", 0, ROOM),),
    "multiprocessing.Semaphore": (("value", 0, UNITS),),
    "multiprocessing.BoundedSemaphore": (("value", 0, UNITS),),
    "multiprocessing.Array": (("size_or_initializer", 1, LENGTH),),
    "multiprocessing.RawArray": (("size_or_initializer", 1, LENGTH),),
    "multiprocessing.shared_memory.SharedMemory": (("size", 2, "the size of shared memory"),),
}
"""By the call: parameter, position and meaning. What a manager makes lives in threads, and takes floats."""
_MAPPING = ("map", "map_async", "imap", "imap_unordered", "starmap", "starmap_async")
_CHUNK_PLACE = 2
_ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod)
_MAKING_FLOATS = frozenset({"builtins.float", *(f"math.{name}" for name in "sqrt log log2 log10 exp pow".split())})
_CHOOSING = frozenset({"builtins.max", "builtins.min", "builtins.abs"})
_DEPTH = 4
"""How many names a size is followed through."""

Division: TypeAlias = "ast.BinOp | ast.AugAssign"


class Size(Record, eq=False):
    """One argument that has to be a whole number, and what in it is none."""

    call: ast.Call
    expression: ast.expr
    what: str
    """What the number is, for a message."""
    divisions: tuple[Division, ...]
    """The divisions whose results reach this place."""
    floats: tuple[ast.expr, ...]
    """What else is a float, whatever `/` does."""
    names: tuple[ast.expr, ...]
    """The names and attributes that the values have passed through."""

    @property
    def waits(self) -> bool:
        """Whether a float makes the program wait for ever, where others stop."""
        return self.what == CHUNK


class Sizes:
    """Finds the places of a program that want a whole number and may get a float."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._index = program.index

    @cached_property
    def all(self) -> list[Size]:
        """The places that a division or a float reaches."""
        if not self._program.mentions_multiprocessing:
            return []
        found = [self._size(call, given, what) for call, given, what in self._places()]
        return [each for each in found if each.divisions or each.floats]

    @cached_property
    def divisions(self) -> frozenset[Division]:
        """Every division that reaches such a place."""
        return frozenset(division for size in self.all for division in size.divisions)

    @cached_property
    def places(self) -> frozenset[ast.expr]:
        """Every expression that stands in such a place."""
        return frozenset(given for _, given, _ in self._places())

    def _places(self) -> Iterator[tuple[ast.Call, ast.expr, str]]:
        for name, parameters in PLACES.items():
            for call in self._program.calls_of(name):
                for parameter, position, what in parameters:
                    given = _argument(call, parameter, position)
                    if given is not None and self._is_size(given, what):
                        yield call, given, what
        for method in _MAPPING:
            for call in self._index.method_calls.get(method, ()):
                assert isinstance(call.func, ast.Attribute)
                kind = self._program.types.kind(call.func.value)
                place = _CHUNK_PLACE if kind != "Executor" else MANY
                given = _argument(call, "chunksize", place) if kind in ("Pool", "ThreadPool", "Executor") else None
                if given is not None:
                    yield call, given, CHUNK

    def _is_size(self, given: ast.expr, what: str) -> bool:
        if what == LENGTH:  # or what the array is to hold: half of numpy's array is one
            return self._is_number(given, _DEPTH)
        return True

    def _is_number(self, node: ast.expr, depth: int) -> bool:
        if isinstance(node, ast.BinOp):
            return self._is_number(node.left, depth) and self._is_number(node.right, depth)
        if isinstance(node, ast.Name) and depth:
            bindings = self._index.bindings(node)
            if len(bindings) == 1 and bindings[0].kind == "assign" and bindings[0].value is not None:
                return self._is_number(bindings[0].value, depth - 1)
        return self._program.types.kind(node) in ("int", "float", "bool")

    # -- what reaches a place ----------------------------------------------------------------------

    def _size(self, call: ast.Call, given: ast.expr, what: str) -> Size:
        collected = _Collected(self._program)
        collected.add(given, _DEPTH)
        names = tuple(collected.names)
        return Size(call, given, what, tuple(collected.divisions), tuple(collected.floats), names)


class _Collected:
    """What a number is made of."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._index = program.index
        self.divisions: dict[Division, None] = {}
        self.floats: list[ast.expr] = []
        self.names: list[ast.expr] = []

    def add(self, node: ast.expr, depth: int) -> None:
        """Take in what an expression gets its value from."""
        if isinstance(node, ast.BinOp):
            self._operation(node, depth)
        elif isinstance(node, ast.UnaryOp):
            if not isinstance(node.op, ast.Not):
                self.add(node.operand, depth)
        elif isinstance(node, ast.IfExp):
            self.add(node.body, depth)
            self.add(node.orelse, depth)
        elif isinstance(node, ast.BoolOp):
            for each in node.values:
                self.add(each, depth)
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, float):
                self.floats.append(node)
        elif isinstance(node, ast.Call):
            name = self._program.qualified(node.func)
            if name in _MAKING_FLOATS:
                self.floats.append(node)
            elif name in _CHOOSING:
                for each in node.args:
                    self.add(each, depth)
        elif isinstance(node, (ast.Name, ast.Attribute)) and depth and node not in self.names:
            self.names.append(node)
            self._named(node, depth - 1)

    def _operation(self, node: ast.BinOp, depth: int) -> None:
        if isinstance(node.op, ast.Div):
            before = len(self.floats)
            self.add(node.left, depth)
            self.add(node.right, depth)
            if len(self.floats) == before:
                self.divisions[node] = None
        elif isinstance(node.op, _ARITHMETIC):
            self.add(node.left, depth)
            self.add(node.right, depth)

    def _named(self, node: ast.Name | ast.Attribute, depth: int) -> None:
        if isinstance(node, ast.Name):
            bindings = self._index.bindings(node)
            for binding in bindings if len(bindings) < MANY else ():
                self._bound(binding, depth)
            return
        class_ = self._program.functions.class_of_instance(node.value)
        stores = self._program.types.stores(node.attr)
        for store in stores if class_ is not None and len(stores) < MANY else ():
            if self._program.functions.class_of_instance(store.value) is class_:
                self._stored(self._index.parent[store], depth)

    def _bound(self, binding: Binding, depth: int) -> None:
        if binding.kind == "assign" and binding.value is not None:
            self.add(binding.value, depth)
        elif binding.kind == "augmented":
            self._stored(self._index.parent[binding.node], depth)
        elif binding.kind == "parameter" and isinstance(binding.node, ast.arg):
            function = self._index.parent[self._index.parent[binding.node]]
            if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
                for given in self._program.types.received(function, binding.node):
                    self.add(given, depth)
                default = default_of(function, binding.node)
                if default is not None:
                    self.add(default, depth)

    def _stored(self, statement: ast.AST, depth: int) -> None:
        if isinstance(statement, ast.Assign):
            self.add(statement.value, depth)
        elif isinstance(statement, ast.AugAssign):
            if isinstance(statement.op, ast.Div):
                self.divisions[statement] = None
            elif isinstance(statement.op, _ARITHMETIC):
                self.add(statement.value, depth)


def _argument(call: ast.Call, name: str, position: int) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    before = call.args[: position + 1]
    if len(before) <= position or any(isinstance(each, ast.Starred) for each in before):
        return None
    return call.args[position]
