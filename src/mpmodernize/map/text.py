"""A picture as a tree for the terminal: each process below the one that starts it, with what reaches it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mpmodernize.findings import Severity
from mpmodernize.map import words
from mpmodernize.map.condense import condensed
from mpmodernize.report.terminal import cells, paint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mpmodernize.map.picture import Edge, Node, Picture

_UNICODE = {"├": "├── ", "└": "└── ", "│": "│   ", "←": "←", "✗": "✗", "×": "×", "…": "…"}
_ASCII = {"├": "|-- ", "└": "`-- ", "│": "|   ", "←": "<-", "✗": "!!", "×": "x", "…": "..."}
_COLOURS = {"parent": "cyan", "worker": "cyan", "pool": "blue", "manager": "blue"}


@dataclass
class _Branch:
    """A line of the tree, and what hangs below it."""

    line: str
    below: list[_Branch] = field(default_factory=list)


def as_text(picture: Picture, *, colour: bool = False, ascii_only: bool = False) -> str:
    """The picture as text: a tree, then what goes wrong. Ends with a newline."""
    signs = _ASCII if ascii_only else _UNICODE
    drawn = _Tree(condensed(picture), signs, colour=colour)
    text = "\n".join(drawn.lines())
    return (text if not ascii_only else text.translate({ord("×"): "x", ord("…"): "..."})) + "\n"


class _Tree:
    """Draws one picture."""

    def __init__(self, picture: Picture, signs: dict[str, str], *, colour: bool) -> None:
        self._picture = picture
        self._signs = signs
        self._colour = colour
        self._drawn: set[str] = set()

    def lines(self) -> Iterator[str]:
        for parent in self._picture.of_kind("parent"):
            branch = self._process(parent)
            yield branch.line
            yield from self._below(branch, "")
        left = [each for each in self._picture.of_kind("worker", "pool") if each.key not in self._drawn]
        for node in left:  # those that only themselves start
            branch = self._process(node)
            yield branch.line
            yield from self._below(branch, "")
        if not self._picture.nodes:
            yield _shown(words.empty(self._picture))
        if self._picture.defects:
            yield ""
            yield self._paint("What goes wrong:", bold=True)
            for finding in self._picture.defects:
                fg = "red" if finding.severity is Severity.ERROR else "yellow"
                place, _, rest = words.told(self._picture, finding, whole_path=True).partition(f": {finding.code}")
                yield f"  {_shown(place)}: {self._paint(finding.code, fg=fg, bold=True)}{_shown(rest)}"

    def _below(self, branch: _Branch, indent: str) -> Iterator[str]:
        for position, each in enumerate(branch.below):
            last = position == len(branch.below) - 1
            yield indent + self._signs["└" if last else "├"] + each.line
            yield from self._below(each, indent + (" " * 4 if last else self._signs["│"]))

    def _process(self, node: Node, edges: Sequence[Edge] = ()) -> _Branch:
        """A process with what it makes, what reaches it, and what it starts."""
        picture = self._picture
        branch = _Branch(self._head(node, edges))
        if node.key in self._drawn:
            if picture.out_of(node, "starts", "runs") or picture.into(node, "reaches"):
                branch.line += " (as above)"
            return branch
        self._drawn.add(node.key)
        branch.below += [_Branch(self._object(each)) for each in picture.into(node, "reaches")]
        for each in picture.out_of(node, "makes"):
            branch.below.append(_Branch(self._made(each)))
        started: dict[str, list[Edge]] = {}
        for each in picture.out_of(node, "starts", "runs"):
            started.setdefault(each.target, []).append(each)
        for key, edges in started.items():
            branch.below.append(self._process(picture.node(key), edges))
        return branch

    def _head(self, node: Node, edges: Sequence[Edge]) -> str:
        name = self._paint(_shown(words.title(node)), fg=_COLOURS.get(node.kind, ""), bold=True)
        parts = [name, words.about(self._picture, node)]
        if edges and node.kind == "worker":
            parts.append(f"{self._signs['←']} {'; '.join(words.happening(self._picture, each) for each in edges)}")
        defects = (*node.defects, *(number for each in edges for number in each.defects))
        return "  ".join(each for each in (*parts, self._marks(defects)) if each)

    def _object(self, edge: Edge) -> str:
        """What reaches a worker, and by which way."""
        name = self._paint(_shown(words.got(self._picture, edge)), fg="green")
        parts = [f"{self._signs['←']} {name}", words.happening(self._picture, edge)]
        return "  ".join(each for each in (*parts, self._uses(edge), self._marks(edge.defects)) if each)

    def _made(self, edge: Edge) -> str:
        """What a process makes and shares."""
        node = self._picture.node(edge.target)
        name = self._paint(_shown(words.title(node)), fg="green")
        parts = [name, words.about(self._picture, node), self._uses(edge)]
        return "  ".join(each for each in (*parts, self._marks(node.defects)) if each)

    def _uses(self, edge: Edge) -> str:
        return self._paint(f"[{words.uses(edge)}]", dim=True) if edge.uses else ""

    def _marks(self, defects: tuple[int, ...]) -> str:
        if not defects:
            return ""
        errors = any(self._picture.defects[each].severity is Severity.ERROR for each in defects)
        marks = f"{self._signs['✗']} {words.codes(self._picture, defects)}"
        return self._paint(marks, fg="red" if errors else "yellow")

    def _paint(self, text: str, **style: str | bool) -> str:
        return paint(text, colour=self._colour, **{key: value for key, value in style.items() if value})


def _shown(text: str) -> str:
    """A name as a terminal can show it: a file must not steer the reader's terminal."""
    return "".join(picture for picture, _ in cells(text))
