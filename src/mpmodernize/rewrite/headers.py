"""Edits in the header of a definition: its name, the keywords of a class."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mpmodernize.rewrite.edits import DropDefault, EditRefusedError
from mpmodernize.text import Replacement, newline_of

if TYPE_CHECKING:
    import ast

    from mpmodernize.rewrite.edits import AddClassKeyword, AddDecorator, DropParameter, Rename
    from mpmodernize.text import Text

_NAME = re.compile(r"(?:async\s+)?(?:def|class)\s+(\w+)")
_COMMA = re.compile(r"\s*,\s*")
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


def decorator(text: Text, edit: AddDecorator) -> Replacement:
    """A line of its own above `def`."""
    start = text.start(edit.function)
    return Replacement(start, start, f"@{edit.code}{newline_of(text.source)}{text.line_up_to(start)}")


def without(text: Text, edit: DropDefault | DropParameter) -> Replacement:
    """The place of what goes from a function's parameters."""
    return _without_default(text, edit) if isinstance(edit, DropDefault) else _without_parameter(text, edit)


def _without_parameter(text: Text, edit: DropParameter) -> Replacement:
    """The place of a parameter with its default and the comma before it; without one, that behind it."""
    arguments = edit.function.args
    plain = [*arguments.posonlyargs, *arguments.args]
    missing: list[ast.expr | None] = [None] * (len(plain) - len(arguments.defaults))
    ends = dict(zip(plain, [*missing, *arguments.defaults], strict=True))
    if edit.parameter not in plain:
        if edit.parameter not in arguments.kwonlyargs or arguments.kwonlyargs[0] is edit.parameter:
            raise EditRefusedError("the parameter is the first that goes by its name alone")
        plain = arguments.kwonlyargs
        ends = dict(zip(plain, arguments.kw_defaults, strict=True))
    position = plain.index(edit.parameter)
    start, end = text.start(edit.parameter), _parameter_end(text, edit.parameter, ends[edit.parameter])
    if position:
        start = _parameter_end(text, plain[position - 1], ends[plain[position - 1]])
    else:
        comma = _COMMA.match(text.source, end)
        end = comma.end() if comma is not None else end
    if "#" in text.source[start:end]:
        raise EditRefusedError("a comment stands beside the parameter")
    return Replacement(start, end, "")


def _without_default(text: Text, edit: DropDefault) -> Replacement:
    """The place of a parameter's default, with the equals sign."""
    arguments = edit.function.args
    plain = [*arguments.posonlyargs, *arguments.args]
    defaults: dict[ast.arg, ast.expr | None] = dict(zip(reversed(plain), reversed(arguments.defaults), strict=False))
    defaults |= dict(zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True))
    start, end = text.end(edit.parameter), _parameter_end(text, edit.parameter, defaults[edit.parameter])
    if "#" in text.source[start:end]:
        raise EditRefusedError("a comment stands beside the parameter")
    return Replacement(start, end, "")


def _parameter_end(text: Text, parameter: ast.arg, default: ast.expr | None) -> int:
    """Where a parameter ends, with its default and the parentheses around that."""
    if default is None:
        return text.end(parameter)
    end = text.end(default)
    for _ in range(text.source.count("(", text.end(parameter), text.start(default))):
        end = text.source.index(")", end) + 1
    return end


def _name(text: Text, definition: ast.AST) -> tuple[int, int]:
    found = _NAME.match(text.source, text.start(definition))
    if found is None:
        raise EditRefusedError("the definition has a form that is not understood")
    return found.start(1), found.end(1)
