"""Keys that order as comparison functions do: `lambda a, b: cmp(a.n, b.n)` is the key `lambda a: a.n`.

Source: *Sorting HOW TO* of 2.7 and of 3.13.
"""

from __future__ import annotations

import ast
from itertools import groupby
from typing import TYPE_CHECKING

from mpmodernize.records import Record

if TYPE_CHECKING:
    from mpmodernize.model.program import Program

_INNER_SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Key(Record):
    """A key, and whether the greatest comes first."""

    name: str
    """The key's parameter; empty where the things themselves are compared."""
    values: tuple[ast.expr | str, ...]
    """What is compared, the first thing first."""
    is_reversed: bool


def keys_of(program: Program, compared: ast.expr) -> list[Key] | None:
    """The keys that order as a lambda with `cmp` does, the first one first; `None` where it is not as simple as that.

    Neighbours of one direction are one key.
    """
    if not isinstance(compared, ast.Lambda) or len(parameters_of(compared)) != 2:
        return None
    first, second = parameters_of(compared)
    spread = _spread(compared.body, first, second)
    if spread is not None:
        values = _values_of_spread(program, first, *spread)
    else:
        values = _values(program, compared.body, first, second)
    if values is None:
        return None
    keys = []
    for is_reversed, group in groupby(values, key=lambda value: value[1]):
        together = tuple(value for value, _ in group)
        itself = len(together) == 1 and isinstance(together[0], ast.Name)
        keys.append(Key("" if itself else first, () if itself else together, is_reversed))
    return keys


def _values(program: Program, body: ast.expr, first: str, second: str) -> list[tuple[ast.expr | str, bool]] | None:
    """What is compared, each with whether the greatest comes first."""
    terms = _terms(program, body)
    if terms is None:
        return None
    values: list[tuple[ast.expr | str, bool]] = []
    for left, right, negated in terms:
        if _same(left, first, right, second):
            values.append((left, negated))
        elif _same(left, second, right, first):
            values.append((right, not negated))
        else:
            return None
    return values


def parameters_of(function: ast.Lambda) -> list[str]:
    """The names of a lambda's parameters, if it has plain ones alone."""
    arguments = function.args
    if arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.defaults or arguments.posonlyargs:
        return []
    return [each.arg for each in arguments.args]


def _terms(program: Program, body: ast.expr) -> list[tuple[ast.expr, ast.expr, bool]] | None:
    """The comparisons of `cmp(a, b) or cmp(c, d)`, each with whether it is negated."""
    if isinstance(body, ast.BoolOp) and isinstance(body.op, ast.Or):
        found: list[tuple[ast.expr, ast.expr, bool]] = []
        for value in body.values:
            inner = _terms(program, value)
            if inner is None:
                return None
            found += inner
        return found
    negated = isinstance(body, ast.UnaryOp) and isinstance(body.op, ast.USub)
    call = body.operand if isinstance(body, ast.UnaryOp) and negated else body
    if not isinstance(call, ast.Call) or len(call.args) != 2 or call.keywords:
        return None
    if program.qualified(call.func) != "builtins.cmp" or any(isinstance(each, ast.Starred) for each in call.args):
        return None
    return [(call.args[0], call.args[1], negated)]


def _same(left: ast.expr, name: str, right: ast.expr, other: str) -> bool:
    """Whether both sides do the same, the one with `name` and the other with `other`."""
    if any(isinstance(node, _INNER_SCOPES) for node in ast.walk(left)):
        return False
    ours, theirs = ast.dump(left), ast.dump(right)
    if f"id='{other}'" in ours or f"id='{name}'" in theirs or f"id='{name}'" not in ours:
        return False
    return ours.replace(f"id='{name}'", "id=''") == theirs.replace(f"id='{other}'", "id=''")


def _spread(body: ast.expr, first: str, second: str) -> tuple[list[str], list[str], ast.expr] | None:
    """The names and the body of what `lambda (a, b), (c, d): …` has become."""
    if not isinstance(body, ast.Call) or not isinstance(body.func, ast.Lambda) or body.keywords:
        return None
    stars = [each.value for each in body.args if isinstance(each, ast.Starred)]
    if [each.id for each in stars if isinstance(each, ast.Name)] != [first, second] or len(body.args) != 2:
        return None
    names = parameters_of(body.func)
    half = len(names) // 2  # both are elements of one list, and of one length
    return None if len(names) % 2 else (names[:half], names[half:], body.func.body)


def _values_of_spread(
    program: Program, name: str, ours: list[str], theirs: list[str], body: ast.expr
) -> list[tuple[ast.expr | str, bool]] | None:
    """What is compared, where elements of two tuples are compared place by place."""
    terms = _terms(program, body)
    if terms is None or len(ours) != len(theirs):
        return None
    values: list[tuple[ast.expr | str, bool]] = []
    for left, right, negated in terms:
        if not isinstance(left, ast.Name) or not isinstance(right, ast.Name):
            return None
        swapped = left.id in theirs and left.id not in ours
        mine, other = (right.id, left.id) if swapped else (left.id, right.id)
        if mine not in ours or other not in theirs or ours.index(mine) != theirs.index(other):
            return None
        values.append((f"{name}[{ours.index(mine)}]", negated != swapped))
    return values
