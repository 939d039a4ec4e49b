"""MP507: `r.get` without its parentheses."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.uncalled import Called, Uncalled
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis

_VALUES = {
    "get": frozenset({"AsyncResult", "Queue", "JoinableQueue", "SimpleQueue"}),
    "result": frozenset({"Future"}),
    "recv": frozenset({"Connection"}),
}
"""Methods that are called for what they give."""
_DEEDS = {
    "start": frozenset({"Process"}),
    "join": frozenset({"Process", "Pool"}),
    "terminate": frozenset({"Process", "Pool"}),
    "close": frozenset({"Pool"}),
    "wait": frozenset({"AsyncResult"}),
}
"""Methods that are called for what they do: as statements of their own."""
_LOST = {
    "get": "its value is never fetched, and an error in the worker never seen",
    "result": "its value is never fetched, and an error in the worker never seen",
    "recv": "nothing is received",
    "start": "the process never runs",
    "join": "nothing is waited for",
    "terminate": "nothing is ended",
    "close": "nothing is closed",
    "wait": "nothing is waited for",
}


class GetNotCalled(Rule):
    """A result's `get` is named and never called.

    ## What it does
    Finds `[r.get for r in results]`, `print(r.get)` and `r.get` as a statement, for results of pools and executors
    (`future.result`), queues and pipes, and adds the parentheses. A `p.start`, `p.join` or `pool.close` that is a
    statement of its own is found as well.

    ## Why it matters
    A method that is named is no call: the list holds methods where values should be, the program goes on without
    waiting, and what went wrong in a worker is never heard of. It ends with exit code 0, under every start method.

    ## Example
    ```python
    from multiprocessing import Pool


    def square(x):
        return x * x


    if __name__ == "__main__":
        with Pool(2) as pool:
            results = [pool.apply_async(square, (x,)) for x in range(3)]
            print([r.get for r in results])
    ```

    ## Use instead
    ```python
    from multiprocessing import Pool


    def square(x):
        return x * x


    if __name__ == "__main__":
        with Pool(2) as pool:
            results = [pool.apply_async(square, (x,)) for x in range(3)]
            print([r.get() for r in results])
    ```

    ## Fix safety
    Safe where the method is followed to its end and nothing calls it. Where it is returned to code that is not in this
    file, the parentheses are an unsafe fix: that code may call it.

    ## When it stays silent
    Where the method is called later (`gets = [r.get for r in results]`, then `gets[0]()`), handed to code that may call
    it (`iter(q.get, None)`, `Thread(target=r.get)`, `map`), or stored on an object; for threads and `queue.Queue`.

    ## References
    - [AsyncResult.get](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.pool.AsyncResult.get)
    """

    code = "MP507"
    name = "get-not-called"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each method of these names that is not called on the spot."""
        uncalled = Uncalled(program)
        for methods in (_VALUES, _DEEDS):
            for method, kinds in methods.items():
                for node in program.index.attributes.get(method, []):
                    parent = program.index.parent[node]
                    if isinstance(parent, ast.Call) and parent.func is node:
                        continue
                    if not isinstance(node.ctx, ast.Load) or program.types.kind(node.value) not in kinds:
                        continue
                    fate = uncalled.fate(node)
                    if fate is Called.MAYBE or (methods is _DEEDS and not self._is_statement(program, node)):
                        continue
                    text = program.text(node)
                    yield self.finding(
                        node,
                        f"`{text}` names the method and does not call it: {_LOST[method]}",
                        advice=f"write `{text}()`",
                        edits=[Replace(node, "$0()", (node,))],
                        safety=Safety.SAFE if fate is Called.NEVER else Safety.UNSAFE,
                    )

    @staticmethod
    def _is_statement(program: Program, node: ast.expr) -> bool:
        """Whether it stands alone, or makes up a list that does: `[p.join for p in processes]`."""
        parent = program.index.parent[node]
        if isinstance(parent, ast.ListComp):
            parent = program.index.parent[parent]
        return isinstance(parent, ast.Expr)
