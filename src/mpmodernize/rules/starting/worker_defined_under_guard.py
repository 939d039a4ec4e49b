"""MP302: a worker is defined where no child can see it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.gathering import read_on_definition
from mpmodernize.model.guards import is_guard
from mpmodernize.model.scopes import DEFINITIONS
from mpmodernize.rewrite.edits import AddImport, Delete, Move
from mpmodernize.rules.base import NOT_FORK, Fix, Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import Definition
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis


class WorkerDefinedUnderGuard(Rule):
    """A worker function is defined inside the main guard.

    ## What it does
    Finds functions and classes that run in children and are defined in the body of the main guard, also where one of
    the same name stands at module level, and moves them in front of it, with the imports and the definitions they
    use. A module that only the guard imports and a worker uses goes to the top.

    ## Why it matters
    Under spawn and forkserver a child imports the file, and the guard's body does not run there: the function it is
    told to run does not exist, or is another one of that name. A `Process` ends with `AttributeError: Can't get
    attribute 'job' on <module '__mp_main__'>`, a `Pool` hangs. Under fork it works.

    ## Example
    ```python
    from multiprocessing import Process

    if __name__ == "__main__":
        def job(n):
            print(n * n)

        worker = Process(target=job, args=(3,))
        worker.start()
        worker.join()
    ```

    ## Use instead
    ```python
    from multiprocessing import Process


    def job(n):
        print(n * n)


    if __name__ == "__main__":
        worker = Process(target=job, args=(3,))
        worker.start()
        worker.join()
    ```

    ## Fix safety
    Safe where the decorators, defaults and bases of what is moved need nothing that only the guard makes. Names that
    the body reads and the guard makes are handed over afterwards (`shared-object-not-passed`, `stale-global`).

    ## When it stays silent
    For functions under the guard that only the parent calls.

    ## References
    - [Safe importing of main module](https://docs.python.org/3/library/multiprocessing.html#the-spawn-and-forkserver-start-methods)
    """

    code = "MP302"
    name = "worker-defined-under-guard"
    start_methods = NOT_FORK
    phase = Phase.GUARD

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Move each such worker, with what it needs, as one fix."""
        guards = [each for each in program.tree.body if isinstance(each, ast.If) and is_guard(each)]
        for guard in guards:
            yield from self._imports(program, guard)
            yield from self._deeper(program, guard)
            inside = [each for each in guard.body if isinstance(each, DEFINITIONS)]
            workers = [each for each in inside if self._runs_in_child(program, each)]
            if not workers or program.pins_fork:
                continue
            moving = self._with_needs(program, guard, workers)
            obstacle = self._obstacle(program, guard, moving)
            edits = [edit for each in guard.body if each in moving for edit in _up(program, each, guard)]
            if moving == set(guard.body):
                edits.append(Delete(guard))
            fix = Fix(edits, Safety.SAFE, self.phase) if obstacle is None else None
            for worker in workers:
                yield self.finding(
                    worker,
                    f"`{worker.name}` is defined under the main guard: under spawn and forkserver no child has it",
                    advice="define it at module level" + (f"; no automatic fix: {obstacle}" if obstacle else ""),
                    fix=fix,
                )

    def _imports(self, program: Program, guard: ast.If) -> Iterator[Diagnosis]:
        """Modules that only the guard imports, and workers use."""
        if program.pins_fork:
            return
        for statement in guard.body:
            if not isinstance(statement, (ast.Import, ast.ImportFrom)):
                continue
            for name in program.touched.by(statement):
                uses = [use for use in program.state.uses(name) if program.runs_in_child(use)]
                if not uses or len(program.state.bindings(name)) > 1 or program.import_time.is_under_guard(uses[0]):
                    continue
                if any(program.index.top_statement(use) is guard for use in uses):
                    continue  # used in a function that goes up, with its imports
                yield self.finding(
                    statement,
                    f"`{name}` is imported under the main guard and used by a worker: under spawn and forkserver no "
                    "child has it",
                    advice="import it at the top",
                    edits=_up(program, statement, guard),
                )

    def _deeper(self, program: Program, guard: ast.If) -> Iterator[Diagnosis]:
        """Workers that are defined inside other statements of the guard."""
        for definition in program.index.definitions:
            parent = program.index.parent[definition]
            if parent is guard or isinstance(parent, ast.ClassDef) or program.pins_fork:
                continue
            if program.index.top_statement(definition) is not guard or program.index.function(definition) is not None:
                continue
            if self._runs_in_child(program, definition):
                obstacle = self._obstacle(program, guard, {definition})
                yield self.finding(
                    definition,
                    f"`{definition.name}` is defined under the main guard: under spawn and forkserver no child has it",
                    advice="define it at module level" + (f"; no automatic fix: {obstacle}" if obstacle else ""),
                    edits=[Move(definition, guard)] if obstacle is None else [],
                )

    @staticmethod
    def _runs_in_child(program: Program, definition: Definition) -> bool:
        if isinstance(definition, ast.ClassDef):
            return any(program.starts.is_worker(each) for each in definition.body)
        return program.starts.is_worker(definition) or _hides_a_worker(program, definition)

    @staticmethod
    def _with_needs(program: Program, guard: ast.If, workers: list[Definition]) -> set[ast.stmt]:
        """The workers, and the imports and definitions of the guard's body that they name."""
        moving: set[ast.stmt] = set(workers)
        grown = True
        while grown:
            grown = False
            names = {node.id for each in moving for node in ast.walk(each) if isinstance(node, ast.Name)}
            for statement in guard.body:
                if statement in moving or not WorkerDefinedUnderGuard._can_go_up(program, statement):
                    continue
                if names.intersection(program.touched.by(statement)):
                    moving.add(statement)
                    grown = True
        return moving

    @staticmethod
    def _can_go_up(program: Program, statement: ast.stmt) -> bool:
        """Whether a statement does the same at import: imports, definitions, constants, classes that calls make."""
        if isinstance(statement, (ast.Import, ast.ImportFrom, *DEFINITIONS)):
            return True
        if not isinstance(statement, ast.Assign) or not program.effects.only_computes(statement):
            return False
        names = program.touched.by(statement)
        if any(len(program.state.bindings(name)) > 1 or program.state.changes(name) for name in names):
            return False
        value = statement.value
        makes_class = program.names.calls(value, "collections.namedtuple", "typing.NamedTuple", "re.compile")
        return makes_class or isinstance(value, (ast.Constant, ast.UnaryOp)) or _is_constant_tuple(value)

    @staticmethod
    def _obstacle(program: Program, guard: ast.If, moving: set[ast.stmt]) -> str | None:
        made = {name for each in guard.body if each not in moving for name in program.touched.by(each)}
        for statement in moving:
            if isinstance(statement, DEFINITIONS):
                for name in read_on_definition(statement):
                    if name in made:
                        return f"`{statement.name}` needs `{name}` when it is defined"
                if len(program.state.bindings(statement.name)) > 1 and _is_used_before(program, statement):
                    return f"`{statement.name}` is defined more than once, and used between"
                if len(program.state.bindings(statement.name)) > 1:
                    read = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)} & made
                    for name in sorted(read - {statement.name}):
                        return f"`{statement.name}` is defined more than once, and uses `{name}`"
        return None


def _hides_a_worker(program: Program, definition: Definition) -> bool:
    """Whether a function of the guard has the name of one at module level, and a process is told to run that name."""
    bindings = program.state.bindings(definition.name)
    if len(bindings) < 2 or bindings[-1].node is not definition or any(each.kind != "definition" for each in bindings):
        return False
    return any(
        isinstance(start.target, ast.Name)
        and start.target.id == definition.name
        and (owner := program.index.owner(start.target)) is not None
        and owner.is_module
        and (program.index.function(start.call) is not None or start.call.lineno > definition.lineno)
        for start in program.starts.all
    )


def _is_used_before(program: Program, definition: Definition) -> bool:
    """Whether anything uses the name before this definition of it has been carried out."""
    before = [
        call for call in program.index.calls if program.index.function(call) is None and call.lineno < definition.lineno
    ]
    called = [function for call in before if (function := program.functions.called(call)) is not None]
    reached = set(program.functions.reachable(called))
    others = [each.node for each in program.state.bindings(definition.name) if each.node is not definition]
    if any(not isinstance(each, DEFINITIONS) or each.lineno > definition.lineno for each in others):
        return True
    return any(
        use.lineno < definition.lineno if (function := program.index.function(use)) is None else function in reached
        for use in program.state.uses(definition.name)
    )


def _is_constant_tuple(value: ast.expr) -> bool:
    return isinstance(value, ast.Tuple) and all(isinstance(each, ast.Constant) for each in value.elts)


def _up(program: Program, statement: ast.stmt, guard: ast.If) -> list[Edit]:
    """Move a statement in front of the guard; an import goes to the other imports."""
    if isinstance(statement, (ast.Import, ast.ImportFrom)) and "\n" not in program.text(statement):
        return [AddImport(program.text(statement)), Delete(statement)]
    return [Move(statement, guard)]
