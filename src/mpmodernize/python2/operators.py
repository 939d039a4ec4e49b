"""Backticks and `<>`.

Sources: *String conversions* and *Comparisons* in the Python 2.7 language reference; PEP 3099, PEP 401 (as a joke).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.python2.structure import is_word

if TYPE_CHECKING:
    from mpmodernize.python2.context import Context

_BACKTICKS = "backticks are `repr()` in Python 2 and a syntax error in Python 3"
_DIAMOND = "`<>` is `!=` in Python 2 and a syntax error in Python 3"


def convert_diamond(context: Context, index: int) -> None:
    """Write `!=`."""
    context.edits.replace(index, "!=")
    context.found("MP107", index, index + 1, _DIAMOND, definite=True)


def convert_backtick(context: Context, index: int) -> None:
    """Call `repr`, or format with `%r` in a file that gives the name `repr` to something else."""
    source, code = context.source, context.code
    close = source.match.get(index, index)
    if close <= index:
        return
    parts = source.split(index + 1, close)
    several = len(parts) > 1
    rebound = context.repr_is_rebound
    opening, closing = ("repr((", "))") if several else ("repr(", ")")
    if rebound:
        opening, closing = ("('%r' % ((", "),))") if several else ("('%r' % (", ",))")
    if not source.gap(index) and index and (is_word(code[index - 1]) or is_number(code[index - 1])):
        opening = f" {opening}"
    context.edits.replace(index, opening)
    context.edits.replace(close, closing)
    context.found("MP106", index, close + 1, _BACKTICKS, definite=True)


def is_number(token: str) -> bool:
    """Whether a token is a number."""
    return token[:1].isdigit() or (token[:1] == "." and len(token) > 1)
