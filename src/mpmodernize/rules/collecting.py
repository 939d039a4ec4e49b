"""Collecting what would be dropped: results go into a list, and are fetched when the pool has done its work."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.locking import method_call, receiver
from mpmodernize.model.order import goes_on_for_ever, in_block, own_nodes
from mpmodernize.model.pending import home_of
from mpmodernize.rewrite.edits import Insert, Replace
from mpmodernize.rules.base import Fix, Phase

if TYPE_CHECKING:
    from mpmodernize.model.pending import Fate, Home
    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit

_LAZY = frozenset({"imap", "imap_unordered", "map"})
"""Methods whose results are gone through, not got."""


class Collecting:
    """Makes the fixes that keep and fetch results."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._index = program.index

    def fixes(self, dropped: list[tuple[ast.Call, Fate]]) -> dict[ast.Call, Fix]:
        """For each call whose result is dropped the fix, where there is one: calls of one pool share theirs."""
        found: dict[ast.Call, Fix] = {}
        together: dict[ast.AST, list[ast.Call]] = defaultdict(list)
        homes: dict[ast.AST, Home] = {}
        for call, fate in dropped:
            home = home_of(self._program, receiver(call))
            if home is None or self._index.function(call) is not self._index.function(home.made):
                continue
            if in_block(self._program, call, home.block) is None or self._is_in_endless_loop(call):
                continue
            if fate.holder is not None:
                edits = self._got_from(fate, call, home)
            elif _method(call) in _LAZY:
                edits = self._gone_through(call)
            elif isinstance(self._index.parent[call], ast.Expr):
                together[home.made].append(call)
                homes[home.made] = home
                continue
            else:
                continue
            if edits:
                found[call] = Fix(tuple(edits), Safety.UNSAFE, Phase.LIFETIMES)
        for made, calls in together.items():
            collected = self._collected(calls, homes[made])
            if collected:
                found |= dict.fromkeys(calls, Fix(tuple(collected), Safety.UNSAFE, Phase.LIFETIMES))
        return found

    def _is_in_endless_loop(self, call: ast.Call) -> bool:
        """Whether the call stands in `while True:`, where a list of results would grow for ever."""
        return any(
            isinstance(each, ast.While) and isinstance(each.test, ast.Constant) for each in self._index.ancestors(call)
        )

    def _gone_through(self, call: ast.Call) -> list[Edit]:
        if not isinstance(self._index.parent[call], ast.Expr) or "list" in self._index.module.bindings:
            return []
        return [Replace(call, "list($0)", (call,))]

    # -- where the results are fetched -------------------------------------------------------------

    def _anchor(self, home: Home, after: int) -> tuple[ast.stmt, bool] | None:
        """Before or behind which statement of the pool's block everything is done; behind a place at least."""
        block = home.block
        for statement in block[after:]:
            for method in ("join", "shutdown"):
                call = method_call(statement, method)
                base = receiver(call) if call is not None else None
                if isinstance(base, ast.Name) and base.id == home.name:
                    return statement, True
        last = block[-1]
        used = [in_block(self._program, use, block) for use in self._uses(home)]
        if home.is_with:
            leaves = isinstance(last, ast.Return)
            return (last, not leaves) if not self._leaves(block[:-1]) else None
        place = max([after, *(each for each in used if each is not None)])
        leaves = isinstance(block[place], ast.Return)
        return (block[place], not leaves) if not self._leaves(block[after:place]) else None

    def _uses(self, home: Home) -> list[ast.Name]:
        names = self._index.names.get(home.name, [])
        return [use for use in names if self._index.function(use) is self._index.function(home.made)]

    @staticmethod
    def _leaves(statements: list[ast.stmt]) -> bool:
        leaving = (ast.Return, ast.Yield, ast.YieldFrom)
        return goes_on_for_ever(statements) or any(
            isinstance(node, leaving) for each in statements for node in own_nodes(each)
        )

    def _fetch(self, call: ast.Call) -> tuple[str, str]:
        """What a result is called, and how it is fetched."""
        executor = self._program.types.kind(receiver(call)) == "Executor"
        return ("future", "result") if executor else ("result", "get")

    # -- the edits ---------------------------------------------------------------------------------

    def _got_from(self, fate: Fate, call: ast.Call, home: Home) -> list[Edit]:
        """Fetch what is kept already."""
        holder = fate.holder
        assert holder is not None
        bindings = self._index.bindings(holder)
        if len(bindings) != 1 or bindings[0].kind != "assign" or bindings[0].value is None:
            return []
        block = self._index.block(self._index.statement(bindings[0].node))
        place = in_block(self._program, call, home.block)
        anchor = self._anchor(home, place) if place is not None else None
        if anchor is None or (block is not home.block and home.made not in block):
            return []
        singular, get = self._fetch(call)
        if not fate.in_container:
            return [self._placed(f"{holder.id}.{get}()", anchor)] if _method(call) not in _LAZY else []
        kind = self._program.types.kind(holder)
        if kind not in ("list", "dict") or _method(call) in _LAZY:
            return []
        name = self._program.free_name(singular, self._index.function(call))
        held = holder.id if kind == "list" else f"{holder.id}.values()"
        return [self._placed(f"for {name} in {held}:\n    {name}.{get}()", anchor)]

    def _collected(self, calls: list[ast.Call], home: Home) -> list[Edit]:
        """Keep what several calls give in a list; what one call gives under a name."""
        function = self._index.function(home.made)
        singular, get = self._fetch(calls[0])
        places = [place for call in calls if (place := in_block(self._program, call, home.block)) is not None]
        anchor = self._anchor(home, max(places))
        if anchor is None:
            return []
        name = self._program.free_name(singular, function)
        if len(calls) == 1 and self._index.parent[calls[0]] is home.block[places[0]]:
            return [
                Replace(home.block[places[0]], f"{name} = {self._program.text(calls[0])}"),
                self._placed(f"{name}.{get}()", anchor),
            ]
        plural = self._program.free_name(f"{singular}s", function)
        return [
            Insert(f"{plural} = []", home.block[min(places)], takes_comments=True),
            *(Replace(call, f"{plural}.append($0)", (call,)) for call in calls),
            self._placed(f"for {name} in {plural}:\n    {name}.{get}()", anchor),
        ]

    @staticmethod
    def _placed(code: str, anchor: tuple[ast.stmt, bool]) -> Edit:
        statement, after = anchor
        return Insert(code, statement, after=after)


def _method(call: ast.Call) -> str:
    assert isinstance(call.func, ast.Attribute)
    return call.func.attr
