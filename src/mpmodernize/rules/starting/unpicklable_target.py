"""MP310: a lambda or an inner function goes to another process."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.crossings import Route
from mpmodernize.rules.base import Phase, Rule
from mpmodernize.rules.hoistable import CannotHoistError
from mpmodernize.rules.naming import naming
from mpmodernize.rules.private_methods import private_methods

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.crossings import Crossing
    from mpmodernize.model.nameless import Origin
    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis, Fix

_OF_START = {
    "process": "the target of a process",
    "task": "a task of a pool",
    "initializer": "the initializer of a pool",
}


class UnpicklableTarget(Rule):
    """A lambda or a function made inside a function is given to another process.

    ## What it does
    Finds lambdas, functions and classes that are made inside a function, and that are the target of a process, a task
    or initializer of a pool, or travel as an argument, result or item of a queue: directly, through names, containers,
    parameters and `partial`, or as what a factory returns. The fix makes a function at module level of them. What they
    read of the function around them becomes their first parameters, handed over by `args` or `functools.partial`; what
    reads `self` becomes a method; a lambda that only calls a function makes way for that function and its arguments.

    Methods with a private name, `target=self.__work`, get one underscore.

    ## Why it matters
    A function is pickled as its name, and the other process looks that up in the module. A lambda and an inner function
    are not there: `Can't pickle local object 'main.<locals>.job'`. Tasks of pools fail under every start method, also
    under fork. Targets and initializers work under fork alone; under spawn and forkserver `start()` raises.

    ## Example
    ```python
    from multiprocessing import Process


    def main(name):
        def greet(greeting):
            print(greeting, name)

        worker = Process(target=greet, args=("hello",))
        worker.start()
        worker.join()


    if __name__ == "__main__":
        main("Ada")
    ```

    ## Use instead
    ```python
    from multiprocessing import Process


    def greet(name, greeting):
        print(greeting, name)


    def main(name):
        worker = Process(target=greet, args=(name, "hello"))
        worker.start()
        worker.join()


    if __name__ == "__main__":
        main("Ada")
    ```

    ## Fix safety
    Safe where the variables that the function reads have their last values when it is handed over, and may travel
    that way. Unsafe where a loop goes on before the process starts: under fork every child sees the last value of the
    loop, the fix gives each its own. Reported where the function changes variables of the function around it, where
    these are bound again later or cannot be pickled, where a class made inside a function reads them, and where the
    function around it is handed to a library, which may take its source.

    ## When it stays silent
    For callbacks, threads and thread pools, for functions that only the parent calls, and for targets of processes
    where the program asks for fork by name.

    ## References
    - [What can be pickled](https://docs.python.org/3/library/pickle.html#what-can-be-pickled-and-unpickled)
    - [Programming guidelines: picklability](https://docs.python.org/3/library/multiprocessing.html#all-start-methods)
    """

    code = "MP310"
    name = "unpicklable-target"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Give each nameless function that crosses a name."""
        for origin, crossings in program.nameless.crossing.items():
            pickled = [each for each in crossings if not (each.is_inherited and program.pins_fork)]
            if not pickled or not program.owns(origin):
                continue
            fix: Fix | None = None
            obstacle = ""
            try:
                _refuse_parts(program, origin)
                fix = naming(program, origin, pickled)
            except CannotHoistError as reason:
                obstacle = f"; no automatic fix: {reason}"
            late = fix is not None and fix.safety is Safety.UNSAFE
            yield self.finding(
                origin,
                f"{_what(program, origin)} {_way(pickled)}",
                advice="define it at module level, with what it needs as parameters"
                + ("; under fork it sees the last value of the loop, with the fix the one of its round" if late else "")
                + obstacle,
                fix=fix,
            )

        for private in private_methods(program):
            yield self.finding(
                private.node,
                f"private method `{private.method.name}` {_way(private.crossings)}",
                advice=f"call it `{private.new}`: a method is pickled as its name, and the attribute has another one",
                edits=private.edits,
            )


def _refuse_parts(program: Program, origin: Origin) -> None:
    """A function that a library outside of Python gets may be run from its source, which has to stay whole.

    Raises `CannotHoistError` for what stands in such a function.
    """
    outer = program.state.outer_function(origin)
    for mention in program.functions.mentions.get(outer, []) if outer is not None else ():
        above = program.index.parent[mention]
        call = program.index.parent[above] if isinstance(above, ast.keyword) else above
        if isinstance(call, ast.Call) and mention is not call.func:
            root = (program.qualified(call.func) or "").partition(".")[0]
            if root and root != "builtins" and root not in sys.stdlib_module_names:
                raise CannotHoistError(f"`{outer.name}` is handed to `{root}`, which may take its source")  # type: ignore[union-attr]


def _what(program: Program, origin: Origin) -> str:
    if isinstance(origin, ast.Lambda):
        return "a lambda"
    outer = program.index.function(origin)
    kind = "class " if isinstance(origin, ast.ClassDef) else ""
    return f"{kind}`{origin.name}` is made inside `{outer.name if outer is not None else '?'}` and"


def _way(crossings: list[Crossing]) -> str:
    each = next((each for each in crossings if not each.is_inherited), crossings[0])
    part = _OF_START.get(each.start.kind) if each.route is Route.TARGET and each.start is not None else None
    what = part or each.route.value
    if each.is_inherited:
        return f"is {what}: it cannot be pickled, under spawn and forkserver the start fails"
    return f"is {what}: it cannot be pickled, which fails under every start method"
