"""MP511: `queue.join()` waits for `task_done()`, which nobody calls."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.locking import receiver
from mpmodernize.model.order import own_nodes
from mpmodernize.model.scopes import FUNCTION_NODES, LOOPS
from mpmodernize.rewrite.edits import Insert, Replace
from mpmodernize.rules.base import Phase, Rule
from mpmodernize.rules.spelling import multiprocessing_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.kinds import Type
    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis


class TaskDoneMissing(Rule):
    """A queue is joined, and nobody says that its tasks are done.

    ## What it does
    Finds `queue.join()` on a `JoinableQueue` from which items are taken without `task_done()`, and adds that where an
    item has been dealt with. A plain `Queue` that is joined, or told `task_done()`, becomes a `JoinableQueue`.

    ## Why it matters
    `JoinableQueue.join()` waits until `task_done()` has been called once for each item. Without that it waits for ever,
    under every start method. A plain `multiprocessing.Queue` has neither method: `AttributeError: 'Queue' object has no
    attribute 'join'`; `queue.Queue`, for threads, has both.

    ## Example
    ```python
    from multiprocessing import JoinableQueue, Process


    def work(tasks):
        while True:
            task = tasks.get()
            print(task)


    if __name__ == "__main__":
        tasks = JoinableQueue()
        for n in range(3):
            tasks.put(n)
        worker = Process(target=work, args=(tasks,), daemon=True)
        worker.start()
        tasks.join()
    ```

    ## Use instead
    ```python
    from multiprocessing import JoinableQueue, Process


    def work(tasks):
        while True:
            task = tasks.get()
            print(task)
            tasks.task_done()


    if __name__ == "__main__":
        tasks = JoinableQueue()
        for n in range(3):
            tasks.put(n)
        worker = Process(target=work, args=(tasks,), daemon=True)
        worker.start()
        tasks.join()
    ```

    ## Fix safety
    Safe: such a program waits for ever, or fails. `task_done()` comes at the end of the block that takes the item, and
    before each `continue`, `break` and `return` in it. Reported where an item is taken in another way than by a
    statement `item = queue.get()`.

    ## When it stays silent
    Where anybody calls `task_done()` on the queue, where nothing in this file takes from it, and for `queue.Queue` and
    a manager's queues, which have both methods.

    ## References
    - [JoinableQueue](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.JoinableQueue)
    """

    code = "MP511"
    name = "task-done-missing"
    phase = Phase.STATE

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each join of a queue, and at what is done with its items."""
        done = list(program.types.receiver_calls("task_done", ["JoinableQueue"]))
        changed: set[ast.Call] = set()
        for method in ("join", "task_done"):
            for call in program.types.receiver_calls(method, ["Queue"]):
                yield from self._of_plain_queue(program, call, changed)
        told = [type_.made for call in done if (type_ := program.type(receiver(call))) is not None]
        seen: set[frozenset[ast.Call]] = set()
        for call in program.types.receiver_calls("join", ["JoinableQueue"]):
            type_ = program.type(receiver(call))
            if type_ is None or type_.made in seen or any(type_.made & each for each in told):
                continue
            seen.add(type_.made)
            takes = [
                each
                for each in program.types.receiver_calls("get", ["JoinableQueue"])
                if (other := program.type(receiver(each))) is not None and other.made & type_.made
            ]
            others = self._takes_otherwise(program, type_)
            if not takes and not others:
                continue
            found = [self._done_after(program, each) for each in takes]
            edits = [] if others or not all(found) else [edit for each in found for edit in each]
            yield self.finding(
                call,
                f"`{program.text(call)}` waits for `task_done()`, which nobody calls: it never comes back",
                advice="call `task_done()` when an item has been dealt with"
                + ("" if edits else "; where, is not plain here"),
                edits=edits,
            )

    def _of_plain_queue(self, program: Program, call: ast.Call, changed: set[ast.Call]) -> Iterator[Diagnosis]:
        """A queue that has no such method."""
        type_ = program.type(receiver(call))
        if type_ is None or type_.managed or not type_.made:
            return
        edits: list[Edit] = []
        for made in type_.made - changed:
            if isinstance(made.func, ast.Attribute):
                edits.append(Replace(made.func, "$0.JoinableQueue", (made.func.value,)))
            elif isinstance(made.func, ast.Name):
                name, more = multiprocessing_name(program, "JoinableQueue")
                edits += [Replace(made.func, name), *more]
        changed |= type_.made
        yield self.finding(
            call,
            f"a `multiprocessing.Queue` has no `{call.func.attr}`: "  # type: ignore[attr-defined]
            "`AttributeError`, under every start method",
            advice="make it a `JoinableQueue`",
            edits=edits,
        )

    @staticmethod
    def _takes_otherwise(program: Program, type_: Type) -> bool:
        """Whether anything is taken out by `get_nowait`, `iter(queue.get, None)` or in another such way."""
        for method in ("get", "get_nowait"):
            for node in program.index.attributes.get(method, []):
                parent = program.index.parent[node]
                called = isinstance(parent, ast.Call) and parent.func is node and method == "get"
                other = program.type(node.value)
                if not called and other is not None and other.made & type_.made:
                    return True
        return False

    @staticmethod
    def _done_after(program: Program, take: ast.Call) -> list[Edit]:
        """Say that an item is done, at the end of the block that takes it and wherever else that is left."""
        statement = program.index.statement(take)
        if not isinstance(statement, (ast.Assign, ast.Expr, ast.AugAssign)):
            return []
        block = program.index.block(statement)
        outer = program.index.parent[statement]
        if not isinstance(outer, (*LOOPS, *FUNCTION_NODES)) or block is not outer.body:
            return []
        code = f"{program.text(receiver(take))}.task_done()"
        rest = block[program.index.place(statement) + 1 :]
        edits: list[Edit] = []
        for each in rest:
            for node in own_nodes(each):
                leaves = isinstance(node, ast.Return) or (
                    isinstance(node, (ast.Break, ast.Continue)) and program.index.loop(node) is outer
                )
                if isinstance(node, (ast.Yield, ast.YieldFrom, ast.Try)):
                    return []
                if leaves and isinstance(node, ast.stmt):
                    edits.append(Insert(code, node))
        last = block[-1]
        if not isinstance(last, (ast.Return, ast.Break, ast.Continue, ast.Raise)):
            edits.append(Insert(code, last, after=True))
        return edits
