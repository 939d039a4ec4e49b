"""What the formats say of nodes and edges, in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mpmodernize.findings import Finding
    from mpmodernize.map.picture import Edge, Node, Picture, Place

_LINES_SHOWN = 4
KINDS = {"parent": "parent process", "pool": "pool", "worker": "worker", "manager": "manager"}


def lines(picture: Picture, places: Sequence[Place]) -> str:
    """Where something is: `line 5`, `lines 5, 8`; with the file where the picture has several."""
    if not places:
        return ""
    shown = places[:_LINES_SHOWN]
    dots = ", …" if len(places) > len(shown) else ""
    if len(picture.files) > 1:
        return ", ".join(f"{short(each.filename)}:{each.line}" for each in shown) + dots
    return ("line " if len(places) == 1 else "lines ") + ", ".join(str(each.line) for each in shown) + dots


def short(filename: str) -> str:
    """The last part of a file's path."""
    return filename.replace("\\", "/").rpartition("/")[2] or filename


def listed(names: Sequence[str], shown: int = 3) -> str:
    """Names in a row: `a, b, c … and 4 more`."""
    if len(names) <= shown + 1:
        return ", ".join(names)
    return f"{', '.join(names[:shown])} … and {len(names) - shown} more"


def title(node: Node) -> str:
    """What a node is called: its name, else what it is."""
    return listed([each or node.type for each in (node.name, *node.more)])


def about(picture: Picture, node: Node) -> str:
    """What a node is, and where: `Queue, line 5`."""
    what = KINDS.get(node.kind, node.type or "global variable")
    if node.kind in ("pool", "manager") and node.name:
        what = node.type
    elif node.kind == "object" and not node.name:
        what = ""
    parts = [what + (", several" if node.many else "")] if what else []
    if node.place is not None and not node.more:
        parts.append(lines(picture, [node.place]))
    return ", ".join(parts)


def happening(picture: Picture, edge: Edge) -> str:
    """By which way, where and how often: `Process × 3, line 12`."""
    number = "" if edge.times == 1 else " × several" if edge.times is None else f" × {edge.times}"
    where = lines(picture, edge.places)
    return ", ".join(each for each in (f"{edge.way}{number}" if edge.way else "", where) if each)


def got(picture: Picture, edge: Edge) -> str:
    """What reaches a worker, by its name: of a pipe the end, where that is known.

    Of several that have one name, the place is told too.
    """
    node = picture.node(edge.source)
    namesakes = [each for each in picture.nodes if each.kind == node.kind and each.name == node.name]
    which = f" ({lines(picture, [node.place])})" if len(namesakes) > 1 and node.place is not None else ""
    return (edge.end or title(node)) + which


def uses(edge: Edge) -> str:
    """What is done with an object: `get, put`."""
    return ", ".join(edge.uses)


def codes(picture: Picture, defects: Iterable[int]) -> str:
    """The codes of findings: `MP301 MP401`."""
    return " ".join(sorted({picture.defects[each].code for each in defects}))


def told(picture: Picture, finding: Finding, *, whole_path: bool = False) -> str:
    """A finding in a line; in a picture of several files with its file, or the whole path to that."""
    filename = finding.filename if whole_path else short(finding.filename)
    place = f"{filename}:{finding.line}" if len(picture.files) > 1 else f"line {finding.line}"
    return f"{place}: {finding.code} {finding.message}"


def summary(picture: Picture) -> str:
    """The picture in a sentence, for those who do not see it."""
    parts = []
    for kinds, one, many in (
        (("worker",), "worker", "workers"),
        (("pool",), "pool", "pools"),
        (("manager",), "manager", "managers"),
        (("object", "variable"), "shared object", "shared objects"),
    ):
        number = sum(1 + len(each.more) for each in picture.of_kind(*kinds))
        if number:
            parts.append(f"{number} {one if number == 1 else many}")
    found = len(picture.defects)
    parts.append("nothing goes wrong" if not found else f"{found} finding{'s' if found > 1 else ''}")
    return ", ".join(parts)


def empty(picture: Picture) -> str:
    """What is said of a picture without processes."""
    return f"no processes in {listed([short(each) for each in picture.files])}"
