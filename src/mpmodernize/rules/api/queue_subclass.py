"""MP604: classes that inherit from a queue's class."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.process_library import NEEDING_CONTEXT
from mpmodernize.model.scopes import FUNCTION_NODES
from mpmodernize.rewrite.edits import AddArgument, InsertInto
from mpmodernize.rules.base import Fix, Phase, Rule
from mpmodernize.rules.spelling import multiprocessing_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import FunctionNode
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_BASES = frozenset(f"multiprocessing.queues.{name}" for name in NEEDING_CONTEXT["multiprocessing.queues"])


class QueueSubclass(Rule):
    """A class inherits from `multiprocessing.queues.Queue`, and makes itself without a context.

    ## What it does
    Finds subclasses of the classes in `multiprocessing.queues` that give no `ctx` to their base, and gives it. Where
    the class keeps attributes of its own, it gets a `__getstate__` and a `__setstate__` that take them along.

    ## Why it matters
    The class wants to know for which start method it is made: `TypeError: Queue.__init__() missing 1 required
    keyword-only argument: 'ctx'`. And a queue goes to a child as a tuple of what it needs itself: under spawn and
    forkserver the attributes of the subclass stay behind, `AttributeError` in the child, where fork knows them.

    ## Example
    ```python
    import multiprocessing
    import multiprocessing.queues


    class NamedQueue(multiprocessing.queues.Queue):
        def __init__(self, name):
            super().__init__()
            self.name = name


    def work(queue):
        queue.put(queue.name)


    if __name__ == "__main__":
        queue = NamedQueue("orders")
        worker = multiprocessing.Process(target=work, args=(queue,))
        worker.start()
        print(queue.get())
        worker.join()
    ```

    ## Use instead
    ```python
    import multiprocessing
    import multiprocessing.queues


    class NamedQueue(multiprocessing.queues.Queue):
        def __init__(self, name):
            super().__init__(ctx=multiprocessing.get_context())
            self.name = name

        def __getstate__(self):
            return super().__getstate__(), self.name

        def __setstate__(self, state):
            state, self.name = state
            super().__setstate__(state)


    def work(queue):
        queue.put(queue.name)


    if __name__ == "__main__":
        queue = NamedQueue("orders")
        worker = multiprocessing.Process(target=work, args=(queue,))
        worker.start()
        print(queue.get())
        worker.join()
    ```

    ## Fix safety
    Safe: no object of the class could be made. Reported where its `__init__` does not call that of its base in the
    plain way.

    ## When it stays silent
    Where a `ctx` is given, to the base or to the class, or arguments that are not written down.

    ## References
    - [multiprocessing: contexts and start methods](https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods)
    - [object.__getstate__](https://docs.python.org/3/library/pickle.html#object.__getstate__)
    """

    code = "MP604"
    name = "queue-subclass"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each class with such a base."""
        for class_ in program.index.all(ast.ClassDef):
            bases = [base for base in class_.bases if program.names.place(base) in _BASES]
            if not bases or program.compatibility.asks_first(class_):
                continue
            init = _own(class_, "__init__")
            calls = self._calls_of_base(program, class_, init) if init is not None else []
            if any(each.arg in (None, "ctx") for call in calls for each in call.keywords):
                continue
            if init is None and self._is_made_with_context(program, class_):
                continue
            edits = self._edits(program, class_, init, calls)
            yield self.finding(
                bases[0],
                f"`{class_.name}` gives no context to its base: `TypeError: … missing … argument: 'ctx'`",
                advice="give `ctx=multiprocessing.get_context()` to the base, and take attributes of your own along in "
                "`__getstate__`",
                fix=Fix(edits, Safety.SAFE, self.phase) if edits else None,
            )

    def _edits(
        self, program: Program, class_: ast.ClassDef, init: FunctionNode | None, calls: list[ast.Call]
    ) -> list[Edit]:
        context, imports = multiprocessing_name(program, "get_context")
        if init is None:
            code = f"def __init__(self, *args, **options):\n    super().__init__(*args, ctx={context}(), **options)\n"
            edits: list[Edit] = [InsertInto(code, class_)]
        elif len(calls) == 1 and not any(isinstance(each, ast.Starred) for each in calls[0].args):
            edits = [AddArgument(calls[0], f"{context}()", keyword="ctx")]
        else:
            return []
        attributes = self._attributes(program, class_)
        if attributes and _own(class_, "__getstate__") is None and _own(class_, "__setstate__") is None:
            kept = ", ".join(f"self.{each}" for each in attributes)
            code = (
                "\ndef __getstate__(self):\n"
                f"    return super().__getstate__(), {kept}\n\n"
                "def __setstate__(self, state):\n"
                f"    state, {kept} = state\n"
                "    super().__setstate__(state)\n"
            )
            edits.append(InsertInto(code, class_, at_end=True))
        return [*edits, *imports]

    @staticmethod
    def _calls_of_base(program: Program, class_: ast.ClassDef, init: FunctionNode) -> list[ast.Call]:
        """`super().__init__(…)` and `Queue.__init__(self, …)` in the class's own `__init__`."""
        del class_
        return [
            call
            for call in program.index.method_calls.get("__init__", ())
            if program.index.function(call) is init
            and isinstance(call.func, ast.Attribute)
            and (
                program.names.calls(call.func.value, "builtins.super") or program.names.place(call.func.value) in _BASES
            )
        ]

    @staticmethod
    def _is_made_with_context(program: Program, class_: ast.ClassDef) -> bool:
        made = [call for call in program.index.calls if program.functions.resolve_class(call.func) is class_]
        given = [any(each.arg in (None, "ctx") for each in call.keywords) for call in made]
        return not given or all(given)

    @staticmethod
    def _attributes(program: Program, class_: ast.ClassDef) -> list[str]:
        """The attributes that the class's `__init__` gives to its objects, in order."""
        init = _own(class_, "__init__")
        found: dict[str, None] = {}
        for attribute in program.index.all(ast.Attribute):
            if (
                isinstance(attribute.ctx, ast.Store)
                and program.index.function(attribute) is init
                and isinstance(attribute.value, ast.Name)
                and init is not None
                and init.args.args[:1]
                and attribute.value.id == init.args.args[0].arg
            ):
                found[attribute.attr] = None
        return list(found)


def _own(class_: ast.ClassDef, name: str) -> FunctionNode | None:
    return next((each for each in class_.body if isinstance(each, FUNCTION_NODES) and each.name == name), None)
