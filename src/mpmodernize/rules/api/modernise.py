"""MP619: what Python 3 says more simply."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety, Severity
from mpmodernize.model.functions import parameters
from mpmodernize.rewrite.edits import Delete, Replace
from mpmodernize.rules.base import Fix, Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import FunctionNode
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_SPREADING = {"map": "starmap", "map_async": "starmap_async"}


class Modernise(Rule):
    """A pool's task is a function that does nothing but spread its one argument: `starmap` does that.

    ## What it does
    Finds functions of the form `def work_star(args): return work(*args)` that a pool maps, and hints at
    `pool.starmap(work, …)`.

    ## Why it matters
    Python 2's pools could only map functions of one argument, so that programs wrapped those of several. Python 3.3
    brought `starmap`. It is a hint: the wrapper runs under every start method.

    ## Example
    ```python
    from multiprocessing import Pool


    def area(width, height):
        return width * height


    def area_star(sides):
        return area(*sides)


    if __name__ == "__main__":
        with Pool(2) as pool:
            print(pool.map(area_star, [(1, 2), (3, 4)]))
    ```

    ## Use instead
    ```python
    from multiprocessing import Pool


    def area(width, height):
        return width * height


    if __name__ == "__main__":
        with Pool(2) as pool:
            print(pool.starmap(area, [(1, 2), (3, 4)]))
    ```

    ## Fix safety
    Unsafe, as a matter of taste: it does the same, with one function less.

    ## When it stays silent
    Where the wrapper does anything else, has decorators or a docstring, and for `imap`, which has no such form.

    ## References
    - [Pool.starmap](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.pool.Pool.starmap)
    """

    code = "MP619"
    name = "modernise"
    severity = Severity.HINT
    phase = Phase.LIFETIMES

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at what pools map; a wrapper that nothing else needs goes with its last use."""
        found: dict[FunctionNode, list[tuple[ast.Name, ast.Name, list[Edit]]]] = {}
        for start in program.starts.tasks:
            call, wrapper, target = start.call, start.function, start.target
            assert isinstance(call.func, ast.Attribute)
            method = _SPREADING.get(call.func.attr)
            if method is None or wrapper is None or program.types.kind(call.func.value) != "Pool":
                continue
            spread = self._spread_by(program, wrapper)
            if spread is None or start.leading or not isinstance(target, ast.Name):
                continue
            edits: list[Edit] = [
                Replace(call.func, f"$0.{method}", (call.func.value,)),
                Replace(target, program.text(spread)),
            ]
            found.setdefault(wrapper, []).append((target, spread, edits))
        for wrapper, several in found.items():
            together = None
            if self._are_all_uses(program, wrapper, [target for target, _, _ in several]):
                every = [edit for _, _, edits in several for edit in edits]
                together = Fix([*every, Delete(wrapper)], Safety.UNSAFE, self.phase)
            for target, spread, own in several:
                text = program.text(spread)
                yield self.finding(
                    target,
                    f"`{wrapper.name}` only spreads its argument for `{text}`: `starmap` does that",
                    advice=f"map `{text}` with `starmap`",
                    fix=together or Fix(own, Safety.UNSAFE, self.phase),
                )

    @staticmethod
    def _spread_by(program: Program, wrapper: FunctionNode) -> ast.Name | None:
        """The function that a wrapper calls with its one argument spread, if it does nothing else."""
        given = parameters(wrapper)
        if len(given) != 1 or wrapper.decorator_list or len(wrapper.body) != 1 or wrapper.args.defaults:
            return None
        (statement,) = wrapper.body
        call = statement.value if isinstance(statement, ast.Return) else None
        if not isinstance(call, ast.Call) or len(call.args) != 1 or call.keywords:
            return None
        (star,) = call.args
        spreads = isinstance(star, ast.Starred) and isinstance(star.value, ast.Name) and star.value.id == given[0].arg
        function = call.func
        at_top = program.index.parent[wrapper] is program.tree
        return function if spreads and at_top and isinstance(function, ast.Name) else None

    @staticmethod
    def _are_all_uses(program: Program, wrapper: FunctionNode, targets: list[ast.Name]) -> bool:
        uses = program.index.uses(wrapper.name, program.index.owner(targets[0]))
        return set(uses) == set(targets) and "__all__" not in program.index.module.bindings
