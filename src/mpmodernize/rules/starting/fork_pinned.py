"""MP325: fork is asked for where there may be none."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Severity
from mpmodernize.model.guards import is_guard
from mpmodernize.model.scopes import FUNCTION_NODES
from mpmodernize.rules.base import NOT_FORK, Rule
from mpmodernize.rules.handlers import is_caught

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis

_ASKS = frozenset({"sys.platform", "os.name", "platform.system", "multiprocessing.get_all_start_methods"})
_POSIX = ("fcntl", "grp", "pty", "pwd", "resource", "termios", "posix", "syslog")
"""Modules that Windows has not: who imports them does not mean to run there."""


class ForkPinned(Rule):
    """A program asks for fork wherever it runs.

    ## What it does
    Finds `get_context("fork")` and `set_start_method("fork")` that are carried out unconditionally.

    ## Why it matters
    Windows has no fork: the program stops there with `ValueError: cannot find context for 'fork'`. On macOS the
    system's own libraries may crash in a forked child, which is why spawn is the default there. On Linux all works,
    and nothing in this finding is a reason to change a program for Linux alone.

    ## Example
    ```python
    import multiprocessing as mp

    ctx = mp.get_context("fork")
    print(ctx.cpu_count() > 0)
    ```

    ## Use instead
    ```python
    import multiprocessing as mp

    ctx = mp.get_context("fork")
    print(ctx.cpu_count() > 0)
    ```

    ## Fix safety
    There is no fix: where the program only needs fork for what its children inherit, hand that over and drop the
    context; where fork must be, ask `"fork" in multiprocessing.get_all_start_methods()` first.

    ## When it stays silent
    Under any condition, where the program asks for the platform or for the start methods that there are, where it
    catches the error, and where it imports modules that Windows has not.

    ## References
    - [multiprocessing: contexts and start methods](https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods)
    """

    code = "MP325"
    name = "fork-pinned"
    start_methods = NOT_FORK
    severity = Severity.HINT

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each call that names fork."""
        for call in program.calls_of("multiprocessing.get_context", "multiprocessing.set_start_method"):
            given = [*call.args[:1], *(each.value for each in call.keywords if each.arg == "method")]
            if not any(isinstance(each, ast.Constant) and each.value == "fork" for each in given):
                continue
            if is_caught(program, call, "ValueError") or _is_for_posix(program) or _is_conditional(program, call):
                continue
            yield self.finding(
                call,
                "this asks for fork on every platform: Windows has none, and the program stops there with `ValueError`",
                advice='ask `"fork" in multiprocessing.get_all_start_methods()` first',
            )


def _is_for_posix(program: Program) -> bool:
    imported = {alias.name for statement in program.index.all(ast.Import) for alias in statement.names}
    imported |= {statement.module or "" for statement in program.index.all(ast.ImportFrom)}
    return not imported.isdisjoint(_POSIX) or any(True for _ in program.calls_of("os.fork"))


def _is_conditional(program: Program, call: ast.Call) -> bool:
    """Whether the program asks for anything before it comes here, or for the platform anywhere."""
    if any(
        program.qualified(node) in _ASKS
        for name in ("platform", "name", "system", "get_all_start_methods")
        for node in [*program.index.attributes.get(name, []), *program.index.names.get(name, [])]
    ):
        return True
    if any(
        isinstance(each, ast.Constant) and each.value == "fork"
        for asked in program.calls_of("builtins.hasattr")
        for each in asked.args
    ):
        return True
    for above in program.index.ancestors(call):
        if isinstance(above, (ast.If, ast.IfExp, ast.Match)) and not (isinstance(above, ast.If) and is_guard(above)):
            return True
        if isinstance(above, FUNCTION_NODES):
            asked = [each for each in above.body if isinstance(each, ast.If) and each.lineno < call.lineno]
            return any(isinstance(each.body[-1], (ast.Return, ast.Raise)) for each in asked)
    return False
