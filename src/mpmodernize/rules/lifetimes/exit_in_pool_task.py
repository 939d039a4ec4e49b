"""MP512: a pool's task ends its worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.model.locking import receiver
from mpmodernize.model.raising import ANY_EXIT, exits, runs
from mpmodernize.rules.base import Rule

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class ExitInPoolTask(Rule):
    """A task of a pool ends the process that it runs in.

    ## What it does
    Finds `sys.exit()`, `exit()`, `os._exit()` and `raise SystemExit` in functions that run as tasks of a `Pool`, or as
    its initializer.

    ## Why it matters
    The worker ends, quietly, and the pool starts another; but the result of the task it had never comes. `map`, `get`
    and `join` wait for ever, under every start method and in every version. An initializer that exits makes the pool
    start workers without end. An executor is different: it hands `SystemExit` to the caller.

    ## Example
    ```python
    import sys
    from multiprocessing import Pool


    def job(n):
        if n < 0:
            sys.exit("bad number")
        return n * n


    if __name__ == "__main__":
        with Pool(2) as pool:
            print(pool.map(job, [1, -2, 3]))
    ```

    ## Use instead
    ```python
    import sys
    from multiprocessing import Pool


    def job(n):
        if n < 0:
            sys.exit("bad number")
        return n * n


    if __name__ == "__main__":
        with Pool(2) as pool:
            print(pool.map(job, [1, -2, 3]))
    ```

    ## Fix safety
    There is no fix: raise an exception, which reaches the caller with the result, or return a value that says so, and
    let the parent exit.

    ## When it stays silent
    Where the exit is caught in the task, in targets of `Process`, whose exit it is, in callbacks, which run in the
    parent, for executors and for thread pools.

    ## References
    - [gh-79659: Pool hangs when a worker exits](https://github.com/python/cpython/issues/79659)
    - [sys.exit](https://docs.python.org/3/library/sys.html#sys.exit)
    """

    code = "MP512"
    name = "exit-in-pool-task"

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at what the tasks and initializers of pools call."""
        seen: set[ast.AST] = set()
        for start in [*program.starts.tasks, *program.starts.initializers]:
            task = start.kind == "task"
            if start.function is None or (task and program.types.kind(receiver(start.call)) != "Pool"):
                continue
            if not task and not program.names.calls(start.call, "multiprocessing.Pool"):
                continue
            for function in runs(program, [start.function], ANY_EXIT):
                for node in exits(program, function):
                    if node in seen:
                        continue
                    seen.add(node)
                    what = program.text(node).splitlines()[0]
                    lost = (
                        f"the result of `{start.function.name}` never comes, and `map`, `get` and `join` wait for ever"
                    )
                    yield self.finding(
                        node,
                        f"`{what}` ends a worker of the pool: "
                        + (lost if task else "the pool starts another one, again and again"),
                        advice="raise an exception, which reaches the caller, or return",
                    )
