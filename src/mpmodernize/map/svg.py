"""Pictures as one SVG: cards for processes and what they share, arrows between them, and what goes wrong in red."""

from __future__ import annotations

import re
import textwrap
import zlib
from dataclasses import dataclass, field, replace
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from mpmodernize.findings import Severity
from mpmodernize.map import words
from mpmodernize.map.condense import condensed
from mpmodernize.map.layout import Spot, arranged, layers_of
from mpmodernize.map.style import CHARACTER, LINE, MARGIN, PADDING, TITLE_CHARACTER, style
from mpmodernize.map.ways import FOUND_BY_WORKERS
from mpmodernize.report.terminal import cells

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mpmodernize.map.layout import Layout
    from mpmodernize.map.picture import Edge, Node, Picture

MOST = 24
"""Nodes of a kind that are drawn at most."""
_COLUMNS = 30
_ROWS = 10
_FINDINGS = 20
_NARROWEST = 400.0


@dataclass
class _Card:
    """What stands on a card: lines, each with the class that says how it looks."""

    kind: str
    lines: list[tuple[str, str]] = field(default_factory=list)
    tone: str = ""

    def add(self, text: str, look: str) -> None:
        for each in _wrapped(text, _COLUMNS):
            self.lines.append((each, look))

    @property
    def size(self) -> tuple[float, float]:
        widths = [_columns(text) * (TITLE_CHARACTER if look == "name" else CHARACTER) for text, look in self.lines]
        return max(widths, default=0.0) + 2 * PADDING, len(self.lines) * LINE + 2 * PADDING


def as_svg(pictures: Sequence[Picture]) -> str:
    """The pictures, one below the other, as an SVG that stands on its own: no script, no font from elsewhere.

    Raises `layout.MissingLibraryError` where the library is not installed that lays them out.
    """
    parts: list[str] = []
    width, height = _NARROWEST, 0.0
    for each in pictures:
        drawing = _Drawing(condensed(each, MOST))
        parts.append(f'<g transform="translate(0 {height:g})">{"".join(drawing.parts())}</g>')
        width, height = max(width, drawing.width), height + drawing.height
    name = f"map-{zlib.crc32(''.join(parts).encode('utf-8', 'surrogatepass')):08x}"
    files = ", ".join(words.short(file) for each in pictures for file in each.files)
    body = "".join(parts).replace("url(#", f"url(#{name}-")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{name}" role="img" aria-labelledby="{name}-t {name}-d" '
        f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}">\n'
        f'<title id="{name}-t">{_xml(f"The processes of {files}")}</title>\n'
        f'<desc id="{name}-d">{_xml("; ".join(map(words.summary, pictures)))}</desc>\n'
        f"{style(name)}{body}\n</svg>\n"
    )


class _Drawing:
    """Draws one picture."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._nodes = list(picture.nodes)
        self._cards = [self._card(each) for each in self._nodes]
        layers = layers_of(picture)
        places = {each.key: position for position, each in enumerate(self._nodes)}
        self._edges = self._arrows(picture.edges)
        self._ends = [(places[each.source], places[each.target]) for each in self._edges]
        self._layout: Layout | None = None
        self.width, top = _NARROWEST, MARGIN
        if self._nodes:
            sizes = [each.size for each in self._cards]
            self._layout = arranged(sizes, [layers[each.key] for each in self._nodes], self._ends, margin=MARGIN)
            self.width, top = max(_NARROWEST, self._layout.width), self._layout.height
        else:
            top += LINE
        self._told = list(self._findings(top))
        self.height = top + len(self._told) * LINE + (MARGIN if self._told else 0)

    def parts(self) -> Iterator[str]:
        """The elements, the arrows first: cards lie on them."""
        if self._layout is not None:
            shift = (self.width - self._layout.width) / 2
            yield f'<g transform="translate({shift:g} 0)">'
            for edge, points in zip(self._edges, self._ways(self._layout), strict=True):
                yield self._arrow(edge, points, downwards=self._layout.downwards)
            for node, card, spot in zip(self._nodes, self._cards, self._layout.spots, strict=True):
                yield self._drawn(node, card, spot)
            yield "</g>"
        else:
            yield self._line(words.empty(self._picture), "about", MARGIN, MARGIN + LINE / 2)
        yield from self._told

    # -- cards -------------------------------------------------------------------------------------

    def _card(self, node: Node) -> _Card:
        picture = self._picture
        card = _Card(node.kind, tone=self._tone(node.defects))
        card.add(words.title(node), "name")
        about = words.about(picture, node)
        if about:
            card.add(about, "about")
        for each in picture.into(node, "starts", "runs"):
            if node.kind == "worker":
                self._row(card, words.happening(picture, each), each)
        for edge in picture.into(node, "reaches"):
            self._row(card, f"{words.got(picture, edge)}: {words.happening(picture, edge)}".removesuffix(": "), edge)
        for edge in picture.into(node, "makes"):
            if edge.uses:
                card.add(f"parent: {words.uses(edge)}", "about")
        if node.defects:
            card.add(f"✗ {words.codes(picture, node.defects)}", card.tone)
        if len(card.lines) > _ROWS * 3:
            left = len(card.lines) - _ROWS * 3 + 1
            card.lines[_ROWS * 3 - 1 :] = [(f"… and {left} lines more", "about")]
        return card

    def _row(self, card: _Card, text: str, edge: Edge) -> None:
        tone = self._tone(edge.defects)
        if text:
            card.add(text, tone or "row")
        if edge.uses:
            card.add(f"  {words.uses(edge)}", "about")
        if tone:
            card.add(f"  ✗ {words.codes(self._picture, edge.defects)}", tone)

    def _drawn(self, node: Node, card: _Card, spot: Spot) -> str:
        radius = 14 if node.kind in ("object", "variable") else 4
        rows = "".join(
            f'<text class="{look}" x="{spot.left + PADDING:g}" y="{spot.top + PADDING + (number + 0.75) * LINE:g}" '
            f'xml:space="preserve">{_xml(text)}</text>'
            for number, (text, look) in enumerate(card.lines)
        )
        return (
            f'<g class="card {node.kind} {card.tone}"><rect x="{spot.left:g}" y="{spot.top:g}" '
            f'width="{spot.width:g}" height="{spot.height:g}" rx="{radius}"/>{rows}</g>\n'
        )

    # -- arrows ------------------------------------------------------------------------------------

    def _arrows(self, edges: Sequence[Edge]) -> list[Edge]:
        """One for each two nodes, but for what the cards say.

        They say that the parent makes objects and managers, and what a worker does to itself.
        """
        found: dict[tuple[str, str], Edge] = {}
        for edge in edges:
            ends = edge.source, edge.target
            of_parent = self._picture.node(edge.source).kind == "parent"
            said = edge.kind == "makes" or self._picture.node(edge.target).kind == "manager"
            if edge.source == edge.target or (of_parent and said):
                continue
            known = found.setdefault(ends, edge)
            if known is not edge:
                found[ends] = replace(known, defects=(*known.defects, *edge.defects))
        return list(found.values())

    def _ways(self, layout: Layout) -> list[list[tuple[float, float]]]:
        """The points of each arrow: from one side of a card out of its layer, on to the other layer and to its card.

        On the sides they are spread in the order of what they lead to.
        """
        sides: dict[tuple[int, bool], list[tuple[float, int, int]]] = {}
        along = 1 if layout.downwards else 0
        for position, ends in enumerate(self._ends):
            bends = layout.bends[position]
            for end, (node, other) in enumerate((ends, ends[::-1])):
                far = layout.bands[other][0] > layout.bands[node][0]
                next_point = (bends[0] if end == 0 else bends[-1]) if bends else _middle(layout.spots[other])
                sides.setdefault((node, far), []).append((next_point[1 - along], position, end))
        found: dict[tuple[int, int], list[tuple[float, float]]] = {}
        for (node, far), leaving in sides.items():
            spot, edge = layout.spots[node], layout.bands[node][far]
            for number, (_, position, end) in enumerate(sorted(leaving)):
                part = (number + 1) / (len(leaving) + 1)
                if layout.downwards:
                    x, y = spot.left + spot.width * part, spot.top + (spot.height if far else 0)
                    found[position, end] = [(x, y), (x, edge)]
                else:
                    x, y = spot.left + (spot.width if far else 0), spot.top + spot.height * part
                    found[position, end] = [(x, y), (edge, y)]
        return [
            [*found[position, 0], *layout.bends[position], *found[position, 1][::-1]]
            for position in range(len(self._ends))
        ]

    def _arrow(self, edge: Edge, points: Sequence[tuple[float, float]], *, downwards: bool) -> str:
        tone = self._tone(edge.defects)
        path = f"M{points[0][0]:g} {points[0][1]:g}"
        for last, point in pairwise(points):
            if last == point:
                continue
            half = ((last[0] + point[0]) / 2, (last[1] + point[1]) / 2)
            one, two = (last[0], half[1]), (point[0], half[1])
            if not downwards:
                one, two = (half[0], last[1]), (half[0], point[1])
            path += f"C{one[0]:g} {one[1]:g} {two[0]:g} {two[1]:g} {point[0]:g} {point[1]:g}"
        found = " found" if edge.way in FOUND_BY_WORKERS else ""
        source, target = self._picture.node(edge.source), self._picture.node(edge.target)
        told = f"{words.title(source)} → {words.title(target)}: {words.happening(self._picture, edge) or edge.kind}"
        return (
            f'<path class="{edge.kind}{found} {tone}" d="{path}" marker-end="url(#{tone or "plain"})">'
            f"<title>{_xml(told)}</title></path>\n"
        )

    # -- what goes wrong ---------------------------------------------------------------------------

    def _findings(self, top: float) -> Iterator[str]:
        defects = self._picture.defects
        columns = int((self.width - 2 * MARGIN) / CHARACTER)
        number = 0.75
        for finding in defects[:_FINDINGS]:
            look = "wrong" if finding.severity is Severity.ERROR else "doubtful"
            told = words.told(self._picture, finding)
            for position, text in enumerate(_wrapped(f"✗ {told}", columns)):
                indent = 0 if position == 0 else 2 * CHARACTER
                yield self._line(text, look if position == 0 else "row", MARGIN + indent, top + number * LINE)
                number += 1
        if len(defects) > _FINDINGS:
            yield self._line(f"… and {len(defects) - _FINDINGS} more", "about", MARGIN, top + number * LINE)

    def _line(self, text: str, look: str, x: float, y: float) -> str:
        return f'<text class="{look}" x="{x:g}" y="{y:g}" xml:space="preserve">{_xml(text)}</text>\n'

    def _tone(self, defects: tuple[int, ...]) -> str:
        if not defects:
            return ""
        errors = any(self._picture.defects[each].severity is Severity.ERROR for each in defects)
        return "wrong" if errors else "doubtful"


def _middle(spot: Spot) -> tuple[float, float]:
    return spot.left + spot.width / 2, spot.top + spot.height / 2


def _columns(text: str) -> int:
    return sum(width for _, width in cells(text))


def _wrapped(text: str, columns: int) -> list[str]:
    """The text in lines of so many columns; a line number stays with the word before it."""
    indent = text[: len(text) - len(text.lstrip())]
    bound = re.sub(r"\b(lines?|×) (?=[\d…s])", "\\1\0", text)
    found = textwrap.wrap(bound, columns, subsequent_indent=indent + "  ")
    return [each.replace("\0", " ") for each in found] or [""]


def _xml(text: str) -> str:
    """A text as XML has it: no control characters, which XML forbids, no markup."""
    return escape("".join(picture for picture, _ in cells(text)))
