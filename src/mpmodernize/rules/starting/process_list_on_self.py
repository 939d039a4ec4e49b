"""MP312: `self.workers.append(Process(target=self.work))`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.rules.base import NOT_FORK, Phase, Rule
from mpmodernize.rules.carrying import diagnosis, loads_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class ProcessListOnSelf(Rule):
    """An object keeps its processes, and goes to the next one together with those that run already.

    ## What it does
    Finds objects that hold started processes, mostly in a list, and are pickled for another one: `self` of
    `Process(target=self.work)` while `self.workers` holds the process that was started before. Where no worker touches
    the attribute, the class gets a `__getstate__` that leaves it out.

    ## Why it matters
    Under fork a process inherits the object as it is. Under spawn and forkserver it is pickled, with all its
    attributes, and a started process cannot be: the second `start()` fails with `TypeError: cannot pickle
    'weakref.ReferenceType' object`. The first one works, so the program fails half way. Forkserver is the default on
    Linux from Python 3.14 on, spawn on macOS and Windows.

    ## Example
    ```python
    from multiprocessing import Process, Queue


    class Team:
        def __init__(self):
            self.results = Queue()
            self.workers = []

        def work(self, number):
            self.results.put(number * number)

        def run(self):
            for number in range(3):
                worker = Process(target=self.work, args=(number,))
                self.workers.append(worker)
                worker.start()
            print(sorted(self.results.get() for _ in self.workers))
            for worker in self.workers:
                worker.join()


    if __name__ == "__main__":
        Team().run()
    ```

    ## Use instead
    ```python
    from multiprocessing import Process, Queue


    class Team:
        def __init__(self):
            self.results = Queue()
            self.workers = []

        def __getstate__(self):
            # what a worker gets of this object: `workers` stays here
            state = self.__dict__.copy()
            state["workers"] = []
            return state

        def work(self, number):
            self.results.put(number * number)

        def run(self):
            for number in range(3):
                worker = Process(target=self.work, args=(number,))
                self.workers.append(worker)
                worker.start()
            print(sorted(self.results.get() for _ in self.workers))
            for worker in self.workers:
                worker.join()


    if __name__ == "__main__":
        Team().run()
    ```

    ## Fix safety
    Safe where no code that can run in a worker touches the attribute, and reported where one may, as for MP311.

    ## When it stays silent
    For one process in an attribute of its own that is started once and nothing else after it: it is pickled before it
    runs. Where the class says itself how it is pickled; in programs that ask for fork.

    ## References
    - [The spawn and forkserver start methods](https://docs.python.org/3/library/multiprocessing.html#the-spawn-and-forkserver-start-methods)
    - [Handling stateful objects](https://docs.python.org/3/library/pickle.html#handling-stateful-objects)
    """

    code = "MP312"
    name = "process-list-on-self"
    start_methods = NOT_FORK
    phase = Phase.STATE

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at the processes that each object which goes to a worker holds."""
        for load in loads_of(program, processes=True):
            yield diagnosis(self, program, load)
