"""Statements that say nothing in Python 3, and go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.python2.lexer import NEWLINES
from mpmodernize.python2.structure import COMPOUND

if TYPE_CHECKING:
    from mpmodernize.python2.context import Context


def remove_dropped(context: Context) -> None:
    """Take out the dropped statements, with their lines where nothing else stands there; a comment stays.

    Of a block in which nothing would be left the first becomes `pass`.
    """
    if not context.dropped:
        return
    source, dropped = context.source, context.dropped
    targets = context.edits.targets()
    filled = _filled_blocks(context)
    _, owners = source.structure
    for line in sorted({source.statements[number].line for number in dropped}):
        body = _body(context, line)
        gone = [number for number in body if number in dropped]
        kept = [number for number in body if number not in dropped or source.statements[number].first in targets]
        heads = body.start > source.lines[line].statement
        if not kept and (heads or owners[line] not in filled or not _remove_line(context, body)):
            kept = gone[:1]
            filled.add(owners[line])
        for number in kept:
            if number in dropped:
                context.edits.substitute(*source.statements[number][:2], "pass")
        if kept:
            _remove_between(context, body, set(kept))


def _body(context: Context, line: int) -> range:
    """The statements of a line, without the heads of compound statements before them."""
    source = context.source
    first = source.lines[line].statement
    stop = source.lines[line + 1].statement if line + 1 < len(source.lines) else len(source.statements)
    while first < stop and context.code[source.statements[first].first] in COMPOUND:
        first += 1
    return range(first, stop)


def _filled_blocks(context: Context) -> set[int]:
    """The blocks in which something is left; the module is one of them."""
    source = context.source
    _, owners = source.structure
    return {-1} | {
        owners[statement.line] for number, statement in enumerate(source.statements) if number not in context.dropped
    }


def _remove_line(context: Context, body: range) -> bool:
    """Take out a whole line but for its comment; return whether that is possible."""
    source, edits = context.source, context.edits
    first, stop = source.statements[body[0]].first, source.statements[body[-1]].stop
    if context.code[stop] == ";":
        stop += 1
    before = edits.gap(first)
    begin = max(before.rfind("\n"), before.rfind("\r")) + 1
    if before[begin:].strip(" \t\f\ufeff") or before[:begin].rstrip("\r\n").endswith("\\"):
        return False
    comment = edits.gap(stop).lstrip(" \t\f")
    if comment and not comment.startswith("#"):
        return False
    edits.substitute(first, stop, "")
    edits.blank(stop, comment)
    if not comment:
        edits.blank(first, before[:begin])
        if context.code[stop] in NEWLINES:
            edits.replace(stop, "")
    return True


def _remove_between(context: Context, body: range, kept: set[int]) -> None:
    """Take out the statements of a line that are not kept, each with one of the semicolons beside it."""
    edits, statements = context.edits, context.source.statements
    begin = statements[body.start].first
    is_first = True
    for number in body:
        first, stop, _ = statements[number]
        if number in kept:
            if is_first and first > begin:
                edits.substitute(begin, first, "")
                edits.blank(first, "")
            is_first = False
        elif not is_first:
            edits.blank(first - 1, "")
            edits.substitute(first - 1, stop, "")
