"""Logical lines: the lines of a text that brackets, strings and backslashes join."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_STEP = re.compile(
    r"(?P<comment>#[^\r\n]*)"
    r"|(?P<triple>\"\"\"|''')"
    r"|(?P<string>\"(?:[^\"\\\r\n]|\\(?:\r\n|.))*\"|'(?:[^'\\\r\n]|\\(?:\r\n|.))*')"
    r"|(?P<broken>[\"'])"
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])"
    r"|(?P<joined>\\(?=[ \t]*[\r\n]|$))",
    re.DOTALL,
)
_ENDS = {quote: re.compile(rf"(?:[^\\]|\\.)*?{quote}", re.DOTALL) for quote in ('"""', "'''")}
LONGEST = 400
"""Lines; more than any list has that somebody writes into a page."""


def end_of_logical_line(lines: Sequence[str], start: int, longest: int = LONGEST) -> int | None:
    """The index behind the last line of the logical line that begins at `start`.

    `None` if no code begins there: a bracket is never closed (not within the longest logical line) or never opened, a
    string doesn't end.
    """
    depth = 0
    quote = ""
    for index in range(start, min(len(lines), start + longest)):
        line, at, joined = lines[index], 0, False
        while at < len(line):
            if quote:
                closed = _ENDS[quote].match(line, at)
                if closed is None:
                    break
                at, quote = closed.end(), ""
                continue
            found = _STEP.search(line, at)
            if found is None or found.lastgroup == "comment":
                break
            at = found.end()
            if found.lastgroup == "broken":
                return None
            if found.lastgroup == "triple":
                quote = found.group()
            elif found.lastgroup == "open":
                depth += 1
            elif found.lastgroup == "close":
                depth -= 1
                if depth < 0:
                    return None
            elif found.lastgroup == "joined":
                joined = True
        if not (quote or depth or joined):
            return index + 1
    return None


def logical_lines(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The first line and the one behind the last of each logical line; a line that is none stands for itself."""
    start = 0
    while start < len(lines):
        end = end_of_logical_line(lines, start) or start + 1
        yield start, end
        start = end
