"""Where the edits of statements go: from nodes of the `ast` tree to paths that survive edits inside expressions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from mpmodernize.records import Record
from mpmodernize.rewrite.edits import Delete, EditRefusedError, Gather, Hoist, Insert, InsertInto, Move, MoveInto, Wrap

if TYPE_CHECKING:
    import ast
    from collections.abc import Sequence

Step: TypeAlias = tuple[str, int]
Path: TypeAlias = tuple[Step, ...]
BlockEdit: TypeAlias = Insert | InsertInto | Delete | Move | Hoist | MoveInto | Wrap | Gather
BLOCK_EDITS = (Insert, InsertInto, Delete, Move, Hoist, MoveInto, Wrap, Gather)
_FIELDS = ("body", "orelse", "finalbody", "handlers", "cases")


def paths(tree: ast.Module) -> dict[ast.AST, Path]:
    """The path of every statement (and `except` or `case` clause) of a module."""
    found: dict[ast.AST, Path] = {}
    waiting: list[tuple[ast.AST, Path]] = [(tree, ())]
    while waiting:
        node, path = waiting.pop()
        for name in _FIELDS:
            inner = getattr(node, name, None)
            if isinstance(inner, list):
                for position, child in enumerate(inner):
                    found[child] = (*path, (name, position))
                    waiting.append((child, found[child]))
    return found


class Recast(Record):
    """A statement that moves and becomes another one on the way."""

    path: Path
    code: str


Placed: TypeAlias = "Path | str | Recast"


@dataclass
class Placement:
    """What the edits ask for, by path."""

    leading: set[Path] = field(default_factory=set)
    """The anchors whose comments belong to what is put before them."""
    gone: set[Path] = field(default_factory=set)
    moved: set[Path] = field(default_factory=set)
    before: dict[Path, list[Placed]] = field(default_factory=lambda: defaultdict(list))
    after: dict[Path, list[Placed]] = field(default_factory=lambda: defaultdict(list))
    at_start: dict[Path, list[Placed]] = field(default_factory=lambda: defaultdict(list))
    at_end: dict[Path, list[Placed]] = field(default_factory=lambda: defaultdict(list))
    wraps: dict[Path, tuple[int, Wrap]] = field(default_factory=dict)
    gathers: list[tuple[Gather, list[Path], Path]] = field(default_factory=list)
    """New blocks, with what goes into them and the statement behind which they stand."""

    def touched(self) -> set[Path]:
        """The paths of all statements that are touched or serve as anchors."""
        found = self.gone | self.moved | set(self.before) | set(self.after)
        found |= set(self.at_start) | set(self.at_end) | set(self.wraps)
        return found


def place(edits: Sequence[BlockEdit], where: dict[ast.AST, Path]) -> Placement:
    """Translate edits on nodes to edits on paths.

    Raises `EditRefusedError` when two of them want the same statement.
    """
    placement = Placement()
    for edit in edits:
        if isinstance(edit, Insert):
            target = placement.after if edit.after else placement.before
            target[where[edit.anchor]].append(edit.code)
            if edit.takes_comments:
                placement.leading.add(where[edit.anchor])
        elif isinstance(edit, InsertInto):
            (placement.at_end if edit.at_end else placement.at_start)[where[edit.owner]].append(edit.code)
        elif isinstance(edit, Delete):
            _claim(placement, where[edit.statement], placement.gone)
        elif isinstance(edit, Move):
            _claim(placement, where[edit.statement], placement.moved)
            target = placement.after if edit.after else placement.before
            target[where[edit.anchor]].append(where[edit.statement])
        elif isinstance(edit, Hoist):
            _claim(placement, where[edit.statement], placement.moved)
            placement.before[where[edit.anchor]].append(Recast(where[edit.statement], edit.code))
        elif isinstance(edit, MoveInto):
            _claim(placement, where[edit.statement], placement.moved)
            target = placement.at_end if edit.at_end else placement.at_start
            target[where[edit.owner]].append(where[edit.statement])
        elif isinstance(edit, Wrap):
            first, last = where[edit.first], where[edit.last]
            if first[:-1] != last[:-1] or first[-1][0] != last[-1][0] or first in placement.wraps:
                raise EditRefusedError("the statements to wrap are not neighbours")
            _claim_range(placement, first, last[-1][1])
            placement.wraps[first] = (last[-1][1], edit)
        else:
            _place_gather(placement, edit, where)
    return placement


def _claim(placement: Placement, path: Path, claimed: set[Path]) -> None:
    wrapped = any(
        path[:-1] == first[:-1] and path[-1][0] == first[-1][0] and first[-1][1] <= path[-1][1] <= last
        for first, (last, _) in placement.wraps.items()
    )
    if path in placement.gone or path in placement.moved or wrapped:
        raise EditRefusedError("two edits want the same statement")
    claimed.add(path)


def _claim_range(placement: Placement, first: Path, last: int) -> None:
    """A wrapped run of statements overlaps no other, and none of them is moved or deleted."""
    name, start = first[-1]
    wanted = {(*first[:-1], (name, position)) for position in range(start, last + 1)}
    for other, (end, _) in placement.wraps.items():
        if other[:-1] == first[:-1] and other[-1][0] == name and other[-1][1] <= last and end >= start:
            raise EditRefusedError("two edits want to wrap the same statements")
    if wanted & (placement.gone | placement.moved):
        raise EditRefusedError("two edits want the same statement")


def _place_gather(placement: Placement, edit: Gather, where: dict[ast.AST, Path]) -> None:
    gathered = [where[each] for each in edit.statements]
    for path in gathered:
        _claim(placement, path, placement.moved)
    if edit.into is None:
        placement.gathers.append((edit, gathered, where[edit.behind] if edit.behind is not None else gathered[-1]))
        return
    guard = where[edit.into]
    # after what other edits of the group put there first
    placement.at_start[guard] += [path for path in gathered if path < guard]
    placement.at_end[guard] += [path for path in gathered if path > guard]
