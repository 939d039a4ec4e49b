"""MP612: `copy_reg.pickle(types.MethodType, …)`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.scopes import FUNCTION_NODES
from mpmodernize.rewrite.edits import Delete, Reimport
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_METHODS = frozenset({"types.MethodType", "types.UnboundMethodType", "new.instancemethod"})
_PICKLERS = frozenset({"pickle", "cPickle", "copy", "shelve", "marshal", "dill", "joblib"})


class MethodPicklingHack(Rule):
    """Methods are made picklable by hand, as Python 2 needed it.

    ## What it does
    Finds `copyreg.pickle(types.MethodType, …)` and takes it away, with its functions and imports where nothing else
    uses them.

    ## Why it matters
    In Python 2 a pool could not be given a bound method, and this recipe taught `pickle` how. Python 3 pickles bound
    methods by itself, and `multiprocessing` does so whatever the recipe says: it is dead code. It is harmful too: for a
    class method it names a wrong owner, and plain `pickle.loads` fails with `unbound method type.mro() needs an
    argument`.

    ## Example
    ```python
    import copyreg
    import types
    from multiprocessing import Pool


    def pickle_method(method):
        return getattr, (method.__self__, method.__name__)


    copyreg.pickle(types.MethodType, pickle_method)


    class Job:
        def work(self, number):
            return number + 1


    if __name__ == "__main__":
        pool = Pool(2)
        print(pool.map(Job().work, [1, 2]))
        pool.close()
        pool.join()
    ```

    ## Use instead
    ```python
    from multiprocessing import Pool


    class Job:
        def work(self, number):
            return number + 1


    if __name__ == "__main__":
        pool = Pool(2)
        print(pool.map(Job().work, [1, 2]))
        pool.close()
        pool.join()
    ```

    ## Fix safety
    Safe where methods are pickled for processes alone. Unsafe where the program pickles or copies things itself: what
    it has written may name the recipe's functions.

    ## When it stays silent
    In programs that ask for the version of Python, and for other types than methods.

    ## References
    - [What can be pickled](https://docs.python.org/3/library/pickle.html#what-can-be-pickled-and-unpickled)
    - [copyreg.pickle](https://docs.python.org/3/library/copyreg.html#copyreg.pickle)
    """

    code = "MP612"
    name = "method-pickling-hack"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at what is registered with `copyreg`."""
        for call in program.calls_of("copyreg.pickle", "copy_reg.pickle"):
            if not call.args or program.qualified(call.args[0]) not in _METHODS:
                continue
            if program.compatibility.asks_first(call):
                continue
            statement = program.index.statement(call)
            alone = isinstance(statement, ast.Expr) and statement.value is call
            pickles = bool(program.imports.roots() & _PICKLERS)
            yield self.finding(
                call,
                "Python 3 pickles bound methods by itself: `multiprocessing` never asks this function",
                advice="take the registration away",
                edits=_without(program, statement) if alone else (),
                safety=Safety.UNSAFE if pickles else Safety.SAFE,
            )


def _without(program: Program, statement: ast.stmt) -> list[Edit]:
    """Take the statement away, and then the functions and imports that nothing else uses."""
    gone: list[ast.stmt] = [statement]
    for _ in range(10):
        used = next((each for each in _candidates(program, gone) if _serves_only(program, each, gone)), None)
        if used is None:
            break
        gone.append(used)
    edits: list[Edit] = [Delete(each) for each in gone]
    for name in ("copyreg", "copy_reg", "types", "new"):
        for imported in program.imports.of(name):
            uses = program.imports.uses(imported)
            if imported.alias.name == "*" or not program.imports.is_only_binding(imported):
                continue
            if uses and all(_is_in(program, use, gone) for use in uses):
                alone = len(imported.statement.names) == 1
                drop = Delete(imported.statement) if alone else Reimport(imported.statement, imported.alias, ())
                edits.append(drop)
    return edits


def _candidates(program: Program, gone: list[ast.stmt]) -> list[ast.stmt]:
    """The functions of the module that what goes away has named."""
    found: list[ast.stmt] = []
    for definition in program.index.definitions:
        if isinstance(definition, FUNCTION_NODES) and definition in program.tree.body and definition not in gone:
            uses = program.index.uses(definition.name, program.index.module)
            if any(_is_in(program, use, gone) for use in uses):
                found.append(definition)
    return found


def _serves_only(program: Program, function: ast.stmt, gone: list[ast.stmt]) -> bool:
    """Whether nothing but what goes away, and the function itself, names a function of the module."""
    assert isinstance(function, FUNCTION_NODES)
    if len(program.index.module.bindings[function.name]) != 1:
        return False
    uses = program.index.uses(function.name, program.index.module)
    return all(_is_in(program, use, [*gone, function]) for use in uses)


def _is_in(program: Program, node: ast.AST, statements: list[ast.stmt]) -> bool:
    return any(program.index.contains(each, node) for each in statements)
