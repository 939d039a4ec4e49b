"""MP305: workers in a main module that no child imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.rules.base import NOT_FORK, Rule

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class WorkerInMainModule(Rule):
    """A worker is defined where no child finds it: in a `__main__.py`, in a notebook, or at a prompt.

    ## What it does
    Finds functions and `Process` subclasses that run in children and are defined in a file called `__main__.py`, in a
    cell of a notebook, or at the prompt of a session in a document.

    ## Why it matters
    A program that is started as `python -m package`, or `python folder/`, has a main module that no child imports
    again under spawn and forkserver: importing `package.__main__` once more would start the program once more. So the
    children don't have its functions: a `Process` ends with `AttributeError: Can't get attribute 'job'`,
    a `Pool` hangs. Under fork it works, and as `python package/__main__.py` too.

    What is typed at a prompt, and what a notebook's kernel runs, stands in no file at all: under spawn and forkserver,
    which is every platform from 3.14 on, the same happens there.

    ## Example
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
    There is no fix: move the workers, and what they need, to another module (`package/work.py`; beside a notebook,
    `work.py`), and import them from there.

    ## When it stays silent
    For workers that are imported, for thread pools, and when the program asks for fork by name.

    ## References
    - [Safe importing of main module](https://docs.python.org/3/library/multiprocessing.html#the-spawn-and-forkserver-start-methods)
    - [`__main__.py` in packages](https://docs.python.org/3/library/__main__.html#main-py-in-python-packages)
    """

    code = "MP305"
    name = "worker-in-main-module"
    start_methods = NOT_FORK

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """One finding for each function or class in which a child begins."""
        beside = program.beside
        if not (beside.is_main or beside.is_interactive) or program.pins_fork:
            return
        found: dict[ast.stmt, str] = {}
        for start in program.starts.all:
            entry = program.functions.resolve_class(start.call.func) if start.kind == "subclass" else start.function
            if entry is not None and program.owns(entry):
                found.setdefault(entry, entry.name)
        for definition, name in found.items():
            where = (
                "at a prompt or in a notebook:"
                if beside.is_interactive
                else "in `__main__.py`: started by `python -m`,"
            )
            yield self.finding(
                definition,
                f"`{name}` runs in children and is defined {where} no child of spawn and forkserver has it",
                advice="define it in another module"
                + ("" if beside.is_interactive else " of the package")
                + ", and import it from there",
            )
