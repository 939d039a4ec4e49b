"""`sarif`: the Static Analysis Results Interchange Format, version 2.1.0 (OASIS standard).

GitHub's code scanning, Azure DevOps and editors read it. Paths below the working directory are relative to it, as
`%SRCROOT%`: code scanning wants them so.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mpmodernize import __version__
from mpmodernize.findings import Safety, Severity
from mpmodernize.report.fingerprints import Fingerprints
from mpmodernize.report.formats import Format
from mpmodernize.report.paths import below_here

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mpmodernize.findings import Finding

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


class Sarif(Format):
    """One run with the results, and the pages of the rules that they are of."""

    wants_edits = True

    def __init__(self, name: str, *, colour: bool = False) -> None:
        """Begin without findings."""
        super().__init__(name, colour=colour)
        self._results: list[dict[str, Any]] = []
        self._rules: dict[str, int] = {}
        self._failures: list[dict[str, Any]] = []
        self._fingerprints = Fingerprints()

    def file(self, findings: Sequence[Finding], source: str) -> str:
        """Nothing yet: the log comes at the end."""
        prints = self._fingerprints.of(findings, source, [below_here(finding.filename) for finding in findings])
        for finding, fingerprint in zip(findings, prints, strict=True):
            index = self._rules.setdefault(finding.code, len(self._rules))
            self._results.append(_result(finding, index, fingerprint))
        return ""

    def failure(self, filename: str, message: str) -> str:
        """Nothing yet: a notification."""
        location = {"physicalLocation": {"artifactLocation": _artifact(filename)}}
        self._failures.append(
            {"level": "error", "message": {"text": f"{filename}: {message}"}, "locations": [location]}
        )
        return ""

    def end(self) -> str:
        """The log."""
        invocation: dict[str, Any] = {"executionSuccessful": not self._failures}
        if self._failures:
            invocation["toolExecutionNotifications"] = self._failures
        driver = {"name": "mpmodernize", "version": __version__, "rules": [_rule(code) for code in self._rules]}
        run = {
            "tool": {"driver": driver},
            "invocations": [invocation],
            "originalUriBaseIds": {"%SRCROOT%": {"uri": Path.cwd().as_uri() + "/"}},
            "columnKind": "unicodeCodePoints",
            "results": self._results,
        }
        return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str) -> dict[str, Any]:
    from mpmodernize.report import pages
    from mpmodernize.rules import find_rule

    rule = find_rule(code)
    if rule is None:
        return {"id": code}
    page = pages.as_data(rule)
    return {
        "id": code,
        "name": rule.name,
        "shortDescription": {"text": page["summary"]},
        "fullDescription": {"text": page["sections"].get("What it does", page["summary"])},
        "help": {"text": page["explanation"], "markdown": page["explanation"]},
        "defaultConfiguration": {"level": _level(rule.severity)},
    }


def _level(severity: Severity) -> str:
    return "error" if severity is Severity.ERROR else "note"


def _result(finding: Finding, rule_index: int, fingerprint: str) -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": _artifact(finding.filename)}}
    if finding.cell is None:
        place = (finding.line, finding.column, finding.end_line, finding.end_column)
        location["physicalLocation"]["region"] = _region(*place)
    else:
        # A region counts in the file; lines of a notebook's findings count within their cell.
        location["logicalLocations"] = [{"fullyQualifiedName": f"cell {finding.cell}, line {finding.line}"}]
    result = {
        "ruleId": finding.code,
        "ruleIndex": rule_index,
        "level": _level(finding.severity),
        "message": {"text": f"{finding.message}\n{finding.advice}".strip()},
        "locations": [location],
        "partialFingerprints": {"mpmodernize/v1": fingerprint},
        "properties": {"safety": finding.safety.value},
    }
    if finding.edits and finding.cell is None and finding.safety is not Safety.MANUAL:
        result["fixes"] = [_fix(finding)]
    return result


def _fix(finding: Finding) -> dict[str, Any]:
    replacements = [
        {"deletedRegion": _region(*edit[:4]), "insertedContent": {"text": edit.text}} for edit in finding.edits
    ]
    return {
        "description": {"text": finding.advice or finding.message},
        "artifactChanges": [{"artifactLocation": _artifact(finding.filename), "replacements": replacements}],
    }


def _region(line: int, column: int, end_line: int, end_column: int) -> dict[str, int]:
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _artifact(filename: str) -> dict[str, str]:
    from urllib.parse import quote

    path = below_here(filename)
    if Path(path).is_absolute():
        return {"uri": Path(path).as_uri()}
    # A name on disk may hold bytes that are no text; a URI holds bytes.
    uri = quote(Path(path).as_posix().encode("utf-8", "surrogateescape"))
    return {"uri": uri, "uriBaseId": "%SRCROOT%"}


FORMAT = Sarif
