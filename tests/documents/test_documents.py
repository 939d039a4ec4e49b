"""The documents of `fixtures/documents`: what of each is code stands in `snippets.txt`, with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from docs.generate import ROOT
from mpmodernize.documents import Snippet, kind_of, take_apart
from mpmodernize.text import split_lines

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENTS = sorted((ROOT / "fixtures" / "documents").glob("*/before.*"))


def told(snippets: list[Snippet]) -> str:
    """Snippets as a reviewer reads them: each line with its line and column, behind the cell that it stands in."""
    parts = []
    for snippet in snippets:
        version = "" if snippet.source_version == "auto" else f", Python {snippet.source_version}"
        parts.append(f"{snippet.kind}, {'marked' if snippet.marked else 'not marked'}{version}\n")
        for line, place in zip(split_lines(snippet.text), snippet.places, strict=True):
            cell = f"cell {place.cell} " if place.cell is not None else ""
            parts.append(f"{cell}{place.line:3}:{place.column:<2} | {line.rstrip(chr(10))}".rstrip() + "\n")
        parts.append("\n")
    return "".join(parts) or "nothing\n"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.parent.name)
def test_the_code_in_a_document_is_found_and_nothing_else(path: Path, bless: bool) -> None:
    text = path.read_text(encoding="utf-8")
    document = take_apart(text, "docstrings" if path.suffix == ".py" else kind_of(path.name) or "notes")
    golden = path.with_name("snippets.txt")
    found = told(list(document.snippets))
    if bless:
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")
    assert document.rebuilt([snippet.text for snippet in document.snippets]) == text


def test_there_are_documents_of_every_kind() -> None:
    assert {path.suffix for path in DOCUMENTS} == {".md", ".rst", ".txt", ".ipynb", ".py"}
    assert len(DOCUMENTS) >= 15
