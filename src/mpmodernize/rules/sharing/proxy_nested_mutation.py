"""MP406: what a manager's dictionary or list holds is changed in place."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.proxies import nested_changes, stored
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.proxies import Access
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_CONTAINERS = frozenset({"list", "dict", "set"})
_MAKERS: dict[type[ast.expr], str] = {ast.List: "list", ast.Dict: "dict", ast.ListComp: "list", ast.DictComp: "dict"}


class ProxyNestedMutation(Rule):
    """A list or dictionary inside a manager's object is changed in place.

    ## What it does
    Finds `d["list"].append(x)`, `d[k][j] = x` and the like, where `d` is a dictionary, list or namespace of a
    `Manager` and holds plain lists and dictionaries. The fix stores lists and dictionaries of the manager in it.

    ## Why it matters
    `d["list"]` asks the manager's process, which sends a copy. The change is made to the copy and lost: in a run, 0 of
    30 appended items arrived, under every start method, without a message.

    ## Example
    ```python
    import multiprocessing as mp


    def job(d, n):
        d["seen"].append(n)


    if __name__ == "__main__":
        with mp.Manager() as manager:
            d = manager.dict()
            d["seen"] = []
            workers = [mp.Process(target=job, args=(d, n)) for n in range(3)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            print(len(d["seen"]))
    ```

    ## Use instead
    ```python
    import multiprocessing as mp


    def job(d, n):
        d["seen"].append(n)


    if __name__ == "__main__":
        with mp.Manager() as manager:
            d = manager.dict()
            d["seen"] = manager.list()
            workers = [mp.Process(target=job, args=(d, n)) for n in range(3)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            print(len(d["seen"]))
    ```

    ## Fix safety
    Unsafe: what is read from the outer object then is a proxy, which prints otherwise than a list, and is gone with
    the manager. There is a fix where every value that is stored is written as a list or dictionary, in the function
    that has the manager. Another repair: read, change, and assign again (`seen = d["seen"]; seen.append(n);
    d["seen"] = seen`), under a lock if several processes do it.

    ## When it stays silent
    Where the object holds proxies already, where it is not known what it holds, and where the result is assigned
    again.

    ## References
    - [Proxy objects: modifications to mutable values](https://docs.python.org/3/library/multiprocessing.html#proxy-objects)
    """

    code = "MP406"
    name = "proxy-nested-mutation"
    phase = Phase.STATE

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each change of what a proxy has sent."""
        for access in nested_changes(program):
            values = stored(program, access)
            types = [program.type(value) for value in values]
            if not values or any(type_ is None or type_.kind not in _CONTAINERS for type_ in types):
                continue
            text = program.text(access.place)
            yield self.finding(
                access.statement,
                f"`{text}` is a copy that the manager sends: changing it is lost, under every start method",
                advice=f"store a `list()` or `dict()` of the manager there, or change a copy and assign it to `{text}`",
                edits=self._edits(program, access, values),
                safety=Safety.UNSAFE,
            )

    @staticmethod
    def _edits(program: Program, access: Access, values: list[ast.expr]) -> list[Edit]:
        """Let the manager make what is stored, where that is possible for all of it."""
        edits: list[Edit] = []
        makers = {
            (program.text(call.func.value), program.index.function(call))
            for call in access.type.made
            if isinstance(call.func, ast.Attribute)
        }
        if len(makers) != 1:
            return []
        ((manager, function),) = makers
        for value in values:
            kind = _MAKERS.get(type(value))
            if kind is None or program.index.function(value) is not function:
                return []
            held = value.keys if isinstance(value, ast.Dict) else getattr(value, "elts", [value])
            code = f"{manager}.{kind}($0)" if held else f"{manager}.{kind}()"
            edits.append(Replace(value, code, (value,) if held else ()))
        return edits
