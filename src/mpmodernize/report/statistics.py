"""How often each rule spoke, as ruff tells it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from mpmodernize.findings import Safety
from mpmodernize.report.terminal import paint

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mpmodernize.findings import Finding

FORMATS = ("full", "concise", "json")
"""The output formats that have them."""


def counted(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """A row for each rule, the most frequent first; `fixable` where all its findings have a safe fix."""
    findings = list(findings)
    fixable = Counter(finding.code for finding in findings if finding.safety is Safety.SAFE)
    counts = Counter((finding.code, finding.name) for finding in findings)
    return [
        {
            "code": code,
            "name": name,
            "count": count,
            "fixable": fixable[code] == count,
            "fixable_count": fixable[code],
        }
        for (code, name), count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]


def table(findings: Iterable[Finding], *, colour: bool = False) -> str:
    """A line for each rule: `[*]` where all its findings have a safe fix, `[-]` where some have."""
    rows = counted(findings)
    widest = max((len(str(row["count"])) for row in rows), default=0)
    any_fixable = any(row["fixable_count"] for row in rows)
    lines = []
    for row in rows:
        sign = "*" if row["fixable"] else "-" if row["fixable_count"] else " "
        mark = f"[{paint(sign, colour=colour, fg='cyan')}] " if any_fixable else ""
        count = paint(f"{row['count']:>{widest}}", colour=colour, bold=True)
        code = paint(row["code"], colour=colour, fg="red", bold=True)
        lines.append(f"{count}\t{code}\t{mark}{row['name']}\n")
    return "".join(lines)
