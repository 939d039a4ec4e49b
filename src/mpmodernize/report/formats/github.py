"""`github`: workflow commands, which GitHub Actions shows as annotations beside the code.

What is escaped, and how, is said by the toolkit of GitHub Actions (`@actions/core`, `command.ts`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.findings import Severity
from mpmodernize.report.formats import Format
from mpmodernize.report.paths import absolute

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mpmodernize.findings import Finding


class GitHub(Format):
    """A command for each finding: an error, or a notice where it is a hint."""

    def file(self, findings: Sequence[Finding], source: str) -> str:  # noqa: ARG002
        """The commands, each with its newline."""
        return "".join(_annotation(finding) for finding in findings)

    def failure(self, filename: str, message: str) -> str:
        """An error of the tool itself."""
        properties = {"title": "mpmodernize (internal error)", "file": absolute(filename)}
        return _command("error", properties, f"{filename}: {message}")


def _annotation(finding: Finding) -> str:
    # In a notebook lines count within a cell, which GitHub knows nothing of: the message says where it is.
    line, end_line = (1, 1) if finding.cell is not None else (finding.line, finding.end_line)
    place = f"{finding.filename}:{finding.line}:{finding.column}"
    if finding.cell is not None:
        place = f"{finding.filename}:cell {finding.cell}:{finding.line}:{finding.column}"
    properties = {
        "title": f"mpmodernize ({finding.code})",
        "file": absolute(finding.filename),
        "line": str(line),
        "endLine": str(end_line),
    }
    if finding.cell is None and line == end_line:  # columns of several lines would be refused
        properties |= {"col": str(finding.column), "endColumn": str(finding.end_column)}
    message = f"{place}: {finding.code} {finding.message}"
    if finding.advice:
        message += f"\n  help: {finding.advice}"
    return _command("error" if finding.severity is Severity.ERROR else "notice", properties, message)


def _command(name: str, properties: dict[str, str], message: str) -> str:
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {listed}::{_data(message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


FORMAT = GitHub
