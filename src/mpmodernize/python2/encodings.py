"""A coding declaration that is true.

Source: PEP 263. Python 2.7 refuses a file with other bytes than ASCII and no declaration, never checks that a file
declared UTF-8 is UTF-8, and decodes only the files that declare something else; Python 3 decodes every file.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, NamedTuple

from mpmodernize.python2.structure import is_string
from mpmodernize.text import Replacement, newline_of, split_lines

if TYPE_CHECKING:
    from mpmodernize.files.decode import Misread
    from mpmodernize.python2.context import Context

_DECLARATION = re.compile(r"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)
_NO_CODE = re.compile(r"[ \t\f]*(?:#.*)?$")
_LINE = re.compile(r"[^\r\n]*")
_WRITTEN = {"iso-8859-1": "latin-1"}

_UNKNOWN = "`{}` is no encoding that Python knows"
_READ_AS = "{}; the file is read as {}"


class Declaration(NamedTuple):
    """The name of the encoding in a coding declaration, and where it stands."""

    name: str
    start: int
    end: int


def declaration(text: str) -> Declaration | None:
    """The coding declaration of a text, in a comment on one of the first two lines."""
    start = 0
    for _ in range(2):
        line = _LINE.match(text, start)
        assert line is not None  # it matches nothing, if there is no more
        found = _DECLARATION.match(line[0])
        if found:
            return Declaration(found[1], start + found.start(1), start + found.end(1))
        if not _NO_CODE.match(line[0]):
            break
        start = line.end() + (2 if text.startswith("\r\n", line.end()) else 1)
    return None


class Correction(NamedTuple):
    """What makes a declaration true."""

    replacement: Replacement
    start: int
    end: int
    message: str
    certain: bool


def correct(text: str, misread: Misread | None) -> Correction | None:
    """Declare the encoding in which a file was read, or UTF-8 for a text that declares one which does not exist."""
    if misread is None and "coding" not in text[:400]:
        return None
    declared = declaration(text)
    if misread is None:
        if declared is None or _is_known(declared.name):
            return None
        message = _READ_AS.format(_UNKNOWN.format(declared.name), "utf-8")
        return Correction(Replacement(*declared[1:], "utf-8"), *declared[1:], message, certain=True)
    name = _WRITTEN.get(misread.encoding, misread.encoding)
    message = _READ_AS.format(misread.message, name)
    if declared is not None:
        return Correction(Replacement(*declared[1:], name), *declared[1:], message, misread.certain)
    start = _offset_of(text, misread.line)
    end = start + len(_LINE.match(text, start)[0])  # type: ignore[index]
    place = _offset_of(text, 2) if text.startswith("#!") else 0
    new = f"# -*- coding: {name} -*-{newline_of(text)}"
    if place and text[place - 1] not in "\r\n":
        new = newline_of(text) + new
    return Correction(Replacement(place, place, new), start, end, message, misread.certain)


def merge(replacements: list[Replacement], correction: Replacement) -> list[Replacement]:
    """Carry out a correction together with the edits, of which the first may lie around it."""
    start, end, text = correction
    for number, each in enumerate(replacements):
        if each.start > start:
            return [*replacements[:number], correction, *replacements[number:]]
        if each.end > end:
            # White space around the comments at the head of the file: they are still in it.
            new = each.text[: start - each.start] + text + each.text[end - each.start :]
            return [*replacements[:number], Replacement(each.start, each.end, new), *replacements[number + 1 :]]
    return [*replacements, correction]


def spell_utf8(context: Context, encoding: str) -> None:
    """Write by escapes what is UTF-8 in the strings of a file that as a whole is not.

    Its bytes can't be text in both encodings; so the text of these strings is what it was meant to be.
    """
    for index, token in enumerate(context.code):
        if token.isascii() or not is_string(token) or context.edits.is_replaced(index):
            continue
        prefix = token[: token.find(token[-1])].lower()
        if prefix not in {"", "u"}:
            continue
        try:
            meant = token.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        context.edits.replace(index, meant.encode("ascii", "backslashreplace").decode("ascii"))


def _offset_of(text: str, line: int) -> int:
    """Where a line (from 1) begins."""
    return sum(map(len, split_lines(text)[: line - 1]))


def _is_known(name: str) -> bool:
    try:
        codecs.lookup(name)
    except (LookupError, ValueError):
        return (
            re.match(r"utf-?8(-|$)|(latin-1|iso-8859-1|iso-latin-1)(-|$)", name.lower().replace("_", "-")) is not None
        )
    return True
