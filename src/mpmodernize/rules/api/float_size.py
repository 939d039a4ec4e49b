"""MP610: a float as a number of processes, a chunk size, a size."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.kinds import MANY
from mpmodernize.model.sizes import CHUNK, ROOM, UNITS
from mpmodernize.rewrite.edits import ChangeOperator, Replace
from mpmodernize.rules.base import Fix, Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.sizes import Division, Size
    from mpmodernize.rules.base import Diagnosis

_MATTERING = frozenset({ROOM, UNITS})
"""Sizes of which a rounded one makes another program; how many processes share the work does not."""


class FloatSize(Rule):
    """A number of processes, a chunk size or the room of a queue is given by `/`, which makes a float in Python 3.

    ## What it does
    Follows what is given as the number of processes of a pool or executor, as `maxtasksperchild` and `chunksize`, as
    the room of a queue, the count of a semaphore, the length of an `Array` and the size of shared memory, through
    names, parameters and `max`, to a division, and makes it `//`. What is a float for another reason is put into
    `int()`.

    ## Why it matters
    `Pool(cpu_count() / 2)` stops with `TypeError: 'float' object cannot be interpreted as an integer`. A `chunksize`
    is worse: `pool.map(f, xs, len(xs) / 4)` waits for ever and says nothing but for a traceback of a thread, also
    where the float is a whole number. It is the same under every start method. In Python 2 `/` rounded down.

    ## Example
    ```python
    from multiprocessing import Pool, cpu_count


    def double(number):
        return number * 2


    if __name__ == "__main__":
        numbers = list(range(100))
        pool = Pool(max(1, cpu_count() / 2))
        print(sum(pool.map(double, numbers, len(numbers) / 4)))
        pool.close()
        pool.join()
    ```

    ## Use instead
    ```python
    from multiprocessing import Pool, cpu_count


    def double(number):
        return number * 2


    if __name__ == "__main__":
        numbers = list(range(100))
        pool = Pool(max(1, cpu_count() // 2))
        print(sum(pool.map(double, numbers, len(numbers) // 4)))
        pool.close()
        pool.join()
    ```

    ## Fix safety
    Safe: with a float the line stops or waits for ever, and in Python 2 `//` is what `/` was. Unsafe where a program of
    Python 3 means a size whose rounding matters: a semaphore, the room of a queue.

    ## When it stays silent
    For `int(…)`, `round(…)`, `//`, and for what nobody divides; for an `Array` that may be given what it is to hold;
    for a manager's queues and semaphores, which take floats; and where a `TypeError` is expected.

    ## References
    - [multiprocessing.pool.Pool](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.pool.Pool)
    - [PEP 238: changing the division operator](https://peps.python.org/pep-0238/)
    """

    code = "MP610"
    name = "float-size"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each place that wants a whole number."""
        told: set[Division] = set()
        for size in program.sizes.all:
            if program.compatibility.is_caught(size.call, "TypeError") or program.compatibility.asks_first(size.call):
                continue
            exact = not size.floats and (program.floors_integers or self._is_counted_with(program, size))
            if not exact:
                fix = Fix([Replace(size.expression, "int($0)", (size.expression,))], self._safety(size), self.phase)
                yield self._finding(program, size, size.expression, fix)
                continue
            safety = Safety.SAFE if program.floors_integers else self._safety(size)
            for division in size.divisions:
                if division not in told:
                    told.add(division)
                    operator = "//=" if isinstance(division, ast.AugAssign) else "//"
                    fix = Fix([ChangeOperator(division, operator)], safety, self.phase)
                    yield self._finding(program, size, division, fix)

    def _finding(self, program: Program, size: Size, node: ast.AST, fix: Fix) -> Diagnosis:
        text = " ".join(program.text(node).split())
        where = f" in line {size.call.lineno}" if node.lineno != size.expression.lineno else ""  # type: ignore[attr-defined]
        end = "`map` waits for ever" if size.waits else "it stops with `TypeError`"
        if size.what == CHUNK and isinstance(size.call.func, ast.Attribute) and size.call.func.attr != "map":
            end = f"`{size.call.func.attr}` waits for ever or stops"
        return self.finding(
            node,
            f"`{text[:50]}` is a float in Python 3, and {size.what}{where} has to be a whole number: {end}",
            advice="use `//`" if any(isinstance(edit, ChangeOperator) for edit in fix.edits) else "use `int()`",
            fix=fix,
        )

    @staticmethod
    def _safety(size: Size) -> Safety:
        return Safety.UNSAFE if size.what in _MATTERING else Safety.SAFE

    @staticmethod
    def _is_counted_with(program: Program, size: Size) -> bool:
        """Whether the names on the way stand for a count wherever they are used: none is the better for a fraction."""
        index = program.index
        for name in size.names:
            if isinstance(name, ast.Name):
                uses: list[ast.expr] = [*index.uses(name.id, index.owner(name))]
            else:
                uses = [*index.attributes[name.attr]] if isinstance(name, ast.Attribute) else []
            if len(uses) > MANY:
                return False
            for use in uses:
                if use in size.names or not isinstance(getattr(use, "ctx", None), ast.Load):
                    continue
                if not _is_count(program, use):
                    return False
        return True


def _is_count(program: Program, use: ast.expr) -> bool:
    """Whether a value is compared, shown, or stands where a whole number is wanted."""
    if program.types.numbers.is_needed_as_integer(use):
        return True
    parent = program.index.parent[use]
    if isinstance(parent, (ast.Compare, ast.FormattedValue)) or program.names.calls(parent, "builtins.print"):
        return True
    if isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Mod) and parent.right is use:
        return program.types.kind(parent.left) == "str"
    ancestors = program.index.ancestors(use)
    return use in program.sizes.places or any(each in program.sizes.places for each in ancestors)
