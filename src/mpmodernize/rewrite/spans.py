"""Edits inside statements, as replacements of exact spans of the text.

`ast` gives the span of every expression; an edit of an expression changes that span and nothing around it, so
comments, quotes and line breaks stay as they are.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from mpmodernize.rewrite.edits import (
    AddArgument,
    AddElement,
    AddImportedName,
    AddParameter,
    EditRefusedError,
    Replace,
)
from mpmodernize.text import Replacement, Text, keep_comment_columns, newline_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

SpanEdit: TypeAlias = Replace | AddArgument | AddElement | AddParameter | AddImportedName
SPAN_EDITS = (Replace, AddArgument, AddElement, AddParameter, AddImportedName)

_BEHIND = re.compile(r"(?:\s|\\\r?\n|#[^\r\n]*)*")
_CLOSED = (
    ast.Name,
    ast.Attribute,
    ast.Call,
    ast.Subscript,
    ast.Constant,
    ast.List,
    ast.Dict,
    ast.Set,
    ast.JoinedStr,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
)


def behind(text: Text, offset: int) -> int:
    """The next offset that is neither blank nor comment."""
    matched = _BEHIND.match(text.source, offset)
    assert matched is not None
    return matched.end()


def outer_end(text: Text, node: ast.AST, limit: int) -> int:
    """Where a node ends with the parentheses around it, before `limit`."""
    end = text.end(node)
    while (following := behind(text, end)) < limit and text.source[following] == ")":
        end = following + 1
    return end


def splices(text: Text, edits: Sequence[SpanEdit], parents: dict[ast.AST, ast.AST]) -> list[Replacement]:
    """The replacements that carry out these edits.

    Raises `EditRefusedError` where a span is not what the tree says (inside f-strings before Python 3.12).
    """
    found: list[Replacement] = []
    for edit in edits:
        if isinstance(edit, Replace):
            found.append(_replace(text, edit, parents))
        elif isinstance(edit, AddImportedName):
            end = text.end(edit.statement.names[-1])
            found.append(Replacement(end, end, f", {edit.name}"))
    for arguments in _together((edit for edit in edits if isinstance(edit, AddArgument)), lambda edit: edit.call):
        found += _arguments(text, arguments[0].call, arguments)
    for elements in _together((edit for edit in edits if isinstance(edit, AddElement)), lambda edit: edit.display):
        found += _elements(text, elements[0].display, [element.code for element in elements])
    for added in _together((edit for edit in edits if isinstance(edit, AddParameter)), lambda edit: edit.function):
        found += _parameters(text, added[0].function, list(dict.fromkeys(each.name for each in added)))
    return sorted(dict.fromkeys(found), key=lambda splice: (splice.start, splice.end))


def apply(source: str, found: Sequence[Replacement]) -> str:
    """The text with all replacements made; they must not overlap."""
    parts: list[str] = []
    position = 0
    for splice in keep_comment_columns(source, found):
        if splice.start < position:
            raise EditRefusedError("two edits want the same place")
        parts += [source[position : splice.start], splice.text]
        position = splice.end
    return "".join([*parts, source[position:]])


_Kind = TypeVar("_Kind", bound=SpanEdit)


def _together(edits: Iterable[_Kind], owner: Callable[[_Kind], ast.AST]) -> list[list[_Kind]]:
    """Edits of the same kind grouped by the node they extend."""
    grouped: dict[ast.AST, list[_Kind]] = {}
    for edit in edits:
        grouped.setdefault(owner(edit), []).append(edit)
    return list(grouped.values())


def _replace(text: Text, edit: Replace, parents: dict[ast.AST, ast.AST]) -> Replacement:
    start, end = text.start(edit.node), text.end(edit.node)
    if isinstance(edit.node, ast.expr):
        try:
            there = ast.dump(ast.parse(f"({text.source[start:end]}\n)", mode="eval").body)
        except SyntaxError:
            there = ""
        context = getattr(edit.node, "ctx", None)
        if there.replace("ctx=Load()", "") != ast.dump(edit.node).replace("ctx=Load()", "") and isinstance(
            context, (ast.Load, type(None))
        ):
            raise EditRefusedError("the place of the expression is not known exactly")
        return Replacement(start, end, _closed(edit.code, edit.node, parents))
    return Replacement(start, end, edit.code)


def _closed(code: str, node: ast.expr, parents: dict[ast.AST, ast.AST]) -> str:
    """The code, in parentheses where what stands around it would tear it apart."""
    if isinstance(ast.parse(code, mode="eval").body, (*_CLOSED, ast.Tuple)):
        return code
    parent = parents.get(node)
    if isinstance(parent, (ast.Compare, ast.BoolOp)) and isinstance(ast.parse(code, mode="eval").body, ast.BinOp):
        return code
    if isinstance(parent, (ast.stmt, ast.keyword, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.FormattedValue)):
        return code
    if isinstance(parent, ast.Call) and node is not parent.func:
        return code
    if isinstance(parent, ast.Subscript) and node is parent.slice:
        return code
    return f"({code})"


def _arguments(text: Text, call: ast.Call, edits: list[AddArgument]) -> list[Replacement]:
    positional = [each.code for each in edits if each.keyword is None]
    keywords = [f"{each.keyword}={each.code}" for each in edits if each.keyword]
    end = text.end(call) - 1
    given: list[ast.AST] = sorted([*call.args, *call.keywords], key=text.start)
    if not given:
        start = behind(text, text.end(call.func))
        while text.source[start] == ")":  # a parenthesised function: `(f)()`
            start = behind(text, start + 1)
        return [Replacement(start + 1, start + 1, ", ".join([*positional, *keywords]))]
    if len(given) == 1 and isinstance(given[0], ast.GeneratorExp) and text.end(given[0]) == text.end(call):
        raise EditRefusedError("a lone generator argument would need parentheses")
    found = []
    if keywords or not call.keywords:
        found += _append(text, given, end, [*([] if call.keywords else positional), *keywords])
    if positional and call.keywords:
        first = min(text.start(each) for each in call.keywords)
        found.append(Replacement(first, first, "".join(f"{each}, " for each in positional)))
    return found


def _elements(text: Text, display: ast.AST, codes: list[str]) -> list[Replacement]:
    start, end = text.start(display), text.end(display) - 1
    if text.source[start] not in "([{":
        raise EditRefusedError("a tuple without parentheses")
    elements: list[ast.AST]
    if isinstance(display, ast.Dict):
        elements = list(display.values)
    else:
        assert isinstance(display, (ast.Tuple, ast.List, ast.Set))
        elements = list(display.elts)
    if not elements:
        comma = "," if isinstance(display, ast.Tuple) and len(codes) == 1 else ""
        return [Replacement(start + 1, start + 1, ", ".join(codes) + comma)]
    found = _append(text, elements, end, codes)
    last = outer_end(text, elements[-1], end)
    comma_at = behind(text, last)
    if len(elements) == 1 and text.source[comma_at] == "," and "\n" not in text.source[comma_at:end]:
        found.append(Replacement(comma_at, comma_at + 1, ""))
    return found


def _append(text: Text, given: list[ast.AST], limit: int, codes: list[str]) -> list[Replacement]:
    """Text behind the last of `given`: on the same line, or on lines of their own where the others have theirs."""
    return _behind(text, given[-1], outer_end(text, given[-1], limit), limit, codes, alone=len(given) == 1)


def _behind(text: Text, last: ast.AST, end: int, limit: int, codes: list[str], *, alone: bool) -> list[Replacement]:
    indent = text.line_up_to(text.start(last))
    if alone or indent.strip() or not re.search(r"[\r\n]", text.source[end:limit]):
        return [Replacement(end, end, "".join(f", {code}" for code in codes))]
    newline = newline_of(text.source)
    lines = "".join(f"{newline}{indent}{code}," for code in codes)
    following = behind(text, end)
    comma = text.source[following] == "," and following < limit
    line_end = text.end_of_line(following if comma else end)  # behind the comment of the last one
    if comma:
        return [Replacement(line_end, line_end, lines)]
    return [Replacement(end, end, ","), Replacement(line_end, line_end, lines[:-1])]


def _parameters(text: Text, function: ast.FunctionDef | ast.AsyncFunctionDef, names: list[str]) -> list[Replacement]:
    arguments = function.args
    plain = [*arguments.posonlyargs, *arguments.args]
    last: ast.arg | None = None
    default: ast.expr | None = None
    codes = names
    if arguments.kwonlyargs:
        last, default = arguments.kwonlyargs[-1], arguments.kw_defaults[-1]
    elif arguments.vararg is not None:
        last = arguments.vararg
    elif plain:
        last, default = plain[-1], arguments.defaults[-1] if arguments.defaults else None
        codes = ["*", *names] if arguments.defaults else names
        if len(plain) == len(arguments.posonlyargs):
            raise EditRefusedError("all parameters are positional-only")
    if last is None:
        opening = _opening(text, function)
        code = ", ".join(names)
        return [Replacement(opening, opening, f"{code}, " if arguments.kwarg is not None else code)]
    # the limit need not be exact: what is looked for stands right behind the parameter
    limit = text.start(function.body[0])
    return _behind(text, last, _parameter_end(text, last, default), limit, codes, alone=False)


def _opening(text: Text, function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Just behind the parenthesis that opens a function's parameters."""
    matched = re.compile(r"(?:async\s+)?def\s+\w+\s*\(").match(text.source, text.start(function))
    if matched is None:
        raise EditRefusedError("the parameters have a form that is not understood")
    return matched.end()


def _parameter_end(text: Text, parameter: ast.arg, default: ast.expr | None) -> int:
    """Where a parameter ends, with its default and the parentheses around that."""
    if default is None:
        return text.end(parameter)
    end = text.end(default)
    for _ in range(text.source.count("(", text.end(parameter), text.start(default))):
        end = behind(text, end) + 1
    return end
