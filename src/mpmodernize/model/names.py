"""What a name means: the qualified name behind every import form and alias.

`mp.Process`, `Process` after `from multiprocessing import Process`, `ctx.Process` after `ctx = get_context("spawn")`
and `P` after `P = mp.Process` are all `multiprocessing.Process`. Threads in process clothing
(`multiprocessing.dummy`, `multiprocessing.pool.ThreadPool`) keep names of their own.
"""

from __future__ import annotations

import ast
import builtins
import sys
from typing import TYPE_CHECKING

from mpmodernize.model import library
from mpmodernize.model.glance import CONVENTIONAL_MODULES
from mpmodernize.model.python2 import BUILTINS

if TYPE_CHECKING:
    from mpmodernize.model.index import Index
    from mpmodernize.model.scopes import Binding


_SUBMODULES = (
    "multiprocessing.context.",
    "multiprocessing.process.",
    "multiprocessing.queues.",
    "multiprocessing.synchronize.",
    "multiprocessing.sharedctypes.",
    "multiprocessing.connection.",
)
_ELSEWHERE = {
    "multiprocessing.pool.Pool": "multiprocessing.Pool",
    "multiprocessing.managers.SyncManager": "multiprocessing.Manager",
    "concurrent.futures.process.ProcessPoolExecutor": "concurrent.futures.ProcessPoolExecutor",
}
_STARRED = {
    "multiprocessing": frozenset(
        (
            "Array AuthenticationError Barrier BoundedSemaphore BufferTooShort Condition Event JoinableQueue "
            "Lock Manager Pipe Pool Process ProcessError Queue RLock RawArray RawValue Semaphore SimpleQueue "
            "TimeoutError Value active_children cpu_count current_process freeze_support get_context "
            "set_start_method"
        ).split()
    ),
    "time": frozenset(("clock time sleep strftime localtime gmtime ctime perf_counter process_time monotonic").split()),
}

_MOVED = (library.SYS, library.OS, library.STRING, library.TYPES, library.ITERTOOLS, library.OPERATOR)
for _old in (*(name for table in _MOVED for name in table), *library.ELSEWHERE):
    _module, _, _name = _old.rpartition(".")
    _STARRED[_module] = _STARRED.get(_module, frozenset()) | {_name}


def canonical(name: str) -> str:
    """One name for what several modules of the library offer: `multiprocessing.Lock` for `….synchronize.Lock`."""
    for prefix in _SUBMODULES:
        if name.startswith(prefix):
            return "multiprocessing." + name[len(prefix) :]
    return _ELSEWHERE.get(name, name)


class Names:
    """Resolves expressions to qualified names."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._known: dict[ast.expr, str | None] = {}
        self._placing: set[ast.Name] = set()
        self._bound: dict[int, str | None] = {}
        """What names stand for, by their list of bindings."""

    def qualified(self, node: ast.expr) -> str | None:
        """The qualified name of a name, attribute or context call; `None` for what is computed or unknown.

        Built-ins are `builtins.len` (those of Python 2 too, `builtins.xrange`); a parameter, a local variable and an
        attribute of an instance have no such name.
        """
        if node not in self._known:
            self._known[node] = None  # an alias of itself (`x = x`) means nothing
            self._known[node] = self._resolve(node)
        return self._known[node]

    def place(self, node: ast.expr) -> str | None:
        """The qualified name by which the program takes something from the library, in the very module it asks.

        `multiprocessing.queues.Queue` is a class, and `multiprocessing.Queue` a function that makes one, though both
        are the same to `qualified`. What hangs on a context is as if it were taken from `multiprocessing`.
        """
        if isinstance(node, ast.Attribute):
            base = self.place(node.value)
            return f"{base}.{node.attr}" if base is not None else None
        if isinstance(node, ast.Name) and node not in self._placing:
            self._placing.add(node)
            found = {self.of_binding(each) for each in self._index.bindings(node) if each.kind != "delete"}
            self._placing.discard(node)
            if found:
                return found.pop() if len(found) == 1 else None
        return self.qualified(node)

    def of_binding(self, binding: Binding) -> str | None:
        """What one binding gives a name, taken from the very module that it asks."""
        if binding.kind == "import":
            found = {self.of_binding(each) for each in self._index.imported(binding)}
            known = found.pop() if len(found) == 1 else None
            return known if known is not None else self._imported(binding.node)
        if binding.kind == "assign" and isinstance(binding.value, (ast.Name, ast.Attribute)):
            return self.place(binding.value)
        return self._binding(binding)

    def calls(self, node: ast.AST, *names: str) -> bool:
        """Whether `node` is a call of one of these qualified names."""
        return isinstance(node, ast.Call) and self.qualified(node.func) in names

    def is_unbound(self, name: ast.Name) -> bool:
        """Whether nothing in the module binds this name and Python has no such built-in."""
        return (
            not self._index.stars_around(name)
            and self._index.owner(name) is None
            and not hasattr(builtins, name.id)
            and name.id not in BUILTINS
            and name.id not in ("__file__", "__path__", "WindowsError")
        )

    def _resolve(self, node: ast.expr) -> str | None:
        if isinstance(node, ast.Name):
            return self._name(node)
        if isinstance(node, ast.Attribute):
            base = self.qualified(node.value)
            return canonical(f"{base}.{node.attr}") if base is not None else None
        if isinstance(node, ast.Call) and self.qualified(node.func) == "multiprocessing.get_context":
            return "multiprocessing"
        return None

    def _name(self, node: ast.Name) -> str | None:
        bindings = self._index.bindings(node)
        if not bindings:
            return self._unbound(node)
        if id(bindings) not in self._bound:
            self._bound[id(bindings)] = None  # an alias of itself
            found = {self._binding(binding) for binding in bindings if binding.kind != "delete"}
            # `try: import cPickle as pickle` / `except ImportError: import pickle`: either will do
            known = sorted(name for name in found if name is not None)
            self._bound[id(bindings)] = known[-1] if known and (None not in found) else None
        return self._bound[id(bindings)]

    def _binding(self, binding: Binding) -> str | None:
        if binding.kind == "import":
            found = {self._binding(each) for each in self._index.imported(binding)}
            known = found.pop() if len(found) == 1 else None
            return known if known is not None else canonical(self._imported(binding.node))
        if binding.kind == "assign" and binding.value is not None:
            return self.qualified(binding.value)
        return None

    def _imported(self, alias: ast.AST) -> str:
        assert isinstance(alias, ast.alias)
        statement = self._index.parent[alias]
        if isinstance(statement, ast.Import):
            return alias.name if alias.asname else alias.name.split(".")[0]
        assert isinstance(statement, ast.ImportFrom)
        module = "." * statement.level + (statement.module or "")
        return f"{module}.{alias.name}"

    def _unbound(self, node: ast.Name) -> str | None:
        stars = self._index.stars_around(node)
        for module in stars:
            if node.id in _STARRED.get(module, ()):
                return canonical(f"{module}.{node.id}")
        if hasattr(builtins, node.id) or node.id in BUILTINS:
            return f"builtins.{node.id}"
        parent = self._index.parent.get(node)
        if isinstance(parent, ast.Attribute) and not stars:
            if node.id in CONVENTIONAL_MODULES:
                return CONVENTIONAL_MODULES[node.id]
            if node.id in sys.stdlib_module_names:
                return node.id
        return None
