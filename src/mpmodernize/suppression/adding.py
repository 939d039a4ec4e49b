"""Writing the comments that silence what is found today."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from mpmodernize.python2.lexer import divide
from mpmodernize.suppression.comments import Kind, Layout, directives
from mpmodernize.suppression.silence import INVALID, UNREADABLE, UNUSED, code_named
from mpmodernize.text import Replacement, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mpmodernize.findings import Finding
    from mpmodernize.suppression.comments import Directive

NOT_ADDED = frozenset({UNREADABLE, UNUSED, INVALID})
"""What no comment is written for: what can't be silenced, and comments that are to be mended instead."""


def with_comments(source: str, findings: Iterable[Finding], reason: str = "") -> str:
    """The text with comments that silence these findings, at the ends of their lines.

    Where a string or a backslash joins lines, that is the end of the last of them. A comment of ours that ends the line
    already gets the codes as well, and keeps its own reason. The code stays as it is, token by token. Raises
    `ValueError` where that fails, and for a reason of several lines.
    """
    if any(character in reason for character in "\r\n"):
        raise ValueError("a reason has one line")
    codes: dict[int, list[str]] = defaultdict(list)
    layout = Layout(source)
    for finding in findings:
        if finding.code not in NOT_ADDED:
            bound = layout.bound.get(finding.line, range(finding.line, finding.line + 1))
            codes[bound.stop - 1].append(finding.code)
    there = {each.line: each for each in directives(source) if _takes_more(each)}
    text = text_of(source)
    replacements = [
        replacement
        for line, wanted in sorted(codes.items())
        if (
            replacement := _comment(
                text.end_of_line(text.offset(line, 0)), there.get(line), sorted(set(wanted)), reason
            )
        )
    ]
    pieces, last = [], 0
    for each in replacements:
        pieces += [source[last : each.start], each.text]
        last = each.end
    result = "".join([*pieces, source[last:]])
    if divide(result)[1] != divide(source)[1]:
        raise ValueError("a comment would change the code")
    return result


def _takes_more(directive: Directive) -> bool:
    return directive.kind is Kind.LINE and not directive.alone and not directive.problem


def _comment(end_of_line: int, there: Directive | None, codes: list[str], reason: str) -> Replacement | None:
    """What is written for one line; `there` is the comment of ours that ends it already."""
    if there is None:
        behind = f" {reason}" if reason else ""
        return Replacement(end_of_line, end_of_line, f"  # mpmodernize: ignore[{', '.join(codes)}]{behind}")
    known = {code_named(there, each) for each in there.named}
    new = [code for code in codes if code not in known]
    end = there.named[-1].end
    return Replacement(end, end, "".join(f", {code}" for code in new)) if new else None
