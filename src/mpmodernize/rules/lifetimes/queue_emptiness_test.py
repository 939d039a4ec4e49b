"""MP508: `while not queue.empty()` on a queue that others are filling."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.emptiness import (
    drainings,
    is_waited_for_before,
    number_of,
    plain_take,
    puts_one,
    single_producer,
    stored_item,
)
from mpmodernize.model.locking import receiver
from mpmodernize.rewrite.edits import ChangeHeader, Delete, Insert, InsertInto, Replace
from mpmodernize.rules.base import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.emptiness import Draining
    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis


class QueueEmptinessTest(Rule):
    """A loop ends when a queue looks empty, while other processes are still filling it.

    ## What it does
    Finds `while not q.empty()`, `while q.qsize()` and `for _ in range(q.qsize())` on queues between processes that
    another process fills, and makes the loop take as many items as there are: one for each process, or until each
    process has said that it is done.

    ## Why it matters
    `empty()` says that nothing has arrived yet, not that nothing will come. Right after `start()` it was true in 20 of
    20 runs, and the loop ended with nothing: results are lost, and the exit code is 0. In a worker it is no better:
    what the parent has put in is on its way, and of two workers that both see the last item one waits for ever in
    `get()`. It is the same under every start method; under spawn and forkserver children take longer to start, and
    more is lost. `qsize()` raises `NotImplementedError` on macOS.

    ## Example
    ```python
    from multiprocessing import Process, Queue


    def square(queue, n):
        queue.put(n * n)


    if __name__ == "__main__":
        queue = Queue()
        processes = [Process(target=square, args=(queue, n)) for n in range(3)]
        for process in processes:
            process.start()
        while not queue.empty():
            print(queue.get())
        for process in processes:
            process.join()
    ```

    ## Use instead
    ```python
    from multiprocessing import Process, Queue


    def square(queue, n):
        queue.put(n * n)


    if __name__ == "__main__":
        queue = Queue()
        processes = [Process(target=square, args=(queue, n)) for n in range(3)]
        for process in processes:
            process.start()
        for _ in processes:
            print(queue.get())
        for process in processes:
            process.join()
    ```

    ## Fix safety
    Unsafe: the loop now waits until everything has come, and a process that dies before it puts anything in makes it
    wait for ever. Where each process puts in one thing they are counted; otherwise each puts in `None` when it is
    done, and the loop counts those. Reported where neither is plain, and in workers: let the parent put in one `None`
    for each worker, and go through `iter(queue.get, None)`.

    ## When it stays silent
    In a loop that looks again and again, where the parent waits for anything between the start and the loop, where the
    test is only a part of the condition, for queues that the same process fills, and for `queue.Queue`.

    ## References
    - [Queue.empty is not reliable](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Queue.empty)
    """

    code = "MP508"
    name = "queue-emptiness-test"

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each loop that ends with a queue."""
        for draining in drainings(program):
            fillers = [each for each in draining.puts if program.runs_in_child(each)]
            text = program.text(draining.queue)
            if program.runs_in_child(draining.queue):
                if fillers or not draining.puts or draining.type.managed or draining.type.kind == "SimpleQueue":
                    continue
                yield self.finding(
                    draining.queue,
                    f"`{text}` looks empty while what the parent has put in is on its way, and of several workers that "
                    "see its last item one waits for ever",
                    advice="put in one `None` for each worker, and go through `iter(queue.get, None)`",
                )
                continue
            function = program.index.function(draining.queue)
            if not fillers or not draining.starts or len(fillers) != len(draining.puts):
                continue
            if any(program.index.function(start.call) is not function for start in draining.starts):
                continue
            if is_waited_for_before(program, draining):
                continue
            edits = self._edits(program, draining)
            yield self.finding(
                draining.queue,
                f"`{text}` is empty until the first process has put something in: the loop ends too early, and what "
                "comes later is lost",
                advice="count what is put in, or let each process put in `None` when it is done",
                edits=edits,
                safety=Safety.UNSAFE,
            )

    def _edits(self, program: Program, draining: Draining) -> list[Edit]:
        loop, number = draining.loop, number_of(program, draining.starts)
        if number is None or (isinstance(loop, ast.While) and isinstance(loop.test, ast.Constant)):
            return []
        through, count = number
        if puts_one(program, draining):
            if isinstance(loop, ast.While):
                return [ChangeHeader(loop, f"for _ in {through}")] if plain_take(program, draining) else []
            return [Replace(loop.iter, through)]
        take, function = plain_take(program, draining), single_producer(program, draining)
        if not isinstance(loop, ast.While) or take is None or function is None:
            return []
        done = InsertInto(f"{program.text(receiver(draining.puts[0]))}.put(None)", function, at_end=True)
        if count == "1":
            return [*self._until_none(program, draining, loop, take), done]
        return [*self._until_all_are_done(program, loop, take, count), done]

    @staticmethod
    def _until_none(program: Program, draining: Draining, loop: ast.While, take: ast.Call) -> list[Edit]:
        """Take items until the one process puts in `None`."""
        kept = stored_item(program, take)
        item = kept.id if kept is not None else program.free_name("item", program.index.function(loop))
        header = ChangeHeader(loop, f"for {item} in iter({program.text(draining.queue)}.get, None)")
        statement = program.index.statement(take)
        if kept is not None and len(loop.body) > 1:
            return [header, Delete(statement)]
        return [header, Replace(take, item)] if kept is None else []

    @staticmethod
    def _until_all_are_done(program: Program, loop: ast.While, take: ast.Call, count: str) -> list[Edit]:
        """Take items until each process has put in its `None`."""
        function = program.index.function(loop)
        running = program.free_name("running", function)
        statement = program.index.statement(take)
        edits: list[Edit] = [Insert(f"{running} = {count}", loop), ChangeHeader(loop, f"while {running}")]
        kept = stored_item(program, take)
        if kept is not None:
            done = f"if {kept.id} is None:\n    {running} -= 1\n    continue"
            return [*edits, Insert(done, statement, after=True)]
        item = program.free_name("item", function)
        done = f"{item} = {program.text(take)}\nif {item} is None:\n    {running} -= 1\n    continue"
        return [*edits, Insert(done, statement, takes_comments=True), Replace(take, item)]
