"""MP321: `initializer=init(x)` runs in the parent."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.rewrite.edits import AddArgument, Replace
from mpmodernize.rules.base import NOT_FORK, Phase, Rule
from mpmodernize.rules.spelling import as_arguments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import FunctionNode
    from mpmodernize.model.starts import Start
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_PLAIN = frozenset({"NoneType", "int", "float", "str", "bytes", "bool", "list", "dict", "tuple", "set"})
_STAYING_HERE = frozenset({"file", "Process", "Pool", "Manager", "Executor", "ThreadPool", "Thread", "iterator"})


class InitializerCalled(Rule):
    """A pool is given the result of its initializer, not the initializer.

    ## What it does
    Finds `initializer=init(x)` where `init` is a function of the program that returns nothing to call, and makes it
    `initializer=init, initargs=(x,)`. (`initargs` that are no tuple are found by `args-not-a-tuple`.)

    ## Why it matters
    The call runs in the parent, before there is a worker, and the pool gets `None`: no initializer. Under fork the
    workers inherit what it set in the parent, so all seems well; under spawn and forkserver they find the old value,
    without a word, or none (`NameError`). An initializer that returns a number or a list stops the pool with
    `TypeError: initializer must be a callable`.

    ## Example
    ```python
    from multiprocessing import Pool

    factor = 1


    def init(n):
        global factor
        factor = n


    def scale(x):
        return x * factor


    if __name__ == "__main__":
        pool = Pool(2, initializer=init(10))
        print(pool.map(scale, [1, 2, 3]))
        pool.close()
        pool.join()
    ```

    ## Use instead
    ```python
    from multiprocessing import Pool

    factor = 1


    def init(n):
        global factor
        factor = n


    def scale(x):
        return x * factor


    if __name__ == "__main__":
        pool = Pool(2, initializer=init, initargs=(10,))
        print(pool.map(scale, [1, 2, 3]))
        pool.close()
        pool.join()
    ```

    ## Fix safety
    Safe where the function only sets globals that the workers alone read. Unsafe where it does more than that, or
    the parent reads what it sets, too: today that happens once, in the parent. Reported where `initargs` are given as
    well and differ, and where an argument cannot be handed to another process.

    ## When it stays silent
    Where the called function returns a function, a `partial` or something unknown: then the call makes the initializer.
    For methods that set no globals: what they set in their instance is handed to the workers with the tasks.

    ## References
    - [multiprocessing.pool.Pool: initializer](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.pool.Pool)
    """

    code = "MP321"
    name = "initializer-called"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at the initializer of each pool and executor."""
        for start in program.starts.initializers:
            call = start.target
            function = program.functions.called(call) if isinstance(call, ast.Call) else None
            if not isinstance(call, ast.Call) or function is None or program.types.kind(call) not in _PLAIN:
                continue
            if program.index.enclosing_class(function) is not None and not _sets_globals(program, function):
                continue  # what it sets in the instance travels with that
            name = program.text(call.func)
            yield self.finding(
                call,
                f"`{name}(…)` runs here, in the parent, and the pool gets its result: under spawn and forkserver no "
                "worker sees what it sets",
                advice=f"name the function: `initializer={name}, initargs=(…)`",
                edits=_edits(program, start, call),
                safety=Safety.SAFE if _concerns_workers_alone(program, function) else Safety.UNSAFE,
                # an initializer that is no function stops the pool everywhere
                start_methods=NOT_FORK if program.types.kind(call) == "NoneType" else None,
            )


def _edits(program: Program, start: Start, call: ast.Call) -> list[Edit]:
    if call.keywords or any(isinstance(each, ast.Starred) for each in call.args):
        return []
    if any(isinstance(each, ast.Lambda) or program.types.kind(each) in _STAYING_HERE for each in call.args):
        return []
    edits: list[Edit] = [Replace(call, program.text(call.func))]
    if start.args is not None:
        same = isinstance(start.args, (ast.Tuple, ast.List)) and [ast.dump(each) for each in start.args.elts] == [
            ast.dump(each) for each in call.args
        ]
        return edits if same or not call.args else []
    return [*edits, AddArgument(start.call, as_arguments(program, call), "initargs")] if call.args else edits


def _sets_globals(program: Program, function: FunctionNode) -> bool:
    return any(program.index.inner_scope(each).globals for each in program.functions.reachable([function]))


def _concerns_workers_alone(program: Program, function: FunctionNode) -> bool:
    """Whether a function does nothing but set globals, which the parent never reads."""
    reached = program.functions.reachable([function])
    if not all(program.effects.only_computes(each) for inner in reached for each in inner.body):
        return False
    if any(
        isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load)
        for inner in reached
        for node in ast.walk(inner)
    ):
        return False  # it changes an object, which may be the parent's
    names = {name for each in reached for name in program.index.inner_scope(each).globals}
    return not any(
        isinstance(use.ctx, ast.Load)
        and (place := program.index.function(use)) not in reached
        and not program.starts.is_worker(place)
        for name in names
        for use in program.state.uses(name)
    )
