"""MP311: `Process(target=self.work)` where `self` holds a pool, a thread or an open file."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.rules.base import Phase, Rule
from mpmodernize.rules.carrying import diagnosis, loads_of, of_base

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class SelfCarriesProcesses(Rule):
    """An object goes to a worker together with something that cannot go there: a pool, a thread, an open file.

    ## What it does
    Finds objects that are pickled for a worker while one of their attributes holds what cannot be pickled: a pool,
    manager or executor, a thread or a thread's lock, an open file, a database connection, a logging handler, a lambda,
    a generator, a module. The object of a bound method (`target=self.work`, `pool.map(self.work, …)`) goes along with
    it, an instance of a `Process` subclass is pickled when it starts, and objects also travel in `args`, `initargs` and
    tasks. Where no worker touches the attribute, the class gets a `__getstate__` that leaves it out.

    ## Why it matters
    Under fork a process inherits the object as it is. Under spawn and forkserver it is pickled, and `start()` fails:
    `TypeError: cannot pickle '_thread.lock' object`, `NotImplementedError: pool objects cannot be passed between
    processes or pickled`. The tasks of a pool are pickled under every start method.

    ## Example
    ```python
    from multiprocessing import Process, Queue
    from threading import Lock


    class Counter:
        def __init__(self):
            self.found = Queue()
            self.lock = Lock()

        def count(self, text):
            self.found.put(len(text))

        def run(self):
            worker = Process(target=self.count, args=("abc",))
            worker.start()
            with self.lock:
                print(self.found.get())
            worker.join()


    if __name__ == "__main__":
        Counter().run()
    ```

    ## Use instead
    ```python
    from multiprocessing import Process, Queue
    from threading import Lock


    class Counter:
        def __init__(self):
            self.found = Queue()
            self.lock = Lock()

        def __getstate__(self):
            # what a worker gets of this object: `lock` stays here
            state = self.__dict__.copy()
            state["lock"] = None
            return state

        def count(self, text):
            self.found.put(len(text))

        def run(self):
            worker = Process(target=self.count, args=("abc",))
            worker.start()
            with self.lock:
                print(self.found.get())
            worker.join()


    if __name__ == "__main__":
        Counter().run()
    ```

    ## Fix safety
    Safe where no code that can run in a worker touches the attribute: the worker's functions and all they call,
    methods of subclasses, special methods such as `__del__`, and names looked up by `getattr`. A `__getstate__` that
    is there is extended. Unsafe where nobody asks for the task's result: then it has never run, and comes to run.
    Reported where a worker uses the attribute, or where that cannot be ruled out: the object is handed on, copied, or
    inherits from a class outside the file.

    ## When it stays silent
    Where the attribute is set after the start, given up before it (`self.pool = None`), or set by the worker itself;
    where the class says itself how it is pickled; in programs that ask for fork.

    ## References
    - [The spawn and forkserver start methods](https://docs.python.org/3/library/multiprocessing.html#the-spawn-and-forkserver-start-methods)
    - [Handling stateful objects](https://docs.python.org/3/library/pickle.html#handling-stateful-objects)
    """

    code = "MP311"
    name = "self-carries-processes"
    phase = Phase.STATE

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at what each object that goes to a worker takes along."""
        for load in loads_of(program, processes=False):
            yield diagnosis(self, program, load)
        for crossing, obstacle in program.carried.unpicklable:
            if any(isinstance(each, ast.ClassDef) for each in program.nameless.sources(crossing.expression)):
                continue  # an object of a class that is made inside a function: MP310
            yield of_base(self, program, crossing, obstacle)
