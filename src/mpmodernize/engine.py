"""Text in, findings and fixed text out: the whole pipeline.

Python 2 syntax is converted on tokens, the result is modelled, the rules ask the model, and their fixes are carried
out in rounds; each round models the new text. What comes out parses, and a second run changes nothing.
"""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mpmodernize.findings import Finding, Safety
from mpmodernize.model.glance import mentions_old_names, mentions_processes
from mpmodernize.places import invalid_syntax, place_change, place_diagnosis
from mpmodernize.settings import Settings, Surroundings
from mpmodernize.text import line_map

if TYPE_CHECKING:
    from collections.abc import Callable

    from mpmodernize.files.decode import Misread
    from mpmodernize.model.program import Program
    from mpmodernize.python2 import Conversion
    from mpmodernize.rules.base import Diagnosis, Fix

MAX_ROUNDS = 10
"""More rounds than this mean that two rules undo each other: a bug."""

_DEFAULT = Settings()
_ALONE = Surroundings()


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
    mark, text = _without_mark(text)
    conversion, analysis = _read(text, settings, misread, beside)
    return _with_mark(mark, _checked(text, filename, settings, conversion, analysis))


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
    mark, text = _without_mark(text)
    conversion, analysis = _read(text, settings, misread, beside)
    checked = _checked(text, filename, settings, conversion, analysis)
    if isinstance(analysis, SyntaxError):
        return _with_mark(mark, checked)
    rounds = _Rounds(analysis, _Background.of(conversion, settings, beside))
    rounds.run()
    return _with_mark(mark, _settled(checked, conversion, rounds))


def _without_mark(text: str) -> tuple[str, str]:
    """A byte order mark at the start of the text, and the rest."""
    return ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)


def _with_mark(mark: str, result: Result) -> Result:
    return replace(result, original=mark + result.original, source=mark + result.source) if mark else result


# -- looking ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Background:
    """What is known of a file besides its text, and stays so while that changes."""

    settings: Settings
    beside: Surroundings
    python2: bool
    converted: bool
    """Whether this very text has come out of a conversion of syntax."""
    former: frozenset[str] = frozenset()
    """Names that fixes have replaced, and that still say something."""

    @classmethod
    def of(cls, conversion: Conversion, settings: Settings, beside: Surroundings) -> _Background:
        converted = conversion.python2 and bool(conversion.changes)
        return cls(settings, beside, conversion.python2, converted)


@dataclass(frozen=True)
class _Analysis:
    source: str
    program: Program | None
    """`None` where a glance showed that no rule has anything to say."""
    diagnoses: list[Diagnosis]


def _read(
    text: str, settings: Settings, misread: Misread | None, beside: Surroundings
) -> tuple[Conversion, _Analysis | SyntaxError]:
    """The text in Python 3, and what the rules say about it.

    A text without a definite sign of Python 2 that is not valid Python 3, and is valid Python 2, is that: `async = 1`.
    """
    conversion = _convert(text, settings, misread)
    analysis = _analyse(conversion.source, _Background.of(conversion, settings, beside))
    if isinstance(analysis, SyntaxError) and settings.source_version == "auto" and not conversion.python2:
        older = _convert(text, replace(settings, source_version="2"), misread)
        again = _analyse(older.source, _Background.of(older, settings, beside)) if older.python2 else analysis
        if not isinstance(again, SyntaxError):
            return older, again
    return conversion, analysis


def _convert(text: str, settings: Settings, misread: Misread | None) -> Conversion:
    from mpmodernize.python2 import convert

    return convert(text, settings.source_version, misread)


def _analyse(source: str, background: _Background) -> _Analysis | SyntaxError:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError) as error:
        return SyntaxError(str(error) or type(error).__name__, ("", 1, 1, "", 1, 1))
    beside = background.beside
    neighbours = beside.modules if beside.is_package else frozenset()
    processes = mentions_processes(source)
    old_names = background.python2 or mentions_old_names(source, neighbours)
    if not processes and not old_names:
        return _Analysis(source, None, [])
    from mpmodernize.model.program import Program
    from mpmodernize.model.python2 import speaks_python2
    from mpmodernize.rules import OF_PROCESSES, OF_PYTHON_2, program_rules

    settings = background.settings
    program = Program(source, tree, python2=background.python2, former=background.former)
    program.beside = beside
    program.python2 = background.python2 or (settings.source_version != "3" and speaks_python2(program))
    program.compatibility.for_both = not program.python2
    program.shows_python2 = background.converted
    families = (OF_PYTHON_2 if old_names else ()) + (OF_PROCESSES if processes else ())
    rules = (rule for rule in program_rules(families) if settings.selects(rule.code))
    diagnoses = [diagnosis for rule in rules for diagnosis in rule.check(program)]
    return _Analysis(source, program, diagnoses)


def _checked(
    text: str, filename: str, settings: Settings, conversion: Conversion, analysis: _Analysis | SyntaxError
) -> Result:
    if isinstance(analysis, SyntaxError):
        return Result(filename, text, text, (), (invalid_syntax(analysis, conversion, text, filename),))
    findings = [place_change(change, text, filename) for change in conversion.changes if settings.selects(change.code)]
    findings += [place_diagnosis(each, conversion, text, filename) for each in analysis.diagnoses]
    return Result(filename, text, text, (), tuple(sorted(findings)))


# -- fixing ----------------------------------------------------------------------------------------


class _Rounds:
    """Carries out fixes, phase by phase, until none is left."""

    def __init__(self, analysis: _Analysis, background: _Background) -> None:
        self.analysis = analysis
        self.later: list[tuple[Diagnosis, str]] = []
        """What was fixed after the first round: things that only the fixes before made visible."""
        self._background = background
        self._refused: dict[tuple[str, str], str] = {}

    @property
    def source(self) -> str:
        """The text as it is now."""
        return self.analysis.source

    @property
    def left(self) -> list[tuple[Diagnosis, str | None]]:
        """What is left, with the reason where a fix could not be carried out."""
        return [(each, self._refused.get((each.rule.code, each.message))) for each in self.analysis.diagnoses]

    def run(self) -> None:
        """Do all rounds; raises `RuntimeError` where they do not settle."""
        for number in range(MAX_ROUNDS):
            fixes = self._wanted()
            if not fixes:
                return
            self._round(fixes, first=number == 0)
        if self._wanted():
            raise RuntimeError(f"the fixes do not settle after {MAX_ROUNDS} rounds")

    def _wanted(self) -> list[Fix]:
        """The fixes of the earliest phase that has any, each once."""
        allowed = {Safety.SAFE, Safety.UNSAFE} if self._background.settings.unsafe_fixes else {Safety.SAFE}
        fixes = {
            id(each.fix): each.fix
            for each in self.analysis.diagnoses
            if each.fix is not None
            and each.fix.safety in allowed
            and (each.rule.code, each.message) not in self._refused
        }
        earliest = min((fix.phase for fix in fixes.values()), default=None)
        return [fix for fix in fixes.values() if fix.phase == earliest]

    def _round(self, fixes: list[Fix], *, first: bool) -> None:
        from mpmodernize.model.python2 import succeeded_names
        from mpmodernize.rewrite.apply import rewrite

        program = self.analysis.program
        assert program is not None  # it has fixes
        rewritten = rewrite(program.source, program.tree, [fix.edits for fix in fixes], program.index.parent)
        applied = {id(fixes[position]) for position in rewritten.applied}
        if not applied:
            reasons = {id(fixes[position]): reason for position, reason in rewritten.refused.items()}
            for each in self.analysis.diagnoses:
                if id(each.fix) in reasons:
                    self._refused[each.rule.code, each.message] = reasons[id(each.fix)]
            return
        if not first:
            self.later += [(each, program.source) for each in self.analysis.diagnoses if id(each.fix) in applied]
        background = replace(
            self._background,
            python2=program.python2,
            converted=False,
            former=program.former | succeeded_names(program),
        )
        analysis = _analyse(rewritten.source, background)
        if isinstance(analysis, SyntaxError):
            raise RuntimeError(f"a fix made a file that does not parse: {analysis}")
        self.analysis = analysis


def _settled(checked: Result, conversion: Conversion, rounds: _Rounds) -> Result:
    """The result: what is left stands at its new place; what was fixed, where it was."""
    filename, original = checked.filename, checked.original
    left = [place_diagnosis(each, None, rounds.source, filename, refused=reason) for each, reason in rounds.left]
    unconverted = [place_change(change, original, filename) for change in conversion.changes if not change.fixed]
    if unconverted:
        lines_of = line_map(rounds.source, original)
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
    for diagnosis, source in rounds.later:
        finding = place_diagnosis(diagnosis, None, source, filename)
        if (finding.code, finding.message) not in known:
            if source not in maps:
                maps[source] = line_map(original, source)
            fixed.append(_moved(finding, maps[source]))
    return Result(filename, original, rounds.source, tuple(sorted(fixed)), tuple(sorted(left)))


def _moved(finding: Finding, lines_of: Callable[[int], tuple[int, int]]) -> Finding:
    """The finding on the line that its line comes from."""
    line, _ = lines_of(finding.line)
    return replace(finding, line=line, end_line=line)
