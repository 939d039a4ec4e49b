"""Findings that are left after a fix, at their places in the file as it is on disk."""

from __future__ import annotations

from dataclasses import replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from mpmodernize.text import line_map, split_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mpmodernize.findings import Finding

_LONG_LINES = 4_000_000
"""Lines of data as long as that are not compared: the time grows with the product of their lengths."""


def positions_in_the_original(
    left: Sequence[Finding], found: Sequence[Finding], *, original: str, fixed: str
) -> list[Finding]:
    """Move findings from their places in `fixed` to their places in `original`.

    `left` are the findings of the fixed text, `found` those of the original text. Where one of `found` is the same
    finding (same code, on the lines that the change leads back to), its place is taken, and of several the one that
    stands where the characters of the line lead back to; else the line alone is.
    """
    if original == fixed or not left:
        return list(left)
    lines_of = line_map(original, fixed)
    old_lines, new_lines = split_lines(original), split_lines(fixed)
    open_findings = list(found)
    moved = []
    for finding in left:
        first, last = lines_of(finding.line)
        same = [other for other in open_findings if other.code == finding.code and first <= other.line <= last]
        if not same:
            moved.append(replace(finding, line=first, column=1, end_line=first, end_column=1, edits=()))
            continue
        match = same[0]
        if len(same) > 1:
            line, column = _line(new_lines, finding.line), finding.column
            far = {other: abs(other.column - _column_in(_line(old_lines, other.line), line, column)) for other in same}
            match = min(same, key=lambda other: (other.message != finding.message, other.line, far[other]))
        open_findings.remove(match)
        edits = match.edits if match.safety is finding.safety else ()
        moved.append(replace(match, message=finding.message, safety=finding.safety, advice=finding.advice, edits=edits))
    return sorted(moved)


def _line(lines: Sequence[str], number: int) -> str:
    return lines[number - 1] if number <= len(lines) else ""


def _column_in(old: str, new: str, column: int) -> int:
    """The column of the old line that a column of the new one comes from."""
    if len(old) * len(new) > _LONG_LINES:
        return column
    for block in reversed(SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()):
        if block.b < column:
            return block.a + min(column - block.b, block.size + 1)
    return 1
