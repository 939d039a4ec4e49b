"""MP501: processes are joined before their queue is emptied."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.locking import receiver
from mpmodernize.model.order import bound_names, in_block, joins_in, own_nodes, read_names, shared_arguments
from mpmodernize.rewrite.edits import Insert, Move, Replace
from mpmodernize.rules.base import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.kinds import Type
    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import FunctionNode
    from mpmodernize.model.starts import Start
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_TAKING = {"get": ("Queue", "JoinableQueue"), "recv": ("Connection",), "recv_bytes": ("Connection",)}
_GIVING = {"Queue": ("put",), "JoinableQueue": ("put",), "Connection": ("send", "send_bytes")}


class JoinBeforeGet(Rule):
    """Processes are joined before what they put into a queue is taken out.

    ## What it does
    Finds `p.join()` in front of `q.get()` for a queue (or pipe) that the joined process fills, and moves the gets in
    front of the joins; where something stands between that must stay first, the joins move behind the gets.

    ## Why it matters
    A process that has put something into a queue waits, before it ends, until all of it has gone through the pipe.
    The pipe holds 64 KiB on Linux (8 KiB on Windows). With more than that (one object of 65,515 bytes, or about 3,500
    small numbers) the child waits for the parent to take something out, the parent waits for the child to end, and
    both wait for ever. It works with small data, in every test, under every start method, until the data grows.

    ## Example
    ```python
    from multiprocessing import Process, Queue


    def job(q):
        q.put("x" * 1000000)


    if __name__ == "__main__":
        q = Queue()
        worker = Process(target=job, args=(q,))
        worker.start()
        worker.join()
        result = q.get()
        print(len(result))
    ```

    ## Use instead
    ```python
    from multiprocessing import Process, Queue


    def job(q):
        q.put("x" * 1000000)


    if __name__ == "__main__":
        q = Queue()
        worker = Process(target=job, args=(q,))
        worker.start()
        result = q.get()
        worker.join()
        print(len(result))
    ```

    ## Fix safety
    Safe where the number of gets is plain (single statements, a counted loop, a comprehension) and nothing between
    depends on the processes having ended. Reported for `while not q.empty()`, which is wrong in its own way, and where
    a statement between uses the process.

    ## When it stays silent
    Where a get comes first, where the joined process puts nothing into the queue, for a manager's queue (its items
    wait in the manager) and for `join` with a time limit.

    ## References
    - [Programming guidelines: joining processes that use queues](https://docs.python.org/3/library/multiprocessing.html#all-start-methods)
    """

    code = "MP501"
    name = "join-before-get"

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each block in which processes are joined."""
        blocks: dict[int, list[ast.stmt]] = {}
        for call in program.index.method_calls.get("join", []):
            statement = program.index.statement(call)
            outer = program.index.parent[statement]
            if isinstance(outer, ast.For) and joins_in(program, outer):
                statement = outer
            block = program.index.block(statement)
            blocks[id(block)] = block
        for block in blocks.values():
            yield from self._check_block(program, block)

    def _check_block(self, program: Program, block: list[ast.stmt]) -> Iterator[Diagnosis]:
        joins = {number: calls for number, each in enumerate(block) if (calls := joins_in(program, each))}
        early: dict[int, ast.Call] = {}
        late: set[int] = set()
        for number, calls in joins.items():
            for call in calls:
                gets = self._gets_too_late(program, block, number, call)
                if gets:
                    early[number] = call
                    late |= set(gets)
        if not early:
            return
        call = early[min(early)]
        edits = self._edits(program, block, sorted(early), sorted(late), set(joins))
        worker = next((each.function.name for each in self._starts(program, call) if each.function), "the process")
        yield self.finding(
            call,
            f"`{program.text(call)}` waits for `{worker}`, which cannot end before its queue is emptied: "
            "beyond about 64 KiB both wait for ever",
            advice="take everything out first, then join" + ("" if edits else "; the order here is not plain"),
            edits=edits,
        )

    def _gets_too_late(self, program: Program, block: list[ast.stmt], number: int, join: ast.Call) -> list[int]:
        """The statements behind a join that take out what the joined process puts in, if none does so before."""
        starts = self._starts(program, join)
        fed = [type_ for start in starts for type_ in self._fed(program, start)]
        made = [in_block(program, start.call, block) or 0 for start in starts]
        gets = [n for n, each in enumerate(block) if n > min(made, default=0) and self._takes(program, each, fed)]
        return gets if gets and min(gets) > number else []

    # -- who feeds what ----------------------------------------------------------------------------

    @staticmethod
    def _starts(program: Program, join: ast.Call) -> list[Start]:
        type_ = program.type(receiver(join))
        made = type_.made if type_ is not None else frozenset()
        return [start for start in program.starts.processes if start.call in made]

    def _fed(self, program: Program, start: Start) -> Iterator[Type]:
        """The queues and pipes that the started process puts something into."""
        given = [type_ for each in shared_arguments(program, start) if (type_ := program.type(each)) is not None]
        if start.function is None:
            return
        functions = program.functions.reachable([start.function])
        for kind, methods in _GIVING.items():
            for method in methods:
                for call in program.everywhere.method_calls.get(method, []):
                    if program.index.function(call) in functions:
                        put = program.type(receiver(call))
                        if any(True for _ in program.types.receiver_calls("cancel_join_thread", [kind])):
                            continue  # it does not wait for its queue
                        if put is not None and put.kind == kind and not put.managed:
                            yield from (each for each in [put, *given] if each.kind == kind and each.made & put.made)

    def _takes(self, program: Program, statement: ast.stmt, fed: list[Type]) -> bool:
        """Whether a statement takes something out: by a call, by `iter(q.get, None)`, or in a function it calls."""
        for node in own_nodes(statement):
            if not isinstance(node, ast.Call):
                continue
            if self._is_get(program, node.func, fed) and not node.args and all(k.arg != "block" for k in node.keywords):
                return True
            if program.names.calls(node, "builtins.iter") and node.args and self._is_get(program, node.args[0], fed):
                return True
            function = program.functions.called(node)
            if function is not None and self._takes_inside(program, function, fed):
                return True
        return False

    @staticmethod
    def _is_get(program: Program, function: ast.expr, fed: list[Type]) -> bool:
        """Whether this is the `q.get` of one of these queues or pipes."""
        if not isinstance(function, ast.Attribute) or function.attr not in _TAKING:
            return False
        type_ = program.type(function.value)
        return (
            type_ is not None and type_.kind in _TAKING[function.attr] and any(type_.made & each.made for each in fed)
        )

    def _takes_inside(self, program: Program, function: FunctionNode, fed: list[Type]) -> bool:
        reached = program.functions.reachable([function])
        return any(
            self._is_get(program, call.func, fed) and not call.args
            for method in _TAKING
            for call in program.index.method_calls.get(method, [])
            if program.index.function(call) in reached
        )

    # -- putting it right --------------------------------------------------------------------------

    def _edits(
        self, program: Program, block: list[ast.stmt], early: list[int], gets: list[int], joins: set[int]
    ) -> list[Edit]:
        """Move the gets in front of the joins, or the joins behind the gets, whichever changes nothing else."""
        if any(_asks_whether_done(block[number]) or isinstance(block[number], (ast.If, ast.Try)) for number in gets):
            return []
        last = block[gets[-1]]
        between = [block[n] for n in range(early[0], gets[-1]) if n not in joins and n not in gets]
        if isinstance(last, ast.Return) and last.value is not None:
            if between or len(gets) > 1:
                return []
            name = program.free_name("results", program.index.function(last))
            return [Insert(f"{name} = {program.text(last.value)}", block[early[0]]), Replace(last.value, name)]
        if any(isinstance(node, (ast.Return, ast.Raise, ast.Yield)) for n in gets for node in own_nodes(block[n])):
            return []
        if self._gets_can_go_first(block, between, gets):
            return [Move(block[number], block[early[0]]) for number in gets]
        waiting = [number for number in sorted(joins) if early[0] <= number < gets[-1]]
        processes = {name for number in waiting for name in read_names(block[number])}
        if any(_reads_a_clock(program, each) for each in between):
            return []
        if not any(processes & (read_names(each) | bound_names(each)) for each in between):
            return [Move(block[number], last, after=True) for number in waiting]
        return []

    @staticmethod
    def _gets_can_go_first(block: list[ast.stmt], between: list[ast.stmt], gets: list[int]) -> bool:
        """Whether the gets change nothing by running before what stands between them and the joins."""
        if not between:
            return True
        quiet = all(isinstance(block[number], ast.Assign) for number in gets)
        bound = {name for number in gets for name in bound_names(block[number])}
        read = {name for number in gets for name in read_names(block[number])}
        other_bound = {name for each in between for name in bound_names(each)}
        other_read = {name for each in between for name in read_names(each)}
        return quiet and not (bound & (other_bound | other_read)) and not (read & other_bound)


def _asks_whether_done(statement: ast.stmt) -> bool:
    """Whether what is taken depends on the processes having ended: `while not q.empty()`."""
    return any(
        isinstance(node, ast.Attribute) and node.attr in ("empty", "qsize", "is_alive", "exitcode")
        for node in own_nodes(statement)
    )


def _reads_a_clock(program: Program, statement: ast.stmt) -> bool:
    """Whether a statement measures time, which ends when the processes do."""
    names = (program.qualified(node.func) for node in own_nodes(statement) if isinstance(node, ast.Call))
    return any(name is not None and name.startswith(("time.", "datetime.", "os.times", "timeit.")) for name in names)
