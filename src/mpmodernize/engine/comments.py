"""The comments of one file that silence findings, from the text as it is on disk to the text as it is fixed."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from mpmodernize.codes import NAMES
from mpmodernize.findings import Finding, Safety
from mpmodernize.suppression.silence import UNUSED, Silence
from mpmodernize.text import line_map, text_of

if TYPE_CHECKING:
    from mpmodernize.engine.analysis import Analysis
    from mpmodernize.python2 import Change, Conversion
    from mpmodernize.settings import Settings

_ALWAYS = "MP122"
"""The rule about syntax that looks at every file, also where nothing is converted."""


def with_comments_beside(old: Analysis, new: Analysis, filename: str) -> str | None:
    """The new text with comments beside what the old one's silenced, and a fix has parted from them.

    Fixes write `a; b` on two lines, and give `Process(…).start()` a name on a line of its own: the comment stays at one
    of them, its finding may be at the other. `None` where nothing has been parted.
    """
    were, are = (Counter(code for code, _, _ in each.silence.hidden) for each in (old, new))
    missing = were - are
    if not missing:
        return None
    from mpmodernize.places import place_diagnosis
    from mpmodernize.suppression.adding import with_comments

    known = Counter((each.rule.code, each.message) for each in old.diagnoses)
    lines_of = line_map(old.source, new.source)
    source = new.source
    for each in new.diagnoses:
        finding = place_diagnosis(each, None, new.source, filename)
        if known[finding.code, finding.message] > 0:
            known[finding.code, finding.message] -= 1
            continue
        first, last = lines_of(finding.line)
        above = [it for code, line, it in old.silence.hidden if code == finding.code and first <= line <= last]
        if above and missing[finding.code] > 0:
            missing[finding.code] -= 1
            reason = old.source[above[0].listed : above[0].end].strip()
            with suppress(ValueError):  # the line has no room for a comment
                source = with_comments(source, [finding], reason)
    return source if source != new.source else None


class Comments:
    """What comments say about the syntax of a file, and what is to be said of the comments."""

    def __init__(self, text: str, conversion: Conversion, settings: Settings) -> None:
        """Read the comments of a text; `settings` are those of this very file."""
        self._settings = settings
        self._silence = Silence(text)
        self.changes: list[Change] = []
        """The syntax that is reported: selected, and silenced by no comment."""
        self.silenced: list[Change] = []
        """The syntax that comments silence."""
        for change in conversion.changes:
            if settings.selects(change.code):
                line, _ = text_of(text).position(change.start)
                (self.silenced if self._silence.hides(change.code, line) else self.changes).append(change)
        self._used = frozenset(self._silence.used)

    def complaints(self, analysis: Analysis, filename: str, refused: str | None) -> list[Finding]:
        """The findings about the comments of the file as it is; `refused` is why nothing is written to it."""
        if not self._silence.comments:
            return []
        used = self._used | analysis.silence.used
        ran = analysis.ran | self._syntax() if self._silence.is_named_like(analysis.silence) else frozenset()
        return self._found(self._silence, filename, ran, used, refused)

    def complaints_left(self, analysis: Analysis, filename: str) -> list[Finding]:
        """The findings about the comments of the fixed text."""
        if not analysis.silence.comments:
            return []
        return self._found(analysis.silence, filename, self._ran(analysis), analysis.silence.used, None)

    def tidied(self, analysis: Analysis) -> str | None:
        """The fixed text without the comments that silence nothing; `None` where there are none, or they stay."""
        if not analysis.silence.comments or not (self._settings.selects(UNUSED) and self._settings.fixes(UNUSED)):
            return None
        from mpmodernize.suppression.upkeep import without

        text = without(analysis.source, analysis.silence.unused(self._ran(analysis), analysis.silence.used))
        return text if text != analysis.source else None

    def _found(
        self, silence: Silence, filename: str, ran: frozenset[str], used: frozenset[int] | set[int], refused: str | None
    ) -> list[Finding]:
        from mpmodernize.suppression.upkeep import complaints

        found = complaints(silence, filename, self._settings, ran, used)
        if not self._settings.fixes(UNUSED):
            return [replace(each, safety=Safety.MANUAL, edits=()) for each in found]
        if refused is not None:
            reason = f"(not fixed here: {refused})"
            return [
                replace(each, safety=Safety.MANUAL, edits=(), advice=f"{each.advice} {reason}".strip())
                if each.safety is not Safety.MANUAL
                else each
                for each in found
            ]
        return found

    def _syntax(self) -> frozenset[str]:
        """The codes of the rules about syntax that have looked at the file."""
        looked = self._settings.source_version != "3"
        codes = [code for code in NAMES if code.startswith("MP1") and (looked or code == _ALWAYS)]
        return frozenset(code for code in codes if self._settings.selects(code))

    def _ran(self, analysis: Analysis) -> frozenset[str]:
        """The rules whose comments can be told unused in the fixed text.

        What comments silence of the old syntax is not seen there any more.
        """
        return (analysis.ran | self._syntax()) - {change.code for change in self.silenced}
