"""MP202: a module is used and never imported."""

from __future__ import annotations

import ast
import importlib
import sys
from typing import TYPE_CHECKING

from mpmodernize.model.glance import CONVENTIONAL_MODULES, KNOWN_MODULES
from mpmodernize.rewrite.edits import AddImport
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis

_PYTHON_2_NAMES = {
    "time": {"clock"},
    "sys": {"maxint", "exc_clear", "exc_type", "setdefaultencoding"},
    "os": {"getcwdu", "popen2", "popen3", "popen4", "spawnvp"},
    "string": {"letters", "lowercase", "uppercase", "join", "split", "maketrans", "replace", "atoi", "atof"},
    "itertools": {"izip", "imap", "ifilter", "izip_longest"},
}


class MissingImport(Rule):
    """A module is used by its usual name, and nothing imports it.

    ## What it does
    Finds `mp.Queue()`, `time.clock()`, `os.getpid()` and the like in a file in which nothing binds `mp`, `time` or
    `os`, and adds the import: after docstring, comments and `__future__`, in the file's own order.

    ## Why it matters
    A snippet from notes or a tutorial leaves out the imports that stand at the top of the page. As a program it stops
    with `NameError` in the parent, and under spawn and forkserver in every child that imports it.

    ## Example
    ```python
    def square(x):
        return x * x

    if __name__ == "__main__":
        pool = mp.Pool(2)
        print(pool.map(square, [1, 2, 3]))
        pool.close()
        pool.join()
    ```

    ## Use instead
    ```python
    import multiprocessing as mp

    def square(x):
        return x * x

    if __name__ == "__main__":
        pool = mp.Pool(2)
        print(pool.map(square, [1, 2, 3]))
        pool.close()
        pool.join()
    ```

    ## Fix safety
    Safe: the line with the name could not run.

    ## When it stays silent
    When any scope of the file binds the name, when the file has a `from x import *`, when the module has no such
    attribute, and for modules outside the standard library.

    ## References
    - [PEP 8: imports](https://peps.python.org/pep-0008/#imports)
    """

    code = "MP202"
    name = "missing-import"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each name that nothing binds and that is used like a module."""
        for name, uses in program.index.names.items():
            module = CONVENTIONAL_MODULES.get(name, name)
            if module not in KNOWN_MODULES or name in program.index.module.bindings:
                continue
            missing = [use for use in uses if program.names.is_unbound(use) and self._is_module(program, use, module)]
            if missing:
                code = f"import {module}" + (f" as {name}" if name != module else "")
                yield self.finding(
                    missing[0],
                    f"`{name}` is used and nothing imports it: this stops with `NameError`",
                    advice=f"add `{code}`",
                    edits=[AddImport(code)],
                )

    @staticmethod
    def _is_module(program: Program, use: ast.Name, module: str) -> bool:
        parent = program.index.parent[use]
        if not isinstance(parent, ast.Attribute) or not isinstance(use.ctx, ast.Load):
            return False
        if parent.attr in _PYTHON_2_NAMES.get(module, ()):
            return True
        return hasattr(sys.modules.get(module) or importlib.import_module(module), parent.attr)
