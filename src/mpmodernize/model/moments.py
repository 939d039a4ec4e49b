"""Moments: what has happened to an object by the time something else happens to it.

Across methods this is about one object: `job.open(); job.run()`, a constructor and what is called later, a method that
a loop calls again and again. It says yes only where the order is plain.
"""

from __future__ import annotations

import ast
from collections import deque
from functools import cached_property
from typing import TYPE_CHECKING

from mpmodernize.model.scopes import COMPREHENSIONS, DEFINITIONS, FUNCTION_NODES, LOOPS, FunctionNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.starts import Start

_FAR = 200
"""How many functions are followed up and down from a place."""


class Moments:
    """Answers whether one thing has happened by the time of another."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._index = program.index
        self._functions = program.functions
        self._known: dict[tuple[FunctionNode, bool], bool] = {}

    # -- the moments of a start --------------------------------------------------------------------

    def of_start(self, start: Start) -> list[ast.Call]:
        """When what a start takes along is pickled: the calls of `start()`; for a pool its own call, or the task's."""
        if start.kind in ("process", "subclass"):
            parent = self._index.parent[start.call]
            call = self._index.parent.get(parent)
            if isinstance(parent, ast.Attribute) and parent.attr == "start" and isinstance(call, ast.Call):
                return [call]
            return self._started.get(start.call, [])
        return [start.call]

    @cached_property
    def _started(self) -> dict[ast.Call, list[ast.Call]]:
        """From the call that makes a process to the calls of `start()` that may be its own."""
        found: dict[ast.Call, list[ast.Call]] = {}
        for call in self._index.method_calls.get("start", []):
            assert isinstance(call.func, ast.Attribute)
            type_ = self._program.type(call.func.value)
            for made in type_.made if type_ is not None and type_.kind == "Process" else ():
                found.setdefault(made, []).append(call)
        return found

    # -- order -------------------------------------------------------------------------------------

    def has_happened(self, one: ast.AST, other: ast.AST, undone: Iterable[ast.AST] = ()) -> bool:
        """Whether it is plain that `one` has happened to an object by the time `other` happens to it.

        `undone` are places that undo `one` again, such as `self.pool = None`.
        """
        first, second = self._home(one), self._home(other)
        if first is second:
            return self._in_order(one, other, list(undone))
        if any(self._home(each) is second and self.precedes(each, other) for each in undone):
            return False
        if self._is_called_before(first, other) or self._is_called_after(one, second):
            return True
        if self._is_called_in_order(first, second):
            return True
        return self._constructs(first, any) and not self._constructs(second, all)

    def happens_again(self, node: ast.AST) -> bool:
        """Whether it is plain that this happens several times to one object: in a loop, or in a method that does."""
        if self._loops(node):
            return True
        home = self._home(node)
        return isinstance(home, FUNCTION_NODES) and self._is_repeated(home, set())

    def _is_repeated(self, function: FunctionNode, seen: set[FunctionNode]) -> bool:
        """Whether a method is called several times on one object."""
        if function in seen or function.name == "__init__" or len(seen) > _FAR:
            return False
        seen.add(function)
        calls = self._functions.callers(function)
        receivers = [self._receiver(call) for call in calls]
        for call, receiver in zip(calls, receivers, strict=True):
            if receiver is None:
                continue
            if receivers.count(receiver) > 1 and not self._excludes_others(call, calls):
                return True
            loops = self._loops(call)
            if loops and not any(self._is_bound_in(loop, call) for loop in loops):
                return True
            home = self._home(call)
            if receiver[1] == "self" and isinstance(home, FUNCTION_NODES) and self._is_repeated(home, seen):
                return True
        return False

    def _excludes_others(self, call: ast.Call, calls: list[ast.Call]) -> bool:
        """Whether each other call stands in another branch than this one."""
        return all(each is call or self._are_exclusive(call, each) for each in calls)

    def _in_order(self, one: ast.AST, other: ast.AST, undone: list[ast.AST]) -> bool:
        home = self._home(one)
        inside = [each for each in undone if self._home(each) is home]
        if self.precedes(one, other):
            return not any(self.precedes(one, each) and self.precedes(each, other) for each in inside)
        for loop in (each for each in self._loops(one) if each in self._loops(other)):
            if not any(self._index.contains(loop, each) and self.precedes(each, other) for each in inside):
                return True
        if any(self.precedes(each, other) for each in inside):
            return False
        return isinstance(home, FUNCTION_NODES) and self._is_repeated(home, set())

    def precedes(self, one: ast.AST, other: ast.AST) -> bool:
        """Whether `one` stands before `other` in the code of one function, and not in another branch."""
        return _end(one) <= _place(other) and not self._are_exclusive(one, other)

    def _are_exclusive(self, one: ast.AST, other: ast.AST) -> bool:
        """Whether the two stand in different branches of one `if`."""
        branches = {id(each): branch for each, branch in self._branches(one)}
        return any(branches.get(id(each), branch) != branch for each, branch in self._branches(other))

    def _branches(self, node: ast.AST) -> Iterator[tuple[ast.If, str]]:
        child = node
        for ancestor in self._index.ancestors(node):
            if isinstance(ancestor, ast.If) and child is not ancestor.test:
                yield ancestor, "body" if child in ancestor.body else "orelse"
            if isinstance(ancestor, DEFINITIONS):
                return
            child = ancestor

    def _loops(self, node: ast.AST) -> list[ast.AST]:
        found: list[ast.AST] = []
        for ancestor in self._index.ancestors(node):
            if isinstance(ancestor, (*LOOPS, *COMPREHENSIONS)):
                found.append(ancestor)
            if isinstance(ancestor, (*DEFINITIONS, ast.Lambda)):
                break
        return found

    # -- across functions --------------------------------------------------------------------------

    def _home(self, node: ast.AST) -> FunctionNode | None:
        return self._index.function(node)

    def constructs(self, function: FunctionNode) -> bool:
        """Whether a constructor comes to this function by itself."""
        return self._constructs(function, any)

    def _constructs(self, function: FunctionNode | None, some: Callable[[Iterable[bool]], bool]) -> bool:
        """Whether a function is a constructor, or some (or all) of its callers are: methods that construct."""
        if function is None:
            return False
        if function.name == "__init__":
            return True
        key = (function, some is any)
        if key not in self._known:
            self._known[key] = False  # a method that calls itself
            calls = self._functions.callers(function)
            self._known[key] = bool(calls) and some(
                self._is_self_call(call) and self._constructs(self._home(call), some) for call in calls
            )
        return self._known[key]

    def _is_called_before(self, function: FunctionNode | None, other: ast.AST) -> bool:
        """Whether what leads to `other` calls a method on the same object that comes to `function` first."""
        if function is None:
            return False
        home = self._home(other)
        return any(
            self.precedes(call, other) and function in self._reached(callee) and self._is_self_call(call)
            for call, callee in self._functions.calls_of.get(home, [])
        )

    def _is_called_after(self, one: ast.AST, second: FunctionNode | None) -> bool:
        """Whether the code around `one` goes on to call a method on the same object that comes to `second`."""
        if second is None:
            return False
        return any(
            self.precedes(one, call) and second in self._reached(callee) and self._is_self_call(call)
            for call, callee in self._functions.calls_of.get(self._home(one), [])
        )

    def _is_called_in_order(self, first: FunctionNode | None, second: FunctionNode | None) -> bool:
        """Whether somebody calls what comes to `first`, and then, on the same object, what comes to `second`."""
        if first is None or second is None:
            return False
        for caller in self._callers_of(second):
            calls = self._functions.calls_of.get(caller, [])
            to_first = [call for call, callee in calls if first in self._reached(callee)]
            to_second = [call for call, callee in calls if second in self._reached(callee)]
            for one in to_first:
                receiver = self._receiver(one)
                if receiver is not None and any(
                    self._receiver(other) == receiver and self.precedes(one, other) for other in to_second
                ):
                    return True
        return False

    def _callers_of(self, function: FunctionNode) -> list[FunctionNode | None]:
        """The functions that call this one, directly or through others; `None` is the module."""
        found: dict[FunctionNode | None, None] = {}
        waiting: deque[FunctionNode] = deque([function])
        while waiting and len(found) < _FAR:
            for call in self._functions.callers(waiting.popleft()):
                caller = self._home(call)
                if caller not in found:
                    found[caller] = None
                    if caller is not None:
                        waiting.append(caller)
        return list(found)

    def _reached(self, function: FunctionNode) -> set[FunctionNode]:
        if function not in self._reach:
            self._reach[function] = set(self._functions.reachable([function]))
        return self._reach[function]

    @cached_property
    def _reach(self) -> dict[FunctionNode, set[FunctionNode]]:
        return {}

    def _is_self_call(self, call: ast.Call) -> bool:
        receiver = self._receiver(call)
        return receiver is not None and receiver[1] == "self"

    def _receiver(self, call: ast.Call) -> tuple[object, str] | None:
        """What stands before the dot, as far as two calls can be told to have the same: a variable, or `self`."""
        if not isinstance(call.func, ast.Attribute) or not isinstance(call.func.value, ast.Name):
            return None
        name = call.func.value
        owner = self._index.owner(name)
        if self._is_self(name):
            return (self._index.enclosing_class(self._home(call) or call), "self")
        return (owner.node if owner is not None else None, name.id)

    def _is_self(self, name: ast.Name) -> bool:
        bindings = self._index.bindings(name)
        if len(bindings) != 1 or bindings[0].kind != "parameter":
            return False
        function = self._index.parent[self._index.parent[bindings[0].node]]
        if not isinstance(function, FUNCTION_NODES) or self._index.enclosing_class(function) is None:
            return False
        return [*function.args.posonlyargs, *function.args.args][:1] == [bindings[0].node]

    def _is_bound_in(self, loop: ast.AST, call: ast.Call) -> bool:
        """Whether the variable before the dot is another object each time the loop comes round."""
        receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
        bindings = self._index.bindings(receiver) if isinstance(receiver, ast.Name) else []
        return not bindings or any(self._index.contains(loop, each.node) for each in bindings)


def _place(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _end(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0)
