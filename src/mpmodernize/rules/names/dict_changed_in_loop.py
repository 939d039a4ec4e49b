"""MP262: a dictionary that gets other keys while a loop goes through it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.rules.base import Phase, Rule
from mpmodernize.rules.spelling import as_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class DictChangedInLoop(Rule):
    """A loop over `d.keys()` that adds or deletes keys of `d` went through a copy in Python 2, and stops in Python 3.

    ## What it does
    Puts `list()` around `d.keys()`, `d.values()` and `d.items()` where a loop over them adds keys to the dictionary or
    deletes some: with `del d[k]`, `d[other] = …`, `pop`, `update` and the like, itself or in a function of the program
    that it calls.

    ## Why it matters
    In Python 2 the loop went through a list that had been made before. In Python 3 it goes through the dictionary
    itself: the first turn after a change raises `RuntimeError: dictionary changed size during iteration`. The usual
    place is a loop that waits for processes and deletes those that have ended.

    ## Example
    ```python
    stock = {"tea": 0, "milk": 2}
    for name in stock.keys():
        if stock[name] == 0:
            del stock[name]
    print stock
    ```

    ## Use instead
    ```python
    stock = {"tea": 0, "milk": 2}
    for name in list(stock.keys()):
        if stock[name] == 0:
            del stock[name]
    print(stock)
    ```

    ## Fix safety
    Safe: a list is what Python 2 made.

    ## When it stays silent
    Where only values are stored under keys that the loop gives (`d[k] = …`), where the loop goes through a list or
    `sorted(…)` already, for `iteritems` and `for k in d` (they raised in Python 2, too), and in files that are not
    Python 2.

    ## References
    - [Dictionary view objects](https://docs.python.org/3/library/stdtypes.html#dictionary-view-objects)
    """

    code = "MP262"
    name = "dict-changed-in-loop"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each loop over one of the three methods."""
        if not program.python2:
            return
        for method in ("keys", "values", "items"):
            if {f"iter{method}", f"view{method}"} & program.former:
                continue  # what raised before has this name by now
            for call, receiver in program.mappings.calls(method):
                turns = program.laziness.turns(call)
                if turns is None or program.compatibility.asks_first(call):
                    continue
                body, target = turns
                of_module = program.names.calls(receiver, "builtins.globals", "builtins.locals", "builtins.vars")
                if (of_module and program.index.scope(call).is_module) or program.mappings.is_resized(
                    receiver, body, _keys(target, method)
                ):
                    yield self.finding(
                        call,
                        f"the loop over `{program.text(receiver)[:40]}.{method}()` changes the dictionary: it stops "
                        "with `RuntimeError`, since this is no copy any more",
                        advice="go through a list",
                        edits=[as_list(program, call)],
                    )


def _keys(target: ast.expr | None, method: str) -> frozenset[str]:
    """The names that the loop gives to the keys of the dictionary."""
    if method == "items" and isinstance(target, ast.Tuple) and target.elts:
        target = target.elts[0]
    elif method != "keys":
        return frozenset()
    return frozenset({target.id}) if isinstance(target, ast.Name) else frozenset()
