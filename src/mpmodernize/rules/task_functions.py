"""Functions that are a pool's task and run in a process of their own as well.

Shared objects reach a process by an argument, and a pool's tasks only by a global that the initializer binds: an
argument of a task cannot be a lock. So the pool gets a function of its own, that adds the global to the arguments.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.functions import parameters
from mpmodernize.rewrite.edits import Insert, Replace
from mpmodernize.rules.route import needs_keyword

if TYPE_CHECKING:
    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import FunctionNode
    from mpmodernize.model.starts import Start
    from mpmodernize.rewrite.edits import Edit


def mention_of(program: Program, start: Start) -> ast.expr | None:
    """Where a task names its module-level function, if another name can stand there."""
    mention = start.target
    if program.names.calls(mention, "functools.partial") if mention is not None else False:
        assert isinstance(mention, ast.Call)
        mention = mention.args[0]
    plain = isinstance(mention, ast.Name) and not start.is_choice and start.function in program.tree.body
    plain = plain and mention is not None and program.owns(mention)
    return mention if plain else None


def detours(program: Program, names: dict[tuple[FunctionNode, ast.expr], list[str]]) -> list[Edit]:
    """Let pools run functions of their own, which add these names to the arguments."""
    edits: list[Edit] = []
    made: dict[FunctionNode, str] = {}
    for (function, mention), given in names.items():
        if function not in made:
            made[function] = program.free_name(f"_{function.name.lstrip('_')}_in_pool", taken=made.values())
            edits.append(Insert(_code(function, made[function], given), function, after=True))
        edits.append(Replace(mention, made[function]))
    return edits


def _code(function: FunctionNode, name: str, given: list[str]) -> str:
    if needs_keyword(function) or function.args.kwarg is not None:
        passed = ", ".join(["*args", *(f"{each}={each}" for each in given), "**kwargs"])
        return f"def {name}(*args, **kwargs):\n    return {function.name}({passed})\n"
    taken = [each.arg for each in parameters(function)]
    return f"def {name}({', '.join(taken)}):\n    return {function.name}({', '.join([*taken, *given])})\n"
