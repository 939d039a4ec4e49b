"""Findings as text: a line each, or with the source line and a caret below."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety, Severity
from mpmodernize.report.terminal import cells, harmless, paint

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mpmodernize.findings import Finding

_NEWLINE = re.compile(r"\r\n|\r|\n")
# A line of a data file can be megabytes long; what is shown is the part around the caret.
_WIDEST = 140


def source_lines(source: str) -> list[str]:
    """Split a text into lines as Python counts them (`str.splitlines` splits at form feeds too)."""
    return _NEWLINE.split(source)


def concise(finding: Finding, *, colour: bool = False) -> str:
    """Write one line: `path:line:column: MP301 [*] message`, where `[*]` says that a safe fix exists.

    In a notebook the place is `path:cell 3:line:column`, and line and column count within the cell.
    """
    place = f"{paint(harmless(finding.filename), colour=colour, bold=True)}:{_place(finding)}: "
    code = paint(finding.code, colour=colour, fg="red" if finding.severity is Severity.ERROR else "yellow", bold=True)
    star = " " + paint("[*]", colour=colour, fg="cyan") if finding.safety is Safety.SAFE else ""
    hint = " hint:" if finding.severity is Severity.HINT else ""
    return f"{place}{code}{star}{hint} {finding.message}"


def full(finding: Finding, lines: Sequence[str], *, colour: bool = False) -> str:
    """Write the concise line, the source line with a caret below, and the advice."""
    parts = [concise(finding, colour=colour)]
    gutter = " " * len(str(finding.line))
    bar = paint("|", colour=colour, fg="blue")
    if finding.line <= len(lines) and lines[finding.line - 1].strip():
        text, caret = _with_caret(finding, lines[finding.line - 1])
        parts += [
            f"{gutter} {bar}",
            f"{paint(str(finding.line), colour=colour, fg='blue')} {bar} {text}",
            f"{gutter} {bar} {paint(caret, colour=colour, fg='red')}",
        ]
    if finding.advice:
        parts.append(f"{gutter} = {paint(_kind_of_advice(finding), colour=colour, bold=True)}: {finding.advice}")
    return "\n".join(parts) + "\n"


def _kind_of_advice(finding: Finding) -> str:
    return {Safety.SAFE: "fix", Safety.UNSAFE: "unsafe fix", Safety.MANUAL: "help"}[finding.safety]


def _with_caret(finding: Finding, line: str) -> tuple[str, str]:
    shown = cells(line)
    first = min(finding.column - 1, len(shown))
    last = finding.end_column - 1 if finding.end_line == finding.line else len(shown)
    last = max(first + 1, min(last, len(shown)))
    start, dots = 0, ""
    if sum(width for _, width in shown[:last]) > _WIDEST:
        start = max(0, first - _WIDEST // 4)
        dots = "..." if start else ""
    room, end = _WIDEST, start
    while end < len(shown) and (room := room - shown[end][1]) >= 0:
        end += 1
    last = max(first + 1, min(last, end))
    text = dots + "".join(picture for picture, _ in shown[start:end]) + ("..." if end < len(shown) else "")
    before = len(dots) + sum(width for _, width in shown[start:first])
    under = sum(width for _, width in shown[first:last]) or 1
    return text.rstrip(), " " * before + "^" * under


def done(
    fixed: Sequence[Finding], *, filename: str, would: bool = False, each: bool = False, colour: bool = False
) -> str:
    """Tell what was put right in one file: a line for the file, and one for each rule with its places.

    With `each`, a line for each finding: where it was, and what was wrong there.
    """
    verb = "would fix" if would else "fixed"
    lines = [f"{paint(verb, colour=colour, fg='green')} {paint(harmless(filename), colour=colour, bold=True)}"]
    if each:
        lines += [f"    {_place(finding)}: {finding.code} {finding.message}" for finding in sorted(fixed)]
        return "\n".join(lines)
    for (code, name), count in sorted(Counter((finding.code, finding.name) for finding in fixed).items()):
        places = sorted({(finding.cell or 0, finding.line) for finding in fixed if finding.code == code})
        told = [f"cell {cell}:{line}" if cell else str(line) for cell, line in places[:8]]
        shown = ", ".join(told) + (", ..." if len(places) > 8 else "")
        what = "" if places[0][0] else "lines " if len(places) > 1 else "line "
        lines.append(f"    {count} x {code} {name} ({what}{shown})")
    return "\n".join(lines)


def _place(finding: Finding) -> str:
    """Where a finding is in its file: in a notebook `cell 3:line:column`, where lines count within the cell."""
    cell = f"cell {finding.cell}:" if finding.cell is not None else ""
    return f"{cell}{finding.line}:{finding.column}"


def check_summary(left: Iterable[Finding]) -> str:
    """Write the closing line of `check`."""
    left = list(left)
    if not left:
        return "No findings."
    files = len({finding.filename for finding in left})
    return f"Found {_count(len(left), 'finding')} in {_count(files, 'file')}{_how_many_fixable(left)}."


def silenced_summary(silenced: Sequence[Finding], *, changed_files: int) -> str:
    """Write what `check --add-ignore` has done."""
    if not changed_files:
        return "Nothing to silence."
    return f"Silenced {_count(len(silenced), 'finding')} in {_count(changed_files, 'file')}."


def fix_summary(fixed: Sequence[Finding], left: Sequence[Finding], *, changed_files: int, would: bool = False) -> str:
    """Write the closing line of `fix`."""
    if not changed_files and not left:
        return "Nothing to fix."
    verb = "Would fix" if would else "Fixed"
    head = f"{verb} {_count(len(fixed), 'finding')} in {_count(changed_files, 'file')}"
    if not changed_files:
        head = "Nothing to fix" if would else "Nothing fixed"
    return head + (f", {len(left)} left{_how_many_fixable(left)}" if left else "") + "."


def _how_many_fixable(left: Sequence[Finding]) -> str:
    safe = sum(finding.safety is Safety.SAFE for finding in left)
    unsafe = sum(finding.safety is Safety.UNSAFE for finding in left)
    ways = []
    if safe:
        ways.append(f"{safe} fixable with `mpmodernize fix`")
    if unsafe:
        ways.append(f"{unsafe} {'more' if safe else 'fixable'} with `--unsafe-fixes`")
    return f" ({', '.join(ways)})" if ways else ""


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
