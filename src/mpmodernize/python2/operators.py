"""Backticks, `<>`, and the minus of an imaginary number.

Sources: *String conversions* and *Comparisons* in the Python 2.7 language reference; PEP 3099, PEP 401 (as a joke).
For the minus `ast_for_factor` in 2.7's `ast.c`, which reads it as a part of the number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.python2.lexer import NEWLINES
from mpmodernize.python2.structure import ends_operand, is_word

if TYPE_CHECKING:
    from mpmodernize.python2.context import Context

_BEFORE_VALUE = frozenset({"(", "[", "{", ",", "=", ":", "`", "print", "return", "yield"})
_BEHIND_VALUE = frozenset({")", "]", "}", ",", ":", ";", "`", "", *NEWLINES})

_BACKTICKS = "backticks are `repr()` in Python 2 and a syntax error in Python 3"
_DIAMOND = "`<>` is `!=` in Python 2 and a syntax error in Python 3"
_IMAGINARY = "`-{0}` has the real part 0.0 in Python 2 and -0.0 in Python 3, which shows where it is printed: `0-{0}`"


def convert_diamond(context: Context, index: int, _token: str) -> None:
    """Write `!=`."""
    context.edits.replace(index, "!=")
    context.found("MP107", index, index + 1, _DIAMOND, definite=True)


def convert_backtick(context: Context, index: int, _token: str) -> None:
    """Call `repr`, or format with `%r` where the name `repr` is something else."""
    source, code = context.source, context.code
    close = source.match.get(index, index)
    if close <= index:
        return
    parts = source.split(index + 1, close)
    several = len(parts) > 1
    opening, closing = ("repr((", "))") if several else ("repr(", ")")
    if context.rebinds_repr(index):
        opening, closing = ("'%r' % ((", "),)") if several else ("'%r' % (", ",)")
        if not (code[index - 1] in _BEFORE_VALUE and code[close + 1] in _BEHIND_VALUE):
            opening, closing = f"({opening}", f"{closing})"
    if not source.gap(index) and index and (is_word(code[index - 1]) or is_number(code[index - 1])):
        opening = f" {opening}"
    context.edits.replace(index, opening)
    context.edits.replace(close, closing)
    context.found("MP106", index, close + 1, _BACKTICKS, definite=True)


def convert_imaginary(context: Context) -> None:
    """Write `0-3j` for `-3j`."""
    source, code = context.source, context.code
    numbers = {token for token in source.names if token[-1:] in {"j", "J"} and is_number(token)}
    numbers = {token for token in numbers if token.rstrip("jJ").lower().split("e")[0].strip("0.")}
    if not numbers:
        return
    for index, token in enumerate(code):
        if token not in numbers or code[index - 1] != "-" or code[index + 1] in {"**", ".", "[", "("}:
            continue
        if index < 2 or not ends_operand(code[index - 2]):
            alone = code[index - 2] in _BEFORE_VALUE and code[index + 1] in _BEHIND_VALUE
            context.edits.before(index - 1, "0" if alone else "(0", index)
            if not alone:
                context.edits.after(index, ")", index - 1)
            context.found("MP125", index - 1, index + 1, _IMAGINARY.format(token))


def is_number(token: str) -> bool:
    """Whether a token is a number."""
    return token[:1].isdigit() or (token[:1] == "." and len(token) > 1)
