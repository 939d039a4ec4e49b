"""MP410: a lock, queue or piece of shared memory is an argument of a pool's task."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.crossings import Route
from mpmodernize.rules.base import Fix, Phase, Rule
from mpmodernize.rules.route import NoRouteError
from mpmodernize.rules.task_arguments import TaskArgument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.crossings import Crossing
    from mpmodernize.model.kinds import Type
    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import FunctionNode
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis


class LockThroughPoolArguments(Rule):
    """A lock, queue or piece of shared memory travels with a pool's task.

    ## What it does
    Finds locks, semaphores, events, conditions, queues, `Value`s and `Array`s among the arguments of the tasks of a
    pool or executor, also through `functools.partial`. The fix lets the pool's initializer bring them: the function
    then finds them as a global of its process.

    ## Why it matters
    Such an object can reach a process only when that is made. Sent with a task, it stops that with `RuntimeError: Lock
    objects should only be shared between processes through inheritance`, under every start method; where nobody asks
    for the result (`apply_async` without `get`), the task is not done, and there is no message.

    ## Example
    ```python
    import functools
    import multiprocessing as mp


    def job(lock, n):
        with lock:
            return n * n


    if __name__ == "__main__":
        lock = mp.Lock()
        with mp.Pool(2) as pool:
            print(pool.map(functools.partial(job, lock), [1, 2, 3]))
    ```

    ## Use instead
    ```python
    import functools
    import multiprocessing as mp


    def _init_worker(lock_):
        global lock
        lock = lock_


    def job(n):
        with lock:
            return n * n


    if __name__ == "__main__":
        lock = mp.Lock()
        with mp.Pool(2, initializer=_init_worker, initargs=(lock,)) as pool:
            print(pool.map(job, [1, 2, 3]))
    ```

    ## Fix safety
    Safe: as it is, such a task cannot run. There is a fix where all tasks of the function get the same object, by a
    name that is bound before the pool is made, and where the function is used for nothing else. Otherwise the finding
    says what is in the way; where each task has an object of its own, use those of a `Manager`, which may travel.

    ## When it stays silent
    For objects of a manager, ends of a pipe, arguments of a `Process` and of an initializer, and for pools of threads.

    ## References
    - [multiprocessing.pool: initializer](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.pool.Pool)
    """

    code = "MP410"
    name = "lock-through-pool-arguments"
    phase = Phase.STATE

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at what crosses with tasks; all tasks of one function are changed together."""
        found: dict[tuple[FunctionNode | None, str], list[Crossing]] = {}
        for crossing in program.crossings.by(Route.TASK, Route.PARTIAL):
            start = crossing.start
            if start is None or start.kind != "task":
                continue
            if _is_bound_to_its_process(program.crossings.type_of(crossing)):
                name = crossing.expression.id if isinstance(crossing.expression, ast.Name) else ""
                found.setdefault((start.function, name), []).append(crossing)
            elif isinstance(crossing.expression, ast.Tuple):
                for part in crossing.expression.elts:
                    if _is_bound_to_its_process(program.type(part)):
                        yield self._reported(program, part, None, "it is packed with other things")
        for (function, name), crossings in found.items():
            edits: list[Edit] = []
            obstacle: str | None = None
            try:
                if function is None or not name:
                    raise NoRouteError("the function or the object has no name in this file")
                edits = TaskArgument(program, function, name, crossings).edits()
            except NoRouteError as reason:
                obstacle = str(reason)
            fix = Fix(edits, Safety.SAFE, self.phase) if edits else None
            for crossing in crossings:
                yield self._reported(program, crossing.expression, fix, obstacle)

    def _reported(self, program: Program, node: ast.expr, fix: Fix | None, obstacle: str | None) -> Diagnosis:
        type_ = program.type(node)
        kind = type_.kind if type_ is not None and type_.is_shared else "shared object"
        return self.finding(
            node,
            f"the {kind} `{program.text(node)}` travels with a task: that raises `RuntimeError` when the task is sent, "
            "under every start method, and nobody sees it without `get`",
            advice=f"hand it to the pool's initializer{f'; no automatic fix: {obstacle}' if obstacle else ''}",
            fix=fix,
        )


def _is_bound_to_its_process(type_: Type | None) -> bool:
    """Whether a thing of this type may reach a process only when that is made."""
    return type_ is not None and type_.is_shared and not type_.managed and type_.kind not in ("Proxy", "Connection")
