"""Where the name of a built-in function may be something else."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mpmodernize.python2.scopes import Scopes
    from mpmodernize.python2.structure import Source

_BINDING_HEADS = frozenset({"import", "from", "for", "global", "with", "except", "del"})


class Shadows:
    """The scopes and statements that bind one name."""

    def __init__(self, source: Source, scopes: Scopes, name: str) -> None:
        self._source = source
        self._scopes = scopes
        self._firsts = [statement.first for statement in source.statements]
        self._statements: set[int] = set()
        """Statements that hold a variable of their own: one of a `lambda` or of a comprehension."""
        self._heads: set[int] = set()
        """Scopes that bind the name, by the statements that open them; -1 is the module."""
        self._hidden: dict[int, bool] = {}
        """Whether a scope around hides the name, for each scope that was asked for."""
        for index, text in enumerate(source.code):
            if text == name and source.code[index - 1] != ".":
                self._note(index)

    def __call__(self, index: int) -> bool:
        """Whether the name may be something else at this token."""
        if not self._heads and not self._statements:
            return False
        number = self._number(index)
        if number in self._statements:
            return True
        head = self._scopes.head(number)
        if head in self._heads:
            return True
        # A class is seen by what stands directly in it, and not by its methods.
        code, statements = self._source.code, self._source.statements
        passed: list[int] = []
        while head >= 0 and head not in self._hidden:
            passed.append(head)
            head = self._scopes.head(head)
            if head in self._heads and (head < 0 or code[statements[head].first] == "def"):
                break
        hidden = self._hidden.get(head, head in self._heads)
        self._hidden.update(dict.fromkeys(passed, hidden))
        return hidden

    def _number(self, index: int) -> int:
        return max(bisect_right(self._firsts, index) - 1, 0)

    def _note(self, index: int) -> None:
        """Note what binds the name at this place, if anything does."""
        source, code = self._source, self._source.code
        number = self._number(index)
        first, stop, _ = source.statements[number]
        head, before, behind = code[first], code[index - 1], code[index + 1]
        if head == "global":
            self._heads.add(-1)
        elif before in {"def", "class"} or head in _BINDING_HEADS:
            self._heads.add(self._scopes.head(number))
        elif head == "def" and behind != "(" and (before in {"(", ",", "*", "**"}):
            self._heads.add(number)
        elif behind != "(":
            tokens = code[first:stop]
            if index < source.split(first, stop, "=")[-1][0]:
                self._heads.add(self._scopes.head(number))
            elif "for" in tokens or "lambda" in tokens or before == "as":
                # A variable of a list comprehension stays behind it.
                self._statements.add(number)
                if "for" in tokens:
                    self._heads.add(self._scopes.head(number))
