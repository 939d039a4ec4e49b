"""MP515: a reader waits for the end of a pipe whose other end it holds itself."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.compatibility import caught
from mpmodernize.model.functions import parameters
from mpmodernize.model.keeping import start_given
from mpmodernize.model.lifetimes import starting_statement
from mpmodernize.model.order import own_nodes
from mpmodernize.rewrite.edits import Insert
from mpmodernize.rules.base import FORK_ALONE, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.starts import Start
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis


class PipeEndKeptOpen(Rule):
    """A reader waits for the end of a pipe that cannot come.

    ## What it does
    Finds loops that receive from a pipe until `EOFError` while the other end is still open in the same process: in the
    parent, which has handed the other end to a child and keeps its own copy, and in a child that got a copy by fork.

    ## Why it matters
    A pipe ends when every copy of its other end has been closed. A parent that keeps the end which it gave to a child
    waits for ever when the child is done, under every start method. A child that reads waits for ever under fork alone,
    where it inherits all ends that the parent has open; under spawn and forkserver it has only what it was given.

    ## Example
    ```python
    from multiprocessing import Pipe, Process


    def count(conn):
        for n in range(3):
            conn.send(n)
        conn.close()


    if __name__ == "__main__":
        here, there = Pipe()
        process = Process(target=count, args=(there,))
        process.start()
        while True:
            try:
                print(here.recv())
            except EOFError:
                break
        process.join()
    ```

    ## Use instead
    ```python
    from multiprocessing import Pipe, Process


    def count(conn):
        for n in range(3):
            conn.send(n)
        conn.close()


    if __name__ == "__main__":
        here, there = Pipe()
        process = Process(target=count, args=(there,))
        process.start()
        there.close()
        while True:
            try:
                print(here.recv())
            except EOFError:
                break
        process.join()
    ```

    ## Fix safety
    Safe in the parent, where it uses the end for nothing else after the start: it waited for ever. Reported in a child:
    hand it both ends, and let it close the one that it does not use.

    ## When it stays silent
    Where the parent closes the end that it gave away, where the loop has another way out (a last message, `poll`), and
    for pipes of which only one end is in sight.

    ## References
    - [Connection.recv raises EOFError](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.connection.Connection.recv)
    """

    code = "MP515"
    name = "pipe-end-kept-open"

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each pipe with two named ends of which one process gets one."""
        for pipe in program.calls_of("multiprocessing.Pipe"):
            statement = program.index.parent[pipe]
            target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
            if not isinstance(target, ast.Tuple) or len(target.elts) != 2:
                continue
            first, second = target.elts
            if not isinstance(first, ast.Name) or not isinstance(second, ast.Name):
                continue
            for kept, given in ((first, second), (second, first)):
                if len(program.index.bindings(kept)) == 1 and len(program.index.bindings(given)) == 1:
                    yield from self._check_ends(program, kept, given)

    def _check_ends(self, program: Program, kept: ast.Name, given: ast.Name) -> Iterator[Diagnosis]:
        uses = [use for use in self._uses(program, given) if isinstance(use.ctx, ast.Load)]
        starts = [start for use in uses if (start := start_given(program, use)) is not None]
        others = self._uses(program, kept)
        if len(starts) != 1 or any(start_given(program, use) is not None for use in others):
            return
        (start,) = starts
        rest = [use for use in uses if not self._is_argument(start, use)]
        if not all(isinstance(program.index.parent[use], ast.Attribute) for use in [*rest, *self._loads(others)]):
            return  # somebody else has an end
        closed = any(program.index.parent[use].attr == "close" for use in rest)  # type: ignore[attr-defined]
        loop = self._reading_loop(program, others)
        if loop is not None and not closed:
            edits = self._closing(program, start, given, rest)
            yield self.finding(
                loop,
                f"`{kept.id}` never comes to an end: this process keeps `{given.id}`, which it gave away, open itself",
                advice=f"close `{given.id}` when the process has been started",
                edits=edits,
            )
        inside = self._reading_loop_of_child(program, start, uses)
        if inside is not None:
            yield self.finding(
                inside,
                f"under fork this child has a copy of `{kept.id}`, and the pipe never comes to an end",
                advice=f"hand it `{kept.id}` as well, and close that in the child",
                start_methods=FORK_ALONE,
            )

    @staticmethod
    def _uses(program: Program, name: ast.Name) -> list[ast.Name]:
        return program.index.uses(name.id, program.index.owner(name))

    @staticmethod
    def _loads(uses: list[ast.Name]) -> list[ast.Name]:
        return [use for use in uses if isinstance(use.ctx, ast.Load)]

    @staticmethod
    def _is_argument(start: Start, use: ast.Name) -> bool:
        return isinstance(start.args, (ast.Tuple, ast.List)) and use in start.args.elts

    @staticmethod
    def _reading_loop(program: Program, uses: list[ast.Name]) -> ast.AST | None:
        """The `recv` that a loop calls until `EOFError`, and that nothing else ends."""
        for use in uses:
            attribute = program.index.parent[use]
            if not isinstance(attribute, ast.Attribute) or attribute.attr not in ("recv", "recv_bytes"):
                continue
            around = list(program.index.ancestors(attribute))
            loop = next((each for each in around if isinstance(each, ast.While)), None)
            tried = next((each for each in around if isinstance(each, ast.Try)), None)
            if loop is None or tried is None or not isinstance(loop.test, ast.Constant):
                continue
            handled = [each for handler in tried.handlers if "EOFError" in caught(handler) for each in handler.body]
            leaving = [
                node
                for statement in (tried.body if program.index.contains(tried, loop) else loop.body)
                for node in own_nodes(statement)
                if isinstance(node, (ast.Break, ast.Return, ast.Raise))
            ]
            if handled and all(any(program.index.contains(each, node) for each in handled) for node in leaving):
                return attribute
        return None

    def _reading_loop_of_child(self, program: Program, start: Start, uses: list[ast.Name]) -> ast.AST | None:
        """The same in the function of a child that gets one end, and holds the other by fork."""
        if start.function is None or not isinstance(start.args, (ast.Tuple, ast.List)):
            return None
        position = next(number for number, each in enumerate(start.args.elts) if each in uses)
        places = parameters(start.function)[1 if program.index.enclosing_class(start.function) is not None else 0 :]
        if start.leading or position >= len(places):
            return None
        inside = program.index.uses(places[position].arg, program.index.inner_scope(start.function))
        return self._reading_loop(program, inside)

    @staticmethod
    def _closing(program: Program, start: Start, given: ast.Name, rest: list[ast.Name]) -> list[Edit]:
        started = starting_statement(program, start)
        if rest or started is None or program.index.loop(start.call) is not None:
            return []
        if program.index.function(given) is not program.index.function(started):
            return []
        return [Insert(f"{given.id}.close()", started, after=True)]
