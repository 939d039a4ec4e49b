"""What the mark of a block of code says about its language.

Sources: the info strings of CommonMark, the attributes of Pandoc, the directives of MyST, the names that highlight.js,
Pygments and GitHub's Linguist have for Python, and the directives of Sphinx and its extensions.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from mpmodernize.documents.lines import Piece, dedented
from mpmodernize.documents.reading import is_plainly_python, read
from mpmodernize.documents.sessions import has_prompt, session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mpmodernize.documents.lines import CodeLine
    from mpmodernize.settings import SourceVersion


class Language(NamedTuple):
    """What a mark says."""

    source_version: SourceVersion = "auto"
    kind: Literal["script", "session", "cell"] = "script"
    must_read: bool = False
    """Whether the mark promises less than Python, as those of IPython do: only what reads as Python is taken."""


LANGUAGES: dict[str, Language] = {
    "python": Language(),
    "py": Language(),
    "python2": Language("2"),
    "py2": Language("2"),
    "python3": Language("3"),
    "py3": Language("3"),
    "pycon": Language(kind="session"),
    "pycon2": Language("2", "session"),
    "pycon3": Language("3", "session"),
    "python-console": Language(kind="session"),
    "python-repl": Language(kind="session"),
    "doctest": Language(kind="session"),
    "ipython": Language(must_read=True),
    "ipython2": Language("2", must_read=True),
    "ipython3": Language("3", must_read=True),
    "ipythonconsole": Language(kind="session"),
}

_WORD = re.compile(r"[\w.+#-]+")
_VERSIONED = re.compile(r"py(?:thon)?-?([23])(?:\.\d+)*")


def language_of(name: str) -> Language | None:
    """The language of this name, as `python`, `Py`, `python2.7` or `pycon`; `None` if it isn't Python."""
    name = name.lower()
    versioned = _VERSIONED.fullmatch(name)
    return LANGUAGES.get("python" + versioned[1] if versioned else name)


def first_word(label: str) -> str:
    """The name of the language in an info string: `python` of `python title="x"`, `Python,ignore`, `py{1,3}`."""
    found = _WORD.match(label.strip().lstrip("."))
    return found.group() if found else ""


def marked(lines: Sequence[CodeLine], language: Language) -> Piece | None:
    """The piece of code in a block that is marked as Python: a script, or a session if it shows one."""
    lines = trimmed(dedented(lines))
    text = "".join(line.text for line in lines)
    if language.kind == "session":
        return session(lines, source_version=language.source_version)
    if (language.must_read or has_prompt(lines)) and read(text) is None:
        return session(lines, source_version=language.source_version) if has_prompt(lines) else None
    return Piece(lines, language.kind, language.source_version) if lines else None


def unmarked(lines: Sequence[CodeLine], known: frozenset[str] = frozenset()) -> Piece | None:
    """The piece of code in a block without a mark, if it is plainly Python."""
    lines = trimmed(dedented(lines))
    if has_prompt(lines):
        return session(lines, marked=False)
    text = "".join(line.text for line in lines)
    return Piece(lines, marked=False) if is_plainly_python(text, known) else None


def trimmed(lines: Sequence[CodeLine]) -> Sequence[CodeLine]:
    """The lines without the blank ones at both ends."""
    first, stop = 0, len(lines)
    while first < stop and lines[first].is_blank:
        first += 1
    while stop > first and lines[stop - 1].is_blank:
        stop -= 1
    return lines[first:stop]
