"""Simple statements that become several, or none, in their place on a line."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from mpmodernize.text import Replacement, Text, newline_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_BLANK = re.compile(r"[ \t\f]*")
_LINE_END = re.compile(r"\r\n|\r|\n")


def replace_statement(text: Text, statement: ast.stmt, code: str, parents: Mapping[ast.AST, ast.AST]) -> Replacement:
    """Put statements, a line each, in the place of a simple one; none (`""`) takes its line away.

    A comment behind it stays. Where it was the only statement of its block, `pass` takes its place.
    """
    start, end = text.start(statement), text.end(statement)
    if not code and len(_block(statement, parents)) == 1 and not isinstance(parents.get(statement), ast.Module):
        code = "pass"
    before = text.line_up_to(start)
    if code:
        apart = newline_of(text.source) + before if not before.strip() else "; "
        return Replacement(start, end, apart.join(code.split("\n")))
    return _without(text, start, end, before)


def _without(text: Text, start: int, end: int, before: str) -> Replacement:
    source = text.source
    behind = _blank_end(source, end)
    if source[behind : behind + 1] == ";":  # the next statement of the line takes its place
        behind = _blank_end(source, behind + 1)
        if source[behind : behind + 1] not in ("", "#", "\r", "\n"):
            return Replacement(start, behind, "")
    if before.strip():  # the last one of its line
        kept = before.rstrip(" \t\f")
        return Replacement(start - len(before) + len(kept.rstrip(";")), end, "")
    if source[behind : behind + 1] == "#":
        return Replacement(start, behind, "")
    line_end = _LINE_END.match(source, behind)
    return Replacement(start - len(before), line_end.end() if line_end is not None else behind, "")


def _blank_end(source: str, offset: int) -> int:
    blank = _BLANK.match(source, offset)
    assert blank is not None
    return blank.end()


def _block(statement: ast.stmt, parents: Mapping[ast.AST, ast.AST]) -> list[ast.stmt]:
    """The statements among which this one stands."""
    parent = parents.get(statement)
    for name in ("body", "orelse", "finalbody"):
        statements = getattr(parent, name, None)
        if isinstance(statements, list) and any(each is statement for each in statements):
            return statements
    return [statement]
