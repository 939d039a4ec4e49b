"""What is added in front: the first parameters of a function, the first elements of a display, arguments in a place."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from mpmodernize.rewrite.edits import EditRefusedError
from mpmodernize.text import Replacement, newline_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mpmodernize.text import Text

_DEFINITION = re.compile(r"(?:async\s+)?def\s+\w+\s*\(")
_BEHIND = re.compile(r"(?:\s|\\\r?\n|#[^\r\n]*)*")


def opening(text: Text, function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Just behind the parenthesis that opens a function's parameters."""
    matched = _DEFINITION.match(text.source, text.start(function))
    if matched is None:
        raise EditRefusedError("the parameters have a form that is not understood")
    return matched.end()


def first_parameters(
    text: Text, function: ast.FunctionDef | ast.AsyncFunctionDef, names: Sequence[str]
) -> list[Replacement]:
    """Parameters before all others."""
    if not names:
        return []
    arguments = function.args
    there = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    return [_in_front(text, opening(text, function), list(dict.fromkeys(names)), alone=not any(there))]


def first_elements(text: Text, display: ast.Tuple | ast.List, codes: Sequence[str]) -> list[Replacement]:
    """Elements before all others of a tuple or list that stands in brackets."""
    start = text.start(display) + 1
    alone = not display.elts
    found = _in_front(text, start, codes, alone=alone)
    if alone and isinstance(display, ast.Tuple) and len(codes) == 1:
        return [found._replace(text=f"{found.text},")]
    dropped = _needless_comma(text, display) if len(display.elts) == 1 else None
    return [found, *([dropped] if dropped is not None else [])]


def _needless_comma(text: Text, display: ast.Tuple | ast.List) -> Replacement | None:
    """The comma of `(x,)`, if it stands on one line: `(new, x)` needs none."""
    end = text.end(display) - 1
    start = text.end(display.elts[0])
    matched = re.compile(r"[ \t)]*(,)[ \t]*").match(text.source, start, end)
    return Replacement(matched.start(1), end, "") if matched is not None and matched.end() == end else None


def arguments_at(text: Text, call: ast.Call, place: int, codes: Sequence[str]) -> list[Replacement]:
    """Positional arguments before the one that is at `place` now."""
    if any(isinstance(each, ast.GeneratorExp) and text.end(each) == text.end(call) for each in call.args):
        raise EditRefusedError("a lone generator argument would need parentheses")
    if place > 0:
        # behind the one before it: `f((a), b)`, with its parentheses
        end = text.end(call.args[place - 1])
        limit = text.end(call) - 1
        while (following := _next(text, end)) < limit and text.source[following] == ")":
            end = following + 1
        return [Replacement(end, end, "".join(f", {code}" for code in codes))]
    start = _next(text, text.end(call.func))
    while text.source[start] == ")":
        start = _next(text, start + 1)
    return [_in_front(text, start + 1, codes, alone=not call.args and not call.keywords)]


def _next(text: Text, offset: int) -> int:
    matched = _BEHIND.match(text.source, offset)
    assert matched is not None
    return matched.end()


def _in_front(text: Text, start: int, codes: Sequence[str], *, alone: bool) -> Replacement:
    """Text behind an opening bracket: on the same line, or on lines of their own where the others have theirs."""
    code = ", ".join(codes)
    if alone:
        return Replacement(start, start, code)
    following = _next(text, start)
    if "\n" not in text.source[start:following] and "\r" not in text.source[start:following]:
        return Replacement(start, start, f"{code}, ")
    indent = text.line_up_to(following)
    newline = newline_of(text.source)
    return Replacement(following, following, "".join(f"{each},{newline}{indent}" for each in codes))
