"""MP506: nobody fetches a result, and so nobody hears of an error."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety, Severity
from mpmodernize.model.locking import receiver
from mpmodernize.model.order import is_endless
from mpmodernize.model.pending import asked_methods, asynchronous_calls, fate_of
from mpmodernize.model.raising import catches_errors
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.base import Rule
from mpmodernize.rules.collecting import Collecting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.pending import Fate
    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis, Fix

_WAITING = frozenset({"wait", "ready"})
"""Methods of a result that say when it is there, and never what went wrong."""


class DroppedResult(Rule):
    """A task's result is never fetched, so its errors vanish.

    ## What it does
    Finds `pool.apply_async(…)`, `map_async`, `imap`, `executor.submit(…)` and `executor.map(…)` whose results nobody
    fetches: dropped on the spot, kept under a name that nobody reads, or waited for with `wait()` alone. It collects
    the results and gets each of them.

    ## Why it matters
    An error in a worker travels to the parent with the result, and is raised by `get()`. Without one nothing is printed
    and the program ends with exit code 0, whatever went wrong: a misspelled name, an argument too many, an object that
    cannot be pickled. It is the same under every start method, and under spawn and forkserver more can go wrong.

    ## Example
    ```python
    from multiprocessing import Pool


    def show(x):
        print(x)


    if __name__ == "__main__":
        pool = Pool(2)
        for x in range(3):
            pool.apply_async(show, (x,))
        pool.close()
        pool.join()
    ```

    ## Use instead
    ```python
    from multiprocessing import Pool


    def show(x):
        print(x)


    if __name__ == "__main__":
        pool = Pool(2)
        results = []
        for x in range(3):
            results.append(pool.apply_async(show, (x,)))
        pool.close()
        pool.join()
        for result in results:
            result.get()
    ```

    ## Fix safety
    Unsafe: a program that ended well though a worker failed now ends with the worker's error, after all the work has
    been done. `error_callback=` is the other way, where the program should go on. A hint where the worker is not in
    this file.

    ## When it stays silent
    Where the result goes anywhere else, with an `error_callback`, where the worker catches its errors itself or never
    ends, and for thread pools.

    ## References
    - [Pool.apply_async and error_callback](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.pool.Pool.apply_async)
    - [Executor.submit](https://docs.python.org/3/library/concurrent.futures.html#concurrent.futures.Executor.submit)
    """

    code = "MP506"
    name = "dropped-result"

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Follow what each asynchronous call gives back."""
        collecting = Collecting(program)
        dropped: list[tuple[ast.Call, Fate]] = []
        for call, _ in asynchronous_calls(program):
            if any(each.arg in ("error_callback", None) for each in call.keywords) or self._needs_no_get(program, call):
                continue
            fate = fate_of(program, call)
            if fate.is_forgotten:
                dropped.append((call, fate))
            else:
                waits = self._waits(program, fate)
                if waits:
                    edits: list[Edit] = [Replace(each, "$0.get", (each.value,)) for each in waits]
                    yield self._found(program, call, edits=edits)
        fixes = collecting.fixes(dropped)
        for call, _ in dropped:
            yield self._found(program, call, fix=fixes.get(call))

    def _found(
        self, program: Program, call: ast.Call, edits: list[Edit] | None = None, fix: Fix | None = None
    ) -> Diagnosis:
        assert isinstance(call.func, ast.Attribute)
        function = next((each.function for each in program.starts.by_call.get(call, [])), None)
        worker = f"`{function.name}`" if function is not None else "the worker"
        get = "result()" if program.types.kind(receiver(call)) == "Executor" else "get()"
        done = "only waited for" if edits else "dropped"
        return self.finding(
            call,
            f"the result of `{program.text(call.func)}` is {done}: an error in {worker} vanishes without a word",
            advice=f"keep the result and call its `{get}`",
            edits=edits or (),
            fix=fix,
            safety=Safety.UNSAFE,
            severity=None if function is not None else Severity.HINT,
        )

    @staticmethod
    def _needs_no_get(program: Program, call: ast.Call) -> bool:
        """Whether the worker never ends, or deals with its errors itself."""
        functions = [each.function for each in program.starts.by_call.get(call, []) if each.function is not None]
        return any(is_endless(program, each) or catches_errors(each) for each in functions)

    @staticmethod
    def _waits(program: Program, fate: Fate) -> list[ast.Attribute]:
        """The calls of `wait()`, if these are all that is asked of the result."""
        if fate.returned or fate.is_lost_sight_of:
            return []
        asked = asked_methods(program, fate)
        if asked is None or not {each.attr for each in asked} <= _WAITING:
            return []
        waits = [each for each in asked if each.attr == "wait"]
        calls = [program.index.parent[each] for each in waits]
        plain = all(isinstance(each, ast.Call) and not each.args and not each.keywords for each in calls)
        return waits if plain else []
