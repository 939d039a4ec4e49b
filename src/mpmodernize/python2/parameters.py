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
    taken: set[str] = set()
    for first, stop in [_strip(context, *pattern) for pattern in patterns]:
        if first + 1 == stop:
            continue
        name = _name(context, first, stop, taken)
        context.found("MP112", first, stop, _TUPLE.format(source.slice(first, stop)))
        context.unpack_first(place, first, stop, name, left=name)
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


def _name(context: Context, first: int, stop: int, taken: set[str]) -> str:
    """Make a name of those in a tuple, which neither the file nor this function uses; add it to those taken."""
    name = context.source.free_name("_".join(token for token in context.code[first:stop] if is_word(token)))
    while name in taken:
        name = context.source.free_name(f"{name}_")
    taken.add(name)
    return name


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
    taken: set[str] = set()
    tuples: list[tuple[int, int, str]] = []
    for first, end in [_strip(context, *pattern) for pattern in patterns]:
        if first + 1 == end:
            continue
        context.found("MP112", first, end, _TUPLE.format(source.slice(first, end)))
        name = _name(context, first, end, taken)
        context.edits.substitute(first, end, name)
        tuples.append((first, end, name))
    context.definite += 1
    opening, closing = _unpack(context, tuples, taken)
    if opening:
        context.edits.wrap(colon + 1, stop, opening, closing)


def _unpack(context: Context, tuples: list[tuple[int, int, str]], taken: set[str]) -> tuple[str, str]:
    """Return what stands before and behind the body: calls that take the tuples apart, one for each depth of them."""
    opening = closing = ""
    while tuples:
        names: list[str] = []
        nested: list[tuple[int, int, str]] = []
        for first, end, _ in tuples:
            for begin, stop in context.source.split(first + 1, end - 1):
                if begin == stop:
                    continue
                inner, after = begin, stop
                while context.code[inner] == "(" and len(context.source.split(inner + 1, after - 1)) == 1:
                    inner, after = inner + 1, after - 1
                names.append(context.code[inner])
                if context.code[inner] == "(":
                    names[-1] = _name(context, inner, after, taken)
                    nested.append((inner, after, names[-1]))
        opening += f"(lambda {', '.join(names)}: "
        closing = f")({', '.join(f'*{name}' for _, _, name in tuples)}){closing}"
        tuples = nested
    return opening, closing


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
