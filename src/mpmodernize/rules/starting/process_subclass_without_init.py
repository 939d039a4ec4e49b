"""MP316: `class Worker(Process)` whose `__init__` does not call that of `Process`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.functions import parameters
from mpmodernize.rewrite.edits import InsertInto
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import FunctionNode
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_PROCESS = "multiprocessing.Process"


class ProcessSubclassWithoutInit(Rule):
    """A subclass of `Process` has an `__init__` that does not call the one of `Process`.

    ## What it does
    Finds classes that inherit from `Process` and replace its constructor without calling it, and calls it first.

    ## Why it matters
    The constructor makes what `start()` works with. Without it `start()` fails under every start method, with
    `AttributeError: 'Worker' object has no attribute '_closed'`; setting `self.daemon` fails even before.

    ## Example
    ```python
    from multiprocessing import Process


    class Worker(Process):
        def __init__(self, number):
            self.number = number

        def run(self):
            print(self.number)


    if __name__ == "__main__":
        worker = Worker(1)
        worker.start()
        worker.join()
    ```

    ## Use instead
    ```python
    from multiprocessing import Process


    class Worker(Process):
        def __init__(self, number):
            super().__init__()
            self.number = number

        def run(self):
            print(self.number)


    if __name__ == "__main__":
        worker = Worker(1)
        worker.start()
        worker.join()
    ```

    ## Fix safety
    Safe: such a class has never worked. With several bases the constructor of `Process` is called by its name.
    Reported where the class inherits from another one of the file whose constructor takes arguments.

    ## When it stays silent
    Where any method that the constructor calls calls a constructor; where the constructor does nothing but raise.

    ## References
    - [multiprocessing.Process](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Process)
    """

    code = "MP316"
    name = "process-subclass-without-init"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at the constructor of each class that inherits from `Process`."""
        calling = {program.index.function(call) for call in program.index.method_calls.get("__init__", [])}
        for class_ in program.index.all(ast.ClassDef):
            init = program.instances.own_method(class_, "__init__")
            if init is None or _PROCESS not in program.functions.base_names(class_):
                continue
            if calling.intersection(program.functions.reachable([init])) or _only_raises(init):
                continue
            yield self.finding(
                init,
                f"`{class_.name}.__init__` does not call the `__init__` of `Process`: `start()` fails",
                advice="call `super().__init__()` first",
                edits=_edits(program, class_, init),
            )


def _only_raises(init: FunctionNode) -> bool:
    return isinstance(init.body[-1], ast.Raise) and all(isinstance(each, (ast.Expr, ast.Raise)) for each in init.body)


def _edits(program: Program, class_: ast.ClassDef, init: FunctionNode) -> list[Edit]:
    """Call the constructor that comes next; nothing where that wants arguments."""
    receiver = [each.arg for each in parameters(init)[:1]]
    above = [base for base in class_.bases if _leads_to_process(program, base)]
    if not receiver or len(above) != 1:
        return []
    parent = program.functions.resolve_class(above[0])
    inherited = program.functions.method(parent, "__init__") if parent is not None else None
    if inherited is not None and not _takes_nothing(inherited):
        return []
    alone = len(class_.bases) == 1
    return [InsertInto("super().__init__()" if alone else f"{program.text(above[0])}.__init__({receiver[0]})", init)]


def _leads_to_process(program: Program, base: ast.expr) -> bool:
    if program.qualified(base) == _PROCESS:
        return True
    class_ = program.functions.resolve_class(base)
    return class_ is not None and _PROCESS in program.functions.base_names(class_)


def _takes_nothing(init: FunctionNode) -> bool:
    required = len(parameters(init)) - 1 - len(init.args.defaults)
    return required <= 0 and not any(default is None for default in init.args.kw_defaults)
