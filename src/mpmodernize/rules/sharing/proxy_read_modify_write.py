"""MP407: `d["x"] += 1` on a manager's dictionary, without a lock."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.functions import parameters
from mpmodernize.model.locking import is_guarded, several_processes
from mpmodernize.model.proxies import updates
from mpmodernize.rewrite.edits import AddElement, AddParameter, Insert, Wrap
from mpmodernize.rules.base import Fix, Phase, Rule
from mpmodernize.rules.route import NoRouteError, needs_keyword
from mpmodernize.rules.routing import check_route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.proxies import Access
    from mpmodernize.model.scopes import FunctionNode
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis


class ProxyReadModifyWrite(Rule):
    """A worker changes what a manager's object holds by reading and writing it, without a lock.

    ## What it does
    Finds `d["x"] += 1`, `names.x += 1` and `d[k] = d.get(k, 0) + 1` on a dictionary, list or namespace of a `Manager`
    in code that several processes run, outside of any lock. The fix does it under a lock: one that the worker has
    already, or one that the manager makes and that goes where the object goes.

    ## Why it matters
    Each access is a message to the manager's process: one that reads, another that writes. Between the two, other
    processes do the same, and updates are lost: of 3000 additions 1,300 to 2,800 arrived, under every start method.

    ## Example
    ```python
    import multiprocessing as mp


    def job(d):
        for _ in range(100):
            d["x"] += 1


    if __name__ == "__main__":
        with mp.Manager() as manager:
            d = manager.dict(x=0)
            workers = [mp.Process(target=job, args=(d,)) for _ in range(3)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            print(d["x"])
    ```

    ## Use instead
    ```python
    import multiprocessing as mp


    def job(d, d_lock):
        for _ in range(100):
            with d_lock:
                d["x"] += 1


    if __name__ == "__main__":
        with mp.Manager() as manager:
            d = manager.dict(x=0)
            d_lock = manager.Lock()
            workers = [mp.Process(target=job, args=(d, d_lock)) for _ in range(3)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            print(d["x"])
    ```

    ## Fix safety
    Unsafe: the lock makes processes wait for each other, and it is not certain which accesses belong together. There
    is a fix where the worker has exactly one lock, or where the object is made in the function that starts the
    workers and handed to them one by one. Often better: let each worker return its part, and add them up.

    ## When it stays silent
    Under any lock, where a single process is the only writer, in the parent alone, and for `Value` and `Array`
    (`unguarded-shared-update`).

    ## References
    - [multiprocessing.managers.SyncManager](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.managers.SyncManager)
    """

    code = "MP407"
    name = "proxy-read-modify-write"
    phase = Phase.STATE

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each update that more than one process can do."""
        if not program.mentions_multiprocessing:
            return
        found = list(updates(program))
        racing = [each for each in found if self._races(program, each, found)]
        fixes: dict[tuple[object, object], tuple[Fix | None, str | None]] = {}
        for access in racing:
            function = program.index.function(access.statement)
            key = (function, access.type.made)
            if key not in fixes:
                same = [each for each in racing if (program.index.function(each.statement), each.type.made) == key]
                edits, missing = self._edits(program, same)
                fixes[key] = Fix(edits, Safety.UNSAFE, self.phase) if edits else None, missing
            fix, missing = fixes[key]
            yield self.finding(
                access.statement,
                f"`{program.text(access.place)}` is read by one message to the manager and written by another: "
                "two processes doing it at once lose an update",
                advice=f"do it under a lock that all share{f'; no automatic fix: {missing}' if missing else ''}",
                fix=fix,
            )

    @staticmethod
    def _races(program: Program, access: Access, updates: list[Access]) -> bool:
        if not program.runs_in_child(access.statement) or is_guarded(program, access.statement):
            return False
        if _is_own_place(program, access):
            return False
        writers = {program.index.function(each.statement) for each in updates if each.type.made & access.type.made}
        return several_processes(program, {each for each in writers if each is not None})

    def _edits(self, program: Program, accesses: list[Access]) -> tuple[list[Edit], str | None]:
        """A lock around the updates of one object in one function, and how it gets there; or what is in the way."""
        access = accesses[0]
        function = program.index.function(access.statement)
        assert function is not None
        locks = _locks_at_hand(program, function)
        if len(locks) == 1:
            return _under(program, accesses, locks[0]), None
        if locks:
            return [], "the worker has several locks"
        try:
            return self._with_new_lock(program, accesses, function), None
        except NoRouteError as reason:
            return [], str(reason)

    def _with_new_lock(self, program: Program, accesses: list[Access], function: FunctionNode) -> list[Edit]:
        access = accesses[0]
        made = next(iter(access.type.made)) if len(access.type.made) == 1 else None
        if made is None or not isinstance(made.func, ast.Attribute):
            raise NoRouteError("the object is made in several places")
        statement = program.index.parent[made]
        target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
        if not isinstance(statement, ast.Assign) or not isinstance(target, ast.Name):
            raise NoRouteError("the object has no name of its own where it is made")
        others = {program.index.function(each.statement) for each in updates(program) if each.type.made & {made}}
        if any(program.starts.is_worker(each) for each in others - {function}):
            raise NoRouteError("it is updated in several functions")
        lock = program.free_name(f"{target.id}_lock")
        edits: list[Edit] = [
            Insert(f"{lock} = {program.text(made.func.value)}.Lock()", statement, after=True),
            *_under(program, accesses, lock),
        ]
        if program.index.owner(target) is program.index.module and isinstance(access.proxy, ast.Name):
            owner = program.index.owner(access.proxy)
            if owner is program.index.module:
                check_route(program, lock, [access.proxy])
                return edits
        return edits + self._along_with(program, function, target, lock)

    @staticmethod
    def _along_with(program: Program, function: FunctionNode, target: ast.Name, lock: str) -> list[Edit]:
        """Hand the lock over wherever the object is handed over: as an element of the same `args`."""
        starts = program.starts.of_function.get(function, [])
        if program.functions.callers(function) or needs_keyword(function) or function.decorator_list:
            raise NoRouteError(f"`{function.name}` is called in other ways than by a start")
        if lock in program.index.inner_scope(function).bindings or not parameters(function):
            raise NoRouteError(f"`{function.name}` does not get the object as an argument")
        edits: list[Edit] = [AddParameter(function, lock)]
        for start in starts:
            elements = start.args.elts if isinstance(start.args, (ast.Tuple, ast.List)) else []
            handed = [each for each in elements if isinstance(each, ast.Name) and each.id == target.id]
            applied = isinstance(start.call.func, ast.Attribute) and start.call.func.attr.startswith("apply")
            plain = start.kind == "process" or (start.kind == "task" and applied)
            if not handed or start.kwargs is not None or not plain or start.is_choice or start.leading:
                raise NoRouteError("a start hands the object over in another way")
            if program.index.owner(handed[0]) is not program.index.owner(target):
                raise NoRouteError("a start hands the object over elsewhere than it is made")
            assert start.args is not None
            edits.append(AddElement(start.args, lock))
        return edits


def _under(program: Program, accesses: list[Access], lock: str) -> list[Edit]:
    """The updates under the lock, each with the conditions that ask for the object."""
    whole = dict.fromkeys(_with_conditions(program, each) for each in accesses)
    outer = [each for each in whole if not any(program.index.contains(other, each) for other in whole if other != each)]
    return [Wrap(each, each, f"with {lock}:") for each in outer]


def _with_conditions(program: Program, access: Access) -> ast.stmt:
    """The statement, or the `if` around it that asks for the same object: `if k in d: d[k] += 1`."""
    whole = access.statement
    wanted = ast.dump(access.proxy)
    for ancestor in program.index.ancestors(access.statement):
        if not isinstance(ancestor, ast.If):
            break
        if any(isinstance(node, ast.expr) and ast.dump(node) == wanted for node in ast.walk(ancestor.test)):
            whole = ancestor
    return whole


def _locks_at_hand(program: Program, function: FunctionNode) -> list[str]:
    """The locks among a function's parameters."""
    found = []
    for parameter in [*parameters(function), *function.args.kwonlyargs]:
        uses = program.index.uses(parameter.arg, program.index.inner_scope(function))
        type_ = (
            program.type(uses[0])
            if uses
            else program.types.parameters.of(program.index.inner_scope(function).bindings[parameter.arg][0])
        )
        if type_ is not None and type_.kind in ("Lock", "RLock"):
            found.append(parameter.arg)
    return found


def _is_own_place(program: Program, access: Access) -> bool:
    """Whether each process may have a key of its own: what it is made of comes from a parameter."""
    key = access.place.slice if isinstance(access.place, ast.Subscript) else None
    if key is None or _counts(program, access):
        return False
    waiting, seen = [key], set()
    while waiting:
        node = waiting.pop()
        for name in ast.walk(node):
            if isinstance(name, ast.Call) and not isinstance(node, ast.Name) and node is key:
                return True
            for binding in program.index.bindings(name) if isinstance(name, ast.Name) else ():
                if binding.kind == "parameter":
                    return True
                if binding.value is not None and binding not in seen:
                    seen.add(binding)
                    waiting.append(binding.value)
    return False


def _counts(program: Program, access: Access) -> bool:
    """Whether it counts whatever comes: `d[k] = d.get(k, 0) + 1`, `if k in d: d[k] += 1`."""
    if isinstance(access.statement, ast.Assign):
        return any(isinstance(node, ast.Attribute) and node.attr == "get" for node in ast.walk(access.statement.value))
    parent = program.index.parent[access.statement]
    test = parent.test if isinstance(parent, ast.If) else None
    return isinstance(test, ast.Compare) and ast.dump(test.comparators[0]) == ast.dump(access.proxy)
