"""MP503: a process that uses shared objects is never joined."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.keeping import goes_with_the_parent
from mpmodernize.model.lifetimes import (
    collecting_list,
    escapes,
    first_reading,
    is_background,
    is_started,
    is_waited_for,
    last_start,
    loop_variable,
    name_of,
    own_name,
    starting_statement,
)
from mpmodernize.model.locking import method_call, receiver
from mpmodernize.model.order import goes_on_for_ever, is_last, own_nodes, position, shared_arguments
from mpmodernize.rewrite.edits import Delete, Insert, Replace
from mpmodernize.rules.base import NOT_FORK, Fix, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.starts import Start
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis


class ProcessNotJoined(Rule):
    """A process that was handed a shared object is started and never joined.

    ## What it does
    Finds processes that receive a lock, queue, event, shared value, pipe or proxy and that nobody joins, ends or
    watches: `Process(…).start()` without a name, a name that is bound again, a loop whose variable is joined once
    after it (which joins the last one only). The fix joins them at the end of the block that started them; processes
    started in a loop are collected in a list, or in the list that is there.

    ## Why it matters
    When the parent ends, the shared objects end with it. Under fork a child has its own hold on them; under spawn and
    forkserver it first has to start Python and fetch them, and finds nothing: `FileNotFoundError` in
    `SemLock._rebuild`, in the child, while the parent has long exited with 0 (gh-94765). Python joins what is left
    only after the main module's objects are gone.

    ## Example
    ```python
    from multiprocessing import Lock, Process


    def job(lock, n):
        with lock:
            print(n)


    if __name__ == "__main__":
        lock = Lock()
        for n in range(3):
            Process(target=job, args=(lock, n)).start()
    ```

    ## Use instead
    ```python
    from multiprocessing import Lock, Process


    def job(lock, n):
        with lock:
            print(n)


    if __name__ == "__main__":
        lock = Lock()
        processes = []
        for n in range(3):
            process = Process(target=job, args=(lock, n))
            process.start()
            processes.append(process)
        for process in processes:
            process.join()
    ```

    ## Fix safety
    Safe at the end of the main program, where Python would wait for the children anyway, and before the first
    statement that reads what the processes write into shared memory or a manager's objects. In a function that the
    program goes on after, a join makes it wait there: unsafe.

    ## When it stays silent
    For daemons, for workers that never return, for processes that are joined, ended or watched anywhere, also by way
    of a list or `active_children()`, and for processes that receive no shared object, or only pipe ends and raw memory:
    Python joins those at exit.

    ## References
    - [Programming guidelines: joining zombie processes](https://docs.python.org/3/library/multiprocessing.html#all-start-methods)
    - [gh-94765: FileNotFoundError in SemLock._rebuild](https://github.com/python/cpython/issues/94765)
    """

    code = "MP503"
    name = "process-not-joined"
    start_methods = NOT_FORK

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each process that gets something shared."""
        if next(program.calls_of("multiprocessing.active_children", "multiprocessing.wait"), None) is not None:
            return
        collected: dict[tuple[ast.AST, str], Fix] = {}  # one fix for all processes of a name that is bound again
        given: set[str] = set()
        for start in program.starts.processes:
            if not self._needs_the_parent(program, start) or is_background(program, start):
                continue
            if is_waited_for(program, start) or escapes(program, start) or not is_started(program, start):
                continue
            if goes_on_for_ever(program.index.block(program.index.statement(start.call))):
                continue  # the parent outlives its children
            edits, safety = self._edits(program, start, given)
            fix = Fix(edits, safety, self.phase) if edits else None
            if fix is not None and isinstance(edits[0], Insert):
                fix = collected.setdefault((edits[0].anchor, edits[0].code), fix)
            worker = start.function.name if start.function is not None and start.kind == "process" else "the process"
            yield self.finding(
                start.call,
                f"`{worker}` is started and never joined: when the parent ends first, the shared objects are gone and "
                "under spawn and forkserver the child dies with `FileNotFoundError`",
                advice="join it before the program ends" + ("" if edits else "; where, is not plain here"),
                fix=fix,
            )

    @staticmethod
    def _needs_the_parent(program: Program, start: Start) -> bool:
        """Whether the process is handed anything that is gone when the parent has ended."""
        types = [type_ for each in shared_arguments(program, start) if (type_ := program.type(each)) is not None]
        return any(goes_with_the_parent(each) or goes_with_the_parent(each.element) for each in types)

    # -- putting it right --------------------------------------------------------------------------

    def _edits(self, program: Program, start: Start, given: set[str]) -> tuple[list[Edit], Safety]:
        collecting = collecting_list(program, start)
        if collecting is not None:
            return self._in_list(program, start, collecting)
        started = starting_statement(program, start)
        if started is None:
            return [], Safety.MANUAL
        loop = program.index.loop(start.call)
        if program.index.statement(start.call) is started:
            return self._anonymous(program, start, started, given)
        name = own_name(program, start)
        assert name is not None
        if isinstance(loop, (ast.For, ast.While)):
            return self._in_loop(program, start, loop, started, name.id)
        if len([each for each in program.index.bindings(name) if each.kind != "delete"]) > 1:
            return self._rebound(program, name, started)
        anchor, safety = self._place(program, start, started)
        return ([self._at_end(f"{name.id}.join()", anchor)] if anchor is not None else []), safety

    def _anonymous(
        self, program: Program, start: Start, started: ast.stmt, given: set[str]
    ) -> tuple[list[Edit], Safety]:
        """Give the process a name, of its own in this function; the next round joins it."""
        loop = program.index.loop(start.call)
        if not isinstance(started, ast.Expr) or isinstance(loop, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            return [], Safety.MANUAL
        name = program.free_name("process", program.index.function(start.call), taken=given)
        given.add(name)
        _, safety = self._place(program, start, loop if isinstance(loop, ast.stmt) else started)
        text = program.text(start.call)
        return [Replace(started, f"{name} = {text}"), Insert(f"{name}.start()", started, after=True)], safety

    def _in_list(self, program: Program, start: Start, collecting: ast.Name) -> tuple[list[Edit], Safety]:
        """Join the elements of the list that is there."""
        bindings = [each for each in program.index.bindings(collecting) if each.kind == "assign"]
        if len(bindings) != 1 or program.index.loop(bindings[0].node) is not None:
            return [], Safety.MANUAL
        anchor, safety = self._place(program, start, program.index.statement(bindings[0].node))
        if anchor is None:
            return [], safety
        own = own_name(program, start)
        name = own.id if own is not None else loop_variable(program, collecting)
        name = name or program.free_name("process", program.index.function(start.call))
        return [self._at_end(f"for {name} in {collecting.id}:\n    {name}.join()", anchor)], safety

    def _rebound(self, program: Program, target: ast.Name, started: ast.stmt) -> tuple[list[Edit], Safety]:
        """A name that stands for one process after another in a straight line: collect them in a list.

        The edits are the same whichever of the processes is looked at, so that they are made once.
        """
        block = program.index.block(started)
        starts = [each for each in block if self._is_call_of(each, target.id, "start")]
        makes = [each for each in block if isinstance(each, ast.Assign) and name_of(each.targets[0]) == target.id]
        uses = program.index.uses(target.id, program.index.owner(target))
        stores = [each for each in uses if not isinstance(each.ctx, ast.Load)]
        if len(makes) != len(starts) or len(stores) != len(makes) or not makes:
            return [], Safety.MANUAL
        function = program.index.function(started)
        processes = program.free_name("processes", function)
        anchor, safety = self._place(program, None, started)
        lone = [each for each in block if self._is_call_of(each, target.id, "join")]
        if anchor is None or len(lone) > 1 or (lone and position(block, lone[0]) < position(block, starts[-1])):
            return [], safety
        edits: list[Edit] = [Insert(f"{processes} = []", makes[0], takes_comments=True)]
        edits += [Insert(f"{processes}.append({target.id})", each, after=True) for each in starts]
        joining = f"for {target.id} in {processes}:\n    {target.id}.join()"
        if lone:
            return [*edits, Insert(joining, lone[0]), Delete(lone[0])], safety
        return [*edits, self._at_end(joining, anchor)], safety

    def _in_loop(
        self, program: Program, start: Start, loop: ast.stmt, started: ast.stmt, name: str
    ) -> tuple[list[Edit], Safety]:
        if program.index.loop(loop) is not None:
            return [], Safety.MANUAL
        anchor, safety = self._place(program, start, loop)
        if anchor is None:
            return [], safety
        processes = program.free_name("processes", program.index.function(loop))
        edits: list[Edit] = [
            Insert(f"{processes} = []", loop, takes_comments=True),
            Insert(f"{processes}.append({name})", started, after=True),
        ]
        joining = f"for {name} in {processes}:\n    {name}.join()"
        lone = next((each for each in program.index.block(loop) if self._is_call_of(each, name, "join")), None)
        if lone is not None:
            return [*edits, Insert(joining, lone), Delete(lone)], safety
        return [*edits, self._at_end(joining, anchor)], safety

    @staticmethod
    def _is_call_of(statement: ast.stmt, name: str, method: str) -> bool:
        call = method_call(statement, method)
        return call is not None and name_of(receiver(call)) == name

    @staticmethod
    def _at_end(code: str, anchor: tuple[ast.stmt, bool]) -> Insert:
        """Join before or behind a statement."""
        statement, after = anchor
        return Insert(code, statement, after=after)

    @staticmethod
    def _place(
        program: Program, start: Start | None, statement: ast.stmt
    ) -> tuple[tuple[ast.stmt, bool] | None, Safety]:
        """Before or behind which statement of a block to join, and how safe that is."""
        block = program.index.block(statement)
        if start is not None:
            started = last_start(program, start, block, position(block, statement))
            reading = first_reading(program, start, block, started)
            if reading is not None:
                return (reading, False), Safety.SAFE
        last = block[-1]
        leaves = any(isinstance(node, (ast.Return, ast.Raise)) for node in own_nodes(last))
        if leaves and not (isinstance(last, ast.Return) and _only_looks_up(last)):
            return None, Safety.MANUAL
        safe = is_last(program, block)
        return (last, not isinstance(last, ast.Return)), Safety.SAFE if safe else Safety.UNSAFE


def _only_looks_up(statement: ast.Return) -> bool:
    """Whether a `return` gives what is there already, and calls nothing that may wait for the processes."""
    return not any(isinstance(node, (ast.Call, ast.Await, ast.Yield)) for node in own_nodes(statement))
