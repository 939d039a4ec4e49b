"""Documents, and doctests in files of code, on their way through the engine."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mpmodernize.documents import DocumentError
from mpmodernize.engine import Result, check_together, fix_together
from mpmodernize.engine.documents import check_document, fix_document
from mpmodernize.run.outcomes import unreadable
from mpmodernize.text import line_map

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mpmodernize.engine import Source
    from mpmodernize.findings import Finding
    from mpmodernize.model.joint import Finder
    from mpmodernize.run.inputs import Reading
    from mpmodernize.settings import Settings


def result_of_document(reading: Reading, source: Source, *, fix: bool) -> Result:
    """What the engine says of the code in a document, or why it is none."""
    kind, settings = reading.input.kind, reading.input.settings
    assert kind is not None
    source = replace(source, misread=None)  # no line of a document declares how it is encoded
    try:
        return (fix_document if fix else check_document)(source, kind, settings=settings)
    except DocumentError as error:
        broken = unreadable(source.filename, error.message, error.line)
        return Result(source.filename, source.text, source.text, (), (broken,))


def with_doctests(sources: Sequence[Source], settings: Settings, find: Finder | None, *, fix: bool) -> list[Result]:
    """What the engine says of the files of one program, and of the doctests in their docstrings."""
    if not fix:
        found = check_together(sources, settings=settings, find=find)
        return [_and(each, _doctests_in(source, settings)) for each, source in zip(found, sources, strict=True)]
    first = [fix_document(each, "docstrings", settings=settings) for each in sources]
    changed = [replace(each, text=result.source) for each, result in zip(sources, first, strict=True)]
    then = fix_together(changed, settings=settings, find=find)
    results = []
    for source, doctests, code in zip(sources, first, then, strict=True):
        fixed = (*doctests.fixed, *_as_in(source.text, code.original, code.fixed))
        left = _doctests_in(replace(source, text=code.source), settings)
        results.append(_and(replace(code, original=source.text, fixed=tuple(sorted(fixed))), left))
    return results


def _doctests_in(source: Source, settings: Settings) -> tuple[Finding, ...]:
    return check_document(source, "docstrings", settings=settings).findings


def _and(result: Result, more: Sequence[Finding]) -> Result:
    return replace(result, findings=tuple(sorted((*result.findings, *more))))


def _as_in(old: str, new: str, findings: Sequence[Finding]) -> list[Finding]:
    """Findings in a text on the lines of the text that it was made of."""
    if old == new:
        return list(findings)
    lines_of = line_map(old, new)
    return [replace(each, line=lines_of(each.line)[0], end_line=lines_of(each.end_line)[0]) for each in findings]
