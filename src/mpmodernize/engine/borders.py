"""Where the snippets of a document meet in a text that joins them, and the fixes that would not respect that.

A border is a statement of its own, which no fix moves and no rule has a word for: a number that nobody writes.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

from mpmodernize.records import Record
from mpmodernize.rewrite.edits import (
    AddImport,
    AddParameter,
    Delete,
    DropDefault,
    DropParameter,
    Gather,
    Hoist,
    Insert,
    InsertInto,
    Move,
    MoveInto,
    Rename,
    Replace,
)
from mpmodernize.text import split_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mpmodernize.findings import Finding
    from mpmodernize.rewrite.edits import Edit

_FIRST = 0x6D70_6D00_0000
_MOST = 0xFFFF
_BORDER = re.compile(rf"0x{_FIRST >> 16:x}([0-9a-f]{{4}})(?:\r\n|\r|\n)")
CONTEXT = -1
"""The number of what stands before the first snippet: code of other snippets that this one leans on."""

_MOVES = (Delete, Move, Hoist, MoveInto)
_SIGNATURES = (AddParameter, DropParameter, DropDefault)
_IMPORTS = (ast.Import, ast.ImportFrom, ast.alias)


def border(number: int) -> str:
    """The statement above the snippet with this number."""
    return f"{_FIRST + number:#x}"


def _number(statement: ast.stmt) -> int | None:
    """The number of the snippet below, if this is a border."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        value = statement.value.value
        if type(value) is int and _FIRST <= value <= _FIRST + _MOST:
            return value - _FIRST
    return None


def regions(tree: ast.Module) -> list[tuple[int, int]]:
    """For each snippet of a joined text its first line and its number, behind the context, which begins at line 1."""
    found = [(each.lineno + 1, number) for each in tree.body if (number := _number(each)) is not None]
    return [(1, CONTEXT if found and found[0][1] == 0 else 0), *found]


class Joined:
    """A text that joins snippets, taken apart at its borders; it need not be Python 3."""

    def __init__(self, text: str) -> None:
        self._lines = split_lines(text)
        self._extents: dict[int, tuple[int, int]] = {}
        start, number = 0, 0
        for place, line in enumerate(self._lines):
            below = _BORDER.fullmatch(line)
            if below is not None:
                following = int(below[1], 16)
                self._extents[CONTEXT if following == 0 else number] = (start, place)
                start, number = place + 1, following
        self._extents[number] = (start, len(self._lines))

    def trim(self, number: int, like: str) -> None:
        """Leave out blank lines around a snippet where `like`, its text before, had none: no file begins with one."""
        start, end = self._extents[number]
        before = split_lines(like)
        while start < end and not self._lines[start].strip() and before and before[0].strip():
            start += 1
        while start < end and not self._lines[end - 1].strip() and before and before[-1].strip():
            end -= 1
        self._extents[number] = (start, end)

    def text(self, number: int) -> str:
        """The text of a snippet, or of the context."""
        return "".join(self._lines[slice(*self._extents[number])])

    def findings(self, number: int, found: Sequence[Finding]) -> list[Finding]:
        """Those of the findings that stand in a snippet, with the lines of that snippet."""
        start, end = self._extents[number]
        return [
            replace(each, line=each.line - start, end_line=each.end_line - start)
            for each in found
            if start < each.line <= max(end, start + 1)
        ]


class Borders(Record):
    """What fixes of a joined text have to respect."""

    kept: frozenset[str] = frozenset()
    """Functions and classes that snippets elsewhere lean on as they are."""

    def divided(self, tree: ast.Module, edits: Sequence[Edit]) -> list[Edit]:
        """The edits of a fix, of which one that gathers statements of several snippets becomes one for each of them.

        Each snippet then has a guard of its own, in which its statements run when they ran before.
        """
        region = _region_of(tree)
        found: list[Edit] = []
        for edit in edits:
            if not isinstance(edit, Gather) or edit.behind is not None:
                found.append(edit)
                continue
            inside: dict[int, list[ast.stmt]] = {}
            for each in edit.statements:
                inside.setdefault(region(each), []).append(each)
            for number, statements in inside.items():
                into = edit.into if edit.into is not None and region(edit.into) == number else None
                found.append(replace(edit, statements=tuple(statements), into=into))
        return found

    def obstacle(self, tree: ast.Module, edits: Sequence[Edit]) -> str | None:
        """Why a fix can't be carried out; `None` where it can."""
        region = _region_of(tree)
        taken: set[int] = set()
        given: set[int] = set()
        for edit in edits:
            nodes = [] if isinstance(edit, AddImport) else list(_nodes(edit))
            places = {region(each) for each in nodes}
            if CONTEXT in places and not all(isinstance(each, _IMPORTS) for each in nodes):
                return "it would change code of another snippet of the document"
            if len(places) > 1:
                return "it would move code from one snippet of the document to another"
            if (name := self._kept_name(edit)) is not None:
                return f"another snippet of the document uses `{name}` as it is"
            if isinstance(edit, Delete) or (isinstance(edit, Replace) and isinstance(edit.node, ast.stmt)):
                taken |= places
            if isinstance(edit, (Insert, InsertInto)) or (isinstance(edit, Gather) and edit.then):
                given |= places
        if taken and given - taken:
            return "it would move code from one snippet of the document to another"
        return None

    def _kept_name(self, edit: Edit) -> str | None:
        """The name of a definition that stays as it is and that this edit would change for those that use it."""
        definition: ast.AST | None = None
        if isinstance(edit, _SIGNATURES):
            definition = edit.function
        elif isinstance(edit, Rename):
            definition = edit.definition
        elif isinstance(edit, _MOVES):
            definition = edit.statement
        name = getattr(definition, "name", None)
        return name if name in self.kept else None


def _region_of(tree: ast.Module) -> Callable[[ast.AST], int]:
    """A function that says in which snippet a node stands."""
    found = regions(tree)
    starts = [line for line, _ in found]
    return lambda node: found[bisect_right(starts, node.lineno) - 1][1]  # type: ignore[attr-defined]


def _nodes(edit: Edit) -> Iterator[ast.AST]:
    """The nodes that an edit speaks of and that stand in the text."""
    for value in vars(edit).values():
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, ast.AST) and hasattr(each, "lineno"):
                yield each
