"""Where a new import goes: after docstring, comments and `__future__`, in the file's own order."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING

from mpmodernize.rewrite.edits import EditRefusedError
from mpmodernize.rewrite.layout import measure

if TYPE_CHECKING:
    from mpmodernize.rewrite.layout import Pieces


def slots(tree: ast.Module, pieces: Pieces, codes: list[str]) -> dict[int, str]:
    """For each new import the top-level statement that it goes above (-1: the end of the file), and its text."""
    if not codes:
        return {}
    layout = measure(pieces.source, tree)
    found: dict[int, list[str]] = defaultdict(list)
    run = _leading_imports(tree)
    for code in _merged(codes):
        position = _slot(tree, run, code)
        if position != -1 and not pieces.begins_line(position):
            raise EditRefusedError("an import does not fit between statements on one line")
        found[position].append(code)
    result = {}
    for position, lines in found.items():
        text = "".join(f"{line}{layout.newline}" for line in sorted(lines))
        if not run:
            text = _set_apart(tree, pieces, position, text, layout.newline, layout.gap)
        result[position] = text
    return result


def _merged(codes: list[str]) -> list[str]:
    """The imports, names that come from one module together."""
    names: dict[str, list[str]] = defaultdict(list)
    for code in codes:
        head, found, name = code.partition(" import ")
        names[head if found else code] += [name] if found else []
    return [f"{head} import {', '.join(sorted(given))}" if given else head for head, given in names.items()]


def _leading_imports(tree: ast.Module) -> list[int]:
    """The positions of the imports at the head of the file (without `__future__`)."""
    run: list[int] = []
    for position, statement in enumerate(tree.body):
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            if not _is_future(statement):
                run.append(position)
        elif not (position == 0 and _is_docstring(statement)):
            break
    return run


def _slot(tree: ast.Module, run: list[int], code: str) -> int:
    statements = tree.body
    if not run:
        position = 0
        while position < len(statements) and (
            _is_future(statements[position]) or (position == 0 and _is_docstring(statements[position]))
        ):
            position += 1
        return position if position < len(statements) else -1
    plain = [each for each in run if isinstance(statements[each], ast.Import)]
    neighbours = plain if code.startswith("import ") and plain else run
    names = [ast.unparse(statements[each]) for each in neighbours]
    after = neighbours[-1] + 1
    if len(neighbours) > 1 and names == sorted(names):
        after = next((each for each, name in zip(neighbours, names, strict=True) if name > code), after)
    return after if after < len(statements) else -1


def _set_apart(tree: ast.Module, pieces: Pieces, position: int, text: str, newline: str, gap: int) -> str:
    """The first imports of a file, with blank lines around them."""
    above = newline if position != 0 else ""
    if position == -1 or pieces.leading_is_blank(position):
        return above + text
    following = tree.body[position]
    definition = isinstance(following, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    return above + text + newline * (gap if definition else 1)


def _is_docstring(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _is_future(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
