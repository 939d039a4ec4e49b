"""MP304: a pool is made before the function that it runs is defined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.model.scopes import DEFINITIONS
from mpmodernize.rules.base import FORK_ALONE, Phase, Rule
from mpmodernize.rules.starting.missing_main_guard import gathering_fix

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class PoolBeforeWorkerDefinition(Rule):
    """A pool is made before the function that it runs is defined.

    ## What it does
    Finds a `Pool` at module level that runs a function (or a method of a class) which is defined further down. The fix
    is that of `missing-main-guard`: what acts is gathered under a guard behind the definitions.

    ## Why it matters
    Under fork the workers are copies of the parent at the moment in which the pool is made, and there is no such
    function yet: each dies with `AttributeError: Can't get attribute 'square' on <module '__main__'>`, another takes
    its place, and `map` waits for ever. It does so on Python 2.7, too. Under spawn and forkserver the workers import
    the whole file, and find the function if there is a main guard.

    ## Example
    ```python
    from multiprocessing import Pool

    pool = Pool(2)


    def square(x):
        return x * x


    print(pool.map(square, [1, 2, 3]))
    pool.close()
    pool.join()
    ```

    ## Use instead
    ```python
    from multiprocessing import Pool


    def square(x):
        return x * x


    if __name__ == "__main__":
        pool = Pool(2)

        print(pool.map(square, [1, 2, 3]))
        pool.close()
        pool.join()
    ```

    ## Fix safety
    Safe under the conditions of `missing-main-guard`. Reported where the pool is made under a guard of its own, further
    up than the definition.

    ## When it stays silent
    For executors, which start their workers with the first task, for pools that are made in functions or behind the
    definitions, and for thread pools.

    ## References
    - [multiprocessing: using a pool of workers](https://docs.python.org/3/library/multiprocessing.html#using-a-pool-of-workers)
    """

    code = "MP304"
    name = "pool-before-worker-definition"
    start_methods = FORK_ALONE
    phase = Phase.GUARD

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Compare the places of pools with those of the functions they run; one finding a pool."""
        seen: set[ast.Call] = set()
        for start in program.starts.tasks:
            if start.function is None or not program.owns(start.function):
                continue
            definition = program.index.top_statement(start.function)
            for pool in start.pools - seen:
                if program.index.function(pool) is not None or not program.names.calls(pool, "multiprocessing.Pool"):
                    continue
                if (
                    not isinstance(definition, DEFINITIONS)
                    or program.index.top_statement(pool).lineno > definition.lineno
                ):
                    continue
                seen.add(pool)
                yield self.finding(
                    pool,
                    f"this pool is made before `{definition.name}` is defined: under fork its workers have no "
                    "such name, and it waits for ever",
                    advice=f"make it behind the definition of `{definition.name}`",
                    fix=gathering_fix(program) if program.import_time.runs(pool) else None,
                )
