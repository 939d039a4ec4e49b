"""MP602: names that multiprocessing has in another place."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model import process_library
from mpmodernize.model.kinds import LOCKS
from mpmodernize.rewrite.edits import AddImport, Replace
from mpmodernize.rules.moves import MovedNames

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis


class MovedName(MovedNames):
    """A name is taken from where Python 2's multiprocessing had it, and Python 3's has it elsewhere.

    ## What it does
    Puts the new place in the place of the old one: `multiprocessing.process.Process`, `managers.Process`,
    `util.current_process`, `dummy.cpu_count`, `pool.cpu_count`, `_multiprocessing.Connection`, `queues.Lock`,
    `multiprocessing.os` and others that modules had because they imported them. An `acquire(blocking=False)`, which is
    the spelling of threads, becomes `acquire(block=False)`.

    ## Why it matters
    The modules of the package import each other in another way in Python 3: `ImportError: cannot import name 'Process'
    from 'multiprocessing.process'`, or `AttributeError`. It is the same under every start method.

    ## Example
    ```python
    from multiprocessing.process import Process


    def work():
        print("at work")


    if __name__ == "__main__":
        worker = Process(target=work)
        worker.start()
        worker.join()
    ```

    ## Use instead
    ```python
    from multiprocessing import Process


    def work():
        print("at work")


    if __name__ == "__main__":
        worker = Process(target=work)
        worker.start()
        worker.join()
    ```

    ## Fix safety
    Safe: the old name is not there.

    ## When it stays silent
    Where the program asks first which Python it runs on, or imports the name from elsewhere if it is missing; for the
    locks of a manager and of threads, whose `acquire` has the parameter `blocking`.

    ## References
    - [multiprocessing: reference](https://docs.python.org/3/library/multiprocessing.html#reference)
    - [Lock.acquire](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Lock.acquire)
    """

    code = "MP602"
    name = "moved-name"
    moves = process_library.MOVED

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look up the names, and the one argument that has another name."""
        yield from super().check(program)
        for call in program.types.receiver_calls("acquire", LOCKS):
            assert isinstance(call.func, ast.Attribute)
            type_ = program.type(call.func.value)
            for keyword in call.keywords:
                if keyword.arg == "blocking" and type_ is not None and not type_.managed and type_.made:
                    yield self.finding(
                        keyword.value,
                        "`acquire` of a lock between processes calls it `block`: `blocking` stops with `TypeError`",
                        advice="write `block=`",
                        edits=[_with_block(call)] if not call.args else (),
                    )

    def named(self, program: Program, use: ast.expr) -> str | None:
        """The name in the very module that is asked."""
        return program.names.place(use)

    def changed(self, program: Program, use: ast.expr) -> list[Edit] | None:
        """Also modules that other modules had."""
        new = self.moves.get(self.named(program, use) or "")
        if new is None or "." in new:
            return super().changed(program, use)
        if program.imports.of(new):
            return [Replace(use, new)]
        return None if program.is_used(new) else [Replace(use, new), AddImport(f"import {new}")]


def _with_block(call: ast.Call) -> Edit:
    names = ["block" if each.arg == "blocking" else each.arg for each in call.keywords]
    given = ", ".join(f"{name}=${place}" for place, name in enumerate(names, 1))
    return Replace(call, f"$0({given})", (call.func, *(each.value for each in call.keywords)))
