"""MP401: a worker reads a lock, queue or piece of shared memory as a global."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.rules.base import NOT_FORK, Fix, Phase, Rule
from mpmodernize.rules.lifting import hidden_objects
from mpmodernize.rules.routing import routing_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class SharedObjectNotPassed(Rule):
    """A worker reads a lock, queue, event or piece of shared memory as a global.

    ## What it does
    Finds locks, semaphores, events, conditions, queues, `Value`s, `Array`s, pipes and manager proxies that are bound
    at module level or under the guard, read by a function that runs in a child, and not handed to it. The fix hands
    them over: by `args` into a new last parameter (keyword-only, by `kwargs`, where defaults or `*args` stand), at
    every start and through every call down to the use; through a pool by `initializer` and `initargs`; into a
    `Process` subclass by its constructor. The object itself is then made under the guard. An object that a worker
    finds as a class attribute moves into the constructor, where the class has one instance that goes with the worker;
    else it becomes a name of the module first, and so does the default of a parameter. A function that runs in a
    process of its own and in a pool gets a sister for the pool.

    ## Why it matters
    Only under fork does a child inherit the parent's objects. Under spawn and forkserver it imports the file again:
    an object made at module level is a *second* object there, so a lock excludes nobody, a queue stays empty, a
    counter stays 0, all without a message; one made under the guard does not exist (`NameError`). Measured: four
    workers, 1200 read-modify-writes under a module-level lock: 1200 under fork, 296 under spawn. Since Python 3.14
    forkserver is the default on Linux. From 3.14.1 on it happens to share module-level objects among children again
    (not with the parent), which hides the defect on that one platform.

    ## Example
    ```python
    import multiprocessing as mp

    lock = mp.Lock()


    def job(n):
        with lock:
            print(n)


    if __name__ == "__main__":
        workers = [mp.Process(target=job, args=(n,)) for n in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    ```

    ## Use instead
    ```python
    import multiprocessing as mp


    def job(n, lock):
        with lock:
            print(n)


    if __name__ == "__main__":
        lock = mp.Lock()
        workers = [mp.Process(target=job, args=(n, lock)) for n in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    ```

    ## Fix safety
    Safe: under fork nothing changes, under the other start methods the object is the same one at last. There is a fix
    only where every start and every call of the worker is in the file, the worker is not handed around as a value,
    and no name is in the way; otherwise the finding says what is. Other repairs: pinning fork with
    `get_context("fork")`, or returning partial results and joining them in the parent.

    ## When it stays silent
    When the object is handed over already, when the pool's initializer binds the name, when only the parent uses it,
    for objects of `threading` and `queue`, and when the program asks for fork by name.

    ## References
    - [Programming guidelines: explicitly pass resources to child processes](https://docs.python.org/3/library/multiprocessing.html#the-spawn-and-forkserver-start-methods)
    - [gh-84559: the default start method](https://github.com/python/cpython/issues/84559)
    """

    code = "MP401"
    name = "shared-object-not-passed"
    start_methods = NOT_FORK
    phase = Phase.ROUTES

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Shared objects, from the one plan for all names: so signatures change only once."""
        if not program.pins_fork and program.mentions_multiprocessing:
            yield from self._hidden(program)
        routing = routing_of(program)
        for each in routing.names:
            if not each.is_shared:
                continue
            assert each.type is not None
            kind = (each.type if each.type.is_shared or each.type.element is None else each.type.element).kind
            if each.holds_shared and each.type.class_ is not None:
                kind = each.type.class_.name
            function = program.state.outer_function(each.reads[0])
            where = f"worker `{function.name}`" if function is not None else "a worker"
            obstacle = routing.obstacles.get(each.name)
            yield self.finding(
                each.reads[0],
                f"{where} reads the {kind} `{each.name}` as a global: "
                "fork alone shares it, under spawn and forkserver each child makes its own or finds none",
                advice=f"hand `{each.name}` to the worker"
                + (f"; no automatic fix: {obstacle}" if obstacle is not None else " when it starts"),
                fix=None if obstacle is not None else routing.fix,
            )

    def _hidden(self, program: Program) -> Iterator[Diagnosis]:
        """Objects in class bodies and defaults, which are first brought to where they can be handed over."""
        fixes: dict[int, Fix] = {}
        for each in hidden_objects(program):
            function = program.state.outer_function(each.node)
            where = f"worker `{function.name}`" if function is not None else "a worker"
            key = id(each.edits)
            if each.obstacle is None and key not in fixes:
                fixes[key] = Fix(each.edits, Safety.SAFE, Phase.STATE)
            yield self.finding(
                each.node,
                f"{where} finds the {each.type.kind} `{each.name}` as {each.way}: "
                "under spawn and forkserver each child makes its own",
                advice=f"make `{each.name}` in the parent and hand it to the worker"
                + (f"; no automatic fix: {each.obstacle}" if each.obstacle is not None else ""),
                fix=fixes.get(key),
            )
