"""MP305: workers in the `__main__.py` of a package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.rules.base import Rule

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class WorkerInMainModule(Rule):
    """A worker is defined in the `__main__.py` of a package.

    ## What it does
    Finds functions and `Process` subclasses that are defined in a file called `__main__.py` and run in children.

    ## Why it matters
    A program that is started as `python -m package`, or `python folder/`, has a main module that no child imports
    again under spawn and forkserver: importing `package.__main__` once more would start the program once more. So the
    children don't have its functions: a `Process` ends with `AttributeError: Can't get attribute 'job'`,
    a `Pool` hangs. Under fork it works, and as `python package/__main__.py` too.

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
    There is no fix: move the workers, and what they need, to another module of the package (`package/work.py`), and
    import them from there.

    ## When it stays silent
    For workers that are imported, for thread pools, and when the program asks for fork by name.

    ## References
    - [Safe importing of main module](https://docs.python.org/3/library/multiprocessing.html#the-spawn-and-forkserver-start-methods)
    - [`__main__.py` in packages](https://docs.python.org/3/library/__main__.html#main-py-in-python-packages)
    """

    code = "MP305"
    name = "worker-in-main-module"

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """One finding for each function or class in which a child begins."""
        if not program.beside.is_main or program.pins_fork:
            return
        found: dict[ast.stmt, str] = {}
        for start in program.starts.all:
            entry = program.functions.resolve_class(start.call.func) if start.kind == "subclass" else start.function
            if entry is not None and program.owns(entry):
                found.setdefault(entry, entry.name)
        for definition, name in found.items():
            yield self.finding(
                definition,
                f"`{name}` runs in children and is defined in `__main__.py`: started by `python -m`, no child of spawn "
                "and forkserver has it",
                advice="define it in another module of the package, and import it from there",
            )
