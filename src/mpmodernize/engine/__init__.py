"""Text in, findings and fixed text out: the whole pipeline.

Python 2 syntax is converted on tokens, the result is modelled, the rules ask the model, and their fixes are carried
out in rounds; each round models the new text. What comes out parses, and a second run changes nothing. The files of
one program go through it together: imports among them are followed, and a fix may change several of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from mpmodernize.engine.alone import FixesAlone
from mpmodernize.engine.analysis import Analysis, Background, analyse_together, read
from mpmodernize.engine.comments import Comments
from mpmodernize.engine.rounds import Rounds
from mpmodernize.findings import Safety
from mpmodernize.places import invalid_syntax, place_change, place_diagnosis
from mpmodernize.settings import Settings, Surroundings
from mpmodernize.text import line_map

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from mpmodernize.engine.borders import Borders
    from mpmodernize.files.decode import Misread
    from mpmodernize.findings import Finding
    from mpmodernize.model.joint import Finder
    from mpmodernize.python2 import Conversion
    from mpmodernize.rules.base import Diagnosis

_DEFAULT = Settings()
_ALONE = Surroundings()


@dataclass(frozen=True)
class Source:
    """A file to work on, and what is known of it."""

    filename: str
    text: str
    misread: Misread | None = None
    """What decoding says of a file whose coding declaration is not true."""
    beside: Surroundings = _ALONE
    """The modules that its imports can mean."""
    silenced: tuple[str, ...] = ()
    """The rules that say nothing of this file, though others of its program hear them: codes, or their beginnings."""


class Cell(NamedTuple):
    """The code of a notebook's cell."""

    number: int
    original: str
    source: str
    """The new text; the original where nothing changed."""


@dataclass(frozen=True)
class Result:
    """What came of one file."""

    filename: str
    original: str
    source: str
    """The new text; the original where nothing changed."""
    fixed: tuple[Finding, ...]
    """What was put right, at its place in the original."""
    findings: tuple[Finding, ...]
    """What is left, at its place in `source`."""
    tied: frozenset[str] = frozenset()
    """The files that share a fix with this one: all of them are to be written, or none."""
    cells: tuple[Cell, ...] = ()
    """The code cells of a notebook: findings count their lines within these."""

    @property
    def changed(self) -> bool:
        """Whether the text is another."""
        return self.source != self.original


def check_source(
    text: str,
    *,
    filename: str = "<string>",
    settings: Settings = _DEFAULT,
    misread: Misread | None = None,
    beside: Surroundings = _ALONE,
) -> Result:
    """Find what is wrong in a text, and change nothing.

    A text that is valid in neither Python 2 nor Python 3 gives one finding, `MP001`. `misread` comes from decoding a
    file whose coding declaration is not true; `beside` says which modules its imports can mean.
    """
    return check_together([Source(filename, text, misread, beside)], settings=settings)[0]


def fix_source(
    text: str,
    *,
    filename: str = "<string>",
    settings: Settings = _DEFAULT,
    misread: Misread | None = None,
    beside: Surroundings = _ALONE,
) -> Result:
    """Put right what can be put right, and report the rest.

    `fixed` holds what was repaired and `findings` what is left. A text that cannot be parsed comes back as it is.
    Raises `RuntimeError` if the fixes do not settle, which is a bug of the tool.
    """
    return fix_together([Source(filename, text, misread, beside)], settings=settings)[0]


def check_together(
    sources: Sequence[Source], *, settings: Settings = _DEFAULT, find: Finder | None = None
) -> list[Result]:
    """Find what is wrong in the files of one program; `find` says which of them an import means."""
    return [_marked(each, each.checked(settings)) for each in read_together(sources, settings, find)]


def fix_together(
    sources: Sequence[Source],
    *,
    settings: Settings = _DEFAULT,
    find: Finder | None = None,
    borders: Borders | None = None,
) -> list[Result]:
    """Put right what can be put right in the files of one program, and report the rest.

    A fix that changes several files changes all of them or none; none crosses the `borders` of joined snippets. Raises
    `RuntimeError` if the fixes do not settle.
    """
    readings = read_together(sources, settings, find)
    parsed = {each.source.filename: each.analysis for each in readings if not isinstance(each.analysis, SyntaxError)}
    backgrounds = {each.source.filename: each.background(settings) for each in readings}
    kept = {each.source.filename: why for each in readings if (why := each.kept_as_it_is(settings))}
    rounds = Rounds(parsed, backgrounds, find if len(parsed) > 1 else None, kept, borders)
    rounds.run()
    rewritten = [each for each in readings if each.source.filename in parsed and each.source.filename not in kept]
    rounds.replace(_tidied(rewritten, rounds.analyses))
    if _silences_python2(rounds.analyses.values()):
        rounds.replace(_tidied(rewritten, rounds.afresh()))
    results = []
    for each in readings:
        # what is fixed needs no edits any more
        checked = each.checked(settings if each.source.filename in kept else replace(settings, edits=False))
        if each.source.filename in parsed and each.source.filename not in kept:
            checked = _settled(checked, each.conversion, each.comments, rounds, edits=settings.edits)
        results.append(_marked(each, checked))
    return results


def _tidied(readings: Sequence[Reading], analyses: Mapping[str, Analysis]) -> dict[str, str]:
    """The fixed texts that are others without the comments which silence nothing any more."""
    texts = {each.source.filename: each.comments.tidied(analyses[each.source.filename]) for each in readings}
    return {name: text for name, text in texts.items() if text is not None}


def _silences_python2(analyses: Collection[Analysis]) -> bool:
    """Whether comments silence something in a program that was Python 2, and that the next run takes for Python 3."""
    was_python2 = any(each.program is not None and each.program.python2 for each in analyses)
    return was_python2 and any(each.silence.comments for each in analyses)


# -- reading ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reading:
    """A file as it was read."""

    source: Source
    mark: str
    """The byte order mark at its start, if it has one."""
    text: str
    """The text behind that."""
    conversion: Conversion
    comments: Comments
    """Those that silence findings."""
    analysis: Analysis | SyntaxError

    def settings(self, settings: Settings) -> Settings:
        """The settings of the run, for this file."""
        return replace(settings, silenced=settings.silenced + self.source.silenced)

    def background(self, settings: Settings) -> Background:
        """What is known of the file besides its text."""
        return Background.of(self.conversion, self.settings(settings), self.source.beside)

    def checked(self, settings: Settings) -> Result:
        """What the rules say of the file as it is, in the places of its own text."""
        own, kept = self.settings(settings), self.kept_as_it_is(settings)
        alone = None
        if own.edits and kept is None and not isinstance(self.analysis, SyntaxError):
            version, misread = own.source_version, self.source.misread
            alone = FixesAlone(self.source.filename, self.text, self.analysis, self.conversion, version, misread)
        return _checked(self.text, self.source.filename, self.conversion, self.comments, self.analysis, kept, alone)

    def kept_as_it_is(self, settings: Settings) -> str | None:
        """Why nothing may be written to this file, although it can be read.

        Python 2 syntax is converted as a whole or not at all: half of it would be a program in no language.
        """
        own = self.settings(settings)
        wanted = {change.code for change in self.conversion.changes if self.conversion.needs(change)}
        off = sorted(code for code in wanted if not own.selects(code))
        unfixable = sorted(code for code in wanted if not own.fixes(code))
        silenced = sorted({each.code for each in self.comments.silenced if self.conversion.needs(each)})
        if silenced:
            return f"the file's syntax is not converted, since {_listed(silenced)} silenced by a comment"
        if off or unfixable:
            why = f"{_listed(off)} not selected" if off else f"{_listed(unfixable)} unfixable here"
            return f"the file's syntax is not converted, since {why}"
        return None


def read_together(sources: Sequence[Source], settings: Settings, find: Finder | None) -> list[Reading]:
    """Read the files of one program, model them and ask the rules; `find` says which of them an import means."""
    readings = []
    alone = find is None or len(sources) == 1
    for each in sources:
        mark, text = _without_mark(each.text)
        own = replace(settings, silenced=settings.silenced + each.silenced)
        conversion, analysis = read(text, own, each.misread, each.beside, alone=alone)
        readings.append(Reading(each, mark, text, conversion, Comments(text, conversion, own), analysis))
    if find is None or alone:
        return readings
    parsed = [each for each in readings if not isinstance(each.analysis, SyntaxError)]
    texts = {each.source.filename: each.conversion.source for each in parsed}
    together = analyse_together(texts, {each.source.filename: each.background(settings) for each in parsed}, find)
    return [replace(each, analysis=together.get(each.source.filename, each.analysis)) for each in readings]


def _without_mark(text: str) -> tuple[str, str]:
    """A byte order mark at the start of the text, and the rest."""
    return ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)


def _marked(reading: Reading, result: Result) -> Result:
    mark = reading.mark
    return replace(result, original=mark + result.original, source=mark + result.source) if mark else result


def _listed(codes: Sequence[str]) -> str:
    return f"{', '.join(codes)} {'is' if len(codes) == 1 else 'are'}"


def _checked(
    text: str,
    filename: str,
    conversion: Conversion,
    comments: Comments,
    analysis: Analysis | SyntaxError,
    kept: str | None,
    alone: FixesAlone | None,
) -> Result:
    if isinstance(analysis, SyntaxError):
        return Result(filename, text, text, (), (invalid_syntax(analysis, conversion, text, filename),))
    findings = [place_change(change, conversion, text, filename, refused=kept) for change in comments.changes]
    diagnosed = [place_diagnosis(each, conversion, text, filename, refused=kept) for each in analysis.diagnoses]
    if alone is not None:
        edits = map(alone.of_change, comments.changes)
        findings = [replace(finding, edits=found) for finding, found in zip(findings, edits, strict=True)]
        diagnosed = _with_edits(diagnosed, analysis.diagnoses, alone)
    findings += diagnosed
    findings += comments.complaints(analysis, filename, kept)
    return Result(filename, text, text, (), tuple(sorted(findings)))


def _with_edits(found: Sequence[Finding], diagnoses: Sequence[Diagnosis], alone: FixesAlone) -> list[Finding]:
    """The findings of these diagnoses, each with the edits of its fix."""
    return [
        replace(finding, edits=alone.of_diagnosis(diagnosis)) if finding.safety is not Safety.MANUAL else finding
        for finding, diagnosis in zip(found, diagnoses, strict=True)
    ]


def _settled(checked: Result, conversion: Conversion, comments: Comments, rounds: Rounds, *, edits: bool) -> Result:
    """The result: what is left stands at its new place; what was fixed, where it was."""
    filename, original = checked.filename, checked.original
    source = rounds.analyses[filename].source
    still = rounds.left(filename)
    left = [place_diagnosis(each, None, source, filename, refused=why) for each, why in still]
    if edits:
        left = _with_edits(left, [each for each, _ in still], FixesAlone(filename, source, rounds.analyses[filename]))
    left += comments.complaints_left(rounds.analyses[filename], filename)
    unfixed = (change for change in comments.changes if not change.fixed)
    unconverted = [place_change(change, conversion, original, filename) for change in unfixed]
    if unconverted:
        lines_of = line_map(source, original)
        left += [_moved(finding, lines_of) for finding in unconverted]
    remaining = [(each.code, each.message) for each in left]
    fixed: list[Finding] = []
    for each in checked.findings:
        if (each.code, each.message) in remaining:
            remaining.remove((each.code, each.message))
        else:
            fixed.append(each)
    known = {(each.code, each.message) for each in fixed}
    maps: dict[str, Callable[[int], tuple[int, int]]] = {}
    for where, diagnosis, then in rounds.later:
        finding = place_diagnosis(diagnosis, None, then, filename) if where == filename else None
        if finding is not None and (finding.code, finding.message) not in known:
            if then not in maps:
                maps[then] = line_map(original, then)
            fixed.append(_moved(finding, maps[then]))
    tied = frozenset(rounds.tied[filename])
    return Result(filename, original, source, tuple(sorted(fixed)), tuple(sorted(left)), tied)


def _moved(finding: Finding, lines_of: Callable[[int], tuple[int, int]]) -> Finding:
    """The finding on the line that its line comes from."""
    line, _ = lines_of(finding.line)
    return replace(finding, line=line, end_line=line)
