"""MP242: `d.keys()`, `d.values()` and `d.items()` as lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.rules.base import Phase, Rule
from mpmodernize.rules.spelling import as_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class DictViewAsList(Rule):
    """`d.keys()`, `d.values()` and `d.items()` made lists in Python 2: a view has no index, no `sort`, no `+`.

    ## What it does
    Puts `list()` around `d.keys()`, `d.values()` and `d.items()` where the program uses them as lists: indexes, sorts,
    adds, compares, shows, pickles, returns or keeps them, hands them to code that is not in sight, or looks at them
    again after the dictionary may have changed.

    ## Why it matters
    In Python 2 these methods made a list of what was in the dictionary at that moment. In Python 3 they give a view:
    `d.keys()[0]` and `d.keys().sort()` stop with an error, a printed or logged view says `dict_keys([…])`, a queue or
    pipe cannot pickle it, and one that is kept shows what the dictionary holds by then, not what it held.

    ## Example
    ```python
    ages = {"Ann": 36, "Bob": 9}
    names = ages.keys()
    names.sort()
    print names[0]
    ```

    ## Use instead
    ```python
    ages = {"Ann": 36, "Bob": 9}
    names = list(ages.keys())
    names.sort()
    print(names[0])
    ```

    ## Fix safety
    Safe: a list is what Python 2 made.

    ## When it stays silent
    Where a view does as well: in a loop, with `in`, `len`, `sorted`, `list`, `join` and the like; for instances of the
    program's classes with such a method, for a manager's dictionary (it still gives lists), and in files that are not
    Python 2. A loop that changes the dictionary is [MP262](MP262.md), a view that
    goes to another process [MP609](MP609.md).

    ## References
    - [Dictionary view objects](https://docs.python.org/3/library/stdtypes.html#dictionary-view-objects)
    - [dict.items in Python 2.7](https://docs.python.org/2.7/library/stdtypes.html#dict.items)
    """

    code = "MP242"
    name = "dict-view-as-list"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each call of the three methods."""
        if not program.python2:
            return
        for method in ("keys", "values", "items"):
            if f"view{method}" in program.former:
                continue  # what was a view before has this name by now
            for call, receiver in program.mappings.calls(method):
                if call in program.travelling.expressions:
                    continue  # MP609 speaks about it
                missed = program.laziness.missed_by_view(call)
                if missed is not None and not program.compatibility.asks_first(call):
                    yield self.finding(
                        call,
                        f"`{program.text(receiver)[:40]}.{method}()` gives a view, and gave a list in Python 2: "
                        f"{missed.reason}",
                        advice="make a list of it",
                        edits=[as_list(program, call)],
                    )
