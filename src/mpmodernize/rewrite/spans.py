"""Edits inside statements, as replacements of exact spans of the text.

`ast` gives the span of every expression; an edit of an expression changes that span and nothing around it, so
comments, quotes and line breaks stay as they are.
"""

from __future__ import annotations

import ast
import re
import sys
from typing import TYPE_CHECKING, TypeAlias

from mpmodernize.rewrite import firsts, headers
from mpmodernize.rewrite.edits import (
    AddArgument,
    AddClassKeyword,
    AddDecorator,
    AddElement,
    AddImportedName,
    AddParameter,
    ChangeHeader,
    ChangeOperator,
    DropDefault,
    DropParameter,
    EditRefusedError,
    Reimport,
    Rename,
    Replace,
)
from mpmodernize.rewrite.lines import replace_statement
from mpmodernize.rewrite.patterns import Span, nest, once, replacement
from mpmodernize.rewrite.precedence import enclose, parse_expression
from mpmodernize.rewrite.reimports import reimport
from mpmodernize.text import Replacement, Text, keep_comment_columns, newline_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SpanEdit: TypeAlias = (
    Replace
    | AddArgument
    | AddElement
    | AddParameter
    | DropParameter
    | AddImportedName
    | Reimport
    | Rename
    | AddDecorator
    | DropDefault
    | AddClassKeyword
    | ChangeOperator
    | ChangeHeader
)
SPAN_EDITS = (
    Replace,
    AddArgument,
    AddElement,
    AddParameter,
    DropParameter,
    AddImportedName,
    Reimport,
    Rename,
    AddDecorator,
    DropDefault,
    AddClassKeyword,
    ChangeOperator,
    ChangeHeader,
)

_OPERATOR = re.compile(r"(?://|\*\*|<<|>>|[-+*/%@&|^])=?")
_BEHIND = re.compile(r"(?:\s|\\\r?\n|#[^\r\n]*)*")


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


def splices(
    text: Text, groups: Sequence[Sequence[SpanEdit]], parents: Mapping[ast.AST, ast.AST]
) -> tuple[list[Replacement], dict[int, str]]:
    """The replacements that carry out these groups of edits; and which groups can't be, by position, with the reason.

    A group is left out whole: where it is in the way of an earlier one, and where a span is not what the tree says
    (inside f-strings before Python 3.12).
    """
    refused: dict[int, str] = {}
    while True:
        remaining = {position: edits for position, edits in enumerate(groups) if position not in refused}
        before = len(refused)
        roots = nest(text, _spans(text, remaining, parents, refused), refused)
        found: list[Replacement] = []
        if len(refused) == before:
            for span in roots:
                try:
                    found.append(replacement(text, span))
                except EditRefusedError as reason:
                    refused |= dict.fromkeys(span.all_groups(), str(reason))
        if len(refused) == before:
            return found, refused


def _spans(
    text: Text,
    groups: Mapping[int, Sequence[SpanEdit]],
    parents: Mapping[ast.AST, ast.AST],
    refused: dict[int, str],
) -> Iterator[Span]:
    """The spans of all edits; what several groups add to one call, display or signature is one span."""
    adding: dict[tuple[type[SpanEdit], ast.AST], list[tuple[int, SpanEdit]]] = {}
    for position, edits in groups.items():
        for edit in edits:
            if isinstance(edit, Rename):
                yield Span(*headers.renamed(text, edit), frozenset({position}))
            elif isinstance(edit, AddDecorator):
                yield Span(*headers.decorator(text, edit), frozenset({position}))
            elif isinstance(edit, (DropDefault, DropParameter)):
                try:
                    yield Span(*headers.without(text, edit), frozenset({position}))
                except EditRefusedError as reason:
                    refused[position] = str(reason)
            elif isinstance(edit, ChangeHeader):
                last = edit.loop.test if isinstance(edit.loop, ast.While) else edit.loop.iter
                end = outer_end(text, last, text.start(edit.loop.body[0]))
                if "#" in text.source[text.start(edit.loop) : end]:
                    refused[position] = "a comment stands in the header of the loop"
                    continue
                yield Span(text.start(edit.loop), end, edit.code, frozenset({position}))
            elif isinstance(edit, ChangeOperator):
                if _is_formatted(edit.operation, parents):
                    refused[position] = "it stands in an f-string"
                    continue
                yield Span(*_operator(text, edit), frozenset({position}))
            elif not isinstance(edit, Replace):
                adding.setdefault((type(edit), _extended(edit)), []).append((position, edit))
            elif edit.parts:
                start, end = text.start(edit.node), text.end(edit.node)
                if _is_formatted(edit.node, parents):
                    refused[position] = "it stands in an f-string"
                    continue
                yield Span(start, end, "", frozenset({position}), edit, parents.get(edit.node))
            else:
                try:
                    start, end, code = _replace(text, edit, parents)
                    goes = not code and isinstance(edit.node, ast.stmt)
                    yield Span(start, end, code, frozenset({position}), goes=goes)
                except EditRefusedError as reason:
                    refused[position] = str(reason)
    for members in adding.values():
        wanted_by = frozenset(position for position, _ in members)
        try:
            for start, end, code in dict.fromkeys(_added(text, [edit for _, edit in members], parents)):
                goes = not code and isinstance(members[0][1], Reimport)
                yield Span(start, end, code, wanted_by, goes=goes)
        except EditRefusedError as reason:
            refused |= dict.fromkeys(wanted_by, str(reason))


def _operator(text: Text, edit: ChangeOperator) -> Replacement:
    """The operator's place: behind the left side and the brackets around that."""
    operation = edit.operation
    left = operation.target if isinstance(operation, ast.AugAssign) else operation.left
    start = behind(text, text.end(left))
    while text.source[start] == ")":
        start = behind(text, start + 1)
    matched = _OPERATOR.match(text.source, start)
    if matched is None:
        raise EditRefusedError("the place of the operator is not known")
    return Replacement(start, matched.end(), edit.code)


def _added(text: Text, edits: list[SpanEdit], parents: Mapping[ast.AST, ast.AST]) -> list[Replacement]:
    """The replacements that add to one call, display, signature or import what all of these edits want."""
    first = edits[0]
    if isinstance(first, AddArgument):
        return _arguments(text, first.call, [each for each in edits if isinstance(each, AddArgument)])
    if isinstance(first, AddElement):
        return _elements(text, first.display, [each for each in edits if isinstance(each, AddElement)])
    if isinstance(first, AddParameter):
        wanted = [each for each in edits if isinstance(each, AddParameter)]
        found = firsts.first_parameters(text, first.function, [each.name for each in wanted if each.first])
        last = [each for each in edits if isinstance(each, AddParameter) and not each.first]
        return [*found, *(_parameters(text, first.function, _names(last)) if last else [])]
    if isinstance(first, AddImportedName):
        return _imported_names(text, first.statement, _names(edits))
    if isinstance(first, AddClassKeyword):
        return [headers.class_keyword(text, first)]
    return reimport(text, [each for each in edits if isinstance(each, Reimport)], parents)


def _extended(
    edit: AddArgument | AddElement | AddParameter | AddImportedName | Reimport | AddClassKeyword,
) -> ast.AST:
    """What an edit adds something to."""
    if isinstance(edit, AddArgument):
        return edit.call
    if isinstance(edit, AddClassKeyword):
        return edit.class_
    if isinstance(edit, AddElement):
        return edit.display
    return edit.function if isinstance(edit, AddParameter) else edit.statement


def _names(edits: Sequence[SpanEdit]) -> list[str]:
    return list(dict.fromkeys(each.name for each in edits if isinstance(each, (AddParameter, AddImportedName))))


def _imported_names(text: Text, statement: ast.ImportFrom, names: list[str]) -> list[Replacement]:
    end = text.end(statement.names[-1])
    return [Replacement(end, end, "".join(f", {name}" for name in names))]


def apply(source: str, found: Sequence[Replacement]) -> str:
    """The text with all replacements made; they do not overlap."""
    parts: list[str] = []
    position = 0
    for splice in keep_comment_columns(source, found):
        parts += [source[position : splice.start], splice.text]
        position = splice.end
    return "".join([*parts, source[position:]])


def _replace(text: Text, edit: Replace, parents: Mapping[ast.AST, ast.AST]) -> Replacement:
    start, end = text.start(edit.node), text.end(edit.node)
    if isinstance(edit.node, ast.expr):
        if _is_formatted(edit.node, parents):
            _refuse_unknown_place(text.source[start:end], edit.node)
        code = parse_expression(edit.code)
        enclosed = enclose(edit.code, code, parents.get(edit.node), edit.node)
        return Replacement(start, end, enclosed if enclosed == edit.code else once(text, start, end, enclosed))
    if isinstance(edit.node, ast.stmt):
        return replace_statement(text, edit.node, edit.code, parents)
    return Replacement(start, end, edit.code)


def _is_formatted(node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> bool:
    """Whether an expression stands in an f-string of a Python that does not say where (before 3.12)."""
    if sys.version_info >= (3, 12):
        return False
    while not isinstance(node, (ast.stmt, ast.JoinedStr)) and node in parents:
        node = parents[node]
    return isinstance(node, ast.JoinedStr)


def _refuse_unknown_place(source: str, node: ast.expr) -> None:
    try:
        there = ast.dump(parse_expression(source))
    except SyntaxError:
        there = ""
    if there != ast.dump(node):
        raise EditRefusedError("the place of the expression is not known exactly")


def _arguments(text: Text, call: ast.Call, edits: list[AddArgument]) -> list[Replacement]:
    placed: dict[int, list[str]] = {}
    for edit in edits:
        if edit.keyword is None and edit.at is not None and edit.at < len(call.args):
            placed.setdefault(edit.at, []).append(edit.code)
    if placed:
        found = [each for at, codes in placed.items() for each in firsts.arguments_at(text, call, at, codes)]
        rest = [each for each in edits if each.keyword is not None or each.at not in placed]
        return found + (_arguments(text, call, rest) if rest else [])
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


def _elements(text: Text, display: ast.AST, edits: list[AddElement]) -> list[Replacement]:
    first = [each.code for each in edits if each.first]
    codes = [each.code for each in edits if not each.first]
    start, end = text.start(display), text.end(display) - 1
    if text.source[start] not in "([{":
        raise EditRefusedError("a tuple without parentheses")
    elements: list[ast.AST]
    if first and isinstance(display, (ast.Tuple, ast.List)):
        if codes:
            raise EditRefusedError("elements are put at both ends")
        return firsts.first_elements(text, display, first)
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
        opening = firsts.opening(text, function)
        code = ", ".join(names)
        return [Replacement(opening, opening, f"{code}, " if arguments.kwarg is not None else code)]
    # the limit need not be exact: what is looked for stands right behind the parameter
    limit = text.start(function.body[0])
    return _behind(text, last, _parameter_end(text, last, default), limit, codes, alone=False)


def _parameter_end(text: Text, parameter: ast.arg, default: ast.expr | None) -> int:
    """Where a parameter ends, with its default and the parentheses around that."""
    if default is None:
        return text.end(parameter)
    end = text.end(default)
    for _ in range(text.source.count("(", text.end(parameter), text.start(default))):
        end = behind(text, end) + 1
    return end
