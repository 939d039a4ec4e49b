"""`json` and `json-lines`, with ruff's keys: what reads ruff's output reads this.

Rows and columns count from 1, columns in characters; `end_location` is just behind the last one.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mpmodernize.findings import Safety, Severity
from mpmodernize.report.formats import Format
from mpmodernize.report.paths import absolute

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mpmodernize.findings import Finding

_APPLICABILITY = {Safety.SAFE: "safe", Safety.UNSAFE: "unsafe", Safety.MANUAL: "display"}
UNPARSED = "MP001"
"""The finding that no comment can silence: where its file's comments are is not known."""


def as_data(finding: Finding) -> dict[str, Any]:
    """The finding as ruff would tell it."""
    return {
        "cell": finding.cell,
        "code": finding.code,
        "end_location": _location(finding.end_line, finding.end_column),
        "filename": absolute(finding.filename),
        "fix": _fix(finding),
        "location": _location(finding.line, finding.column),
        "message": finding.message,
        "name": finding.name,
        "noqa_row": None if finding.code == UNPARSED else finding.line,
        "severity": "error" if finding.severity is Severity.ERROR else "info",
        "url": None,  # the pages of the rules have no address yet
    }


def _fix(finding: Finding) -> dict[str, Any] | None:
    if finding.safety is Safety.MANUAL and not finding.advice:
        return None
    return {
        "applicability": _APPLICABILITY[finding.safety],
        "edits": [
            {
                "content": edit.text,
                "end_location": _location(edit.end_line, edit.end_column),
                "location": _location(edit.line, edit.column),
            }
            for edit in finding.edits
        ],
        "message": finding.advice or None,
    }


def _location(line: int, column: int) -> dict[str, int]:
    return {"column": column, "row": line}


class Json(Format):
    """One list of all findings, or an object a line, which is written as soon as it is known."""

    wants_edits = True

    def __init__(self, name: str, *, colour: bool = False) -> None:
        """Begin without findings."""
        super().__init__(name, colour=colour)
        self._found: list[dict[str, Any]] = []

    def file(self, findings: Sequence[Finding], source: str) -> str:  # noqa: ARG002
        """The lines of these findings; the list comes at the end."""
        found = [as_data(finding) for finding in findings]
        if self.name == "json-lines":
            return "".join(json.dumps(each, separators=(",", ":")) + "\n" for each in found)
        self._found += found
        return ""

    def end(self) -> str:
        """The list."""
        return "" if self.name == "json-lines" else json.dumps(self._found, indent=2) + "\n"


FORMAT = Json
