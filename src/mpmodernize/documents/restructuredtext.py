"""Code in reStructuredText: directives for code, literal blocks behind `::`, and doctest blocks.

The lines are read as docutils reads them (*reStructuredText Markup Specification*: a block ends where the indentation
does), but no document is built: directives of any extension can stand in it, and every byte has to be found again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mpmodernize.documents.labels import Language, first_word, language_of, marked, trimmed, unmarked
from mpmodernize.documents.lines import CodeLine, Piece, width
from mpmodernize.documents.reading import names_bound_in
from mpmodernize.documents.sessions import session

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DIRECTIVE = re.compile(r"\.\.[ \t]+(?:\|[^|]+\|[ \t]+)?([\w:.+-]+?)[ \t]?::(?:[ \t]+(.*))?$")
_COMMENT = re.compile(r"\.\.(?:[ \t]+(?!\[|_)|$)")
_OPTION = re.compile(r"[ \t]*:[\w-]+:(?:[ \t]|$)")
_ITEM = re.compile(r"(?:[-*+\u2022]|\(?(?:\w|\d+|#)[.)])[ \t]+")
_CODE_DIRECTIVES = frozenset({"code-block", "code", "sourcecode", "highlight-code", "prompt"})
_PYTHON_DIRECTIVES = {
    "doctest": Language(kind="session"),
    "testcode": Language(),
    "testsetup": Language(),
    "testcleanup": Language(),
    "ipython": Language(must_read=True),
    "jupyter-execute": Language(kind="cell", must_read=True),
    "jupyter-input": Language(kind="cell", must_read=True),
    "plot": Language(must_read=True),
}
# What stands in them is text of another kind.
_OPAQUE = frozenset(
    (
        "raw math parsed-literal productionlist graphviz digraph csv-table table-data literalinclude include mermaid "
        "testoutput jupyter-output todo-code uml plantuml blockdiag"
    ).split()
)
_PYTHON_HIGHLIGHTS = frozenset(
    {"default", "none-python", "python", "python3", "python2", "pycon", "pycon3", "py", "py3"}
)


class _Reader:
    """One pass over the lines of a document."""

    def __init__(self, lines: Sequence[CodeLine]) -> None:
        self.lines = lines
        self.waiting: list[Sequence[CodeLine]] = []
        self.known: set[str] = set()
        self.literals_are_python = True

    def pieces(self) -> Iterator[Piece]:
        """The pieces of code, last those that only the names of others tell."""
        index = 0
        while index < len(self.lines):
            piece, index = self._next(index)
            if piece is not None:
                self.known |= names_bound_in(piece.text)
                yield piece
        for block in self.waiting:
            piece = unmarked(block, frozenset(self.known))
            if piece is not None:
                yield piece

    def _next(self, index: int) -> tuple[Piece | None, int]:
        """What begins on a line, and the line behind it."""
        text = self.lines[index].text.strip()
        if not text:
            return None, index + 1
        directive = _DIRECTIVE.match(text)
        if directive is not None:
            return self._directive(index, directive[1].rpartition(":")[2].lower(), (directive[2] or "").strip())
        if _COMMENT.match(text):
            return None, self._end(index, self._margin(index))
        if text.startswith(">>>"):
            return self._doctest(index)
        if text.endswith("::"):
            return self._literal(index)
        return None, index + 1

    def _margin(self, index: int) -> int:
        return width(self.lines[index].indentation)

    def _end(self, index: int, margin: int) -> int:
        """The line behind all those after this one that are blank or indented further."""
        end = index + 1
        for following in range(index + 1, len(self.lines)):
            if self.lines[following].is_blank:
                continue
            if self._margin(following) <= margin:
                break
            end = following + 1
        return end

    def _directive(self, index: int, name: str, argument: str) -> tuple[Piece | None, int]:
        end = self._end(index, self._margin(index))
        if name == "highlight":
            self.literals_are_python = argument.lower() in _PYTHON_HIGHLIGHTS
        language = _PYTHON_DIRECTIVES.get(name)
        if name in _CODE_DIRECTIVES:
            language = language_of(first_word(argument))
            if not argument:
                return self._unmarked(self._content(index, end)), end
        if language is not None:
            return marked(self._content(index, end), language), end
        if name in _CODE_DIRECTIVES or name in _OPAQUE:
            return None, end
        return None, index + 1  # its content is reStructuredText

    def _content(self, index: int, end: int) -> Sequence[CodeLine]:
        """The lines of a directive behind its options."""
        first = index + 1
        while first < end and _OPTION.match(self.lines[first].text):
            first += 1
        return trimmed(self.lines[first:end])

    def _literal(self, index: int) -> tuple[Piece | None, int]:
        """The literal block behind a paragraph that ends with `::`."""
        line = self.lines[index]
        item = _ITEM.match(line.text.lstrip(" \t"))
        margin = self._margin(index) + (item.end() if item is not None else 0)
        end = self._end(index, margin)
        # Behind `::` stands a blank line; else the text was no end of a paragraph, or it is a definition.
        if end > index + 1 and not self.lines[index + 1].is_blank:
            return None, index + 1
        block = trimmed(self.lines[index + 1 : end])
        return (self._unmarked(block) if block else None), end

    def _unmarked(self, block: Sequence[CodeLine]) -> Piece | None:
        if not self.literals_are_python:
            return None
        piece = unmarked(block)
        if piece is None:
            self.waiting.append(block)
        return piece

    def _doctest(self, index: int) -> tuple[Piece | None, int]:
        """The doctest block that begins on a line, with those that follow it behind blank lines."""
        margin = self._margin(index)
        end = index
        while end < len(self.lines) and self._margin(end) >= margin and not self.lines[end].is_blank:
            end += 1
            following = end
            while following < len(self.lines) and self.lines[following].is_blank:
                following += 1
            if (
                following < len(self.lines)
                and self._margin(following) == margin
                and self.lines[following].text.lstrip().startswith(">>>")
            ):
                end = following
        return session(self.lines[index:end]), max(end, index + 1)


def find(lines: Sequence[CodeLine]) -> Iterator[Piece]:
    """The pieces of code in these lines."""
    return _Reader(lines).pieces()
