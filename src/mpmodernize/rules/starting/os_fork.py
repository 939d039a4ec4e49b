"""MP327: `os.fork` beside processes of multiprocessing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.model.forks import branch_of_child, ends_at_once, running_at
from mpmodernize.rules.base import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class OsFork(Rule):
    """A bare fork, while processes of multiprocessing are running, whose child ends like a program.

    ## What it does
    Finds `os.fork()` behind the start of a process, pool or manager that is still running, where the child does not
    end with `os._exit()` and does not become another program.

    ## Why it matters
    The child has a copy of the parent's list of processes. When it ends, by `sys.exit()` or at the end of the program,
    multiprocessing cleans up there as in the parent: it terminates the parent's daemons, the workers of pools among
    them, and stops with `AssertionError: can only join a child process` at the others. Text that was printed and not
    yet written comes out twice. It is the same under every start method, and Windows has no `os.fork`.

    ## Example
    ```python
    import os
    import sys
    from multiprocessing import Process


    def job():
        print("done")


    if __name__ == "__main__":
        worker = Process(target=job)
        worker.start()
        if os.fork() == 0:
            sys.exit(0)
        worker.join()
    ```

    ## Use instead
    ```python
    import os
    import sys
    from multiprocessing import Process


    def job():
        print("done")


    if __name__ == "__main__":
        worker = Process(target=job)
        worker.start()
        if os.fork() == 0:
            sys.exit(0)
        worker.join()
    ```

    ## Fix safety
    There is no fix: end the child with `os._exit(0)`, after `sys.stdout.flush()`, fork before anything is started, or
    let a `Process` do the work.

    ## When it stays silent
    Where nothing has been started before (a program that makes itself a daemon), where what was started is joined, and
    where the child ends with `os._exit()` or `os.exec…()`.

    ## References
    - [os.fork](https://docs.python.org/3/library/os.html#os.fork)
    - [os._exit](https://docs.python.org/3/library/os.html#os._exit)
    """

    code = "MP327"
    name = "os-fork"

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each fork whose child can be told apart."""
        for fork in program.calls_of("os.fork"):
            branch = branch_of_child(program, fork)
            running = next(running_at(program, fork), None) if branch else None
            if not branch or running is None or ends_at_once(program, branch):
                continue
            yield self.finding(
                fork,
                f"`{program.text(running.func)}(…)` has started a process that this child takes for its own: at its "
                "end it terminates the parent's daemons, or stops with `AssertionError`",
                advice="end the child with `os._exit(0)`, or use a `Process`",
            )
