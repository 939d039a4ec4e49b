"""MP609: views and iterators that go to another process."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.crossings import Route
from mpmodernize.model.functions import parameters
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.base import NOT_FORK, Phase, Rule
from mpmodernize.rules.spelling import as_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.travelling import Traveller
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_ENDS = {
    Route.ITEM: "the queue drops it, and who waits for it waits for ever",
    Route.MESSAGE: "`send` stops with `TypeError`",
    Route.RESULT: "the result is lost, and `MaybeEncodingError` comes in its place",
    Route.TASK: "the task never runs, and its result is a `TypeError`",
}
_AT_START = "under spawn and forkserver the start stops with `TypeError`"


class ViewAcrossProcesses(Rule):
    """A view of a dictionary, or an iterator, goes to another process where a list could.

    ## What it does
    Finds `d.keys()`, `d.values()`, `d.items()`, `map(…)`, `zip(…)`, `filter(…)` and generators among the arguments of
    processes, initializers and tasks, in results, in what is put into queues and sent through pipes, and makes lists of
    them.

    ## Why it matters
    In Python 2 these were lists. In Python 3 a view cannot be pickled: `q.put(d.keys())` prints a traceback from a
    thread at best, the item never arrives, and `q.get()` waits for ever; `send`, tasks and results stop with
    `TypeError: cannot pickle 'dict_keys' object`. Arguments of a process are pickled under spawn and forkserver, so
    that a program that runs under fork stops there. An iterator arrives, and is empty after the first time through.

    ## Example
    ```python
    from multiprocessing import Process, Queue


    def work(queue):
        ages = {"Ann": 36, "Bob": 9}
        queue.put(ages.keys())


    if __name__ == "__main__":
        queue = Queue()
        worker = Process(target=work, args=(queue,))
        worker.start()
        print(queue.get())
        worker.join()
    ```

    ## Use instead
    ```python
    from multiprocessing import Process, Queue


    def work(queue):
        ages = {"Ann": 36, "Bob": 9}
        queue.put(list(ages.keys()))


    if __name__ == "__main__":
        queue = Queue()
        worker = Process(target=work, args=(queue,))
        worker.start()
        print(queue.get())
        worker.join()
    ```

    ## Fix safety
    Safe: a list is what Python 2 sent, and what cannot be pickled never arrived. Reported only where a program of
    Python 3 works under fork and the worker does with the value what no list can.

    ## When it stays silent
    For what is gone through on the way (`pool.map(f, d.values())`), for a manager's dictionaries, whose methods give
    lists, in programs that use a manager (its module lets views travel as lists), for threads, and in a Python 3
    program for iterators that can be pickled and for objects that are not known to be dictionaries.

    ## References
    - [multiprocessing: all arguments must be picklable](https://docs.python.org/3/library/multiprocessing.html#programming-guidelines)
    - [Dictionary view objects](https://docs.python.org/3/library/stdtypes.html#dictionary-view-objects)
    """

    code = "MP609"
    name = "view-across-processes"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at everything that travels."""
        for traveller in program.travelling.all:
            node, crossing = traveller.expression, traveller.crossing
            if program.compatibility.asks_first(node) or program.compatibility.is_caught(crossing.node, "TypeError"):
                continue
            text = " ".join(program.text(node).split())
            end = _ENDS.get(crossing.route, _AT_START) if not crossing.is_inherited else _AT_START
            pickled = traveller.what != "an iterator" or not program.python2
            if not pickled:
                reason = "which can be gone through once only where a list could"
            else:
                reason = f"which cannot be pickled: {end}"
            yield self.finding(
                node,
                f"`{text[:50]}`, {crossing.route.value}, is {traveller.what} in Python 3, {reason}",
                advice="make a list of it",
                edits=[_as_list(program, node)] if program.python2 or self._may_be_list(program, traveller) else (),
                start_methods=NOT_FORK if pickled and crossing.is_inherited else None,
            )

    @staticmethod
    def _may_be_list(program: Program, traveller: Traveller) -> bool:
        """Whether a list does where the program runs as it is: what a child inherits under fork is not pickled."""
        crossing = traveller.crossing
        if not crossing.is_inherited:
            return True
        start = crossing.start
        function = start.function if start is not None else None
        if traveller.what != "a view" or function is None or start is None:
            return False
        shown = crossing.expression
        for place, parameter in enumerate(parameters(function)):
            if shown in start.argument(place, parameter.arg):
                uses = program.index.uses(parameter.arg, program.index.inner_scope(function))
                return all(_does_as_list(program, use) for use in uses)
        return False


def _as_list(program: Program, node: ast.expr) -> Edit:
    """The edit that makes a list; of a generator in parentheses a comprehension."""
    text = program.text(node)
    parent = program.index.parent[node]
    # a lone argument has the parentheses of the call
    alone = isinstance(parent, ast.Call) and program.places.end(parent.func) == program.places.start(node)
    if isinstance(node, ast.GeneratorExp) and text.startswith("(") and text.endswith(")") and "#" not in text:
        return Replace(node, f"([{text[1:-1]}])" if alone else f"[{text[1:-1]}]")
    return as_list(program, node)


def _does_as_list(program: Program, use: ast.expr) -> bool:
    """Whether a list does as well as a view at this place."""
    parent = program.index.parent[use]
    if isinstance(parent, ast.Call):
        return use in parent.args and (program.qualified(parent.func) or "").startswith("builtins.")
    return isinstance(parent, (ast.For, ast.comprehension, ast.Starred)) or (
        isinstance(parent, ast.Compare) and isinstance(parent.ops[-1], (ast.In, ast.NotIn))
    )
