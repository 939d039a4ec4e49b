"""Code in Markdown: fenced blocks that are marked as Python, and blocks without a mark that plainly are.

markdown-it-py finds the blocks (CommonMark 0.31). On top of that: front matter, attributes of Pandoc, directives of
MyST, and the boxes of MkDocs (`!!! note`, `=== "Tab"`), whose content is indented.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from markdown_it import MarkdownIt

from mpmodernize.documents.labels import Language, first_word, language_of, marked, trimmed, unmarked
from mpmodernize.documents.lines import CodeLine, Piece, dedented
from mpmodernize.documents.reading import names_bound_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FRONT_MATTER = {"---": ("---", "..."), "+++": ("+++",)}
_BOX = re.compile(r"[ \t]*(?:!!!|\?\?\?\+?|===[!+]?)[ \t]+\S")
_DIRECTIVE = re.compile(r"\{([\w:-]+)(?:[\s,][^}]*)?\}[ \t]*(.*)", re.DOTALL)
_OPTION = re.compile(r"[ \t]*:[\w-]+:")
_FENCE = re.compile(r"[ \t]*(?:```|~~~)")
_CODE_DIRECTIVES = frozenset({"code-block", "code", "sourcecode"})
_PYTHON_DIRECTIVES = {
    "code-cell": Language(kind="cell", must_read=True),
    "doctest": Language(kind="session"),
    "ipython": Language(must_read=True),
    "jupyter-execute": Language(kind="cell", must_read=True),
    "python": Language(must_read=True),  # a chunk of Quarto and R Markdown
    "testcode": Language(),
}
# Their content is Markdown again.
_BOXES = frozenset(
    (
        "admonition attention caution danger deprecated dropdown error example exercise grid grid-item hint important "
        "margin note note seealso sidebar solution tab-item tab-set tip topic versionadded versionchanged warning "
        "details card tab aside"
    ).split()
)


class _Block(NamedTuple):
    """A block of code as the document has it."""

    lines: list[CodeLine]
    label: str | None
    """The info string of a fence; `None` for an indented block."""


def find(lines: Sequence[CodeLine]) -> Iterator[Piece]:
    """The pieces of code in these lines."""
    waiting: list[list[CodeLine]] = []
    known: set[str] = set()
    for block in _blocks(lines):
        for piece in _pieces(block, waiting):
            known |= names_bound_in(piece.text)
            yield piece
    # Last what only the names of other blocks tell.
    for block_lines in waiting:
        found = unmarked(block_lines, frozenset(known))
        if found is not None:
            yield found


def _pieces(block: _Block, waiting: list[list[CodeLine]]) -> Iterator[Piece]:
    label = (block.label or "").strip()
    directive = _DIRECTIVE.match(label)
    if directive is not None and not label.startswith("{."):
        yield from _pieces_of_directive(directive[1].lower(), directive[2], block.lines)
        return
    language = _language(label)
    piece: Piece | None = None
    if language is not None:
        piece = marked(block.lines, language)
    elif block.label is None and any(_FENCE.match(line.text) for line in block.lines):
        yield from find(dedented(block.lines))
    elif not label:
        piece = unmarked(block.lines)
        if piece is None:
            waiting.append(block.lines)
    if piece is not None:
        yield piece


def _language(label: str) -> Language | None:
    """The language that an info string names first, or by a class (`{.python .numberLines}`)."""
    if label.startswith("{"):
        classes = re.findall(r"\.([\w+-]+)", label.partition("}")[0])
        return next((language for name in classes if (language := language_of(name))), None)
    return language_of(first_word(label))


def _pieces_of_directive(name: str, argument: str, lines: list[CodeLine]) -> Iterator[Piece]:
    """The code in a directive of MyST, behind its options."""
    if name in _BOXES:
        yield from find(lines)
        return
    if name == "eval-rst":
        from mpmodernize.documents import restructuredtext

        yield from restructuredtext.find(lines)
        return
    language = language_of(first_word(argument)) if name in _CODE_DIRECTIVES else _PYTHON_DIRECTIVES.get(name)
    if name == "code-cell" and argument.strip() and language_of(first_word(argument)) is None:
        return
    piece = marked(_behind_options(lines), language) if language is not None else None
    if piece is not None:
        yield piece


def _behind_options(lines: Sequence[CodeLine]) -> Sequence[CodeLine]:
    """The lines without the options of a directive, `:key: value` or YAML between two `---`."""
    lines = trimmed(lines)
    if lines and lines[0].text.strip() == "---":
        close = next((index for index, line in enumerate(lines[1:], 1) if line.text.strip() == "---"), 0)
        return lines[close + 1 :] if close else lines
    first = 0
    while first < len(lines) and _OPTION.match(lines[first].text):
        first += 1
    return lines[first:]


def _blocks(lines: Sequence[CodeLine]) -> Iterator[_Block]:
    texts = [line.text.rstrip("\r\n") for line in lines]
    for index in _hidden(texts):
        texts[index] = ""
    for token in _parser().parse("\n".join(texts)):
        if token.type in {"fence", "code_block"} and token.map is not None:
            first = token.map[0] + (token.type == "fence")
            content = token.content.removesuffix("\n").split("\n") if token.content else []
            block = [_cut(lines[first + index], text) for index, text in enumerate(content)]
            if not _begins_in_list(block):
                yield _Block(block, token.info if token.type == "fence" else None)


def _begins_in_list(block: Sequence[CodeLine]) -> bool:
    """Whether an indented block stands on the line of the mark of a list: nothing could be put before it."""
    return bool(block) and bool(block[0].prefix.strip(" \t>"))


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    """A parser that finds the blocks, and leaves alone what is inside paragraphs."""
    parser = MarkdownIt("commonmark")
    parser.core.ruler.disable("inline")
    return parser


def _hidden(texts: Sequence[str]) -> Iterator[int]:
    """The lines that are no Markdown: front matter, and the heads of MkDocs' boxes."""
    start = 0
    closing = _FRONT_MATTER.get(texts[0].rstrip()) if texts else None
    if closing is not None:
        close = next((index for index, text in enumerate(texts[1:], 1) if text.rstrip() in closing), 0)
        yield from range(close + 1 if close else 0)
        start = close
    for index in range(start, len(texts)):
        if _BOX.match(texts[index]):
            yield index


def _cut(line: CodeLine, content: str) -> CodeLine:
    """The line from where its content begins, as the parser has it: with a tab that spans the margin as blanks."""
    body = line.text.rstrip("\r\n")
    end = line.text[len(body) :]
    content = content.replace("\ufffd", "\0") if "\0" in body else content
    if body.endswith(content):
        return line.cut(len(body) - len(content))
    expanded, wanted = body.expandtabs(4), content.expandtabs(4)
    kept = expanded[: len(expanded) - len(wanted)] if expanded.endswith(wanted) else ""
    return CodeLine(line.number, line.prefix + kept, content + end)
