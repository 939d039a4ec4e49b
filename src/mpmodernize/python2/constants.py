"""Assignments to `True` and `False`, which are ordinary names in Python 2.

Nearly all of them are for Python 2.2, which lacks the names: these go. Where one is bound to something else it is
renamed at that place; what reads it gets the constant, and a person has to look.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from mpmodernize.python2.operators import is_number

if TYPE_CHECKING:
    from mpmodernize.python2.context import Context

_CONSTANT = "`{} = …` is an assignment in Python 2 and a syntax error in Python 3, where these are keywords"
_BOUND = "`{}` is bound here in Python 2, and a keyword in Python 3: `{}`"
_SAID = "`{}` is a name in Python 2, and a keyword in Python 3 that can't stand in `{}`"

_WORDS = frozenset({"True", "False"})
_AUGMENTED = frozenset({"+=", "-=", "*=", "/=", "//=", "%=", "**=", ">>=", "<<=", "&=", "^=", "|="})
_PLAIN = frozenset({",", "(", ")", "[", "]", "==", "!=", "not", "True", "False", "<", ">"})


def convert_constants(context: Context, places: list[int], done: set[int]) -> None:
    """Drop `True, False = 1, 0` and the like, and rename the other places that bind one of the two."""
    code = context.code
    if not places:
        return
    binding = _statements_of(context, [index for index in places if index not in done])
    local = _Local(context, binding, places)
    for number in binding:
        statement = context.source.statements[number]
        first, stop, _ = statement
        if code[first] in {"del", "global"}:
            _leave_out(context, number)
            continue
        sides = context.source.split(first, stop, "=")
        if len(sides) > 1 and all(_only_constants(code[begin:end]) for begin, end in sides[:-1]):
            _drop(context, number, sides)
            continue
        for index in range(first, stop):
            if code[index] in _WORDS and index not in done and code[index - 1] != ".":
                _rename_bound(context, number, index, sides[-1][0] if len(sides) > 1 else first, local)
    for index in context.source.lambdas:
        colon = context.source.lambda_colons.get(index, index)
        for begin, end in context.source.split(index + 1, colon):
            if begin < end and code[begin] in _WORDS:
                _rename(context, begin, fixed=_is_default(code, begin))


def _statements_of(context: Context, places: list[int]) -> list[int]:
    """The numbers of the statements that may bind one of the two."""
    code = context.code
    found: list[int] = []
    statements = context.source.statements
    number = 0
    for index in places:
        while number < len(statements) and statements[number].stop <= index:
            number += 1
        if number == len(statements):
            break
        statement = statements[number]
        if found and found[-1] == number:
            continue
        head = code[statement.first]
        if (
            head in {"del", "global", "for", "def", "class", "except", "with", "import", "from", "(", "[", *_WORDS}
            or code[index + 1] in _AUGMENTED
            or (code[index + 1] == "=" and code[index - 1] not in {"(", ","})
            or code[statement.first + 1] == ","
        ):
            found.append(number)
    return found


def _drop(context: Context, number: int, sides: list[tuple[int, int]]) -> None:
    first, stop, _ = context.source.statements[number]
    begin, end = sides[-1]
    plain = all(is_number(token) or token in _PLAIN for token in context.code[begin:end])
    context.found("MP117", first, stop, _CONSTANT.format(context.source.slice(*sides[0])), definite=True)
    if plain:
        context.dropped.add(number)
    else:
        context.edits.delete(first, begin)
        context.edits.blank(begin, "")


def _leave_out(context: Context, number: int) -> None:
    """Take the two out of a `del` or `global` statement."""
    source, code = context.source, context.code
    first, stop, _ = source.statements[number]
    parts = [source.slice(*part) for part in source.split(first + 1, stop)]
    kept = [part for part in parts if part not in _WORDS]
    if len(kept) < len(parts):
        context.found("MP117", first, stop, _SAID.format(code[first + 1], code[first]), definite=True)
        if kept:
            context.edits.substitute(first, stop, f"{code[first]} {', '.join(kept)}")
        else:
            context.dropped.add(number)


class _Local:
    """Functions with a parameter of such a name, which all of the function reads."""

    def __init__(self, context: Context, binding: list[int], places: list[int]) -> None:
        self._context = context
        self._binding = binding
        self._places = places
        self._done: dict[str, int] = {}

    def rename(self, number: int, index: int) -> bool:
        """Rename what a function reads of a parameter; return whether that is all that it does with the name."""
        context, source, code = self._context, self._context.source, self._context.code
        word = code[index]
        if number < self._done.get(word, 0):
            return False
        stop = self._stop(number)
        if any(each < stop for each in self._binding[bisect_right(self._binding, number) :][:1]):
            return False
        self._done[word] = stop
        end = source.statements[stop].first if stop < len(source.statements) else len(code)
        name = context.later_name(word)
        for place in self._places[bisect_right(self._places, source.statements[number].stop) :]:
            if place >= end:
                break
            keyword = code[place + 1] == "=" and code[place - 1] in {"(", ","}
            if code[place] == word and code[place - 1] != "." and not keyword:
                context.edits.replace(place, name)
        return True

    def _stop(self, number: int) -> int:
        """Return the statement behind a function."""
        statements, lines = self._context.source.statements, self._context.source.lines
        column, line = lines[statements[number].line].column, statements[number].line + 1
        while line < len(lines) and lines[line].column > column:
            line += 1
        return lines[line].statement if line < len(lines) else len(statements)


def _rename_bound(context: Context, number: int, index: int, value: int, local: _Local) -> None:
    """Rename one place of a statement if it binds the word; `value` is where the value of an assignment begins."""
    source, code = context.source, context.code
    first, stop, _ = source.statements[number]
    head, before, behind = code[first], code[index - 1], code[index + 1]
    if head == "def":
        opening = first + 2
        parameters = source.split(opening + 1, source.match.get(opening, opening))
        if index == first + 1:
            _rename(context, index, fixed=False)
        elif any(index in {begin, begin + 1} and code[begin] in {code[index], "*", "**"} for begin, _ in parameters):
            _rename(context, index, fixed=_is_default(code, index) or local.rename(number, index))
    elif (
        (head == "class" and index == first + 1)
        or before == "as"
        or (head == "except" and before == "," and index + 1 == stop)
        or (head == "for" and any(index < end for _, end in source.split(first, stop, "in")[:1]))
        or behind in _AUGMENTED
        or first <= index < value
    ):
        _rename(context, index, fixed=False)


def _is_default(code: list[str], index: int) -> bool:
    """Whether this is `True=True`, which makes a local variable of the constant."""
    return code[index + 1] == "=" and code[index + 2] == code[index]


def _rename(context: Context, index: int, *, fixed: bool) -> None:
    word = context.code[index]
    name = context.later_name(word)
    context.edits.replace(index, name)
    context.found("MP117", index, index + 1, _BOUND.format(word, name), fixed=fixed, definite=True)


def _only_constants(tokens: list[str]) -> bool:
    return bool(tokens) and {*tokens} <= {"True", "False", ",", "(", ")", "[", "]"} and bool(_WORDS & {*tokens})
