"""MP615: `except AssertionError` around a pool."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.rewrite.edits import AddElement, Replace
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis

_OF_POOLS = frozenset("apply_async map_async starmap_async imap imap_unordered join".split())
_WITH_TASKS = frozenset("apply map starmap".split())
"""Methods that raise what their tasks raise, too: that may be another `ValueError`."""


class PoolAssertion(Rule):
    """An `AssertionError` of a pool is expected, which is a `ValueError` in Python 3.

    ## What it does
    Finds `except AssertionError` around calls of a pool's methods, or of `successful()` of a result, and adds
    `ValueError`.

    ## Why it matters
    In Python 2 a task for a pool that is closed, a `join` of one that is not, and `successful()` before there is a
    result raised `AssertionError`. In Python 3 they raise `ValueError`: `Pool not running`, `Pool is still running`,
    `<…> not ready`, and the handler is never entered. It is the same under every start method.

    ## Example
    ```python
    from multiprocessing import Pool

    if __name__ == "__main__":
        pool = Pool(1)
        try:
            pool.join()
        except AssertionError:
            print("close it first")
        pool.close()
        pool.join()
    ```

    ## Use instead
    ```python
    from multiprocessing import Pool

    if __name__ == "__main__":
        pool = Pool(1)
        try:
            pool.join()
        except (AssertionError, ValueError):
            print("close it first")
        pool.close()
        pool.join()
    ```

    ## Fix safety
    Safe where the `try` holds nothing but such calls. Unsafe where a `ValueError` may have other reasons: the pool's
    tasks, or other code under the `try`.

    ## When it stays silent
    Where `ValueError` is caught as well, and where no pool is used under the `try`.

    ## References
    - [multiprocessing.pool.Pool](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.pool.Pool)
    - [AsyncResult.successful](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.pool.AsyncResult.successful)
    """

    code = "MP615"
    name = "pool-assertion"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each handler of this error."""
        for statement in program.index.all(ast.Try):
            caught = [(each, _types(program, each)) for each in statement.handlers]
            if any(types & {"ValueError", "Exception", "BaseException", ""} for _, types in caught):
                continue
            handlers = [each for each, types in caught if "AssertionError" in types]
            if not handlers or not self._asks_pool(program, statement.body):
                continue
            kind = handlers[0].type
            assert kind is not None
            plain = all(self._only_asks(program, each) for each in statement.body)
            edit = (
                AddElement(kind, "ValueError")
                if isinstance(kind, ast.Tuple)
                else Replace(kind, "($0, ValueError)", (kind,))
            )
            yield self.finding(
                handlers[0],
                "what a pool says with `AssertionError` in Python 2, it says with `ValueError` in Python 3",
                advice="expect `ValueError`, too",
                edits=[edit],
                safety=Safety.SAFE if plain else Safety.UNSAFE,
            )

    def _asks_pool(self, program: Program, body: list[ast.stmt]) -> bool:
        return any(
            isinstance(node, ast.Call) and self._is_call(program, node, _OF_POOLS | _WITH_TASKS)
            for statement in body
            for node in ast.walk(statement)
        )

    def _only_asks(self, program: Program, statement: ast.stmt) -> bool:
        """Whether a statement is one call, shown perhaps, that raises no `ValueError` but its own."""
        if not isinstance(statement, (ast.Expr, ast.Assign, ast.Return)):
            return False
        calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
        asking = [call for call in calls if not program.names.calls(call, "builtins.print")]
        return len(asking) == 1 and self._is_call(program, asking[0], _OF_POOLS)

    @staticmethod
    def _is_call(program: Program, call: ast.Call, methods: frozenset[str]) -> bool:
        if not isinstance(call.func, ast.Attribute):
            return False
        if call.func.attr == "successful":
            return program.types.kind(call.func.value) == "AsyncResult"
        return call.func.attr in methods and program.types.kind(call.func.value) == "Pool"


def _types(program: Program, handler: ast.ExceptHandler) -> set[str]:
    """The built-in errors that a handler is for; empty text for all."""
    if handler.type is None:
        return {""}
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {(program.qualified(each) or "?").removeprefix("builtins.") for each in kinds}
