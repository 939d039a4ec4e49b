"""Simple statements that become several, or none, in their place on a line."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from mpmodernize.text import Replacement, Text, newline_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_BLANK = re.compile(r"[ \t\f]*")
_BLANK_LINES = re.compile(r"(?:[ \t\f]*(?:\r\n|\r|\n))*")
_LINE_END = re.compile(r"\r\n|\r|\n")


def replace_statement(text: Text, statement: ast.stmt, code: str, parents: Mapping[ast.AST, ast.AST]) -> Replacement:
    """Put statements, a line each, in the place of a simple one; none (`""`) takes it away.

    Where it was the only statement of its block, `pass` takes its place. What is left of its line is the affair of
    `without_lines`.
    """
    start, end = text.start(statement), text.end(statement)
    if not code and _stands_alone(statement, parents):
        code = "pass"
    before = text.line_up_to(start)
    apart = newline_of(text.source) + before if not before.strip() else "; "
    return Replacement(start, end, apart.join(code.split("\n")))


def gone_together(source: str, first: int, second: int) -> bool:
    """Whether two statements, of which one ends and the other begins here, are neighbours on one line."""
    between = source[first:second]
    return between.strip(" \t\f") == ";"


def without(text: Text, start: int, end: int) -> tuple[int, int]:
    """What of the text goes where statements go: with them their line, or the semicolon beside them; no comment."""
    source, before = text.source, text.line_up_to(start)
    behind = _blank_end(source, end)
    if source[behind : behind + 1] == ";":  # the next statement of the line takes the place
        behind = _blank_end(source, behind + 1)
        if source[behind : behind + 1] not in ("", "#", "\r", "\n"):
            return start, behind
    if before.strip():  # the last ones of their line
        kept = before.rstrip(" \t\f")
        return start - len(before) + len(kept.rstrip(";")), end
    if source[behind : behind + 1] == "#":
        return start, behind
    line_end = _LINE_END.match(source, behind)
    line_start, stop = start - len(before), line_end.end() if line_end is not None else behind
    if source[max(0, line_start - 3) : line_start].rstrip("\r\n").endswith(":"):
        blank = _BLANK_LINES.match(source, stop)  # a block does not begin with blank lines
        stop = blank.end() if blank is not None else stop
    return line_start, stop


def _blank_end(source: str, offset: int) -> int:
    blank = _BLANK.match(source, offset)
    assert blank is not None
    return blank.end()


def _stands_alone(statement: ast.stmt, parents: Mapping[ast.AST, ast.AST]) -> bool:
    """Whether a statement is the only one of its block (which is not the module's)."""
    parent = parents.get(statement)
    if isinstance(parent, ast.Module):
        return False
    blocks = (getattr(parent, name, None) for name in ("body", "orelse", "finalbody"))
    return parent is None or any(isinstance(block, list) and block == [statement] for block in blocks)
