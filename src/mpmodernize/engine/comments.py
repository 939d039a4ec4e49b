"""The comments of one file that silence findings, from the text as it is on disk to the text as it is fixed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mpmodernize.codes import NAMES
from mpmodernize.findings import Finding, Safety
from mpmodernize.suppression.silence import UNUSED, Silence
from mpmodernize.text import text_of

if TYPE_CHECKING:
    from mpmodernize.engine.analysis import Analysis
    from mpmodernize.python2 import Change, Conversion
    from mpmodernize.settings import Settings

_ALWAYS = "MP122"
"""The rule about syntax that looks at every file, also where nothing is converted."""


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
