"""MP318: `target=job(q)`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.rewrite.edits import AddArgument, Replace
from mpmodernize.rules.base import Phase, Rule
from mpmodernize.rules.spelling import as_arguments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.starts import Start
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_PLAIN = frozenset({"NoneType", "int", "float", "str", "bool", "list", "dict", "tuple", "bytes", "set"})


class TargetCalled(Rule):
    """The target of a process is called instead of named.

    ## What it does
    Finds `Process(target=job(q))` and makes it `Process(target=job, args=(q,))`.

    ## Why it matters
    `job(q)` runs at once, in the parent; the process then has no target and does nothing. It exits with 0, so nobody
    notices, except that nothing runs in parallel. It is the same under every start method.

    ## Example
    ```python
    from multiprocessing import Process


    def job(n):
        print(n * n)


    if __name__ == "__main__":
        worker = Process(target=job(3))
        worker.start()
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
    Safe where the function is in the file and returns nothing that could be called. Reported where `args` are given as
    well and differ.

    ## When it stays silent
    Where the called function returns a function, a `partial` or something unknown: then the call makes the target.

    ## References
    - [multiprocessing.Process](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Process)
    """

    code = "MP318"
    name = "target-called"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at the target of each process."""
        for start in program.starts.processes:
            call = start.target
            if start.kind != "process" or not isinstance(call, ast.Call):
                continue
            if program.functions.called(call) is None or program.types.kind(call) not in _PLAIN:
                continue
            name = program.text(call.func)
            yield self.finding(
                call,
                f"`{name}(…)` runs here, in the parent; the process gets its result as the target and does nothing",
                advice=f"name the function: `target={name}`",
                edits=self._edits(program, start, call),
            )

    @staticmethod
    def _edits(program: Program, start: Start, call: ast.Call) -> list[Edit]:
        edits: list[Edit] = [Replace(call, program.text(call.func))]
        if any(isinstance(each, ast.Starred) for each in call.args) or any(each.arg is None for each in call.keywords):
            return []
        if start.args is not None or start.kwargs is not None:
            same = isinstance(start.args, (ast.Tuple, ast.List)) and [ast.dump(each) for each in start.args.elts] == [
                ast.dump(each) for each in call.args
            ]
            return edits if (same or not call.args) and not call.keywords else []
        if call.args:
            edits.append(AddArgument(start.call, as_arguments(program, call), "args"))
        if call.keywords:
            quote = program.quote
            pairs = ", ".join(f"{quote}{each.arg}{quote}: {program.text(each.value)}" for each in call.keywords)
            edits.append(AddArgument(start.call, f"{{{pairs}}}", "kwargs"))
        return edits
