"""Names that became keywords, and assignments to `True` and `False`.

Sources: the lists of keywords in the Python 2.7 and 3.13 language references, PEP 492 (`async` and `await`),
PEP 3104 (`nonlocal`); `True` and `False` are keywords since 3.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.python2.lexer import NEWLINES
from mpmodernize.python2.operators import is_number

if TYPE_CHECKING:
    from mpmodernize.python2.context import Context

_NEW = ("async", "await", "nonlocal")
_CONSTANTS = ("True", "False", "None")
_ASSIGNING = frozenset({"=", "+=", "-=", "*=", "/=", "//=", "%=", "**=", ">>=", "<<=", "&=", "^=", "|="})

_NAME = "`{}` is a name in Python 2 and a keyword in Python 3: `{}`"
_CONSTANT = "`{} = …` is an assignment in Python 2 and a syntax error in Python 3, where these are keywords"


def convert_names(context: Context) -> None:
    """Rename what became a keyword, consistently in the file; reach it by its text on what comes from elsewhere."""
    for word in (*_NEW, *_CONSTANTS):
        if word in context.source.names:
            _Renaming(context, word).carry_out()
    if "True" in context.source.names or "False" in context.source.names:
        _drop_constants(context)


class _Renaming:
    """All places of one word."""

    def __init__(self, context: Context, word: str) -> None:
        self._context = context
        self._word = word
        self._name = f"{word}_"
        self._code = context.code
        self._starts: dict[int, int] = {}

    def carry_out(self) -> None:
        """Look at every place, the definitions first."""
        code = self._code
        places = [index for index, token in enumerate(code) if token == self._word]
        attributes = [index for index in places if index and code[index - 1] == "."]
        rest = [index for index in places if not (index and code[index - 1] == ".")]
        keywords = self._keywords(rest)
        imports = self._imports(places)
        defined = any(code[index + 1] in _ASSIGNING for index in attributes) or any(
            code[index - 1] in {"def", "class"} or (code[index + 1] == "=" and code[index - 1] in _BEFORE_STATEMENT)
            for index in rest
        )
        for index in attributes:
            if index in imports:
                self._report(index)
            elif defined:
                self._rename(index)
            else:
                self._reach(index)
        takers = self._takers(rest, keywords)
        for index in rest:
            if index in imports:
                self._import(index)
            elif index in keywords and code[keywords[index] - 1] not in takers:
                self._pass(index)
            elif self._word in _NEW:
                self._rename(index)

    def _keywords(self, places: list[int]) -> dict[int, int]:
        """Return the places that name an argument in a call, each with the call's parenthesis."""
        code = self._code
        return {
            index: opening
            for index, opening in self._openings(places).items()
            if code[index + 1] == "="
            and code[index - 1] in {"(", ","}
            and not (opening > 1 and code[opening - 2] == "def")
        }

    def _openings(self, places: list[int]) -> dict[int, int]:
        """Return the parenthesis directly around each place that has one."""
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
        if self._word not in _NEW:
            return set()
        code = self._code
        found = {
            code[opening - 1]
            for index, opening in self._openings(places).items()
            if index not in keywords and opening > 1 and code[opening - 2] == "def"
        }
        if "__init__" in found:
            found.update(code[index + 1] for index, text in enumerate(code) if text == "class")
        return found

    def _imports(self, places: list[int]) -> set[int]:
        """Return the places inside import statements."""
        if "import" not in self._context.source.names:
            return set()
        wanted = set(places)
        return {
            index
            for first, stop, _ in self._context.source.statements
            if self._code[first] in {"import", "from"}
            for index in range(first, stop)
            if index in wanted and self._code[index - 1] != "as"
        }

    def _found(self, index: int, stop: int, new: str, *, fixed: bool = True) -> None:
        self._context.found("MP116", index, stop, _NAME.format(self._word, new), fixed=fixed)

    def _rename(self, index: int) -> None:
        self._context.edits.replace(index, self._name)
        self._found(index, index + 1, self._name)

    def _report(self, index: int) -> None:
        self._found(index, index + 1, f"importlib.import_module('…{self._word}')", fixed=False)

    def _import(self, index: int) -> None:
        """Import a module of this name, where that is all the statement does."""
        alone = self._code[index - 1] == "import" and self._code[index + 1] in {"\n", "\r\n", "\r", ";", ""}
        if not alone or (index > 1 and self._context.source.start[index - 2] and self._code[index - 3] == "from"):
            self._report(index)
            return
        self._context.edits.substitute(index - 1, index + 1, f"{self._name} = __import__('{self._word}')")
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
        self._context.edits.replace(index, f"**{{'{self._word}'")
        self._context.edits.replace(index + 1, ": ")
        for token in (index + 1, index + 2):
            if not self._context.source.gap(token).strip(" \t\f"):
                self._context.edits.blank(token, "")
        self._context.edits.after(stop - 1, "}", index)
        self._found(index, index + 1, f"**{{'{self._word}': …}}")

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


_BEFORE_STATEMENT = frozenset({*NEWLINES, ";", ":"})
_BEFORE_OPERAND = frozenset(
    {"and", "or", "not", "in", "is", "if", "else", "for", "print", "return", "yield", "lambda", "assert", "raise"},
)


def _drop_constants(context: Context) -> None:
    """Drop `True, False = 1, 0` and the like: Python 3 has the names, with these values."""
    source, code = context.source, context.code
    for first, stop, _ in source.statements:
        if code[first] not in {"True", "False", "("}:
            continue
        sides = source.split(first, stop, "=")
        if len(sides) < 2 or not all(_only_constants(code[begin:end]) for begin, end in sides[:-1]):
            continue
        begin, end = sides[-1]
        plain = all(is_number(token) or token in _PLAIN for token in code[begin:end])
        context.found("MP117", first, stop, _CONSTANT.format(source.slice(*sides[0])), definite=True)
        if plain:
            context.edits.substitute(first, stop, "pass")
        else:
            context.edits.delete(first, begin)
            context.edits.blank(begin, "")


_PLAIN = frozenset({",", "(", ")", "==", "!=", "not", "True", "False", "<", ">"})


def _only_constants(tokens: list[str]) -> bool:
    return bool(tokens) and {*tokens} <= {"True", "False", ",", "(", ")"} and {"True", "False"} & {*tokens} != set()
