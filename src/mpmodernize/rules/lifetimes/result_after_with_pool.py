"""MP505: results are fetched when `with Pool()` has ended the pool already."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.locking import method_call
from mpmodernize.model.order import is_endless, own_nodes
from mpmodernize.model.pending import fate_of, given_to
from mpmodernize.rewrite.edits import Insert, InsertInto, Replace
from mpmodernize.rules.base import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.pending import Fate
    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis


class ResultAfterWithPool(Rule):
    """The block of `with Pool()` ends before its results are there.

    ## What it does
    Finds work that is given away inside `with Pool() as pool:` (`apply_async`, `map_async`, `imap`, …) and whose
    results are fetched behind the block, or never, and closes and joins the pool at the end of the block.

    ## Why it matters
    The end of `with Pool()` does not wait: it calls `terminate()`. What has not been done by then is thrown away. Of
    four tasks given by `map_async` none was done; a `get()` behind the block waits for ever, and so does a loop over
    what `imap` gave. It is the same under every start method. (`with ProcessPoolExecutor()` waits.)

    ## Example
    ```python
    from multiprocessing import Pool


    def square(x):
        return x * x


    if __name__ == "__main__":
        with Pool(2) as pool:
            results = [pool.apply_async(square, (x,)) for x in range(3)]
        print([result.get() for result in results])
    ```

    ## Use instead
    ```python
    from multiprocessing import Pool


    def square(x):
        return x * x


    if __name__ == "__main__":
        with Pool(2) as pool:
            results = [pool.apply_async(square, (x,)) for x in range(3)]
            pool.close()
            pool.join()
        print([result.get() for result in results])
    ```

    ## Fix safety
    Safe: the block waits for its tasks before it ends the pool, and their results are there behind it. Fetching them
    inside the block is the other way, and the better one where they are many. Reported where the block is left in its
    middle.

    ## When it stays silent
    Where a result is looked at inside the block, where the pool is closed and joined there, terminated, or handed to
    other code; where nobody wants the results and the block does something else that may wait for the work; where a
    task never ends; for executors and for thread pools.

    ## References
    - [Pool: the context manager calls terminate](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.pool.Pool.terminate)
    - [gh-126743: results of a pool that has been terminated](https://github.com/python/cpython/issues/126743)
    """

    code = "MP505"
    name = "result-after-with-pool"

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at what is given away in each block of a pool."""
        for with_ in program.index.all(ast.With):
            for item in with_.items:
                name = item.optional_vars or item.context_expr
                if program.types.kind(item.context_expr) == "Pool" and isinstance(name, ast.Name):
                    yield from self._check_block(program, with_, name)

    def _check_block(self, program: Program, with_: ast.With, pool: ast.Name) -> Iterator[Diagnosis]:
        uses = [
            use
            for use in program.index.uses(pool.id, program.index.owner(pool))
            if program.index.contains(with_, use) and use is not pool
        ]
        methods = [program.index.parent[use] for use in uses]
        asked = {each.attr for each in methods if isinstance(each, ast.Attribute)}
        if not all(isinstance(each, ast.Attribute) for each in methods) or "terminate" in asked or "join" in asked:
            return
        fix = None
        for call in given_to(program, uses):
            if any(is_endless(program, each.function) for each in program.starts.by_call.get(call, [])):
                continue
            fate = fate_of(program, call)
            what = self._what_is_lost(program, with_, pool, call, fate)
            if what is None:
                continue
            method = f"{pool.id}.{call.func.attr}"  # type: ignore[attr-defined]
            edits = () if fix is not None else self._edits(program, with_, pool)
            found = self.finding(
                call,
                f"the end of `with` terminates the pool before it has done what `{method}` gave it: {what}",
                advice=f"close and join `{pool.id}` at the end of the block, or get the results inside"
                + ("" if edits or fix is not None else "; the block is left in its middle, so not by itself"),
                edits=edits,
                fix=fix,
            )
            fix = found.fix
            yield found

    def _what_is_lost(
        self, program: Program, with_: ast.With, pool: ast.Name, call: ast.Call, fate: Fate
    ) -> str | None:
        """What becomes of the results behind the block; `None` where they may be looked at inside."""
        if fate.is_lost_sight_of or any(program.index.contains(with_, each) for each in fate.places):
            return None
        if fate.places or fate.returned:
            assert isinstance(call.func, ast.Attribute)
            how = "the loop over its results waits" if call.func.attr.startswith("imap") else "`get` waits"
            return f"{how} for ever"
        if self._may_wait(program, with_, pool):
            return None
        return "the work is thrown away"

    @staticmethod
    def _may_wait(program: Program, with_: ast.With, pool: ast.Name) -> bool:
        """Whether anything in the block may take as long as the work: a loop, a sleep, a call of something unknown."""
        for statement in with_.body:
            for node in own_nodes(statement):
                if isinstance(node, ast.While):
                    return True
                if not isinstance(node, ast.Call):
                    continue
                if isinstance(node.func, ast.Attribute):
                    base = node.func.value
                    if isinstance(base, ast.Name) and (base.id == pool.id or node.func.attr == "append"):
                        continue
                if any(
                    isinstance(each, ast.Call) and _is_method_of(each, pool.id)
                    for each in program.index.ancestors(node)
                ):
                    continue  # what is given to the pool
                name = program.qualified(node.func)
                if name is None or not name.startswith("builtins.") or name.endswith("input"):
                    return True
        return False

    @staticmethod
    def _edits(program: Program, with_: ast.With, pool: ast.Name) -> list[Edit]:
        last = with_.body[-1]
        leaving = (ast.Return, ast.Yield, ast.YieldFrom, ast.Break, ast.Continue)
        leaves = [node for each in with_.body for node in own_nodes(each) if isinstance(node, leaving)]
        if any(isinstance(node, (ast.Return, ast.Yield, ast.YieldFrom)) and node is not last for node in leaves):
            return []
        closed = next((each for each in with_.body if method_call(each, "close") is not None), None)
        ending = f"{pool.id}.join()" if closed is not None else f"{pool.id}.close()\n{pool.id}.join()"
        if isinstance(last, ast.Return):
            if last.value is None or isinstance(last.value, ast.Name):
                return [Insert(ending, last)]
            name = program.free_name("results", program.index.function(last))
            return [
                Insert(f"{name} = {program.text(last.value)}\n{ending}", last, takes_comments=True),
                Replace(last.value, name),
            ]
        if closed is not None and closed is last:
            return [Insert(ending, last, after=True)]
        return [InsertInto(ending, with_, at_end=True)]


def _is_method_of(call: ast.Call, name: str) -> bool:
    return isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) and call.func.value.id == name
