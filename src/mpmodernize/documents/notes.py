"""Code in plain text: told from prose by whether it reads as Python, however it is indented.

A text is read statement by statement. A statement at any margin is taken with its body; statements that follow one
another at the same margin, with blank lines and comments at most between them, are one piece; and a piece is code if it
is plainly Python (`reading`). Titles such as `mp.Pool() - an overview`, tables, tracebacks and diffs are none.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from mpmodernize.documents.lines import CodeLine, Piece, dedented_to, width
from mpmodernize.documents.logical import LONGEST, end_of_logical_line, logical_lines
from mpmodernize.documents.reading import Evidence, bound_names, evidence, is_plainly_python, read
from mpmodernize.documents.sessions import has_prompt, session
from mpmodernize.python2.lexer import NEWLINES, divide
from mpmodernize.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_HEADS = (
    "and as assert async await break class continue def del elif else except exec finally for from global if import in "
    "is lambda match nonlocal not or pass print raise return try type while with yield"
)
# Two words in a row, neither of them Python's: prose, which isn't worth a parser's time. And what stands in backticks,
# which Python 2 would take for `repr`, is a name in a text.
_PROSE = re.compile(
    rf"[ \t]*`|[ \t]*(?!(?:{_HEADS.replace(' ', '|')})\b)[^\W\d]\w*[ \t]+"
    r"(?!(?:and|as|else|for|if|in|is|not|or)\b)[^\W\d]\w*\b"
    r"(?![\"'])"
)
_BODY = "\n pass\n"
_SHORT = 25
_CLAUSES = frozenset({"else", "elif", "except", "finally"})
_FRAME = re.compile(r"[ \t]*File \"[^\"]+\", line \d+")
_MARKS = re.compile(r"[ \t]*[~^]+[ \t]*$")
_HUNK = re.compile(r"@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@")
# Words with what stands between words, or a script that is hardly used for names; but not what begins like a statement.
_SENTENCE = re.compile(
    rf"(?!(?:{_HEADS.replace(' ', '|')})\b)(?:[\w.,:;!?'\"/-]+(?:[ \t]+[\w.,:;!?'\"/-]+)+$|.*[^\x00-\u02ff])"
)


class _Unit(Record):
    """A statement, with its body."""

    lines: list[CodeLine]
    start: int
    end: int
    column: int
    statements: list[ast.stmt]

    @property
    def evidence(self) -> Evidence:
        return max(map(evidence, self.statements), default=Evidence.NONE)


@dataclass
class _Run:
    """Statements at the same margin that follow one another."""

    units: list[_Unit] = field(default_factory=list)

    def bound(self) -> frozenset[str]:
        return bound_names(ast.Module([each for unit in self.units for each in unit.statements], []))

    def ends_program(self) -> bool:
        """Whether there is a main guard."""
        return any(isinstance(each, ast.If) and "__name__" in ast.dump(each.test) for each in self._statements())

    def _statements(self) -> Iterator[ast.stmt]:
        for unit in self.units:
            yield from unit.statements


class _Reader:
    """One pass over the lines of a text."""

    def __init__(self, lines: Sequence[CodeLine]) -> None:
        self.lines = lines
        self.texts = [line.text for line in lines]
        self._patience = LONGEST

    def runs(self) -> Iterator[_Run | Piece]:
        """The statements in runs, and the sessions."""
        run = _Run()
        index = 0
        for start in self._starts():
            if start < index:
                continue
            if self._is_opaque(start):
                unit = None
            elif has_prompt(self.lines[start : start + 1]):
                piece, index = self._session(start)
                if piece is not None:
                    yield piece
                unit = None
            else:
                unit = self._unit(start)
            if unit is None or not self._continues(run, unit, start):
                yield run
                run = _Run()
            if unit is not None:
                run.units.append(unit)
                index = unit.end
        yield run

    def _starts(self) -> Iterator[int]:
        """The lines on which a statement could begin."""
        skipping = False
        for index, text in enumerate(self.texts):
            if _HUNK.match(text):
                skipping = True
            elif skipping and not text.startswith((" ", "+", "-", "\\")):
                skipping = False
            stripped = text.strip()
            if skipping or not stripped or stripped.startswith("#"):
                continue
            yield index

    def _is_opaque(self, index: int) -> bool:
        """Whether this line belongs to a traceback."""
        before = next((text for text in reversed(self.texts[max(0, index - 2) : index]) if not _MARKS.match(text)), "")
        return _FRAME.match(before) is not None

    def _continues(self, run: _Run, unit: _Unit, start: int) -> bool:
        if not run.units:
            return True
        last = run.units[-1]
        if unit.column != last.column or unit.evidence is Evidence.NONE:
            return False
        apart = any(not text.strip() for text in self.texts[last.end : start])
        if apart and run.ends_program():
            # What is defined or imported again behind a main guard begins another program.
            return run.bound().isdisjoint(bound_names(ast.Module(unit.statements, [])))
        return True

    def _session(self, start: int) -> tuple[Piece | None, int]:
        end = start
        while end < len(self.lines) and not self.lines[end].is_blank:
            end += 1
            while end + 1 < len(self.lines) and self.lines[end].is_blank and has_prompt(self.lines[end + 1 : end + 2]):
                end += 1
        return session(self.lines[start:end], marked=False), end

    def _unit(self, start: int) -> _Unit | None:
        """The statement that begins on a line; `None` if none does, or if it says nothing for being code."""
        end = self._end_of_statement(start)
        if end is None:
            return None
        column = self._column(start)
        lines = dedented_to(self.lines[start:end], column)
        reading = read("".join(line.text for line in lines))
        if end - start > 2 and (reading is None or any(line.is_blank for line in lines)):
            kept = without_prose(lines) if reading is None else lines
            kept = without_words_behind(kept)
            without = read("".join(line.text for line in kept)) if len(kept) < len(lines) else None
            if without is not None:
                reading, lines, end = without, kept, start + kept[-1].number - lines[0].number + 1
        if reading is None:
            return None
        unit = _Unit(lines, start, end, column, reading.tree.body)
        return unit if unit.evidence is not Evidence.NONE else None

    def _column(self, index: int) -> int:
        return width(self.lines[index].indentation)

    def _end_of_statement(self, start: int) -> int | None:
        """The line behind a statement and its body, by its indentation."""
        column = self._column(start)
        end: int | None = start
        decorated = True
        while end is not None and decorated:
            first = end
            if first >= len(self.texts) or self._column(first) != column or _PROSE.match(self.texts[first]):
                return None
            end = self._end_of_line(first)
            decorated = self.texts[first].lstrip().startswith("@")
        if end is None or not self._opens(first, end):
            return end
        head = "".join(self.texts[first:end]).strip()
        if read(head + _BODY) is None and read(head + _BODY + "finally: pass") is None:
            return None
        following = end
        while True:
            end = self._end_of_body(end, column)
            following = self._next_code(end)
            clause_end = self._end_of_clause(following, column)
            if clause_end is None:
                return end
            end = clause_end

    def _end_of_body(self, index: int, column: int) -> int:
        end = index
        columns = [column]
        opened = True
        while True:
            following = self._next_code(end)
            if following >= len(self.texts) or self._column(following) <= column:
                return end
            at = self._column(following)
            apart = any(not text.strip() for text in self.texts[end:following])
            if (at > columns[-1] and not opened) or (at < columns[-1] and at not in columns):
                if apart:
                    return end  # the next title, or the next piece of code
            else:
                while columns[-1] > at:
                    columns.pop()
                if at > columns[-1]:
                    columns.append(at)
            end = self._end_of_line(following) or following + 1
            opened = self._opens(following, end)

    def _end_of_clause(self, index: int, column: int) -> int | None:
        """The line behind the head of an `else:` and the like."""
        if index >= len(self.texts) or self._column(index) != column:
            return None
        end = self._end_of_line(index)
        if end is None:
            return None
        word = re.match(r"[ \t]*(\w*)", self.texts[index])
        return end if word is not None and word[1] in _CLAUSES and ":" in self.texts[index] else None

    def _end_of_line(self, start: int) -> int | None:
        """The line behind the logical line that begins on a line.

        Where brackets are never closed, which is prose, the next ones are not looked for as far.
        """
        end = end_of_logical_line(self.texts, start, self._patience)
        self._patience = LONGEST if end is not None else max(self._patience // 2, _SHORT)
        return end

    def _next_code(self, index: int) -> int:
        while index < len(self.texts) and (not (text := self.texts[index].strip()) or text.startswith("#")):
            index += 1
        return index

    def _opens(self, start: int, end: int) -> bool:
        """Whether a logical line ends with a colon, so that a body has to follow."""
        tokens = [token for token in divide("".join(self.texts[start:end]))[1] if token and token not in NEWLINES]
        return bool(tokens) and tokens[-1] == ":"

    def lines_of(self, run: _Run) -> list[CodeLine]:
        """The lines of a run, with the comments between its statements and those right above."""
        first = end = run.units[0].start
        column = run.units[0].column
        while first > 0 and self.texts[first - 1].lstrip().startswith("#") and self._column(first - 1) == column:
            first -= 1
        lines = dedented_to(self.lines[first:end], column)
        for unit in run.units:
            lines += dedented_to(self.lines[end : unit.start], column)
            lines += unit.lines
            end = unit.end
        return lines


def without_prose(lines: list[CodeLine]) -> list[CodeLine]:
    """The lines of a statement without sentences between and behind those of its body.

    All lines, if one of those that don't read as Python isn't a sentence either: then code is broken there.
    """
    texts = [line.text for line in lines]
    kept: list[CodeLine] = []
    index = 0
    while index < len(lines):
        end = end_of_logical_line(texts, index) or index + 1
        text = "".join(texts[index:end]).strip()
        if not text or text.startswith(("#", "@")) or _reads_alone(text):
            kept += lines[index:end]
        elif index == 0 or not _SENTENCE.match(text):
            return lines
        index = end
    return _without_blanks_behind(kept) or lines


def without_words_behind(lines: list[CodeLine]) -> list[CodeLine]:
    """The lines of a statement without the words behind a blank one that only seem to go on with its body."""
    blank = max((index for index, line in enumerate(lines) if line.is_blank), default=0)
    texts = [line.text for line in lines[blank:]]
    if blank == 0 or not all(_is_words("".join(texts[start:end]).strip()) for start, end in logical_lines(texts)):
        return lines
    return without_words_behind(_without_blanks_behind(lines[:blank]))


def _is_words(text: str) -> bool:
    """Whether a line is prose that parses, such as `Result: 5`, or a sentence."""
    reading = read(text)
    if reading is None:
        return _SENTENCE.match(text) is not None
    return all(
        isinstance(each, ast.Expr | ast.AnnAssign) and evidence(each) is Evidence.NONE for each in reading.tree.body
    )


def _without_blanks_behind(lines: list[CodeLine]) -> list[CodeLine]:
    end = len(lines)
    while end and (lines[end - 1].is_blank or lines[end - 1].text.lstrip().startswith("#")):
        end -= 1
    return lines[:end]


@lru_cache(maxsize=4096)
def _reads_alone(text: str) -> bool:
    """Whether a logical line, or the head of a clause, is Python."""
    heads = (("", ""), ("", _BODY), ("if 1: pass\n", _BODY), ("try: pass\n", _BODY))
    return any(read(head + text + tail) is not None for head, tail in heads)


def find(lines: Sequence[CodeLine]) -> Iterator[Piece]:
    """The pieces of code in these lines."""
    reader = _Reader(lines)
    waiting: list[list[CodeLine]] = []
    known: set[str] = set()
    for run in reader.runs():
        if isinstance(run, Piece):
            yield run
            continue
        if not run.units:
            continue
        code = reader.lines_of(run)
        if is_plainly_python("".join(line.text for line in code)):
            known |= run.bound()
            yield Piece(code, marked=False)
        else:
            waiting.append(code)
    for code in waiting:
        # Last what only the names of other pieces tell.
        if is_plainly_python("".join(line.text for line in code), frozenset(known)):
            yield Piece(code, marked=False)
