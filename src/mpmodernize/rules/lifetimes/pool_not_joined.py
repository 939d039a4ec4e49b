"""MP502: a pool is never closed and joined."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mpmodernize.findings import Severity
from mpmodernize.model.locking import method_call
from mpmodernize.model.order import in_block, is_endless, own_nodes, position, read_names
from mpmodernize.model.pending import ASYNCHRONOUS, fate_of, given_to
from mpmodernize.model.remembering import remembered
from mpmodernize.rewrite.edits import Insert, Replace
from mpmodernize.rules.base import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_ENDING = ("close", "join", "terminate")


@dataclass
class Pool:
    """A pool, the name it has, and what is done with it."""

    made: ast.Call
    name: str
    statement: ast.stmt
    uses: list[ast.Name]
    ending: dict[str, list[ast.Call]] = field(default_factory=dict)
    pending: set[str] = field(default_factory=set)
    """The names of results that come later, and of lists of them."""
    is_asynchronous: bool = False
    """Whether it is given work that the parent does not wait for at once."""
    may_lose: bool = False
    """Whether it is given work whose results nobody fetches."""


class PoolNotJoined(Rule):
    """A pool is made and never closed and joined.

    ## What it does
    Finds a `Pool()` that is neither closed and joined, nor terminated, nor used by `with`, and adds what is missing
    behind its last use.

    ## Why it matters
    What a pool still has to do is thrown away when the program ends or the pool is collected: of four tasks given by
    `apply_async`, none was done without `close()` and `join()`, nor with `close()` alone; all four with both. Where
    all results are fetched nothing is lost, but the workers are killed in the middle of their exit, and each pool made
    in a function leaves its processes behind (six after three pools on Python 2.7). It is the same under every start
    method; under spawn and forkserver, where workers take longer to start, more is lost.

    ## Example
    ```python
    from multiprocessing import Pool


    def square(x):
        return x * x


    if __name__ == "__main__":
        pool = Pool(2)
        print(pool.map(square, [1, 2, 3]))
    ```

    ## Use instead
    ```python
    from multiprocessing import Pool


    def square(x):
        return x * x


    if __name__ == "__main__":
        pool = Pool(2)
        print(pool.map(square, [1, 2, 3]))
        pool.close()
        pool.join()
    ```

    ## Fix safety
    Safe where the pool has a name of its own and its last use is plain. A hint where it is closed and all results are
    fetched: then nothing is lost. `close(); join()` waits for the tasks; `with
    Pool() as pool:` does not: it terminates the pool at the end of the block, and fits only where every result has been
    fetched inside. Reported where the pool is returned, stored or handed on, or used behind a `return`.

    ## When it stays silent
    Where the pool is terminated, used by `with`, stored on an object or handed to other code; where its initializer or
    a task never returns (a join would wait for ever), or where the program serves the tasks of a closed pool and
    fetches all results; for thread pools.

    ## References
    - [multiprocessing.pool: warning on resources](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.pool.Pool)
    """

    code = "MP502"
    name = "pool-not-joined"

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each pool that has a name, and at those used on the spot."""
        for call in program.calls_of("multiprocessing.Pool"):
            if self._never_ends(program, call):
                continue
            if self._is_used_on_the_spot(program, call):
                yield self._anonymous(program, call)
                continue
            pool = self._named(program, call)
            if pool is None or "terminate" in pool.ending or {"close", "join"} <= set(pool.ending):
                continue
            idle = "close" in pool.ending and not pool.may_lose
            if idle and self._is_served(program, pool):
                continue
            edits = self._edits(program, pool)
            missing = " and ".join(f"`{pool.name}.{each}()`" for each in ("close", "join") if each not in pool.ending)
            lost = "its workers are not waited for" if idle else "what is not done when the program ends is thrown away"
            yield self.finding(
                call,
                f"the pool `{pool.name}` lacks {missing}: {lost}",
                advice=f"add {missing} behind its last use" + ("" if edits else "; its last use is not plain"),
                edits=edits,
                severity=Severity.HINT if idle else None,
            )

    @staticmethod
    def _is_served(program: Program, pool: Pool) -> bool:
        """Whether the program serves the tasks when it has closed the pool: it goes through a queue, it polls."""
        statement = program.index.statement(pool.ending["close"][-1])
        behind = program.index.block(statement)[program.index.place(statement) + 1 :]
        return pool.is_asynchronous and any(
            _touches_shared(program, each) or any(isinstance(node, ast.While) for node in own_nodes(each))
            for each in behind
        )

    @staticmethod
    def _never_ends(program: Program, call: ast.Call) -> bool:
        return any(is_endless(program, start.function) for start in program.starts.all if call in start.pools)

    # -- pools without a name ----------------------------------------------------------------------

    @staticmethod
    def _is_used_on_the_spot(program: Program, call: ast.Call) -> bool:
        parent = program.index.parent[call]
        return isinstance(parent, ast.Attribute) and isinstance(program.index.parent[parent], ast.Call)

    def _anonymous(self, program: Program, call: ast.Call) -> Diagnosis:
        statement = program.index.statement(call)
        edits: list[Edit] = []
        if isinstance(statement, (ast.Expr, ast.Assign)) and program.index.loop(call) is None:
            name = program.free_name("pool", program.index.function(call))
            edits = [
                Insert(f"{name} = {program.text(call)}", statement, takes_comments=True),
                Replace(call, name),
                Insert(f"{name}.close()\n{name}.join()", statement, after=True),
            ]
        return self.finding(
            call,
            "the pool has no name and is never closed and joined: what it has not done is thrown away",
            advice="give it a name, then close and join it",
            edits=edits,
        )

    # -- pools with a name -------------------------------------------------------------------------

    def _named(self, program: Program, call: ast.Call) -> Pool | None:
        """The pool, if a plain name holds it and nobody else gets it."""
        statement = program.index.parent[call]
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            return None
        if isinstance(program.index.parent[statement], ast.ClassDef):
            return None  # used by `self.pool` anywhere
        target = statement.targets[0]
        owner = program.index.owner(target) if isinstance(target, ast.Name) else None
        if not isinstance(target, ast.Name) or owner is None:
            return None
        uses = program.index.uses(target.id, owner)
        pool = Pool(call, target.id, statement, uses)
        for use in uses:
            parent = program.index.parent[use]
            if use is target:
                continue
            if isinstance(use.ctx, ast.Store) or not isinstance(parent, ast.Attribute):
                return None  # bound again, handed on, returned, stored, entered by `with`
            method = program.index.parent[parent]
            if isinstance(method, ast.Call) and parent.attr in _ENDING:
                pool.ending.setdefault(parent.attr, []).append(method)
        for given in given_to(program, uses):
            fate = fate_of(program, given)
            pool.is_asynchronous = True
            pool.may_lose |= not fate.places
            pool.pending |= {fate.holder.id} if fate.holder is not None else set()
        return pool

    def _edits(self, program: Program, pool: Pool) -> list[Edit]:
        ending, anchor = f"{pool.name}.close()\n{pool.name}.join()", pool.statement
        for present, missing in (("close", "join"), ("join", "close")):
            if present in pool.ending:
                ending, anchor = f"{pool.name}.{missing}()", program.index.statement(pool.ending[present][-1])
                if method_call(anchor, present) is None:
                    return []
        if "join" in pool.ending:
            return [Insert(ending, anchor)]
        block = program.index.block(anchor)
        last = self._last_use(program, pool, block, position(block, anchor))
        if last is None or self._is_left_early(anchor, block, last):
            return []
        statement = block[last]
        if isinstance(statement, ast.Return) and statement.value is not None:
            if _gives_pending(program, statement):
                return []  # the caller takes the results as they come
            name = program.free_name("results", program.index.function(statement))
            return [
                Insert(f"{name} = {program.text(statement.value)}\n{ending}", statement, takes_comments=True),
                Replace(statement.value, name),
            ]
        return [Insert(ending, statement, after=True)]

    @staticmethod
    def _is_left_early(anchor: ast.stmt, block: list[ast.stmt], last: int) -> bool:
        """Whether the function can be left between this statement and the pool's last use."""
        leaving = (ast.Return, ast.Raise, ast.Yield, ast.YieldFrom)
        first = position(block, anchor)
        return any(
            isinstance(node, leaving) and node is not block[last]
            for each in block[first : last + 1]
            for node in own_nodes(each)
        )

    @staticmethod
    def _last_use(program: Program, pool: Pool, block: list[ast.stmt], first: int) -> int | None:
        """The place of the last statement that uses the pool, its pending results, or what its tasks may wait for."""
        places = [in_block(program, use, block) for use in pool.uses]
        if "close" not in pool.ending and any(place is None for place in places):
            return None
        last = max([first, *(place for place in places if place is not None)])
        for number, statement in enumerate(block[first:], first):
            if not pool.pending.isdisjoint(_reads(program, statement)) or (
                pool.is_asynchronous and _touches_shared(program, statement)
            ):
                last = max(last, number)
        return last


@remembered
def _reads(_program: Program, statement: ast.stmt) -> set[str]:
    return read_names(statement)


@remembered
def _touches_shared(program: Program, statement: ast.stmt) -> bool:
    """Whether a statement uses a queue, event or another thing by which it may have to do with the tasks."""
    return any(
        isinstance(node, (ast.Name, ast.Attribute)) and (type_ := program.type(node)) is not None and type_.is_shared
        for node in own_nodes(statement)
    )


def _gives_pending(program: Program, statement: ast.stmt) -> bool:
    """Whether a statement gives the pool work whose results come later."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ASYNCHRONOUS["Pool"]
        and program.types.kind(node.func.value) == "Pool"
        for node in own_nodes(statement)
    )
