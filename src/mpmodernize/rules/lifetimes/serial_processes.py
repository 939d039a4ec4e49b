"""MP509: one process after the other."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety, Severity
from mpmodernize.model.locking import method_call, receiver
from mpmodernize.model.order import own_nodes, waits_for
from mpmodernize.rewrite.edits import Delete, Insert, Replace
from mpmodernize.rules.base import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_FETCHING = {"get": "AsyncResult", "result": "Future"}


class SerialProcesses(Rule):
    """Processes or tasks run one after the other.

    ## What it does
    Finds loops that start a process and join it in the same turn, loops that call `pool.apply()`, and loops that fetch
    each result where they ask for it (`pool.apply_async(…).get()`, `executor.submit(…).result()`). It starts all first,
    and waits then.

    ## Why it matters
    Each turn waits for its process: nothing runs at the same time. Four tasks of 0.3 s take 1.2 s so, and 0.3 s when
    they are started first and joined afterwards. It is the same under every start method; under spawn and forkserver,
    where a process takes longer to start, it is slower still.

    ## Example
    ```python
    from multiprocessing import Process


    def job(n):
        print(n)


    if __name__ == "__main__":
        for n in range(4):
            process = Process(target=job, args=(n,))
            process.start()
            process.join()
    ```

    ## Use instead
    ```python
    from multiprocessing import Process


    def job(n):
        print(n)


    if __name__ == "__main__":
        processes = []
        for n in range(4):
            process = Process(target=job, args=(n,))
            process.start()
            processes.append(process)
        for process in processes:
            process.join()
    ```

    ## Fix safety
    Unsafe: one after the other may be what is meant, to save memory, or because one task needs what the one before has
    done. It is a hint and does not count for the exit code.

    ## When it stays silent
    Where the turn does anything between the start and the join or behind the join, where it asks how the process ended,
    for pools of one worker, and for thread pools.

    ## References
    - [Pool.apply blocks](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.pool.Pool.apply)
    """

    code = "MP509"
    name = "serial-processes"
    severity = Severity.HINT

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at joins in loops, and at what loops fetch on the spot."""
        for call in program.types.receiver_calls("join", ["Process"]):
            yield from self._joined_in_the_turn(program, call)
        for call in program.types.receiver_calls("apply", ["Pool"]):
            loop = program.index.loop(call)
            if isinstance(loop, (ast.For, ast.ListComp)) and not self._is_single(program, receiver(call)):
                yield self._found(program, call, self._applied(program, call, loop))
        for method, kind in _FETCHING.items():
            for call in program.types.receiver_calls(method, [kind]):
                asked = receiver(call)
                loop = program.index.loop(call)
                if not isinstance(asked, ast.Call) or not isinstance(loop, (ast.For, ast.ListComp)):
                    continue
                if not self._is_single(program, receiver(asked)):
                    yield self._found(program, call, self._fetched(program, call, asked, loop))

    def _found(self, program: Program, call: ast.Call, edits: list[Edit]) -> Diagnosis:
        return self.finding(
            call,
            f"`{program.text(call.func).splitlines()[0]}()` waits in each turn of the loop: "
            "the tasks run one after the other",
            advice="start all of them first, then wait",
            edits=edits,
            safety=Safety.UNSAFE,
        )

    def _joined_in_the_turn(self, program: Program, call: ast.Call) -> Iterator[Diagnosis]:
        """`start()` and `join()` side by side, at the end of a loop's body, but for putting the process into a list."""
        statement, name = program.index.statement(call), receiver(call)
        loop = program.index.parent[statement]
        if not isinstance(loop, ast.For) or loop.orelse or statement not in loop.body:
            return
        place = program.index.place(statement)
        rest = [method_call(each, "append") for each in loop.body[place + 1 :]]
        if place == 0 or not all(each is not None and _is_name(each.args, name) for each in rest):
            return
        started = method_call(loop.body[place - 1], "start")
        joined = method_call(statement, "join")
        if joined is not call or call.args or call.keywords or started is None or not isinstance(name, ast.Name):
            return
        if not isinstance(receiver(started), ast.Name) or receiver(started).id != name.id:  # type: ignore[attr-defined]
            return
        if isinstance(loop.target, ast.Name) and loop.target.id == name.id:
            yield self._found(program, call, self._in_two_loops(program, loop, statement))
            return
        made = [each for each in program.index.bindings(name) if each.kind == "assign" and each.value is not None]
        if len(made) != 1 or program.index.statement(made[0].node) not in loop.body:
            return
        waits = waits_for(program, made[0].value) if isinstance(made[0].value, ast.Call) else []
        if any(each.attr == "join" and not program.index.contains(loop, each) for each in waits):
            yield self._found(program, call, [Delete(statement)])  # it is joined again, in a list
            return
        uses = [use for use in program.index.uses(name.id, program.index.owner(name)) if isinstance(use.ctx, ast.Load)]
        if not all(program.index.contains(loop, use) for use in uses) or program.index.loop(loop) is not None:
            return
        leaving = (ast.Return, ast.Break, ast.Continue, ast.Yield)
        plain = not any(isinstance(node, leaving) for each in loop.body for node in own_nodes(each))
        processes = program.free_name("processes", program.index.function(call))
        edits: list[Edit] = [
            Insert(f"{processes} = []", loop, takes_comments=True),
            Replace(statement, f"{processes}.append({name.id})"),
            Insert(f"for {name.id} in {processes}:\n    {name.id}.join()", loop, after=True),
        ]
        yield self._found(program, call, edits if plain else [])

    @staticmethod
    def _in_two_loops(program: Program, loop: ast.For, join: ast.stmt) -> list[Edit]:
        """A list of processes is gone through twice: they are started, then joined."""
        if not isinstance(loop.iter, ast.Name) or len(loop.body) != 2:
            return []
        name = program.text(loop.target)
        return [Delete(join), Insert(f"for {name} in {loop.iter.id}:\n    {name}.join()", loop, after=True)]

    @staticmethod
    def _is_single(program: Program, pool: ast.expr) -> bool:
        """Whether a pool has one worker only."""
        type_ = program.type(pool)
        sizes = [
            argument
            for call in (type_.made if type_ is not None else ())
            for argument in [*call.args[:1], *(k.value for k in call.keywords if k.arg in ("processes", "max_workers"))]
        ]
        return any(isinstance(size, ast.Constant) and size.value == 1 for size in sizes)

    @staticmethod
    def _applied(program: Program, call: ast.Call, loop: ast.For | ast.ListComp) -> list[Edit]:
        """`apply` in a list becomes `apply_async`, and the results are fetched behind it."""
        assert isinstance(call.func, ast.Attribute)
        pool = program.text(call.func.value)
        if isinstance(loop, ast.ListComp) and loop.elt is call:
            name = program.free_name("result", program.index.function(call))
            code = f"[{name}.get() for {name} in $0]"
            return [Replace(call.func, f"{pool}.apply_async"), Replace(loop, code, (loop,))]
        if isinstance(program.index.parent[call], ast.Expr):
            return [Replace(call.func, f"{pool}.apply_async")]  # whose results are collected next
        return []

    @staticmethod
    def _fetched(program: Program, call: ast.Call, asked: ast.Call, loop: ast.For | ast.ListComp) -> list[Edit]:
        """The results of a list are fetched behind it."""
        if not isinstance(loop, ast.ListComp) or loop.elt is not call or call.args or call.keywords:
            return []
        assert isinstance(call.func, ast.Attribute)
        method = call.func.attr
        name = program.free_name("result" if method == "get" else "future", program.index.function(call))
        return [Replace(call, "$0", (asked,)), Replace(loop, f"[{name}.{method}() for {name} in $0]", (loop,))]


def _is_name(args: list[ast.expr], name: ast.expr) -> bool:
    """Whether these arguments are one name alone."""
    return len(args) == 1 and isinstance(args[0], ast.Name) and isinstance(name, ast.Name) and args[0].id == name.id
