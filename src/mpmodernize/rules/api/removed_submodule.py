"""MP601: `multiprocessing.forking`, and what `multiprocessing.reduction` had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.model.process_library import FORKING, GONE, OF_FORKING, OF_FORKING_ON_WINDOWS
from mpmodernize.rules.modules import GoneModules

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator, Mapping

    from mpmodernize.model.imports import Imported
    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_MODULES = {FORKING: ""}


class RemovedSubmodule(GoneModules):
    """The module `multiprocessing.forking`, and functions of `multiprocessing.reduction`, are no more.

    ## What it does
    Takes what is used of `multiprocessing.forking` from where it is now: `ForkingPickler` from
    `multiprocessing.reduction`, `freeze_support` from the package, `prepare` from `multiprocessing.spawn`,
    `assert_spawning` from `multiprocessing.context`. Says what to do instead of its `Popen` and of `reduce_handle`,
    `rebuild_connection` and their kin.

    ## Why it matters
    The module was divided when start methods came, in Python 3.4: `ModuleNotFoundError`. Connections and sockets are
    pickled as they are since then, when they are sent or given to a process.

    ## Example
    ```python
    from multiprocessing.forking import ForkingPickler


    class Job(object):
        pass


    def reduce_job(job):
        return Job, ()


    ForkingPickler.register(Job, reduce_job)
    ```

    ## Use instead
    ```python
    from multiprocessing.reduction import ForkingPickler


    class Job(object):
        pass


    def reduce_job(job):
        return Job, ()


    ForkingPickler.register(Job, reduce_job)
    ```

    ## Fix safety
    Safe: the import could not run. There is no fix for `Popen` and for pairs of `reduce_…` and `rebuild_…`.

    ## When it stays silent
    Where the program has another import for the case that this one fails, or asks which Python it runs on.

    ## References
    - [What's New in Python 3.4: multiprocessing](https://docs.python.org/3/whatsnew/3.4.html#multiprocessing)
    - [multiprocessing: contexts and start methods](https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods)
    """

    code = "MP601"
    name = "removed-submodule"
    modules = _MODULES
    names = OF_FORKING | OF_FORKING_ON_WINDOWS
    message = "the module `{module}` is gone: its parts are in `reduction`, `spawn`, `context` and the package"

    def advice(self, module: str) -> str:
        """What to do instead."""
        del module
        return "import them from there; " + GONE[f"{FORKING}.Popen"]

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look for the module, and for the functions of another one."""
        yield from super().check(program)
        for old, advice in GONE.items():
            module, _, name = old.rpartition(".")
            if module == FORKING:
                continue
            for imported in program.imports.of(module):
                free = not program.imports.works_otherwise(imported, GONE)
                if imported.alias.name == name and free and not program.compatibility.asks_first(imported.alias):
                    yield self.finding(imported.alias, f"`{module}` has no `{name}` in Python 3", advice=advice)
            for use in program.index.attributes.get(name, ()):
                if program.names.place(use) == old and not program.compatibility.asks_first(use):
                    yield self.finding(use, f"`{module}` has no `{name}` in Python 3", advice=advice)

    def _edits(self, program: Program, imported: Imported, module: str) -> list[Edit] | None:
        if not imported.is_module and imported.module != module:  # from multiprocessing import forking
            return self._module(program, imported, module)
        return super()._edits(program, imported, module)

    @staticmethod
    def _uses(program: Program, imported: Imported, module: str) -> list[ast.expr]:
        if not imported.is_module:
            return [*program.imports.uses(imported)]
        return GoneModules._uses(program, imported, module)

    def _needed(self, module: str, renamed: Mapping[ast.expr, str]) -> list[str]:
        return sorted(super()._needed(module, renamed))
