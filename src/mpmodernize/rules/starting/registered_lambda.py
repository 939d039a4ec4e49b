"""MP320: a manager is told to call a lambda."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.guards import is_guard
from mpmodernize.rewrite.edits import Move
from mpmodernize.rules.base import NOT_FORK, Fix, Phase, Rule
from mpmodernize.rules.hoistable import CannotHoistError
from mpmodernize.rules.naming import naming

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.captures import Capture
    from mpmodernize.model.nameless import Origin
    from mpmodernize.model.program import Program
    from mpmodernize.model.registrations import Registration
    from mpmodernize.rules.base import Diagnosis

_PLAIN = frozenset({"dict", "list", "set", "tuple", "int", "float", "str", "bytes", "bool"})


class RegisteredLambda(Rule):
    """A manager is told to call a lambda.

    ## What it does
    Finds lambdas and inner functions that are registered as the `callable` of a manager, and makes functions at module
    level of them.

    ## Why it matters
    `start()` makes the manager's server, a process of its own. Under spawn and forkserver what is registered is pickled
    for it, and a lambda cannot be pickled: `Can't pickle <function <lambda>>`. Under fork it works.

    ## Example
    ```python
    import queue
    from multiprocessing.managers import BaseManager


    class Manager(BaseManager):
        pass


    jobs = queue.Queue()
    Manager.register("get_jobs", callable=lambda: jobs)

    if __name__ == "__main__":
        with Manager() as manager:
            manager.get_jobs().put(1)
            print(manager.get_jobs().get())
    ```

    ## Use instead
    ```python
    import queue
    from multiprocessing.managers import BaseManager


    class Manager(BaseManager):
        pass


    def _get_jobs():
        return jobs


    jobs = queue.Queue()
    Manager.register("get_jobs", callable=_get_jobs)

    if __name__ == "__main__":
        with Manager() as manager:
            manager.get_jobs().put(1)
            print(manager.get_jobs().get())
    ```

    ## Fix safety
    Safe. What the function returns has to be made where the server finds it, at module level: objects that are made
    under the main guard go up. Reported where they are made inside a function.

    ## When it stays silent
    For managers that only serve, with `get_server().serve_forever()`, or only connect: they pickle nothing. Where no
    manager of the class is started in sight, and where the program asks for fork by name.

    ## References
    - [Customized managers](https://docs.python.org/3/library/multiprocessing.html#customized-managers)
    """

    code = "MP320"
    name = "registered-lambda"
    start_methods = NOT_FORK
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at what each manager class is told to call."""
        for each in program.registrations.all if not program.pins_fork else ():
            if not program.registrations.is_started(each):
                continue
            for origin in program.nameless.sources(each.callable):
                if isinstance(origin, ast.Call) or not program.owns(origin):
                    continue
                what = "a lambda" if isinstance(origin, ast.Lambda) else f"`{origin.name}`"
                fix, obstacle = self._fix(program, each, origin)
                yield self.finding(
                    each.callable,
                    f"{what} is registered with a manager: under spawn and forkserver `start()` cannot pickle it",
                    advice=f"define it at module level{obstacle}",
                    fix=fix,
                )

    def _fix(self, program: Program, registration: Registration, origin: Origin) -> tuple[Fix | None, str]:
        made = [each for each in program.captures.of(origin) if not self._travels(program, each)]
        if made:
            statements = [self._of_guard(program, each) for each in made]
            guard = program.index.top_statement(origin)
            moving = [each for each in dict.fromkeys(statements) if each is not None]
            if None in statements:
                return None, f"; no automatic fix: `{made[0].name}` is made where the server does not find it"
            return Fix([Move(each, guard) for each in moving], Safety.SAFE, self.phase), ""
        try:
            return naming(program, origin, [], _name(registration)), ""
        except CannotHoistError as reason:
            return None, f"; no automatic fix: {reason}"

    @staticmethod
    def _travels(program: Program, capture: Capture) -> bool:
        """Whether the server can be handed the variable: plain values are pickled as well as they are inherited."""
        binding = capture.sole
        if binding is None or binding.kind in ("definition", "import"):
            return binding is not None
        return binding.value is not None and program.types.kind(binding.value) in _PLAIN

    @staticmethod
    def _of_guard(program: Program, capture: Capture) -> ast.stmt | None:
        """The statement of the main guard that makes the variable, if it does the same at import."""
        binding = capture.sole
        statement = program.index.statement(binding.node) if binding is not None else None
        guard = program.index.parent[statement] if statement is not None else None
        if not isinstance(statement, ast.Assign) or not isinstance(guard, ast.If) or not is_guard(guard):
            return None
        names = {each.id for each in ast.walk(statement.value) if isinstance(each, ast.Name)}
        needs_guard = any(program.state.is_variable(each) for each in names)
        return statement if program.effects.only_computes(statement) and not needs_guard else None


def _name(registration: Registration) -> str:
    """`_get_jobs` for what is registered as `get_jobs`, or as `jobs`."""
    typeid = (registration.typeid or "registered").lstrip("_")
    return f"_{typeid}" if typeid.startswith(("get", "make", "create")) else f"_get_{typeid}"
