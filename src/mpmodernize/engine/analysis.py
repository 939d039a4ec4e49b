"""From text to what the rules say about it: convert Python 2 syntax, parse, model, ask the rules."""

from __future__ import annotations

import ast
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

from mpmodernize.model.glance import mentions_old_names, mentions_processes
from mpmodernize.records import Record
from mpmodernize.suppression.silence import Silence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mpmodernize.files.decode import Misread
    from mpmodernize.model.joint import Finder
    from mpmodernize.model.program import Program
    from mpmodernize.python2 import Conversion
    from mpmodernize.rules.base import Diagnosis, Fix, Rule
    from mpmodernize.settings import Settings, Surroundings


_SHARED = "(not fixed here: the same fix would put right what a comment silences)"
_TOO_EARLY = "(not fixed here: {} stays, and the next run would take the new name for one of Python 2)"


class Background(Record):
    """What is known of a file besides its text, and stays so while that changes."""

    settings: Settings
    beside: Surroundings
    python2: bool
    converted: bool
    """Whether this very text has come out of a conversion of syntax."""
    former: frozenset[str] = frozenset()
    """Names that fixes have replaced, and that still say something."""

    @classmethod
    def of(cls, conversion: Conversion, settings: Settings, beside: Surroundings) -> Background:
        """What a conversion has shown."""
        converted = conversion.python2 and bool(conversion.changes)
        return cls(settings, beside, conversion.python2, converted)

    def after(self, program: Program) -> Background:
        """What is known of the text that fixes of this program have made."""
        from mpmodernize.model.python2 import succeeded_names

        former = program.former | succeeded_names(program)
        return replace(self, python2=program.python2, converted=False, former=former)


class Analysis(Record):
    """A text in Python 3, and what the rules say about it."""

    source: str
    program: Program | None
    """`None` where a glance showed that no rule has anything to say."""
    diagnoses: list[Diagnosis]
    """What the rules say and no comment silences."""
    silence: Silence
    """The comments that silence findings, and which of them have done so."""
    ran: frozenset[str] = frozenset()
    """The codes of the rules that have looked at it."""


def read(
    text: str, settings: Settings, misread: Misread | None, beside: Surroundings, *, alone: bool = True
) -> tuple[Conversion, Analysis | SyntaxError]:
    """The text in Python 3, and what the rules say about it; nothing yet where it does not stand `alone`.

    A text without a definite sign of Python 2 that is not valid Python 3, and is valid Python 2, is that: `async = 1`.
    """
    look = analyse if alone else _parsed
    conversion = _convert(text, settings, misread)
    analysis = look(conversion.source, Background.of(conversion, settings, beside))
    if isinstance(analysis, SyntaxError) and settings.source_version == "auto" and not conversion.python2:
        older = _convert(text, replace(settings, source_version="2"), misread)
        again = look(older.source, Background.of(older, settings, beside)) if older.python2 else analysis
        if not isinstance(again, SyntaxError):
            return older, again
    return conversion, analysis


def _convert(text: str, settings: Settings, misread: Misread | None) -> Conversion:
    from mpmodernize.python2 import convert

    return convert(text, settings.source_version, misread)


def _parsed(source: str, _background: Background) -> Analysis | SyntaxError:
    tree = parse(source)
    return tree if isinstance(tree, SyntaxError) else Analysis(source, None, [], Silence(source))


def analyse(source: str, background: Background) -> Analysis | SyntaxError:
    """What the rules say about one text."""
    tree = parse(source)
    if isinstance(tree, SyntaxError):
        return tree
    beside = background.beside
    neighbours = beside.modules if beside.is_package else frozenset()
    processes = mentions_processes(source)
    old_names = background.python2 or mentions_old_names(source, neighbours)
    if not processes and not old_names:
        return Analysis(source, None, [], Silence(source))
    program = _model(source, tree, background)
    rules = _rules(background.settings, processes=processes, old_names=old_names)
    return _heard({"": (program, rules, background.settings, _ask(program, rules, background.settings))})[""]


def analyse_together(
    sources: Mapping[str, str], backgrounds: Mapping[str, Background], find: Finder
) -> dict[str, Analysis | SyntaxError]:
    """What the rules say about the files of one program; those that do not parse are left out of it."""
    from mpmodernize.model.joint import Joint

    trees = {filename: parse(source) for filename, source in sources.items()}
    programs = {
        filename: _model(sources[filename], tree, backgrounds[filename])
        for filename, tree in trees.items()
        if not isinstance(tree, SyntaxError)
    }
    if programs:
        Joint(programs, find)
    asked = {}
    for filename, program in programs.items():
        settings = backgrounds[filename].settings
        rules = _rules(settings, processes=True, old_names=program.python2 or mentions_old_names(program.source))
        diagnoses = _ask(program, rules, settings)
        asked[filename] = (program, rules, settings, [each for each in diagnoses if program.owns(each.node)])
    broken = {filename: tree for filename, tree in trees.items() if isinstance(tree, SyntaxError)}
    found: dict[str, Analysis | SyntaxError] = {**broken, **_heard(asked)}
    return {filename: found[filename] for filename in sources}


def parse(source: str) -> ast.Module | SyntaxError:
    """The tree of a text in Python 3, without warnings."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError) as error:
        return SyntaxError(str(error) or type(error).__name__, ("", 1, 1, "", 1, 1))


def _model(source: str, tree: ast.Module, background: Background) -> Program:
    from mpmodernize.model.program import Program
    from mpmodernize.model.python2 import speaks_python2

    program = Program(source, tree, python2=background.python2, former=background.former)
    program.beside = background.beside
    program.may_pin_fork = background.settings.pin_fork
    program.may_fix = background.settings.carries_out
    program.oldest_target = background.settings.target_version
    program.starts_by_fork = background.settings.start_method == "fork"
    program.python2 = background.python2 or (background.settings.source_version != "3" and speaks_python2(program))
    program.compatibility.for_both = not program.python2
    program.shows_python2 = background.converted
    return program


def _rules(settings: Settings, *, processes: bool, old_names: bool) -> list[Rule]:
    from mpmodernize.rules import OF_PROCESSES, OF_PYTHON_2, program_rules

    families = (OF_PYTHON_2 if old_names else ()) + (OF_PROCESSES if processes else ())
    return [
        rule
        for rule in program_rules(families)
        if settings.selects(rule.code) and settings.starts_by(rule.start_methods)
    ]


def _ask(program: Program, rules: list[Rule], settings: Settings) -> list[Diagnosis]:
    found = [diagnosis for rule in rules for diagnosis in rule.check(program)]
    found += [diagnosis for rule in rules for diagnosis in rule.conclude(program, found)]
    return _without_unfixable(found, settings)


def _heard(asked: Mapping[str, tuple[Program, list[Rule], Settings, list[Diagnosis]]]) -> dict[str, Analysis]:
    """What is left of the diagnoses when the comments have had their say.

    A fix that would also put right what a comment silences is carried out for nobody, in whatever file.
    """
    analyses: dict[str, Analysis] = {}
    held: dict[Fix, str] = {}
    for filename, (program, rules, settings, diagnoses) in asked.items():
        silence = Silence(program.source)
        silenced: set[str] = set()
        heard: list[Diagnosis] = []
        for each in diagnoses:
            if silence.hides(each.rule.code, each.node.lineno):  # type: ignore[attr-defined]
                silenced.add(each.rule.code)
                held |= {each.fix: _SHARED} if each.fix is not None else {}
            elif settings.starts_by(each.start_methods):  # asked last: a comment about the other methods is of use
                heard.append(each)
        held |= _too_early(program, settings, heard, silenced)
        ran = frozenset(rule.code for rule in rules)
        analyses[filename] = Analysis(program.source, program, heard, silence, ran)
    return {filename: replace(each, diagnoses=_withheld(each.diagnoses, held)) for filename, each in analyses.items()}


def _too_early(program: Program, settings: Settings, heard: list[Diagnosis], silenced: set[str]) -> dict[Fix, str]:
    """The fixes that have to wait for findings which stay, with the reasons; `silenced` are the rules of some."""
    waiting = [each for each in heard if each.fix is not None and each.rule.not_before]
    wanted = {code for each in waiting for code in each.rule.not_before}
    staying = {code for code in wanted if code in silenced or (_is_off(code, settings) and _finds(code, program))}
    return {
        each.fix: _TOO_EARLY.format(min(staying.intersection(each.rule.not_before)))
        for each in waiting
        if each.fix is not None and not staying.isdisjoint(each.rule.not_before)
    }


def _is_off(code: str, settings: Settings) -> bool:
    return not (settings.selects(code) and settings.fixes(code))


def _finds(code: str, program: Program) -> bool:
    """Whether a rule has anything to say about a program, be it selected or not."""
    from mpmodernize.rules import Rule, find_rule

    rule = find_rule(code)
    return rule is not None and issubclass(rule, Rule) and any(True for _ in rule().check(program))


def _withheld(diagnoses: list[Diagnosis], held: Mapping[Fix, str]) -> list[Diagnosis]:
    """The diagnoses without these fixes, for which there are reasons."""
    return [
        replace(each, fix=None, advice=f"{each.advice} {held[each.fix]}".strip())
        if each.fix is not None and each.fix in held
        else each
        for each in diagnoses
    ]


def _without_unfixable(diagnoses: list[Diagnosis], settings: Settings) -> list[Diagnosis]:
    """The diagnoses, without the fixes of rules that may not fix, nor those that other rules share with them."""
    held = {id(each.fix) for each in diagnoses if each.fix is not None and not settings.fixes(each.rule.code)}
    return [replace(each, fix=None) if id(each.fix) in held else each for each in diagnoses] if held else diagnoses
