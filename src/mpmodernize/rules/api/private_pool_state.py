"""MP616: what pools and results keep to themselves."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.rewrite.edits import Delete, Replace
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_STATES = {0: "RUN", 1: "CLOSE", 2: "TERMINATE"}
_WAKING = frozenset("notify notify_all notifyAll".split())
_WORKER = "PoolWorker-"


class PrivatePoolState(Rule):
    """The program looks at what a pool or a result keeps to itself, which is something else in Python 3.

    ## What it does
    Finds `pool._state` compared with a number, `result._ready`, sequences of `result._cond.acquire()`, `notify()` and
    `release()`, and names of workers that begin with `PoolWorker-`. The state is compared with its name of today,
    `_ready` is asked with `ready()`, and sequences on `_cond` are deleted.

    ## Why it matters
    `pool._state` is a text (`"RUN"`) since Python 3.8: a comparison with `0` is false for ever, and says nothing.
    Results have no `_cond` and no `_ready`: `AttributeError`. Workers are called `ForkPoolWorker-1`,
    `SpawnPoolWorker-1` or `ForkServerPoolWorker-1` after the start method.

    ## Example
    ```python
    from multiprocessing import Pool


    def running(pool):
        return pool._state == 0


    if __name__ == "__main__":
        pool = Pool(1)
        print(running(pool))
        pool.close()
        pool.join()
    ```

    ## Use instead
    ```python
    from multiprocessing import Pool


    def running(pool):
        return pool._state == "RUN"


    if __name__ == "__main__":
        pool = Pool(1)
        print(running(pool))
        pool.close()
        pool.join()
    ```

    ## Fix safety
    Unsafe for the state in a program of Python 3, which may have lived with the wrong answer. Safe in a Python 2
    program, for `_ready`, and for `_cond` where nothing but waking up stands between `acquire` and `release`. There is
    no fix for the names of workers.

    ## When it stays silent
    Where the state is compared with `multiprocessing.pool.RUN`, and for objects that are not known to be pools or
    results.

    ## References
    - [bpo-35493, multiprocessing: pool states](https://bugs.python.org/issue35493)
    - [AsyncResult](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.pool.AsyncResult)
    """

    code = "MP616"
    name = "private-pool-state"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each of the private names, and at the names of workers."""
        yield from self._states(program)
        yield from self._conditions(program)
        for use in program.index.attributes.get("_ready", ()):
            if isinstance(use.ctx, ast.Load) and self._is(program, use, "AsyncResult"):
                yield self.finding(
                    use,
                    "a result has no `_ready` in Python 3: it stops with `AttributeError`",
                    advice="ask `ready()`",
                    edits=[Replace(use, "$0.ready()", (use.value,))],
                )
        for text in program.index.all(ast.Constant) if _WORKER in program.source else ():
            if isinstance(text.value, str) and text.value.startswith(_WORKER) and self._is_compared(program, text):
                yield self.finding(
                    text,
                    "workers of a pool are called `ForkPoolWorker-…`, `SpawnPoolWorker-…` or `ForkServerPoolWorker-…`",
                    advice="look for `PoolWorker-` anywhere in the name",
                )

    def _states(self, program: Program) -> Iterator[Diagnosis]:
        for use in program.index.attributes.get("_state", ()):
            compare = program.index.parent[use]
            if not isinstance(compare, ast.Compare) or not self._is(program, use, "Pool", "ThreadPool"):
                continue
            for number in (compare.left, *compare.comparators):
                if isinstance(number, ast.Constant) and type(number.value) is int and number.value in _STATES:
                    name = f"{program.quote}{_STATES[number.value]}{program.quote}"
                    yield self.finding(
                        compare,
                        f"the state of a pool is a text since Python 3.8, and never equal to {number.value}",
                        advice=f"compare it with {name}",
                        edits=[Replace(number, name)],
                        safety=Safety.SAFE if program.python2 else Safety.UNSAFE,
                    )

    def _conditions(self, program: Program) -> Iterator[Diagnosis]:
        done: set[ast.stmt] = set()
        for use in program.index.attributes.get("_cond", ()):
            if program.index.statement(use) in done or not self._is(program, use, "AsyncResult"):
                continue
            statement = program.index.statement(use)
            sequence = self._sequence(program, statement)
            done.update(sequence or [statement])
            edits: Sequence[Edit] = [Delete(each) for each in sequence]
            yield self.finding(
                use,
                "a result has no `_cond` in Python 3: it stops with `AttributeError`",
                advice="leave it out: a result wakes up who waits for it",
                edits=edits,
            )

    def _sequence(self, program: Program, first: ast.stmt) -> list[ast.stmt]:
        """`acquire`, `notify` and `release` of one condition, one after the other; empty where there is more to it."""
        block = program.index.block(first)
        found: list[ast.stmt] = []
        for statement in block[program.index.place(first) :]:
            method = _of_condition(statement, program)
            if method is None or (method == "acquire") is bool(found):
                return []
            found.append(statement)
            if method == "release":
                return found
        return []

    @staticmethod
    def _is(program: Program, use: ast.Attribute, *kinds: str) -> bool:
        return program.types.kind(use.value) in kinds and not program.compatibility.asks_first(use)

    @staticmethod
    def _is_compared(program: Program, text: ast.Constant) -> bool:
        parent = program.index.parent[text]
        if isinstance(parent, ast.Compare):
            return not isinstance(parent.ops[0], (ast.In, ast.NotIn))
        return isinstance(parent, ast.Call) and getattr(parent.func, "attr", "") == "startswith"


def _of_condition(statement: ast.stmt, program: Program) -> str | None:
    """The method of a result's condition that a statement calls, and does nothing else."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.args or call.keywords:
        return None
    condition, method = call.func.value, call.func.attr
    if not isinstance(condition, ast.Attribute) or condition.attr != "_cond":
        return None
    known = program.types.kind(condition.value) == "AsyncResult"
    return method if known and (method in _WAKING or method in ("acquire", "release")) else None
