"""What the conversions of one file share."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from mpmodernize.python2.edits import Edits
from mpmodernize.python2.indentation import first_refused_line
from mpmodernize.python2.scopes import Scopes
from mpmodernize.python2.shadows import Shadows
from mpmodernize.python2.structure import COMPOUND, is_string, is_word

if TYPE_CHECKING:
    from collections.abc import Callable

    from mpmodernize.files.decode import Misread
    from mpmodernize.python2.structure import Line, Source


_LINES = frozenset("\r\n\\#")


class Change(NamedTuple):
    """Something of Python 2 that was found. Offsets count code points of the original text."""

    code: str
    start: int
    end: int
    message: str
    fixed: bool = True
    """Whether what came out is exactly what was meant. If not, a person has to look at the place."""


class _Place(NamedTuple):
    """Where a new statement goes, and what divides it from what stands there."""

    token: int
    is_before: bool
    span: int
    before: str
    behind: str


class Context:
    """A file under conversion: what it is made of, what was found, and what becomes of it."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.code = source.code
        self.edits = Edits(source)
        self.changes: list[Change] = []
        self.definite = 0
        """How many forms were converted that no Python 3 program contains."""
        self.is_python2 = False
        """Whether the file is judged to be Python 2."""
        self.misread: Misread | None = None
        """Why the declared encoding is not the one in which the file was read."""
        self.called_print = False
        """Whether there is a `print(…)` that is a call in Python 3 and would print a tuple in Python 2."""
        self.printed_nothing: list[tuple[int, int]] = []
        """Each `print` alone and `print >>file, …`: valid in Python 3, where they print nothing."""
        self.spaced_tuple: tuple[int, int] | None = None
        """The first `print ("a", b)`, with a blank: it says nothing about the language, and means two things."""
        self.bytes_literals: list[int] = []
        """The literals with a `b`."""
        self.lambda_stops: dict[int, int] = {}
        """The end of each lambda's body that was looked for."""
        self.short_lambdas: set[int] = set()
        """The lambdas in a comprehension whose body an `if` ends: it is the comprehension's."""
        self.dropped: set[int] = set()
        """The statements that say nothing in Python 3."""
        self._futures = _futures(source)
        self.print_is_statement = "print_function" not in self._futures
        self.unicode_literals = "unicode_literals" in self._futures

    def found(
        self, code: str, first: int, stop: int, message: str, *, fixed: bool = True, definite: bool = False
    ) -> None:
        """Note a finding on the tokens from `first` up to `stop`; `definite` if only Python 2 has this form."""
        start, end = self.source.start[first], self.source.end(stop - 1)
        self.changes.append(Change(code, start, end, message, fixed))
        self.definite += definite

    def open_parenthesis(self, keyword: int, argument: int) -> None:
        """Put a parenthesis behind a keyword, in the place of the blank there if that holds nothing else."""
        if self.source.gap(argument).strip(" \t\f"):
            self.edits.after(keyword, "(")
        else:
            self.edits.blank(argument, "(")

    def atomic(self, first: int, stop: int) -> bool:
        """Whether these tokens are a name or a bracket with attributes, subscripts and calls behind it."""
        code, match = self.code, self.source.match
        index = first
        expect_operand = True
        while index < stop:
            text = code[index]
            if text in {"(", "["}:
                index = max(index, match.get(index, index))
                expect_operand = False
            elif text == ".":
                if expect_operand:
                    return False
                expect_operand = True
            elif not expect_operand or not is_word(text) or text in {"not", "lambda", "yield"}:
                return False
            else:
                expect_operand = False
            index += 1
        return not expect_operand

    def gap_without_white_space(self, token: int) -> str:
        """Return the blank before a token, or nothing if there is only white space in it."""
        gap = self.source.gap(token)
        return gap if gap.strip(" \t\f") else ""

    def later_name(self, word: str) -> str:
        """The name that stands for one that became a keyword, in the whole file."""
        return self.source.free_name(f"{word}_")

    def separator(self, statement: int) -> str:
        """Return what divides a new statement before this one from it: a line of its own, except within a line."""
        first, _, line = self.source.statements[statement]
        begin = self.source.lines[line].first
        if first != begin and self.code[first] not in COMPOUND and self.code[first] != "@":
            return "; "
        return self.newline + self.indent(line)

    def indent(self, line: int) -> str:
        """Return the indentation that a line has in the end."""
        if self.first_refused_line is not None:
            return " " * self.source.lines[line].column
        return self.source.blank[self.source.lines[line].first]

    def behind_docstring(self, place: int) -> int | None:
        """Return the statement before which a new one goes, or None: behind the docstring, which is all there is."""
        source = self.source
        first, stop, line = source.statements[place]
        if not all(is_string(token) for token in self.code[first:stop]):
            return place
        following = place + 1
        if following == len(source.statements):
            return None
        after = source.statements[following].line
        same_block = after == line or source.lines[after].column == source.lines[line].column
        inside = source.lines[line].first == first or after == line
        return following if same_block and inside else None

    def insert_first(self, body: int, text: str) -> None:
        """Put a new statement into the block whose first one is `body`."""
        place = self._first_place(body)
        text = place.before + text + place.behind
        (self.edits.before if place.is_before else self.edits.after)(place.token, text, place.span)

    def unpack_first(self, body: int, first: int, stop: int, value: str, *, left: str = "") -> None:
        """Move a target into a new statement of a block, which assigns to it; `left` is what stays in the old place."""
        source = self.source
        inside = source.split(first + 1, stop - 1) if source.match.get(first) == stop - 1 else []
        holds_lines = not _LINES.isdisjoint(source.slice(first, stop))
        if self.code[first] == "(" and len(inside) > 1 and inside[-1][0] < stop - 1 and not holds_lines:
            self.edits.replace(first, "")
            self.edits.blank(first + 1, "")
            self.edits.replace(stop - 1, "")
            self.edits.blank(stop - 1, "")
        place = self._first_place(body)
        template = f"{place.before}{{}} = {value}{place.behind}"
        self.edits.move(first, stop, template, place.token, before=place.is_before, span=place.span, left=left)

    def _first_place(self, body: int) -> _Place:
        """Return where a new first statement goes: a line of its own, unless the block stands on one line."""
        statements, lines = self.source.statements, self.source.lines
        target = self.behind_docstring(body) if self.code[statements[body - 1].first] == "def" else body
        if target is not None:
            return _Place(statements[target].first, True, len(self.code), "", self.separator(target))
        first, stop, line = statements[body]
        if lines[line].first == first and self.code[stop] != ";":
            return _Place(stop, True, len(self.code), self.newline + self.indent(line), "")
        return _Place(stop - 1, False, -1, "; ", "")

    @cached_property
    def exc_info_names(self) -> set[tuple[str, ...]]:
        """The names that the file gives to what `sys.exc_info()` returns: type, value and traceback."""
        found: set[tuple[str, ...]] = set()
        if "exc_info" not in self.source.names:
            return found
        for first, stop, _ in self.source.statements:
            sides = self.source.split(first, stop, "=")
            if len(sides) == 2 and self.source.slice(*sides[1]) in {"sys.exc_info()", "exc_info()"}:
                begin, end = sides[0]
                if self.code[begin] in {"(", "["} and self.source.match.get(begin) == end - 1:
                    begin, end = begin + 1, end - 1
                found.add(tuple(self.source.slice(*part) for part in self.source.split(begin, end)))
        return found

    def body_of(self, statement: int) -> int | None:
        """Return the index of the first statement in the body of a compound one, if there is a body."""
        following = statement + 1
        if following >= len(self.source.statements):
            return None
        head, body = self.source.statements[statement], self.source.statements[following]
        if self.code[head.stop] != ":":
            return None
        if body.line != head.line and self.source.lines[body.line].column <= self.source.lines[head.line].column:
            return None
        return following

    @cached_property
    def scopes(self) -> Scopes:
        """The function or class around every statement."""
        return Scopes(self.source)

    @cached_property
    def rebinds_repr(self) -> Callable[[int], bool]:
        """Whether the name `repr` may be something else at a token."""
        if "repr" not in self.source.names:
            return lambda _: False
        return Shadows(self.source, self.scopes, "repr")

    @cached_property
    def first_refused_line(self) -> Line | None:
        """The first line whose indentation Python 3 refuses; all lines are indented with spaces then."""
        return first_refused_line(self.source)

    @cached_property
    def newline(self) -> str:
        """The end of line this file uses."""
        for token in ("\r\n", "\n", "\r"):
            if token in self.source.names:
                return token
        return "\n"


def _futures(source: Source) -> set[str]:
    """Return the names that `from __future__ import …` brings in."""
    if "__future__" not in source.names:
        return set()
    found: set[str] = set()
    for first, stop, _ in source.statements:
        if source.code[first] == "from" and source.code[first + 1] == "__future__":
            found.update(source.code[first + 2 : stop])
    return found
