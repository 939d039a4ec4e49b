"""MP611: waiting for a result with a timeout of years."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.rewrite.edits import Reimport, Replace
from mpmodernize.rules.base import Fix, Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_LONG = 0xFFFF
"""Seconds, 18 hours: nobody means to wait that long and then go on without the result."""
_ENDLESS = frozenset({"sys.maxint", "sys.maxsize", "math.inf", "threading.TIMEOUT_MAX"})
_RESULTS = ("AsyncResult",)
_AT_ONCE = {"map_async": "map", "starmap_async": "starmap"}


class GetTimeoutHack(Rule):
    """A result is waited for with a timeout of days or years, so that Ctrl-C works in Python 2.

    ## What it does
    Makes `result.get(9999999)`, `result.get(0xFFFF)` and `result.get(sys.maxint)` plain `result.get()`, and
    `pool.map_async(f, xs).get(9999999)` what it was written for: `pool.map(f, xs)`. `wait` likewise.

    ## Why it matters
    In Python 2 a wait without a timeout could not be interrupted, so people wrote one that never ends. In Python 3
    every wait can be interrupted, and such a timeout is only odd, or worse: `sys.maxint` is gone, and with
    `sys.maxsize`, the name that it has now, the wait stops with `OverflowError: timestamp too large`. It is the same
    under every start method.

    ## Example
    ```python
    from multiprocessing import Pool


    def square(number):
        return number * number


    if __name__ == "__main__":
        pool = Pool(2)
        print(pool.map_async(square, [1, 2, 3]).get(9999999))
        print(pool.apply_async(square, (4,)).get(0xFFFF))
        pool.close()
        pool.join()
    ```

    ## Use instead
    ```python
    from multiprocessing import Pool


    def square(number):
        return number * number


    if __name__ == "__main__":
        pool = Pool(2)
        print(pool.map(square, [1, 2, 3]))
        print(pool.apply_async(square, (4,)).get())
        pool.close()
        pool.join()
    ```

    ## Fix safety
    Safe: no result takes that long.

    ## When it stays silent
    For timeouts under 65,535 seconds, which may be meant, and for objects that are not results of a pool.

    ## References
    - [AsyncResult.get](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.pool.AsyncResult.get)
    - [bpo-8296: multiprocessing.Pool hangs when issuing KeyboardInterrupt](https://bugs.python.org/issue8296)
    """

    code = "MP611"
    name = "get-timeout-hack"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each wait for a result of a pool."""
        found: list[tuple[ast.Call, ast.expr]] = []
        for method in ("get", "wait"):
            for call in program.types.receiver_calls(method, _RESULTS):
                given = [*call.args, *(each.value for each in call.keywords if each.arg == "timeout")]
                if len(call.args) + len(call.keywords) == 1 and len(given) == 1 and _is_endless(program, given[0]):
                    found.append((call, given[0]))
        unneeded = self._unneeded_imports(program, [given for _, given in found])
        edits: list[Edit] = [self._edit(call) for call, _ in found]
        together = Fix([*edits, *unneeded], Safety.SAFE, self.phase) if unneeded else None
        for (call, timeout), edit in zip(found, edits, strict=True):
            overflow = program.qualified(timeout) in _ENDLESS or _number(timeout) > _OVERFLOW
            end = "it stops with `OverflowError`" if overflow else "every wait can be interrupted"
            yield self.finding(
                call,
                f"the timeout `{program.text(timeout)}` was for Ctrl-C in Python 2; in Python 3 {end}",
                advice="leave it out",
                fix=together or Fix([edit], Safety.SAFE, self.phase),
            )

    @staticmethod
    def _edit(call: ast.Call) -> Edit:
        assert isinstance(call.func, ast.Attribute)
        waited = call.func.value
        if call.func.attr == "get" and isinstance(waited, ast.Call) and isinstance(waited.func, ast.Attribute):
            at_once = _AT_ONCE.get(waited.func.attr)
            keywords = {each.arg for each in waited.keywords}
            if at_once is not None and keywords <= {"chunksize"} and len(waited.args) <= 3:
                given = (waited.func.value, *waited.args, *(each.value for each in waited.keywords))
                if not any(isinstance(each, ast.Starred) for each in given):
                    names = [f"${place + 1}" for place in range(len(waited.args))]
                    names += [f"{each.arg}=${len(names) + 1}" for each in waited.keywords]
                    return Replace(call, f"$0.{at_once}({', '.join(names)})", given)
        return Replace(call, "$0()", (call.func,))

    @staticmethod
    def _unneeded_imports(program: Program, given: list[ast.expr]) -> list[Edit]:
        """The import of `sys` goes with the last `sys.maxint`."""
        parts = {node for each in given for node in ast.walk(each)}
        edits: list[Edit] = []
        for imported in program.imports.of("sys"):
            uses = program.imports.uses(imported)
            if uses and imported.is_module and parts.issuperset(uses) and program.imports.is_only_binding(imported):
                edits.append(Reimport(imported.statement, imported.alias, ()))
        return edits


_OVERFLOW = 9.2e9
"""More seconds than `threading.TIMEOUT_MAX`."""


def _is_endless(program: Program, node: ast.expr) -> bool:
    return program.qualified(node) in _ENDLESS or _number(node) >= _LONG


def _number(node: ast.expr) -> float:
    """The number that a literal, `float("inf")` or a calculation with literals is; 0 where it is none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return node.value
    if isinstance(node, ast.BinOp):
        left, right = _number(node.left), _number(node.right)
        if isinstance(node.op, ast.Mult):
            return left * right
        if isinstance(node.op, ast.Pow) and 0 < left <= 1000 and 0 < right < 100:
            return float(float(left) ** right)
        if isinstance(node.op, (ast.Add, ast.Sub)) and left and right:
            return left + right if isinstance(node.op, ast.Add) else left - right
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "float" and len(node.args) == 1:
        (text,) = node.args
        endless = isinstance(text, ast.Constant) and str(text.value).lower() in ("inf", "infinity", "+inf")
        return float("inf") if endless else 0
    return 0
