"""Fixes, carried out in rounds: phase by phase, until none is left; each round models the new text."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING

from mpmodernize.engine.analysis import Analysis, Background, analyse, analyse_together, read
from mpmodernize.engine.comments import with_comments_beside
from mpmodernize.findings import Safety

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mpmodernize.engine.borders import Borders
    from mpmodernize.model.joint import Finder
    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.apply import Rewritten
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis, Fix

MAX_ROUNDS = 10
"""More rounds than this mean that two rules undo each other: a bug."""


class Rounds:
    """Carries out the fixes of one file, or of the files of one program."""

    def __init__(
        self,
        analyses: Mapping[str, Analysis],
        backgrounds: Mapping[str, Background],
        find: Finder | None = None,
        kept: Mapping[str, str] | None = None,
        borders: Borders | None = None,
    ) -> None:
        """Begin with what is known of each file.

        `find` says which of them an import means; `kept` has the files that stay as they are, with the reason.
        `borders` are those of the snippets that a text joins: fixes respect them.
        """
        self.analyses = dict(analyses)
        self.later: list[tuple[str, Diagnosis, str]] = []
        """What was fixed after the first round, with its file and text: things that only the fixes before made
        visible."""
        self.tied: dict[str, set[str]] = defaultdict(set)
        """For each file, those with which it shares a fix: they are written together or not at all."""
        self._backgrounds = dict(backgrounds)
        self._find = find
        self._kept = dict(kept or {})
        self._borders = borders
        self._refused: dict[tuple[str, str, str], str] = {}

    def left(self, filename: str) -> list[tuple[Diagnosis, str | None]]:
        """What is left in a file, with the reason where a fix could not be carried out."""
        diagnoses = self.analyses[filename].diagnoses
        return [(each, self._refused.get((filename, each.rule.code, each.message))) for each in diagnoses]

    def run(self) -> None:
        """Do all rounds; raises `RuntimeError` where they do not settle."""
        self._refuse_what_changes_kept_files()
        for number in range(MAX_ROUNDS):
            fixes = self._wanted()
            if not fixes:
                return
            self._round(fixes, first=number == 0)
            self._refuse_what_changes_kept_files()
        if self._wanted():
            raise RuntimeError(f"the fixes do not settle after {MAX_ROUNDS} rounds")

    def replace(self, sources: dict[str, str]) -> None:
        """Put other texts in the place of some: the same programs with other comments."""
        if sources:
            self._analyse(sources)

    def afresh(self) -> Mapping[str, Analysis]:
        """What the next run will say of the texts: it can't know any more that they were Python 2."""
        backgrounds = {}
        for filename, each in self.analyses.items():
            settings, beside = self._backgrounds[filename].settings, self._backgrounds[filename].beside
            conversion, _ = read(each.source, settings, None, beside, alone=False)
            backgrounds[filename] = Background.of(conversion, settings, beside)
        return self._analysed({filename: each.source for filename, each in self.analyses.items()}, backgrounds)

    def _diagnoses(self) -> Iterator[tuple[str, Diagnosis]]:
        return ((name, each) for name, analysis in self.analyses.items() for each in analysis.diagnoses)

    def _wanted(self) -> list[tuple[str, Fix]]:
        """The fixes of the earliest phase that has any, each once, with the file that they were found in."""
        fixes = {
            id(each.fix): (filename, each.fix)
            for filename, each in self._diagnoses()
            if each.fix is not None
            and each.fix.safety in self._allowed(filename)
            and (filename, each.rule.code, each.message) not in self._refused
        }
        earliest = min((fix.phase for _, fix in fixes.values()), default=None)
        return [(filename, fix) for filename, fix in fixes.values() if fix.phase == earliest]

    def _refuse_what_changes_kept_files(self) -> None:
        for filename, each in self._diagnoses() if self._kept else ():
            touched = self._parts(filename, each.fix).keys() & self._kept.keys() if each.fix is not None else set()
            if touched:
                first = min(touched)
                why = self._kept[first] if first == filename else f"in {first}, {self._kept[first]}"
                self._refused[filename, each.rule.code, each.message] = why

    def _allowed(self, filename: str) -> set[Safety]:
        unsafe = self._backgrounds[filename].settings.unsafe_fixes
        return {Safety.SAFE, Safety.UNSAFE} if unsafe else {Safety.SAFE}

    def _round(self, fixes: list[tuple[str, Fix]], *, first: bool) -> None:
        parts = [self._parts(filename, fix) for filename, fix in fixes]
        rewritten, refused = self._rewrite(parts)
        applied = {id(fix) for position, (_, fix) in enumerate(fixes) if position not in refused}
        if not applied:
            reasons = {id(fixes[position][1]): reason for position, reason in refused.items()}
            for filename, each in self._diagnoses():
                if id(each.fix) in reasons:
                    self._refused[filename, each.rule.code, each.message] = reasons[id(each.fix)]
            return
        if not first:
            for filename, each in self._diagnoses():
                if id(each.fix) in applied:
                    self.later.append((filename, each, self.analyses[filename].source))
        for position, part in enumerate(parts):
            for filename in part if position not in refused else ():
                self.tied[filename] |= part.keys()
        before = dict(self.analyses)
        self._analyse({filename: each.source for filename, each in rewritten.items()})
        self.replace(
            {
                filename: text
                for filename, each in self.analyses.items()
                if (text := with_comments_beside(before[filename], each, filename)) is not None
            }
        )

    # -- several files -----------------------------------------------------------------------------

    def _parts(self, filename: str, fix: Fix) -> dict[str, list[Edit]]:
        """The edits of a fix by the file that they change."""
        parts: dict[str, list[Edit]] = defaultdict(list)
        edits, program = fix.edits, self.analyses[filename].program
        if self._borders is not None and program is not None:
            edits = self._borders.divided(program.tree, edits)
        for edit in edits:
            parts[file_of(edit, program, filename)].append(edit)
        return parts

    def _rewrite(self, parts: list[dict[str, list[Edit]]]) -> tuple[dict[str, Rewritten], dict[int, str]]:
        """The new texts; and the positions of fixes that could not be carried out in all their files, with reasons."""
        from mpmodernize.rewrite.apply import rewrite

        refused = self._across_borders(parts)
        found: dict[str, Rewritten] = {}
        waiting = {filename for position, part in enumerate(parts) if position not in refused for filename in part}
        while waiting:
            filename = min(waiting)
            waiting.discard(filename)
            program = self.analyses[filename].program
            assert program is not None  # a fix has been found for it
            positions = [
                position for position, part in enumerate(parts) if filename in part and position not in refused
            ]
            groups = [parts[position][filename] for position in positions]
            found[filename] = rewrite(program.source, program.tree, groups, program.index.parent)
            for place, reason in found[filename].refused.items():
                refused[positions[place]] = reason
                # what has been written of it in other files must go again
                waiting |= parts[positions[place]].keys() & found.keys() - {filename}
        return found, refused

    def _across_borders(self, parts: list[dict[str, list[Edit]]]) -> dict[int, str]:
        """The positions of fixes that don't respect the borders of snippets, with reasons."""
        refused: dict[int, str] = {}
        for position, part in enumerate(parts) if self._borders is not None else ():
            for filename, edits in part.items():
                program = self.analyses[filename].program
                assert self._borders is not None
                obstacle = self._borders.obstacle(program.tree, edits) if program is not None else None
                if obstacle is not None:
                    refused[position] = obstacle
        return refused

    def _analyse(self, sources: dict[str, str]) -> None:
        for filename, analysis in self.analyses.items():
            if analysis.program is not None:
                self._backgrounds[filename] = self._backgrounds[filename].after(analysis.program)
        old = {filename: each.source for filename, each in self.analyses.items()} if self._find is not None else {}
        self.analyses |= self._analysed(old | sources, self._backgrounds)

    def _analysed(self, sources: Mapping[str, str], backgrounds: Mapping[str, Background]) -> dict[str, Analysis]:
        analyses: Mapping[str, Analysis | SyntaxError]
        if self._find is None:
            analyses = {filename: analyse(source, backgrounds[filename]) for filename, source in sources.items()}
        else:
            analyses = analyse_together(sources, backgrounds, self._find)
        found = {}
        for filename, new in analyses.items():
            if isinstance(new, SyntaxError):
                raise RuntimeError(f"a fix made a file that does not parse: {new}")
            found[filename] = new
        return found


def file_of(edit: Edit, program: Program | None, filename: str) -> str:
    """The file that an edit changes; `filename` is the one that it was found in, which has this program."""
    node = _node_of(edit)
    if program is None or program.joint is None or node is None:
        return filename
    return program.joint.index.filename(node) or filename


def _node_of(edit: Edit) -> ast.AST | None:
    """A node of the file that an edit changes."""
    for value in vars(edit).values():
        first = value[0] if isinstance(value, tuple) and value else value
        if isinstance(first, ast.AST):
            return first
    return None
