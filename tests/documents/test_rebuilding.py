"""What was taken apart is put together again: exactly where nothing changed, and in its layout where something did."""

from __future__ import annotations

from random import Random
from typing import get_args

import pytest

from mpmodernize.documents import Kind, take_apart
from mpmodernize.text import newline_of, split_lines
from tests.documents.generated import document

KINDS: tuple[Kind, ...] = get_args(Kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_of_which_nothing_changes_keeps_its_bytes(kind: Kind) -> None:
    found = 0
    for seed in range(400):
        text = document(kind, _random(seed))
        taken = take_apart(text, kind)
        assert taken.rebuilt([snippet.text for snippet in taken.snippets]) == text, seed
        found += len(taken.snippets)
    assert found > 200


@pytest.mark.parametrize("kind", KINDS)
def test_the_places_of_a_snippet_hold_its_lines(kind: Kind) -> None:
    for seed in range(200):
        text = document(kind, _random(seed))
        lines = split_lines(text.removeprefix("\ufeff"))
        for snippet in take_apart(text, kind).snippets:
            texts = split_lines(snippet.text)
            assert len(texts) == len(snippet.places)
            if kind != "notebook":
                for line, place in zip(texts, snippet.places, strict=True):
                    assert lines[place.line - 1].endswith(line.lstrip(" ")), seed


@pytest.mark.parametrize("kind", KINDS)
def test_changed_code_is_found_again_where_it_was_put(kind: Kind) -> None:
    for seed in range(400):
        text = document(kind, _random(seed))
        taken = take_apart(text, kind)
        changed = [_changed(snippet.text, newline_of(text)) for snippet in taken.snippets]
        again = take_apart(taken.rebuilt(changed), kind)
        # A tab that spans the margin of a list may come back as blanks.
        assert [each.text.expandtabs(4) for each in again.snippets] == [each.expandtabs(4) for each in changed], seed
        if "\t" not in text:
            assert again.rebuilt([snippet.text for snippet in taken.snippets]) == text, seed


def _random(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - the same document for the same seed is the point


def _changed(text: str, newline: str) -> str:
    """The code with an import in front and, if that is no magic, another last line."""
    if "# ipython: " in text:
        return f"import added{newline}{text}"
    if not text.endswith(("\n", "\r")):
        return f"import added{newline}{text}  # new"
    return f"import added{newline}{text.rstrip()}  # new{text[len(text.rstrip()) :]}"
