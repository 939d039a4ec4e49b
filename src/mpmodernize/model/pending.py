"""Results that come later: what a pool or executor promises, and where the program looks at it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mpmodernize.model.kinds import MANY
from mpmodernize.model.locking import receiver
from mpmodernize.model.scopes import COMPREHENSIONS
from mpmodernize.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program

ASYNCHRONOUS = {
    "Pool": ("apply_async", "map_async", "starmap_async", "imap", "imap_unordered"),
    "Executor": ("submit", "map"),
}
"""Methods that give work away and come back at once."""
_FILLING = frozenset({"append", "appendleft", "add"})


@dataclass(eq=False)
class Fate:
    """What becomes of a promised result."""

    places: list[ast.expr] = field(default_factory=list)
    """Where the result, or what holds it, is looked at: asked, iterated, handed on."""
    returned: list[ast.Return] = field(default_factory=list)
    """The `return` statements that give it to a caller."""
    holder: ast.Name | None = None
    """The name or the list that the result is kept in, where there is one only."""
    in_container: bool = False
    """Whether the holder is a list (or other container) of results."""
    is_lost_sight_of: bool = False
    """Whether it is stored where uses cannot be followed: an attribute, somebody else's container."""

    @property
    def is_forgotten(self) -> bool:
        """Whether nobody ever looks at it."""
        return not self.places and not self.returned and not self.is_lost_sight_of


def asynchronous_calls(program: Program) -> Iterator[tuple[ast.Call, str]]:
    """The calls that give work to a pool or executor and come back at once, each with the kind of its receiver."""
    for method in dict.fromkeys(method for methods in ASYNCHRONOUS.values() for method in methods):
        for call in program.index.method_calls.get(method, []):
            kind = program.types.kind(receiver(call))
            if kind is not None and method in ASYNCHRONOUS.get(kind, ()):
                yield call, kind


def given_to(program: Program, uses: list[ast.Name]) -> list[ast.Call]:
    """The calls that give work to the pool which these names stand for, and come back at once."""
    calls = [program.index.parent[program.index.parent[use]] for use in uses]
    return [
        call
        for call in calls
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in ASYNCHRONOUS["Pool"]
        and call.func.value in uses
    ]


def fate_of(program: Program, call: ast.Call) -> Fate:
    """Follow the result of a call through the names and lists of its function to where it is looked at."""
    fate = Fate()
    _follow(program, call, fate, set())
    return fate


def _follow(program: Program, node: ast.expr, fate: Fate, seen: set[ast.AST]) -> None:
    index = program.index
    seen.add(node)
    parent = index.parent[node]
    if isinstance(parent, ast.Expr) or len(seen) > MANY:
        fate.is_lost_sight_of |= len(seen) > MANY
    elif isinstance(parent, ast.Assign):
        for target in parent.targets:
            _store(program, target, fate, seen)
    elif isinstance(parent, ast.Return):
        fate.returned.append(parent)
    elif isinstance(parent, (*COMPREHENSIONS, ast.List, ast.Tuple, ast.IfExp)):
        fate.in_container = fate.in_container or not isinstance(parent, ast.IfExp)
        _follow(program, parent, fate, seen)
    elif isinstance(parent, ast.Call) and _fills(parent, node):
        fate.in_container = True
        _store(program, receiver(parent), fate, seen)
    elif isinstance(parent, ast.AugAssign):
        fate.in_container = True
        _store(program, parent.target, fate, seen)
    else:
        fate.places.append(node)


def _fills(call: ast.Call, node: ast.expr) -> bool:
    """Whether a call puts the node into a container: `results.append(node)`."""
    return isinstance(call.func, ast.Attribute) and call.func.attr in _FILLING and call.args == [node]


def _store(program: Program, target: ast.expr, fate: Fate, seen: set[ast.AST]) -> None:
    if isinstance(target, ast.Subscript):
        fate.in_container = True
        target = target.value
    owner = program.index.owner(target) if isinstance(target, ast.Name) else None
    if not isinstance(target, ast.Name) or owner is None or owner.is_class:
        fate.is_lost_sight_of = True
        return
    if fate.holder is None or fate.holder.id == target.id:
        fate.holder = target
    for use in program.index.uses(target.id, owner):
        if use in seen or not isinstance(use.ctx, ast.Load) or _only_fills(program, use):
            continue
        _follow(program, use, fate, seen)


def _only_fills(program: Program, use: ast.Name) -> bool:
    """Whether a use of a container puts something in, and looks at nothing."""
    parent = program.index.parent[use]
    if isinstance(parent, ast.Subscript):
        return isinstance(parent.ctx, ast.Store)
    call = program.index.parent[parent]
    return isinstance(parent, ast.Attribute) and parent.attr in _FILLING and isinstance(call, ast.Call)


def asked_methods(program: Program, fate: Fate) -> list[ast.Attribute] | None:
    """The methods that are asked of the result, or of each one in turn; `None` where anything else is done with it."""
    found: list[ast.Attribute] = []
    waiting: list[ast.expr] = list(fate.places)
    while waiting:
        place = waiting.pop()
        parent = program.index.parent[place]
        if isinstance(parent, ast.Attribute):
            found.append(parent)
        elif isinstance(parent, ast.Subscript) and isinstance(parent.ctx, ast.Load):
            waiting.append(parent)
        elif isinstance(parent, (ast.For, ast.comprehension)) and isinstance(parent.target, ast.Name):
            uses = program.index.uses(parent.target.id, program.index.owner(parent.target))
            waiting += [use for use in uses if isinstance(use.ctx, ast.Load)]
        else:
            return None
        if len(found) + len(waiting) > MANY:
            return None
    return found


class Home(Record, eq=False):
    """Where a pool or executor that has a name lives."""

    name: str
    block: list[ast.stmt]
    """The block in which it is made, or that `with` opens for it."""
    made: ast.stmt
    is_with: bool


def home_of(program: Program, pool: ast.expr) -> Home | None:
    """The block of a pool that a local name holds, which nothing else is bound to."""
    bindings = program.index.bindings(pool) if isinstance(pool, ast.Name) else []
    if len(bindings) != 1 or not isinstance(pool, ast.Name) or bindings[0].kind not in ("assign", "with"):
        return None
    made = program.index.statement(bindings[0].node)
    if isinstance(made, ast.With):
        return Home(pool.id, made.body, made, is_with=True)
    return Home(pool.id, program.index.block(made), made, is_with=False)
