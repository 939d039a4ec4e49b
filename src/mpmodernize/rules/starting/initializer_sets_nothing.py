"""MP322: an initializer that leaves nothing behind for its workers."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.initializers import initializers
from mpmodernize.rewrite.edits import InsertInto, Replace
from mpmodernize.rules.base import Fix, Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.initializers import Initializer
    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import Binding
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis


class InitializerSetsNothing(Rule):
    """A pool's initializer binds a local variable where its workers look for a global one.

    ## What it does
    Finds initializers of pools and executors that assign what they are given to a local variable, while the workers
    of the pool read a global variable: the `global` statement is missing, names another variable, or the parameter
    has the name of the global. The fix makes the assignment reach the global variable.

    ## Why it matters
    An initializer runs once in each worker, and what it binds to local variables is gone when it returns. The
    workers find no such name (`NameError`, from each task) under every start method; or, where the parent has a
    global of that name, they find the parent's under fork, and none, or one of their own, under spawn and forkserver.

    ## Example
    ```python
    from multiprocessing import Lock, Pool


    def init(the_lock):
        lock = the_lock


    def work(n):
        with lock:
            return n * n


    if __name__ == "__main__":
        pool = Pool(2, initializer=init, initargs=(Lock(),))
        print(pool.map(work, [1, 2, 3]))
        pool.close()
        pool.join()
    ```

    ## Use instead
    ```python
    from multiprocessing import Lock, Pool


    def init(the_lock):
        global lock
        lock = the_lock


    def work(n):
        with lock:
            return n * n


    if __name__ == "__main__":
        pool = Pool(2, initializer=init, initargs=(Lock(),))
        print(pool.map(work, [1, 2, 3]))
        pool.close()
        pool.join()
    ```

    ## Fix safety
    Safe where the workers stop today, because no such global exists or it is `None` where they use it, and where the
    initializer is handed the very global that they read. Unsafe where the workers go on with another value today.
    Reported where nothing tells which value is meant, and where the initializer is called elsewhere, too.

    ## When it stays silent
    For initializers that bind what their workers read, for local variables that the initializer itself uses, and
    for names that no worker reads.

    ## References
    - [multiprocessing.pool.Pool: initializer](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.pool.Pool)
    - [The global statement](https://docs.python.org/3/reference/simple_stmts.html#the-global-statement)
    """

    code = "MP322"
    name = "initializer-sets-nothing"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at what each initializer loses, and at what its workers miss."""
        for each in initializers(program):
            yield from self._lost(program, each)
            yield from self._shadowed(program, each)

    def _lost(self, program: Program, initializer: Initializer) -> Iterator[Diagnosis]:
        """Local variables that should have been global ones."""
        missed = [name for name in initializer.unset if _is_missed(program, initializer, name)]
        wanted = [
            each
            for each in initializer.forgotten
            if _is_missed(program, initializer, each.name)
            and (initializer.comes_from_outside(each) or _is_unset(program, each.name))
        ]
        edits = _declare(initializer, wanted)
        safeties = [_safety(program, initializer, each.name, _given(each)) for each in wanted]
        safety = Safety.UNSAFE if Safety.UNSAFE in safeties else Safety.SAFE
        fix = Fix(edits, safety, self.phase) if None not in safeties else None
        for binding in wanted:
            yield self._finding(initializer, binding, binding.name, fix)
        others = [each for each in initializer.forgotten if each not in wanted]
        for name in missed:
            if len(missed) == len(others) == 1 and not wanted:
                likely = _safety(program, initializer, name, _given(others[0]))
                edit = Replace(others[0].node, name)
                again = Fix((edit,), likely, self.phase) if likely is not None else None
                yield self._finding(initializer, others[0], name, again)
            else:
                statement = next(each for each in initializer.declared if name in each.names)
                yield self.finding(
                    statement,
                    f"the initializer `{initializer.function.name}` declares `global {name}` and never assigns it: "
                    "its workers find no such name",
                    advice=f"assign `{name}` in the initializer",
                )

    def _shadowed(self, program: Program, initializer: Initializer) -> Iterator[Diagnosis]:
        """Parameters that have the name of the global and go nowhere."""
        for parameter in initializer.unread_parameters:
            name = parameter.arg
            reads = initializer.looked_for(name)
            if not reads or parameter.annotation is not None or _is_bound_by(program, initializer, name):
                continue
            given = program.free_name(f"{name}_", initializer.function)
            code = f"global {name}\n{name} = {given}\n"
            copy = initializer.copy_to_itself(name)
            edits: list[Edit] = [Replace(parameter, given)]
            edits.append(InsertInto(code, initializer.function) if copy is None else Replace(copy, code.rstrip()))
            named = any(isinstance(start.kwargs, ast.Dict) for start in initializer.starts)
            safety = _safety(program, initializer, name, name)
            yield self.finding(
                parameter,
                f"the initializer `{initializer.function.name}` gets `{name}` and leaves it in a local variable: "
                "its workers look for a global one",
                advice=f"give the parameter another name and assign it to `global {name}`",
                edits=edits if safety is not None and not named else (),
                safety=safety or Safety.MANUAL,
            )

    def _finding(self, initializer: Initializer, binding: Binding, name: str, fix: Fix | None) -> Diagnosis:
        return self.finding(
            binding.node,
            f"the initializer `{initializer.function.name}` assigns the local variable `{binding.name}`, which is gone "
            f"when it returns: its workers look for a global `{name}`",
            advice=f"declare `global {name}`" if name == binding.name else f"assign it to `{name}`",
            fix=fix,
        )


def _given(binding: Binding) -> str:
    """The parameter that is assigned, if it is one."""
    return binding.value.id if isinstance(binding.value, ast.Name) else ""


def _is_missed(program: Program, initializer: Initializer, name: str) -> bool:
    return bool(initializer.looked_for(name)) and not _is_bound_by(program, initializer, name)


def _is_unset(program: Program, name: str) -> bool:
    """Whether the global has no value at import, or `None`: the workers cannot do with that."""
    bindings = [each for each in program.state.bindings(name) if not program.import_time.is_late(each.node)]
    return all(isinstance(each.value, ast.Constant) and each.value.value is None for each in bindings)


def _is_bound_by(program: Program, initializer: Initializer, name: str) -> bool:
    """Whether other code of the workers binds the global, or the name means a function, class or module."""
    bindings = program.state.bindings(name)
    return (bool(bindings) and not program.state.is_variable(name)) or any(
        program.index.function(each.node) in initializer.served | {initializer.function} for each in bindings
    )


def _declare(initializer: Initializer, wanted: list[Binding]) -> list[Edit]:
    """The edits that make local variables global: in the place of a declaration that says nothing true, or anew."""
    names = ", ".join(each.name for each in wanted)
    for statement in initializer.declared:
        if all(name in initializer.unset for name in statement.names):
            return [Replace(statement, f"global {names}")]
    return [InsertInto(f"global {names}\n", initializer.function)]


def _safety(program: Program, initializer: Initializer, name: str, parameter: str) -> Safety | None:
    """How certain it is that the workers were meant to get this; `None` where it is not."""
    if initializer.is_used_elsewhere:
        return None
    bindings = program.state.bindings(name)
    if not bindings:
        return Safety.SAFE
    given = list(initializer.given(parameter))
    if given and all(isinstance(each, ast.Name) and each.id == name and _is_global(program, each) for each in given):
        return Safety.SAFE
    empty = all(isinstance(each.value, ast.Constant) and each.value.value is None for each in bindings)
    if empty and all(_needs_an_object(program, use) for use in initializer.looked_for(name)):
        return Safety.SAFE
    return Safety.UNSAFE


def _is_global(program: Program, name: ast.Name) -> bool:
    owner = program.index.owner(name)
    return owner is not None and owner.is_module


def _needs_an_object(program: Program, use: ast.Name) -> bool:
    """Whether this use would stop if the name were `None`."""
    parent = program.index.parent[use]
    return isinstance(parent, (ast.Attribute, ast.Subscript, ast.withitem)) or (
        isinstance(parent, ast.Call) and parent.func is use
    )
