"""`full` and `concise`: for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.report import text
from mpmodernize.report.formats import Format

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mpmodernize.findings import Finding


class Text(Format):
    """A line for each finding; in `full`, its place in the source and the advice below."""

    for_people = True

    def file(self, findings: Sequence[Finding], source: str) -> str:
        """The findings, each with its newline."""
        if self.name == "concise":
            shown = [text.concise(finding, colour=self.colour) for finding in findings]
        else:
            lines = text.source_lines(source) if findings else []
            shown = [text.full(finding, lines, colour=self.colour) for finding in findings]
        return "".join(f"{each}\n" for each in shown)


FORMAT = Text
