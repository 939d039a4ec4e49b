"""Edits in the header of a definition: its name, the keywords of a class."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mpmodernize.rewrite.edits import EditRefusedError
from mpmodernize.text import Replacement

if TYPE_CHECKING:
    import ast

    from mpmodernize.rewrite.edits import AddClassKeyword, Rename
    from mpmodernize.text import Text

_NAME = re.compile(r"(?:async\s+)?(?:def|class)\s+(\w+)")
_OPENING = re.compile(r"\s*\(\s*")


def renamed(text: Text, edit: Rename) -> tuple[int, int, str]:
    """The place of a definition's name, and the new name."""
    start, end = _name(text, edit.definition)
    return start, end, edit.name


def class_keyword(text: Text, edit: AddClassKeyword) -> Replacement:
    """Text behind the last base or keyword of a class, or behind its name."""
    class_ = edit.class_
    _, named = _name(text, class_)
    code = f"{edit.keyword}={edit.code}"
    given: list[ast.AST] = [*class_.bases, *class_.keywords]
    if given:
        last = max(text.end(each) for each in given)
        # parentheses around the last base belong to it
        inside = text.source[named:last].count("(") - text.source[named:last].count(")") - 1
        for _ in range(inside):
            last = text.source.index(")", last) + 1
        return Replacement(last, last, f", {code}")
    opening = _OPENING.match(text.source, named)
    if opening is None:
        return Replacement(named, named, f"({code})")
    return Replacement(opening.end(), opening.end(), code)


def _name(text: Text, definition: ast.AST) -> tuple[int, int]:
    found = _NAME.match(text.source, text.start(definition))
    if found is None:
        raise EditRefusedError("the definition has a form that is not understood")
    return found.start(1), found.end(1)
