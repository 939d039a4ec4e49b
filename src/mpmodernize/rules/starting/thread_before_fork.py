"""MP326: a thread may hold a lock when a process is forked."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.forks import is_running_at, thread_starts
from mpmodernize.rules.base import FORK_ALONE, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import FunctionNode
    from mpmodernize.rules.base import Diagnosis

_LOCKS = (
    "threading.Lock",
    "threading.RLock",
    "threading.Condition",
    "threading.Semaphore",
    "threading.BoundedSemaphore",
)


class ThreadBeforeFork(Rule):
    """A thread and a worker take the same lock of `threading`, and the thread runs when the worker is forked.

    ## What it does
    Finds a `threading` lock at module level that a thread takes and a worker takes, too, where the thread is started
    before the process or pool, and not joined.

    ## Why it matters
    A forked child is a copy of the parent with one thread alone. If another thread held the lock at that moment, it
    stays held in the child for ever, and the worker waits for ever: now and then, as timing has it. From Python 3.12 on
    such a fork gives a `DeprecationWarning: This process is multi-threaded, use of fork() may lead to deadlocks in
    the child`. Under spawn and forkserver each child has a lock of its own, which is free.

    ## Example
    ```python
    import threading
    from multiprocessing import Process

    lock = threading.Lock()


    def watch():
        with lock:
            print("watching")


    def job():
        with lock:
            print("working")


    if __name__ == "__main__":
        threading.Thread(target=watch).start()
        worker = Process(target=job)
        worker.start()
        worker.join()
    ```

    ## Use instead
    ```python
    import threading
    from multiprocessing import Process

    lock = threading.Lock()


    def watch():
        with lock:
            print("watching")


    def job():
        with lock:
            print("working")


    if __name__ == "__main__":
        threading.Thread(target=watch).start()
        worker = Process(target=job)
        worker.start()
        worker.join()
    ```

    ## Fix safety
    There is no fix: start processes before threads, or ask for a start method that does not fork.

    ## When it stays silent
    Where the processes are started first, where the thread has been joined, where the program sets a start method that
    does not fork, and for threads and workers that share no lock.

    ## References
    - [multiprocessing: contexts and start methods](https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods)
    - [gh-84559: the default start method](https://github.com/python/cpython/issues/84559)
    """

    code = "MP326"
    name = "thread-before-fork"
    start_methods = FORK_ALONE

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each start behind that of a thread."""
        threads = thread_starts(program) if any(True for _ in program.calls_of("threading.Thread")) else []
        if not threads or program.contexts.default_methods - {"fork"}:
            return
        locks = {function: _locks_of(program, function) for _, function in threads}
        done: set[ast.Call] = set()
        for start in program.starts.all:
            if start.function is None:
                continue
            context = program.contexts.of(start.call.func)
            if context is not None and not context.is_default and context.method != "fork":
                continue
            places = start.pools or {start.call}
            for place in places - done:
                shared = self._shared(program, place, start.function, [each for each in threads if locks[each[1]]])
                if shared is None:
                    continue
                done.add(place)
                thread, lock = shared
                yield self.finding(
                    place,
                    f"the thread `{thread.name}` may hold `{lock}` at this moment: under fork the child's copy of it "
                    f"stays held for ever, and `{start.function.name}` waits for it",
                    advice="start the processes before the threads",
                )

    @staticmethod
    def _shared(
        program: Program, place: ast.Call, worker: FunctionNode, threads: list[tuple[ast.Call, FunctionNode]]
    ) -> tuple[FunctionNode, str] | None:
        """The first thread that is running then and takes a lock that the worker takes, and the lock."""
        running = [function for started, function in threads if is_running_at(program, started, place)]
        for function in running:
            locks = _locks_of(program, function) & _locks_of(program, worker)
            if locks:
                return function, min(locks)
        return None


def _locks_of(program: Program, function: FunctionNode) -> set[str]:
    """The module-level locks of threads that a function takes, itself or in what it calls."""
    reached = set(program.functions.reachable([function]))
    found = set()
    for name, bindings in program.index.module.bindings.items():
        values = [each.value for each in bindings]
        if len(values) != 1 or values[0] is None or not program.names.calls(values[0], *_LOCKS):
            continue
        if any(program.index.function(use) in reached and _takes(program, use) for use in program.state.uses(name)):
            found.add(name)
    return found


def _takes(program: Program, use: ast.Name) -> bool:
    parent = program.index.parent[use]
    return isinstance(parent, ast.withitem) or (isinstance(parent, ast.Attribute) and parent.attr == "acquire")
