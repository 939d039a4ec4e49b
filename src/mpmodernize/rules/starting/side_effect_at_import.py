"""MP307: a file that starts processes under its guard still acts at import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.rules.base import NOT_FORK, Phase, Rule
from mpmodernize.rules.starting.missing_main_guard import gathering_fix, gathering_obstacle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class SideEffectAtImport(Rule):
    """A program with a main guard prints, asks, measures or opens something outside of it.

    ## What it does
    Finds top-level statements that act outside the main guard of a program that starts processes, and gathers them
    into the guard: those that stand before it first, those behind it last.

    ## Why it matters
    Under spawn and forkserver every child imports the file and does it again: text is printed once more for each
    child, `input()` meets the end of the file, `open("log", "w")` empties the parent's file, a timer starts anew.
    Under fork it happens once.

    ## Example
    ```python
    from multiprocessing import Pool

    print("starting")


    def square(x):
        return x * x


    if __name__ == "__main__":
        pool = Pool(2)
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
        print("starting")
        pool = Pool(2)
        print(pool.map(square, [1, 2, 3]))
        pool.close()
        pool.join()
    ```

    ## Fix safety
    Safe under the same conditions as `missing-main-guard`: names that workers read stay at import time or are handed
    over. Where that cannot be, the finding is for you to solve.

    ## When it stays silent
    For files without a main guard (libraries), for files that start no process, for imports, definitions, constants
    and configuration (`sys.path`, `logging.basicConfig`, `warnings`, seeds), which children need as well.

    ## References
    - [Safe importing of main module](https://docs.python.org/3/library/multiprocessing.html#the-spawn-and-forkserver-start-methods)
    """

    code = "MP307"
    name = "side-effect-at-import"
    start_methods = NOT_FORK
    phase = Phase.GUARD

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Only where the guard is there and the starts are under it: the rest is MP301's."""
        import_time = program.import_time
        if import_time.guard is None or not program.starts.all or import_time.starting is not None or program.pins_fork:
            return
        if not import_time.acting:
            return
        obstacle = gathering_obstacle(program)
        fix = gathering_fix(program)
        for statement in import_time.acting:
            yield self.finding(
                statement,
                "this runs at import: under spawn and forkserver every child does it again",
                advice="move it under the main guard"
                + (f"; no automatic fix: {obstacle}" if obstacle is not None else ""),
                fix=fix,
            )
