"""MP503: a process that uses shared objects is never joined."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.locking import method_call, receiver
from mpmodernize.model.order import (
    in_block,
    is_endless,
    is_last,
    own_nodes,
    position,
    shared_arguments,
    waits_for,
)
from mpmodernize.rewrite.edits import Delete, Insert, Replace
from mpmodernize.rules.base import Fix, Rule

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
    Safe at the end of the main program, where Python would wait for the children anyway. In a function that the
    program goes on after, a join makes it wait there: unsafe.

    ## When it stays silent
    For daemons, for workers that never return, for processes that are joined, ended or watched anywhere, also by way
    of a list or `active_children()`, and for processes that receive no shared object: Python joins those at exit.

    ## References
    - [Programming guidelines: joining zombie processes](https://docs.python.org/3/library/multiprocessing.html#all-start-methods)
    - [gh-94765: FileNotFoundError in SemLock._rebuild](https://github.com/python/cpython/issues/94765)
    """

    code = "MP503"
    name = "process-not-joined"

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each process that gets something shared."""
        if (
            next(program.calls_of("multiprocessing.active_children", "multiprocessing.connection.wait"), None)
            is not None
        ):
            return
        collected: dict[ast.AST, Fix] = {}  # one fix for all processes of a name that is bound again
        for start in program.starts.processes:
            if not shared_arguments(program, start) or self._is_background(program, start):
                continue
            if self._is_waited_for(program, start) or self._escapes(program, start):
                continue
            started = self._started(program, start)
            if started is None:
                continue
            edits, safety = self._edits(program, start, started)
            fix = Fix(edits, safety, self.phase) if edits else None
            if fix is not None and isinstance(edits[0], Insert):
                fix = collected.setdefault(edits[0].anchor, fix)
            worker = start.function.name if start.function is not None and start.kind == "process" else "the process"
            yield self.finding(
                start.call,
                f"`{worker}` is started and never joined: when the parent ends first, the shared objects are gone and "
                "under spawn and forkserver the child dies with `FileNotFoundError`",
                advice="join it before the program ends" + ("" if edits else "; where, is not plain here"),
                fix=fix,
            )

    # -- who is left alone -------------------------------------------------------------------------

    @staticmethod
    def _is_background(program: Program, start: Start) -> bool:
        """A daemon, or a worker without an end."""
        if any(each.arg == "daemon" for each in start.call.keywords) or is_endless(program, start.function):
            return True
        for attribute in program.index.attributes.get("daemon", []):
            type_ = program.type(attribute.value)
            if isinstance(attribute.ctx, ast.Store) and (type_ is None or start.call in type_.made or type_.class_):
                return True
        return any(True for _ in program.types.receiver_calls("setDaemon", ["Process"]))

    def _is_waited_for(self, program: Program, start: Start) -> bool:
        waits = waits_for(program, start.call)
        if not waits:
            return False
        loop = program.index.loop(start.call)
        if isinstance(loop, (ast.For, ast.While)):
            # a plain name joined behind the loop is the last process alone
            return not all(
                not program.index.contains(loop, call) and self._holds_one(program, receiver(call), start.call)
                for call in waits
            )
        return not all(self._is_bound_again_before(program, start.call, call) for call in waits)

    def _is_bound_again_before(self, program: Program, made: ast.Call, wait: ast.Call) -> bool:
        """Whether the name that is waited for stands for another process by then, in one straight line."""
        name = receiver(wait)
        statement = program.index.statement(made)
        if not isinstance(name, ast.Name) or not self._holds_one(program, name, made):
            return False
        block = program.index.block(statement)
        end = in_block(program, wait, block)
        if end is None:
            return False
        between = block[position(block, statement) + 1 : end]
        return any(isinstance(each, ast.Assign) and _name_of(each.targets[0]) == name.id for each in between)

    @staticmethod
    def _holds_one(program: Program, name: ast.expr, made: ast.Call) -> bool:
        """Whether the name stands for what the call made last, not for the elements of a list."""
        if not isinstance(name, ast.Name):
            return False
        return any(each.kind == "assign" and each.value is made for each in program.index.bindings(name)) and not any(
            each.kind.startswith("for") for each in program.index.bindings(name) if each.value is not None
        )

    @staticmethod
    def _escapes(program: Program, start: Start) -> bool:
        """Whether the process is returned, stored or handed to somebody who may wait for it."""
        parent = program.index.parent[start.call]
        if isinstance(parent, ast.Attribute):
            return False
        if not isinstance(parent, ast.Assign) or not all(isinstance(each, ast.Name) for each in parent.targets):
            return True
        for target in parent.targets:
            assert isinstance(target, ast.Name)
            owner = program.index.owner(target)
            for use in program.index.names[target.id]:
                user = program.index.parent[use]
                if (
                    program.index.owner(use) is owner
                    and isinstance(use.ctx, ast.Load)
                    and not isinstance(user, ast.Attribute)
                ):
                    return True
        return False

    # -- where it is started -----------------------------------------------------------------------

    @staticmethod
    def _started(program: Program, start: Start) -> ast.stmt | None:
        """The statement `p.start()` (or `Process(…).start()`) in the block where the process is made."""
        made = program.index.statement(start.call)
        block = program.index.block(made)
        if method_call(made, "start") is not None:
            return made
        names = {each.id for each in getattr(made, "targets", []) if isinstance(each, ast.Name)}
        for each in block[position(block, made) + 1 :]:
            call = method_call(each, "start")
            if call is not None and _name_of(receiver(call)) in names:
                return each
        return None

    # -- putting it right --------------------------------------------------------------------------

    def _edits(self, program: Program, start: Start, started: ast.stmt) -> tuple[list[Edit], Safety]:
        loop = program.index.loop(start.call)
        made = program.index.statement(start.call)
        if made is started:
            # give it a name first; the next round joins it
            name = program.free_name("process", program.index.function(start.call))
            text = program.text(start.call)
            safety = self._edits_for_block(program, loop if isinstance(loop, ast.stmt) else started)[1]
            return [Replace(started, f"{name} = {text}"), Insert(f"{name}.start()", started, after=True)], safety
        assert isinstance(made, ast.Assign)
        assert isinstance(made.targets[0], ast.Name)
        name = made.targets[0].id
        rebound = len([each for each in program.index.bindings(made.targets[0]) if each.kind != "delete"]) > 1
        if isinstance(loop, (ast.For, ast.While)):
            return self._in_loop(program, loop, started, name)
        if rebound:
            return self._rebound(program, made.targets[0], started)
        anchor, safety = self._edits_for_block(program, started)
        return ([Insert(f"{name}.join()", anchor, after=True)] if anchor is not None else []), safety

    def _rebound(self, program: Program, target: ast.Name, started: ast.stmt) -> tuple[list[Edit], Safety]:
        """A name that stands for one process after another in a straight line: collect them in a list.

        The edits are the same whichever of the processes is looked at, so that they are made once.
        """
        block = program.index.block(started)
        starts = [each for each in block if self._is_call_of(each, target.id, "start")]
        makes = [each for each in block if isinstance(each, ast.Assign) and _name_of(each.targets[0]) == target.id]
        owner = program.index.owner(target)
        stores = [
            each
            for each in program.index.names[target.id]
            if program.index.owner(each) is owner and not isinstance(each.ctx, ast.Load)
        ]
        if len(makes) != len(starts) or len(stores) != len(makes) or not makes:
            return [], Safety.MANUAL
        function = program.index.function(started)
        processes = program.free_name("processes", function)
        anchor, safety = self._edits_for_block(program, started)
        lone = [each for each in block if self._is_call_of(each, target.id, "join")]
        if anchor is None or len(lone) > 1 or (lone and position(block, lone[0]) < position(block, starts[-1])):
            return [], safety
        edits: list[Edit] = [Insert(f"{processes} = []", makes[0])]
        edits += [Insert(f"{processes}.append({target.id})", each, after=True) for each in starts]
        joining = f"for {target.id} in {processes}:\n    {target.id}.join()"
        if lone:
            return [*edits, Insert(joining, lone[0]), Delete(lone[0])], safety
        return [*edits, Insert(joining, anchor, after=True)], safety

    def _in_loop(self, program: Program, loop: ast.stmt, started: ast.stmt, name: str) -> tuple[list[Edit], Safety]:
        if program.index.loop(loop) is not None:
            return [], Safety.MANUAL
        anchor, safety = self._edits_for_block(program, loop)
        if anchor is None:
            return [], safety
        processes = program.free_name("processes", program.index.function(loop))
        edits: list[Edit] = [
            Insert(f"{processes} = []", loop),
            Insert(f"{processes}.append({name})", started, after=True),
        ]
        joining = f"for {name} in {processes}:\n    {name}.join()"
        lone = next((each for each in program.index.block(loop) if self._is_call_of(each, name, "join")), None)
        if lone is not None:
            return [*edits, Insert(joining, lone), Delete(lone)], safety
        return [*edits, Insert(joining, anchor, after=True)], safety

    @staticmethod
    def _is_call_of(statement: ast.stmt, name: str, method: str) -> bool:
        call = method_call(statement, method)
        return call is not None and _name_of(receiver(call)) == name

    @staticmethod
    def _edits_for_block(program: Program, statement: ast.stmt) -> tuple[ast.stmt | None, Safety]:
        """Behind which statement to join, and how safe that is."""
        block = program.index.block(statement)
        last = block[-1]
        if any(isinstance(node, (ast.Return, ast.Raise)) for node in own_nodes(last)):
            return None, Safety.MANUAL
        safe = is_last(program, block)
        return last, Safety.SAFE if safe else Safety.UNSAFE


def _name_of(node: ast.expr) -> str | None:
    return node.id if isinstance(node, ast.Name) else None
