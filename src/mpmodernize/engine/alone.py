"""The fix of one finding alone, as edits of the file: for editors, which offer fixes one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.engine.rounds import file_of
from mpmodernize.text import differences, keep_comment_columns, text_of

if TYPE_CHECKING:
    from mpmodernize.engine.analysis import Analysis
    from mpmodernize.files.decode import Misread
    from mpmodernize.findings import TextEdit
    from mpmodernize.python2 import Change, Conversion
    from mpmodernize.rules.base import Diagnosis, Fix
    from mpmodernize.settings import SourceVersion
    from mpmodernize.text import Replacement

_BUDGET = 5_000_000
"""Characters of text that are made, and checked, for the fixes of one file: some seconds. Each takes the whole text, so
that a file of 100,000 lines would take hours; the fixes beyond have no edits there."""


class FixesAlone:
    """Works out the edits of the fixes in one file, each as if it were the only one.

    In a file of Python 2, an edit of its text is right only if the conversion of the edited text comes to what the
    conversion and the fix together come to. Where it does not, the fix has no edits: a statement that is Python 2 and
    3 at once would mean something else, or the file would no longer show what it is.
    """

    def __init__(
        self,
        filename: str,
        text: str,
        analysis: Analysis,
        conversion: Conversion | None = None,
        source_version: SourceVersion = "auto",
        misread: Misread | None = None,
    ) -> None:
        """`text` is what is in the file; `conversion`, what became of it before it was analysed."""
        self._filename = filename
        self._text = text
        self._analysis = analysis
        self._conversion = conversion if conversion is not None and conversion.source != text else None
        self._source_version = source_version
        self._misread = misread
        self._spent = 0
        self._known: dict[int, tuple[TextEdit, ...]] = {}

    def of_diagnosis(self, diagnosis: Diagnosis) -> tuple[TextEdit, ...]:
        """The edits of a rule's fix; none where it has no fix, or one that can't be made alone."""
        fix = diagnosis.fix
        if fix is None:
            return ()
        if id(fix) not in self._known:
            self._known[id(fix)] = self._edits(self._replacements_of(fix))
        return self._known[id(fix)]

    def of_change(self, change: Change) -> tuple[TextEdit, ...]:
        """The edits that convert one piece of Python 2 syntax."""
        conversion = self._conversion
        if not change.fixed or conversion is None:
            return ()
        inside = conversion.replacements(change.start, change.end)
        found = keep_comment_columns(self._text, inside)
        return self._edits(found) if inside and self._comes_to(found, conversion.source) else ()

    def _replacements_of(self, fix: Fix) -> list[Replacement]:
        from mpmodernize.rewrite.apply import rewrite

        program = self._analysis.program
        assert program is not None  # a fix has been found in it
        if any(file_of(edit, program, self._filename) != self._filename for edit in fix.edits):
            return []  # an editor that changed this file alone would break the other
        if not self._affordable(len(program.source)):
            return []
        fixed = rewrite(program.source, program.tree, [fix.edits], program.index.parent)
        if fixed.refused:
            return []
        found = differences(program.source, fixed.source)
        if self._conversion is None:
            return found
        before = self._before_conversion(self._conversion, found)
        return before if before and self._comes_to(before, fixed.source) else []

    def _before_conversion(self, conversion: Conversion, found: list[Replacement]) -> list[Replacement]:
        """The replacements in the text as it is in the file; none where one touches what the conversion has made."""
        moved = []
        for each in found:
            start, end = conversion.original_offset(each.start), conversion.original_offset(each.end)
            if self._text[start:end] != conversion.source[each.start : each.end]:
                return []
            moved.append(each._replace(start=start, end=end))
        return moved

    def _comes_to(self, replacements: list[Replacement], expected: str) -> bool:
        """Whether the text, so edited, is converted to the expected one."""
        from mpmodernize.python2 import convert
        from mpmodernize.python2.edits import apply

        if not self._affordable(len(self._text)):
            return False
        edited = apply(self._text, replacements)
        return edited == expected or convert(edited, self._source_version, self._misread).source == expected

    def _affordable(self, characters: int) -> bool:
        self._spent += characters
        return self._spent <= _BUDGET

    def _edits(self, replacements: list[Replacement]) -> tuple[TextEdit, ...]:
        from mpmodernize.findings import TextEdit

        text = text_of(self._text)
        return tuple(TextEdit(*text.place(each.start), *text.place(each.end), each.text) for each in replacements)
