"""Code where it lives in documents: Markdown, reStructuredText, docstrings, notebooks and plain notes.

`take_apart` finds the pieces of code in a text; the document it returns can be put together again with changed ones.
A piece that its document marks as Python is taken as it stands. One without a mark is taken where it is plainly Python.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mpmodernize.documents.document import Document, DocumentError, Place, Snippet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mpmodernize.documents.lines import CodeLine, Piece

    Finder = Callable[[Sequence[CodeLine]], Iterator[Piece]]

__all__ = ["Document", "DocumentError", "Kind", "Place", "Snippet", "kind_of", "take_apart"]

Kind = Literal["markdown", "restructuredtext", "notebook", "notes", "docstrings"]

_BY_ENDING: dict[str, Kind] = {
    "ipynb": "notebook",
    "markdown": "markdown",
    "md": "markdown",
    "mdown": "markdown",
    "mkd": "markdown",
    "qmd": "markdown",
    "rest": "restructuredtext",
    "rst": "restructuredtext",
    "text": "notes",
    "txt": "notes",
}


def kind_of(filename: str) -> Kind | None:
    """What kind of document a file is by the ending of its name; `None` if that names no kind.

    Never `"docstrings"`: the doctests in the docstrings of a Python file are taken out on request only.
    """
    _, dot, ending = filename.rpartition(".")
    return _BY_ENDING.get(ending.lower()) if dot else None


def take_apart(text: str, kind: Kind) -> Document:
    """Find the pieces of code in a document.

    Raises `DocumentError` if the text isn't a document of this kind, which only a notebook can fail to be.
    """
    if kind == "notebook":
        from mpmodernize.documents.notebook import Notebook

        return Notebook(text)
    from mpmodernize.documents.lines import LinesDocument, lines_of

    return LinesDocument(text, _finder(kind)(lines_of(text)))


def _finder(kind: Kind) -> Finder:
    if kind == "markdown":
        from mpmodernize.documents import markdown

        return markdown.find
    if kind == "restructuredtext":
        from mpmodernize.documents import restructuredtext

        return restructuredtext.find
    if kind == "docstrings":
        from mpmodernize.documents import docstrings

        return docstrings.find
    from mpmodernize.documents import notes

    return notes.find
