"""Carries out edits of statements on the LibCST trees of the pieces they touch.

A statement is known by its path from the module's body (`(("body", 3), ("orelse", 0))`), which edits inside
expressions do not change; so all edits of a round are placed in one pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from mpmodernize.rewrite.edits import (
    EditRefusedError,
    Gather,
    Wrap,
)
from mpmodernize.rewrite.placement import Recast
from mpmodernize.rewrite.trees import (
    Layout,
    Statement,
    blank_lines,
    block_of,
    comment_lines,
    comments_of,
    leading,
    outdented,
    settle,
    split,
    trailing_comment,
    units,
    with_leading,
    without_blank_start,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mpmodernize.rewrite.placement import Path, Placed, Placement


class Builder:
    """Builds the new form of top-level statements."""

    def __init__(self, layout: Layout, placement: Placement, pieces: dict[int, list[Statement]]) -> None:
        self._layout = layout
        self._placement = placement
        self._pieces = pieces
        """For each touched top-level statement its tree, by its position in the module."""

    # -- the module's own level --------------------------------------------------------------------

    def top(self, position: int) -> list[Statement]:
        """What stands in the place of one top-level statement after the edits."""
        path: Path = (("body", position),)
        built = self._apart(path, self._wrapped_or_built(path, position))
        for gather, gathered, behind in self._placement.gathers:
            if behind == path:
                built.append(self._gathered(gather, gathered))
        return built

    def _apart(self, path: Path, new: list[Statement]) -> list[Statement]:
        """Like `_around`; definitions that are new here keep their distance."""
        before = self._placed(self._placement.before.get(path, []), _depth(path))
        after = self._placed(self._placement.after.get(path, []), _depth(path))
        gap = self._layout.gap
        before, after = (
            [with_leading(each, _at_least(gap, leading(each))) if _is_definition(each) else each for each in placed]
            for placed in (before, after)
        )
        comments = path in self._placement.leading
        before, new = _with_gap_of(before, new, comments=comments)
        if before and new and _is_definition(new[0]):
            new[0] = with_leading(new[0], _at_least(gap, leading(new[0])))
        return [*_set_apart(before, new, gap), *after]

    def _wrapped_or_built(self, path: Path, position: int) -> list[Statement]:
        if path in self._placement.wraps:
            last, wrap = self._placement.wraps[path]
            inner = [self._one((("body", each),)) for each in range(position, last + 1)]
            return [self._wrap(wrap, inner)]
        if path in self._placement.moved or self._is_wrapped_elsewhere(position):
            return []
        if path in self._placement.gone:
            return []
        return [self._one(path)]

    def _is_wrapped_elsewhere(self, position: int) -> bool:
        """Whether a top-level statement went into a block that an earlier one began."""
        return any(
            len(first) == 1 and first[0][1] < position <= last for first, (last, _) in self._placement.wraps.items()
        )

    def _gathered(self, gather: Gather, gathered: list[Path]) -> Statement:
        body = [*(self._moved(path) for path in gathered), *(self._layout.statements(gather.then))]
        body[0] = with_leading(body[0], without_blank_start(leading(body[0])))
        (header,) = self._layout.statements(f"{gather.header}\n    pass")
        block = cst.IndentedBlock(body=body)
        return with_leading(header.with_changes(body=block), blank_lines(self._layout.gap))

    # -- one statement -----------------------------------------------------------------------------

    def _one(self, path: Path) -> Statement:
        """The new form of the statement at `path`."""
        return self._inner(path, self._original(path))

    def _original(self, path: Path) -> Statement:
        (_, position), rest = path[0], path[1:]
        node: cst.CSTNode = self._pieces[position][0]
        for name, index in rest:
            node = _child(node, name, index)
        assert isinstance(node, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
        return node

    def _inner(self, path: Path, statement: Statement) -> Statement:
        """The statement with the edits inside its own blocks made."""
        below = {each[: len(path) + 1] for each in self._placement.touched() if each[: len(path)] == path}
        own = path in self._placement.at_start or path in self._placement.at_end
        fields = {each[len(path)][0] for each in below if len(each) > len(path)} | ({"body"} if own else set())
        changed: cst.CSTNode = statement
        for name in sorted(fields):
            changed = self._rebuild_field(path, changed, name)
        assert isinstance(changed, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
        return changed

    def _rebuild_field(self, path: Path, node: cst.CSTNode, name: str) -> cst.CSTNode:
        if name == "handlers":
            assert isinstance(node, (cst.Try, cst.TryStar))
            handlers = [
                self._rebuild_field((*path, (name, position)), each, "body")
                for position, each in enumerate(node.handlers)
            ]
            return node.with_changes(handlers=handlers)
        if name == "cases":
            assert isinstance(node, cst.Match)
            cases = [
                self._rebuild_field((*path, (name, position)), each, "body") for position, each in enumerate(node.cases)
            ]
            return node.with_changes(cases=cases)
        if name in ("orelse", "finalbody"):
            attribute = "orelse" if name == "orelse" else "finalbody"
            clause = getattr(node, attribute)
            if isinstance(clause, cst.If):  # `elif`
                return node.with_changes(orelse=self._inner((*path, (name, 0)), clause))
            return node.with_changes(**{attribute: clause.with_changes(body=self._suite(path, clause.body, name))})
        return node.with_changes(body=self._suite(path, node.body, name))  # type: ignore[attr-defined]

    # -- a block -----------------------------------------------------------------------------------

    def _suite(self, path: Path, suite: cst.BaseSuite, name: str) -> cst.IndentedBlock:
        block = block_of(suite)
        built: list[Statement] = []
        orphans: list[cst.EmptyLine] = []
        gap: list[cst.EmptyLine] = []  # the blank lines above a statement that is gone, for the next one
        position = 0
        parts = units(self._split_touched(path, block.body, name))
        starts = [sum(count for _, count in parts[:index]) for index in range(len(parts) + 1)]
        skip_until = 0
        starts_bare = not parts or not leading(parts[0][0]) or leading(parts[0][0])[0].comment is not None
        if parts and _is_definition(parts[0][0]) and (*path, (name, 0)) in self._placement.moved:
            starts_bare = True  # the blank line was there for the sake of the definition
        for index, (statement, _) in enumerate(parts):
            position = starts[index]
            if position < skip_until:
                continue
            here: Path = (*path, (name, position))
            new: list[Statement]
            if here in self._placement.wraps:
                last, wrap = self._placement.wraps[here]
                inner = [
                    self._inner((*path, (name, starts[each])), parts[each][0])
                    for each in range(index, len(parts))
                    if starts[each] <= last
                ]
                skip_until = last + 1
                new = [self._wrap(wrap, inner)]
            elif here in self._placement.gone:
                orphans += comment_lines(comments_of(statement))
                new = []
            elif here in self._placement.moved:
                new = []
            else:
                new = [self._inner(here, statement)]
            if not new:
                gap = gap or _blank_start(leading(statement))
            new = self._around(here, new)
            if new and gap and not _blank_start(leading(new[0])):
                new[0] = with_leading(new[0], [*gap, *leading(new[0])])
            if new:
                gap = []
            if new and orphans:
                new[0] = with_leading(new[0], [*orphans, *leading(new[0])])
                orphans = []
            built += new
        if built and starts_bare:
            built[0] = with_leading(built[0], without_blank_start(leading(built[0])))
        if name == "body":
            built = self._with_ends(path, built)
        if not built:
            built = list(self._layout.statements("pass"))
        footer = [*orphans, *block.footer]
        if name == "body" and footer and self._placement.at_end.get(path):
            own = len(built) - len(self._placed(self._placement.at_end[path], 0))
            built[own] = with_leading(built[own], [*footer, *leading(built[own])])
            footer = []
        return block.with_changes(body=built, footer=footer)

    def _with_ends(self, path: Path, built: list[Statement]) -> list[Statement]:
        first = self._placed(self._placement.at_start.get(path, []), _depth(path) + 1)
        last = self._placed(self._placement.at_end.get(path, []), _depth(path) + 1)
        if first:
            first[0] = with_leading(first[0], without_blank_start(leading(first[0])))
        head = 1 if built and _is_docstring(built[0]) else 0
        while head < len(built) and _is_declaration(built[head]):
            head += 1
        return [*built[:head], *_set_apart(first, built[head:], 1), *last]

    def _split_touched(self, path: Path, body: Sequence[cst.BaseStatement], name: str) -> list[Statement]:
        """The block's statements, with `a; b` in lines of their own where an edit touches only one of them."""
        touched = {
            each[len(path)][1]
            for each in self._placement.touched()
            if each[: len(path)] == path and len(each) == len(path) + 1 and each[-1][0] == name
        }
        result: list[Statement] = []
        position = 0
        for statement, count in units(body):
            if count > 1 and touched & set(range(position, position + count)):
                assert isinstance(statement, cst.SimpleStatementLine)
                result += split(statement)
            else:
                result.append(statement)
            position += count
        return result

    def _around(self, path: Path, new: list[Statement]) -> list[Statement]:
        """What is inserted before and after the statement at `path`."""
        before = self._placed(self._placement.before.get(path, []), _depth(path))
        after = self._placed(self._placement.after.get(path, []), _depth(path))
        if any(_is_definition(each) for each in (*before, *after)):
            gap = self._gap_beside(path)
            before = [with_leading(each, _at_least(gap, leading(each))) for each in before]
            after = [with_leading(each, _at_least(gap, leading(each))) for each in after]
            return [*_set_apart(before, new, gap), *after]
        before, new = _with_gap_of(before, new, comments=path in self._placement.leading)
        return [*before, *new, *after]

    def _gap_beside(self, path: Path) -> int:
        """The number of blank lines between the definitions of the block in which `path` stands."""
        parent = self._original(path[:-1])
        suite = parent.body if path[-1][0] == "body" else None
        body = suite.body if isinstance(suite, cst.IndentedBlock) else []
        gaps = [
            len(_blank_start(leading(each))) for each in body[1:] if isinstance(each, (cst.FunctionDef, cst.ClassDef))
        ]
        return min(gaps, default=1)

    def _placed(self, items: Sequence[Placed], depth: int) -> list[Statement]:
        """What is put into a block, which stands so many steps from the left margin."""
        placed: list[Statement] = []
        for item in items:
            if isinstance(item, str):
                placed += self._layout.statements(item)
            elif isinstance(item, Recast):
                (statement,) = self._layout.statements(item.code)
                placed.append(with_leading(statement, comment_lines(comments_of(self._original(item.path)))))
            else:
                moved = self._moved(item)
                further = max(0, _depth(item) - depth)
                placed.append(outdented(moved, self._layout.indent * further))
        return placed

    def _moved(self, path: Path) -> Statement:
        """The statement at `path`, ready for another place: one blank line above it is enough."""
        statement = settle(self._inner(path, self._original(path)))
        lines = leading(statement)
        kept = [each for each, previous in zip(lines, [None, *lines], strict=False) if not _both_blank(each, previous)]
        return with_leading(statement, kept)

    def _wrap(self, wrap: Wrap, inner: list[Statement]) -> Statement:
        (header,) = self._layout.statements(f"{wrap.header}\n    pass")
        footer: list[cst.EmptyLine] = []
        above = leading(inner[0])
        beside: cst.TrailingWhitespace | None = None
        if wrap.replacing_ends:
            first, last = inner[0], inner[-1]
            inner = inner[1:-1]
            beside = _beside(first, wrap.header)
            comment = trailing_comment(last)
            footer = [*(leading(last) if comments_of(last) else []), *comment_lines([comment] if comment else [])]
            inner[0] = with_leading(inner[0], without_blank_start(leading(inner[0])))
        else:
            inner[0] = with_leading(inner[0], [])
        body = [settle(each) for each in inner]
        block = cst.IndentedBlock(body=body, header=beside or cst.TrailingWhitespace(), footer=footer)
        return with_leading(header.with_changes(body=block), above)


def _depth(path: Path) -> int:
    """How many blocks stand around a statement; clauses are none."""
    return sum(name in ("body", "orelse", "finalbody") for name, _ in path) - 1


def _child(node: cst.CSTNode, name: str, index: int) -> cst.CSTNode:
    if name in ("handlers", "cases"):
        child: cst.CSTNode = getattr(node, name)[index]
        return child
    if name == "orelse" and isinstance(clause := node.orelse, cst.If):  # type: ignore[attr-defined]
        return clause
    suite: cst.BaseSuite = (node if name == "body" else getattr(node, name)).body  # type: ignore[union-attr]
    position = 0
    for statement, count in units(block_of(suite).body):
        if position <= index < position + count:
            if count > 1:
                assert isinstance(statement, cst.SimpleStatementLine)
                return split(statement)[index - position]
            return statement
        position += count
    raise EditRefusedError("a statement was not found where the tree has it")


def _is_definition(statement: Statement) -> bool:
    return isinstance(statement, (cst.FunctionDef, cst.ClassDef))


def _at_least(gap: int, lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """The lines, with no fewer than `gap` blank ones at the start."""
    blank = len(lines) - len(without_blank_start(lines))
    return [*blank_lines(gap - blank), *lines]


def _set_apart(new: list[Statement], following: list[Statement], gap: int) -> list[Statement]:
    """New statements before old ones; behind a new definition there is a gap."""
    if new and following and _is_definition(new[-1]):
        following = [with_leading(following[0], _at_least(gap, leading(following[0]))), *following[1:]]
    return [*new, *following]


def _with_gap_of(
    new: list[Statement], following: list[Statement], *, comments: bool
) -> tuple[list[Statement], list[Statement]]:
    """New statements take over the blank lines (and the comments) above the one that they are put in front of."""
    if not new or not following or leading(new[0]) or _is_definition(new[0]):
        return new, following
    lines = leading(following[0])
    rest = [] if comments else without_blank_start(lines)
    blank = lines[: len(lines) - len(rest)]
    return [with_leading(new[0], blank), *new[1:]], [with_leading(following[0], rest), *following[1:]]


def _blank_start(lines: list[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """The blank lines before the first comment."""
    return lines[: len(lines) - len(without_blank_start(lines))]


def _both_blank(line: cst.EmptyLine, previous: cst.EmptyLine | None) -> bool:
    return line.comment is None and previous is not None and previous.comment is None


def _beside(first: Statement, header: str) -> cst.TrailingWhitespace | None:
    """The comment beside a statement, in its column, for the header that takes the statement's place."""
    if not isinstance(first, cst.SimpleStatementLine):
        return None
    trailing = first.trailing_whitespace
    width = len(trailing.whitespace.value)
    if trailing.comment is None or width <= 2 or trailing.whitespace.value.strip(" "):
        return trailing
    bare = first.with_changes(leading_lines=[], trailing_whitespace=cst.TrailingWhitespace())
    difference = len(header) - len(cst.Module(body=[bare]).code.strip())
    return trailing.with_changes(whitespace=cst.SimpleWhitespace(" " * max(2, width - difference)))


def _is_declaration(statement: Statement) -> bool:
    """Whether this is a line with `global x` or `nonlocal x` alone."""
    return isinstance(statement, cst.SimpleStatementLine) and all(
        isinstance(each, (cst.Global, cst.Nonlocal)) for each in statement.body
    )


def _is_docstring(statement: Statement) -> bool:
    return (
        isinstance(statement, cst.SimpleStatementLine)
        and isinstance(statement.body[0], cst.Expr)
        and isinstance(statement.body[0].value, (cst.SimpleString, cst.ConcatenatedString))
    )
