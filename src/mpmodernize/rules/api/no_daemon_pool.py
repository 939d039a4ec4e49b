"""MP613: `class NoDaemonPool(Pool): Process = NoDaemonProcess`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.rewrite.edits import Delete, Insert
from mpmodernize.rules.base import Phase, Rule
from mpmodernize.rules.spelling import library_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis


class NoDaemonPool(Rule):
    """A pool whose workers may have children, made in a way that Python 3.8 has ended.

    ## What it does
    Finds subclasses of `Pool` with a class of processes in their attribute `Process`, and gives them a context with
    that class instead.

    ## Why it matters
    The workers of a pool are daemons, and daemons may not start processes. The usual way out was a class of processes
    that are none. Since Python 3.8 a pool calls `Process(context, …)`, so that a class there takes the context for its
    first argument: `AssertionError: group argument must be None for now`, under every start method. What a pool's
    workers are has been the business of its context since Python 3.4.

    ## Example
    ```python
    import multiprocessing
    import multiprocessing.pool


    class NoDaemonProcess(multiprocessing.Process):
        daemon = property(lambda self: False, lambda self, value: None)


    class NestablePool(multiprocessing.pool.Pool):
        Process = NoDaemonProcess


    def inner(number):
        return number + 1


    def outer(number):
        pool = multiprocessing.Pool(1)
        result = pool.map(inner, [number])
        pool.close()
        pool.join()
        return result


    if __name__ == "__main__":
        pool = NestablePool(2)
        print(pool.map(outer, [1, 2]))
        pool.close()
        pool.join()
    ```

    ## Use instead
    ```python
    import multiprocessing
    import multiprocessing.pool


    class NoDaemonProcess(multiprocessing.Process):
        daemon = property(lambda self: False, lambda self, value: None)


    class NoDaemonContext(type(multiprocessing.get_context())):
        Process = NoDaemonProcess


    class NestablePool(multiprocessing.pool.Pool):
        def __init__(self, *args, **kwargs):
            kwargs["context"] = NoDaemonContext()
            super().__init__(*args, **kwargs)


    def inner(number):
        return number + 1


    def outer(number):
        pool = multiprocessing.Pool(1)
        result = pool.map(inner, [number])
        pool.close()
        pool.join()
        return result


    if __name__ == "__main__":
        pool = NestablePool(2)
        print(pool.map(outer, [1, 2]))
        pool.close()
        pool.join()
    ```

    ## Fix safety
    Safe: such a pool cannot be made since Python 3.8. Reported where the subclass has a constructor of its own, or
    where the program calls `set_start_method`, which has to come before `get_context`. The workers of a
    `ProcessPoolExecutor` may have children without all this.

    ## When it stays silent
    Where `Process` is a method, for pools of threads, and where the class is there for older versions of Python.

    ## References
    - [Pools whose workers have children](https://github.com/python/cpython/issues/90549)
    - [Contexts and start methods](https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods)
    """

    code = "MP613"
    name = "no-daemon-pool"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at what each subclass of `Pool` calls its `Process`."""
        for class_ in program.index.all(ast.ClassDef):
            if "multiprocessing.Pool" not in program.functions.base_names(class_) or _is_for_others(program, class_):
                continue
            for statement in class_.body:
                if not isinstance(statement, ast.Assign) or not _assigns_process(statement):
                    continue
                if not _is_process_class(program, statement.value):
                    continue
                yield self.finding(
                    statement,
                    f"`{class_.name}` calls `{ast.unparse(statement.value)}` with the context as its first argument: "
                    "the pool cannot be made since Python 3.8",
                    advice="hand the class of processes over in a context, or use a `ProcessPoolExecutor`",
                    edits=_edits(program, class_, statement),
                )


def _is_for_others(program: Program, class_: ast.ClassDef) -> bool:
    """Whether the class is there for older versions of Python: behind a question, or where an import has failed."""
    if program.compatibility.asks_first(class_) or program.compatibility.asks_version(class_):
        return True
    return any(isinstance(each, ast.ExceptHandler) for each in program.index.ancestors(class_))


def _assigns_process(statement: ast.Assign) -> bool:
    return [ast.unparse(each) for each in statement.targets] == ["Process"]


def _is_process_class(program: Program, value: ast.expr) -> bool:
    class_ = program.functions.resolve_class(value)
    if class_ is not None:
        return "multiprocessing.Process" in program.functions.base_names(class_)
    return program.qualified(value) == "multiprocessing.Process"


def _edits(program: Program, class_: ast.ClassDef, statement: ast.Assign) -> list[Edit]:
    """Make a context with these processes, and give it to the pool."""
    has_constructor = program.instances.own_method(class_, "__init__") is not None
    if has_constructor or len(class_.bases) != 1 or not isinstance(program.index.parent[class_], ast.Module):
        return []
    if any(True for _ in program.calls_of("multiprocessing.set_start_method")):
        return []
    get_context, imports = library_name(program, "multiprocessing", "get_context")
    context = program.free_name("NoDaemonContext")
    new = f"class {context}(type({get_context}())):\n    Process = {program.text(statement.value)}"
    quote = program.quote
    constructor = (
        "def __init__(self, *args, **kwargs):\n"
        f"    kwargs[{quote}context{quote}] = {context}()\n"
        "    super().__init__(*args, **kwargs)"
    )
    return [*imports, Insert(new, class_), Insert(constructor, statement), Delete(statement)]
