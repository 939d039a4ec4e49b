"""MP501: processes are joined before their queue is emptied."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Severity
from mpmodernize.model.draining import are_small, in_hands_of_threads, puts_of, takes_in_block
from mpmodernize.model.locking import receiver
from mpmodernize.model.order import (
    bound_names,
    element_of_loop,
    in_block,
    joins_in,
    own_nodes,
    read_names,
    starts_processes,
)
from mpmodernize.rewrite.edits import Insert, InsertInto, Move, Replace
from mpmodernize.rules.base import Rule
from mpmodernize.rules.taking_first import LEAVING, taken_first

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.starts import Start
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis


class JoinBeforeGet(Rule):
    """Processes are joined before what they put into a queue is taken out.

    ## What it does
    Finds `p.join()` in front of `q.get()` for a queue (or pipe) that the joined process fills, and takes everything
    out before it joins. The same for `pool.join()`, and the end of `with ProcessPoolExecutor()`, and queues that tasks
    fill.

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
    Safe where the number of gets is plain (single statements, a counted loop, a comprehension). What stands between
    stays behind the joins; what is taken out gets a name in front of them. Reported for `while not q.empty()`, which is
    wrong in its own way. A hint where all that is put in are single numbers and short texts, which fit into any pipe.

    ## When it stays silent
    Where a get comes first, where the joined process puts nothing into the queue, for a manager's queue (its items
    wait in the manager), for `join` with a time limit, for pools that are terminated, and where a thread of the parent
    has the queue and may empty it meanwhile.

    ## References
    - [Programming guidelines: joining processes that use queues](https://docs.python.org/3/library/multiprocessing.html#all-start-methods)
    """

    code = "MP501"
    name = "join-before-get"

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each block in which processes or pools are joined."""
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
        for with_ in program.index.all(ast.With):
            types = [program.type(item.context_expr) for item in with_.items]
            made = frozenset(
                made for each in types if each is not None and each.kind == "Executor" for made in each.made
            )
            if made:
                yield from self._check_executor(program, with_, made)

    def _check_block(self, program: Program, block: list[ast.stmt]) -> Iterator[Diagnosis]:
        joins = {number: calls for number, each in enumerate(block) if (calls := joins_in(program, each))}
        takes = takes_in_block(program, block) if joins else {}
        for made in in_hands_of_threads(program) if takes else ():
            takes.pop(made, None)
        early: dict[int, ast.Call] = {}
        late: dict[int, list[ast.Call]] = {}
        put: list[ast.Call] = []
        for number, calls in joins.items():
            for call in calls:
                gets, puts = self._gets_too_late(program, block, number, call, takes)
                if not gets:
                    continue
                if early and any(starts_processes(program, each) for each in block[max(early) + 1 : number]):
                    yield self._too_early(program, block, early, late, put, set(joins))  # a stage of its own
                    early, late, put = {}, {}, []
                early[number] = call
                late |= gets
                put += puts
        if early:
            yield self._too_early(program, block, early, late, put, set(joins))

    def _too_early(
        self,
        program: Program,
        block: list[ast.stmt],
        early: dict[int, ast.Call],
        late: dict[int, list[ast.Call]],
        put: list[ast.Call],
        joins: set[int],
    ) -> Diagnosis:
        """What is to be said of joins that stand in front of the gets of what is put in."""
        call = early[min(early)]
        edits = self._edits(program, block, sorted(early), late, joins)
        worker = next((each.function.name for each in self._starts(program, call) if each.function), "the process")
        small = are_small(program, put)
        return self.finding(
            call,
            f"`{program.text(call)}` waits for `{worker}`, which cannot end before its queue is emptied: "
            "beyond about 64 KiB both wait for ever",
            advice="take everything out first, then join" + ("" if edits else "; the order here is not plain"),
            edits=edits,
            severity=Severity.HINT if small else None,
        )

    def _gets_too_late(
        self,
        program: Program,
        block: list[ast.stmt],
        number: int,
        join: ast.Call,
        takes: dict[ast.Call, list[tuple[int, ast.Call]]],
    ) -> tuple[dict[int, list[ast.Call]], list[ast.Call]]:
        """The statements behind a join that take out what the joined process puts in, if none does so before."""
        starts = self._starts(program, join)
        puts = [each for start in starts for each in puts_of(program, start)]
        made = [in_block(program, start.call, block) or 0 for start in starts]
        first = min(made, default=0)
        gets: dict[int, list[ast.Call]] = {}
        for queue in dict.fromkeys(queue for _, type_ in puts for queue in type_.made):
            for place, call in takes.get(queue, ()):
                if place > first and call not in gets.setdefault(place, []):
                    gets[place].append(call)
        gets = {place: calls for place, calls in gets.items() if calls}
        if not gets or min(gets) <= number:
            return {}, []
        # what is started behind the join may be what fills the queue for the gets behind that
        started = (place for place in range(number + 1, max(gets)) if starts_processes(program, block[place]))
        next_start = next(started, None)
        if next_start is not None:
            gets = {place: calls for place, calls in gets.items() if place < next_start}
        return (gets, [call for call, _ in puts]) if gets else ({}, [])

    @staticmethod
    def _starts(program: Program, join: ast.Call) -> list[Start]:
        """What the joined process, or the joined pool, runs."""
        type_ = element_of_loop(program, receiver(join)) or program.type(receiver(join))
        if type_ is None:
            return []
        if type_.kind == "Process":
            return [start for made in type_.made for start in program.starts.by_call.get(made, [])]
        made = type_.made
        for call in program.types.receiver_calls("terminate", ["Pool"]):
            ended = program.type(receiver(call))
            made -= ended.made if ended is not None else frozenset()
        return [start for start in program.starts.tasks if start.pools & made]

    def _check_executor(self, program: Program, with_: ast.With, made: frozenset[ast.Call]) -> Iterator[Diagnosis]:
        """The end of `with ProcessPoolExecutor()` waits for the workers, like a join."""
        starts = [each for each in program.starts.tasks if each.pools & made and each.function is not None]
        puts = [each for start in starts for each in puts_of(program, start)]
        if not puts:
            return
        block, number = program.index.block(with_), program.index.place(with_)
        takes = takes_in_block(program, block)
        late: dict[int, list[ast.Call]] = {}
        for queue in {queue for _, type_ in puts for queue in type_.made} - in_hands_of_threads(program):
            for place, call in takes.get(queue, ()):
                late.setdefault(place, []).append(call)
        if not late or min(late) <= number:
            return
        between = [each for place, each in enumerate(block[number + 1 : max(late)], number + 1) if place not in late]
        edits: list[Edit] = []
        if not any(isinstance(node, LEAVING) for each in with_.body for node in own_nodes(each)) and not any(
            _asks_whether_done(block[place]) for place in late
        ):
            edits = taken_first(program, block, number, late, between)
        names = sorted({start.function.name for start in starts if start.function is not None})
        yield self.finding(
            with_.items[0].context_expr,
            f"the end of `with` waits for the workers, which cannot end before the queue that `{names[0]}` fills is "
            "emptied: beyond about 64 KiB both wait for ever",
            advice="take everything out inside the block" + ("" if edits else "; the order here is not plain"),
            edits=[InsertInto(each.code, with_, at_end=True) if isinstance(each, Insert) else each for each in edits],
            severity=Severity.HINT if are_small(program, [call for call, _ in puts]) else None,
        )

    # -- putting it right --------------------------------------------------------------------------

    def _edits(
        self,
        program: Program,
        block: list[ast.stmt],
        early: list[int],
        late: dict[int, list[ast.Call]],
        joins: set[int],
    ) -> list[Edit]:
        """Move the gets in front of the joins, or what they take out; or the joins behind the gets."""
        gets = sorted(late)
        if any(_asks_whether_done(block[number]) or isinstance(block[number], (ast.If, ast.Try)) for number in gets):
            return []
        last = block[gets[-1]]
        between = [block[n] for n in range(early[0], gets[-1]) if n not in joins and n not in gets]
        if isinstance(last, ast.Return) and last.value is not None and len(gets) == 1 and not between:
            name = program.free_name("results", program.index.function(last))
            return [Insert(f"{name} = {program.text(last.value)}", block[early[0]]), Replace(last.value, name)]
        if self._gets_can_go_first(block, between, gets):
            return [Move(block[number], block[early[0]]) for number in gets]
        if all(_only_prepares(each) for each in between):
            if any(isinstance(node, LEAVING) for number in gets for node in own_nodes(block[number])):
                return []
            waiting = [number for number in sorted(joins) if early[0] <= number < gets[-1]]
            return [Move(block[number], last, after=True) for number in waiting]
        return taken_first(program, block, early[0], late, between)

    @staticmethod
    def _gets_can_go_first(block: list[ast.stmt], between: list[ast.stmt], gets: list[int]) -> bool:
        """Whether the gets change nothing by running before what stands between them and the joins."""
        if not all(isinstance(block[number], ast.Assign) for number in gets):
            return False
        bound = {name for number in gets for name in bound_names(block[number])}
        read = {name for number in gets for name in read_names(block[number])}
        other_bound = {name for each in between for name in bound_names(each)}
        other_read = {name for each in between for name in read_names(each)}
        return not (bound & (other_bound | other_read)) and not (read & other_bound)


def _asks_whether_done(statement: ast.stmt) -> bool:
    """Whether what is taken depends on the processes having ended: `while not q.empty()`."""
    return any(
        isinstance(node, ast.Attribute) and node.attr in ("empty", "qsize", "poll", "is_alive", "exitcode")
        for node in own_nodes(statement)
    )


def _only_prepares(statement: ast.stmt) -> bool:
    """Whether a statement gives a name its first value and does nothing else: `total = 0`, `results = []`."""
    return isinstance(statement, ast.Assign) and (
        isinstance(statement.value, ast.Constant)
        or (isinstance(statement.value, (ast.List, ast.Tuple)) and not statement.value.elts)
        or (isinstance(statement.value, ast.Dict) and not statement.value.keys)
    )
