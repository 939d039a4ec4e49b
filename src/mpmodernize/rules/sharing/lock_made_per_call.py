"""MP409: a lock that nobody else has."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.rules.base import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import Binding
    from mpmodernize.rules.base import Diagnosis

_LOCKS = tuple(f"multiprocessing.{kind}" for kind in ("Lock", "RLock", "Semaphore", "BoundedSemaphore"))
_TAKING = frozenset({"acquire", "release"})


class LockMadePerCall(Rule):
    r"""A lock is made where it is used, so nobody else ever has it.

    ## What it does
    Finds `with Lock():`, and a lock that a worker makes for itself, takes, and hands to nobody.

    ## Why it matters
    A lock excludes those who have the same one. A new one for each call excludes nobody: of 60,000 additions under such
    a lock, 40,000 to 58,000 arrived, under every start method.

    ## Example
    ```python
    import multiprocessing as mp


    def job(path, text):
        with mp.Lock():
            with open(path, "a") as file:
                file.write(text)


    if __name__ == "__main__":
        workers = [mp.Process(target=job, args=("log.txt", "line\n")) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    ```

    ## Use instead
    ```python
    import multiprocessing as mp


    def job(path, text):
        with mp.Lock():
            with open(path, "a") as file:
                file.write(text)


    if __name__ == "__main__":
        workers = [mp.Process(target=job, args=("log.txt", "line\n")) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    ```

    ## Fix safety
    There is no fix: which workers are to exclude each other is for you to say. Make one lock in the parent, and hand it
    to them: `lock = mp.Lock()`, `args=("log.txt", "line\n", lock)`, `with lock:`.

    ## When it stays silent
    Where the lock is handed on, returned or kept, where the worker starts threads of its own, for the locks of
    `threading`, and for locks of the parent that have a name.

    ## References
    - [Synchronization between processes](https://docs.python.org/3/library/multiprocessing.html#synchronization-between-processes)
    """

    code = "MP409"
    name = "lock-made-per-call"

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at what becomes of each lock that is made."""
        for call in program.calls_of(*_LOCKS):
            parent = program.index.parent[call]
            if isinstance(parent, ast.withitem) and parent.optional_vars is None:
                made = "each time"
            elif isinstance(parent, ast.Assign) and self._is_for_this_call(program, call):
                made = "in each process, and for each call"
            else:
                continue
            yield self.finding(
                call,
                f"`{program.text(call)}` makes a new lock {made}: it excludes nobody, under every start method",
                advice="make one lock in the parent, and hand it to every worker",
            )

    @staticmethod
    def _is_for_this_call(program: Program, call: ast.Call) -> bool:
        """Whether a worker makes the lock, and does nothing with it but take it."""
        function = program.index.function(call)
        if function is None or not program.sides.only_in_children(call):
            return False
        statement = program.index.parent[call]
        assert isinstance(statement, ast.Assign)
        target = statement.targets[0]
        if len(statement.targets) != 1 or not isinstance(target, ast.Name):
            return False
        scope = program.index.owner(target)
        if scope is None or scope.node is not function:
            return False
        bindings: list[Binding] = scope.bindings[target.id]
        if len(bindings) != 1 or _makes_threads(program, function):
            return False
        uses = [use for use in program.index.uses(target.id, scope) if use is not target]
        return bool(uses) and all(_only_takes(program, use) for use in uses)


def _only_takes(program: Program, use: ast.Name) -> bool:
    parent = program.index.parent[use]
    if isinstance(parent, ast.withitem):
        return parent.context_expr is use
    call = program.index.parent[parent]
    return isinstance(parent, ast.Attribute) and parent.attr in _TAKING and isinstance(call, ast.Call)


def _makes_threads(program: Program, function: ast.AST) -> bool:
    calls = program.calls_of("threading.Thread", "multiprocessing.Process", "concurrent.futures.ThreadPoolExecutor")
    return any(program.index.contains(function, each) for each in calls)
