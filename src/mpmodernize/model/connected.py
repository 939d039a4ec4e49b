"""Which files make up one program: those that use processes, and what they import and are imported by."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mpmodernize.model.first_glance import Glance
    from mpmodernize.model.joint import Finder

LARGEST = 30
"""Files that are modelled together at most: each of them is judged in sight of all the others."""


def programs(glances: Mapping[str, Glance], find: Finder) -> list[list[str]]:
    """The files of each program, by their names, in their order; a file that belongs to no other stands alone.

    Where too many files hang together, those that use processes themselves do; and if they are still too many, each
    stands alone.
    """
    processes = {name for name, glance in glances.items() if glance.processes}
    if len(glances) < 2 or not processes:
        return [[name] for name in glances]
    imports = [(name, imported) for name, glance in glances.items() for imported in imported_files(name, glance, find)]
    above = _above(processes, imports)
    links = [(importer, imported) for importer, imported in imports if importer in processes or imported in above]
    found: list[list[str]] = []
    for group in _connected(glances, links):
        if len(group) <= LARGEST:
            found.append(group)
            continue
        inner = [(one, other) for one, other in links if one in processes and other in processes]
        for smaller in _connected(group, [(one, other) for one, other in inner if one in set(group)]):
            found += [smaller] if len(smaller) <= LARGEST else [[each] for each in smaller]
    return found


def imported_files(importer: str, glance: Glance, find: Finder) -> Iterator[str]:
    """The files that a file imports."""
    for path in glance.imports:
        module = path.lstrip(".")
        found = find(importer, len(path) - len(module), module)
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
