"""MP315: a namedtuple that is called otherwise than its type."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.rewrite.edits import Move, Replace
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.crossings import Crossing
    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import Binding
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_MAKERS = ("collections.namedtuple", "typing.NamedTuple")


class MisnamedNamedtuple(Rule):
    """A namedtuple travels, and its type has another name than the variable.

    ## What it does
    Finds `Pair = namedtuple("Point", …)` whose instances go from one process to another, and gives the type its own
    name in the module as well. A namedtuple that is made inside a function goes to module level.

    ## Why it matters
    An instance is pickled with the name of its type, `Point`, which the other process looks up in the module and does
    not find: `Can't pickle <class '__main__.Point'>`. What a task takes or returns, and what goes through a queue,
    fails under every start method; arguments of a process under spawn and forkserver.

    ## Example
    ```python
    from collections import namedtuple
    from multiprocessing import Pool

    Pair = namedtuple("Point", "x y")


    def swap(pair):
        return Pair(pair.y, pair.x)


    if __name__ == "__main__":
        with Pool(1) as pool:
            print(pool.map(swap, [Pair(1, 2)]))
            pool.close()
            pool.join()
    ```

    ## Use instead
    ```python
    from collections import namedtuple
    from multiprocessing import Pool

    Pair = Point = namedtuple("Point", "x y")


    def swap(pair):
        return Pair(pair.y, pair.x)


    if __name__ == "__main__":
        with Pool(1) as pool:
            print(pool.map(swap, [Pair(1, 2)]))
            pool.close()
            pool.join()
    ```

    ## Fix safety
    Safe: instances print as before. Where the module uses the name for something else, the type takes the name of the
    variable instead, which is another text in print: that is unsafe.

    ## When it stays silent
    Where both names are the same, and where no instance is seen to travel.

    ## References
    - [What can be pickled](https://docs.python.org/3/library/pickle.html#what-can-be-pickled-and-unpickled)
    - [collections.namedtuple](https://docs.python.org/3/library/collections.html#collections.namedtuple)
    """

    code = "MP315"
    name = "misnamed-namedtuple"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at what made each instance that travels."""
        if not any(True for _ in program.calls_of(*_MAKERS)):
            return
        reported: set[ast.AST] = set()
        for source, crossings in program.nameless.crossing_sources.items():
            if not isinstance(source, ast.Call) or not isinstance(source.func, ast.Name):
                continue
            pickled = [each for each in crossings if not (each.is_inherited and program.pins_fork)]
            bindings = program.index.bindings(source.func)
            if pickled and len(bindings) == 1 and bindings[0].node not in reported and program.owns(bindings[0].node):
                reported.add(bindings[0].node)
                yield from self._made(program, bindings[0], pickled)

    def _made(self, program: Program, binding: Binding, crossings: list[Crossing]) -> Iterator[Diagnosis]:
        call = binding.value
        if binding.kind != "assign" or not isinstance(call, ast.Call) or not program.names.calls(call, *_MAKERS):
            return
        given = [*call.args[:1], *(each.value for each in call.keywords if each.arg == "typename")]
        name = given[0].value if given and isinstance(given[0], ast.Constant) else None
        statement = program.index.parent[call]
        if not isinstance(name, str) or not isinstance(statement, ast.Assign):
            return
        outer = program.index.function(statement)
        edits: list[Edit] = []
        safety = Safety.SAFE
        if outer is not None:
            edits = self._out(program, statement, binding.name) if binding.name == name else []
            told = f"`{binding.name}` is made inside `{outer.name}`"
            advice = "make it at module level, under the name of its type"
        else:
            bound = program.index.module.bindings.get(name, [])
            if any(each.value is call for each in bound):
                return
            if bound or not name.isidentifier() or program.is_taken(name):
                edits, safety = [Replace(given[0], f"{program.quote}{binding.name}{program.quote}")], Safety.UNSAFE
            else:
                edits = self._alias(program, statement, name)
            told = f"`{binding.name}` is a type called `{name}`, a name that the module does not have for it"
            advice = f"give the type the name of the variable, or bind `{name}` to it as well"
        yield self.finding(call, f"{told}: {_fails(crossings)}", advice=advice, edits=edits, safety=safety)

    @staticmethod
    def _alias(program: Program, statement: ast.Assign, name: str) -> list[Edit]:
        targets = [program.text(each) for each in statement.targets]
        return [Replace(statement, f"{' = '.join([*targets, name])} = {program.text(statement.value)}")]

    @staticmethod
    def _out(program: Program, statement: ast.Assign, name: str) -> list[Edit]:
        """Move the type before the function around it, where nothing of that is needed for it."""
        if program.is_taken(name) or program.captures.on_making([statement.value]) or len(statement.targets) > 1:
            return []
        return [Move(statement, program.index.top_statement(statement))]


def _fails(crossings: list[Crossing]) -> str:
    if all(each.is_inherited for each in crossings):
        return "its instances cannot be pickled, under spawn and forkserver the start fails"
    return "its instances cannot be pickled, which fails under every start method"
