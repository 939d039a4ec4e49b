"""The architecture in one picture: the rooms of the package, and which imports which. Read from the code."""

from __future__ import annotations

import ast
import re
import textwrap
from html import escape
from pathlib import Path

from mpmodernize.map.layout import arranged
from mpmodernize.map.style import CHARACTER, LINE, MARGIN, PADDING, TITLE_CHARACTER, style

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "mpmodernize"
# They stand for the package, or are words that all rooms share: an arrow to each would say nothing.
_NOT_SHOWN = frozenset({"__init__", "__main__", "settings", "findings", "codes", "text"})
_ROW = re.compile(r"^\| `([a-z0-9]+)(?:/|\.py)` \| (.+?) \|$", re.MULTILINE)
_COLUMNS = 30


def room_of(path: Path) -> str:
    """The room that a file of the package is in."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    """The rooms that a file imports, wherever in the file and also for types alone."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            if node.module == "mpmodernize":
                modules |= {f"mpmodernize.{alias.name}" for alias in node.names}
            elif node.module is not None:
                modules.add(node.module)
    parts = (module.split(".") for module in modules)
    return {"".join(rest[:1]) for package, *rest in parts if package == "mpmodernize"}


def house() -> str:
    """The picture as an SVG."""
    words = dict(_ROW.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")))
    below: dict[str, set[str]] = {name: set() for name in words if name not in _NOT_SHOWN}
    for path in PACKAGE.rglob("*.py"):
        room = room_of(path)
        if room in below:
            below[room] |= imported_rooms(path) & below.keys() - {room}
    names = list(below)  # from the top of the house to the ground, as the table has them
    depth: dict[str, int] = {}
    for name in names:
        depth[name] = 1 + max((depth[above] for above in names if name in below[above]), default=-1)
    shown = [(above, name) for above in names for name in sorted(_next(above, below))]
    cards = [
        [(name, "name"), *((line, "about") for line in textwrap.wrap(words[name].replace("`", ""), _COLUMNS))]
        for name in names
    ]
    sizes = [_size(card) for card in cards]
    links = [(names.index(above), names.index(name)) for above, name in shown]
    layout = arranged(sizes, [depth[name] for name in names], links, margin=MARGIN, downwards=True)
    parts = []
    for position, (first, last) in enumerate(links):
        here, there = layout.spots[first], layout.spots[last]
        start = (here.left + here.width / 2, here.top + here.height)
        end = (there.left + there.width / 2, there.top)
        points = " ".join(f"L{x:g} {y:g}" for x, y in (*layout.bends[position], end))
        parts.append(f'<path d="M{start[0]:g} {start[1]:g} {points}" marker-end="url(#house-plain)"/>\n')
    for card, spot in zip(cards, layout.spots, strict=True):
        rows = "".join(
            f'<text class="{look}" x="{spot.left + PADDING:g}" y="{spot.top + PADDING + (row + 0.75) * LINE:g}">'
            f"{escape(text)}</text>"
            for row, (text, look) in enumerate(card)
        )
        parts.append(
            f'<g class="card worker"><rect x="{spot.left:g}" y="{spot.top:g}" width="{spot.width:g}" '
            f'height="{spot.height:g}" rx="4"/>{rows}</g>\n'
        )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" id="house" role="img" aria-labelledby="house-t" '
        f'viewBox="0 0 {layout.width:g} {layout.height:g}" width="{layout.width:g}" height="{layout.height:g}">\n'
        f'<title id="house-t">The rooms of mpmodernize, and which imports which</title>\n'
        f"{style('house')}{''.join(parts)}</svg>\n"
    )


def _next(above: str, below: dict[str, set[str]]) -> set[str]:
    """The rooms that a room imports, but for those that it reaches through another one."""
    return {name for name in below[above] if not any(name in _reached(other, below) for other in below[above] - {name})}


def _reached(room: str, below: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [room]
    while waiting:
        for name in below[waiting.pop()] - found:
            found.add(name)
            waiting.append(name)
    return found


def _card(name: str, words: str) -> list[tuple[str, str]]:
    """The lines of a card, each with the class that says how it looks."""
    return [(name, "name"), *((line, "about") for line in textwrap.wrap(words.replace("`", ""), _COLUMNS))]


def _size(card: list[tuple[str, str]]) -> tuple[float, float]:
    widths = [len(text) * (TITLE_CHARACTER if look == "name" else CHARACTER) for text, look in card]
    return max(widths) + 2 * PADDING, len(card) * LINE + 2 * PADDING
