"""Comments that silence nothing: what is said of them, and how they are removed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mpmodernize.findings import Finding, Safety, TextEdit
from mpmodernize.python2.encodings import declaration
from mpmodernize.suppression.comments import Directive, Kind
from mpmodernize.suppression.silence import INVALID, UNUSED
from mpmodernize.text import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set

    from mpmodernize.settings import Settings
    from mpmodernize.suppression.comments import Named
    from mpmodernize.suppression.silence import Silence

_REST = re.compile(r"([ \t\f]*)(\r\n|[^\r\n]|[\r\n]|\Z)")


def complaints(silence: Silence, filename: str, settings: Settings, ran: Set[str], used: Set[int]) -> list[Finding]:
    """The findings about the comments of a text: those that silence nothing, and those that are not understood.

    `ran` are the codes of the rules that have looked at it, `used` the names that have silenced something.
    """
    found: list[Finding] = []
    text = text_of(silence.text)

    def add(
        code: str, name: str, span: tuple[int, int], message: str, advice: str, removed: Sequence[tuple[int, int]] = ()
    ) -> None:
        start, end = span
        found.append(
            Finding(
                filename,
                *text.position(start),
                *text.position(end),
                code,
                name,
                message,
                safety=Safety.SAFE if removed else Safety.MANUAL,
                advice=advice,
                edits=tuple(TextEdit(*text.position(start), *text.position(end), "") for start, end in removed),
            )
        )

    for directive, names in silence.unused(ran, used).items() if settings.selects(UNUSED) else ():
        whole = _goes(directive, names)
        span = (directive.start, directive.listed) if whole else (names[0].start, names[-1].end)
        several = ", ".join(f"`{each.text}`" for each in names)
        advice = "remove the comment" if whole else "take it out of the list"
        where = "in this file" if directive.kind is Kind.FILE else "here"
        add(
            UNUSED,
            "unused-suppression",
            span,
            f"{several}: there is no such finding {where}",
            advice,
            _spans(silence.text, directive, names),
        )
    for directive, named, problem in silence.invalid() if settings.selects(INVALID) else ():
        span = (named.start, named.end) if named is not None else (directive.start, directive.listed)
        add(INVALID, "invalid-suppression", span, problem, "")
    return found


def without(source: str, unused: Mapping[Directive, list[Named]]) -> str:
    """The text without these names, without comments in which none is left, and without lines that held no more."""
    result = source
    # from the end: what stands before keeps its offset
    for directive, names in sorted(unused.items(), key=lambda each: -each[0].start):
        for start, end in reversed(_spans(result, directive, names)):
            result = result[:start] + result[end:]
    if _declared(result) != _declared(source):  # a line less at the top would make another comment a declaration
        return source
    return result


def _spans(source: str, directive: Directive, names: list[Named]) -> list[tuple[int, int]]:
    """What is to be taken out of a text for these names to be gone from a comment."""
    if _goes(directive, names):
        return [_span_of_comment(source, directive)]
    return [_span_of_name(named, directive, names) for named in names]


def _declared(source: str) -> str:
    found = declaration(source)
    return found.name if found is not None else ""


def _goes(directive: Directive, names: list[Named]) -> bool:
    """Whether nothing is left of a comment without these names."""
    return len(names) == len(directive.named)


def _span_of_comment(source: str, directive: Directive) -> tuple[int, int]:
    """What goes with a comment: the blanks before it, or behind it where another follows; the line, if it is alone."""
    line_start = max(source.rfind("\n", 0, directive.start), source.rfind("\r", 0, directive.start)) + 1
    rest = _REST.match(source, directive.end)
    assert rest is not None
    if not rest[2].isspace() and rest[2]:
        return directive.start, rest.end(1)
    before = source[line_start : directive.start]
    code = before.rstrip(" \t\f")
    return (line_start + len(code), rest.end(1)) if code else (line_start, rest.end())


def _span_of_name(named: Named, directive: Directive, gone: list[Named]) -> tuple[int, int]:
    """What goes with a name: the comma before it where a name is left there, or else the one behind it."""
    position = directive.named.index(named)
    if any(each not in gone for each in directive.named[:position]):
        return directive.named[position - 1].end, named.end
    return named.start, directive.named[position + 1].start
