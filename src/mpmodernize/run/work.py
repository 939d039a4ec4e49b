"""What is done with the files of one program: check them, or fix and write them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mpmodernize.records import Record
from mpmodernize.run.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mpmodernize.engine import Result, Source
    from mpmodernize.findings import Finding
    from mpmodernize.model.joint import Finder
    from mpmodernize.run.inputs import Reading


class Check(Record):
    """Find what is wrong, and change nothing."""

    def __call__(self, readings: Sequence[Reading], find: Finder | None) -> list[Outcome]:
        """What comes of the files of one program; `find` says which of them an import means."""
        results = results_of(readings, find, fix=False)
        return [outcome_of(*pair) for pair in zip(readings, results, strict=True)]


class Fix(Record):
    """Put right what can be put right, and write it; where `dry`, say what would be written."""

    dry: bool

    def __call__(self, readings: Sequence[Reading], find: Finder | None) -> list[Outcome]:
        """What comes of the files of one program; `find` says which of them an import means."""
        results = results_of(readings, find, fix=True)
        encoded, unwritten = written(readings, results, dry=self.dry)
        refound: dict[str, Result] = {}
        if unwritten or (self.dry and any(result.changed and result.findings for result in results)):
            # Files stay as they are, and so do the places in them.
            as_they_are = results_of(readings, find, fix=False)
            refound = {result.filename: result for result in as_they_are}
        outcomes = []
        for each, result in zip(readings, results, strict=True):
            name = result.filename
            if name in unwritten:
                outcomes.append(outcome_of(each, refound[name], unwritten=unwritten[name], data=each.decoded.data))
                continue
            left, shown_in = result.findings, result.source
            if self.dry and result.changed and left:
                left, shown_in = _left_in_the_original(result, refound[name]), result.original
            outcomes.append(outcome_of(each, result, left=left, shown_in=shown_in, data=encoded[name]))
        return outcomes


def _left_in_the_original(result: Result, found: Result) -> tuple[Finding, ...]:
    """What a fix would leave, at its places in the text as it is; `found` has what is wrong in that."""
    from mpmodernize.report.positions import positions_in_the_original

    texts: dict[int | None, tuple[str, str]] = {None: (result.original, result.source)}
    texts |= {each.number: (each.original, each.source) for each in result.cells}
    left: list[Finding] = []
    for cell, (original, fixed) in texts.items():
        here = [each for each in result.findings if each.cell == cell]
        there = [each for each in found.findings if each.cell == cell]
        left += positions_in_the_original(here, there, original=original, fixed=fixed)
    return tuple(left)


class Draw(Record):
    """Make a picture of the processes of each program; the outcome of its first file has it. Not of documents."""

    def __call__(self, readings: Sequence[Reading], find: Finder | None) -> list[Outcome]:
        """What comes of the files of one program; `find` says which of them an import means."""
        from mpmodernize.engine import read_together
        from mpmodernize.map.survey import survey

        first, *others = [Outcome(each.input.name, each.decoded.text, each.decoded.text) for each in readings]
        if readings[0].input.kind is not None:
            return [first, *others]
        picture = survey(read_together(_sources(readings), readings[0].input.settings, find))
        return [replace(first, picture=picture), *others]


def outcome_of(
    reading: Reading,
    result: Result,
    *,
    left: tuple[Finding, ...] | None = None,
    shown_in: str | None = None,
    data: bytes = b"",
    unwritten: str = "",
) -> Outcome:
    """What comes of a file, from what the engine says of it."""
    if result.source == result.original and not (result.findings if left is None else left) and not unwritten:
        # Of a clean file nobody wants to see anything, and there are thousands of them.
        return Outcome(result.filename, data=data if reading.input.path is None else b"")
    return Outcome(
        result.filename,
        result.original,
        result.source,
        result.fixed,
        result.findings if left is None else left,
        result.source if shown_in is None else shown_in,
        {each.number: each.source if shown_in in (None, result.source) else each.original for each in result.cells},
        encoding=reading.decoded.encoding,
        bom=bool(reading.decoded.bom),
        data=data if reading.input.path is None else b"",
        unwritten=unwritten,
    )


def written(
    readings: Sequence[Reading], results: Sequence[Result], *, dry: bool
) -> tuple[dict[str, bytes], dict[str, str]]:
    """Write what has changed, files that share a fix all or none; the new bytes, and why some could not be written."""
    from mpmodernize.files.decode import UnencodableError
    from mpmodernize.files.write import Change, replace_all

    encoded: dict[str, bytes] = {}
    unwritten: dict[str, str] = {}
    for tied in _tied(results):
        changes = []
        try:
            for each, result in zip(readings, results, strict=True):
                if result.filename in tied:
                    encoded[result.filename] = each.decoded.encode(result.source)
                    if result.changed and each.input.path is not None:
                        changes.append(Change(each.input.path, encoded[result.filename], each.decoded.data))
            if not dry:
                replace_all(changes)
        except (UnencodableError, OSError) as error:
            unwritten |= dict.fromkeys(tied, str(error))
    return encoded, unwritten


def _tied(results: Sequence[Result]) -> list[set[str]]:
    """The files in groups, such that no fix changes files of two groups."""
    groups: list[set[str]] = []
    for result in results:
        group = {result.filename, *result.tied}
        apart = [each for each in groups if each.isdisjoint(group)]
        groups = [*apart, group.union(*(each for each in groups if not each.isdisjoint(group)))]
    return groups


def results_of(readings: Sequence[Reading], find: Finder | None, *, fix: bool) -> list[Result]:
    """What the engine says of the files of one program, which have the same settings."""
    from mpmodernize.engine import check_together, fix_together

    settings, sources = readings[0].input.settings, _sources(readings)
    if readings[0].input.kind is not None:
        from mpmodernize.run.documents import result_of_document

        return [result_of_document(*each, fix=fix) for each in zip(readings, sources, strict=True)]
    if settings.doctests:
        from mpmodernize.run.documents import with_doctests

        return with_doctests(sources, settings, find, fix=fix)
    return (fix_together if fix else check_together)(sources, settings=settings, find=find)


def _sources(readings: Sequence[Reading]) -> list[Source]:
    from mpmodernize.engine import Source

    return [
        Source(each.input.name, each.decoded.text, each.decoded.misread, each.input.surroundings(), each.input.silenced)
        for each in readings
    ]
