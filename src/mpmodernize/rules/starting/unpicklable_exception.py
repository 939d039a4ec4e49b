"""MP314: an exception whose constructor does not take what pickle gives it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.crossings import Route
from mpmodernize.model.functions import parameters
from mpmodernize.rewrite.edits import Insert
from mpmodernize.rules.base import Fix, Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.exception_classes import Constructor
    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis


class UnpicklableException(Rule):
    """An exception goes from a task to the parent and cannot be made again there.

    ## What it does
    Finds exception classes that tasks of a pool or executor raise, and whose constructor does not take what it hands
    to `Exception.__init__`. The class gets a `__reduce__` that names the real arguments; the message stays as it is.

    ## Why it matters
    An exception is unpickled by calling its class with `args`, which is what `Exception.__init__` has got. With
    `def __init__(self, name, code)` and `super().__init__("…")` that is one argument for two parameters. The error
    arises in the thread of the pool that collects results: the thread dies, and `map` waits for ever. An executor ends
    with `BrokenProcessPool`. It is the same under every start method.

    ## Example
    ```python
    from multiprocessing import Pool


    class Missing(Exception):
        def __init__(self, name, place):
            super().__init__("no %s in %s" % (name, place))
            self.name = name
            self.place = place


    def find(name):
        raise Missing(name, "the list")


    if __name__ == "__main__":
        with Pool(1) as pool:
            try:
                pool.map(find, ["a"])
            except Missing as error:
                print(error)
    ```

    ## Use instead
    ```python
    from multiprocessing import Pool


    class Missing(Exception):
        def __init__(self, name, place):
            super().__init__("no %s in %s" % (name, place))
            self.name = name
            self.place = place

        def __reduce__(self):
            return type(self), (self.name, self.place), self.__dict__


    def find(name):
        raise Missing(name, "the list")


    if __name__ == "__main__":
        with Pool(1) as pool:
            try:
                pool.map(find, ["a"])
            except Missing as error:
                print(error)
    ```

    ## Fix safety
    Safe where every positional parameter is kept as an attribute, or handed to `Exception.__init__` as it is; reported
    otherwise. Unsafe where the number of arguments is right and their meaning is not: then the exception has arrived,
    with another text.

    ## When it stays silent
    For exceptions that the worker catches itself, that no task raises, that say themselves how they are pickled, or
    whose constructor does not call that of `Exception`: they keep what they were made with.

    ## References
    - [Pool workers hang on unpicklable exceptions](https://github.com/python/cpython/issues/103061)
    - [Pickling class instances](https://docs.python.org/3/library/pickle.html#pickling-class-instances)
    """

    code = "MP314"
    name = "unpicklable-exception"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at the class of each exception that leaves a task."""
        seen: set[ast.ClassDef] = set()
        fixes: dict[ast.ClassDef, Fix] = {}
        for crossing in program.crossings.by(Route.RAISED):
            class_ = program.exceptions.class_of(crossing)
            made = program.exceptions.constructor(class_) if class_ is not None else None
            if class_ is None or made is None or class_ in seen:
                continue
            number = _number_of_args(crossing.expression, made)
            if number is None or (made.accepts(number) and not _changes_meaning(made)):
                continue
            seen.add(class_)
            reduced = self._edits(program, made)
            safety = Safety.UNSAFE if made.accepts(number) else Safety.SAFE
            fix = fixes.setdefault(made.class_, Fix(reduced, safety, self.phase)) if reduced else None
            name = made.class_.name
            if made.accepts(number):
                what = "it comes to the parent with another text"
            elif crossing.start is not None and program.types.kind(_receiver(crossing.start.call)) == "Executor":
                what = "it cannot be unpickled in the parent, and the executor breaks"
            else:
                what = "it cannot be unpickled in the parent, and the pool hangs"
            advice = f"give `{name}` a `__reduce__` that names the arguments of `__init__`"
            if not reduced:
                advice += ", which have to be kept as attributes for that"
            yield self.finding(
                crossing.node,
                f"`{name}` is made from {_counted(made)} and keeps {_kept(number)} in `args`: {what}",
                advice=advice,
                fix=fix,
            )

    @staticmethod
    def _edits(program: Program, made: Constructor) -> list[Edit]:
        """Give the class a `__reduce__`, and each that would inherit it and has another constructor."""
        edits: list[Edit] = []
        for class_ in program.instances.heirs(made.class_):
            if class_ is not made.class_ and program.instances.own_method(class_, "__init__") is None:
                continue
            constructor = program.exceptions.constructor(class_)
            code = _reducing(program, constructor) if constructor is not None else None
            if constructor is None or code is None:
                return []
            edits.append(Insert(code, constructor.init, after=True))
        return edits


def _reducing(program: Program, made: Constructor) -> str | None:
    """The method that names the arguments of the constructor; `None` where they are not kept."""
    first, *given = parameters(made.init)
    if made.init.args.vararg is not None or any(each is None for each in made.init.args.kw_defaults):
        return None
    if any(_reads(made, each.arg) for each in made.init.args.kwonlyargs):
        return None
    kept = [_kept_as(program, made, each.arg, first.arg) for each in given]
    names = [each for each in kept if each is not None]
    if len(names) < len(kept):
        return None
    shown = f"({names[0]},)" if len(names) == 1 else f"({', '.join(names)})"
    return f"def __reduce__(self):\n    return type(self), {shown}, self.__dict__"


def _receiver(call: ast.Call) -> ast.expr:
    return call.func.value if isinstance(call.func, ast.Attribute) else call.func


def _number_of_args(raised: ast.expr, made: Constructor) -> int | None:
    """How many elements `args` has; `None` where that is not known."""
    if made.arguments is not None:
        return len(made.arguments)
    if made.passed is not None:
        return None
    if not isinstance(raised, ast.Call) or any(isinstance(each, ast.Starred) for each in raised.args):
        return 0 if not isinstance(raised, ast.Call) else None
    return len(raised.args)


def _changes_meaning(made: Constructor) -> bool:
    """Whether what is handed to the base is not what the constructor got: a text made of it."""
    if made.passed is None or made.base is not None:
        return False
    names = [each.arg for each in parameters(made.init)[1:]]
    for place, given in enumerate(made.passed):
        read = {each.id for each in ast.walk(given) if isinstance(each, ast.Name)}
        if isinstance(given, (ast.BinOp, ast.JoinedStr)) and place < len(names) and names[place] in read:
            return True
    return False


def _kept_as(program: Program, made: Constructor, name: str, receiver: str) -> str | None:
    """How a method gets at what the constructor was given for a parameter."""
    bindings = program.index.inner_scope(made.init).bindings[name]
    if len(bindings) != 1:
        return None
    for statement in made.init.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Name) and statement.value.id == name:
            for target in statement.targets:
                if isinstance(target, ast.Attribute) and ast.unparse(target.value) == receiver:
                    return f"self.{target.attr}"
    for place, given in enumerate(made.passed or []):
        if isinstance(given, ast.Name) and given.id == name and made.base is None:
            return f"self.args[{place}]"
    return None


def _reads(made: Constructor, name: str) -> bool:
    """Whether what goes to the base depends on a parameter."""
    return any(
        isinstance(each, ast.Name) and each.id == name for given in made.passed or [] for each in ast.walk(given)
    )


def _counted(made: Constructor) -> str:
    number = len(parameters(made.init)) - 1
    return "1 argument" if number == 1 else f"{number} arguments"


def _kept(number: int) -> str:
    return "none" if number == 0 else str(number)
