"""What a picture shows, as plain data: it is made once from the model, and each format draws the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mpmodernize.records import Record

if TYPE_CHECKING:
    from mpmodernize.findings import Finding

NodeKind = Literal["parent", "pool", "worker", "manager", "object", "variable"]
EdgeKind = Literal["starts", "runs", "makes", "reaches"]


@dataclass(frozen=True, order=True)
class Place:
    """A line of a file, as the file is on disk; lines count from 1."""

    filename: str
    line: int


class Node(Record):
    """A process, or something that processes share."""

    key: str
    kind: NodeKind
    """`worker` is the code that a child begins with; `variable` an ordinary global that a worker reads or changes."""
    name: str
    """As the program calls it: `job`, `Counter.run`, `self.queue`; for a parent the file."""
    type: str = ""
    """What it is: `Queue`, `Pool`, `Lock`; empty for parents and workers."""
    place: Place | None = None
    """Where it is defined or made; `None` for what the program does not define itself."""
    many: bool = False
    """Whether the line that makes it runs several times."""
    more: tuple[str, ...] = ()
    """The names of further ones that are alike in everything and stand behind this one."""
    defects: tuple[int, ...] = ()
    """What goes wrong here: positions in `Picture.defects`."""


class Edge(Record):
    """What one node has to do with another."""

    source: str
    target: str
    kind: EdgeKind
    """`starts` a process, a pool or a manager; `runs` a task or an initializer in a pool; `makes` an object;
    `reaches`, from an object to the worker that gets it."""
    way: str = ""
    """By which call, or by which way: `Process`, `map`, `argument`, `inherited global`."""
    places: tuple[Place, ...] = ()
    end: str = ""
    """Which end of a pipe it is, by its name."""
    times: int | None = 1
    """How often that happens; `None` if that is not known, or decided at run time."""
    uses: tuple[str, ...] = ()
    """What is done with the object there: `put`, `get`, `with`, `.value`."""
    defects: tuple[int, ...] = ()
    """What goes wrong here: positions in `Picture.defects`."""


class Picture(Record):
    """The processes of one program."""

    files: tuple[str, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    defects: tuple[Finding, ...]
    """What goes wrong, in the order of files and lines."""

    def node(self, key: str) -> Node:
        """The node with this key. Raises `KeyError` if there is none."""
        for each in self.nodes:
            if each.key == key:
                return each
        raise KeyError(key)

    def of_kind(self, *kinds: NodeKind) -> list[Node]:
        """The nodes of these kinds, in the order of the program."""
        return [each for each in self.nodes if each.kind in kinds]

    def into(self, node: Node, *kinds: EdgeKind) -> list[Edge]:
        """The edges of these kinds that lead to a node."""
        return [each for each in self.edges if each.target == node.key and each.kind in kinds]

    def out_of(self, node: Node, *kinds: EdgeKind) -> list[Edge]:
        """The edges of these kinds that begin at a node."""
        return [each for each in self.edges if each.source == node.key and each.kind in kinds]
