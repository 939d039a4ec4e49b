"""From the model of a program to the picture of its processes."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from mpmodernize.map.counting import Counting
from mpmodernize.map.objects import Objects
from mpmodernize.map.picture import Edge, Node, Picture, Place
from mpmodernize.map.trouble import Trouble
from mpmodernize.map.ways import Ways
from mpmodernize.map.words import listed, short
from mpmodernize.places import invalid_syntax, place_diagnosis
from mpmodernize.text import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mpmodernize.engine import Reading
    from mpmodernize.findings import Finding
    from mpmodernize.map.picture import EdgeKind
    from mpmodernize.map.ways import Read, Way, Worker
    from mpmodernize.model.program import Program
    from mpmodernize.model.starts import Start
    from mpmodernize.rules.base import Diagnosis

ABOUT_PROCESSES = ("MP001", "MP3", "MP4", "MP5", "MP6")
"""The rules whose findings a picture shows: not those about Python 2 as a language."""


def survey(readings: Sequence[Reading]) -> Picture:
    """Draw the processes of one program from its files; a picture without nodes where it has none, and shares nothing.

    Of a file that cannot be parsed there is its finding alone.
    """
    programs = {each.analysis.program: each for each in readings if not isinstance(each.analysis, SyntaxError)}
    known = {program: reading for program, reading in programs.items() if program is not None}
    unparsed = [
        invalid_syntax(each.analysis, each.conversion, each.text, each.source.filename)
        for each in readings
        if isinstance(each.analysis, SyntaxError)
    ]
    drawn = _Survey(known).picture() if known else Picture((), (), (), ())
    files = tuple(sorted({*drawn.files, *(each.filename for each in unparsed)}))
    if not files:
        files = tuple(each.source.filename for each in readings)
    return replace(drawn, files=files, defects=(*drawn.defects, *unparsed))


class _Survey:
    """Draws one program."""

    def __init__(self, readings: dict[Program, Reading]) -> None:
        self._readings = readings
        self._program = next(iter(readings))
        self._index = self._program.everywhere
        self._objects = Objects(list(readings))
        self._ways = Ways(list(readings), self._objects)
        self._counting = Counting(self._program)
        self._nodes: dict[object, Node] = {}
        self._edges: dict[tuple[str, str, EdgeKind, str], Edge] = {}
        self._joined: set[tuple[object, ...]] = set()
        self._of_start: dict[Start, tuple[str, str, EdgeKind, str]] = {}

    def picture(self) -> Picture:
        if not (self._ways.workers or self._objects.made or self._objects.managers or self._objects.pools):
            return Picture((), (), (), ())
        self._add_parent()
        for worker in self._ways.workers:
            self._add("worker", worker, worker.name, "", worker.node)
        self._add_makers()
        for start in self._program.starts.all:
            self._add_start(start)
        for made in self._objects.made:
            self._add_object(made)
        self._add_ways()
        trouble = Trouble(self._program, self._objects, self._ways)
        findings = self._findings()
        for number, (diagnosis, _) in enumerate(findings):
            self._mark(number, trouble, diagnosis)
        nodes = tuple(self._nodes.values())
        files = sorted({each.place.filename for each in nodes if each.place is not None})
        return Picture(tuple(files), nodes, tuple(self._edges.values()), tuple(finding for _, finding in findings))

    # -- nodes -------------------------------------------------------------------------------------

    def _add(self, kind: str, what: object, name: str, type_: str, at: ast.AST | None, **more: bool) -> Node:
        place = self._place(at) if at is not None else None
        node = Node(f"{kind[0]}{len(self._nodes)}", kind, name, type_, place, **more)  # type: ignore[arg-type]
        self._nodes[what] = node
        return node

    def _add_parent(self) -> None:
        """The process that the program begins as, named after the files that no other file of it imports."""
        own = [program for program in self._readings if not self._is_imported(program)]
        files = [self._readings[each].source.filename for each in own or self._readings]
        self._add("parent", "parent", listed([short(each) for each in files]), "", None)

    def _is_imported(self, program: Program) -> bool:
        joint = program.joint
        return joint is not None and any(
            joint.written(program, other) is not None or joint.import_of(program, other) is not None
            for other in self._readings
            if other is not program
        )

    def _add_makers(self) -> None:
        """Pools and managers: what starts processes and is an object itself."""
        for kind, calls in (("pool", self._objects.pools), ("manager", self._objects.managers)):
            for call in calls:
                type_ = self._program.type(call)
                what = {"Executor": "ProcessPoolExecutor"}.get(type_.kind, type_.kind) if type_ is not None else kind
                times = self._counting.times(call)
                self._add(kind, call, self._objects.name(call), what, call, many=times != 1)
                for source in self._sources(call):
                    self._join(source, self._nodes[call].key, "starts", what, [call], times)

    def _add_object(self, made: ast.Call) -> None:
        type_ = self._objects.made[made]
        times = self._counting.times(made)
        node = self._add("object", made, self._objects.name(made), self._kind(made), made, many=times != 1)
        manager = self._manager_of(made) if type_.managed else None
        sources = [self._nodes[manager].key] if manager is not None else self._sources(made)
        for source in sources:
            self._join(source, node.key, "makes", "", [made], times)

    def _kind(self, made: ast.Call) -> str:
        """The kind of an object as it is made: `Queue`, `Pipe`, `dict` of a manager."""
        type_ = self._objects.made[made]
        if type_.kind == "Connection":
            return "Pipe"
        if type_.kind == "Proxy" and isinstance(made.func, ast.Attribute):
            return made.func.attr
        return type_.kind

    def _manager_of(self, made: ast.Call) -> ast.Call | None:
        type_ = self._program.type(made.func.value) if isinstance(made.func, ast.Attribute) else None
        managers = [each for each in self._objects.managers if type_ is not None and each in type_.made]
        return managers[0] if len(managers) == 1 else None

    # -- edges -------------------------------------------------------------------------------------

    def _sources(self, node: ast.AST) -> list[str]:
        """The processes that run the code around a node."""
        workers = self._ways.running_only(node)
        return [self._nodes[each].key for each in workers] or [self._nodes["parent"].key]

    def _add_start(self, start: Start) -> None:
        worker = next(each for each in self._ways.workers if start in each.starts)
        target = self._nodes[worker].key
        times = self._counting.times(start.call, start)
        pools = [self._nodes[each].key for each in start.pools if each in self._nodes]
        if start.kind == "process":
            way, kind = "Process", "starts"
        elif start.kind == "subclass":
            way, kind = "Process subclass", "starts"
        elif start.kind == "initializer":
            way, kind = "initializer", "runs"
        else:
            assert isinstance(start.call.func, ast.Attribute)
            way, kind = start.call.func.attr, "runs"
        for source in pools if kind == "runs" and pools else self._sources(start.call):
            edge_kind: EdgeKind = "runs" if kind == "runs" else "starts"
            self._of_start[start] = self._join(source, target, edge_kind, way, [start.call], times)

    def _add_ways(self) -> None:
        uses = self._uses()
        for way in self._ways.all:
            source, target = self._nodes[way.made].key, self._nodes[way.worker].key
            self._join(source, target, "reaches", way.text, way.at, uses=uses.get((way.made, way.worker), ()))
            end = self._end(way)
            if end:
                key: tuple[str, str, EdgeKind, str] = (source, target, "reaches", way.text)
                self._edges[key] = replace(self._edges[key], end=end)
        for made in self._objects.made:
            seen = uses.get((made, None), ())
            for key, edge in self._edges.items():
                if edge.target == self._nodes[made].key and edge.kind == "makes" and seen:
                    self._edges[key] = replace(edge, uses=tuple(seen))

    def _end(self, way: Way) -> str:
        """Which ends of a pipe go this way, where they have names."""
        ends = [each.strip() for each in self._nodes[way.made].name.split(",")]
        given = {self._program.text(each) for each in way.expressions}
        return ", ".join(each for each in ends if each in given) if len(ends) > 1 else ""

    def _uses(self) -> dict[tuple[ast.Call, Worker | None], list[str]]:
        """What each worker does with each object, and what the parent (`None`) does."""
        found: dict[tuple[ast.Call, Worker | None], dict[str, None]] = {}
        sides: list[tuple[Worker | None, Iterable[Read]]] = [
            (each, self._ways.read_by(each)) for each in self._ways.workers
        ]
        sides.append((None, self._ways.read_by_parent()))
        for side, nodes in sides:
            for node in nodes:
                use = self._ways.use(node)
                for made in self._objects.of(node) if use else ():
                    if self._is_itself(node):
                        found.setdefault((made, side), {})[use] = None
        return {pair: sorted(uses) for pair, uses in found.items()}

    def _is_itself(self, node: ast.expr) -> bool:
        """Whether an expression is a shared object, not a container of some."""
        type_ = self._program.type(node)
        return type_ is not None and type_.is_shared

    def _join(
        self,
        source: str,
        target: str,
        kind: EdgeKind,
        way: str,
        nodes: Iterable[ast.AST],
        times: int | None = 1,
        uses: Iterable[str] = (),
    ) -> tuple[str, str, EdgeKind, str]:
        """Add an edge, or to one that is there already."""
        key = (source, target, kind, way)
        new = [each for each in nodes if (*key, each) not in self._joined]
        self._joined |= {(*key, each) for each in new}
        places = tuple(dict.fromkeys(self._place(each) for each in new))
        known = self._edges.get(key)
        if known is None:
            self._edges[key] = Edge(source, target, kind, way, places, times=times, uses=tuple(uses))
        elif new:
            both = known.times + times if known.times is not None and times is not None else None
            self._edges[key] = replace(known, places=tuple(dict.fromkeys((*known.places, *places))), times=both)
        return key

    # -- what goes wrong ---------------------------------------------------------------------------

    def _findings(self) -> list[tuple[Diagnosis, Finding]]:
        """What the rules say about processes."""
        found = []
        for program, reading in self._readings.items():
            assert not isinstance(reading.analysis, SyntaxError)
            for each in reading.analysis.diagnoses:
                if each.rule.code.startswith(ABOUT_PROCESSES) and program.owns(each.node):
                    finding = place_diagnosis(each, reading.conversion, reading.text, reading.source.filename)
                    found.append((each, finding))
        return sorted(found, key=lambda pair: pair[1])

    def _mark(self, number: int, trouble: Trouble, diagnosis: Diagnosis) -> None:
        """Mark in the picture what a finding is about; the parent, where it is about nothing else."""
        place = trouble.place(diagnosis)
        keys = [self._of_start[each] for each in place.starts if each in self._of_start]
        for made, worker in place.ways:
            ends = self._nodes[made].key, self._nodes[worker].key
            keys += [key for key, edge in self._edges.items() if (edge.source, edge.target) == ends]
        for worker, name, node in place.variables:
            variable = self._nodes.get(("variable", name)) or self._add(
                "variable", ("variable", name), name, "", self._program.of(node).state.bindings(name)[0].node
            )
            self._join(self._nodes["parent"].key, variable.key, "makes", "", [])
            keys.append(self._join(variable.key, self._nodes[worker].key, "reaches", "inherited global", [node]))
        for key in dict.fromkeys(keys):
            edge = self._edges[key]
            self._edges[key] = replace(edge, defects=(*edge.defects, number))
        marked: list[object] = [each for each in place.things if each in self._nodes]
        if not keys and not marked:
            marked = ["parent"]
        for what in dict.fromkeys(marked):
            node_ = self._nodes[what]
            self._nodes[what] = replace(node_, defects=(*node_.defects, number))

    def _place(self, node: ast.AST) -> Place:
        """Where a node stands in the file as it is on disk."""
        while not hasattr(node, "lineno"):
            node = self._index.parent[node]
        reading = self._readings[self._program.of(node)]
        offset = text_of(reading.conversion.source).start(node)
        line, _ = text_of(reading.text).position(reading.conversion.original_offset(offset))
        return Place(reading.source.filename, line)
