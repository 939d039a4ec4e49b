"""MP319: `worker.run()` starts no process."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety, Severity
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class RunInsteadOfStart(Rule):
    """A process is told to run, not to start.

    ## What it does
    Finds `worker.run()` on a `Process`, or an instance of a subclass of the program, that nothing starts.

    ## Why it matters
    `run` is what the child calls. Called by the parent it is a plain function call: the work is done in the parent, one
    after the other, and no process is started. A `join()` behind it stops with `AssertionError: can only join a
    started process`. It is the same under every start method. Without a `join()` the finding is a hint: a test may well
    want to see what `run` does.

    ## Example
    ```python
    from multiprocessing import Process


    def job(n):
        print(n * n)


    if __name__ == "__main__":
        worker = Process(target=job, args=(3,))
        worker.run()
        worker.join()
    ```

    ## Use instead
    ```python
    from multiprocessing import Process


    def job(n):
        print(n * n)


    if __name__ == "__main__":
        worker = Process(target=job, args=(3,))
        worker.start()
        worker.join()
    ```

    ## Fix safety
    Unsafe: the work is then done in another process, beside the parent, which no longer sees what it changes.

    ## When it stays silent
    Inside a subclass (`super().run()`), where the same process is started elsewhere (a switch for debugging), and for
    threads.

    ## References
    - [multiprocessing.Process.run](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Process.run)
    """

    code = "MP319"
    name = "run-instead-of-start"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each `run` of a process whose result nobody wants."""
        started, joined = _receivers(program, "start"), _receivers(program, "join")
        for call in program.types.receiver_calls("run", ["Process"]):
            assert isinstance(call.func, ast.Attribute)
            type_ = program.type(call.func.value)
            made = type_.made if type_ is not None else frozenset()
            if not made or made & started or call.args or call.keywords or program.runs_in_child(call):
                continue
            if not isinstance(program.index.parent[call], ast.Expr):
                continue
            name = program.text(call.func.value)
            yield self.finding(
                call,
                f"`{name}.run()` does the work here, in the parent: no process is started",
                advice=f"call `{name}.start()`",
                edits=[Replace(call.func, "$0.start", (call.func.value,))],
                safety=Safety.UNSAFE,
                severity=None if made & joined else Severity.HINT,
            )


def _receivers(program: Program, method: str) -> set[ast.Call]:
    """The calls that made the processes on which a method is called."""
    return {
        made
        for call in program.types.receiver_calls(method, ["Process"])
        if isinstance(call.func, ast.Attribute) and (type_ := program.type(call.func.value)) is not None
        for made in type_.made
    }
