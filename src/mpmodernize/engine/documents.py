"""Code in documents through the engine: taken out, judged program by program, put back, with findings where it stands.

The snippets of one program are joined for it, behind the imports that they take from other snippets, and separated
again after: no code moves from one snippet to another, and what was never theirs stays out.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from mpmodernize.documents import take_apart
from mpmodernize.engine import Cell, Result, Source, check_together, fix_together
from mpmodernize.engine.analysis import parse
from mpmodernize.engine.borders import CONTEXT, Borders, Joined
from mpmodernize.engine.grouping import Group, Part, imports_of, parse_snippets, programs, wanted_names
from mpmodernize.findings import Safety
from mpmodernize.model.glance import mentions_processes
from mpmodernize.model.index import Index
from mpmodernize.model.program import Program
from mpmodernize.model.python2 import shows_python3, speaks_python2
from mpmodernize.settings import Settings
from mpmodernize.text import line_map, newline_of, split_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mpmodernize.documents import Kind
    from mpmodernize.documents.document import Document, Place, Snippet
    from mpmodernize.engine.grouping import Import
    from mpmodernize.findings import Finding

_DEFAULT = Settings()
_MISSING_IMPORT = "MP202"


def check_document(source: Source, kind: Kind, *, settings: Settings = _DEFAULT) -> Result:
    """Find what is wrong in the code of a document, and change nothing.

    A snippet that is valid in neither Python gives one finding, `MP001`. Raises `documents.DocumentError` for a text
    that is no document of this kind.
    """
    document = take_apart(source.text, kind)
    work = _Work(document.snippets, _as_read(source, kind), settings)
    work.run(fix=False)
    left = work.findings(work.left, document.snippets)
    return Result(source.filename, source.text, source.text, (), left, cells=work.cells())


def fix_document(source: Source, kind: Kind, *, settings: Settings = _DEFAULT) -> Result:
    """Put right what can be put right in the code of a document, and report the rest; all else keeps its characters.

    Raises `documents.DocumentError` for a text that is no document of this kind, and `RuntimeError` if the fixes do
    not settle, which is a bug of the tool.
    """
    document = take_apart(source.text, kind)
    work = _Work(document.snippets, _as_read(source, kind), settings)
    work.run(fix=True)
    new = document.rebuilt(work.texts)
    while misread := _misread(take_apart(new, kind).snippets, work.texts):
        if not (work.give_up(misread) or work.give_up(range(len(work.texts)))):
            break
        new = document.rebuilt(work.texts)
    fixed = work.findings(work.fixed, document.snippets)
    left = work.findings(work.left, _snippets_after(document, work, new, kind))
    return Result(source.filename, source.text, new, fixed, left, cells=work.cells())


def _misread(after: Sequence[Snippet], texts: Sequence[str]) -> list[int]:
    """The snippets that the new document would not give back as they are; comments at their ends may be left out."""
    expected, found = ([each.rstrip("\r\n") for each in own] for own in (texts, [each.text for each in after]))
    misread: list[int] = []
    for tag, first, last, begin, end in SequenceMatcher(None, expected, found, autojunk=False).get_opcodes():
        if tag == "insert":
            return list(range(len(texts)))  # words have become code
        if last - first == end - begin:
            pairs = zip(range(first, last), found[begin:end], strict=True)
            misread += [position for position, text in pairs if not expected[position].startswith(text)]
        else:
            misread += range(first, last)
    return misread


def _as_read(source: Source, kind: Kind) -> Source:
    """The document; doctests have the imports of their module, which is not looked at."""
    return replace(source, silenced=(*source.silenced, _MISSING_IMPORT)) if kind == "docstrings" else source


def _snippets_after(document: Document, work: _Work, source: str, kind: Kind) -> Sequence[Snippet]:
    """The snippets of the fixed document, with the places that they have in it."""
    if not work.changed:
        return document.snippets
    after = take_apart(source, kind).snippets
    if len(after) != len(document.snippets):
        after = document.snippets
    triples = zip(document.snippets, after, work.texts, strict=True)
    return [replace(now, text=new, places=_places(old, now, new)) for old, now, new in triples]


def _places(old: Snippet, now: Snippet, new: str) -> Sequence[Place]:
    """The places of the lines of a fixed snippet, which reads as `now` in the fixed document."""
    if now.text == new:
        return now.places
    count = len(split_lines(new))
    if new.startswith(now.text):  # comments at the end may be left out
        last = now.places[-1]
        return [*now.places, *(replace(last, line=last.line + more) for more in range(1, count - len(now.places) + 1))]
    # The fixed text reads differently as a document: what is left is told where it stood before.
    lines_of = line_map(old.text, new)
    return [old.places[min(lines_of(line)[0], len(old.places)) - 1] for line in range(1, count + 1)]


@dataclass
class _Work:
    """The snippets of a document on their way through the engine. Findings stand in their snippets meanwhile."""

    snippets: Sequence[Snippet]
    document: Source
    settings: Settings
    is_python2: bool = field(init=False, default=False)
    """Whether the document is Python 2 as a whole."""
    groups: list[Group] = field(init=False, default_factory=list)
    """The programs that its snippets make up."""
    texts: list[str] = field(init=False)
    left: list[list[Finding]] = field(init=False)
    fixed: list[list[Finding]] = field(init=False)

    def __post_init__(self) -> None:
        self.texts = [each.text for each in self.snippets]
        self.left = [[] for _ in self.snippets]
        self.fixed = [[] for _ in self.snippets]

    @property
    def changed(self) -> bool:
        """Whether a snippet is another."""
        return any(new != old.text for new, old in zip(self.texts, self.snippets, strict=True))

    def run(self, *, fix: bool) -> None:
        """Do the work, program by program."""
        parts = parse_snippets(self.snippets, self.settings)
        self.is_python2 = is_python2(parts)
        valid = {each.position for each in parts}
        for position, each in enumerate(self.snippets):
            if position not in valid:
                source = replace(self.document, text=each.text)
                settings = self.settings
                if settings.source_version == "auto":  # what its mark says, as where it was read
                    settings = replace(settings, source_version=each.source_version)
                self.left[position] += check_together([source], settings=settings)[0].findings
        self.groups = programs(parts)
        for group in self.groups:
            self._work_on(group, fix=fix)

    def give_up(self, positions: Sequence[int]) -> bool:
        """Leave programs as they are that have one of these snippets and have changed; whether there are any."""
        given_up = False
        for group in self.groups:
            own = [each.position for each in group.parts]
            changed = any(self.texts[each] != self.snippets[each].text for each in own)
            if not changed or set(own).isdisjoint(positions):
                continue
            given_up = True
            for each in own:
                self.texts[each], self.left[each], self.fixed[each] = self.snippets[each].text, [], []
            self._work_on(group, fix=False)
            for each in own:
                self.left[each] = [_not_fixed(finding) for finding in self.left[each]]
        return given_up

    def cells(self) -> tuple[Cell, ...]:
        """The snippets that are cells of a notebook."""
        numbered = [(each.places[0].cell, each.text, new) for each, new in zip(self.snippets, self.texts, strict=True)]
        return tuple(Cell(number, old, new) for number, old, new in numbered if number is not None)

    def findings(self, found: Sequence[Iterable[Finding]], snippets: Sequence[Snippet]) -> tuple[Finding, ...]:
        """Findings in snippets as findings in the document."""
        placed = [_in_document(each, snippet) for snippet, own in zip(snippets, found, strict=True) for each in own]
        return tuple(sorted(placed, key=lambda each: (each.cell or 0, each.line, each.column, each.code)))

    def _work_on(self, group: Group, *, fix: bool) -> None:
        """Judge one program, and keep what comes of each of its snippets."""
        settings = self.settings
        if settings.source_version == "auto":
            settings = replace(settings, source_version=group.source_version)
        if settings.source_version == "auto" and self.is_python2:
            settings = replace(settings, source_version="2")
        beside = replace(self.document.beside, is_interactive=group.is_interactive)
        text = group.joined()
        source = replace(self.document, text=text, beside=beside, silenced=self._silenced(text))
        if not fix:
            result = check_together([source], settings=settings)[0]
        else:
            result = fix_together([source], settings=settings, borders=Borders(frozenset(group.kept)))[0]
        if _is_broken(result) and (len(group.parts) > 1 or group.context):
            # Each of them is valid, and together they are not: they are no program.
            for each in group.parts:
                self._work_on(Group([each]), fix=fix)
            return
        before, after = Joined(result.original), Joined(result.source)
        for number, part in enumerate(group.parts):
            after.trim(number, part.text)
            text = after.text(number)
            self.texts[part.position] = text if part.text.endswith(("\n", "\r")) else _without_newline(text)
            self.left[part.position] += after.findings(number, result.findings)
            self.fixed[part.position] += before.findings(number, result.fixed)
        if fix and group.has_context:
            self._bring_imports(group, after.text(CONTEXT))

    def _silenced(self, text: str) -> tuple[str, ...]:
        """The rules that say nothing of a program.

        In most documents what every reader knows to import is not imported: nothing is wrong with that as long as no
        processes come into it, which are what the document's programs are to be run for.
        """
        return self.document.silenced if mentions_processes(text) else (*self.document.silenced, _MISSING_IMPORT)

    def _bring_imports(self, group: Group, context: str) -> None:
        """Give the program what the fixed text imports in its context, and no snippet before it does."""
        brought = _imports_in(context)
        position = group.parts[0].position
        present = {each for text in self.texts[:position] for each in _imports_in(text)}
        for part in group.parts:
            tree = parse(self.texts[part.position])
            names = wanted_names(Index(tree)) if not isinstance(tree, SyntaxError) else frozenset()
            missing = [each for each in brought if each.name in names and each not in present]
            if missing:
                homes = [each.position for each in group.providers if each.only_imports]
                home = max(homes, default=part.position)
                self._add_imports(home, [each.code for each in missing])
                present.update(missing)

    def _add_imports(self, position: int, codes: Sequence[str]) -> None:
        from mpmodernize.rewrite.apply import rewrite
        from mpmodernize.rewrite.edits import AddImport

        old = self.texts[position]
        tree = parse(old)
        assert not isinstance(tree, SyntaxError)  # the fixed text of a snippet that parses
        if self.snippets[position].kind == "session" and not isinstance(tree.body[0], (ast.Import, ast.ImportFrom)):
            new = "".join(f"{code}{newline_of(old)}" for code in codes) + old
        else:
            new = rewrite(old, tree, [[AddImport(code) for code in codes]]).source
        lines_of = line_map(new, old)
        self.left[position] = [_shifted(each, lines_of(each.line)[0] - each.line) for each in self.left[position]]
        self.texts[position] = new


def _not_fixed(finding: Finding) -> Finding:
    if finding.safety is Safety.MANUAL:
        return finding
    advice = f"{finding.advice} (not fixed here: the fixed code would read as other code in this document)".strip()
    return replace(finding, safety=Safety.MANUAL, advice=advice)


def _shifted(finding: Finding, lines: int) -> Finding:
    return replace(finding, line=finding.line + lines, end_line=finding.end_line + lines)


def _in_document(finding: Finding, snippet: Snippet) -> Finding:
    """A finding in a snippet as one in the document."""
    last = len(snippet.places)
    start, end = (snippet.places[min(line, last) - 1] for line in (finding.line, finding.end_line))
    return replace(
        finding,
        line=start.line,
        column=finding.column + start.column,
        end_line=end.line,
        end_column=finding.end_column + end.column,
        cell=start.cell,
        edits=(),  # those of the joined text
    )


def _imports_in(text: str) -> list[Import]:
    tree = parse(text)
    return [] if isinstance(tree, SyntaxError) else list(imports_of(tree))


def _is_broken(result: Result) -> bool:
    return any(each.code == "MP001" for each in result.findings)


def _without_newline(text: str) -> str:
    return text[:-2] if text.endswith("\r\n") else text[:-1] if text.endswith(("\n", "\r")) else text


def is_python2(parts: Sequence[Part]) -> bool:
    """Whether a document is Python 2 as a whole: a snippet shows that, and none shows Python 3."""
    models = [(part, Program(part.conversion.source, part.tree, python2=part.conversion.python2)) for part in parts]
    if any(
        part.source_version == "3" or (not part.conversion.python2 and shows_python3(program))
        for part, program in models
    ):
        return False
    return any(part.conversion.python2 or speaks_python2(program) for part, program in models)
