"""A picture as a Mermaid flowchart, for Markdown on the web."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mpmodernize.findings import Severity
from mpmodernize.map import words
from mpmodernize.map.condense import condensed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mpmodernize.map.picture import Edge, Node, Picture

MOST = 24
"""Nodes of a kind that are drawn at most."""
_PLAIN = re.compile(r"[^\w .,:()×…\-/]")
_SHAPES = {
    "parent": '(["{}"])',
    "pool": '[["{}"]]',
    "worker": '["{}"]',
    "manager": '{{{{"{}"}}}}',
    "object": '("{}")',
    "variable": '>"{}"]',
}
_CLASSES = (
    "classDef wrong stroke:#d1242f,stroke-width:3px",
    "classDef doubtful stroke:#9a6700,stroke-width:2px",
)


def as_mermaid(pictures: Sequence[Picture]) -> str:
    """The pictures as one flowchart in Mermaid's language. Ends with a newline."""
    body: list[str] = []
    links: list[str] = []
    for number, each in enumerate(pictures):
        drawing = _Drawing(condensed(each, MOST), f"g{number}", len(links))
        body += drawing.lines()
        links += drawing.styles
    styles = [each for each in links if each]
    return "\n".join(["flowchart TB", *(f"    {each}" for each in (*body, *_CLASSES, *styles))]) + "\n"


class _Drawing:
    """Draws one picture; its links count on from `first`."""

    def __init__(self, picture: Picture, prefix: str, first: int) -> None:
        self._picture = picture
        self._prefix = prefix
        self._first = first
        self.styles: list[str] = []
        """For each link its style, empty where it has none."""

    def lines(self) -> Iterator[str]:
        if not self._picture.nodes:
            yield f'{self._prefix}_none["{escaped(words.empty(self._picture))}"]'
        for node in self._picture.nodes:
            yield self._id(node.key) + _SHAPES[node.kind].format(self._label(node)) + self._class(node)
        for edge in self._picture.edges:
            yield self._link(edge)

    def _id(self, key: str) -> str:
        return f"{self._prefix}_{key.replace('-', '_')}"

    def _label(self, node: Node) -> str:
        parts = [words.title(node), words.about(self._picture, node), words.codes(self._picture, node.defects)]
        return "<br/>".join(escaped(each) for each in parts if each)

    def _class(self, node: Node) -> str:
        return f":::{self._severity(node.defects)}" if node.defects else ""

    def _link(self, edge: Edge) -> str:
        text = words.happening(self._picture, edge) if edge.kind != "makes" else ""
        parts = [edge.end, text, words.uses(edge), words.codes(self._picture, edge.defects)]
        label = "<br/>".join(escaped(each) for each in parts if each)
        arrow = {"starts": "==>", "runs": "==>", "makes": "-.-", "reaches": "-->"}[edge.kind]
        number = self._first + len(self.styles)
        stroke = {"wrong": "#d1242f", "doubtful": "#9a6700"}.get(self._severity(edge.defects))
        self.styles.append(f"linkStyle {number} stroke:{stroke},color:{stroke}" if stroke else "")
        return (
            f"{self._id(edge.source)} {arrow}{f'|{chr(34)}{label}{chr(34)}|' if label else ''} {self._id(edge.target)}"
        )

    def _severity(self, defects: tuple[int, ...]) -> str:
        if not defects:
            return ""
        errors = any(self._picture.defects[each].severity is Severity.ERROR for each in defects)
        return "wrong" if errors else "doubtful"


def escaped(text: str) -> str:
    """A text in a label: whatever could mean something to Mermaid, to Markdown or to HTML is written by its number."""
    return _PLAIN.sub(lambda found: f"#{ord(found.group())};", text).replace("_", "#95;")
