"""What IPython understands in a cell that isn't Python: magics, shell commands and questions for help.

A line of this kind is hidden behind Python while a cell is worked on, and comes back as it was.
Source: *Built-in magic commands* and *IPython reference* of IPython's documentation.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from mpmodernize.documents.logical import end_of_logical_line
from mpmodernize.text import split_lines

# The cells under these run in the notebook itself, as Python.
_PYTHON_CELLS = frozenset({"capture", "debug", "prun", "time", "timeit"})
_CELL_MAGIC = re.compile(r"\s*%%(\w+|!)[ \t]*([^\r\n]*)")
_MAGIC = re.compile(r"[ \t]*(?:%{1,2}(?=\w)|!|\?{1,2}(?=[\w%.*]))")
_ASSIGNED = re.compile(r"([ \t]*[\w.,\[\]\"' \t]+=[ \t]*)((?:!|%(?=\w)).*)")
_QUESTION = re.compile(r"[ \t]*[\w.%*\[\]()\"']+\?{1,2}[ \t]*;?[ \t]*(?:#.*)?$")


class Magics(NamedTuple):
    """The source of a cell with its magics hidden."""

    text: str
    mark: str
    kind: Literal["script", "cell"] = "cell"
    head: str = ""
    """What stands before the text: a magic for the whole cell."""

    @property
    def first_line(self) -> int:
        """The line of the cell on which the text begins, from 1."""
        return self.head.count("\n") + 1

    def shown(self, text: str) -> str | None:
        """A new text with the magics as they were; `None` if one of them isn't there any more, or not as it was."""
        hidden = re.compile(rf"(?:pass|get_ipython\(\)) *# *{self.mark}: ([^\r\n]*)")
        if hidden.findall(text) != hidden.findall(self.text):
            return None
        return self.head + hidden.sub(lambda found: found[1], text)


def hide_magics(source: str) -> Magics | None:
    """The source of a cell with `pass` in place of its magics; `None` if the cell isn't written in Python."""
    head, kind = "", "cell"
    cell_magic = _CELL_MAGIC.match(source)
    if cell_magic is not None:
        name, argument = cell_magic[1], cell_magic[2].strip()
        writes_module = name in {"writefile", "file"} and argument.endswith(".py")
        if name not in _PYTHON_CELLS and not writes_module:
            return None
        kind = "script" if writes_module else "cell"
        end = re.compile(r"\r\n|\r|\n|\Z").search(source, cell_magic.end())
        head = source[: end.end()] if end is not None else source
    body = source[len(head) :]
    mark = "ipython"
    while f"# {mark}:" in body:
        mark += "_"
    text = body if kind == "script" else _hidden(body, mark)
    return Magics(text, mark, kind, head)  # type: ignore[arg-type]


def _hidden(body: str, mark: str) -> str:
    lines = split_lines(body)
    if not any(character in body for character in "%!?"):
        return body
    start = 0
    while start < len(lines):
        content = lines[start].rstrip("\r\n")
        end = end_of_logical_line(lines, start) or start + 1
        assigned = _ASSIGNED.fullmatch(content)
        if _MAGIC.match(content) or _QUESTION.match(content):
            end = _end_of_magic(lines, start)
            indentation = content[: len(content) - len(content.lstrip(" \t"))]
            for index in range(start, end):
                lines[index] = f"{indentation}pass  # {mark}: {lines[index].removeprefix(indentation)}"
        elif assigned is not None:
            lines[start] = f"{assigned[1]}get_ipython()  # {mark}: {assigned[2]}{lines[start][len(content) :]}"
        start = end
    return "".join(lines)


def _end_of_magic(lines: list[str], start: int) -> int:
    """The line behind a magic, which only a backslash carries on."""
    end = start + 1
    while end < len(lines) and lines[end - 1].rstrip().endswith("\\"):
        end += 1
    return end
