"""Fewer nodes: what is alike in everything stands once, and of too many only the first are drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mpmodernize.map.picture import Edge, Node, Picture

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ALIKE_FROM = 4
"""So many workers or objects that are alike in everything become one node: of three, each is worth reading."""
_CAPPED = ("worker", "object", "variable")


def condensed(picture: Picture, most: int | None = None) -> Picture:
    """The picture with equal nodes as one; and where `most` is given, with at most so many of each kind.

    What is left out stands as one node, `… and 3 more`; those with findings, and those with edges, are kept first.
    """
    for kind in ("worker", "object"):
        picture = _grouped(picture, kind)
    for kind in _CAPPED if most is not None else ():
        assert most is not None
        picture = _capped(picture, kind, most)
    return picture


def _grouped(picture: Picture, kind: str) -> Picture:
    groups: dict[object, list[Node]] = {}
    for node in picture.nodes:
        if node.kind == kind:
            groups.setdefault(_likeness(picture, node), []).append(node)
    standing: dict[str, Node] = {}
    for alike in groups.values():
        if len(alike) >= ALIKE_FROM:
            first, *others = alike
            defects = sorted({number for each in alike for number in each.defects})
            standing |= dict.fromkeys((each.key for each in others), first)
            standing[first.key] = replace(first, more=tuple(each.name for each in others), defects=tuple(defects))
    if not standing:
        return picture
    nodes = tuple(
        standing.get(each.key, each)
        for each in picture.nodes
        if each.key not in standing or standing[each.key].key == each.key
    )
    heads = {key: node.key for key, node in standing.items()}
    return replace(picture, nodes=nodes, edges=_redirected(picture.edges, heads))


def _likeness(picture: Picture, node: Node) -> object:
    """What two nodes have in common that can stand as one."""
    codes = _codes(picture, node.defects)
    edges = []
    for each in picture.edges:
        if node.key in (each.source, each.target):
            other = (each.source, "") if each.target == node.key else ("", each.target)
            edges.append((*other, each.kind, each.way, each.times, each.uses, each.end, _codes(picture, each.defects)))
    return node.type, node.many, codes, tuple(sorted(edges, key=repr))


def _codes(picture: Picture, defects: Iterable[int]) -> tuple[str, ...]:
    return tuple(sorted({picture.defects[each].code for each in defects}))


def _redirected(edges: Iterable[Edge], heads: Mapping[str, str]) -> tuple[Edge, ...]:
    """The edges among the nodes that stand for others, each once."""
    found: dict[tuple[str, str, str, str], Edge] = {}
    for edge in edges:
        new = replace(edge, source=heads.get(edge.source, edge.source), target=heads.get(edge.target, edge.target))
        key = (new.source, new.target, new.kind, new.way)
        known = found.get(key)
        found[key] = new if known is None else _both(known, new)
    return tuple(found.values())


def _both(one: Edge, other: Edge) -> Edge:
    times = one.times + other.times if one.times is not None and other.times is not None else None
    if one.kind in ("reaches", "makes"):
        times = one.times
    return replace(
        one,
        places=tuple(dict.fromkeys((*one.places, *other.places))),
        times=times,
        uses=tuple(dict.fromkeys((*one.uses, *other.uses))),
        defects=tuple(dict.fromkeys((*one.defects, *other.defects))),
    )


def _capped(picture: Picture, kind: str, most: int) -> Picture:
    """The picture with the first `most` nodes of a kind, and one for all the others."""
    nodes = [each for each in picture.nodes if each.kind == kind]
    if len(nodes) <= most:
        return picture
    linked = {key for each in picture.edges if each.kind in ("reaches", "runs") for key in (each.source, each.target)}
    marked = {key for each in picture.edges if each.defects for key in (each.source, each.target)}
    rank = {node.key: (not node.defects and node.key not in marked, node.key not in linked) for node in nodes}
    kept = {each.key for each in sorted(nodes, key=lambda each: rank[each.key])[: most - 1]}
    left = [each for each in nodes if each.key not in kept]
    number = sum(1 + len(each.more) for each in left)
    defects = tuple(sorted({each for node in left for each in node.defects}))
    rest = Node(f"{kind}-rest", left[0].kind, f"… and {number} more", defects=defects)
    heads = {each.key: rest.key for each in left}
    edges = [
        replace(each, way="", uses=(), end="") if {each.source, each.target} & heads.keys() else each
        for each in picture.edges
    ]
    nodes_kept = [each for each in picture.nodes if each.key not in heads]
    return replace(picture, nodes=(*nodes_kept, rest), edges=_redirected(edges, heads))
