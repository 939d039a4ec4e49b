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
    from mpmodernize.python2.structure import Line, Source

_TABS = (
    "tabs and spaces are mixed: Python 2 lets a tab go to the next multiple of eight, Python 3 refuses to read the file"
)


def convert_indentation(context: Context) -> None:
    """Indent with spaces only, in a file whose indentation Python 3 refuses."""
    refused = context.first_refused_line
    if refused is None:
        return
    place = refused.first
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


def first_refused_line(source: Source) -> Line | None:
    """Return the first line whose indentation Python 3 refuses."""
    if "\t" not in source.text:
        return None
    stack = [(0, 0)]
    for line in source.lines:
        column, tabless = line.column, line.tabless
        if column > stack[-1][0]:
            if tabless <= stack[-1][1]:
                return line
            stack.append((column, tabless))
            continue
        while column < stack[-1][0]:
            stack.pop()
        if tabless != stack[-1][1]:
            return line
    return None
