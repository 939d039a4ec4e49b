"""What the tokens of a file make up: brackets, simple statements, lines and blocks.

Everything here is computed once, in time linear in the length of the text, and looked up afterwards: no conversion
walks back over the tokens to find out where it is.
"""

from __future__ import annotations

from functools import cached_property
from itertools import accumulate, compress
from operator import add, sub
from typing import TYPE_CHECKING, NamedTuple

from mpmodernize.python2.lexer import NEWLINES, divide

if TYPE_CHECKING:
    from collections.abc import Container

COMPOUND = frozenset(
    {"if", "elif", "else", "while", "for", "try", "except", "finally", "with", "def", "class", "async"},
)
"""Keywords that open a statement whose head ends with a colon."""

OPERATOR_WORDS = frozenset({"and", "or", "in", "is", "if", "else", "for"})
"""Keywords behind which an operand stands, and which never begin one."""

_KEYWORDS_BEFORE_OPERAND = OPERATOR_WORDS | {
    "not", "lambda", "print", "exec", "return", "yield", "raise", "assert", "del", "import", "from", "while",
    "elif", "with", "as", "except", "global",
}  # fmt: skip
_OPENING = {"(": ")", "[": "]", "{": "}"}
_CLOSING = frozenset(_OPENING.values())
_STRUCTURAL = frozenset({*_OPENING, *_CLOSING, *NEWLINES, "`", ";", ":", "lambda", "for", ""})


class Statement(NamedTuple):
    """A simple statement, or the head of a compound one: tokens `first` to `stop`, without what ends it."""

    first: int
    stop: int
    line: int
    """The index of its logical line."""


class Line(NamedTuple):
    """A logical line."""

    first: int
    """Its first token."""
    column: int
    """Its indentation by Python 2's rule: a tab goes to the next multiple of eight."""
    tabless: int
    """Its indentation with every tab counted as one blank, as Python 3 checks it."""
    statement: int
    """The index of its first statement."""


class Block(NamedTuple):
    """The body of a compound statement."""

    head: int
    """The statement that opens it."""
    parent: int
    """The index of the block around it, -1 for the module."""


def indentation(blank: str) -> tuple[int, int]:
    """Return the columns that the white space before a line amounts to: with tabs to eight, and with tabs as one."""
    if not blank.strip(" "):
        return len(blank), len(blank)
    column = tabless = 0
    for character in blank:
        if character == "\t":
            column = column // 8 * 8 + 8
            tabless += 1
        elif character == "\f":
            column = tabless = 0
        elif character == " ":
            column += 1
            tabless += 1
        elif character != "\ufeff":
            break
    return column, tabless


def is_word(text: str) -> bool:
    """Whether a text is a name or a keyword."""
    return text.isidentifier()


def is_string(text: str) -> bool:
    """Whether a text is a string literal, with any prefix."""
    return text[:1] in {'"', "'"} or (text[-1:] in {'"', "'"} and len(text) > 1)


def ends_operand(text: str) -> bool:
    """Whether an expression can end with this text."""
    if text in {")", "]", "}", "`"}:
        return True
    if is_word(text):
        return text not in _KEYWORDS_BEFORE_OPERAND
    return text[:1].isdigit() or is_string(text) or (text[:1] == "." and text != ".")


class Source:
    """A text and its tokens. Newlines inside brackets belong to the blank between the tokens around them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.blank, self.code = divide(text)
        """The blank directly before each token: for the first token of a line, its indentation."""
        lengths = list(map(len, self.code))
        ends = accumulate(map(add, map(len, self.blank), lengths))
        self.start: list[int] = list(map(sub, ends, lengths))
        self.match: dict[int, int] = {}
        """From a bracket or backtick to its partner, both ways."""
        self.statements: list[Statement] = []
        self.lines: list[Line] = []
        self.comprehensions: list[tuple[int, int]] = []
        """Every `for` in brackets, with the bracket that opens around it."""
        self.lambdas: list[int] = []
        """Every `lambda`."""
        self._structural: list[int] = []
        self._columns: dict[str, tuple[int, int]] = {}
        self._nest()
        self._divide()

    def end(self, token: int) -> int:
        """Return the offset behind a token."""
        return self.start[token] + len(self.code[token])

    def gap(self, token: int) -> str:
        """Return the blank between the token before this one and this one."""
        start, before = self.start, token - 1
        return self.text[start[before] + len(self.code[before]) if token else 0 : start[token]]

    def slice(self, first: int, stop: int) -> str:
        """Return the text of the tokens from `first` up to, but not with, `stop`."""
        last = stop - 1
        return self.text[self.start[first] : self.start[last] + len(self.code[last])] if stop > first else ""

    def places(self, texts: Container[str]) -> list[int]:
        """Return the tokens that are one of these texts."""
        return list(compress(range(len(self.code)), map(texts.__contains__, self.code)))

    def _nest(self) -> None:
        """Pair the brackets and the backticks, and drop newlines that end nothing."""
        code = self.code
        structural = self.places(_STRUCTURAL)
        pairs: list[tuple[int, int]] = []
        fors: list[tuple[int, int]] = []
        dropped: set[int] = set()
        stack: list[int] = []
        level = 0
        previous = -1
        for index in structural:
            text = code[index]
            if text == ":" or text == ";":
                continue
            if text in NEWLINES:
                if level or previous == index - 1:  # a newline at the start of a line ends no statement
                    dropped.add(index)
                else:
                    stack.clear()
                    previous = index
            elif text in _OPENING:
                stack.append(index)
                level += 1
            elif text in _CLOSING:
                while stack and code[stack[-1]] == "`":
                    stack.pop()
                if stack:
                    pairs.append((stack.pop(), index))
                    level -= 1
            elif text == "`":
                before = index - 1
                while before in dropped:
                    before -= 1
                if stack and code[stack[-1]] == "`" and ends_operand(code[before]) and stack[-1] != before:
                    pairs.append((stack.pop(), index))
                else:
                    stack.append(index)
            elif text == "for" and stack and code[stack[-1]] != "`":
                fors.append((stack[-1], index))
        self._keep(structural, dropped, pairs, fors)

    def _keep(
        self, structural: list[int], dropped: set[int], pairs: list[tuple[int, int]], fors: list[tuple[int, int]]
    ) -> None:
        """Leave out the dropped tokens and renumber what was found."""
        code = self.code
        is_kept = bytearray(b"\1") * len(code)
        for index in dropped:
            is_kept[index] = 0
        new = list(accumulate(is_kept, initial=0)) if dropped else range(len(code))
        for opening, closing in pairs:
            self.match[new[opening]] = new[closing]
            self.match[new[closing]] = new[opening]
        self.comprehensions = [(new[opening], new[index]) for opening, index in fors]
        self._structural = [new[index] for index in structural if is_kept[index]]
        if dropped:
            self.code = list(compress(code, is_kept))
            self.start = list(compress(self.start, is_kept))
            self.blank = list(compress(self.blank, is_kept))

    def _divide(self) -> None:
        """Find the statements and the logical lines."""
        code, match = self.code, self.match
        first = 0
        at_line_start = True
        skip_to = 0
        lambdas = 0
        for index in self._structural:
            text = code[index]
            if index < skip_to:
                if text == "lambda":
                    self.lambdas.append(index)
                continue
            if text in _OPENING or text == "`":
                skip_to = match.get(index, index)
                continue
            if text in _CLOSING or text == "for":
                continue
            if text == "lambda":
                self.lambdas.append(index)
                lambdas += 1
                continue
            if text == ":":
                if lambdas:
                    lambdas -= 1
                    continue
                if first < index and code[first] not in COMPOUND:
                    continue
            if first < index:
                if at_line_start:
                    self._add_line(first)
                self.statements.append(Statement(first, index, len(self.lines) - 1))
                at_line_start = False
            lambdas = 0
            first = index + 1
            if text in NEWLINES:
                at_line_start = True

    def _add_line(self, first: int) -> None:
        blank = self.blank[first]
        columns = self._columns.get(blank)
        if columns is None:
            columns = self._columns[blank] = indentation(blank)
        self.lines.append(Line(first, *columns, len(self.statements)))

    @cached_property
    def names(self) -> frozenset[str]:
        """Every token of the file once: a name that is not among them is free."""
        return frozenset(self.code)

    @cached_property
    def literals(self) -> list[str]:
        """The numbers and strings among `names`."""
        return [text for text in self.names if text[-1:] in {'"', "'"} or text[:1].isdigit()]

    def free_name(self, wanted: str) -> str:
        """Return this name, or one made from it that the file doesn't use."""
        while wanted in self.names:
            wanted += "_"
        return wanted

    @cached_property
    def structure(self) -> tuple[list[Block], list[int]]:
        """The blocks, and the block of each line, -1 for the module."""
        blocks: list[Block] = []
        owner: list[int] = []
        stack = [(0, -1)]
        for line in self.lines:
            if line.column > stack[-1][0]:
                blocks.append(Block(line.statement - 1, stack[-1][1]))
                stack.append((line.column, len(blocks) - 1))
            while line.column < stack[-1][0]:
                stack.pop()
            owner.append(stack[-1][1])
        return blocks, owner

    def split(self, first: int, stop: int, separator: str = ",") -> list[tuple[int, int]]:
        """Divide the tokens from `first` to `stop` at the separators that no bracket, backtick or `lambda` hides."""
        code, match = self.code, self.match
        parts: list[tuple[int, int]] = []
        begin = index = first
        while index < stop:
            text = code[index]
            if text in _OPENING or text == "`":
                index = max(index, match.get(index, index))
            elif text == "lambda":
                index = self.lambda_colons.get(index, index)
            elif text == separator:
                parts.append((begin, index))
                begin = index + 1
            index += 1
        parts.append((begin, stop))
        return parts

    @cached_property
    def lambda_colons(self) -> dict[int, int]:
        """From each `lambda` to the colon that ends its parameters."""
        found: dict[int, int] = {}
        if not self.lambdas:
            return found
        open_lambdas: list[list[int]] = [[]]
        for index in self._structural:
            text = self.code[index]
            if text in NEWLINES or text == ";":
                open_lambdas = [[]]
            elif text == "lambda":
                open_lambdas[-1].append(index)
            elif text == ":" and open_lambdas[-1]:
                found[open_lambdas[-1].pop()] = index
            elif self.match.get(index, -1) > index:
                open_lambdas.append([])
            elif index in self.match and len(open_lambdas) > 1:
                open_lambdas.pop()
        return found
