"""Code in Jupyter notebooks: the cells of a notebook whose kernel speaks Python.

The JSON text is edited where the source of a changed cell stands: outputs, metadata, the order of keys, indentation and
escapes stay as they are. Source: the notebook file format (nbformat 4; 3, of the time of Python 2, with worksheets).
"""

from __future__ import annotations

import json
import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from mpmodernize.documents.document import DocumentError, Place, Snippet
from mpmodernize.documents.json_spans import Node, parse
from mpmodernize.documents.magics import Magics, hide_magics
from mpmodernize.records import Record
from mpmodernize.text import split_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ENDS = re.compile(r"(?:[^\\]|\\.)*?\\n|(?:[^\\]|\\.)+", re.DOTALL)
_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}")


class _Cell(Record):
    """A code cell with code in it."""

    number: int
    source: Node
    """The JSON of the source: a string, or a list of strings."""
    hidden: Magics


class Notebook:
    """A notebook that has been taken apart."""

    def __init__(self, text: str) -> None:
        self._text = text
        body = text.removeprefix("\ufeff")
        try:
            root = parse(body, len(text) - len(body), text)
        except json.JSONDecodeError as error:
            raise DocumentError(error.lineno, f"no notebook: {error.msg}") from error
        except RecursionError as error:
            raise DocumentError(1, "no notebook: nested too deeply") from error
        if not isinstance(root.value, dict) or not ({"cells", "worksheets"} & root.value.keys()):
            raise DocumentError(1, "no notebook: there are no cells")
        self._cells = list(_code_cells(root)) if _speaks_python(root.plain()) else []
        self._ascii = text.isascii() and _ESCAPE.search(text) is not None
        self.snippets: Sequence[Snippet] = [_snippet(cell) for cell in self._cells]

    def rebuilt(self, texts: Sequence[str]) -> str:
        """The notebook with these texts in the cells of its snippets; whatever has not changed keeps its bytes."""
        parts: list[str] = []
        at = 0
        for cell, snippet, text in zip(self._cells, self.snippets, texts, strict=True):
            source = cell.hidden.shown(text) if text != snippet.text else None
            if source is None:
                continue
            parts += [self._text[at : cell.source.start], self._written(cell.source, source)]
            at = cell.source.end
        return "".join(parts) + self._text[at:]

    def _written(self, node: Node, source: str) -> str:
        """The JSON of a new source, in the form of the old one; lines that stay keep their bytes."""
        if not _joined(node).endswith("\n"):
            source = source.removesuffix("\n")
        strings = node.value if isinstance(node.value, list) else [node]
        raw = [line for string in strings for line in _ENDS.findall(self._text[string.start + 1 : string.end - 1])]
        old = [json.loads(f'"{line}"', strict=False) for line in raw]
        new = source.splitlines(keepends=True) if "\r" not in source else split_lines(source)
        lines: list[str] = []
        for tag, first, stop, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if tag == "equal":
                lines += raw[first:stop]
            else:
                lines += [json.dumps(line, ensure_ascii=self._ascii)[1:-1] for line in new[begin:end]]
        if not isinstance(node.value, list):
            return f'"{"".join(lines)}"'
        first_start, last_end = strings[0].start, strings[-1].end
        opening, closing = self._text[node.start : first_start], self._text[last_end : node.end]
        between = self._text[strings[0].end : strings[1].start] if len(strings) > 1 else f",{opening[1:] or ' '}"
        return opening + between.join(f'"{line}"' for line in lines) + closing


def _speaks_python(notebook: Any) -> bool:
    """Whether the kernel of a notebook runs Python; one that doesn't say is taken to."""
    metadata = notebook.get("metadata")
    if not isinstance(metadata, dict):
        return True
    for key, name in (("language_info", "name"), ("kernelspec", "language"), ("kernelspec", "name")):
        inner = metadata.get(key)
        if isinstance(inner, dict) and isinstance(inner.get(name), str):
            return bool(inner[name].lower().startswith(("python", "ipython", "pypy", "conda", "sage")))
    return True


def _code_cells(root: Node) -> Iterator[_Cell]:
    # All cells count, as in ruff: what reads its numbers reads ours.
    for number, cell in enumerate(_cells(root), 1):
        if cell.text("cell_type") != "code":
            continue
        source = cell.value.get("source") or cell.value.get("input")
        language = (cell.text("language") or "python").lower()
        if source is None or not _is_source(source) or language != "python":
            continue
        hidden = hide_magics(_joined(source))
        if hidden is not None and hidden.text.strip():
            yield _Cell(number, source, hidden)


def _cells(root: Node) -> Iterator[Node]:
    lists = [root.value.get("cells")]
    worksheets = root.value.get("worksheets")
    if worksheets is not None and isinstance(worksheets.value, list):
        lists += [sheet.value.get("cells") for sheet in worksheets.value if isinstance(sheet.value, dict)]
    for cells in lists:
        if cells is not None and isinstance(cells.value, list):
            yield from (cell for cell in cells.value if isinstance(cell.value, dict))


def _is_source(node: Node) -> bool:
    if isinstance(node.value, list):
        return bool(node.value) and all(isinstance(each.value, str) for each in node.value)
    return isinstance(node.value, str)


def _joined(node: Node) -> str:
    return "".join(each.value for each in node.value) if isinstance(node.value, list) else node.value


def _snippet(cell: _Cell) -> Snippet:
    lines = split_lines(cell.hidden.text)
    places = [Place(line + cell.hidden.first_line, 0, cell.number) for line in range(len(lines))]
    return Snippet(cell.hidden.text, places, cell.hidden.kind)
