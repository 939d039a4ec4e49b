"""`yield` inside a comprehension.

In 2.7 a list comprehension is a loop of the function around it, and a `yield` in it is that function's; a generator
expression is a function of its own, and a `yield` in it is one more value of the generator. Python 3.8 and later
refuse both. They become the loop and the function that they are. Sources: *Displays for lists* and *Generator
expressions* in the Python 2.7 language reference, and what 2.7 does.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from mpmodernize.python2.structure import ends_operand

if TYPE_CHECKING:
    from mpmodernize.python2.context import Context
    from mpmodernize.python2.structure import Statement

_LIST = "`yield` in a list comprehension is a syntax error in Python 3; in Python 2 it is one of the function around it"
_GENERATOR = "`yield` in a generator expression is a syntax error in Python 3; in Python 2 it adds a value"
_OTHER = "`yield` in this comprehension is a syntax error in Python 3"

_HEADS_TWICE = frozenset({"while", "elif", "else", "try", "finally", "except", "def", "class", "lambda", "@"})
"""What begins a statement that nothing can be put before, or that is computed more than once."""


def convert_yields(context: Context) -> None:
    """Take comprehensions with a `yield` out of their statements."""
    source = context.source
    if "yield" not in source.names:
        return
    yields = source.places({"yield"})
    first_for: dict[int, int] = {}
    for opening, index in source.comprehensions:
        first_for.setdefault(opening, index)
    done = 0
    number = 0
    statements = source.statements
    for opening, index in sorted(first_for.items()):
        close = source.match.get(opening, 0)
        while number < len(statements) and statements[number].stop <= opening:
            number += 1
        if opening < done or number == len(statements) or close < index:
            continue
        clauses = _clauses(context, index, close)
        # The first iterable is computed outside, wherever the comprehension runs.
        outside = range(_place_of_in(context, clauses[0]), clauses[0][1])
        inside = yields[bisect_left(yields, opening) : bisect_left(yields, close)]
        if any(token not in outside for token in inside):
            done = close
            _convert(context, statements[number], opening, close, clauses)


def _clauses(context: Context, first: int, stop: int) -> list[tuple[int, int]]:
    """The `for` and `if` clauses of a comprehension."""
    code, match = context.code, context.source.match
    starts: list[int] = []
    index = first
    while index < stop:
        if code[index] in {"for", "if"}:
            starts.append(index)
        elif code[index] == "lambda":
            index = context.source.lambda_colons.get(index, index)
        index = max(index, match.get(index, index)) + 1
    return list(zip(starts, [*starts[1:], stop], strict=True))


def _place_of_in(context: Context, clause: tuple[int, int]) -> int:
    return context.source.split(*clause, "in")[0][1]


def _convert(context: Context, statement: Statement, opening: int, close: int, clauses: list[tuple[int, int]]) -> None:
    source, code = context.source, context.code
    gaps = [source.gap(token) for token in range(opening + 1, close + 1)]
    at_start = source.lines[statement.line].first == statement.first
    is_list = code[opening] == "["
    movable = at_start and code[statement.first] not in _HEADS_TWICE and not any("#" in gap for gap in gaps)
    if code[opening] == "{" or not movable or any(text == "lambda" for text in code[statement.first : opening]):
        context.found("MP126", opening, close + 1, _OTHER, fixed=False)
        return
    for token, gap in enumerate(gaps, opening + 1):
        if gap.strip(" \t"):
            context.edits.blank(token, " ")
    context.edits.blank(opening + 1, "")
    context.edits.blank(close, "")
    if is_list:
        _unroll(context, statement, opening, close, clauses)
    else:
        _define(context, statement, opening, close, clauses)
    exact = not any(text in {")", "]"} for text in code[statement.first : opening])
    context.found("MP126", opening, close + 1, _LIST if is_list else _GENERATOR, fixed=exact, definite=True)


def _unroll(context: Context, statement: Statement, opening: int, close: int, clauses: list[tuple[int, int]]) -> None:
    """Make the loop that a list comprehension is."""
    lines = _Lines(context, statement)
    name = context.source.free_name("yielded")
    lines.text = f"{name} = []{lines.newline}"
    for clause in clauses:
        lines.head(*clause, "{}")
    lines.body(opening + 1, clauses[0][0], f"{name}.append({{}})")
    context.edits.replace(opening, name)
    context.edits.replace(close, "")


def _define(context: Context, statement: Statement, opening: int, close: int, clauses: list[tuple[int, int]]) -> None:
    """Make the function that a generator expression is."""
    code = context.code
    lines = _Lines(context, statement)
    name, values = context.source.free_name("generated"), context.source.free_name("values")
    place = _place_of_in(context, clauses[0])
    lines.text = f"def {name}({values}):"
    lines.deeper()
    lines.head(clauses[0][0], place, f"{{}} in {values}")
    for clause in clauses[1:]:
        lines.head(*clause, "{}")
    lines.body(opening + 1, clauses[0][0], "yield {}")
    is_call = ends_operand(code[opening - 1])
    context.edits.replace(opening, f"({name}(" if is_call else f"{name}(")
    context.edits.delete(place, place + 1)
    for token in range(place, place + 2):
        context.edits.blank(token, "")
    context.edits.replace(close, "))" if is_call else ")")


class _Lines:
    """New lines before a statement, into which parts of it are moved."""

    def __init__(self, context: Context, statement: Statement) -> None:
        self._context = context
        self._target = statement.first
        self._indent = context.source.blank[statement.first]
        self._step = "\t" if "\t" in self._indent else "    "
        self._depth = 0
        self.text = ""

    @property
    def newline(self) -> str:
        """The end of a line and the indentation of the next."""
        return self._context.newline + self._indent + self._step * self._depth

    def deeper(self) -> None:
        """Begin a block."""
        self._depth += 1
        self.text += self.newline

    def head(self, first: int, stop: int, template: str) -> None:
        """Move tokens into the head of a block."""
        self._move(first, stop, template + ":")
        self.deeper()

    def body(self, first: int, stop: int, template: str) -> None:
        """Move tokens into the innermost block, and end it."""
        self._depth = 0
        self._move(first, stop, template + self.newline)

    def _move(self, first: int, stop: int, template: str) -> None:
        edits = self._context.edits
        text = self.text.replace("{", "{{").replace("}", "}}")
        edits.move(first, stop, text + template, self._target, before=True, span=len(self._context.code))
        self.text = ""
        edits.blank(first, "")
        if stop < len(self._context.code) and self._context.source.gap(stop):
            edits.blank(stop, "")
