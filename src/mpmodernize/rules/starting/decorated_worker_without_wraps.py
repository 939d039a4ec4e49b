"""MP313: a worker whose decorator hides its name."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.crossings import Route
from mpmodernize.rewrite.edits import AddDecorator, AddImport
from mpmodernize.rules.base import Fix, Phase, Rule
from mpmodernize.rules.spelling import short_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.crossings import Crossing
    from mpmodernize.model.decorations import Decoration
    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import FunctionNode
    from mpmodernize.rules.base import Diagnosis


class DecoratedWorkerWithoutWraps(Rule):
    """A worker is decorated, and the decorator hides its name.

    ## What it does
    Finds targets, tasks and initializers that a decorator of the file has replaced by a function of its own, without
    `functools.wraps`, and adds that to the decorator.

    ## Why it matters
    A function is pickled as its name. What stands in the place of the decorated function is called
    `traced.<locals>.inner`, and the other process does not find that: `Can't pickle local object`. With
    `functools.wraps` it has the name of the function that it replaces, and is found under it. Tasks of pools fail under
    every start method; targets of processes work under fork alone.

    ## Example
    ```python
    from multiprocessing import Pool


    def traced(function):
        def inner(*args):
            print("called with", args)
            return function(*args)

        return inner


    @traced
    def square(n):
        return n * n


    if __name__ == "__main__":
        with Pool(1) as pool:
            print(pool.map(square, [1, 2]))
            pool.close()
            pool.join()
    ```

    ## Use instead
    ```python
    from multiprocessing import Pool
    from functools import wraps


    def traced(function):
        @wraps(function)
        def inner(*args):
            print("called with", args)
            return function(*args)

        return inner


    @traced
    def square(n):
        return n * n


    if __name__ == "__main__":
        with Pool(1) as pool:
            print(pool.map(square, [1, 2]))
            pool.close()
            pool.join()
    ```

    ## Fix safety
    Safe. Only name, docstring and annotations of what the decorator returns become those of the function it gets.
    Reported where several decorators are stacked and one of them is not known.

    ## When it stays silent
    For decorators of libraries, for those that give the name in another way, and for decorated functions that run in
    the parent or in threads alone.

    ## References
    - [functools.wraps](https://docs.python.org/3/library/functools.html#functools.wraps)
    - [What can be pickled](https://docs.python.org/3/library/pickle.html#what-can-be-pickled-and-unpickled)
    """

    code = "MP313"
    name = "decorated-worker-without-wraps"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at the decorators of each function that is pickled."""
        if not program.decorations.all:
            return
        fixes: dict[FunctionNode, Fix] = {}
        for decoration, crossing in self._hiding(program).items():
            fix = fixes.setdefault(decoration.inner, self._fix(program, decoration))
            yield self.finding(
                decoration.node,
                f"`{decoration.decorator.name}` puts `{decoration.inner.name}` in the place of "
                f"`{decoration.function.name}` under its own name: {_fails(crossing)}",
                advice=f"put `@functools.wraps({decoration.parameter})` above `{decoration.inner.name}`",
                fix=fix,
            )
        for call, crossing in self._renamed(program).items():
            made = program.text(call.func)
            yield self.finding(
                call,
                f"what `{made}` makes has the name of another function, or of one inside `{made}`: {_fails(crossing)}",
                advice=f"define a function at module level, with `@{made}` above it",
            )

    def _hiding(self, program: Program) -> dict[Decoration, Crossing]:
        """The decorations that hide the name of a function that is pickled, each with a crossing of that."""
        found: dict[Decoration, Crossing] = {}
        for crossing in program.crossings.by(Route.TARGET, Route.ARGUMENT, Route.TASK, Route.PARTIAL, Route.INITARG):
            if not (crossing.is_inherited and program.pins_fork):
                for function in program.functions.alternatives(crossing.expression):
                    for each in program.decorations.of.get(function, []):
                        if not each.names:
                            found.setdefault(each, crossing)
        by_hand = {each.node: each for each in program.decorations.all}
        for source, crossings in program.nameless.crossing_sources.items():
            decoration = by_hand.get(source) if isinstance(source, ast.Call) else None
            if decoration is not None and not decoration.names:
                found.setdefault(decoration, crossings[0])
        return found

    def _renamed(self, program: Program) -> dict[ast.Call, Crossing]:
        """Calls of decorators whose results are pickled and have no name in the module that is theirs."""
        by_hand = {each.node for each in program.decorations.all}
        return {
            source: crossings[0]
            for source, crossings in program.nameless.crossing_sources.items()
            if isinstance(source, ast.Call) and source not in by_hand
            if program.functions.called(source) in program.decorations.decorators
            if not (program.pins_fork and all(each.is_inherited for each in crossings))
        }

    def _fix(self, program: Program, each: Decoration) -> Fix:
        home = program.of(each.inner)
        wraps, imports = short_name(home, "functools", "wraps")
        imports = [AddImport(new.code, home.tree) if isinstance(new, AddImport) else new for new in imports]
        return Fix([AddDecorator(each.inner, f"{wraps}({each.parameter})"), *imports], Safety.SAFE, self.phase)


def _fails(crossing: Crossing) -> str:
    if crossing.is_inherited:
        return "it cannot be pickled, under spawn and forkserver the start fails"
    return "it cannot be pickled, which fails under every start method"
