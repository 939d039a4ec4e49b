"""Places in a text: lines, columns and offsets, as editors, `ast` and slices count them."""

from __future__ import annotations

import keyword
import re
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Sequence

_COMMENTS = re.compile(r"(?:\s|#[^\r\n]*)*")
_LINE_END = re.compile(r"[\r\n]|$")
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$")


def split_lines(source: str) -> list[str]:
    """The lines of a text with their ends, as Python counts them (a form feed ends none)."""
    return _LINES.findall(source)


def newline_of(source: str) -> str:
    r"""The first newline of a text; `\n` where it has none."""
    found = re.search(r"\r\n|\r|\n", source)
    return found.group() if found else "\n"


class Replacement(NamedTuple):
    """`start` to `end` of a text becomes `text`."""

    start: int
    end: int
    text: str


def keep_comment_columns(source: str, replacements: Sequence[Replacement]) -> list[Replacement]:
    """The replacements, and for each line that changes its length one that keeps the column of its comment.

    Only comments that stand more than two blanks off are in a column; the blanks take up the difference, as far as
    two of them remain. Replacements come, and are returned, in the order of the text.
    """
    if "#" not in source:
        return list(replacements)
    kept: list[Replacement] = []
    difference, line_end, last = 0, -1, 0
    for replacement in [*replacements, None]:
        if replacement is None or replacement.start > line_end:
            kept += _shift_of_comment(source, last, line_end, difference)
            if replacement is None:
                break
            found = _LINE_END.search(source, replacement.start)
            line_end = found.start() if found is not None else len(source)
            difference = 0
        if "\n" in replacement.text or replacement.end > line_end:
            line_end = -1  # lines begin or end here: no column to keep
            difference = 0
        else:
            difference += len(replacement.text) - (replacement.end - replacement.start)
        last = replacement.end
        kept.append(replacement)
    return kept


def _shift_of_comment(source: str, last: int, line_end: int, difference: int) -> list[Replacement]:
    comment = source.find("#", last, line_end) if difference and line_end >= last else -1
    if comment < 0 or "'" in source[last:comment] or '"' in source[last:comment]:
        return []
    blanks = comment - len(source[last:comment].rstrip(" ")) - last
    if blanks <= 2:
        return []
    return [Replacement(comment - blanks, comment, " " * max(2, blanks - difference))]


class Text:
    """A source text in which lines and nodes of its tree have offsets (in code points, from 0)."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.lines = split_lines(source)
        self._starts = [0]
        for line in self.lines:
            self._starts.append(self._starts[-1] + len(line))

    def offset(self, line: int, column: int) -> int:
        """The offset of a line (from 1) and a column in UTF-8 bytes, which is how `ast` counts."""
        if line > len(self.lines):
            return len(self.source)
        content = self.lines[line - 1]
        if content.isascii():
            return self._starts[line - 1] + column
        return self._starts[line - 1] + len(content.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "ignore"))

    def start(self, node: ast.AST) -> int:
        """Where a node begins."""
        return self.offset(node.lineno, node.col_offset)  # type: ignore[attr-defined]

    def end(self, node: ast.AST) -> int:
        """Where a node ends."""
        return self.offset(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1, the column in characters."""
        line = min(bisect_right(self._starts, offset), max(1, len(self.lines)))
        return line, offset - self._starts[line - 1] + 1

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset as editors count them: behind the last newline a line begins."""
        if offset >= len(self.source) and self.source.endswith(("\r", "\n")):
            return len(self.lines) + 1, 1
        return self.position(offset)

    def line_up_to(self, offset: int) -> str:
        """The text of the line in front of an offset."""
        return self.source[self._starts[bisect_right(self._starts, offset) - 1] : offset]

    def end_of_line(self, offset: int) -> int:
        """Where the line of this offset ends, before its newline."""
        line, _ = self.position(offset)
        content = self.lines[line - 1] if self.lines else ""
        return self._starts[line - 1] + len(content.rstrip("\r\n"))


@lru_cache(maxsize=4)
def text_of(source: str) -> Text:
    """The places of a text, made once for all the findings that stand in it."""
    return Text(source)


def is_parenthesized(source: str, start: int, end: int) -> bool:
    """Whether a place stands in parentheses that group: not those of a call, a definition or a class."""
    opening = _last_before(source, start)
    following = _COMMENTS.match(source, end)
    if (
        source[opening : opening + 1] != "("
        or following is None
        or source[following.end() : following.end() + 1] != ")"
    ):
        return False
    before = _last_before(source, opening)
    called = re.search(r"\w*$", source[max(0, before - 40) : before + 1]) if before >= 0 else None
    word = called[0] if called is not None else ""
    return keyword.iskeyword(word) if word else source[before : before + 1] not in tuple(")]}\"'")


def _last_before(source: str, offset: int) -> int:
    """Where the last character before an offset is that is no white space; -1 if there is none."""
    offset -= 1
    while offset >= 0 and source[offset].isspace():
        offset -= 1
    return offset


def differences(old: str, new: str) -> list[Replacement]:
    """The replacements that make `new` of `old`: few and small, in the order of the text, apart from each other."""
    from difflib import SequenceMatcher

    ours, theirs = split_lines(old), split_lines(new)
    first = _common(ours, theirs)
    last = _common(ours[first:][::-1], theirs[first:][::-1])
    before = ours[:first]
    ours, theirs = ours[first : len(ours) - last], theirs[first : len(theirs) - last]
    starts = list(accumulate(map(len, ours), initial=sum(map(len, before))))
    # without white space around them: a line that is only indented is still the same line
    matcher = SequenceMatcher(None, [line.strip() for line in ours], [line.strip() for line in theirs])
    found: list[Replacement] = []
    for _, start, end, begin, stop in matcher.get_opcodes():
        pairs = [(starts[start], "".join(ours[start:end]), "".join(theirs[begin:stop]))]
        if end - start == stop - begin:
            pairs = list(zip(starts[start:end], ours[start:end], theirs[begin:stop], strict=True))
        found += [_narrowed(*pair) for pair in pairs if pair[1] != pair[2]]
    return found


def _common(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """How many items two sequences begin with together."""
    return next((i for i, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), min(len(ours), len(theirs)))


def _narrowed(start: int, old: str, new: str) -> Replacement:
    """The replacement of `old`, which begins at `start`, without what both texts begin and end with."""
    first = _common(old, new)
    last = _common(old[first:][::-1], new[first:][::-1])
    if old[first - 1 : first] == "\r" and "\n" in (old[first : first + 1], new[first : first + 1]):
        first -= 1  # between the two no editor has a place
    end = len(old) - last
    if old[end - 1 : end + 1] == "\r\n":
        last, end = last - 1, end + 1
    return Replacement(start + first, start + end, new[first : len(new) - last])


def line_map(old: str, new: str) -> Callable[[int], tuple[int, int]]:
    """Make a function from a line of `new` to the first and last line of `old` that it comes from (all from 1)."""
    from difflib import SequenceMatcher

    # without white space around them: a line that a guard has indented is still the same line
    ours, theirs = ([line.strip() for line in split_lines(text)] for text in (old, new))
    opcodes = SequenceMatcher(None, theirs, ours).get_opcodes()

    def lines_of(line: int) -> tuple[int, int]:
        for kind, start, end, first, last in opcodes:
            if start < line <= end:
                if kind == "equal":
                    return (line - start + first,) * 2
                nearest = max(1, min(first + 1, len(ours)))
                return nearest, max(nearest, last)
        return (max(1, len(ours)),) * 2

    return lines_of
