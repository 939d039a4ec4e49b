"""MP513: `join()` and `start()` give nothing."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.consumption import Way
from mpmodernize.model.locking import receiver
from mpmodernize.model.scopes import COMPREHENSIONS
from mpmodernize.rewrite.edits import Insert, Replace
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis


class JoinResultUsed(Rule):
    """The value of `join()` or `start()` is used, and there is none.

    ## What it does
    Finds code that uses what `process.join()` or `process.start()` returns, which is always `None`. A
    `process = Process(…).start()` becomes two statements.

    ## Why it matters
    A process has no return value: `join()` only waits, and `results = [p.join() for p in processes]` is a list of
    `None`. With `p = Process(…).start()` the name stands for `None`, and `p.join()` raises `AttributeError: 'NoneType'
    object has no attribute 'join'`. It is the same under every start method.

    ## Example
    ```python
    from multiprocessing import Process


    def job(n):
        print(n)


    if __name__ == "__main__":
        process = Process(target=job, args=(3,)).start()
        process.join()
    ```

    ## Use instead
    ```python
    from multiprocessing import Process


    def job(n):
        print(n)


    if __name__ == "__main__":
        process = Process(target=job, args=(3,))
        process.start()
        process.join()
    ```

    ## Fix safety
    Safe for a process that is started where it is made and used later: such a program failed. Values of `join()` are
    reported: use `process.exitcode`, a queue, or a pool, whose `map` returns what the workers return.

    ## When it stays silent
    Where nobody looks at the value: statements, lists that are thrown away, names that are never read, `return
    process.join()`, lambdas; for threads and `str.join`.

    ## References
    - [Process.join](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Process.join)
    """

    code = "MP513"
    name = "join-result-used"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Follow what each join and start gives."""
        given: set[str] = set()
        for method in ("join", "start"):
            for call in program.types.receiver_calls(method, ["Process"]):
                if not self._is_used(program, call):
                    continue
                text = program.text(call.func)
                if method == "join":
                    yield self.finding(
                        call,
                        f"`{text}()` gives `None`, whatever the process has done",
                        advice="let the process put its result into a queue, or use a pool; see also `exitcode`",
                    )
                else:
                    yield self.finding(
                        call,
                        "`start()` gives `None`, not the process: what is done with it later fails",
                        advice="name the process, then start it",
                        edits=self._in_two(program, call, given),
                    )

    @staticmethod
    def _is_used(program: Program, call: ast.Call) -> bool:
        node: ast.expr = call
        parent = program.index.parent[node]
        while isinstance(parent, COMPREHENSIONS) and getattr(parent, "elt", None) is node:
            node, parent = parent, program.index.parent[parent]
        if isinstance(parent, (ast.Expr, ast.Return, ast.Lambda, ast.Await)):
            return False
        ways = {use.way for use in program.consumption.uses(node)}
        if node is not call:  # a list of them: going through it or counting it is not looking at them
            ways -= {Way.MEASURED, Way.TRUTH}
        return bool(ways - {Way.DROPPED})

    @staticmethod
    def _in_two(program: Program, call: ast.Call, given: set[str]) -> list[Edit]:
        """Name the process first, then start it."""
        process, statement = receiver(call), program.index.statement(call)
        if not isinstance(process, ast.Call):
            return []
        parent = program.index.parent[call]
        if isinstance(parent, ast.Assign) and len(parent.targets) == 1:
            target = parent.targets[0]
            if isinstance(target, (ast.Name, ast.Attribute)):
                name = program.text(target)
                return [Replace(call, "$0", (process,)), Insert(f"{name}.start()", parent, after=True)]
        if isinstance(statement, ast.Expr) and isinstance(parent, ast.Call) and parent is statement.value:
            if not isinstance(parent.func, ast.Attribute) or parent.func.attr != "append":
                return []
            name = program.free_name("process", program.index.function(call), taken=given)
            given.add(name)
            code = f"{name} = {program.text(process)}\n{name}.start()"
            return [Insert(code, statement, takes_comments=True), Replace(call, name)]
        return []
