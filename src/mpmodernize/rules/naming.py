"""The fix for a function that pickling does not find: another function in its place, or a name of its own."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.rules.base import Fix, Phase
from mpmodernize.rules.forwarding import Forwarding
from mpmodernize.rules.hoisting import Hoisting

if TYPE_CHECKING:
    from mpmodernize.model.crossings import Crossing
    from mpmodernize.model.nameless import Origin
    from mpmodernize.model.program import Program


def naming(program: Program, origin: Origin, crossings: list[Crossing], name: str | None = None) -> Fix:
    """What gives the other process a function that it finds; `name` is for a lambda that has none.

    Raises `CannotHoistError` where there is no change that is certainly right.
    """
    if isinstance(origin, ast.Lambda) and not isinstance(program.index.parent[origin], ast.Assign):
        instead = Forwarding(program, origin, crossings).instead()
        if instead is not None:
            return Fix(instead.edits, instead.safety, Phase.LOCAL)
    hoisting = Hoisting(program, origin, crossings, name)
    return Fix(hoisting.edits(), hoisting.moment.safety, Phase.LOCAL)
