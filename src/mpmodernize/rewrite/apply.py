"""Carries out groups of edits on a file: each whole or not at all, all of a round in one pass."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING

from mpmodernize.records import Record
from mpmodernize.rewrite import imports, spans
from mpmodernize.rewrite.edits import AddImport, AddParameter, Delete, DropParameter, Edit, EditRefusedError
from mpmodernize.rewrite.layout import Pieces, measure
from mpmodernize.text import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mpmodernize.rewrite.placement import Path, Placement
    from mpmodernize.text import Replacement, Text


class Rewritten(Record):
    """What came of a round of edits."""

    source: str
    applied: tuple[int, ...]
    """The positions of the groups that were carried out."""
    refused: dict[int, str]
    """Why the others were not: by position."""


def rewrite(
    source: str, tree: ast.Module, groups: Sequence[Sequence[Edit]], parents: Mapping[ast.AST, ast.AST] | None = None
) -> Rewritten:
    """Carry out as many groups as do not get in each other's way; earlier ones first.

    The result parses: a group after which it would not is refused. `parents` says which node stands above which.
    """
    if parents is None:
        parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    text = text_of(source)
    inside = [[edit for edit in group if isinstance(edit, spans.SPAN_EDITS)] for group in groups]
    found, refused = spans.splices(text, inside, parents)
    attempt = _Attempt(_Round(text, tree, parents), groups, refused)
    attempt.add([position for position in range(len(groups)) if position not in refused], found)
    return Rewritten(attempt.result, tuple(sorted(attempt.accepted)), refused)


class _Attempt:
    """Finds out which groups go together: all of them, or as many as halving the list shows."""

    def __init__(self, round_: _Round, groups: Sequence[Sequence[Edit]], refused: dict[int, str]) -> None:
        self.accepted: list[int] = []
        self.result = round_.source
        self._round = round_
        self._groups = groups
        self._refused = refused

    def add(self, positions: list[int], found: Sequence[Replacement] | None = None) -> None:
        """Accept these groups, or refuse those that can't be carried out with the ones accepted before.

        `found` are the replacements of all of them, where they are known already.
        """
        if not positions:
            return
        wanted = sorted([*self.accepted, *positions])
        try:
            self.result = self._round.carry_out([self._groups[position] for position in wanted], found)
        except EditRefusedError as reason:
            if len(positions) == 1:
                self._refused[positions[0]] = str(reason)
                return
            middle = len(positions) // 2
            self.add(positions[:middle])
            self.add(positions[middle:])
        else:
            self.accepted = wanted


class _Round:
    """One attempt to carry out a list of edits on one text."""

    def __init__(self, text: Text, tree: ast.Module, parents: Mapping[ast.AST, ast.AST]) -> None:
        self.source = text.source
        self._text = text
        self._tree = tree
        self._parents = parents

    def carry_out(self, groups: Sequence[Sequence[Edit]], found: Sequence[Replacement] | None = None) -> str:
        edits = [edit for group in groups for edit in group]
        inside = [[edit for edit in group if isinstance(edit, spans.SPAN_EDITS)] for group in groups]
        new_imports = list(dict.fromkeys(edit.code for edit in edits if isinstance(edit, AddImport)))
        around = [edit for edit in edits if not isinstance(edit, (*spans.SPAN_EDITS, AddImport))]
        self._refuse_lost_edits(edits)
        source, tree = self.source, self._tree
        if any(inside):
            if found is None:
                found, refused = spans.splices(self._text, inside, self._parents)
                if refused:
                    raise EditRefusedError(next(iter(refused.values())))
            source = spans.apply(source, found)
        if around or new_imports:
            tree = _parsed(source) if any(inside) else tree
            source = self._restructure(source, tree, around, new_imports)
        _check(source)
        return source

    @staticmethod
    def _refuse_lost_edits(edits: Sequence[Edit]) -> None:
        """An edit inside a statement that another edit deletes would be lost."""
        deleted = {node for edit in edits if isinstance(edit, Delete) for node in ast.walk(edit.statement)}
        for edit in edits:
            node = getattr(edit, "node", None) or getattr(edit, "call", None) or getattr(edit, "display", None)
            if node is not None and node in deleted:
                raise EditRefusedError("an edit stands in a statement that goes away")
            changed = (
                edit.function if isinstance(edit, (AddParameter, DropParameter)) else getattr(edit, "definition", None)
            )
            if changed in deleted:
                raise EditRefusedError("an edit stands in a function that goes away")

    def _restructure(self, source: str, tree: ast.Module, around: Sequence[Edit], new_imports: list[str]) -> str:
        pieces = Pieces(source, tree)
        new: dict[int, str] = {}
        if around:
            new = self._rebuilt(pieces, tree, around)
        slots = imports.slots(tree, pieces, new_imports)
        return pieces.assemble(new, slots)

    def _rebuilt(self, pieces: Pieces, tree: ast.Module, around: Sequence[Edit]) -> dict[int, str]:
        # LibCST takes a third of a second to import: only a file that needs it pays
        from mpmodernize.rewrite import blocks, trees
        from mpmodernize.rewrite import placement as placing

        measured = measure(pieces.source, tree)
        layout = trees.Layout(measured.indent, measured.newline, measured.gap)
        where = placing.paths(self._tree)
        if len(where) != len(placing.paths(tree)):
            raise EditRefusedError("an edit of an expression changed the statements")
        placement = placing.place([edit for edit in around if isinstance(edit, placing.BLOCK_EDITS)], where)
        touched = {path[0][1] for path in _all_paths(placement)}
        touched = pieces.whole_lines(touched)
        statements: dict[int, list[trees.Statement]] = {}
        detached: dict[int, str] = {}
        for line in {pieces.line_of(position) for position in touched}:
            parsed = pieces.parse(line, layout)
            first = pieces.positions(line)[0]
            own = pieces.own_comments(line)
            if own and _leaves_others_behind(placement, first, len(tree.body)):
                detached[first] = own
                parsed[0] = trees.without_own_comments(parsed[0])
            statements |= {position: [each] for position, each in zip(pieces.positions(line), parsed, strict=True)}
        builder = blocks.Builder(layout, placement, statements)
        new: dict[int, str] = {}
        for position in sorted(touched):
            printed = layout.print(builder.top(position))
            printed = detached.get(position, "") + printed
            if (("body", position),) in placement.gone:
                lost = trees.comments_of(statements[position][0])
                printed = "".join(f"{comment}{layout.newline}" for comment in lost) + printed
            new[position] = printed
        return new


def _leaves_others_behind(placement: Placement, position: int, number: int) -> bool:
    """Whether a top-level statement moves away while others behind it stay where they are."""
    if (("body", position),) not in placement.moved:
        return False
    following = [(("body", later),) for later in range(position + 1, number)]
    receiving = set(placement.at_start) | set(placement.at_end)
    return any(path not in placement.moved and path not in receiving for path in following)


def _all_paths(placement: Placement) -> set[Path]:
    found = set(placement.touched())
    for _, gathered, behind in placement.gathers:
        found |= {*gathered, behind}
    for path, (last, _) in placement.wraps.items():
        if len(path) == 1:
            found |= {(("body", position),) for position in range(path[0][1], last + 1)}
    return found


def _parsed(source: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError) as error:
        raise EditRefusedError(f"the result would not be valid Python ({error})") from error


def _check(source: str) -> None:
    """Raise `EditRefusedError` if a text is no program.

    The compiler finds what the parser does not: an argument given twice, `global` behind a use.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, "<fixed>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError) as error:
        raise EditRefusedError(f"the result would not be valid Python ({error})") from error
