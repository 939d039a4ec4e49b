"""Where the nodes of a picture go: layers by igraph's Sugiyama layout, coordinates from the sizes of the cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.records import Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mpmodernize.map.picture import Picture

GAP_BETWEEN = 28.0
"""Between cards of one layer."""
GAP_OF_LAYERS = 52.0
_WIDE = 2
"""So many cards side by side can still be read on a telephone; with more, layers go from left to right."""


class MissingLibraryError(Exception):
    """What lays a picture out is not installed; the message says what to install."""


class Spot(Record):
    """A card's place and size, in pixels."""

    left: float
    top: float
    width: float
    height: float


class Layout(Record):
    """Where everything is."""

    spots: tuple[Spot, ...]
    bends: tuple[tuple[tuple[float, float], ...], ...]
    """For each link the points that it passes between its ends."""
    bands: tuple[tuple[float, float], ...]
    """For each card where its layer begins and ends: between cards of one layer links run straight."""
    width: float
    height: float
    downwards: bool
    """Whether the layers lie below each other; else from left to right."""


def layers_of(picture: Picture) -> dict[str, int]:
    """The layer of each node: a process stands behind those that start it, and what they share behind all of them."""
    found = {each.key: 0 for each in picture.of_kind("parent")}
    links = [each for each in picture.edges if each.kind in ("starts", "runs")]
    managers = {each.key for each in picture.of_kind("manager")}
    for _ in picture.nodes:  # a worker that starts itself would go on for ever
        changed = False
        for each in links:
            if each.source in found and each.target not in managers and each.source != each.target:
                layer = found[each.source] + 1
                if found.get(each.target, 0) < layer <= len(picture.nodes):
                    found[each.target], changed = layer, True
        if not changed:
            break
    for node in picture.of_kind("pool", "worker"):
        found.setdefault(node.key, 1)
    last = max(found.values(), default=0)
    found |= {each.key: last + 1 for each in picture.of_kind("object", "variable")}
    return found | dict.fromkeys(managers, last + 2)


def arranged(
    sizes: Sequence[tuple[float, float]],
    layers: Sequence[int],
    links: Sequence[tuple[int, int]],
    *,
    margin: float,
    downwards: bool | None = None,
) -> Layout:
    """Place cards of these sizes (width, height) in their layers, so that the links between them cross little.

    The layers lie below each other if that is asked for, or else if few cards stand side by side.
    Raises `MissingLibraryError` where igraph is not installed.
    """
    used = sorted(set(layers))
    ranks = [used.index(each) for each in layers]
    places, bends = _ordered(ranks, links)
    widest = max(ranks.count(each) for each in set(ranks))
    if downwards is None:
        downwards = widest <= _WIDE
    across, along = (0, 1) if downwards else (1, 0)
    thick = [0.0] * len(used)
    steps = [0.0] * len(used)
    for size, rank in zip(sizes, ranks, strict=True):
        thick[rank] = max(thick[rank], size[along])
        steps[rank] = max(steps[rank], size[across] + GAP_BETWEEN)
    if any(bends):  # links that pass a layer run straight if all layers have one step; else each layer may be compact
        steps = [max(steps)] * len(used)
    starts = [margin + sum(thick[:each]) + GAP_OF_LAYERS * each for each in range(len(used))]
    every = [*places, *(place for each in bends for place, _ in each)]
    centre = (min(every) + max(every)) / 2

    def middle(place: float, rank: int) -> float:
        """How far from the middle line: each layer has the step of its own largest card."""
        return (place - centre) * steps[rank]

    ways = [[(middle(place, rank), starts[rank] + thick[rank] / 2) for place, rank in each] for each in bends]
    corners = [
        middle(*each) - size[across] / 2 for size, each in zip(sizes, zip(places, ranks, strict=True), strict=True)
    ]
    first = min([*corners, *(place for way in ways for place, _ in way)]) - margin
    spots = []
    for size, corner, rank in zip(sizes, corners, ranks, strict=True):
        place = (corner - first, starts[rank])
        spots.append(Spot(*(place if downwards else place[::-1]), *size))
    points = tuple(
        tuple((place - first, depth) if downwards else (depth, place - first) for place, depth in way) for way in ways
    )
    width = max([*(each.left + each.width for each in spots), *(x for way in points for x, _ in way)]) + margin
    height = max([*(each.top + each.height for each in spots), *(y for way in points for _, y in way)]) + margin
    bands = tuple((starts[rank], starts[rank] + thick[rank]) for rank in ranks)
    return Layout(tuple(spots), points, bands, width, height, downwards)


def _ordered(
    ranks: Sequence[int], links: Sequence[tuple[int, int]]
) -> tuple[list[float], list[list[tuple[float, int]]]]:
    """Places across the layers, of nodes and of the points where links pass a layer; a step apart at least.

    igraph keeps the points of long links to itself, so that each gets a vertex of its own here.
    """
    try:
        import igraph
    except ImportError:
        message = "SVG needs igraph, which lays the picture out: pip install 'mpmodernize[map]'"
        raise MissingLibraryError(message) from None
    layers = list(ranks)
    edges: list[tuple[int, int]] = []
    passing: list[list[int]] = []
    for source, target in links:
        upper, lower = sorted((source, target), key=lambda each: ranks[each])
        points: list[int] = []
        last = upper
        for layer in range(ranks[upper] + 1, ranks[lower]):
            layers.append(layer)
            points.append(len(layers) - 1)
            edges.append((last, points[-1]))
            last = points[-1]
        if layers[last] != layers[lower]:
            edges.append((last, lower))
        passing.append(points if upper == source else points[::-1])
    graph = igraph.Graph(n=len(layers), edges=edges, directed=True)
    coordinates = graph.layout_sugiyama(layers=layers).coords
    places = [float(each[0]) for each in coordinates]
    return places[: len(ranks)], [[(places[each], layers[each]) for each in points] for points in passing]
