"""Pictures of programs, and what they show in a few words."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

from docs.generate import ROOT
from mpmodernize.engine import Source, read_together
from mpmodernize.files.decode import decode
from mpmodernize.map.survey import survey
from mpmodernize.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mpmodernize.map.picture import Node, Picture

FIXTURES = ROOT / "fixtures"


def picture_of(code: str, filename: str = "program.py") -> Picture:
    """The picture of a program of one file."""
    return survey(read_together([Source(filename, dedent(code))], Settings(), None))


def picture_of_files(files: Mapping[str, str]) -> Picture:
    """The picture of a program of several files, which import each other by name."""

    def find(importer: str, level: int, module: str) -> str | None:
        assert importer in files
        return f"{module}.py" if not level and f"{module}.py" in files else None

    sources = [Source(name, dedent(code)) for name, code in files.items()]
    return survey(read_together(sources, Settings(), find))


def picture_of_fixture(path: Path) -> Picture:
    """The picture of a file of the fixtures."""
    decoded = decode(path.read_bytes())
    source = Source(path.relative_to(FIXTURES).as_posix(), decoded.text, decoded.misread)
    return survey(read_together([source], Settings(), None))


def label(node: Node) -> str:
    """A node by its name; by what it is, where it has none."""
    return node.name or node.type


def ways(picture: Picture) -> set[tuple[str, str, str]]:
    """Every object with the worker that gets it, and by which way."""
    return {
        (label(picture.node(each.source)), label(picture.node(each.target)), each.way)
        for each in picture.edges
        if each.kind == "reaches"
    }


def starts(picture: Picture) -> set[tuple[str, str, str, int | None]]:
    """Every process with what it starts, by which call, and how often."""
    return {
        (label(picture.node(each.source)), label(picture.node(each.target)), each.way, each.times)
        for each in picture.edges
        if each.kind in ("starts", "runs")
    }


def wrong_ways(picture: Picture) -> set[tuple[str, str, str]]:
    """Every object on its way to a worker, or in its hands, with the code of a finding about that."""
    return {
        (label(picture.node(each.source)), label(picture.node(each.target)), picture.defects[number].code)
        for each in picture.edges
        if each.kind == "reaches"
        for number in each.defects
    }


def wrong_starts(picture: Picture) -> set[tuple[str, str]]:
    """Every worker or pool whose start a finding is about."""
    return {
        (label(picture.node(each.target)), picture.defects[number].code)
        for each in picture.edges
        if each.kind in ("starts", "runs")
        for number in each.defects
    }


def wrong_nodes(picture: Picture) -> set[tuple[str, str]]:
    """Every node that a finding is about."""
    return {(label(node), picture.defects[number].code) for node in picture.nodes for number in node.defects}
