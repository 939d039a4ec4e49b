"""MP514: a child reads from standard input."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.raising import ANY_ERROR, is_caught, runs
from mpmodernize.rules.base import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis

_ASKING = ("builtins.input", "builtins.raw_input", "getpass.getpass")
_READING = ("sys.stdin.readline", "sys.stdin.read", "sys.stdin.readlines")
_CAUGHT = ANY_ERROR | {"EOFError"}


class InputInWorker(Rule):
    """A worker asks for input.

    ## What it does
    Finds `input()`, `raw_input()` and `sys.stdin.read…()` in functions that run in a child process.

    ## Why it matters
    The standard input of a child is `/dev/null` (`os.devnull`), under every start method: `input()` raises `EOFError`,
    which ends the process or comes back with the task's result, and `sys.stdin.readline()` gives nothing.

    ## Example
    ```python
    from multiprocessing import Process


    def ask():
        name = input("name? ")
        print("hello", name)


    if __name__ == "__main__":
        process = Process(target=ask)
        process.start()
        process.join()
    ```

    ## Use instead
    ```python
    from multiprocessing import Process


    def ask():
        name = input("name? ")
        print("hello", name)


    if __name__ == "__main__":
        process = Process(target=ask)
        process.start()
        process.join()
    ```

    ## Fix safety
    There is no fix: ask in the parent, and hand the answer over as an argument or by a queue.

    ## When it stays silent
    Where the end of the input is expected (`except EOFError`), where the program gives `sys.stdin` another file, and in
    threads.

    ## References
    - [Programming guidelines: beware of replacing sys.stdin](https://docs.python.org/3/library/multiprocessing.html#all-start-methods)
    """

    code = "MP514"
    name = "input-in-worker"

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at what the functions of children read."""
        calls = [*program.calls_of(*_ASKING), *program.calls_of(*_READING)]
        if not calls or self._gives_input(program):
            return
        entries = [start.function for start in program.starts.all if start.function is not None]
        workers = set(runs(program, entries, _CAUGHT))
        for call in calls:
            function = program.index.function(call)
            if function not in workers or function is None or is_caught(program, call, _CAUGHT):
                continue
            text = program.text(call.func)
            asks = program.qualified(call.func) in _ASKING
            yield self.finding(
                call,
                f"`{text}()` in worker `{function.name}` finds nothing to read: the standard input of a child is empty"
                + (", and it raises `EOFError`" if asks else ""),
                advice="ask in the parent and hand the answer to the worker",
            )

    @staticmethod
    def _gives_input(program: Program) -> bool:
        """Whether the program opens another standard input."""
        return any(
            isinstance(each.ctx, ast.Store) and program.qualified(each) == "sys.stdin"
            for each in program.index.attributes.get("stdin", [])
        )
