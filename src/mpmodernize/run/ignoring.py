"""Silence what is found today: comments are written into the files of a program."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mpmodernize.records import Record
from mpmodernize.run.work import outcome_of, results_of, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mpmodernize.engine import Result
    from mpmodernize.findings import Finding
    from mpmodernize.model.joint import Finder
    from mpmodernize.run.inputs import Reading
    from mpmodernize.run.outcomes import Outcome


class AddIgnore(Record):
    """Write a comment for each finding, and say what is left."""

    reason: str = ""

    def __call__(self, readings: Sequence[Reading], find: Finder | None) -> list[Outcome]:
        """What comes of the files of one program: what was silenced counts as put right."""
        found = results_of(readings, find, fix=False)
        silenced, refused = [], {}
        for reading, each in zip(readings, found, strict=True):
            try:
                # in a document a comment would be text that people read
                silenced.append(self._silenced(each) if reading.input.kind is None else each)
            except ValueError as error:
                silenced.append(each)
                refused[each.filename] = str(error)
        _, unwritten = written(readings, silenced, dry=False)
        unwritten |= refused
        texts = {each.filename: each.source for each in silenced if each.filename not in unwritten}
        now = [
            replace(each, decoded=replace(each.decoded, text=texts.get(each.input.name, each.decoded.text)))
            for each in readings
        ]
        outcomes = []
        for reading, before, after in zip(readings, found, results_of(now, find, fix=False), strict=True):
            why = unwritten.get(before.filename, "")
            left = list(before.findings if why else after.findings)
            fixed = [] if why else _without(before.findings, left)
            result = replace(after, original=before.original, fixed=tuple(fixed), findings=tuple(left))
            outcomes.append(outcome_of(reading, result, unwritten=why))
        return outcomes

    def _silenced(self, result: Result) -> Result:
        """The file with its comments. Raises `ValueError` where they would change the code."""
        from mpmodernize.suppression.adding import with_comments

        mark = "\ufeff" if result.original.startswith("\ufeff") else ""
        text = result.original.removeprefix(mark)
        return replace(result, source=mark + with_comments(text, result.findings, self.reason))


def _without(findings: Sequence[Finding], left: Sequence[Finding]) -> list[Finding]:
    """The findings that are not left: a comment at the end of a line moves none of them."""
    remaining = [(each.line, each.code, each.message) for each in left]
    gone = []
    for each in findings:
        key = (each.line, each.code, each.message)
        if key in remaining:
            remaining.remove(key)
        else:
            gone.append(each)
    return gone
