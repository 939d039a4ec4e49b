"""MP323: a daemon that starts processes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.certainty import certain_calls
from mpmodernize.rules.base import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import FunctionNode
    from mpmodernize.model.starts import Start
    from mpmodernize.rules.base import Diagnosis


class DaemonWithChildren(Rule):
    """A worker of a pool, or another daemon, starts processes of its own.

    ## What it does
    Finds functions that run in the workers of a `Pool`, or in a `Process` with `daemon=True`, and that in any case
    make a `Pool` or `Manager` or start a `Process`.

    ## Why it matters
    The workers of a pool are daemons, and a daemon may not have children: `AssertionError: daemonic processes are not
    allowed to have children`. It is the same under every start method, and `map` raises it again in the parent; from
    `apply_async` it is lost where nobody calls `get`.

    ## Example
    ```python
    from multiprocessing import Pool


    def row(n):
        with Pool(2) as pool:
            return pool.map(abs, range(-n, 0))


    if __name__ == "__main__":
        with Pool(2) as pool:
            print(pool.map(row, [1, 2]))
    ```

    ## Use instead
    ```python
    from multiprocessing import Pool


    def row(n):
        with Pool(2) as pool:
            return pool.map(abs, range(-n, 0))


    if __name__ == "__main__":
        with Pool(2) as pool:
            print(pool.map(row, [1, 2]))
    ```

    ## Fix safety
    There is no fix: use one flat pool for all tasks, or a `ProcessPoolExecutor` outside, whose workers are no daemons
    and may have children.

    ## When it stays silent
    For workers of executors, for starts under a condition (it may be that of the parent), where the worker asks
    whether it is a daemon, where the error is caught, and for pools of a class or context of your own.

    ## References
    - [multiprocessing.Process.daemon](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Process.daemon)
    """

    code = "MP323"
    name = "daemon-with-children"

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at what daemons do in any case; one finding for each start in them."""
        seen: set[ast.Call] = set()
        daemons = [
            start
            for start in program.starts.all
            if start.function is not None and not start.is_choice and _is_daemon(program, start)
        ]
        for start in daemons:
            function = start.function
            assert function is not None
            if _asks_whether_daemon(program, function):
                continue
            for call in certain_calls(program, function):
                if call in seen or not program.effects.starts_here(call) or _connects(program, call):
                    continue
                seen.add(call)
                where = "a daemon" if start.kind in ("process", "subclass") else "a worker of a pool, which is a daemon"
                yield self.finding(
                    call,
                    f"`{program.text(call.func)}(…)` starts a process in {where}: it stops with `AssertionError: "
                    "daemonic processes are not allowed to have children`",
                    advice="use one flat pool, or a `ProcessPoolExecutor`, whose workers may have children",
                )


def _is_daemon(program: Program, start: Start) -> bool:
    if start.kind in ("task", "initializer"):
        return bool(start.pools) and all(
            program.names.calls(pool, "multiprocessing.Pool")
            and not any(each.arg in ("context", None) for each in pool.keywords)
            for pool in start.pools
        )
    if any(each.arg == "daemon" and _is_true(each.value) for each in start.call.keywords):
        return True
    class_ = program.functions.resolve_class(start.call.func)
    for attribute in program.types.stores("daemon"):
        statement = program.index.parent[attribute]
        if not isinstance(statement, ast.Assign) or not _is_true(statement.value):
            continue
        if class_ is not None and program.functions.class_of_instance(attribute.value) is class_:
            return True
        type_ = program.type(attribute.value)
        if type_ is not None and start.call in type_.made:
            return program.index.function(attribute) is program.index.function(start.call)
    return False


def _connects(program: Program, call: ast.Call) -> bool:
    """Whether this is a manager that is made for a server elsewhere: it starts nothing."""
    return program.names.calls(call, "multiprocessing.Manager") and bool(call.args or call.keywords)


def _is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def _asks_whether_daemon(program: Program, function: FunctionNode) -> bool:
    """Whether a worker looks at, or changes, what makes it a daemon."""
    reached = set(program.functions.reachable([function]))
    return any(
        program.index.function(each) in reached and not isinstance(program.index.parent[each], ast.keyword)
        for name in ("daemon", "_config", "_daemonic")
        for each in program.index.attributes.get(name, [])
        if not (isinstance(each.ctx, ast.Store) and program.types.kind(each.value) == "Process")
    )
