"""Documents that are made of lines, and the lines of code in them."""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from mpmodernize.documents.document import Place, Snippet
from mpmodernize.records import Record
from mpmodernize.text import newline_of, split_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mpmodernize.settings import SourceVersion


class CodeLine(NamedTuple):
    """A line of code in a document."""

    number: int
    """The line of the document, from 0."""
    prefix: str
    """What the document puts in front: where a line is written anew, this stands before it."""
    text: str
    """The code, with the end of the line."""

    @property
    def is_blank(self) -> bool:
        """Whether there is no code on the line."""
        return not self.text.strip()

    @property
    def indentation(self) -> str:
        """The white space before the code."""
        return self.text[: len(self.text) - len(self.text.lstrip(" \t"))]

    def cut(self, length: int) -> CodeLine:
        """The line with that many characters more in its prefix."""
        return CodeLine(self.number, self.prefix + self.text[:length], self.text[length:])


class Piece(Record):
    """The lines of one snippet. The lines of a script follow one another; those of a session have output between."""

    lines: Sequence[CodeLine]
    kind: Literal["script", "session", "cell"] = "script"
    source_version: SourceVersion = "auto"
    marked: bool = True
    end: int = 0
    """The line of the document behind a session with its last output."""

    @cached_property
    def text(self) -> str:
        """The code."""
        return "".join(line.text for line in self.lines)


class LinesDocument:
    """A document whose pieces of code are whole lines."""

    def __init__(self, text: str, pieces: Iterable[Piece]) -> None:
        body = text.removeprefix("\ufeff")
        self._bom = text[: len(text) - len(body)]
        self._lines = split_lines(body)
        self._newline = newline_of(text)
        self._pieces = sorted((piece for piece in pieces if piece.text.strip()), key=lambda piece: piece.lines[0])
        self.snippets: Sequence[Snippet] = [
            Snippet(
                piece.text,
                [Place(line.number + 1, len(self._lines[line.number]) - len(line.text)) for line in piece.lines],
                piece.kind,
                piece.source_version,
                piece.marked,
            )
            for piece in self._pieces
        ]

    def rebuilt(self, texts: Sequence[str]) -> str:
        """The document with these texts in place of those of its snippets; whatever has not changed keeps its bytes."""
        lines = list(self._lines)
        for piece, text in zip(self._pieces, texts, strict=True):
            if text == piece.text:
                continue
            ended = self._ended(text, piece.lines[-1])
            if piece.kind == "session":
                from mpmodernize.documents.sessions import put_session

                put_session(lines, piece, ended)
            else:
                put(lines, piece.lines, split_lines(ended))
        return self._bom + "".join(lines)

    def _ended(self, text: str, last: CodeLine) -> str:
        """The text with a newline at its end where the document has one there."""
        if not last.text.endswith(("\n", "\r")):
            return text.removesuffix("\n").removesuffix("\r")
        return text if text.endswith(("\n", "\r")) or not text else text + self._newline


def lines_of(text: str) -> list[CodeLine]:
    """All lines of a text. A byte order mark is no part of the first one."""
    return [CodeLine(number, "", line) for number, line in enumerate(split_lines(text.removeprefix("\ufeff")))]


def put(lines: list[str], old: Sequence[CodeLine], new: Sequence[str], prefix: str | None = None) -> None:
    """Write new lines of code in the place of old ones, which follow one another.

    Lines that stay keep their bytes. One that is new is written with `prefix`, or with the prefix of the line of code
    that it replaces or stands next to.
    """
    texts = [line.text for line in old]
    for tag, first, stop, begin, end in SequenceMatcher(None, texts, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        pairs = min(stop - first, end - begin)
        written = [
            _prefixed(_prefix_near(old, first + k) if k < pairs or prefix is None else prefix, line)
            for k, line in enumerate(new[begin:end])
        ]
        for place, line in enumerate(old[first:stop]):
            lines[line.number] = written[place] if place < pairs else ""
        if pairs:
            lines[old[first + pairs - 1].number] += "".join(written[pairs:])
        elif first < len(old):
            lines[old[first].number] = "".join(written) + lines[old[first].number]
        else:
            lines[old[-1].number] += "".join(written)


def _prefix_near(lines: Sequence[CodeLine], index: int) -> str:
    """The prefix of the line of code that is nearest to an index, those before it first."""
    places = [*range(min(index, len(lines) - 1), -1, -1), *range(index + 1, len(lines))]
    return next((lines[place].prefix for place in places if not lines[place].is_blank), lines[0].prefix)


def _prefixed(prefix: str, line: str) -> str:
    if not line.strip():
        return prefix.rstrip(" \t") + line
    return prefix + line


def dedented(lines: Sequence[CodeLine]) -> list[CodeLine]:
    """The lines without the indentation that all of them have."""
    margins = [line.indentation for line in lines if not line.is_blank]
    if not margins or "" in margins:
        return list(lines)
    least = min(margins, key=len)
    if all(margin.startswith(least) for margin in margins):
        return [line.cut(min(len(least), len(line.indentation))) for line in lines]
    return dedented_to(lines, min(map(width, margins)))


def dedented_to(lines: Sequence[CodeLine], column: int) -> list[CodeLine]:
    """The lines without their white space up to a column. A tab that goes further leaves blanks behind."""
    return [_dedented_to(line, column) for line in lines]


def _dedented_to(line: CodeLine, column: int) -> CodeLine:
    at = 0
    for length, character in enumerate(line.indentation):
        if at == column:
            return line.cut(length)
        following = at // 8 * 8 + 8 if character == "\t" else at + 1
        if following > column:
            blanks = " " * (following - column)
            return CodeLine(
                line.number, line.prefix + line.text[:length] + " " * (column - at), blanks + line.text[length + 1 :]
            )
        at = following
    return line.cut(len(line.indentation))


def width(indentation: str) -> int:
    """The column behind white space: a tab goes to the next multiple of eight."""
    return len(indentation.expandtabs(8))
