"""One name's route to the workers: what is planned, and why there may be none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ast

    from mpmodernize.model.scopes import FunctionNode
    from mpmodernize.model.starts import Start
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.process_classes import Family


class NoRouteError(Exception):
    """The object cannot be handed over by a change that is certainly right; the message says why."""


@dataclass
class Route:
    """How one name travels."""

    name: str
    edits: list[Edit] = field(default_factory=list)
    starts: list[Start] = field(default_factory=list)
    """Processes that are handed the object when they start."""
    pools: list[ast.Call] = field(default_factory=list)
    """Pools and executors whose initializer has to bind the name in each worker."""
    detours: list[tuple[FunctionNode, ast.expr]] = field(default_factory=list)
    """Functions that run in a process of their own and as a pool's tasks, with the places that name those tasks."""
    carriers: set[ast.AST] = field(default_factory=set)
    """The functions that get a parameter for it."""
    written: dict[ast.AST, str] = field(default_factory=dict)
    """How calls in other files write it, where that is not its name."""
    families: list[Family] = field(default_factory=list)
    """`Process` subclasses whose constructors take the object."""


def needs_keyword(function: FunctionNode) -> bool:
    """Whether a new last parameter must be keyword-only: behind defaults, `*args` or other keyword-only ones."""
    arguments = function.args
    return bool(arguments.defaults or arguments.vararg or arguments.kwonlyargs)


def as_tuple(names: list[str]) -> str:
    """The names as a tuple display."""
    return f"({names[0]},)" if len(names) == 1 else f"({', '.join(names)})"
