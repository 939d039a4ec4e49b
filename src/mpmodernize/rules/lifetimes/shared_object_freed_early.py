"""MP504: a shared object is gone before the child has taken it over."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.keeping import (
    is_freed_by_the_next,
    is_kept_until_joined,
    is_left_before_the_child_has_it,
    local_arguments,
    made_in_place,
)
from mpmodernize.model.scopes import FUNCTION_NODES
from mpmodernize.rewrite.edits import Insert, Replace
from mpmodernize.rules.base import NOT_FORK, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.starts import Start
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_DIES = "under spawn and forkserver the child dies with `FileNotFoundError`"


class SharedObjectFreedEarly(Rule):
    """A shared object is freed before the child has it.

    ## What it does
    Finds locks, queues, events and shared values that nothing holds any more when the child wants them: made right in
    `args=(Lock(),)`, held by a local name of a function that starts the process and returns, or by a name that the next
    turn of a loop binds again. It gives them a name, or a list, that lives until the processes are joined.

    ## Why it matters
    A process forgets its arguments when it has been started. With nothing else to hold it the object is freed, and the
    semaphore in it with it. Under fork the child has a copy by then. Under spawn and forkserver it asks for the
    semaphore by name a moment later, and dies with `FileNotFoundError` before its first line, while the parent goes on.

    ## Example
    ```python
    from multiprocessing import Lock, Process


    def job(lock, n):
        with lock:
            print(n)


    if __name__ == "__main__":
        process = Process(target=job, args=(Lock(), 1))
        process.start()
        process.join()
    ```

    ## Use instead
    ```python
    from multiprocessing import Lock, Process


    def job(lock, n):
        with lock:
            print(n)


    if __name__ == "__main__":
        lock = Lock()
        process = Process(target=job, args=(lock, 1))
        process.start()
        process.join()
    ```

    ## Fix safety
    Safe: the object lives longer, and nothing else changes. Reported where a function starts the process and leaves it
    to others to join it: make the object where the process is joined and hand it in, or return both.

    ## When it stays silent
    Where anything else holds the object (an attribute, a list, a caller), where the function waits for something after
    the start, for objects of a manager, pipes and raw memory, which a child can always take over, and for what is given
    to pools, which keep it.

    ## References
    - [gh-94765: FileNotFoundError in SemLock._rebuild](https://github.com/python/cpython/issues/94765)
    - [Programming guidelines](https://docs.python.org/3/library/multiprocessing.html#the-spawn-and-forkserver-start-methods)
    """

    code = "MP504"
    name = "shared-object-freed-early"
    start_methods = NOT_FORK

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at what each process is given, and at who holds that."""
        given: set[str] = set()
        kept: set[ast.AST] = set()
        for start in program.starts.processes:
            if start.kind != "process" or start.is_choice:
                continue
            for call in made_in_place(program, start):
                text = program.text(call)
                edits = self._named(program, start, call, given)
                yield self.finding(
                    call,
                    f"nothing holds `{text}` when the process has been started: {_DIES}",
                    advice="give it a name that lives until the process is joined",
                    edits=edits,
                )
            for name in local_arguments(program, start):
                yield from self._local(program, start, name, kept)

    @staticmethod
    def _named(program: Program, start: Start, call: ast.Call, given: set[str]) -> list[Edit]:
        """Give the object a name in front of the process."""
        statement = program.index.statement(start.call)
        simple = isinstance(statement, (ast.Assign, ast.Expr, ast.AnnAssign))
        if not simple or program.index.loop(start.call) is not None or not is_kept_until_joined(program, start):
            return []
        type_ = program.type(call)
        assert type_ is not None
        name = program.free_name(type_.kind.lower(), program.index.function(call), taken=given)
        given.add(name)
        return [Insert(f"{name} = {program.text(call)}", statement, takes_comments=True), Replace(call, name)]

    def _local(self, program: Program, start: Start, name: ast.Name, kept: set[ast.AST]) -> Iterator[Diagnosis]:
        function = program.index.function(start.call)
        loop = is_freed_by_the_next(program, start, name)
        if loop is not None:
            made = program.index.statement(program.index.bindings(name)[0].node)
            edits: list[Edit] = []
            if is_kept_until_joined(program, start) and made not in kept and program.index.loop(loop) is None:
                wanted = f"all_{name.id}" if name.id.endswith("s") else f"{name.id}s"
                plural = program.free_name(wanted, function)
                edits = [
                    Insert(f"{plural} = []  # held until the processes are joined", loop, takes_comments=True),
                    Insert(f"{plural}.append({name.id})", made, after=True),
                ]
            kept.add(made)
            yield self.finding(
                name,
                f"the next turn of the loop frees this `{name.id}`, which the child may not have yet: {_DIES}",
                advice="hold all of them in a list until the processes are joined",
                edits=edits,
            )
        elif isinstance(function, FUNCTION_NODES) and is_left_before_the_child_has_it(program, start, function):
            yield self.finding(
                name,
                f"`{name.id}` is freed when `{function.name}` returns, and the child may not have it yet: {_DIES}",
                advice="make it where the process is joined and hand it in, or return it with the process",
            )
