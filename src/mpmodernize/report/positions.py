"""Findings that are left after a fix, at their places in the file as it is on disk."""

from __future__ import annotations

from dataclasses import replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from mpmodernize.report.text import source_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mpmodernize.findings import Finding


def positions_in_the_original(
    left: Sequence[Finding], found: Sequence[Finding], *, original: str, fixed: str
) -> list[Finding]:
    """Move findings from their places in `fixed` to their places in `original`.

    `left` are the findings of the fixed text, `found` those of the original text. Where one of `found` is the same
    finding (same code, on the lines that the change leads back to), its place is taken; else the line alone is.
    """
    if original == fixed or not left:
        return list(left)
    lines_of = _line_map(source_lines(original), source_lines(fixed))
    open_findings = list(found)
    moved = []
    for finding in left:
        first, last = lines_of(finding.line)
        same = [other for other in open_findings if other.code == finding.code and first <= other.line <= last]
        if same:
            match = min(same, key=lambda other: (other.message != finding.message, other.line))
            open_findings.remove(match)
            moved.append(replace(match, message=finding.message, safety=finding.safety, advice=finding.advice))
        else:
            moved.append(replace(finding, line=first, column=1, end_line=first, end_column=1))
    return sorted(moved)


def _line_map(original: list[str], fixed: list[str]) -> Callable[[int], tuple[int, int]]:
    """Make a function from a line of `fixed` to the first and last line of `original` that it comes from."""
    # Without white space around them: a line that a guard has indented is still the same line.
    ours, theirs = [line.strip() for line in original], [line.strip() for line in fixed]
    opcodes = SequenceMatcher(None, theirs, ours).get_opcodes()

    def lines_of(line: int) -> tuple[int, int]:
        for kind, start, end, first, last in opcodes:
            if start < line <= end:
                if kind == "equal":
                    return (line - start + first,) * 2
                nearest = min(first + 1, len(original))
                return nearest, max(nearest, last)
        return len(original), len(original)

    return lines_of
