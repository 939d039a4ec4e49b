"""MP306: importing a module starts processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.rules.base import NOT_FORK, Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class ProcessStartedByLibraryImport(Rule):
    """A module makes a pool or manager when it is imported, for its functions to use.

    ## What it does
    Finds `pool = Pool()`, `manager = Manager()` and their likes at module level where only functions use them that
    nothing in the file calls: somebody else imports the module and calls those.

    ## Why it matters
    Under spawn and forkserver each child imports what its work needs, this module among it, and starts processes of
    its own there: a pool respawns for ever, with hundreds of tracebacks a minute (`RuntimeError: An attempt has been
    made to start a new process before the current process has finished its bootstrapping phase`). A main guard in the
    program that imports it does not help. Under fork it works, at the price of a pool for everybody who imports it.

    ## Example
    ```python
    from multiprocessing import Pool

    pool = Pool(4)


    def square(x):
        return x * x


    def squares(xs):
        return pool.map(square, xs)
    ```

    ## Use instead
    ```python
    from multiprocessing import Pool

    pool = Pool(4)


    def square(x):
        return x * x


    def squares(xs):
        return pool.map(square, xs)
    ```

    ## Fix safety
    There is no fix: make the pool in a function, when it is first needed (`functools.cache` on `def get_pool():
    return Pool(4)` keeps it), or let the caller hand one over.

    ## When it stays silent
    For scripts, whose own code uses what they make (`missing-main-guard`), for files with a main guard, for thread
    pools, and when the program asks for fork by name.

    ## References
    - [Safe importing of main module](https://docs.python.org/3/library/multiprocessing.html#the-spawn-and-forkserver-start-methods)
    """

    code = "MP306"
    name = "process-started-by-library-import"
    start_methods = NOT_FORK
    phase = Phase.GUARD

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """One finding a file, at the first start, as for a script."""
        start = program.import_time.starting
        if start is None or not program.import_time.is_library or program.pins_fork:
            return
        called = program.text(start.func).split("\n")[0]
        yield self.finding(
            start,
            f"`{called}(…)` starts processes when this module is imported: under spawn and forkserver every child that "
            "imports it starts processes of its own, without end",
            advice="make it in a function, when it is first needed",
        )
