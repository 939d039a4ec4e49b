"""What the documents hold: blocks of code, commands, links, headings."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docs.generate import DOCUMENTS, FIXED, PAGES, ROOT, code_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PRINTS = re.compile(r"<!-- prints: (?P<name>\S+) -->\n+```text\n(?P<output>.*?)```\n", re.DOTALL)
EXAMPLE = re.compile(
    r"<!-- example -->\n+```python\n(?P<code>.*?)```\n+<!-- prints: example -->\n+```text\n(?P<output>.*?)```\n",
    re.DOTALL,
)
_FENCED = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
_SPAN = re.compile(r"(?<!`)`([^`]+)`(?!`)")
_LINK = re.compile(r"(?<!!)\[(?:[^\]]|\n)+?\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
_COMMAND = re.compile(r"(?:mpmodernize|make|python -m mpmodernize)( |$)")


def documents() -> list[Path]:
    """Every Markdown file that people are meant to read."""
    return sorted({*DOCUMENTS, ROOT / "CHANGELOG.md", *PAGES.glob("*.md")})


def name_of(path: Path) -> str:
    """A document's path in the repository."""
    return path.relative_to(ROOT).as_posix()


@dataclass(frozen=True)
class Program:
    """A corrected program of a document, and what it prints."""

    document: Path
    name: str
    source: str
    output: str


def programs() -> Iterator[Program]:
    """The corrected programs of all documents that say what they print."""
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        outputs = {found["name"]: found["output"] for found in PRINTS.finditer(text)}
        for found in FIXED.finditer(text):
            if found["name"] in outputs:
                yield Program(path, found["name"], code_of(found), outputs[found["name"]])


def examples() -> Iterator[Program]:
    """The examples of the Python API, and what they print."""
    for path in DOCUMENTS:
        for number, found in enumerate(EXAMPLE.finditer(path.read_text(encoding="utf-8")), 1):
            yield Program(path, f"{path.stem}{number}", found["code"], found["output"])


def blocks(text: str, language: str) -> list[str]:
    """The blocks of a language, as they are without what they are indented by."""
    return [textwrap.dedent(block) for each, block in _FENCED.findall(text) if each == language]


def spans(text: str) -> list[str]:
    """What stands in running text as code."""
    return [" ".join(span.split()) for span in _SPAN.findall(_FENCED.sub("", text))]


def commands(text: str) -> list[str]:
    """Every `mpmodernize` and `make` command of a document, in blocks and in running text."""
    lines = [line for block in blocks(text, "bash") for line in block.splitlines()]
    lines += re.findall(r"^\$ (.*)$", text, re.MULTILINE)
    lines += spans(text)
    # without comments, and what is redirected
    return [re.split(r" +[#<>|] ?", line)[0] for line in map(str.strip, lines) if _COMMAND.match(line)]


def links(text: str) -> list[str]:
    """The targets of a document's links to other files and to headings, not those to the web."""
    return [link for link in _LINK.findall(_FENCED.sub("", text)) if not re.match(r"[a-z]+:", link)]


def anchors(text: str) -> set[str]:
    """The anchors of a document's headings, as hosts of repositories make them."""
    headings = _HEADING.findall(_FENCED.sub("", text))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
