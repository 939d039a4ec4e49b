"""Names that became keywords.

Sources: the lists of keywords in the Python 2.7 and 3.13 language references, PEP 492 (`async` and `await`),
PEP 3104 (`nonlocal`); `True` and `False` are keywords since 3.0.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING

from mpmodernize.python2 import constants, imports
from mpmodernize.python2.lexer import NEWLINES

if TYPE_CHECKING:
    from mpmodernize.python2.context import Context
    from mpmodernize.python2.structure import Source

_NEW = ("async", "await", "nonlocal")
_CONSTANTS = ("True", "False", "None")
_ASSIGNING = frozenset({"=", "+=", "-=", "*=", "/=", "//=", "%=", "**=", ">>=", "<<=", "&=", "^=", "|="})
_BEFORE_STATEMENT = frozenset({*NEWLINES, ";", ":", ""})
_BEFORE_OPERAND = frozenset(
    {"and", "or", "not", "in", "is", "if", "else", "for", "print", "return", "yield", "lambda", "assert", "raise"},
)

_NAME = "`{}` is a name in Python 2 and a keyword in Python 3: `{}`"


def words_in(source: Source) -> list[str]:
    """Return the words of a file that became keywords."""
    return [word for word in (*_NEW, *_CONSTANTS) if word in source.names]


def convert_names(context: Context, words: list[str], tokens: list[int]) -> None:
    """Rename what became a keyword, consistently in the file; reach it by its text on what comes from elsewhere.

    `tokens` are all that may be one of these words.
    """
    if not words:
        return
    done = imports.convert_imports(context)
    places: dict[str, list[int]] = {word: [] for word in words}
    code = context.code
    for index in tokens:
        if code[index] in places and index not in done:
            places[code[index]].append(index)
    for word in words:
        _Renaming(context, word, done).carry_out(places[word])
    constants.convert_constants(context, sorted(places.get("True", []) + places.get("False", [])), done)


class _Stored:
    """Whether an attribute is set or deleted by the statement that it stands in."""

    def __init__(self, context: Context) -> None:
        self._source = context.source
        self._values: dict[int, int] = {}
        self._firsts = [statement.first for statement in context.source.statements]

    def __call__(self, index: int) -> bool:
        number = bisect_right(self._firsts, index) - 1
        if number < 0 or self._source.code[index + 1] not in {",", ")", "]", "in", ";", "", *NEWLINES}:
            return False
        first, stop, _ = self._source.statements[number]
        head = self._source.code[first]
        if head == "del":
            return True
        if head == "for":
            return index < self._source.split(first, stop, "in")[0][1]
        if number not in self._values:
            self._values[number] = self._source.split(first, stop, "=")[-1][0]
        return index < self._values[number]


class _Renaming:
    """All places of one word."""

    def __init__(self, context: Context, word: str, done: set[int]) -> None:
        self._context = context
        self._word = word
        self._code = context.code
        self._done = done
        self._starts: dict[int, int] = {}

    @cached_property
    def _name(self) -> str:
        return self._context.later_name(self._word)

    def carry_out(self, places: list[int]) -> None:
        """Look at every place, the definitions first."""
        code, new = self._code, self._word in _NEW
        attributes = [index for index in places if index and code[index - 1] == "."]
        rest = [index for index in places if not (index and code[index - 1] == ".")]
        keywords = self._keywords([index for index in rest if code[index + 1] == "="])
        if attributes:
            stored = _Stored(self._context)
            defined = any(code[index + 1] in _ASSIGNING or stored(index) for index in attributes) or any(
                code[index - 1] in {"def", "class"} or (code[index + 1] == "=" and code[index - 1] in _BEFORE_STATEMENT)
                for index in rest
            )
            for index in attributes:
                if defined:
                    self._rename(index)
                else:
                    self._reach(index)
        takers = self._takers(rest, keywords) if new or keywords else set()
        for index in rest if new else keywords:
            if index in keywords and code[keywords[index] - 1] not in takers:
                self._pass(index)
            else:
                self._rename(index)
            self._done.add(index)

    def _keywords(self, places: list[int]) -> dict[int, int]:
        """Return the places that name an argument in a call, each with the call's parenthesis."""
        code = self._code
        candidates = [index for index in places if code[index - 1] in {"(", ","}]
        return {
            index: opening
            for index, opening in self._openings(candidates).items()
            if not (opening > 1 and code[opening - 2] == "def")
        }

    def _openings(self, places: list[int]) -> dict[int, int]:
        """Return the parenthesis directly around each place that has one."""
        if not places:
            return {}
        code, match = self._code, self._context.source.match
        wanted = set(places)
        found: dict[int, int] = {}
        stack: list[int] = []
        for index, token in enumerate(code):
            if token in {"(", "[", "{"} and match.get(index, 0) > index:
                stack.append(index)
            elif stack and match.get(stack[-1]) == index:
                stack.pop()
            elif index in wanted and stack and code[stack[-1]] == "(":
                found[index] = stack[-1]
        return found

    def _takers(self, places: list[int], keywords: dict[int, int]) -> set[str]:
        """Return the names under which the file's own functions that have this parameter are called."""
        code = self._code
        found = {
            code[opening - 1]
            for index, opening in self._openings(places).items()
            if index not in keywords and opening > 1 and code[opening - 2] == "def"
        }
        if "__init__" in found:
            found.update(code[index + 1] for index, text in enumerate(code) if text == "class")
        return found

    def _found(self, index: int, stop: int, new: str, *, fixed: bool = True) -> None:
        self._context.found("MP116", index, stop, _NAME.format(self._word, new), fixed=fixed)

    def _rename(self, index: int) -> None:
        self._context.edits.replace(index, self._name)
        self._found(index, index + 1, self._name)

    def _pass(self, index: int) -> None:
        """Pass a keyword argument to a function from elsewhere: `**{'async': value}`."""
        code, match = self._code, self._context.source.match
        stop = index + 2
        while stop < len(code) and code[stop] not in {",", ")", ""}:
            if code[stop] == "lambda":
                stop = self._context.source.lambda_colons.get(stop, stop)
            stop = max(stop, match.get(stop, stop)) + 1
        if code[stop] == "" or stop == index + 2:
            return
        if code[stop] == "," and self._pass_last(index, stop):
            return
        self._context.edits.replace(index, f"**{{'{self._word}'")
        self._context.edits.replace(index + 1, ": ")
        for token in (index + 1, index + 2):
            if not self._context.source.gap(token).strip(" \t\f"):
                self._context.edits.blank(token, "")
        self._context.edits.after(stop - 1, "}", index)
        self._found(index, index + 1, f"**{{'{self._word}': …}}")

    def _pass_last(self, index: int, stop: int) -> bool:
        """Pass a keyword argument behind `*arguments`, where Python 3 wants it; return whether there are such."""
        code, source = self._context.code, self._context.source
        closing = stop
        starred = False
        while closing < len(code) and code[closing] not in {")", ""}:
            starred |= code[closing] == "," and code[closing + 1] == "*"
            closing = max(closing, source.match.get(closing, closing)) + 1
        if starred and code[closing] == ")":
            edits = self._context.edits
            edits.move(index + 2, stop, f", **{{{{'{self._word}': {{}}}}}}", closing - 1, before=False, span=-1)
            edits.delete(index, index + 2)
            edits.delete(stop, stop + 1)
            for token in (index + 2, stop + 1):
                if not source.gap(token).strip(" \t\f"):
                    edits.blank(token, "")
            self._found(index, index + 1, f"**{{'{self._word}': …}}")
        return starred

    def _reach(self, index: int) -> None:
        """Read an attribute of something from elsewhere: `getattr(x, 'async')`."""
        code, match = self._code, self._context.source.match
        token = index - 2
        while token >= 0:
            token = self._starts.get(token, token)
            if code[token] in {")", "]", "}"} and token in match and match[token] < token:
                opening = match[token]
                joined = opening and (code[opening - 1] in {")", "]"} or code[opening - 1].isidentifier())
                if joined and code[opening] != "{" and code[opening - 1] not in _BEFORE_OPERAND:
                    token = opening - 1
                    continue
                token = opening
            if token and code[token - 1] == ".":
                token -= 2
                continue
            break
        if token < 0:
            return
        self._starts[index] = token
        edits = self._context.edits
        edits.before(token, "getattr(", index)
        edits.replace(index - 1, ", ")
        edits.replace(index, f"'{self._word}'")
        edits.after(index, ")", token)
        for place in (index - 1, index):
            if not self._context.source.gap(place).strip(" \t\f"):
                edits.blank(place, "")
        self._found(index, index + 1, f"getattr(…, '{self._word}')")
