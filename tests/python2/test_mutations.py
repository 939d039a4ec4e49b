"""Damaged text: whatever is cut out of a file, or put in between, the conversion ends, and ends for good."""

from __future__ import annotations

import random
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mpmodernize.files.decode import decode
from mpmodernize.python2 import convert
from mpmodernize.python2.lexer import lex

if TYPE_CHECKING:
    from mpmodernize.python2.conversion import SourceVersion

FILES = sorted((Path(__file__).parents[2] / "fixtures" / "trees").glob("*.py"))
WORDS = [
    "`", "(", ")", "[", "]", "{", "}", ":", ";", ",", "=", ".", "*", "**", "-", "<>", ">>", "@", "lambda", "for", "in",
    "if", "else", "yield", "async", "True", "False", "None", "print", "exec", "raise", "except", "def", "class",
    "import", "from", "as", "with", "global", "del", "not", "and", "0777", "1L", "3j", "ur'\\u1234'", "b'é'",
    "'", '"""', "\n",
    "\n    ", "\n\t", "\\\n", "\f", "\r", "#",
]  # fmt: skip


def damaged(text: str, chance: random.Random) -> str:
    """A piece of a text with a few tokens taken out, put in or changed."""
    pairs = lex(text)
    start = chance.randrange(len(pairs))
    piece = pairs[start : start + chance.randint(5, 200)]
    for _ in range(chance.randint(0, 6)):
        place, what = chance.randrange(len(piece)), chance.random()
        if what < 0.4:
            piece.insert(place, (" ", chance.choice(WORDS)))
        elif what < 0.7 and len(piece) > 1:
            del piece[place]
        else:
            piece[place] = (piece[place][0], chance.choice(WORDS))
    return "".join(blank + token for blank, token in piece)


def compiles(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<damaged>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


@pytest.mark.parametrize("version", ["2", "auto"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.stem))
def test_damaged_text_comes_out_and_what_compiles_then_stays(path: Path, version: SourceVersion) -> None:
    chance = random.Random(path.stem)  # noqa: S311 (the same in every run)
    text = decode(path.read_bytes()).text
    for _ in range(400):
        source = damaged(text, chance)
        conversion = convert(source, version)
        places = [conversion.original_offset(place) for place in range(0, len(conversion.source), 7)]
        assert places == sorted(places), source
        if compiles(conversion.source):
            assert convert(conversion.source, version).source == conversion.source, source
