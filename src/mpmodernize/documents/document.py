"""What a document is to the rest of the program: pieces of code, and a way to put changed ones back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from mpmodernize.records import Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mpmodernize.settings import SourceVersion


class DocumentError(Exception):
    """A text isn't a document of its kind."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        """The line that shows it, from 1."""
        self.message = message


class Place(Record):
    """Where a line of a snippet stands in its document."""

    line: int
    """The line of the document, from 1; in a notebook the line of the cell."""
    column: int = 0
    """Characters of that line which belong to the document: indentation, a prompt, the mark of a quotation."""
    cell: int | None = None
    """The number of the notebook's cell, from 1; those with prose count too."""


class Snippet(Record, eq=False):
    """A piece of code in a document."""

    text: str
    """The code as a file of its own would hold it: without what the document puts around it."""
    places: Sequence[Place]
    """For each line of the text, where it stands in the document."""
    kind: Literal["script", "session", "cell"] = "script"
    """A `session` was typed at a prompt, a `cell` belongs to a notebook: both run line after line, never imported."""
    source_version: SourceVersion = "auto"
    """What the document says it is written in, as with a fence marked `python2`; `"auto"` where it doesn't say."""
    marked: bool = True
    """Whether the document says that this is Python; else it was taken because it reads as Python."""


class Document(Protocol):
    """A document that has been taken apart."""

    @property
    def snippets(self) -> Sequence[Snippet]:
        """The pieces of code, in their order."""

    def rebuilt(self, texts: Sequence[str]) -> str:
        """The document with these texts in place of those of its snippets; whatever has not changed keeps its bytes."""
