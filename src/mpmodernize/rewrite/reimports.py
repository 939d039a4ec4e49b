"""Import statements whose names move, go or get company."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from mpmodernize.rewrite.edits import EditRefusedError, Reimport
from mpmodernize.rewrite.lines import replace_statement
from mpmodernize.text import Replacement, Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MODULE = re.compile(r"from(?:\s|\\\r?\n)+([\w.]+)")


def reimport(text: Text, edits: Sequence[Reimport], parents: Mapping[ast.AST, ast.AST]) -> list[Replacement]:
    """The replacements that change one import statement as all of these edits want it.

    As little as possible is touched: a module's name, or single names, where that is enough. Raises
    `EditRefusedError` where comments stand among names that have to be written anew.
    """
    statement = edits[0].statement
    wanted = {edit.alias: edit.code for edit in edits}
    new = [(alias, wanted.get(alias, (_as_it_is(statement, alias),))) for alias in statement.names]
    in_place = _in_place(text, statement, new)
    if in_place is not None:
        return in_place
    if "#" in text.source[text.start(statement) : text.end(statement)]:
        raise EditRefusedError("comments stand among the imported names")
    codes = dict.fromkeys(code for _, several in new for code in several)
    return [replace_statement(text, statement, _merged(list(codes)), parents)]


def _as_it_is(statement: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    name = f"{alias.name} as {alias.asname}" if alias.asname else alias.name
    if isinstance(statement, ast.Import):
        return f"import {name}"
    return f"from {'.' * statement.level}{statement.module or ''} import {name}"


def _divided(code: str) -> tuple[str, str]:
    """Where a statement imports from (`""` for modules themselves), and what."""
    source, _, name = code.rpartition("import ")
    return source.strip().removeprefix("from").strip(), name


def _in_place(
    text: Text, statement: ast.Import | ast.ImportFrom, new: list[tuple[ast.alias, tuple[str, ...]]]
) -> list[Replacement] | None:
    """The replacements of single names, where no name goes and all that remain come from one module."""
    codes = [code for _, several in new for code in several]
    if len(set(codes)) < len(codes) or not all(several for _, several in new):
        return None
    sources = {source for source, _ in map(_divided, codes)}
    if len(sources) != 1 or (sources == {""}) != isinstance(statement, ast.Import):
        return None
    found: list[Replacement] = []
    if isinstance(statement, ast.ImportFrom):
        module = _MODULE.match(text.source, text.start(statement))
        if module is None:
            return None
        (source,) = sources
        if module[1] != source:
            found.append(Replacement(*module.span(1), source))
    for alias, several in new:
        if several != (_as_it_is(statement, alias),):
            names = ", ".join(_divided(code)[1] for code in several)
            if names != _divided(_as_it_is(statement, alias))[1]:
                found.append(Replacement(text.start(alias), text.end(alias), names))
    return found


def _merged(codes: list[str]) -> str:
    """Statements, a line each; what comes from one module stands together."""
    grouped: dict[str, list[str]] = {}
    for code in codes:
        source, name = _divided(code)
        grouped.setdefault(source, []).append(name)
    lines = [
        (f"from {source} import " if source else "import ") + ", ".join(names) for source, names in grouped.items()
    ]
    return "\n".join(lines)
