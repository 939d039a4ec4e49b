"""MP411: a lock or queue of threads is handed to a process."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.crossings import Route
from mpmodernize.model.functions import parameters
from mpmodernize.rules.base import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.crossings import Crossing
    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis

_OF_THREADS = {
    f"{module}.{name}": instead
    for modules, names in (
        (
            ("threading",),
            {name: name for name in "Lock RLock Semaphore BoundedSemaphore Event Condition Barrier".split()},
        ),
        (("queue", "Queue"), dict.fromkeys("Queue LifoQueue PriorityQueue SimpleQueue".split(), "Queue")),
    )
    for module in modules
    for name, instead in names.items()
}
_ROUTES = (Route.ARGUMENT, Route.INITARG, Route.TASK, Route.PARTIAL, Route.CONSTRUCTOR)
_TELLING = {
    "Event": ({"set", "clear"}, {"wait", "is_set", "isSet"}),
    "Queue": ({"put", "put_nowait"}, {"get", "get_nowait"}),
}


class ThreadPrimitiveInProcess(Rule):
    """A lock, event or queue of threads is used between processes.

    ## What it does
    Finds locks, events, conditions and semaphores of `threading`, and queues of the module `queue`, that are handed to
    a process, pool or executor; and events and queues of a module, by which a worker and the parent try to talk.

    ## Why it matters
    They work within one process. Under spawn and forkserver they can't be handed over (`TypeError: cannot pickle
    '_thread.lock' object`), with a pool's task under fork neither. As an argument under fork each process gets a copy:
    the lock excludes nobody, the event is never set, what is put in the queue stays there.

    ## Example
    ```python
    import queue
    from multiprocessing import Process


    def job(results):
        results.put(1)


    if __name__ == "__main__":
        results = queue.Queue()
        worker = Process(target=job, args=(results,))
        worker.start()
        worker.join()
        print(results.qsize())
    ```

    ## Use instead
    ```python
    import queue
    from multiprocessing import Process


    def job(results):
        results.put(1)


    if __name__ == "__main__":
        results = queue.Queue()
        worker = Process(target=job, args=(results,))
        worker.start()
        worker.join()
        print(results.qsize())
    ```

    ## Fix safety
    There is no fix: whether threads need the object as well is for you to say. `multiprocessing` has the same ones,
    with the same methods: `results = multiprocessing.Queue()`. Such a queue is to be emptied before the join.

    ## When it stays silent
    For threads and their pools, for locks of a module (each process may well have one for its own threads), and for the
    objects of `multiprocessing`.

    ## References
    - [Synchronization primitives](https://docs.python.org/3/library/multiprocessing.html#synchronization-primitives)
    """

    code = "MP411"
    name = "thread-primitive-in-process"

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at what crosses, and at names by which a worker and the parent try to talk."""
        for crossing in program.crossings.by(*_ROUTES):
            name = self._made(program, crossing.expression) if not crossing.holds else None
            if name is not None and (crossing.route is not Route.CONSTRUCTOR or self._is_kept(program, crossing)):
                if crossing.is_inherited:
                    what = "under fork each process has its own, under spawn and forkserver it cannot be pickled"
                else:
                    what = "it cannot be pickled, under any start method"
                yield self._reported(program, crossing.expression, name, what)
        for name, bindings in program.index.module.bindings.items():
            values = [each.value for each in bindings if each.kind == "assign"]
            if len(bindings) != 1 or not values or values[0] is None:
                continue
            made = program.qualified(values[0].func) if isinstance(values[0], ast.Call) else None
            kind = _OF_THREADS.get(made or "")
            if made is not None and kind in _TELLING:
                yield from self._talk(program, program.state.uses(name), made, kind)

    def _talk(self, program: Program, uses: list[ast.Name], made: str, kind: str) -> Iterator[Diagnosis]:
        """Where a worker tells what only the parent listens to, or the other way round."""
        told, heard = _TELLING[kind]
        called = {use: parent.attr for use in uses if isinstance(parent := program.index.parent[use], ast.Attribute)}
        in_child = [use for use in called if program.sides.only_in_children(use)]
        in_parent = [use for use in called if program.sides.only_in_parent(use)]
        if len(in_child) + len(in_parent) < len(called):
            return
        for mine, others in ((told, heard), (heard, told)):
            sides = [{called[use] for use in side} for side in (in_child, in_parent)]
            apart = sides[0] and sides[1] and sides[0] <= mine and sides[1] <= others
            if apart:
                yield self._reported(program, in_child[0], made, "each process has its own, under every start method")
                return

    @staticmethod
    def _is_kept(program: Program, crossing: Crossing) -> bool:
        """Whether the constructor of a `Process` subclass keeps this argument: then it crosses with the instance."""
        assert crossing.start is not None
        class_ = program.functions.resolve_class(crossing.start.call.func)
        init = program.functions.method(class_, "__init__") if class_ is not None else None
        for parameter in parameters(init) if init is not None else ():
            assert init is not None
            if crossing.expression in program.types.received(init, parameter):
                uses = program.index.uses(parameter.arg, program.index.inner_scope(init))
                return any(isinstance(program.index.parent[use], ast.Assign) for use in uses)
        return False

    @staticmethod
    def _made(program: Program, node: ast.expr) -> str | None:
        """The qualified name of the thread primitive that an expression is."""
        value = program.crossings.source_of(node)
        name = program.qualified(value.func) if isinstance(value, ast.Call) else None
        return name if name in _OF_THREADS else None

    def _reported(self, program: Program, node: ast.expr, made: str, what: str) -> Diagnosis:
        return self.finding(
            node,
            f"`{program.text(node)}`, made by `{made}`, is for the threads of one process: {what}",
            advice=f"use `multiprocessing.{_OF_THREADS[made]}`",
        )
