"""The doctests in the docstrings of a Python file, which can be Python 2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.documents.sessions import session
from mpmodernize.python2.structure import Source, is_string
from mpmodernize.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mpmodernize.documents.lines import CodeLine, Piece


def find(lines: Sequence[CodeLine]) -> Iterator[Piece]:
    """The sessions in the strings that stand as statements, a session for each string."""
    text = "".join(line.text for line in lines)
    if ">>>" not in text:
        return
    places = Text(text)
    for start, end in _strings(text):
        if ">>>" not in text[start:end] or _is_escaped(text[start:end]):
            continue
        first, _ = places.position(start)
        last, _ = places.position(end - 1)
        # The quotes stand on the first and the last line: no code is on them, but for that of a one-line session.
        piece = session(lines[first : last - 1])
        if piece is not None:
            yield piece


def _is_escaped(literal: str) -> bool:
    """Whether the text of a string isn't what stands in the file: then its lines are not the code that doctest runs."""
    return "\\" in literal and "r" not in literal[:3].partition(literal[-1])[0].lower()


def _strings(text: str) -> Iterator[tuple[int, int]]:
    source = Source(text)
    for first, stop, _ in source.statements:
        if stop > first and all(is_string(token) for token in source.code[first:stop]):
            yield source.start[first], source.end(stop - 1)
