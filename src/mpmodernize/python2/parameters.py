"""Tuples as parameters of `def` and `lambda`.

Source: PEP 3113, which also says what takes their place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.python2.structure import is_word

if TYPE_CHECKING:
    from mpmodernize.python2.context import Context
    from mpmodernize.python2.structure import Statement

_TUPLE = "parameter `{}` is taken apart by Python 2 at the call and is a syntax error in Python 3"

_PARENTHESES = "parameter `{}` may stand in parentheses in Python 2, which is a syntax error in Python 3"

_ENDS_LAMBDA = frozenset({")", "]", "}", "`", "\n", "\r\n", "\r", ";", "", ":", "=", ",", "for", "else"})
_DEEPEST = 50
"""Python 2's own parser gives up before tuples are nested as deep as this."""


def convert_def(context: Context, number: int, statement: Statement) -> None:
    """Give each tuple parameter a name, and take it apart in the first statement of the function."""
    source, code = context.source, context.code
    opening = statement.first + 2
    close = source.match.get(opening, 0)
    if opening >= statement.stop or code[opening] != "(" or close <= opening + 1:
        return
    patterns = _patterns(context, opening + 1, close)
    if not patterns:
        return
    place = context.body_of(number)
    if place is None:
        return
    target = context.behind_docstring(place)
    for first, stop in [_strip(context, *pattern) for pattern in patterns]:
        if first + 1 == stop:
            continue
        name = _name(context, first, stop)
        context.found("MP112", first, stop, _TUPLE.format(source.slice(first, stop)))
        if target is None:
            end = source.statements[place].stop - 1
            context.edits.move(first, stop, f"; {{}} = {name}", end, before=False, span=-1, left=name)
        else:
            context.insert_first(target, first, stop, f"{{}} = {name}", left=name)
    context.definite += 1


def _patterns(context: Context, first: int, stop: int) -> list[tuple[int, int]]:
    """Return the parameters in parentheses, without their defaults."""
    source = context.source
    return [
        (begin, source.match[begin] + 1)
        for begin, end in source.split(first, stop)
        if begin < end and context.code[begin] == "(" and source.match.get(begin, 0) > begin
    ]


def _strip(context: Context, first: int, stop: int) -> tuple[int, int]:
    """Take off parentheses that make no tuple; `def f((a))` is `def f(a)`."""
    source = context.source
    while context.code[first] == "(" and len(source.split(first + 1, stop - 1)) == 1:
        context.found("MP112", first, stop, _PARENTHESES.format(source.slice(first, stop)))
        for token in (first, stop - 1):
            context.edits.delete(token, token + 1)
        context.edits.blank(first + 1, "")
        context.edits.blank(stop - 1, "")
        first, stop = first + 1, stop - 1
    return first, stop


def _name(context: Context, first: int, stop: int) -> str:
    words = [token for token in context.code[first:stop] if is_word(token)]
    return context.source.free_name("_".join(words))


def convert_lambda(context: Context, index: int) -> None:
    """Write `lambda a_b: (lambda a, b: …)(*a_b)` for `lambda (a, b): …`."""
    source, code = context.source, context.code
    if code[index + 1] == ":":
        return
    colon = source.lambda_colons.get(index)
    if colon is None:
        return
    patterns = _patterns(context, index + 1, colon)
    if not patterns:
        return
    stop = context.lambda_stops[index] = _lambda_stop(context, colon + 1, short=index in context.short_lambdas)
    if stop <= colon + 1:
        return
    opening: list[str] = []
    closing: list[str] = []
    for first, end in [_strip(context, *pattern) for pattern in patterns]:
        if first + 1 == end:
            continue
        context.found("MP112", first, end, _TUPLE.format(source.slice(first, end)))
        name = _name(context, first, end)
        context.edits.substitute(first, end, name)
        _unpack(context, first, end, name, opening, closing)
    context.definite += 1
    if opening:
        context.edits.wrap(colon + 1, stop, "".join(opening), "".join(reversed(closing)))


def _unpack(context: Context, first: int, end: int, name: str, opening: list[str], closing: list[str]) -> None:
    """Add the functions that take a tuple apart, from the outermost to the innermost."""
    names: list[str] = []
    nested: list[tuple[int, int, str]] = []
    for begin, stop in context.source.split(first + 1, end - 1):
        if begin == stop:
            continue
        inner, after = begin, stop
        while context.code[inner] == "(" and len(context.source.split(inner + 1, after - 1)) == 1:
            inner, after = inner + 1, after - 1
        if context.code[inner] == "(":
            joined = _name(context, inner, after)
            nested.append((inner, after, joined))
            names.append(joined)
        else:
            names.append(context.code[inner])
    opening.append(f"(lambda {', '.join(names)}: ")
    closing.append(f")(*{name})")
    for begin, stop, joined in nested:
        _unpack(context, begin, stop, joined, opening, closing)


def _lambda_stop(context: Context, first: int, *, short: bool) -> int:
    """Return the end of a lambda's body: what a bracket, a comma or a word that can't go on ends."""
    code, source = context.code, context.source
    token = first
    conditions = 0
    while token < len(code):
        text = code[token]
        if text in {"(", "[", "{"} or (text == "`" and source.match.get(token, 0) > token):
            token = max(token, source.match.get(token, token))
        elif text == "lambda":
            colon = source.lambda_colons.get(token, token)
            token = context.lambda_stops.get(token, colon + 1) - 1
        elif text == "if":
            if short:
                break
            conditions += 1
        elif text == "else" and conditions:
            conditions -= 1
        elif text in _ENDS_LAMBDA:
            break
        token += 1
    return token
