"""Helpers on LibCST statements: comments, blank lines, bodies.

LibCST is imported by the first edit of statements, never by `check`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

import libcst as cst

from mpmodernize.records import Record
from mpmodernize.rewrite.edits import EditRefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

Statement: TypeAlias = cst.SimpleStatementLine | cst.BaseCompoundStatement


class Layout(Record):
    """How the file is laid out: its indentation step, its newline, its blank lines between definitions."""

    indent: str
    newline: str
    gap: int
    """Blank lines before a top-level definition."""

    def parse(self, code: str) -> cst.Module:
        """A tree of this code, with the file's own indentation step."""
        config = cst.PartialParserConfig(default_indent=self.indent, default_newline=self.newline)
        try:
            return cst.parse_module(code, config)
        except cst.ParserSyntaxError as error:
            raise EditRefusedError(f"a statement could not be read for editing ({error.message})") from error

    @staticmethod
    def statements(code: str) -> list[Statement]:
        """New statements, for any indentation; blank lines and comments above the first belong to it."""
        module = cst.parse_module(code)
        body = [_as_statement(each) for each in module.body]
        if body:
            body[0] = with_leading(body[0], [*module.header, *leading(body[0])])
        return [settle(each) for each in body]

    def print(self, statements: Sequence[Statement]) -> str:
        """The text of statements at the left margin."""
        if not statements:
            return ""
        module = cst.Module(
            body=list(statements), default_indent=self.indent, default_newline=self.newline, has_trailing_newline=True
        )
        return module.code


def _as_statement(node: cst.CSTNode) -> Statement:
    assert isinstance(node, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
    return node


def leading(statement: Statement) -> list[cst.EmptyLine]:
    """The blank lines and comments above a statement."""
    return list(statement.leading_lines)


def with_leading(statement: Statement, lines: Sequence[cst.EmptyLine]) -> Statement:
    """The statement with other lines above it."""
    return statement.with_changes(leading_lines=list(lines))


def blank_lines(number: int) -> list[cst.EmptyLine]:
    """Blank lines without any white space."""
    return [cst.EmptyLine(indent=False) for _ in range(number)]


def without_blank_start(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """The lines from the first comment on."""
    rest = list(lines)
    while rest and rest[0].comment is None:
        rest.pop(0)
    return rest


def without_own_comments(statement: Statement) -> Statement:
    """The statement with the comments right above it alone: those behind the last blank line."""
    lines = leading(statement)
    blank = [number for number, line in enumerate(lines) if line.comment is None]
    return with_leading(statement, lines[blank[-1] + 1 :] if blank else lines)


def comment_lines(comments: Sequence[str]) -> list[cst.EmptyLine]:
    """Comments on lines of their own."""
    return [cst.EmptyLine(indent=True, comment=cst.Comment(each)) for each in comments]


class _Settle(cst.CSTTransformer):
    """Blank lines keep no indentation when their statement moves."""

    def leave_EmptyLine(self, original_node: cst.EmptyLine, updated_node: cst.EmptyLine) -> cst.EmptyLine:  # noqa: N802
        del original_node
        if updated_node.comment is not None:
            return updated_node.with_changes(indent=True, whitespace=cst.SimpleWhitespace(""))
        return updated_node.with_changes(indent=False, whitespace=cst.SimpleWhitespace(""))


def settle(statement: Statement) -> Statement:
    """The statement, ready for another depth."""
    visited = statement.visit(_Settle())
    return _as_statement(visited)  # type: ignore[arg-type]


class _Docstrings(cst.CSTTransformer):
    """The lines of docstrings go as far to the left as their function does."""

    def __init__(self, indent: str) -> None:
        super().__init__()
        self._further = re.compile(rf"(?<=\n){re.escape(indent)}")

    def leave_IndentedBlock(  # noqa: N802
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        del original_node
        first = updated_node.body[0]
        line = first.body[0] if isinstance(first, cst.SimpleStatementLine) else None
        string = line.value if isinstance(line, cst.Expr) else None
        if not isinstance(string, cst.SimpleString) or "\n" not in string.value:
            return updated_node
        moved = string.with_changes(value=self._further.sub("", string.value))
        return updated_node.with_deep_changes(string, value=moved.value)


def outdented(statement: Statement, indent: str) -> Statement:
    """A definition whose place is so much further to the left, with its docstrings, as far as they reach."""
    if not indent or not isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
        return statement
    visited = statement.visit(_Docstrings(indent))
    return _as_statement(visited)  # type: ignore[arg-type]


def trailing_comment(statement: Statement) -> str | None:
    """The comment behind a simple statement, or behind the header of a compound one on the same line."""
    if isinstance(statement, cst.SimpleStatementLine) and statement.trailing_whitespace.comment is not None:
        return statement.trailing_whitespace.comment.value
    return None


def comments_of(statement: Statement) -> list[str]:
    """Every comment above, beside and inside a statement, in order."""
    found: list[str] = []

    class Comments(cst.CSTVisitor):
        def visit_Comment(self, node: cst.Comment) -> None:  # noqa: N802
            found.append(node.value)

    statement.visit(Comments())
    return found


def block_of(suite: cst.BaseSuite) -> cst.IndentedBlock:
    """The suite as an indented block; `if x: a; b` becomes lines of its own."""
    if isinstance(suite, cst.IndentedBlock):
        return suite
    assert isinstance(suite, cst.SimpleStatementSuite)
    line = cst.SimpleStatementLine(body=suite.body)
    return cst.IndentedBlock(body=split(line, suite.trailing_whitespace))


def split(line: cst.SimpleStatementLine, trailing: cst.TrailingWhitespace | None = None) -> list[Statement]:
    """The statements of `a; b` on a line each; the comment behind them goes with the last."""
    trailing = trailing or line.trailing_whitespace
    parts: list[Statement] = []
    for position, small in enumerate(line.body):
        is_last = position == len(line.body) - 1
        parts.append(
            cst.SimpleStatementLine(
                body=[small.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)],
                leading_lines=line.leading_lines if position == 0 else [],
                trailing_whitespace=trailing if is_last else cst.TrailingWhitespace(),
            )
        )
    return parts


def units(body: Sequence[cst.BaseStatement]) -> list[tuple[Statement, int]]:
    """Statements with the number of `ast` statements that each stands for (several in `a; b`)."""
    found = []
    for each in body:
        statement = _as_statement(each)
        found.append((statement, len(statement.body) if isinstance(statement, cst.SimpleStatementLine) else 1))
    return found
