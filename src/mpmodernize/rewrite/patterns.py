"""Edits inside edits: what a replacement keeps of an expression is written out with the edits made in there."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from mpmodernize.rewrite.edits import EditRefusedError, Replace
from mpmodernize.rewrite.lines import gone_together, without
from mpmodernize.rewrite.precedence import enclose, parse_expression
from mpmodernize.text import Replacement, Text, is_parenthesized

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PART = re.compile(r"\$(\d+)")
_SAME_PLACE = "two edits want the same place"


@dataclass(eq=False)
class Span:
    """One edit's place in the text, and what stands there afterwards."""

    start: int
    end: int
    text: str
    groups: frozenset[int]
    """The fixes that it belongs to: those are carried out whole or not at all."""
    edit: Replace | None = None
    """The replacement that keeps parts, whose text is known once its parts are written."""
    parent: ast.AST | None = None
    inner: list[Span] = field(default_factory=list)
    goes: bool = False
    """Whether this is a statement that nothing takes the place of."""

    def all_groups(self) -> set[int]:
        """The groups of this edit and of those inside it."""
        return set(self.groups).union(*(inner.all_groups() for inner in self.inner))

    def same(self, other: Span) -> bool:
        """Whether both are one edit that two fixes want."""
        if (self.start, self.end) != (other.start, other.end):
            return False
        if self.edit is None or other.edit is None:
            return self.edit is other.edit and self.text == other.text
        return self.edit.node is other.edit.node and self.edit.code == other.edit.code


def nest(text: Text, spans: Iterable[Span], refused: dict[int, str]) -> list[Span]:
    """Order the spans, each under the one whose part it lies in.

    `refused` gets the groups that are in the way of earlier ones. What is inserted where another span begins or ends
    stands outside it.
    """
    roots: list[Span] = []
    open_: list[Span] = []
    for span in _whole_lines(text, sorted(spans, key=_order)):
        while open_ and open_[-1].end <= span.start:
            open_.pop()
        siblings = open_[-1].inner if open_ else roots
        last = siblings[-1] if siblings else None
        twin = next(
            (each for each in (last, open_[-1] if open_ else None) if each is not None and each.same(span)), None
        )
        if twin is not None:
            twin.groups |= span.groups
            continue
        in_way = last if last is not None and span.start < last.end else None
        if in_way is None and open_ and not _in_a_part(text, open_[-1], span):
            in_way = open_[-1]
        if in_way is not None:
            _refuse_later(in_way, span, refused)
            continue
        siblings.append(span)
        if span.edit is not None:
            open_.append(span)
    return roots


def _whole_lines(text: Text, spans: list[Span]) -> list[Span]:
    """Statements that go from one line go together, and take with them what is left of it."""
    found: list[Span] = []
    for span in spans:
        last = found[-1] if found else None
        if span.goes and last is not None and last.goes and gone_together(text.source, last.end, span.start):
            last.end = span.end
            last.groups |= span.groups
        else:
            found.append(span)
    for span in found:
        if span.goes:
            span.start, span.end = without(text, span.start, span.end)
    return found


def _order(span: Span) -> tuple[int, bool, int, int]:
    return span.start, span.end > span.start, -span.end, min(span.groups)


def _refuse_later(first: Span, second: Span, refused: dict[int, str]) -> None:
    """Refuse the groups of one of two spans that overlap, if neither goes already: those that come later."""
    if not first.groups & refused.keys() and not second.groups & refused.keys():
        later = max(first, second, key=lambda each: min(each.groups))
        refused |= dict.fromkeys(later.groups, _SAME_PLACE)


def _in_a_part(text: Text, outer: Span, inner: Span) -> bool:
    assert outer.edit is not None
    return any(text.start(part) <= inner.start and inner.end <= text.end(part) for part in outer.edit.parts)


def replacement(text: Text, span: Span) -> Replacement:
    """The span as a plain replacement, its parts written out."""
    return Replacement(span.start, span.end, _written(text, span) if span.edit is not None else span.text)


def _written(text: Text, span: Span) -> str:
    edit = span.edit
    assert edit is not None
    _refuse_lost_comments(text, span, edit.parts)
    pattern, places = _pattern(edit.code)
    written: dict[str, str] = {}
    for number, part in enumerate(edit.parts):
        code = _part(text, span, part)
        expression = parse_expression(code)
        parent, place = places[f"_part_{number}_"]
        written[str(number)] = _on_one_line(enclose(code, expression, parent, place))
    result = _PART.sub(lambda match: written[match[1]], edit.code)
    if not isinstance(edit.node, ast.expr):
        return result
    return _on_one_line(once(text, span.start, span.end, enclose(result, pattern, span.parent, edit.node)))


def _part(text: Text, span: Span, part: ast.expr) -> str:
    start, end = text.start(part), text.end(part)
    pieces: list[str] = []
    position = start
    for inner in span.inner:
        if start <= inner.start and inner.end <= end:
            done = replacement(text, inner)
            pieces += [text.source[position : done.start], done.text]
            position = done.end
    return "".join([*pieces, text.source[position:end]])


def _on_one_line(code: str) -> str:
    """The code, in parentheses where it has line breaks that nothing of its own encloses."""
    if "\n" not in code and "\r" not in code:
        return code
    try:
        ast.parse(code, mode="eval")
    except SyntaxError:
        return f"({code})"
    return code


def once(text: Text, start: int, end: int, code: str) -> str:
    """The code without the parentheses it has got, where the text has some around this place."""
    if code[:1] != "(" or not is_parenthesized(text.source, start, end):
        return code
    try:
        ast.parse(code[1:-1], mode="eval")
    except SyntaxError:
        return code
    return code[1:-1]


def _refuse_lost_comments(text: Text, span: Span, parts: Sequence[ast.expr]) -> None:
    """A comment between the parts would be lost."""
    position = span.start
    for part in sorted(parts, key=text.start):
        _refuse_comment(text.source[position : text.start(part)])
        position = max(position, text.end(part))
    _refuse_comment(text.source[position : span.end])


def _refuse_comment(between: str) -> None:
    if "#" in between and re.search(r"^[^\"']*#", between, re.MULTILINE):
        raise EditRefusedError("a comment stands in the middle of what would change")


@lru_cache(maxsize=256)
def _pattern(code: str) -> tuple[ast.expr, dict[str, tuple[ast.AST | None, ast.AST]]]:
    """The tree of a pattern, and for each part its name's node there and the node above that."""
    tree = parse_expression(_PART.sub(r"_part_\1_", code))
    places: dict[str, tuple[ast.AST | None, ast.AST]] = {}
    if isinstance(tree, ast.Name):
        places[tree.id] = (None, tree)
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Name):
                places[child.id] = (node, child)
    return tree, places
