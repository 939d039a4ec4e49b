"""MP516: a callback raises in the thread that hands out results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.model.locking import receiver
from mpmodernize.model.raising import ANY_ERROR, ANY_EXIT, exits, raises, runs
from mpmodernize.rules.base import Rule

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class RaisingCallback(Rule):
    """A pool's callback raises.

    ## What it does
    Finds `callback=` and `error_callback=` of `Pool` methods that are given a function with a `raise`, or a
    `sys.exit()`, that nothing in it catches.

    ## Why it matters
    Callbacks run in the parent, in the one thread that hands out the results of the pool. An exception there ends the
    thread: this result and all that come later never arrive, `get` and `join` wait for ever, and `terminate()` raises
    `AssertionError: Cannot have cache with result_handler not alive`. `sys.exit()` there does not end the program
    either. It is the same under every start method, in every version up to 3.14.

    ## Example
    ```python
    from multiprocessing import Pool


    def square(n):
        return n * n


    def check(value):
        if value > 3:
            raise ValueError(value)


    if __name__ == "__main__":
        with Pool(2) as pool:
            results = [pool.apply_async(square, (n,), callback=check) for n in range(3)]
            print([result.get() for result in results])
    ```

    ## Use instead
    ```python
    from multiprocessing import Pool


    def square(n):
        return n * n


    def check(value):
        if value > 3:
            raise ValueError(value)


    if __name__ == "__main__":
        with Pool(2) as pool:
            results = [pool.apply_async(square, (n,), callback=check) for n in range(3)]
            print([result.get() for result in results])
    ```

    ## Fix safety
    There is no fix: look at the value where `get()` returns it, or catch the error in the callback and keep it.

    ## When it stays silent
    For callbacks without a `raise` of their own, where a `try` with handlers stands around it, for callbacks of
    futures, which are logged, and for thread pools.

    ## References
    - [Pool.apply_async: callbacks](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.pool.Pool.apply_async)
    - [gh-83371: Pool hangs when a callback raises](https://github.com/python/cpython/issues/83371)
    """

    code = "MP516"
    name = "raising-callback"

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at the callbacks that pools are given."""
        for start in program.starts.tasks:
            if program.types.kind(receiver(start.call)) != "Pool" or start.is_choice:
                continue
            for keyword in start.call.keywords:
                if keyword.arg not in ("callback", "error_callback"):
                    continue
                function = program.functions.resolve(keyword.value)
                if function is None:
                    continue
                leaving: list[ast.AST] = []
                for each in runs(program, [function], ANY_ERROR | ANY_EXIT):
                    leaving += [*raises(program, each), *exits(program, each)]
                if leaving:
                    what = program.text(leaving[0]).splitlines()[0]
                    yield self.finding(
                        keyword.value,
                        f"`{what}` in `{function.name}` ends the thread that hands out the results: "
                        "none arrives any more, and `get` and `join` wait for ever",
                        advice="look at the value where `get()` returns it, or catch the error in the callback",
                    )
