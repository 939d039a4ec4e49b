"""MP617: `multiprocessing.util` after a plain `import multiprocessing`."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

from mpmodernize.model.process_library import IMPORTED_BY, LOADED_BY
from mpmodernize.model.scopes import FUNCTION_NODES
from mpmodernize.rewrite.edits import AddImport
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class SubmoduleNotImported(Rule):
    """A module of the package is used, such as `multiprocessing.util`, and nothing imports it.

    ## What it does
    Finds `multiprocessing.util`, `multiprocessing.pool`, `multiprocessing.queues` and other modules of the package
    where the program imports no more than `multiprocessing`, and imports them.

    ## Why it matters
    `import multiprocessing` brought `multiprocessing.util` along in Python 2, and brings neither it nor `pool`,
    `queues`, `managers` or `synchronize` in Python 3: `AttributeError: module 'multiprocessing' has no attribute
    'pool'`. The functions of the package import them when they are called, so that it may work in the parent and stop
    in a child that is started by spawn or forkserver, or the other way round.

    ## Example
    ```python
    import multiprocessing

    pool = multiprocessing.pool.ThreadPool(2)
    print(pool.map(abs, [-1, 2]))
    pool.close()
    pool.join()
    ```

    ## Use instead
    ```python
    import multiprocessing
    import multiprocessing.pool

    pool = multiprocessing.pool.ThreadPool(2)
    print(pool.map(abs, [-1, 2]))
    pool.close()
    pool.join()
    ```

    ## Fix safety
    Safe: an import more does nothing else.

    ## When it stays silent
    Where the program imports the module anywhere, and in functions of a program that calls what imports it: after a
    `multiprocessing.Queue()` there is a `multiprocessing.queues`. In a Python 3 program that imports what is not of the
    standard library, which may import it as well.

    ## References
    - [The import system: submodules](https://docs.python.org/3/reference/import.html#submodules)
    """

    code = "MP617"
    name = "submodule-not-imported"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each attribute of the package that is a module."""
        package = [each for each in program.imports.of("multiprocessing") if each.is_module]
        if not package:
            return
        if not program.python2 and any(root not in sys.stdlib_module_names for root in program.imports.roots()):
            return  # who knows what they import
        taken = any(not program.imports.is_only_binding(each) for each in package)
        for name, loaders in LOADED_BY.items():
            if any(self._is_imported(program, each) for each in (name, *IMPORTED_BY.get(name, ()))):
                continue
            loaded = any(True for loader in sorted(loaders) for _ in program.calls_of(f"multiprocessing.{loader}"))
            for use in program.index.attributes.get(name, ()):
                if not isinstance(use.ctx, ast.Load) or program.names.place(use) != f"multiprocessing.{name}":
                    continue
                if program.compatibility.asks_first(use) or program.compatibility.is_caught(use, "AttributeError"):
                    continue
                if loaded and self._runs_later(program, use):
                    continue
                yield self.finding(
                    use,
                    f"nothing imports `multiprocessing.{name}`: `import multiprocessing` alone does not bring it",
                    advice=f"import `multiprocessing.{name}`",
                    edits=[] if taken else [AddImport(f"import multiprocessing.{name}")],
                )

    @staticmethod
    def _is_imported(program: Program, name: str) -> bool:
        imports = program.imports
        if imports.of(f"multiprocessing.{name}") or imports.of("concurrent.futures.process"):
            return True
        return any(not each.is_module and each.alias.name in (name, "*") for each in imports.of("multiprocessing"))

    @staticmethod
    def _runs_later(program: Program, use: ast.expr) -> bool:
        """Whether the place is in the body of a function, not in a base, a default or an annotation."""
        child: ast.AST = use
        for ancestor in program.index.ancestors(use):
            if isinstance(ancestor, FUNCTION_NODES):
                return child in ancestor.body
            if isinstance(ancestor, (ast.ClassDef, ast.arguments)):
                return False
            child = ancestor
        return _is_guarded(program, use)


def _is_guarded(program: Program, use: ast.expr) -> bool:
    """Whether the place is under the main guard, where the program has begun."""
    top = program.index.top_statement(use)
    return isinstance(top, ast.If) and top is program.import_time.guard
