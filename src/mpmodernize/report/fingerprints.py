"""What tells a finding from all others, and stays the same when lines above it come and go."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

from mpmodernize.report.text import source_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mpmodernize.findings import Finding


class Fingerprints:
    """Makes the fingerprints of one report."""

    def __init__(self) -> None:
        """Begin with none."""
        self._seen: Counter[tuple[str, ...]] = Counter()

    def of(self, findings: Sequence[Finding], source: str, paths: Sequence[str]) -> list[str]:
        """The fingerprints of the findings in one text; `paths` say what the file of each is called.

        They are made of path, code, message and the words of the line. Findings that have all this in common are
        numbered.
        """
        lines = source_lines(source) if findings else []
        made = []
        for finding, path in zip(findings, paths, strict=True):
            # A line of a notebook's cell is not one of the text.
            known = finding.cell is None and finding.line <= len(lines)
            line = " ".join(lines[finding.line - 1].split()) if known else ""
            key = (path, str(finding.cell), finding.code, finding.message, line)
            number = self._seen[key]
            self._seen[key] += 1
            text = "\0".join([*key, str(number)])
            made.append(hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32])
        return made
