"""MP417: `item is SENTINEL` on what came through a queue."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.crossings import Route
from mpmodernize.model.kinds import QUEUES
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis

_IDENTITY = (ast.Is, ast.IsNot)
_EQUALITY = (ast.Eq, ast.NotEq)


class IdentityAfterPickling(Rule):
    """An object that came from another process is compared with one of this process, which it never is.

    ## What it does
    Finds `item is END` (or `==`, or `iter(queue.get, END)`) where `item` came through a queue or a pipe of
    `multiprocessing` and `END = object()` is what is put into it. A text after `is` is found as well.

    ## Why it matters
    What goes through a queue is pickled, and what comes out is another object, under every start method. A bare
    `object()` equals nothing but itself, so the test is never true: a worker that waits for the mark goes on waiting.
    `None`, `True`, classes, functions and members of an `Enum` stay themselves.

    ## Example
    ```python
    from multiprocessing import Process, Queue

    END = object()


    def work(queue):
        while True:
            item = queue.get()
            if item is END:
                break
            print(item)


    if __name__ == "__main__":
        queue = Queue()
        worker = Process(target=work, args=(queue,))
        worker.start()
        queue.put(1)
        queue.put(END)
        worker.join()
    ```

    ## Use instead
    ```python
    from multiprocessing import Process, Queue

    END = object()


    def work(queue):
        while True:
            item = queue.get()
            if item is END:
                break
            print(item)


    if __name__ == "__main__":
        queue = Queue()
        worker = Process(target=work, args=(queue,))
        worker.start()
        queue.put(1)
        queue.put(END)
        worker.join()
    ```

    ## Fix safety
    There is no fix: `None` would do where no item is `None`, and a member of an `Enum` always.

    ## When it stays silent
    For `None`, numbers and other things that stay themselves; for queues of threads; where the mark does not go through
    a queue or a pipe.

    ## References
    - [What can be pickled](https://docs.python.org/3/library/pickle.html#what-can-be-pickled-and-unpickled)
    - [multiprocessing.Queue](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Queue)
    """

    code = "MP417"
    name = "identity-after-pickling"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each comparison with a mark that travels."""
        marks = _travelling_marks(program)
        for node in program.index.all(ast.Compare):
            if len(node.ops) != 1 or not isinstance(node.ops[0], (*_IDENTITY, *_EQUALITY)):
                continue
            for one, other in ((node.left, node.comparators[0]), (node.comparators[0], node.left)):
                if _is_mark(program, other, marks) and _came_from_elsewhere(program, one):
                    yield self._found(program, node, other)
                elif isinstance(node.ops[0], _IDENTITY) and _is_text(other) and _came_from_elsewhere(program, one):
                    yield self.finding(
                        node,
                        f"`{program.text(one)}` is a copy: it is never the same object as {program.text(other)}",
                        advice="compare with `==`",
                    )
        for call in program.calls_of("builtins.iter"):
            if len(call.args) == 2 and _is_mark(program, call.args[1], marks) and _takes_out(program, call.args[0]):
                yield self._found(program, call, call.args[1])

    def _found(self, program: Program, node: ast.AST, mark: ast.expr) -> Diagnosis:
        return self.finding(
            node,
            f"what comes from another process is a copy: it is never the same object as `{program.text(mark)}`",
            advice="use `None`, or a member of an `Enum`, which stays itself",
        )


def _travelling_marks(program: Program) -> set[str]:
    """The module-level names of bare objects that are put into a queue or sent through a pipe."""
    found: set[str] = set()
    for crossing in program.crossings.by(Route.ITEM, Route.MESSAGE, Route.TASK, Route.RESULT):
        name = crossing.expression
        if isinstance(name, ast.Name) and program.names.calls(program.crossings.source_of(name), "builtins.object"):
            found.add(name.id)
    return found


def _is_mark(program: Program, node: ast.expr, marks: set[str]) -> bool:
    if not isinstance(node, ast.Name) or node.id not in marks:
        return False
    owner = program.index.owner(node)
    return owner is not None and owner.is_module


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)) and len(node.value) > 1


def _came_from_elsewhere(program: Program, node: ast.expr) -> bool:
    """Whether a value was taken out of a queue or pipe: at its one assignment, or here."""
    source = program.crossings.source_of(node)
    return isinstance(source, ast.Call) and _takes_out(program, source.func)


def _takes_out(program: Program, function: ast.expr) -> bool:
    if not isinstance(function, ast.Attribute):
        return False
    kind = program.types.kind(function.value)
    return (function.attr in ("get", "get_nowait") and kind in QUEUES) or (
        function.attr == "recv" and kind == "Connection"
    )
