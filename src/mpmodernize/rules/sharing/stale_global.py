"""MP404: a worker reads a global that only the parent assigns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.rules.base import NOT_FORK, Phase, Rule
from mpmodernize.rules.routing import routing_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class StaleGlobal(Rule):
    """A worker reads a global that gets its value only in the parent.

    ## What it does
    Finds module-level names that a worker reads and that are assigned under the main guard, or by `global` in a
    function that the parent runs, and lists, dicts and other objects that are filled there. The fix hands the value
    over when the process starts: by `args` to a `Process`, by an initializer to a pool.

    ## Why it matters
    Under fork a child starts with a copy of the parent's globals as they are at that moment. Under spawn and
    forkserver it imports the file again, and what stands under the guard has not run there: the name is missing
    (`NameError`), or, worse, has the default from the top of the file, and the program computes something else
    without a word.

    ## Example
    ```python
    from multiprocessing import Pool

    factor = 1


    def scale(x):
        return x * factor


    if __name__ == "__main__":
        factor = 10
        pool = Pool(2)
        print(pool.map(scale, [1, 2, 3]))
        pool.close()
        pool.join()
    ```

    ## Use instead
    ```python
    from multiprocessing import Pool

    factor = 1


    def _init_worker(factor_):
        global factor
        factor = factor_


    def scale(x):
        return x * factor


    if __name__ == "__main__":
        factor = 10
        pool = Pool(2, initializer=_init_worker, initargs=(factor,))
        print(pool.map(scale, [1, 2, 3]))
        pool.close()
        pool.join()
    ```

    ## Fix safety
    Safe: the worker gets what it had under fork. The value is pickled once per worker; for large data, shared memory
    or a file is cheaper. There is no fix where a start is not in the file, the worker is handed around as a value, or
    it assigns the name itself; and where the parent sets it as an attribute of another module.

    ## When it stays silent
    When an initializer binds the name, when the name is bound at import time only, for functions, classes and
    modules, and when the program asks for fork by name.

    ## References
    - [multiprocessing: global variables](https://docs.python.org/3/library/multiprocessing.html#the-spawn-and-forkserver-start-methods)
    - [cpython #84112](https://github.com/python/cpython/issues/84112)
    """

    code = "MP404"
    name = "stale-global"
    start_methods = NOT_FORK
    phase = Phase.ROUTES

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Names that are not shared objects, from the one plan for all names."""
        routing = routing_of(program)
        for each in routing.names:
            if each.is_shared:
                continue
            function = program.state.outer_function(each.reads[0])
            where = f"worker `{function.name}`" if function is not None else "a worker"
            bindings = program.state.bindings(each.name)
            early = any(not program.import_time.is_late(binding.node) for binding in bindings)
            seen = "its first value" if early else "no such name"
            obstacle = routing.obstacles.get(each.name)
            yield self.finding(
                each.reads[0],
                f"{where} reads the global `{each.name}`, which only the parent sets: "
                f"under spawn and forkserver it finds {seen}",
                advice=f"hand `{each.name}` to the worker"
                + (f"; no automatic fix: {obstacle}" if obstacle is not None else " when it starts"),
                fix=None if obstacle is not None else routing.fix,
            )
        yield from self._in_other_modules(program)

    def _in_other_modules(self, program: Program) -> Iterator[Diagnosis]:
        """`settings.scale = 10` in the parent, where a worker reads `scale` of the module `settings`."""
        if program.joint is None or program.pins_fork:
            return
        for store in program.joint.stores_in(program):
            reads = [each for each in program.joint.reads_of(store) if program.runs_in_child(each)]
            if not reads or program.runs_in_child(store) or not program.import_time.is_late(store):
                continue
            function = program.state.outer_function(reads[0])
            where = f"worker `{function.name}`" if function is not None else "a worker"
            yield self.finding(
                store,
                f"`{program.text(store)}` is set in the parent alone, and {where} reads it: "
                "under spawn and forkserver the child imports the module anew and finds its first value",
                advice="hand the value to the worker, or set it in the pool's initializer as well",
            )
