"""Findings that are left after a fix, at their places in the file as it is on disk."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mpmodernize.text import line_map

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    lines_of = line_map(original, fixed)
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
