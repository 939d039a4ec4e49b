"""MP603: classes that want a context."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.process_library import NEEDING_CONTEXT
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.base import Fix, Phase, Rule
from mpmodernize.rules.moves import renamed_import
from mpmodernize.rules.spelling import multiprocessing_name

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from mpmodernize.model.imports import Imported
    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class ContextRequired(Rule):
    """A queue or lock is made by its class, which wants a context in Python 3.

    ## What it does
    Finds calls of the classes in `multiprocessing.queues` and `multiprocessing.synchronize` without a `ctx`, and calls
    the function of the package instead: `multiprocessing.Queue()`, `multiprocessing.Lock()`.

    ## Why it matters
    Since start methods came, in Python 3.4, a lock has to know for which of them it is made: `TypeError:
    Queue.__init__() missing 1 required keyword-only argument: 'ctx'`. The functions of the package bring the context.

    ## Example
    ```python
    from multiprocessing.queues import SimpleQueue

    queue = SimpleQueue()
    queue.put("hello")
    print(queue.get())
    ```

    ## Use instead
    ```python
    from multiprocessing import SimpleQueue

    queue = SimpleQueue()
    queue.put("hello")
    print(queue.get())
    ```

    ## Fix safety
    Safe: the call could not run.

    ## When it stays silent
    Where a `ctx` is given, or arguments that are not written down (`**options`); and where the class is not called.

    ## References
    - [multiprocessing: contexts and start methods](https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods)
    """

    code = "MP603"
    name = "context-required"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each call of one of the classes; those by an imported name are changed with the import."""
        for module, names in NEEDING_CONTEXT.items():
            for name in names:
                yield from self._of_class(program, module, name)

    def _of_class(self, program: Program, module: str, name: str) -> Iterator[Diagnosis]:
        place = f"{module}.{name}"
        calls = [
            call
            for call in program.calls_of(f"multiprocessing.{name}")
            if program.names.place(call.func) == place
            and not any(each.arg in (None, "ctx") for each in call.keywords)
            and not program.compatibility.asks_first(call)
            and not program.compatibility.is_caught(call, "TypeError")
        ]
        if not calls:
            return
        fixes: dict[ast.Call, Fix] = {}
        for imported in program.imports.of(module):
            if not imported.is_module and imported.alias.name == name:
                fixes |= self._imported(program, imported, calls, name)
        for call in calls:
            spelled, edits = multiprocessing_name(program, name)
            fix = fixes.get(call) or Fix([Replace(call.func, spelled), *edits], Safety.SAFE, self.phase)
            yield self.finding(
                call,
                f"`{place}` wants a context in Python 3: `TypeError: … missing … argument: 'ctx'`",
                advice=f"call `multiprocessing.{name}`, which brings one",
                fix=fix,
            )

    def _imported(self, program: Program, imported: Imported, calls: list[ast.Call], name: str) -> dict[ast.Call, Fix]:
        """One fix for the import and all calls, where the name is used for nothing else."""
        uses = program.imports.uses(imported)
        called = {call.func: call for call in calls}
        if not uses or any(use not in called for use in uses):
            return {}
        edits = renamed_import(program, imported, f"multiprocessing.{name}")
        if edits is None:
            return {}
        fix = Fix(edits, Safety.SAFE, self.phase)
        return {called[use]: fix for use in uses}
