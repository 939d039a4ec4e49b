"""MP403: workers count in a plain global."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.counters import Counter, counters, is_fragment, is_number, is_work, shared_globals
from mpmodernize.model.locking import locks_held
from mpmodernize.rewrite.edits import AddParameter, Delete, Insert, InsertInto, Replace, Wrap
from mpmodernize.rules.base import Fix, Phase, Rule
from mpmodernize.rules.route import NoRouteError
from mpmodernize.rules.routing import check_route
from mpmodernize.rules.spelling import multiprocessing_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis


class CounterInPlainGlobal(Rule):
    """Workers change a plain global number, each its own copy.

    ## What it does
    Finds `n += 1` on a module-level number in a function that runs in children, where the parent reads the number
    later, where the change stands under a lock (so it was meant to be shared), or where the name is bound nowhere at
    all. The number becomes an `mp.Value` of the right type code; every read becomes `.value`, every update stands
    under `get_lock()`, or under the lock the code already holds. It is then passed like a lock
    (`shared-object-not-passed`).

    ## Why it matters
    Processes share no memory. Each child counts in a copy of its own, and the parent's number stays as it was: three
    workers that add 20,000 each give 0, under fork, spawn and forkserver alike, without a message.

    ## Example
    ```python
    import multiprocessing as mp

    total = 0


    def job(lock):
        global total
        with lock:
            total += 1


    if __name__ == "__main__":
        lock = mp.Lock()
        workers = [mp.Process(target=job, args=(lock,)) for _ in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        print(total)
    ```

    ## Use instead
    ```python
    import multiprocessing as mp


    def job(lock, total):
        with lock:
            total.value += 1


    if __name__ == "__main__":
        total = mp.Value("q", 0)
        lock = mp.Lock()
        workers = [mp.Process(target=job, args=(lock, total)) for _ in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        print(total.value)
    ```

    ## Fix safety
    Safe where the updates are lost today or the code cannot run, every use of the number is in sight, and the value
    can be handed to every worker. The type code is `q` (64 bits on every platform) for integers and `d` for floats.
    Another repair, often the best: let each worker return its part and add them up in the parent.

    ## When it stays silent
    For counters and caches that only their own process reads, for numbers that only the parent changes, and for
    threads.

    ## References
    - [Sharing state between processes](https://docs.python.org/3/library/multiprocessing.html#sharing-state-between-processes)
    """

    code = "MP403"
    name = "counter-in-plain-global"
    phase = Phase.STATE

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Find the numbers, and convert those whose every use is understood."""
        if not program.mentions_multiprocessing:
            return
        edits: list[Edit] = []
        obstacles: dict[str, str] = {}
        found = list(counters(program))
        for counter in found:
            try:
                edits += self._edits(program, counter)
            except NoRouteError as reason:
                obstacles[counter.name] = str(reason)
        edits += self._without_global([each for each in found if each.name not in obstacles])
        # one fix for all: they share `global` statements and signatures
        fix = Fix(edits, Safety.SAFE, self.phase)
        for counter in found:
            place = counter.updates[0]
            obstacle = obstacles.get(counter.name)
            problem = (
                f"`{counter.name}` is bound nowhere"
                if counter.made is None
                else f"each process changes its own copy of `{counter.name}`, under every start method"
            )
            yield self.finding(
                place,
                f"{problem}: what workers add to it is lost",
                advice="share it as a `Value`"
                + (
                    f"; no automatic fix: {obstacle}; or return the parts and add them up in the parent"
                    if obstacle
                    else ""
                ),
                fix=fix if obstacle is None else None,
            )

    # -- converting --------------------------------------------------------------------------------

    def _edits(self, program: Program, counter: Counter) -> list[Edit]:
        edits: list[Edit] = [Replace(use, f"{counter.name}.value") for use in counter.uses]
        for statement in self._changes(program, counter):
            function = program.index.function(statement)
            in_child = function is not None and is_work(program, function)
            if in_child and next(locks_held(program, statement), None) is None:
                if statement in counter.updates:
                    edits.append(Wrap(statement, statement, f"with {counter.name}.get_lock():"))
                elif not is_number(getattr(statement, "value", None)):
                    raise NoRouteError(f"`{counter.name}` is set from a value that was computed without a lock")
        code = self._type_code(program, counter)
        value, imports = multiprocessing_name(program, "Value")
        first = program.text(counter.made.value) if counter.made is not None and counter.made.value is not None else "0"
        made = f"{value}({program.quote}{code}{program.quote}, {first})"
        edits += imports
        if is_fragment(program):
            return [*edits, *self._parameters_of_fragment(program, counter)]
        check_route(program, counter.name, counter.uses, frozenset(counter.functions))
        if counter.made is not None and counter.made.value is not None:
            edits.append(Replace(counter.made.value, made))
        elif program.import_time.guard is not None:
            edits.append(InsertInto(f"{counter.name} = {made}", program.import_time.guard))
        else:
            first_function = min(counter.functions, key=lambda each: each.lineno)
            edits.append(Insert(f"{counter.name} = {made}", program.index.top_statement(first_function)))
        return edits

    @staticmethod
    def _changes(program: Program, counter: Counter) -> list[ast.stmt]:
        found = []
        for use in counter.uses:
            if not isinstance(use.ctx, ast.Store):
                continue
            statement = program.index.statement(use)
            plain = isinstance(statement, ast.Assign) and statement.targets == [use]
            if not plain and not (isinstance(statement, ast.AugAssign) and statement.target is use):
                raise NoRouteError(f"`{counter.name}` is bound in another way than by an assignment")
            found.append(statement)
        return found

    @staticmethod
    def _without_global(counters: list[Counter]) -> Iterator[Edit]:
        """`global counter` goes: the object is changed, the name no longer bound."""
        names = {each.name for each in counters}
        functions = {function: None for each in counters for function in each.functions}
        for function in functions:
            for node in ast.walk(function):
                if isinstance(node, ast.Global) and names.intersection(node.names):
                    others = [each for each in node.names if each not in names]
                    yield Replace(node, f"global {', '.join(others)}") if others else Delete(node)

    @staticmethod
    def _type_code(program: Program, counter: Counter) -> str:
        first = counter.made.value if counter.made is not None else None
        kinds = {program.types.kind(first) if first is not None else "int"}
        for use in counter.uses:
            statement = program.index.statement(use)
            if isinstance(statement, ast.AugAssign) and statement.target is use:
                kinds.add("float" if isinstance(statement.op, ast.Div) else program.types.kind(statement.value))
            elif (
                isinstance(statement, ast.Assign)
                and isinstance(statement.value, ast.BinOp)
                and use in statement.targets
            ):
                step = statement.value
                other = step.right if isinstance(step.left, ast.Name) and step.left.id == use.id else step.left
                kinds.add("float" if isinstance(step.op, ast.Div) else program.types.kind(other))
        if "float" in kinds:
            return "d"
        if kinds <= {"int", "bool"}:
            return "q"
        raise NoRouteError(f"it is not known whether `{counter.name}` stays an integer")

    @staticmethod
    def _parameters_of_fragment(program: Program, counter: Counter) -> Iterator[Edit]:
        """In a fragment each function that counts takes what it shares as parameters."""
        for function in sorted(counter.functions, key=lambda each: each.lineno):
            for name in shared_globals(program, function):
                yield AddParameter(function, name)
            yield AddParameter(function, counter.name)
