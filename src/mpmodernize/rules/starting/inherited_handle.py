"""MP328: an open file, a connection or a standard stream that is handed to a worker."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.crossings import Route
from mpmodernize.model.functions import parameters
from mpmodernize.rewrite.edits import DropParameter, Replace
from mpmodernize.rules.base import FORK_ALONE, Fix, Phase, Rule
from mpmodernize.rules.dropped_state import fails_silently
from mpmodernize.rules.routing import bound_by_initializers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.crossings import Crossing
    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import FunctionNode
    from mpmodernize.model.starts import Start
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_STREAMS = frozenset({"sys.stdin", "sys.stdout", "sys.stderr"})
_INSTEAD = {
    "open file": "hand over the file's name, and open the file in the worker",
    "database connection": "open a connection in each worker",
    "database cursor": "open a connection in each worker",
    "reader of `csv`": "hand over the rows, or the file's name",
    "writer of `csv`": "return the rows, and write them here",
    "memory map": "hand over the file's name, or use `multiprocessing.shared_memory`",
    "subprocess": "start it in the worker",
    "handler of `logging`": "make the handler in the worker, or use `QueueHandler`",
    "TLS context": "make it in the worker",
    "window": "let the parent alone work on the window",
    "video stream": "open it in the worker",
    "pool": "let the parent give out the tasks",
    "executor": "let the parent give out the tasks",
    "manager": "hand over what it has made: its lists and dictionaries",
}
_SHARED_UNDER_FORK = frozenset({"database connection", "database cursor"})


class InheritedHandle(Rule):
    """A worker is handed something of the operating system that belongs to one process.

    ## What it does
    Finds open files, database connections, subprocesses and the like among the arguments of processes and tasks, and
    database connections that workers use as globals. A standard stream that is handed over at every start of a function
    is dropped, with its parameter: the worker has its own.

    ## Why it matters
    Under fork a process inherits what is open, and shares it: one position in the file, one conversation with the
    database, in which the processes interrupt one another. Under spawn and forkserver arguments are pickled, and
    `start()` fails with `TypeError: cannot pickle 'TextIOWrapper' instances`; the tasks of a pool are pickled under
    every start method.

    ## Example
    ```python
    import sys
    from multiprocessing import Process


    def work(number, out):
        print(number * 2, file=out)


    if __name__ == "__main__":
        worker = Process(target=work, args=(4, sys.stdout))
        worker.start()
        worker.join()
    ```

    ## Use instead
    ```python
    import sys
    from multiprocessing import Process


    def work(number):
        print(number * 2, file=sys.stdout)


    if __name__ == "__main__":
        worker = Process(target=work, args=(4,))
        worker.start()
        worker.join()
    ```

    ## Fix safety
    Safe for standard streams, where all that calls the function are starts that hand over the same stream, and the
    program puts no other stream in its place. Unsafe where nobody asks for the task's result: it has never run, and
    comes to run. Everything else is reported.

    ## When it stays silent
    For sockets and the ends of pipes, which can be handed over; in programs that ask for fork; for connections that an
    initializer opens in each worker.

    ## References
    - [Explicitly pass resources to child processes](https://docs.python.org/3/library/multiprocessing.html#all-start-methods)
    - [How to corrupt an SQLite database file](https://www.sqlite.org/howtocorrupt.html#_carrying_an_open_database_file_across_a_fork_)
    """

    code = "MP328"
    name = "inherited-handle"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at the arguments of all starts, and at the connections that workers use."""
        if program.pickling.is_extended:
            return
        for crossing in program.crossings.by(Route.ARGUMENT, Route.INITARG, Route.TASK, Route.PARTIAL):
            if crossing.holds or (crossing.is_inherited and program.pins_fork):
                continue
            if program.qualified(crossing.expression) in _STREAMS:
                yield self._stream(program, crossing)
                continue
            obstacle = program.pickling.obstacle(crossing.expression)
            if obstacle is not None and obstacle.words in _INSTEAD and not obstacle.many:
                yield self.finding(
                    crossing.expression,
                    f"`{program.text(crossing.expression)}` is {obstacle.phrase}: {_what_happens(program, crossing)}",
                    advice=_INSTEAD[obstacle.words],
                )
        yield from self._globals(program)

    def _stream(self, program: Program, crossing: Crossing) -> Diagnosis:
        text = program.text(crossing.expression)
        start = crossing.start
        fix: Fix | None = None
        if start is not None and start.function is not None:
            places, dropping = _dropping(program, start.function)
            fix = dropping if crossing.expression in [_given(program, start, place) for place in places] else None
        return self.finding(
            crossing.expression,
            f"`{text}` cannot be handed to another process: {_what_happens(program, crossing)}",
            advice=f"use `{text}` in the worker",
            fix=fix,
        )

    def _globals(self, program: Program) -> Iterator[Diagnosis]:
        if not program.starts.all:
            return
        for name, reads in program.state.read_by_workers.items():
            bindings = program.state.bindings(name)
            if len(bindings) != 1 or bindings[0].kind != "assign" or program.index.function(bindings[0].node):
                continue
            obstacle = program.pickling.obstacle(reads[0])
            if obstacle is None or obstacle.words not in _SHARED_UNDER_FORK:
                continue
            if not bound_by_initializers(program, name, reads):
                yield self.finding(
                    reads[0],
                    f"`{name}` is {obstacle.phrase}: under fork all workers share it, and interrupt one another",
                    advice=_INSTEAD[obstacle.words],
                    start_methods=FORK_ALONE,
                )


def _what_happens(program: Program, crossing: Crossing) -> str:
    if not crossing.is_inherited:
        heard = ", and nobody hears of it" if fails_silently(program, crossing) else ""
        return f"the task fails under every start method{heard}"
    if crossing.route is Route.INITARG:
        return "the pool cannot start its workers under spawn and forkserver"
    return "`start()` fails under spawn and forkserver"


# -- dropping an argument and its parameter --------------------------------------------------------


def _dropping(program: Program, function: FunctionNode) -> tuple[list[int], Fix | None]:
    """The places of the standard streams that all starts hand to a function, and the fix that drops them together."""
    known = program.plans.setdefault("streams", {})
    assert isinstance(known, dict)
    if function not in known:
        places = [place for place in range(len(parameters(function))) if _is_dropped(program, function, place)]
        known[function] = (places, _fix(program, function, places) if places else None)
    found: tuple[list[int], Fix | None] = known[function]
    return found


def _is_dropped(program: Program, function: FunctionNode, place: int) -> bool:
    """Whether each start hands over the same stream here, and the worker can use its own."""
    starts = program.starts.of_function[function]
    if program.functions.callers(function) or not starts:
        return False
    if not set(program.functions.mentions.get(function, ())) <= {each.target for each in starts}:
        return False
    given = [_given(program, each, place) for each in starts]
    streams = {program.qualified(each) if each is not None else None for each in given}
    if len(streams) != 1 or not streams <= _STREAMS or _parameter(program, function, place) is None:
        return False
    stream = given[0]
    assert stream is not None
    return _means_the_same_in(program, stream, function) and not _is_replaced(program, program.qualified(stream))


def _fix(program: Program, function: FunctionNode, places: list[int]) -> Fix:
    starts = program.starts.of_function[function]
    edits: list[Edit] = []
    for place in places:
        parameter, stream = _parameter(program, function, place), _given(program, starts[0], place)
        assert parameter is not None
        assert stream is not None
        edits.append(DropParameter(function, parameter))
        uses = program.index.uses(parameter.arg, program.index.inner_scope(function))
        edits += [Replace(use, program.text(stream)) for use in uses]
    for each in starts:
        assert isinstance(each.args, (ast.Tuple, ast.List))
        kept = [other for place, other in enumerate(each.args.elts) if place not in places]
        edits.append(Replace(each.args, _display(each.args, len(kept)), tuple(kept)))
    given = [crossing for each in starts for crossing in program.crossings.of_start(each)]
    silent = any(fails_silently(program, each) for each in given)
    return Fix(edits, Safety.UNSAFE if silent else Safety.SAFE, Phase.LOCAL)


def _parameter(program: Program, function: FunctionNode, position: int) -> ast.arg | None:
    """The parameter that gets the argument at `position`, if nothing else binds its name."""
    places = parameters(function)
    if program.index.enclosing_class(function) is not None or position >= len(places) or function.decorator_list:
        return None
    bindings = program.index.inner_scope(function).bindings[places[position].arg]
    return places[position] if len(bindings) == 1 else None


def _given(program: Program, start: Start, place: int) -> ast.expr | None:
    """What a start hands over at a place; `None` where that is not written out."""
    if start.is_choice or start.leading or not isinstance(start.args, (ast.Tuple, ast.List)):
        return None
    elements = start.args.elts
    if start.args not in program.index.parent or any(isinstance(each, ast.Starred) for each in elements):
        return None
    return elements[place] if place < len(elements) else None


def _means_the_same_in(program: Program, stream: ast.expr, function: FunctionNode) -> bool:
    """Whether the worker can write the stream as the parent does: the module imports it, and no local name hides it."""
    name = stream
    while isinstance(name, ast.Attribute):
        name = name.value
    if not isinstance(name, ast.Name) or name.id in program.index.inner_scope(function).bindings:
        return False
    owner = program.index.owner(name)
    return owner is not None and owner.is_module


def _is_replaced(program: Program, stream: str | None) -> bool:
    """Whether the program puts another stream in the place of this one."""
    attribute = (stream or "").rpartition(".")[2]
    return any(isinstance(each.ctx, ast.Store) for each in program.index.attributes.get(attribute, []))


def _display(display: ast.Tuple | ast.List, number: int) -> str:
    parts = [f"${place}" for place in range(number)]
    if isinstance(display, ast.List):
        return f"[{', '.join(parts)}]"
    return f"({parts[0]},)" if number == 1 else f"({', '.join(parts)})"
