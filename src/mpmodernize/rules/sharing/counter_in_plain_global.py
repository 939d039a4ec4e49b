"""MP403: workers count in a plain global."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.index import FUNCTION_NODES, FunctionNode
from mpmodernize.model.locking import locks_held
from mpmodernize.rewrite.edits import AddParameter, Delete, Insert, InsertInto, Replace, Wrap
from mpmodernize.rules.base import Fix, Phase, Rule
from mpmodernize.rules.route import NoRouteError
from mpmodernize.rules.routing import check_route
from mpmodernize.rules.spelling import multiprocessing_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.index import Binding
    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis


@dataclass
class Counter:
    """A number that code meant for several processes changes in place."""

    name: str
    made: Binding | None
    """The assignment that gives it its first value; `None` where it is bound nowhere."""
    uses: list[ast.Name]
    updates: list[ast.stmt] = field(default_factory=list)
    """The statements in workers that change it."""
    functions: set[FunctionNode] = field(default_factory=set)
    """The functions that bind it (by `global`, or, mistakenly, as a local)."""


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
        counters = list(self._counters(program))
        for counter in counters:
            try:
                edits += self._edits(program, counter)
            except NoRouteError as reason:
                obstacles[counter.name] = str(reason)
        edits += self._without_global([each for each in counters if each.name not in obstacles])
        # one fix for all: they share `global` statements and signatures
        fix = Fix(edits, Safety.SAFE, self.phase)
        for counter in counters:
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

    # -- finding -----------------------------------------------------------------------------------

    def _counters(self, program: Program) -> Iterator[Counter]:
        names: dict[str, list[ast.stmt]] = {}
        for statement, target in _updates(program):
            function = program.index.function(statement)
            if function is not None and self._is_work(program, function):
                names.setdefault(target.id, []).append(statement)
        for name, updates in names.items():
            counter = self._counter(program, name, updates)
            if counter is not None and counter.updates and self._is_meant_to_be_shared(program, counter):
                yield counter

    @staticmethod
    def _is_work(program: Program, function: FunctionNode) -> bool:
        """Whether a function runs in a child, or was written to: in a fragment that starts nothing."""
        if program.starts.is_worker(function):
            return True
        return is_fragment(program) and is_loose(program, function)

    def _counter(self, program: Program, name: str, updates: list[ast.stmt]) -> Counter | None:
        index = program.index
        local = {
            function
            for update in updates
            if (function := index.function(update)) is not None and _only_augmented(program, function, name)
        }
        bindings = program.state.bindings(name)
        made = [each for each in bindings if each.kind == "assign" and index.function(each.node) is None]
        if len(made) > 1 or (made and not _is_number(made[0].value)):
            return None
        uses = [
            use
            for use in index.names[name]
            if (owner := index.owner(use)) is None or owner.is_module or owner.node in local
        ]
        uses = [use for use in uses if not made or use is not made[0].node]
        shared = [each for each in updates if index.function(each) in local or _is_global_in(program, each, name)]
        if not made and len(local) != len({index.function(each) for each in shared}):
            return None
        functions = {each for each in local if each is not None}
        for definition in index.definitions:
            if isinstance(definition, FUNCTION_NODES) and name in index.inner_scope(definition).globals:
                functions.add(definition)
        return Counter(name, made[0] if made else None, uses, shared, functions)

    def _is_meant_to_be_shared(self, program: Program, counter: Counter) -> bool:
        if counter.made is None or any(
            program.index.function(each) in self._locals(program, counter) for each in counter.updates
        ):
            return True
        if any(next(locks_held(program, each), None) is not None for each in counter.updates):
            return True
        return any(
            isinstance(use.ctx, ast.Load) and not program.runs_in_child(use) and not self._is_in_update(program, use)
            for use in counter.uses
        )

    @staticmethod
    def _locals(program: Program, counter: Counter) -> set[FunctionNode]:
        return {each for each in counter.functions if counter.name not in program.index.inner_scope(each).globals}

    @staticmethod
    def _is_in_update(program: Program, use: ast.Name) -> bool:
        statement = program.index.statement(use)
        return isinstance(statement, ast.AugAssign) or (
            isinstance(statement, ast.Assign) and _is_step(statement.value, use.id)
        )

    # -- converting --------------------------------------------------------------------------------

    def _edits(self, program: Program, counter: Counter) -> list[Edit]:
        edits: list[Edit] = [Replace(use, f"{counter.name}.value") for use in counter.uses]
        for statement in self._changes(program, counter):
            function = program.index.function(statement)
            in_child = function is not None and self._is_work(program, function)
            if in_child and next(locks_held(program, statement), None) is None:
                if statement in counter.updates:
                    edits.append(Wrap(statement, statement, f"with {counter.name}.get_lock():"))
                elif not _is_number(getattr(statement, "value", None)):
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


def is_fragment(program: Program) -> bool:
    """Whether the file uses multiprocessing and starts nothing: a piece of notes, or a library."""
    return not program.starts.all and program.import_time.guard is None


def is_loose(program: Program, function: FunctionNode) -> bool:
    """Whether a module-level function is neither called nor handed around, but uses a shared object or a lock."""
    return (
        function in program.tree.body
        and not program.functions.callers.get(function)
        and not program.functions.mentions.get(function)
        and not function.decorator_list
        and bool(shared_globals(program, function))
    )


def shared_globals(program: Program, function: FunctionNode) -> list[str]:
    """The module-level locks, queues and shared values that a function reads, in order of first use."""
    found: dict[str, None] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            owner = program.index.owner(node)
            type_ = program.type(node) if owner is not None and owner.is_module else None
            if type_ is not None and type_.is_shared:
                found[node.id] = None
    return list(found)


def _updates(program: Program) -> Iterator[tuple[ast.stmt, ast.Name]]:
    """`n += …` and `n = n + …`, in source order of each kind."""
    for augmented in program.index.augmented:
        if isinstance(augmented.target, ast.Name):
            yield augmented, augmented.target
    for names in program.index.names.values():
        for name in names:
            statement = program.index.parent[name]
            if isinstance(statement, ast.Assign) and statement.targets == [name] and _is_step(statement.value, name.id):
                yield statement, name


def _is_step(value: ast.expr, name: str) -> bool:
    """Whether a value is the named number with something added, taken away or the like."""
    return isinstance(value, ast.BinOp) and any(
        isinstance(side, ast.Name) and side.id == name for side in (value.left, value.right)
    )


def _only_augmented(program: Program, function: FunctionNode, name: str) -> bool:
    """Whether a function only ever updates the name as its local: it stops with `UnboundLocalError`."""
    scope = program.index.inner_scope(function)
    bindings = scope.bindings.get(name, [])
    return bool(bindings) and all(each.kind == "augmented" for each in bindings)


def _is_global_in(program: Program, statement: ast.stmt, name: str) -> bool:
    return name in program.index.scope(statement).globals


def _is_number(value: ast.expr | None) -> bool:
    if isinstance(value, ast.UnaryOp) and isinstance(value.op, (ast.USub, ast.UAdd)):
        value = value.operand
    return isinstance(value, ast.Constant) and type(value.value) in (int, float)
