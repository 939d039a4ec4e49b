"""Which files make up one program: those that use processes, and what they import and are imported by."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mpmodernize.model.glance import mentions_processes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mpmodernize.model.joint import Finder

LARGEST = 30
"""Files that are modelled together at most: each of them is judged in sight of all the others."""

_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(?P<dots>\.*)[ \t]*(?P<package>[\w.]*)[ \t]+import[ \t]+(?P<names>\([^)]*\)|[^\n#;]*)"
    r"|import[ \t]+(?P<modules>[\w., \t]+))",
    re.MULTILINE,
)
_NAME = re.compile(r"[^\W\d]\w*")


def programs(texts: Mapping[str, str], find: Finder) -> list[list[str]]:
    """The files of each program, by their names, in their order; a file that belongs to no other stands alone.

    Where too many files hang together, those that use processes themselves do; and if they are still too many, each
    stands alone.
    """
    processes = {name for name, text in texts.items() if mentions_processes(text)}
    if len(texts) < 2 or not processes:
        return [[name] for name in texts]
    imports = [
        (importer, imported) for importer, text in texts.items() for imported in imported_files(importer, text, find)
    ]
    above = _above(processes, imports)
    links = [(importer, imported) for importer, imported in imports if importer in processes or imported in above]
    found: list[list[str]] = []
    for group in _connected(texts, links):
        if len(group) <= LARGEST:
            found.append(group)
            continue
        inner = [(one, other) for one, other in links if one in processes and other in processes]
        for smaller in _connected(group, [(one, other) for one, other in inner if one in set(group)]):
            found += [smaller] if len(smaller) <= LARGEST else [[each] for each in smaller]
    return found


def imported_files(importer: str, text: str, find: Finder) -> Iterator[str]:
    """The files that a text imports."""
    for match in _IMPORT.finditer(text):
        if match["modules"]:
            wanted = [(0, part.split()[0]) for part in match["modules"].split(",") if part.split()]
        else:
            level, package = len(match["dots"]), match["package"]
            above = f"{package}." if package else ""
            wanted = [(level, package), *((level, above + name) for name in _NAME.findall(match["names"]))]
        for level, module in wanted:
            found = find(importer, level, module)
            if found is not None and found != importer:
                yield found


def _above(names: Iterable[str], imports: Iterable[tuple[str, str]]) -> set[str]:
    """These files, and all that import them, or import what does: they can start what these start."""
    importers: dict[str, list[str]] = {}
    for importer, imported in imports:
        importers.setdefault(imported, []).append(importer)
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += importers.get(name, ())
    return found


def _connected(names: Iterable[str], links: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The names in groups, such that every link stays within a group."""
    head = {name: name for name in names}

    def top(name: str) -> str:
        while head[name] != name:
            head[name] = head[head[name]]
            name = head[name]
        return name

    for one, other in links:
        if one in head and other in head:
            head[top(one)] = top(other)
    groups: dict[str, list[str]] = {}
    for name in head:
        groups.setdefault(top(name), []).append(name)
    return list(groups.values())
