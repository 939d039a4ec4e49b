"""MP301: processes are started while the file is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.rewrite.edits import Gather
from mpmodernize.rules.base import NOT_FORK, Fix, Phase, Rule
from mpmodernize.rules.route import NoRouteError
from mpmodernize.rules.routing import check_detached, routing_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


def gathering_obstacle(program: Program) -> str | None:
    """Why the acting statements cannot be gathered by a change that is certainly right; `None` if they can."""
    gathering = program.import_time.gathering
    if program.import_time.is_library:
        return "functions that others call use what is made here"
    if gathering.obstacle is not None:
        return gathering.obstacle
    if program.pins_fork:
        return None  # the workers inherit what is made under the guard
    left = left_inherited(program)
    if left is not None:
        return left
    try:
        check_detached(program, gathering.detached)
    except NoRouteError as reason:
        return str(reason)
    return None


def left_inherited(program: Program) -> str | None:
    """What workers would go on to inherit since its rule may not fix it; `None` if that is nothing.

    Without the guard the program stops under spawn and forkserver; behind a guard alone it computes something else.
    """
    shared = {each.name for each in routing_of(program).names if each.is_shared}
    others = [name for name in program.import_time.gathering.detached if name not in shared]
    for code, names in (("MP401", sorted(shared)), ("MP404", others)):
        if names and not program.may_fix(code):
            return f"`{names[0]}` has to be handed to its workers in the same run, and {code} is switched off"
    return None


def gathering_fix(program: Program) -> Fix | None:
    """The fix that brings what acts under a guard, one for all findings that it repairs; `None` if there is none."""
    if "gathering" not in program.plans:
        quote = program.quote
        edit = Gather(
            program.import_time.gathering.statements,
            f"if __name__ == {quote}__main__{quote}:",
            program.import_time.gathering_guard,
        )
        fixed = gathering_obstacle(program) is None
        program.plans["gathering"] = Fix((edit,), Safety.SAFE, Phase.GUARD) if fixed else None
    fix = program.plans["gathering"]
    return fix if isinstance(fix, Fix) else None


class MissingMainGuard(Rule):
    """Processes are started while the file is imported.

    ## What it does
    Finds calls that start a process (`Process.start`, `Pool()`, `Manager()`, an executor's tasks), directly or through
    functions of the file, in code that runs at import. The fix gathers what starts processes, prints, asks, measures
    or otherwise acts, in order, under one `if __name__ == "__main__":`, where the last of it stood, or in the guard
    that is there. Definitions between are stepped over; what workers, decorators, defaults and class bodies read stays
    outside, with every statement that fills it.

    ## Why it matters
    Under spawn and forkserver each child imports the main file, runs into the same start, and would start children of
    its own. What then happens depends on version and kind: a `Pool` respawns for ever (hundreds of tracebacks a
    minute), a `Process` dies with `RuntimeError: An attempt has been made to start a new process before the current
    process has finished its bootstrapping phase` while the parent exits with 0, a `Manager` ends in `EOFError`; on
    3.14 the parent stops with `ConnectionResetError`. Under fork, the default on Linux up to 3.13, all works.

    ## Example
    ```python
    from multiprocessing import Pool


    def square(x):
        return x * x


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
        pool = Pool(2)
        print(pool.map(square, [1, 2, 3]))
        pool.close()
        pool.join()
    ```

    ## Fix safety
    Safe where every name that a worker reads either stays at import time, because computing it acts on nothing, or can
    be handed to the worker (see `shared-object-not-passed` and `stale-global`). Where a name can neither stay nor
    be handed over, or changes its value around a start, the finding is for you to solve; so it is where one of those
    two rules is switched off and would have to hand something over.

    ## When it stays silent
    When processes are started only in functions that nothing calls at import, for thread pools
    (`multiprocessing.dummy`, `ThreadPool`), when the start stands under a guard in any spelling, in modules that make a
    pool for others to use (`process-started-by-library-import`), and in notebooks and sessions, which no child imports
    (`worker-in-main-module`).

    ## References
    - [Safe importing of main module](https://docs.python.org/3/library/multiprocessing.html#the-spawn-and-forkserver-start-methods)
    - [What's New in Python 3.14: forkserver is the default](https://docs.python.org/3/whatsnew/3.14.html#multiprocessing)
    """

    code = "MP301"
    name = "missing-main-guard"
    start_methods = NOT_FORK
    phase = Phase.GUARD

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """One finding a file, at the first start: they share one cause and one fix."""
        start = program.import_time.starting
        if start is None or not program.mentions_multiprocessing or program.import_time.is_library:
            return
        obstacle = gathering_obstacle(program)
        called = program.text(start.func).split("\n")[0]
        yield self.finding(
            start,
            f"`{called}(…)` starts a process while the file is imported: under spawn and forkserver every child "
            "imports it too, and would start processes of its own",
            advice='put what acts under `if __name__ == "__main__":`'
            + (f"; no automatic fix: {obstacle}" if obstacle is not None else ""),
            fix=gathering_fix(program),
        )
