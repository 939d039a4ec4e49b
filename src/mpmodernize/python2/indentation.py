"""Tabs and spaces mixed in a way that Python 3 refuses.

Python 2 lets a tab go to the next multiple of eight. Python 3 counts each line twice, with tabs to eight and with tabs
as one blank, and refuses the file where the two disagree about which of two lines is indented further (`TabError`).

Sources: *Indentation* in both language references, `tok_get` in CPython's `tokenizer.c`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.python2.lexer import NEWLINES
from mpmodernize.python2.structure import indentation

if TYPE_CHECKING:
    from mpmodernize.python2.context import Context

_TABS = (
    "tabs and spaces are mixed: Python 2 lets a tab go to the next multiple of eight, Python 3 refuses to read the file"
)


def convert_indentation(context: Context) -> None:
    """Indent with spaces only, in a file whose indentation Python 3 refuses."""
    if "\t" not in context.source.text:
        return
    place = _first_refused(context)
    if place is None:
        return
    context.found("MP111", place, place + 1, _TABS)
    for token in range(len(context.code)):
        gap = context.source.gap(token)
        if "\t" not in gap:
            continue
        pieces = gap.splitlines(keepends=True)
        fresh = token == 0 or context.code[token - 1] in NEWLINES
        for place, piece in enumerate(pieces):
            if place or fresh:
                pieces[place] = _expand(piece)
        context.edits.blank(token, "".join(pieces))


def _expand(line: str) -> str:
    content = line.lstrip(" \t")
    column, _ = indentation(line[: len(line) - len(content)])
    return " " * column + content


def _first_refused(context: Context) -> int | None:
    """Return the first token of the first line whose indentation Python 3 refuses."""
    stack = [(0, 0)]
    for line in context.source.lines:
        column, tabless = line.column, line.tabless
        if column > stack[-1][0]:
            if tabless <= stack[-1][1]:
                return line.first
            stack.append((column, tabless))
            continue
        while column < stack[-1][0]:
            stack.pop()
        if tabless != stack[-1][1]:
            return line.first
    return None
