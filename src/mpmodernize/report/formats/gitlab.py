"""`gitlab`: a Code Quality report, which GitLab shows in merge requests.

The format is GitLab's documentation of Code Quality, "Code Quality report format".
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mpmodernize.findings import Severity
from mpmodernize.report.fingerprints import Fingerprints
from mpmodernize.report.formats import Format
from mpmodernize.report.paths import in_gitlab

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mpmodernize.findings import Finding


class GitLab(Format):
    """One list of all findings, each with a fingerprint that outlives changes elsewhere in its file."""

    def __init__(self, name: str, *, colour: bool = False) -> None:
        """Begin without findings."""
        super().__init__(name, colour=colour)
        self._found: list[dict[str, Any]] = []
        self._fingerprints = Fingerprints()

    def file(self, findings: Sequence[Finding], source: str) -> str:
        """Nothing yet: the list comes at the end."""
        prints = self._fingerprints.of(findings, source, [in_gitlab(finding.filename) for finding in findings])
        self._found += [_issue(*pair) for pair in zip(findings, prints, strict=True)]
        return ""

    def end(self) -> str:
        """The list."""
        return json.dumps(self._found, indent=2) + "\n"


def _issue(finding: Finding, fingerprint: str) -> dict[str, Any]:
    begin, end = (finding.line, finding.column), (finding.end_line, finding.end_column)
    where = ""
    if finding.cell is not None:
        # Lines count within a cell, which GitLab knows nothing of.
        where = f" (cell {finding.cell}, line {finding.line})"
        begin = end = (1, 1)
    return {
        "check_name": finding.code,
        "description": f"{finding.code}: {finding.message}{where}",
        "severity": "major" if finding.severity is Severity.ERROR else "info",
        "fingerprint": fingerprint,
        "location": {
            "path": in_gitlab(finding.filename),
            "positions": {
                "begin": {"line": begin[0], "column": begin[1]},
                "end": {"line": end[0], "column": end[1]},
            },
        },
    }


FORMAT = GitLab
