"""MP251: `f.xreadlines()`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis


class Xreadlines(Rule):
    """`xreadlines` is gone: a file gives its lines itself.

    ## What it does
    Writes `for line in f` for `for line in f.xreadlines()`.

    ## Why it matters
    `xreadlines` raises `AttributeError` in Python 3. It gave back the file, which is its own iterator over the lines
    since Python 2.3. None of this depends on the start method.

    ## Example
    ```python
    with open("jobs.txt") as jobs:
        for job in jobs.xreadlines():
            print job.strip()
    ```

    ## Use instead
    ```python
    with open("jobs.txt") as jobs:
        for job in jobs:
            print(job.strip())
    ```

    ## Fix safety
    Safe: the line could not run, and the method gave the file itself.

    ## When it stays silent
    For classes of the program that have such a method, and where the program asks first.

    ## References
    - [xreadlines in Python 2.7](https://docs.python.org/2.7/library/stdtypes.html#file.xreadlines)
    """

    code = "MP251"
    name = "xreadlines"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each use of the method."""
        for use in program.index.attributes.get("xreadlines", ()):
            class_ = program.functions.class_of_instance(use.value)
            own = class_ is not None and program.functions.method(class_, "xreadlines") is not None
            if own or not isinstance(use.ctx, ast.Load) or program.compatibility.asks_first(use):
                continue
            call = program.index.parent[use]
            edits: list[Edit] = [Replace(use, "$0.__iter__", (use.value,))]
            if isinstance(call, ast.Call) and call.func is use:
                edits = [Replace(call, "$0", (use.value,))] if not call.args and not call.keywords else []
            message = "a file has no `xreadlines` in Python 3: it gives its lines itself"
            yield self.finding(use, message, advice="iterate over the file", edits=edits)
