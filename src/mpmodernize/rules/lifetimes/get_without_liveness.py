"""MP510: the parent waits for an item that its child may never put in."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.draining import puts_of
from mpmodernize.model.locking import receiver
from mpmodernize.model.order import own_nodes
from mpmodernize.model.raising import exits, raises
from mpmodernize.rules.base import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import FunctionNode
    from mpmodernize.model.starts import Start
    from mpmodernize.rules.base import Diagnosis

_ASKING = ("is_alive", "exitcode", "sentinel")


class GetWithoutLiveness(Rule):
    """A worker can end without the item that the parent waits for.

    ## What it does
    Finds workers that return, raise or exit before they have put anything into the queue from which the parent takes
    one item for each of them, without a time limit and without looking whether they are alive.

    ## Why it matters
    `queue.get()` does not know who is still there. When a worker ends without having put anything in, the parent waits
    for ever, under every start method, though the worker's exit code would say what happened.

    ## Example
    ```python
    from multiprocessing import Process, Queue


    def invert(queue, n):
        if n == 0:
            raise ValueError("zero")
        queue.put(1 / n)


    if __name__ == "__main__":
        queue = Queue()
        processes = [Process(target=invert, args=(queue, n)) for n in range(3)]
        for process in processes:
            process.start()
        print([queue.get() for _ in processes])
        for process in processes:
            process.join()
    ```

    ## Use instead
    ```python
    from multiprocessing import Process, Queue


    def invert(queue, n):
        if n == 0:
            raise ValueError("zero")
        queue.put(1 / n)


    if __name__ == "__main__":
        queue = Queue()
        processes = [Process(target=invert, args=(queue, n)) for n in range(3)]
        for process in processes:
            process.start()
        print([queue.get() for _ in processes])
        for process in processes:
            process.join()
    ```

    ## Fix safety
    There is no fix: put in a message on every path (`try: … except Exception as error: queue.put(error)`), or use
    `ProcessPoolExecutor`, which brings errors to the parent and notices workers that die, or get with a time limit and
    look at `exitcode` in between.

    ## When it stays silent
    Where the worker puts something in before it can be left, or in a `finally`, where its functions do that, where the
    parent has a time limit or asks `is_alive` or `exitcode`, and for everything that may raise without saying so.

    ## References
    - [ProcessPoolExecutor](https://docs.python.org/3/library/concurrent.futures.html#processpoolexecutor)
    """

    code = "MP510"
    name = "get-without-liveness"

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at the workers that fill a queue, and at who waits for them."""
        if any(program.index.attributes.get(each) for each in _ASKING):
            return
        seen: set[ast.AST] = set()
        for start in program.starts.processes:
            if start.function is None or start.is_choice:
                continue
            puts = list(puts_of(program, start))
            left = self._left_before(program, start.function, {id(call) for call, _ in puts})
            if left is None or any(program.index.function(call) is not start.function for call, _ in puts):
                continue
            made = frozenset(each for _, type_ in puts for each in type_.made)
            for get in self._gets(program, start, made):
                if get in seen:
                    continue
                seen.add(get)
                yield self.finding(
                    get,
                    f"`{program.text(get)}` waits for ever when `{start.function.name}` ends at "
                    f"`{program.text(left).splitlines()[0]}` and has put nothing in",
                    advice="put in a message on every path, or use an executor",
                )

    @staticmethod
    def _left_before(program: Program, function: FunctionNode, puts: set[int]) -> ast.AST | None:
        """Where a function can be left before the first statement that puts anything in."""
        leaving = {id(each) for each in [*raises(program, function), *exits(program, function)]}
        for statement in function.body if puts else ():
            nodes = list(own_nodes(statement))
            if any(id(node) in puts for node in nodes):
                return None
            found = [node for node in nodes if isinstance(node, ast.Return) or id(node) in leaving]
            if found:
                return found[0]
        return None

    @staticmethod
    def _gets(program: Program, start: Start, made: frozenset[ast.Call]) -> Iterator[ast.Call]:
        """The gets of the parent that wait for one item of each process."""
        function = program.index.function(start.call)
        for call in program.types.receiver_calls("get", ["Queue", "JoinableQueue"]):
            type_ = program.type(receiver(call))
            if call.args or call.keywords or type_ is None or not type_.made & made:
                continue
            in_while = any(isinstance(each, (ast.While, ast.Try)) for each in program.index.ancestors(call))
            if program.index.function(call) is function and not in_while:
                yield call
