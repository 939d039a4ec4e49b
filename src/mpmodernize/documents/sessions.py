"""Sessions at a prompt: code between prompts and outputs.

Sources: the documentation of `doctest` (*How are Docstring Examples Recognized?*) and of IPython's prompts.
"""

from __future__ import annotations

import ast
import re
from difflib import SequenceMatcher
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from mpmodernize.documents.lines import CodeLine, Piece, put
from mpmodernize.documents.logical import logical_lines
from mpmodernize.documents.reading import Evidence, Reading, evidence, read
from mpmodernize.text import split_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mpmodernize.settings import SourceVersion

_PROMPT = re.compile(r"[ \t]*(?:>>>(?: |(?=[\r\n]|$))|In \[[0-9 ]*\]: ?)")
_CONTINUATION = re.compile(r"[ \t]*(?:\.\.\.(?: |(?=[\r\n]|$))| *\.\.\.+: ?)")
_CLAUSE = re.compile(r"(?:else|elif|except|finally)\b")
_FAILED = re.compile(r"[ \t]*(?:\w+\.)*(?:SyntaxError|IndentationError|TabError)\b")


class _Example(NamedTuple):
    """What was typed at one prompt, and the lines of output behind it."""

    code: list[CodeLine]
    output: list[CodeLine]

    @property
    def text(self) -> str:
        return "".join(line.text for line in self.code)

    @property
    def end(self) -> int:
        return (self.output or self.code)[-1].number + 1


def has_prompt(lines: Sequence[CodeLine]) -> bool:
    """Whether a line begins with a prompt."""
    return any(_PROMPT.match(line.text) for line in lines)


def session(lines: Sequence[CodeLine], *, marked: bool = True, source_version: SourceVersion = "auto") -> Piece | None:
    """The session that stands on these lines; `None` if there is none.

    What was refused when it was typed (its output says `SyntaxError`) is no part of the code. A session that nothing
    marks as one has to read as Python, all of it, and to be more than words.
    """
    examples = [
        each
        for each in _examples(lines)
        if not any(_FAILED.match(line.text) for line in each.output) or read(each.text) is not None
    ]
    if not examples:
        return None
    if not marked and not _is_plain(examples):
        return None
    code = [line for each in examples for line in each.code]
    return Piece(code, "session", source_version, marked, examples[-1].end)


def _is_plain(examples: Sequence[_Example]) -> bool:
    readings = [read(each.text) for each in examples]
    whole = read("".join(each.text for each in examples))
    return whole is not None and all(readings) and any(_is_said(each) for each in readings if each is not None)


def _is_said(reading: Reading) -> bool:
    """Whether this is more than words that parse: `yes`, `this, that`, `Note: x`."""
    return any(
        evidence(statement) > Evidence.NONE
        or (
            isinstance(statement, ast.Expr)
            and any(isinstance(each, ast.Constant | ast.Attribute | ast.Subscript) for each in ast.walk(statement))
        )
        for statement in reading.tree.body
    )


def _examples(lines: Sequence[CodeLine]) -> Iterator[_Example]:
    current: _Example | None = None
    indentation = ""
    for line in lines:
        prompt = _PROMPT.match(line.text)
        if prompt:
            if current is not None:
                yield current
            current = _Example([line.cut(prompt.end())], [])
            indentation = line.indentation
            continue
        if current is None:
            continue
        continued = _CONTINUATION.match(line.text)
        if continued and not current.output and line.text.startswith(indentation):
            current.code.append(line.cut(continued.end()))
        else:
            current.output.append(line)
    if current is not None:
        while current.output and current.output[-1].is_blank:
            current.output.pop()
        yield current


def put_session(lines: list[str], piece: Piece, text: str) -> None:
    """Write the new text of a session: each statement at the place of the one that it comes from, behind prompts."""
    old, new = _runs(piece.lines), _statements(split_lines(text))
    old_texts = ["".join(line.text for line in run) for run in old]
    new_texts = ["".join(statement) for statement in new]
    primary, secondary = _prompts(piece.lines)
    for tag, first, stop, begin, end in SequenceMatcher(None, old_texts, new_texts, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        # What is new in number is most often an import, and goes in front.
        extra = max(0, (end - begin) - (stop - first))
        added = "".join(_typed(statement, primary, secondary) for statement in new[begin : begin + extra])
        for place in range(first, stop):
            partner = begin + extra + place - first
            put(lines, old[place], new[partner] if partner < end else [], secondary)
        if added and first < len(old):
            place = old[first][0].number
            lines[place] = added + lines[place]
        elif added:
            lines[piece.end - 1] += added


def _runs(code: Sequence[CodeLine]) -> list[list[CodeLine]]:
    """The lines of each statement that was typed. At a prompt of IPython there can be several."""
    lines = iter(code)
    return [list(islice(lines, len(statement))) for statement in _statements([line.text for line in code])]


def _statements(lines: Sequence[str]) -> list[list[str]]:
    """The lines of each statement at the margin; a comment there counts as one."""
    statements: list[list[str]] = []
    decorated = False
    for start, end in logical_lines(lines):
        first = lines[start]
        continues = not first.strip() or first[0] in " \t" or _CLAUSE.match(first) is not None or decorated
        if not statements or not continues:
            statements.append([])
        statements[-1] += lines[start:end]
        decorated = first.startswith("@")
    return statements


def _prompts(code: Sequence[CodeLine]) -> tuple[str, str]:
    """What stands before the first line of a statement and before the others."""
    primary = next(line.prefix for line in code if not line.is_blank)
    secondary = next((line.prefix for line in code if not line.is_blank and not _PROMPT.search(line.prefix)), None)
    if secondary is None:
        mark = primary.lstrip(" \t>") if ">>>" not in primary else ">>> "
        written = "... " if mark == ">>> " else "...: ".rjust(len(mark))
        secondary = primary[: len(primary) - len(mark)] + written
    return primary, secondary


def _typed(statement: Sequence[str], primary: str, secondary: str) -> str:
    return "".join(((secondary if index else primary) + line) for index, line in enumerate(statement))
