"""Taking out of a queue or pipe before something is joined, and using it where it was used."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.draining import TAKING, whole_take
from mpmodernize.model.order import bound_names, own_nodes, read_names
from mpmodernize.rewrite.edits import Insert, Replace

if TYPE_CHECKING:
    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit

LEAVING = (ast.Return, ast.Raise, ast.Yield, ast.YieldFrom)


def taken_first(
    program: Program, block: list[ast.stmt], join: int, late: dict[int, list[ast.Call]], between: list[ast.stmt]
) -> list[Edit]:
    """Take everything out in front of the join at this place of its block, under a name, and leave the rest there.

    `late` are the calls that take something out, by the place of their statement; `between` is what stands between.
    There are no edits where that cannot be said in front of the join.
    """
    edits: list[Edit] = []
    given: set[str] = set()
    bound = {name for each in between for name in bound_names(each)}
    for number in sorted(late):
        for call in sorted(late[number], key=lambda each: (each.lineno, each.col_offset)):
            taken = _taken(program, block[number], call, given)
            if taken is None or taken[0] & bound:
                return []
            edits += [Insert(taken[1], block[join]), *taken[2]]
        bound |= bound_names(block[number])
    return edits


def _taken(
    program: Program, statement: ast.stmt, call: ast.Call, given: set[str]
) -> tuple[set[str], str, list[Edit]] | None:
    """Taking out what a call takes: the names that it needs, the new statement, and the edits of the old one."""
    function = program.index.function(call)
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in TAKING:
        return None  # a function that does more than this
    if isinstance(statement, ast.For):
        if not _is_plain_loop(program, statement, call):
            return None
        many, one = (program.free_name(each, function, given) for each in ("results", "result"))
        given |= {many, one}
        target, source = program.text(statement.target), program.text(statement.iter)
        together = f"({target})" if isinstance(statement.target, ast.Tuple) else target
        read = {name for each in statement.body for name in read_names(each)}
        plain = not ({each.id for each in ast.walk(statement.target) if isinstance(each, ast.Name)} & read)
        return (
            {each.id for part in (statement.iter, call) for each in ast.walk(part) if isinstance(each, ast.Name)},
            f"{many} = [{program.text(call)} for {target} in {source}]",
            [
                Replace(statement.target, one if plain else f"{together}, {one}"),
                Replace(statement.iter, many if plain else f"zip({source}, {many})"),
                Replace(call, one),
            ],
        )
    if not isinstance(statement, (ast.Assign, ast.Expr, ast.Return, ast.AugAssign, ast.AnnAssign)):
        return None
    if any(isinstance(each, ast.Lambda) for each in program.index.ancestors(call)):
        return None
    taken = whole_take(program, call)
    name = program.free_name("result" if taken is call else "results", function, given)
    given.add(name)
    names = {each.id for each in ast.walk(taken) if isinstance(each, ast.Name)}
    return names, f"{name} = {program.text(taken)}", [Replace(taken, name)]


def _is_plain_loop(program: Program, loop: ast.For, call: ast.Call) -> bool:
    """Whether each turn of a loop takes one thing out, whatever happens."""
    if loop.orelse or not isinstance(loop.target, (ast.Name, ast.Tuple)) or "zip" in program.index.module.bindings:
        return False
    if program.index.statement(call) not in loop.body or program.index.loop(call) is not loop:
        return False
    leaving = (*LEAVING, ast.Break, ast.Continue)
    return not any(isinstance(node, leaving) for each in loop.body for node in own_nodes(each))
