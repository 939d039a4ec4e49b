"""Edits of a text by its tokens, and where a place of the new text was in the old one.

Each token has slots of its own: the blank before it, what is put before it, itself, and what is put after it. So two
conversions that meet at one token (a backtick at the end of a `print`) both take effect, in the right order.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from mpmodernize.text import Replacement

if TYPE_CHECKING:
    from mpmodernize.python2.structure import Source


class _Move(NamedTuple):
    first: int
    stop: int
    template: str
    target: int
    before: bool
    span: int
    left: str


class _Spans:
    """Replacements in the order of the text; spans that go and touch are one."""

    def __init__(self) -> None:
        self._found: list[Replacement] = []
        self._gone = self._gone_end = -1

    def add(self, start: int, end: int, text: str) -> None:
        if not text and start == self._gone_end:
            self._gone_end = end
            return
        if self._gone >= 0:
            self._found.append(Replacement(self._gone, self._gone_end, ""))
        if text:
            self._gone = self._gone_end = -1
            self._found.append(Replacement(start, end, text))
        else:
            self._gone, self._gone_end = start, end

    def all(self) -> list[Replacement]:
        if self._gone >= 0:
            self._found.append(Replacement(self._gone, self._gone_end, ""))
            self._gone = self._gone_end = -1
        return self._found


class Edits:
    """What changes in a text; nothing is carried out before `replacements`."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._gaps: dict[int, str] = {}
        self._tokens: dict[int, str] = {}
        # With each insertion goes the other end of the span it encloses: that puts nested ones in order.
        self._before: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
        self._after: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
        self._moves: list[_Move] = []
        self._settled: set[int] = set()

    def replace(self, token: int, text: str) -> None:
        """Put `text` in the place of a token, unless that is taken out with others."""
        if token not in self._settled:
            self._tokens[token] = text

    def is_replaced(self, token: int) -> bool:
        """Whether something stands in the place of a token already."""
        return token in self._tokens

    def gap(self, token: int) -> str:
        """Return the blank before a token as it will be."""
        return self._gaps[token] if token in self._gaps else self._source.gap(token)

    def targets(self) -> set[int]:
        """Return the tokens before which something is put."""
        return {*self._before, *(move.target for move in self._moves if move.before)}

    def blank(self, token: int, text: str) -> None:
        """Put `text` in the place of the blank before a token."""
        self._gaps[token] = text

    def before(self, token: int, text: str, span_stop: int | None = None) -> None:
        """Put `text` before a token; it encloses the tokens up to `span_stop`, and only itself without."""
        self._before[token].append((-(token if span_stop is None else span_stop), text))

    def after(self, token: int, text: str, span_first: int | None = None) -> None:
        """Put `text` after a token; it encloses the tokens from `span_first`, and only itself without."""
        self._after[token].append((-(token if span_first is None else span_first), text))

    def wrap(self, first: int, stop: int, opening: str, closing: str) -> None:
        """Put text around the tokens from `first` up to `stop`."""
        self.before(first, opening, stop - 1)
        self.after(stop - 1, closing, first)

    def delete(self, first: int, stop: int) -> None:
        """Take out the tokens from `first` up to `stop`, and the blanks between them; what is put around them stays."""
        self.substitute(first, stop, "")

    def substitute(self, first: int, stop: int, text: str) -> None:
        """Put `text` in the place of the tokens from `first` up to `stop`, whatever else is to become of them."""
        for token in range(first, stop):
            self._tokens[token] = ""
            self._settled.add(token)
            if token > first:
                self._gaps[token] = ""
        self._tokens[first] = text

    def move(
        self, first: int, stop: int, template: str, target: int, *, before: bool, span: int, left: str = ""
    ) -> None:
        """Take out tokens and put them, as they are once converted, into `template` before or after another token.

        `span` is the other end of what the insertion encloses; `left` is what stays in the old place.
        """
        self._moves.append(_Move(first, stop, template, target, before, span, left))

    def replacements(self) -> list[Replacement]:
        """Carry out the moves and return all edits, in the order of the text, without those that change nothing."""
        for move in self._moves:
            text = move.template.format(self._render(move.first, move.stop))
            for token in range(move.first, move.stop):
                if token in self._before:
                    del self._before[token]
                if token in self._after:
                    del self._after[token]
            self.substitute(move.first, move.stop, move.left)
            (self.before if move.before else self.after)(move.target, text, move.span)
        self._moves.clear()
        text, starts, code = self._source.text, self._source.start, self._source.code
        gaps, tokens, before, after = self._gaps, self._tokens, self._before, self._after
        found = _Spans()
        for token in sorted({*gaps, *tokens, *before, *after}):
            start = starts[token]
            if token in gaps:
                previous = starts[token - 1] + len(code[token - 1]) if token else 0
                if text[previous:start] != gaps[token]:
                    found.add(previous, start, gaps[token])
            if token in before:
                found.add(start, start, self._opening(token))
            if token in tokens and tokens[token] != code[token]:
                found.add(start, start + len(code[token]), tokens[token])
            if token in after:
                end = start + len(code[token])
                found.add(end, end, self._closing(token))
        return found.all()

    def _opening(self, token: int) -> str:
        return _joined(self._before.get(token))

    def _closing(self, token: int) -> str:
        return _joined(self._after.get(token))

    def _render(self, first: int, stop: int) -> str:
        source, code = self._source, self._source.code
        gaps, tokens, before, after = self._gaps, self._tokens, self._before, self._after
        pieces: list[str] = []
        for token in range(first, stop):
            if token > first:
                pieces.append(gaps[token] if token in gaps else source.gap(token))
            if token in before:
                pieces.append(self._opening(token))
            pieces.append(tokens[token] if token in tokens else code[token])
            if token in after:
                pieces.append(self._closing(token))
        return "".join(pieces)


def _joined(insertions: list[tuple[int, str]] | None) -> str:
    """What is inserted at one place, the wider spans outside."""
    if not insertions:
        return ""
    if len(insertions) == 1:
        return insertions[0][1]
    return "".join(text for _, text in sorted(insertions, key=_span))


def _start(replacement: Replacement) -> int:
    return replacement.start


def _span(insertion: tuple[int, str]) -> int:
    return insertion[0]


class OffsetMap:
    """From offsets in the new text to offsets in the original."""

    def __init__(self, replacements: list[Replacement]) -> None:
        self._replacements = replacements

    @cached_property
    def _places(self) -> tuple[list[int], list[tuple[int, int, int]]]:
        """Where each replacement begins in the new text; where it ends there, and its span in the original."""
        starts: list[int] = []
        spans: list[tuple[int, int, int]] = []
        shift = 0
        for start, end, text in self._replacements:
            new_start = start + shift
            starts.append(new_start)
            spans.append((new_start + len(text), start, end))
            shift += len(text) - (end - start)
        return starts, spans

    def original(self, offset: int) -> int:
        """Return where this offset of the new text was; inside a replaced span that is where the span began."""
        starts, spans = self._places
        place = bisect_right(starts, offset) - 1
        if place < 0:
            return offset
        new_end, start, end = spans[place]
        return start if offset < new_end else end + offset - new_end

    def between(self, start: int, end: int) -> list[Replacement]:
        """The replacements that lie between these offsets of the original."""
        first = bisect_left(self._replacements, start, key=_start)
        last = bisect_right(self._replacements, end, key=_start)
        return [each for each in self._replacements[first:last] if each.end <= end]

    def touches(self, start: int, end: int) -> bool:
        """Whether anything between these offsets of the original is replaced, or something put in there."""
        return any(start <= each.end and each.start <= end for each in self._replacements)


def apply(text: str, replacements: list[Replacement]) -> str:
    """Return the text with all replacements carried out."""
    if not replacements:
        return text
    pieces: list[str] = []
    done = 0
    for start, end, new in replacements:
        pieces += (text[done:start], new)
        done = end
    pieces.append(text[done:])
    return "".join(pieces)
