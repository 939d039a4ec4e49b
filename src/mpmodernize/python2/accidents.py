"""What 2.7's grammar allows by accident, and nobody misses: forms that Python 3 refuses for a detail of their spelling.

Source: *Full Grammar specification* of 2.7: `subscript: '.' '.' '.'`, `argument: test '=' test`, `arglist` with a
trailing comma behind a generator, `list_if: 'if' old_test` with `old_test: or_test | old_lambdef`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mpmodernize.python2.lexer import NEWLINES
from mpmodernize.python2.structure import is_word

if TYPE_CHECKING:
    from mpmodernize.python2.context import Context

_ELLIPSIS = "`{}` with blanks in it is a syntax error in Python 3"
_KEYWORD = "`({}) = …` in a call is a syntax error in Python 3"
_COMMA = "a comma behind a generator expression in a call is a syntax error in Python 3"
_LAMBDA = "`if lambda` without parentheses is a syntax error in a comprehension of Python 3"

_SPREAD_DOTS = re.compile(r"\.(?:[ \t\f\\\r\n]+\.[ \t\f\\\r\n]*|[ \t\f\\\r\n]*\.[ \t\f\\\r\n]+)\.")
_SHUT_KEYWORD = re.compile(r"[(,][ \t]*\([ \t]*\w+[ \t)]*=(?!=)")
_ENDS_STATEMENT = frozenset({*NEWLINES, ";", ":"})


def convert_accidents(context: Context) -> None:
    """Write such forms as the language means them."""
    if _SPREAD_DOTS.search(context.source.text):
        _join_dots(context)
    if _SHUT_KEYWORD.search(context.source.text):
        for closing in [index for index, text in enumerate(context.code) if text == ")"]:
            if context.code[closing + 1] == "=" and closing in context.source.match:
                _bare_keyword(context, closing)
    for opening, _ in context.source.comprehensions:
        _drop_comma(context, opening)
    for index in context.source.lambdas:
        if context.code[index - 1] == "if" and index > 1 and context.code[index - 2] not in _ENDS_STATEMENT:
            _enclose_lambda(context, index)


def _join_dots(context: Context) -> None:
    source, code = context.source, context.code
    index = 0
    while index < len(code) - 3:
        if code[index : index + 3] != [".", ".", "."] or code[index - 1] not in {"[", ","}:
            index += 1
            continue
        if source.gap(index + 1) or source.gap(index + 2):
            context.found("MP121", index, index + 3, _ELLIPSIS.format(source.slice(index, index + 3)), definite=True)
            context.edits.substitute(index, index + 3, "...")
        index += 3


def _bare_keyword(context: Context, closing: int) -> None:
    """Write `f(a=1)` for `f((a)=1)`."""
    code, match = context.code, context.source.match
    first, stop = match[closing], closing + 1
    while first + 1 < stop - 1 and code[first] == "(" and match.get(first) == stop - 1:
        first, stop = first + 1, stop - 1
    opening = match[closing]
    if stop != first + 1 or not is_word(code[first]) or code[opening - 1] not in {"(", ","}:
        return
    context.found("MP121", opening, closing + 1, _KEYWORD.format(code[first]), definite=True)
    context.edits.substitute(opening, closing + 1, code[first])


def _drop_comma(context: Context, opening: int) -> None:
    """Write `f(x for x in y)` for `f(x for x in y,)`."""
    source, code = context.source, context.code
    closing = source.match.get(opening, 0)
    if code[opening] != "(" or code[closing - 1] != "," or closing < opening:
        return
    if len(source.split(opening + 1, closing)) != 2:
        return
    context.edits.delete(closing - 1, closing)
    context.found("MP121", closing - 1, closing, _COMMA, definite=True)


def _enclose_lambda(context: Context, index: int) -> None:
    """Write `if (lambda: x)` in a comprehension."""
    source, code = context.source, context.code
    token = source.lambda_colons.get(index, 0) + 1
    if token == 1:
        return
    context.short_lambdas.add(index)
    while code[token] not in {"if", "for", ",", ")", "]", "}", "`", "", *NEWLINES}:
        if code[token] == "lambda":
            context.short_lambdas.add(token)
            token = source.lambda_colons.get(token, token)
        token = max(token, source.match.get(token, token)) + 1
    context.edits.wrap(index, token, "(", ")")
    context.found("MP121", index, token, _LAMBDA, definite=True)
