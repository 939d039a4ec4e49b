"""MP324: a lock of one context is handed to a process of another."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.contexts import SYNCHRONIZED
from mpmodernize.rewrite.edits import Reimport, Replace
from mpmodernize.rules.base import Fix, Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.contexts import Context
    from mpmodernize.model.program import Program
    from mpmodernize.model.starts import Start
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_IMPORTING = frozenset({"spawn", "forkserver"})


class MixedContexts(Rule):
    """A lock, queue or value of one context is handed to a process of another.

    ## What it does
    Finds `multiprocessing.Lock()`, `Queue()`, `Value()` and their likes of the default context that are handed to a
    process or pool of `get_context("spawn")` or `get_context("forkserver")`, and those of `get_context("fork")` handed
    to such a process. The fix makes the object from the context of the process.

    ## Why it matters
    A lock that is made for forked children has no name by which others could find it, and a queue or `Value` has a
    lock inside. Where fork is the default (Linux up to Python 3.13) the start stops with `RuntimeError: A SemLock
    created in a fork context is being shared with a process in a spawn context. This is not supported.`; up to 3.11.4
    it went through, and could crash. Where the default is another it works, so the mistake depends on the platform.

    ## Example
    ```python
    import multiprocessing as mp

    ctx = mp.get_context("spawn")


    def job(lock, n):
        with lock:
            print(n)


    if __name__ == "__main__":
        lock = mp.Lock()
        worker = ctx.Process(target=job, args=(lock, 1))
        worker.start()
        worker.join()
    ```

    ## Use instead
    ```python
    import multiprocessing as mp

    ctx = mp.get_context("spawn")


    def job(lock, n):
        with lock:
            print(n)


    if __name__ == "__main__":
        lock = ctx.Lock()
        worker = ctx.Process(target=job, args=(lock, 1))
        worker.start()
        worker.join()
    ```

    ## Fix safety
    Safe where one context takes all, under a name that is bound before the object is made. Reported where processes of
    several contexts get the object, or the context is not in sight where the object is made.

    ## When it stays silent
    For objects of spawn and forkserver, which every process can use, for `RawValue` and `RawArray`, which have no lock,
    for a manager's objects, and where `set_start_method` makes the default one of those two.

    ## References
    - [multiprocessing: contexts and start methods](https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods)
    - [gh-77377: objects of one context used in another](https://github.com/python/cpython/issues/77377)
    """

    code = "MP324"
    name = "mixed-contexts"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at what each process, and each initializer, is handed; one finding for each object."""
        if not any(True for _ in program.calls_of("multiprocessing.get_context")):
            return
        found: dict[ast.Call, dict[str, Context]] = {}
        for start in [*program.starts.processes, *program.starts.initializers]:
            context = _context_of(program, start)
            if context is None:
                continue
            for crossing in program.crossings.of_start(start):
                type_ = program.crossings.type_of(crossing)
                for made in type_.made if type_ is not None and not type_.managed else ():
                    if type_ is not None and type_.kind in SYNCHRONIZED and _misfits(program, made, context):
                        found.setdefault(made, {})[_shown(program, context)] = context
        repairs = {made: _repair(program, made, contexts) for made, contexts in found.items()}
        edits = [edit for edit in repairs.values() if edit is not None]
        fix = Fix([*edits, *_unused_imports(program, edits)], Safety.SAFE, self.phase) if edits else None
        for made, contexts in found.items():
            own = program.contexts.of(made.func)
            where = "the default context" if own is None or own.is_default else "fork"
            repaired = repairs[made] is not None
            yield self.finding(
                made,
                f"`{program.text(made.func)}(…)` belongs to {where} and is handed to a process of {min(contexts)}: "
                "where it is made for fork, the start stops with `RuntimeError`",
                advice="make it from the same context" if repaired else "make both from one context",
                fix=fix if repaired else None,
            )


def _context_of(program: Program, start: Start) -> Context | None:
    """The context in which a process runs."""
    function: ast.expr = start.call.func
    if program.names.calls(start.call, "concurrent.futures.ProcessPoolExecutor"):
        given = [*start.call.args[1:2], *(each.value for each in start.call.keywords if each.arg == "mp_context")]
        return program.contexts.named(given[0]) if given else program.contexts.default
    class_ = program.functions.resolve_class(function)
    if class_ is None:
        return program.contexts.of(function)
    bases = [base for each in program.functions.ancestors(class_) for base in each.bases]
    processes = [base for base in bases if program.qualified(base) == "multiprocessing.Process"]
    return program.contexts.of(processes[0]) if len(processes) == 1 else None


def _misfits(program: Program, made: ast.Call, process: Context) -> bool:
    """Whether an object is made for fork, or may be, and the process is none of fork's."""
    own = program.contexts.of(made.func)
    if own is None or any(
        each.arg == "lock" and isinstance(each.value, ast.Constant) and each.value.value is False
        for each in made.keywords
    ):
        return False
    set_to = program.contexts.default_methods
    if own.is_default:
        forks = not set_to or not set_to <= _IMPORTING
        return forks and not process.is_default and process.method != "fork"
    if own.method != "fork":
        return False
    return process.method in _IMPORTING or (process.is_default and "fork" not in set_to)


def _shown(program: Program, context: Context) -> str:
    if context.method is not None:
        return f"`{context.method}`"
    return (
        "the default context"
        if context.is_default
        else f"`{program.text(context.base)}`"
        if context.base
        else "another"
    )


def _repair(program: Program, made: ast.Call, contexts: dict[str, Context]) -> Replace | None:
    """The edit that makes the object from the context of its process; `None` where that is not certain."""
    own = program.contexts.of(made.func)
    if len(contexts) != 1 or own is None or not own.is_default:
        return None
    (context,) = contexts.values()
    base, kind = context.base, (program.qualified(made.func) or "").rpartition(".")[2]
    if isinstance(base, ast.Name) and _is_bound_before(program, base, made):
        return Replace(made.func, f"{base.id}.{kind}")
    if isinstance(base, ast.Call) and all(isinstance(each, ast.Constant) for each in base.args):
        return Replace(made.func, f"{program.text(base)}.{kind}")
    return None


def _is_bound_before(program: Program, base: ast.Name, made: ast.Call) -> bool:
    """Whether the name of the context means the same, and has its value, where the object is made."""
    bindings = program.index.bindings(base)
    owner = program.index.owner(base)
    if len(bindings) != 1 or owner is None or program.index.scope(made).owner(base.id) is not owner:
        return False
    statement = program.index.statement(bindings[0].node)
    if not owner.is_module:
        block = program.index.block(statement)
        return owner.node is program.index.function(made) and any(
            program.index.contains(each, made) for each in block[program.index.place(statement) + 1 :]
        )
    if program.index.function(made) is not None:
        return True
    top = program.index.top_statement(made)
    if program.index.top_statement(statement) is top:
        return statement.lineno < made.lineno
    return statement in program.tree.body and statement.lineno < top.lineno


def _unused_imports(program: Program, edits: list[Replace]) -> Iterator[Edit]:
    """Imported names that nothing uses any more."""
    replaced = {edit.node for edit in edits}
    for name in {node.id for node in replaced if isinstance(node, ast.Name)}:
        bindings = program.state.bindings(name)
        if len(bindings) != 1 or bindings[0].kind != "import" or not isinstance(bindings[0].node, ast.alias):
            continue
        statement = program.index.parent[bindings[0].node]
        if replaced.issuperset(program.index.names[name]) and isinstance(statement, ast.ImportFrom):
            yield Reimport(statement, bindings[0].node, ())
