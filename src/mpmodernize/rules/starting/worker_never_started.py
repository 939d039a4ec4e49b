"""MP308: a fragment defines workers and starts none."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety, Severity
from mpmodernize.model.counters import is_fragment
from mpmodernize.model.functions import parameters
from mpmodernize.model.scopes import FUNCTION_NODES, FunctionNode
from mpmodernize.rewrite.edits import Gather
from mpmodernize.rules.base import Phase, Rule
from mpmodernize.rules.spelling import multiprocessing_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis


class WorkerNeverStarted(Rule):
    """A fragment makes a lock and defines workers for it, and starts none.

    ## What it does
    Finds files, such as snippets from notes, that make a lock, queue or shared value, define functions that take them
    as parameters, and neither call nor start these functions. With `--unsafe-fixes` a main block is added that makes
    the objects, starts a process for each function (two, if there is only one), and joins them.

    ## Why it matters
    As it stands the file does nothing. Started without a main guard, or with the lock as a global, it would work
    under fork alone.

    ## Example
    ```python
    import multiprocessing as mp

    lock = mp.Lock()


    def job(lock, counter):
        with lock:
            counter.value += 1
            print(counter.value)
    ```

    ## Use instead
    ```python
    import multiprocessing as mp


    def job(lock, counter):
        with lock:
            counter.value += 1
            print(counter.value)


    if __name__ == "__main__":
        lock = mp.Lock()
        counter = mp.Value("q", 0)
        processes = [mp.Process(target=job, args=(lock, counter)) for _ in range(2)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
    ```

    ## Fix safety
    Unsafe: how many processes to start, and with what, is a guess. This is a hint and does not count for the exit code.

    ## When it stays silent
    When the file starts anything, has a main guard, calls the functions or hands them around, and when a parameter is
    neither a shared object of the file nor used as one.

    ## References
    - [multiprocessing: synchronization between processes](https://docs.python.org/3/library/multiprocessing.html#synchronization-between-processes)
    """

    code = "MP308"
    name = "worker-never-started"
    severity = Severity.HINT
    phase = Phase.LIFETIMES

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """One block starts all of the fragment's workers."""
        if (
            not program.mentions_multiprocessing
            or not is_fragment(program)
            or "__all__" in program.index.module.bindings
        ):
            return
        objects = self._objects(program)
        workers = [
            each
            for each in program.tree.body
            if isinstance(each, FUNCTION_NODES) and self._is_worker(program, each, objects)
        ]
        if not objects or not workers:
            return
        names = ", ".join(f"`{each.name}`" for each in workers)
        yield self.finding(
            workers[0],
            f"nothing starts {names}: the file defines workers and runs none",
            advice="start them under a main guard",
            edits=self._main_block(program, workers, objects),
            safety=Safety.UNSAFE,
        )

    @staticmethod
    def _objects(program: Program) -> dict[str, ast.stmt]:
        """The shared objects that the file makes at module level and hands to nobody."""
        found: dict[str, ast.stmt] = {}
        for statement in program.tree.body:
            if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                target = statement.targets[0]
                type_ = program.type(statement.value)
                if not isinstance(target, ast.Name) or type_ is None or not type_.is_shared:
                    continue
                if all(isinstance(use.ctx, ast.Store) for use in program.state.uses(target.id)):
                    found[target.id] = statement
        return found

    def _is_worker(self, program: Program, function: FunctionNode, objects: dict[str, ast.stmt]) -> bool:
        names = [each.arg for each in parameters(function)]
        if (
            not names
            or function.name.startswith("test")
            or function.args.vararg
            or function.args.kwonlyargs
            or function.args.kwarg
            or function.args.defaults
        ):
            return False
        if program.functions.callers(function) or program.functions.mentions.get(function):
            return False
        return any(name in objects for name in names) and all(
            name in objects or self._is_shared_value(function, name) for name in names
        )

    @staticmethod
    def _is_shared_value(function: FunctionNode, name: str) -> bool:
        """Whether a parameter is changed by `name.value += …`."""
        return any(
            isinstance(node, ast.AugAssign)
            and isinstance(node.target, ast.Attribute)
            and node.target.attr == "value"
            and isinstance(node.target.value, ast.Name)
            and node.target.value.id == name
            for node in ast.walk(function)
        )

    @staticmethod
    def _main_block(program: Program, workers: list[FunctionNode], objects: dict[str, ast.stmt]) -> list[Edit]:
        process, edits = multiprocessing_name(program, "Process")
        value, more = multiprocessing_name(program, "Value")
        quote = program.quote
        names = list(dict.fromkeys(each.arg for worker in workers for each in parameters(worker)))
        lines = [f"{name} = {value}({quote}q{quote}, 0)" for name in names if name not in objects]
        starts = []
        for worker in workers:
            given = ", ".join(each.arg for each in parameters(worker))
            comma = "," if len(parameters(worker)) == 1 else ""
            starts.append(f"{process}(target={worker.name}, args=({given}{comma}))")
        if len(starts) == 1:
            lines.append(f"processes = [{starts[0]} for _ in range(2)]")
        else:
            lines += ["processes = [", *(f"    {start}," for start in starts), "]"]
        lines += ["for process in processes:", "    process.start()", "for process in processes:", "    process.join()"]
        gathered = tuple(objects[name] for name in objects if name in names)
        header = f"if __name__ == {quote}__main__{quote}:"
        return [
            *edits,
            *(more if len(lines) and any(value in line for line in lines) else []),
            Gather(gathered, header, behind=program.tree.body[-1], then="\n".join(lines) + "\n"),
        ]
