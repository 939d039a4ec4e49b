"""MP317: `args=(q)`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.functions import is_static, parameters
from mpmodernize.model.kinds import SHARED
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import FunctionNode
    from mpmodernize.model.starts import Start
    from mpmodernize.rules.base import Diagnosis

_NOT_ITERABLE = (SHARED - {"Array", "RawArray", "Proxy"}) | {
    "int",
    "float",
    "bool",
    "Process",
    "Pool",
    "Manager",
    "instance",
}


class ArgsNotATuple(Rule):
    """The arguments of a process are given without the comma that makes a tuple.

    ## What it does
    Finds `args=(q)`, `args=q`, `initargs=(q)` and `apply_async(job, (x))` where the value is a single thing, and
    makes it `(q,)`.

    ## Why it matters
    Parentheses make no tuple, the comma does. `args=(q)` hands `q` itself over as the argument list:
    `TypeError: 'Queue' object is not iterable`, when the process is made or, for a string, a call with one argument
    for each character. It is the same under every start method.

    ## Example
    ```python
    from multiprocessing import Process, Queue


    def job(q):
        q.put(1)


    if __name__ == "__main__":
        q = Queue()
        worker = Process(target=job, args=(q))
        worker.start()
        print(q.get())
        worker.join()
    ```

    ## Use instead
    ```python
    from multiprocessing import Process, Queue


    def job(q):
        q.put(1)


    if __name__ == "__main__":
        q = Queue()
        worker = Process(target=job, args=(q,))
        worker.start()
        print(q.get())
        worker.join()
    ```

    ## Fix safety
    Safe where the value cannot be a list of arguments: a queue, lock, number or other object that is not iterable, or
    a string for a function (or lambda) of one parameter. Unsafe where the value is not known but stands in parentheses
    of its own and the function takes one argument.

    ## When it stays silent
    For tuples, lists and names that may hold one.

    ## References
    - [multiprocessing.Process](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Process)
    """

    code = "MP317"
    name = "args-not-a-tuple"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at what each start is given as its arguments."""
        for start in program.starts.all:
            value = start.args
            if (
                value is None
                or isinstance(value, (ast.Tuple, ast.List, ast.Starred))
                or value not in program.index.parent
            ):
                continue
            safety = self._safety(program, start, value)
            if safety is None:
                continue
            text = program.text(value)
            parenthesized = program.is_parenthesized(value)
            shown = f"({text})" if parenthesized else text
            yield self.finding(
                value,
                f"`{shown}` is no tuple: the argument list is `{text}` itself",
                advice=f"write `({text},)`",
                edits=[Replace(value, f"{text}," if parenthesized else f"({text},)")]
                if safety != Safety.MANUAL
                else (),
                safety=safety,
            )

    def _safety(self, program: Program, start: Start, value: ast.expr) -> Safety | None:
        """How certain it is that the value is one argument; `None` when it may be a list of them."""
        kind = program.types.kind(value)
        one = self._starts_with_one(program, start)
        if kind in _NOT_ITERABLE:
            return Safety.SAFE
        if kind == "str" and isinstance(value, ast.Constant):
            return self._text_safety(program, start, len(str(value.value)))
        if kind in ("Array", "RawArray", "Proxy", "str") and one:
            return Safety.SAFE  # of a text, only one of a single character worked, and works the same
        if kind is None and one and program.is_parenthesized(value) and isinstance(value, (ast.Name, ast.Attribute)):
            return Safety.UNSAFE
        return None

    def _text_safety(self, program: Program, start: Start, length: int) -> Safety | None:
        """A text is a list of as many arguments as it has characters: right where the function takes that many."""
        if isinstance(start.target, ast.Lambda) and self._starts_with_one(program, start) and length != 1:
            return Safety.SAFE
        function = start.function
        if (
            function is None
            or function.args.vararg is not None
            or self._number_of_arguments(program, function) == length
        ):
            return None
        return Safety.SAFE if self._takes_one(program, function) else Safety.MANUAL

    def _starts_with_one(self, program: Program, start: Start) -> bool:
        """Whether what is started takes exactly one argument."""
        if isinstance(start.target, ast.Lambda):
            arguments = start.target.args
            return len(arguments.args) == 1 and not (arguments.posonlyargs or arguments.defaults or arguments.vararg)
        return start.function is not None and self._takes_one(program, start.function)

    def _takes_one(self, program: Program, function: FunctionNode) -> bool:
        """Whether a function takes exactly one argument (after `self`)."""
        return self._number_of_arguments(program, function) == 1 and function.args.vararg is None

    @staticmethod
    def _number_of_arguments(program: Program, function: FunctionNode) -> int:
        method = program.index.enclosing_class(function) is not None and not is_static(function)
        return len(parameters(function)) - (1 if method else 0)
