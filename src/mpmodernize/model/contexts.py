"""Contexts: which start method a process, lock or queue belongs to.

`multiprocessing.Lock()` belongs to the default context; after `ctx = get_context("spawn")`, `ctx.Lock()`
belongs to that of spawn.
"""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING

from mpmodernize.records import Record

if TYPE_CHECKING:
    from mpmodernize.model.program import Program

SYNCHRONIZED = (
    "Lock RLock Semaphore BoundedSemaphore Condition Event Barrier Queue JoinableQueue SimpleQueue Value Array"
).split()
"""What holds a lock inside, and so belongs to the context that it is made from."""
CONTEXT_BOUND = tuple(
    f"multiprocessing.{name}" for name in [*SYNCHRONIZED, "Process", "Pool", "Manager", "get_start_method"]
)
"""What chooses the start method of the default context, where it has not been set."""


class Context(Record):
    """Where a name of multiprocessing comes from: the default context, or one of `get_context`."""

    made: ast.Call | None
    """The call of `get_context`; `None` for the default context."""
    method: str | None
    """The start method by name, where it is written there; `None` for the default one, or an unknown one."""
    base: ast.expr | None = None
    """The expression in front of the dot, `ctx` of `ctx.Lock`; `None` for an imported name."""

    @property
    def is_default(self) -> bool:
        """Whether it is the context that `set_start_method` and the platform decide about."""
        return self.made is None


class Contexts:
    """Answers which context the program's objects belong to."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def of(self, function: ast.expr) -> Context | None:
        """The context of what is called, `ctx.Lock` or `Lock`; `None` where that is not known."""
        if isinstance(function, ast.Attribute):
            found = self._behind(function.value, set())
            return Context(found.made, found.method, function.value) if found is not None else None
        return self._behind(function, set())

    def named(self, node: ast.expr) -> Context | None:
        """The context that an expression is: `ctx`, or `get_context("spawn")`; `None` where that is not known."""
        found = self._behind(node, set())
        return Context(found.made, found.method, node) if found is not None else None

    @property
    def default(self) -> Context:
        """The default context."""
        return Context(None, None)

    def _behind(self, node: ast.expr, seen: set[ast.expr]) -> Context | None:
        if node in seen:
            return None
        seen.add(node)
        if isinstance(node, ast.Call):
            if self._program.qualified(node.func) != "multiprocessing.get_context":
                return None
            if not node.args and not node.keywords:
                return Context(None, None)
            return Context(node, method_of(node))
        if isinstance(node, ast.Attribute):
            return self._behind(node.value, seen)
        if not isinstance(node, ast.Name):
            return None
        bindings = [each for each in self._program.index.bindings(node) if each.kind != "delete"]
        if not bindings:
            return Context(None, None)  # a built-in, or a module that a snippet forgets to import
        found = {
            Context(None, None)
            if each.kind == "import"
            else self._behind(each.value, seen)
            if each.kind == "assign" and each.value is not None
            else None
            for each in bindings
        }
        return found.pop() if len(found) == 1 else None

    @cached_property
    def default_methods(self) -> set[str | None]:
        """The start methods that the program sets for the default context; `None` stands for one that is not known."""
        return {method_of(call) for call in self._program.calls_of("multiprocessing.set_start_method")}


def method_of(call: ast.Call) -> str | None:
    """The start method that `get_context` or `set_start_method` is given by name."""
    given = [*call.args[:1], *(each.value for each in call.keywords if each.arg == "method")]
    value = given[0] if given else None
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None
