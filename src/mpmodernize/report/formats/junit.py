"""`junit`: the XML that test reports of continuous integration are read from.

Its form is Jenkins' schema, `junit-10.xsd`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

from mpmodernize.findings import Severity
from mpmodernize.report.formats import Format
from mpmodernize.report.paths import absolute

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mpmodernize.findings import Finding

# What XML 1.0 can't hold, not even escaped.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Case(NamedTuple):
    name: str
    result: str
    """`failure`, `error`, `skipped`, or nothing for a test that passes."""
    message: str = ""
    text: str = ""


class JUnit(Format):
    """A suite for each file that something is said of; hints are skipped tests, as they fail no run."""

    def __init__(self, name: str, *, colour: bool = False) -> None:
        """Begin without findings."""
        super().__init__(name, colour=colour)
        self._suites: dict[str, list[_Case]] = {}

    def file(self, findings: Sequence[Finding], source: str) -> str:  # noqa: ARG002
        """Nothing yet: counts stand at the top."""
        for finding in findings:
            place = f"line {finding.line}, column {finding.column}"
            if finding.cell is not None:
                place = f"cell {finding.cell}, {place}"
            text = f"{finding.filename}: {place}: {finding.message}"
            if finding.advice:
                text += f"\n{finding.advice}"
            result = "failure" if finding.severity is Severity.ERROR else "skipped"
            case = _Case(f"{finding.code} {finding.name} ({place})", result, finding.message, text)
            self._suites.setdefault(absolute(finding.filename), []).append(case)
        return ""

    def failure(self, filename: str, message: str) -> str:
        """Nothing yet: a test that could not be run."""
        self._suites.setdefault(absolute(filename), []).append(_Case("internal error", "error", message, message))
        return ""

    def end(self) -> str:
        """The whole document."""
        suites = self._suites or {"mpmodernize": [_Case("no findings", "")]}
        cases = [case for suite in suites.values() for case in suite]
        root = ET.Element("testsuites", {"name": "mpmodernize", **_counts(cases)})
        for name, suite in suites.items():
            attributes = {"name": _valid(name), **_counts(suite), "skipped": _count(suite, "skipped")}
            element = ET.SubElement(root, "testsuite", attributes)
            for case in suite:
                test = ET.SubElement(element, "testcase", {"name": _valid(case.name), "classname": _valid(name)})
                if case.result:
                    inside = ET.SubElement(test, case.result, {"message": _valid(case.message)})
                    inside.text = _valid(case.text)
        ET.indent(root)
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _counts(cases: Sequence[_Case]) -> dict[str, str]:
    return {"tests": str(len(cases)), "failures": _count(cases, "failure"), "errors": _count(cases, "error")}


def _count(cases: Sequence[_Case], result: str) -> str:
    return str(sum(case.result == result for case in cases))


def _valid(text: str) -> str:
    return _NO_XML.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


FORMAT = JUnit
