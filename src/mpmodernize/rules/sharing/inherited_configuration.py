"""MP415: the parent sets up what workers need, and only fork hands it on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.model.configuration import inherited_configuration
from mpmodernize.rules.base import NOT_FORK, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class InheritedConfiguration(Rule):
    """Logging, an attribute of a module or a limit is set up in the parent alone, and a worker needs it.

    ## What it does
    Finds what runs under the main guard, or in a function of the parent, and sets up something that a worker uses:
    `logging.basicConfig` and handlers where the worker logs, attributes of imported modules and of classes that the
    worker reads, the recursion limit where the worker calls itself, the socket timeout, the locale.

    ## Why it matters
    Under fork a child is a copy of the parent, with all that was set up. Under spawn and forkserver it is a new Python
    that imports the file: logging is as after the import, so messages of the worker are dropped; attributes have their
    first values, and the worker computes something else, without a word. Forkserver is the default on Linux since
    Python 3.14.

    ## Example
    ```python
    import logging
    from multiprocessing import Pool


    def job(n):
        logging.info("working on %d", n)
        return n * n


    if __name__ == "__main__":
        logging.basicConfig(level=logging.INFO)
        with Pool(2) as pool:
            print(pool.map(job, [1, 2, 3]))
    ```

    ## Use instead
    ```python
    import logging
    from multiprocessing import Pool


    def job(n):
        logging.info("working on %d", n)
        return n * n


    if __name__ == "__main__":
        logging.basicConfig(level=logging.INFO)
        with Pool(2) as pool:
            print(pool.map(job, [1, 2, 3]))
    ```

    ## Fix safety
    There is no fix: where the workers are to log, and what else belongs to the set-up, is for you to say. Put it into a
    function that the pool calls in each worker (`Pool(2, initializer=set_up)`) and the parent too, call that first in
    the target of a `Process`, or set it up at module level.

    ## When it stays silent
    Where a worker or its initializer sets it up as well, where that is done at module level, for the working directory,
    `sys.path` and environment variables, which children get, and where the program asks for fork by name.

    ## References
    - [The spawn and forkserver start methods](https://docs.python.org/3/library/multiprocessing.html#the-spawn-and-forkserver-start-methods)
    - [Logging to a single file from multiple processes](https://docs.python.org/3/howto/logging-cookbook.html#logging-to-a-single-file-from-multiple-processes)
    """

    code = "MP415"
    name = "inherited-configuration"
    start_methods = NOT_FORK

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at what the parent sets up, and at what workers need."""
        if program.pins_fork or not program.mentions_multiprocessing or not program.starts.all:
            return
        for each in inherited_configuration(program):
            function = program.state.outer_function(each.use)
            where = f"worker `{function.name}`" if function is not None else "a worker"
            yield self.finding(
                each.node,
                f"{each.what} runs in the parent alone, and {where} needs it: under spawn and forkserver {each.effect}",
                advice="set it up in the pool's initializer, at the start of the worker, or at module level",
            )
