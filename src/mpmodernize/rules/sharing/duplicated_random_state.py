"""MP416: workers draw the same random numbers."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.crossings import Route
from mpmodernize.model.locking import runs_often, several_processes
from mpmodernize.rules.base import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.crossings import Crossing
    from mpmodernize.model.program import Program
    from mpmodernize.model.starts import Start
    from mpmodernize.rules.base import Diagnosis

_GENERATORS = ("random.Random", "numpy.random.RandomState", "numpy.random.default_rng", "numpy.random.Generator")
_SEEDING = frozenset("seed set_state setstate default_rng RandomState Generator SeedSequence PCG64".split())
_SAYING_NOTHING = frozenset({"get_state", "getstate", "SystemRandom", "Random"})
_ROUTES = (Route.ARGUMENT, Route.TASK, Route.PARTIAL, Route.CONSTRUCTOR, Route.INITARG)


class DuplicatedRandomState(Rule):
    """Several workers start with the same random state, and draw the same numbers.

    ## What it does
    Finds workers that draw from numpy's global generator, or from a generator of the module, where no worker seeds it;
    generators that are handed to several workers; and `random.seed(…)` at module level where workers use `random`.

    ## Why it matters
    Under fork each child has a copy of the parent's generator: numpy's gives every worker the same numbers. Under
    spawn and forkserver each child imports the file: what is seeded at module level is seeded alike in all of them. A
    generator that is handed over is copied for each. (The functions of `random` are seeded anew in a forked child,
    numpy's are not.) Nothing fails: a simulation with four workers is one simulation, four times.

    ## Example
    ```python
    import random
    from multiprocessing import Pool

    random.seed(42)


    def draw(n):
        return random.random()


    if __name__ == "__main__":
        with Pool(2) as pool:
            print(pool.map(draw, range(4), 1))
    ```

    ## Use instead
    ```python
    import random
    from multiprocessing import Pool

    random.seed(42)


    def draw(n):
        return random.random()


    if __name__ == "__main__":
        with Pool(2) as pool:
            print(pool.map(draw, range(4), 1))
    ```

    ## Fix safety
    There is no fix: it changes the results. Make a generator for each task, from the seed and the task's number:
    `random.Random(f"{seed}-{n}")`, or `numpy.random.default_rng([seed, n])`. Then the results also don't depend on how
    many workers there are, and which of them does what.

    ## When it stays silent
    Where a worker or its initializer seeds or makes the generator, where there is one worker, and for `random` that is
    not seeded at module level.

    ## References
    - [numpy: parallel random number generation](https://numpy.org/doc/stable/reference/random/parallel.html)
    - [numpy #9650](https://github.com/numpy/numpy/issues/9650)
    """

    code = "MP416"
    name = "duplicated-random-state"

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at the generators of the modules, then at those of the program."""
        if not program.mentions_multiprocessing or not program.starts.all:
            return
        yield from self._of_numpy(program)
        yield from self._of_random(program)
        yield from self._of_the_module(program)
        yield from self._handed_over(program)

    def _of_numpy(self, program: Program) -> Iterator[Diagnosis]:
        drawn = _drawn(program, "numpy.random")
        if drawn is not None and not _avoids_fork(program):
            yield self._reported(drawn, "under fork every worker draws the same numbers: each has a copy of the state")

    def _of_random(self, program: Program) -> Iterator[Diagnosis]:
        early = [call for call in program.calls_of("random.seed") if call.args and program.index.function(call) is None]
        early = [call for call in early if not program.import_time.is_late(call)]
        drawn = _drawn(program, "random") if early else None
        if drawn is not None:
            what = "under spawn and forkserver every worker draws the same numbers: each seeds `random` alike"
            yield self._reported(drawn, what)

    def _of_the_module(self, program: Program) -> Iterator[Diagnosis]:
        """Generators that are names of the module, which workers use."""
        for name, reads in program.state.read_by_workers.items():
            bindings = program.state.bindings(name)
            value = bindings[0].value if len(bindings) == 1 and bindings[0].kind == "assign" else None
            if value is None or not program.names.calls(value, *_GENERATORS):
                continue
            methods = {
                read: above.attr for read in reads if isinstance(above := program.index.parent[read], ast.Attribute)
            }
            functions = {program.index.function(read) for read in methods}
            if not methods or not _SEEDING.isdisjoint(methods.values()):
                continue
            if not several_processes(program, {each for each in functions if each is not None}):
                continue
            seeded = isinstance(value, ast.Call) and value.args and not program.import_time.is_late(bindings[0].node)
            if not seeded and _avoids_fork(program):
                continue
            under = "under every start method" if seeded else "under fork"
            what = f"{under} every worker draws the same numbers: each has a copy of `{name}`"
            yield self._reported(next(iter(methods)), what)

    def _handed_over(self, program: Program) -> Iterator[Diagnosis]:
        """Generators that the parent has made once and hands to several workers."""
        handed: dict[ast.expr, list[Crossing]] = {}
        for crossing in program.crossings.by(*_ROUTES):
            value = program.crossings.source_of(crossing.expression)
            if value is not crossing.expression and program.names.calls(value, *_GENERATORS) and not crossing.holds:
                handed.setdefault(value, []).append(crossing)
        for value, crossings in handed.items():
            often = any(crossing.start is not None and _is_often(program, crossing.start) for crossing in crossings)
            if (often or len(crossings) > 1) and program.index.loop(value) is None:
                name = program.text(crossings[0].expression)
                what = f"every worker draws the same numbers: each gets a copy of `{name}`, under every start method"
                yield self._reported(crossings[0].expression, what)

    def _reported(self, node: ast.expr, what: str) -> Diagnosis:
        return self.finding(node, what, advice="make a generator for each task, from the seed and the task's number")


def _drawn(program: Program, module: str) -> ast.Call | None:
    """The first call by which workers draw from a module's own generator, if no worker seeds it."""
    inside = {
        call: name.rpartition(".")[2]
        for call in program.index.calls
        if (name := program.qualified(call.func) or "").rpartition(".")[0] == module and program.runs_in_child(call)
    }
    if not _SEEDING.isdisjoint(inside.values()):
        return None
    drawing = [call for call, name in inside.items() if name not in _SAYING_NOTHING and name[:1].islower()]
    functions = {program.index.function(call) for call in drawing}
    if not drawing or not several_processes(program, {each for each in functions if each is not None}):
        return None
    return drawing[0]


def _avoids_fork(program: Program) -> bool:
    """Whether the program asks for another start method by name."""
    return any(
        isinstance(each, ast.Constant) and each.value in ("spawn", "forkserver")
        for call in program.calls_of("multiprocessing.get_context", "multiprocessing.set_start_method")
        for each in call.args
    )


def _is_often(program: Program, start: Start) -> bool:
    """Whether one call starts several: it is run again and again, or is one of a pool's mapped tasks."""
    mapped = isinstance(start.call.func, ast.Attribute) and "map" in start.call.func.attr
    return mapped or start.kind == "initializer" or runs_often(program, start.call)
