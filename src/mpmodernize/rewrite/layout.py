"""How a file is laid out: its indentation, newlines and blank lines, and its text in pieces by top-level statement."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mpmodernize.records import Record
from mpmodernize.rewrite.edits import EditRefusedError
from mpmodernize.text import newline_of, split_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mpmodernize.rewrite.trees import Layout, Statement


class Measured(Record):
    """What a file does in its own way, and edits do likewise."""

    indent: str
    newline: str
    gap: int
    """Blank lines before a top-level definition."""


def measure(source: str, tree: ast.Module) -> Measured:
    """Measure the layout of a file."""
    lines = split_lines(source)
    indent = "    "
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and not isinstance(node, ast.Module) and isinstance(body[0], ast.stmt):
            first = body[0]
            prefix = re.match(r"[ \t]*", lines[first.lineno - 1])
            if first.lineno > node.lineno and prefix is not None and prefix.group():  # type: ignore[attr-defined]
                indent = prefix.group()
                break
    gaps = []
    definitions: tuple[type[ast.stmt], ...] = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    if any(isinstance(each, definitions) for each in tree.body):
        definitions = (*definitions, ast.If)  # the guard keeps the same distance
    for each in tree.body[1:]:
        if isinstance(each, definitions):
            decorators = getattr(each, "decorator_list", [])
            line = min([each.lineno, *(decorator.lineno for decorator in decorators)]) - 2
            while line >= 0 and lines[line].lstrip().startswith("#"):
                line -= 1
            gap = 0
            while line >= 0 and not lines[line].strip():
                gap, line = gap + 1, line - 1
            gaps.append(gap)
    return Measured(indent, newline_of(source), max(1, min(2, max(gaps))) if gaps else 2)


@dataclass
class _Line:
    """One or more top-level statements on the same line, with the comments above."""

    positions: list[int]
    leading: tuple[int, int]
    core: tuple[int, int]


class Pieces:
    """The text of a file, cut at its top-level statements."""

    def __init__(self, source: str, tree: ast.Module) -> None:
        self.source = source
        self._lines = split_lines(source)
        self._pieces: list[_Line] = []
        self._line_of: dict[int, int] = {}
        previous = 0
        for position, statement in enumerate(tree.body):
            start = min([statement.lineno, *(each.lineno for each in getattr(statement, "decorator_list", []))]) - 1
            end = statement.end_lineno or statement.lineno
            if self._pieces and start < previous:
                last = self._pieces[-1]
                last.positions.append(position)
                last.core = (last.core[0], max(last.core[1], end))
                previous = max(previous, end)
            else:
                previous = self._own_comments(previous, start)
                self._pieces.append(_Line([position], (previous, start), (start, end)))
                previous = end
            self._line_of[position] = len(self._pieces) - 1
        self._tail = self._own_comments(previous, len(self._lines))
        self._head = self._head_lines()

    def _own_comments(self, previous: int, start: int) -> int:
        """Indented comments behind a block belong to it: where the block before `start` really ends."""
        end = previous
        for number in range(previous, start):
            line = self._lines[number]
            if line[:1] in " \t" and line.lstrip().startswith("#"):
                end = number + 1
            elif line.strip():
                break
        if self._pieces:
            piece = self._pieces[-1]
            piece.core = (piece.core[0], max(piece.core[1], end))
        return end if self._pieces else previous

    def _head_lines(self) -> int:
        """How many lines at the start of the file belong to the file, not to its first statement."""
        if not self._pieces:
            return 0
        start, end = self._pieces[0].leading
        blank = [number for number in range(start, end) if not self._lines[number].strip()]
        return blank[-1] + 1 if blank else end

    # -- pieces ------------------------------------------------------------------------------------

    def line_of(self, position: int) -> int:
        """The piece that holds a top-level statement."""
        return self._line_of[position]

    def positions(self, line: int) -> list[int]:
        """The top-level statements that a piece holds."""
        return self._pieces[line].positions

    def whole_lines(self, positions: Iterable[int]) -> set[int]:
        """With every statement those that stand on the same line."""
        return {each for position in positions for each in self._pieces[self._line_of[position]].positions}

    def begins_line(self, position: int) -> bool:
        """Whether the statement at `position` is the first of its line."""
        return self._pieces[self._line_of[position]].positions[0] == position

    def own_comments(self, line: int) -> str:
        """Comments above a piece that stand by themselves: with a blank line below, they are not its statement's."""
        start, end = self._pieces[line].leading
        start = max(start, self._head if line == 0 else 0)
        blank = [number for number in range(start, end) if not self._lines[number].strip()]
        if not blank or not any(self._lines[number].strip() for number in range(start, blank[-1])):
            return ""
        return "".join(self._lines[start : blank[-1]])

    def leading_is_blank(self, position: int) -> bool:
        """Whether the statement at `position` has a blank line above it (or is the first)."""
        start, end = self._pieces[self._line_of[position]].leading
        return start < end and not self._lines[start].strip()

    def parse(self, line: int, layout: Layout) -> list[Statement]:
        """The trees of a piece's statements, with the comments and blank lines above the first.

        Raises `EditRefusedError` when LibCST would not print the piece as it stands.
        """
        from mpmodernize.rewrite.trees import leading, split, with_leading

        piece = self._pieces[line]
        above = max(piece.leading[0], self._head if line == 0 else 0)
        text = "".join(self._lines[above : piece.core[1]])
        module = layout.parse(text)
        if module.code != text or len(module.body) != 1:
            raise EditRefusedError("LibCST does not print this statement back as it stands")
        (parsed,) = layout_statements(module)
        parsed = with_leading(parsed, [*module.header, *leading(parsed)])
        if len(piece.positions) == 1:
            return [parsed]
        return split(parsed)  # type: ignore[arg-type]

    # -- the new text ------------------------------------------------------------------------------

    def assemble(self, new: Mapping[int, str], slots: Mapping[int, str]) -> str:
        """The text with new statements in the place of old ones, and new lines above some (`slots`)."""
        parts = ["".join(self._lines[: self._head])]
        gap = ""  # the blank lines above a statement that is gone, for the next one if it has none
        for number, piece in enumerate(self._pieces):
            above = slots.get(piece.positions[0], "")
            if number == 0 and above:
                parts[0], above = self._behind_head(above)
            start = self._head if number == 0 else piece.leading[0]
            if piece.positions[0] in new:
                text = "".join(new[position] for position in piece.positions)
            else:
                text = "".join(self._lines[start : piece.core[1]])
            if not text:
                gap = gap or self._blank_lines(start, piece.leading[1])
            elif gap:
                there = text[: len(text) - len(text.lstrip("\r\n"))]
                above = gap[len(there) :] + above
                gap = ""
            if text[:1] in ("\r", "\n") and above.endswith(("\r\r", "\n\n", "\n\r\n")):
                text = text.lstrip("\r\n")  # the new import has brought the blank lines along
            parts += [above, text]
        parts.append(slots.get(-1, ""))
        parts.append("".join(self._lines[self._tail :]))
        text = "".join(self._with_ends(parts))
        if not self.source[:1].isspace():
            text = text.lstrip("\r\n")
        if self.source and self.source[-1] not in "\r\n":
            text = text.rstrip("\r\n")
        return text

    def _behind_head(self, new: str) -> tuple[str, str]:
        """The head of the file and first imports: apart as the head was, its own blank lines behind both."""
        head = "".join(self._lines[: self._head])
        comments = head.rstrip("\r\n")
        if not comments:
            return head, new.lstrip("\r\n")
        newline = newline_of(self.source)
        own = len(split_lines(head[len(comments) :])) - 1
        wanted = len(split_lines(new[len(new.rstrip("\r\n")) :])) - 1
        code = new.strip("\r\n")
        return comments + newline * min(2, 1 + own), code + newline * (1 + max(own, wanted))

    def _blank_lines(self, start: int, end: int) -> str:
        """The blank lines with which a region begins."""
        blank = start
        while blank < end and not self._lines[blank].strip():
            blank += 1
        return "".join(self._lines[start:blank])

    def _with_ends(self, parts: list[str]) -> list[str]:
        """The parts, each that is followed by another ending in a newline."""
        newline = newline_of(self.source)
        filled = [each for each in parts if each]
        return [part if part[-1] in "\r\n" or part is filled[-1] else part + newline for part in filled]


def layout_statements(module: object) -> list[Statement]:
    """The statements of a LibCST module."""
    import libcst as cst

    assert isinstance(module, cst.Module)
    return [each for each in module.body if isinstance(each, (cst.SimpleStatementLine, cst.BaseCompoundStatement))]
