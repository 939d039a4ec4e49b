"""MP303: `set_start_method` outside of the main guard."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.contexts import CONTEXT_BOUND, method_of
from mpmodernize.rewrite.edits import MoveInto
from mpmodernize.rules.base import Fix, Phase, Rule
from mpmodernize.rules.handlers import is_caught
from mpmodernize.rules.starting.missing_main_guard import gathering_fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class StartMethodSetAtImport(Rule):
    """The start method is set while the file is imported.

    ## What it does
    Finds `set_start_method("spawn")` and `set_start_method("forkserver")` in code that runs at import, and moves them
    to the start of the main guard.

    ## Why it matters
    Each child imports the main file again, under the start method that has been set for it before: it meets the same
    call and stops with `RuntimeError: context has already been set`, before it has done any work. A `Process` is lost,
    a `Pool` respawns its workers for ever, whoever waits for a result waits for ever. (From 3.14.1 and 3.13.8 on,
    children of forkserver get the imported file from the server; those of spawn still meet it.)

    ## Example
    ```python
    import multiprocessing as mp

    mp.set_start_method("spawn")


    def job(n):
        print(n * n)


    if __name__ == "__main__":
        worker = mp.Process(target=job, args=(3,))
        worker.start()
        worker.join()
    ```

    ## Use instead
    ```python
    import multiprocessing as mp


    def job(n):
        print(n * n)


    if __name__ == "__main__":
        mp.set_start_method("spawn")
        worker = mp.Process(target=job, args=(3,))
        worker.start()
        worker.join()
    ```

    ## Fix safety
    Safe where nothing else at import makes a lock, queue or the like: that chooses the start method, too, and would
    come first then. Otherwise, and where the file has no guard, the finding is for you to solve.

    ## When it stays silent
    Under the guard, for `"fork"` (whose children import nothing), with `force=True`, and where the error is caught.

    ## References
    - [multiprocessing.set_start_method](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.set_start_method)
    """

    code = "MP303"
    name = "start-method-set-at-import"
    phase = Phase.GUARD

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each call that an import carries out."""
        for call in program.calls_of("multiprocessing.set_start_method"):
            method = method_of(call)
            if (
                method not in ("spawn", "forkserver")
                or not program.import_time.runs(call)
                or _may_come_again(program, call)
            ):
                continue
            fix, obstacle = self._repair(program, call)
            yield self.finding(
                call,
                "the start method is set at import: each child imports the file again, and stops here with "
                "`RuntimeError: context has already been set`",
                advice="set it first thing under the main guard"
                + (f"; no automatic fix: {obstacle}" if obstacle else ""),
                fix=fix,
            )

    def _repair(self, program: Program, call: ast.Call) -> tuple[Fix | None, str]:
        """The fix, or why there is none."""
        statement = program.index.statement(call)
        top = program.index.top_statement(call)
        called = program.index.function(call) is not None
        gathered = program.import_time.starting is not None and (
            called or top in program.import_time.gathering.statements
        )
        fix = gathering_fix(program) if gathered else None
        if fix is not None:
            return fix, ""
        if not program.import_time.guards or program.import_time.starting is not None:
            return None, "there is no guard that could take it"
        plain = isinstance(statement, ast.Expr) and statement.value is call
        alone = isinstance(top, ast.If) and top.body == [statement] and not top.orelse
        if not plain or not (statement is top or alone):
            return None, "it stands inside another statement"
        for other in program.calls_of(*CONTEXT_BOUND):
            context = program.contexts.of(other.func)
            if program.import_time.runs(other) and (context is None or context.is_default):
                return None, f"`{program.text(other.func)}` at import chooses the start method, too"
        return Fix((MoveInto(top, program.import_time.guards[0]),), Safety.SAFE, self.phase), ""


def _may_come_again(program: Program, call: ast.Call) -> bool:
    """Whether the call does no harm when it is made again."""
    forced = [*call.args[1:2], *(each.value for each in call.keywords if each.arg == "force")]
    if any(not (isinstance(each, ast.Constant) and not each.value) for each in forced):
        return True
    if is_caught(program, call, "RuntimeError"):
        return True
    return any(
        isinstance(above, ast.If)
        and any(program.names.calls(node, "multiprocessing.get_start_method") for node in ast.walk(above.test))
        for above in program.index.ancestors(call)
    )
