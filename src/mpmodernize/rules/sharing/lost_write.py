"""MP405: a worker fills a plain object that the parent reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.model.counters import counters
from mpmodernize.rules.base import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class LostWrite(Rule):
    """A worker changes a plain object, and the parent reads it afterwards.

    ## What it does
    Finds lists, dictionaries and other plain values that only children change, and that the parent reads after it has
    started them: module-level names, attributes of an instance whose method is the target (or of a `Process`
    subclass), attributes of a class, and arguments.

    ## Why it matters
    Processes share no memory. A child works on a copy, and what it puts in there goes with it: the parent finds the
    list empty and the attribute as it was, under fork, spawn and forkserver alike, without a message.

    ## Example
    ```python
    from multiprocessing import Process

    results = []


    def square(n):
        results.append(n * n)


    if __name__ == "__main__":
        workers = [Process(target=square, args=(n,)) for n in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        print(results)
    ```

    ## Use instead
    ```python
    from multiprocessing import Process

    results = []


    def square(n):
        results.append(n * n)


    if __name__ == "__main__":
        workers = [Process(target=square, args=(n,)) for n in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        print(results)
    ```

    ## Fix safety
    There is no fix: how the parts should come together is for you to say. Best let the worker return its part, and
    collect them: `results = pool.map(square, range(3))`. Or put each part on a `Queue` that the parent empties before
    it joins, or use a list or dictionary of a `Manager`. A number that is counted up becomes a `Value`
    (`counter-in-plain-global`).

    ## When it stays silent
    Where the parent puts something in as well, where the worker itself uses what it keeps (a cache), where the
    function also runs in the parent (directly, or as a callback), where the parent never looks, for shared memory and
    objects of a manager, and for threads.

    ## References
    - [Sharing state between processes](https://docs.python.org/3/library/multiprocessing.html#sharing-state-between-processes)
    """

    code = "MP405"
    name = "lost-write"

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """What children change in vain, but for the numbers that can be shared."""
        if not program.mentions_multiprocessing or not program.losses.all:
            return
        counted = {counter.name for counter in counters(program)}
        for loss in program.losses.all:
            if loss.name in counted:
                continue
            what = "gives a new value to" if loss.assigned else "changes"
            yield self.finding(
                loss.change,
                f"worker `{loss.function.name}` {what} its own copy of `{loss.name}`: "
                "what the parent reads later is as it was, under every start method",
                advice="return it from a pool's task, put it on a queue, or use a list or dictionary of a `Manager`",
            )
