"""MP203: `xrange`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.rules.base import Phase, Rule
from mpmodernize.rules.old_builtins import renamed, uses_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class Xrange(Rule):
    """`xrange` is called `range` in Python 3.

    ## What it does
    Replaces the built-in `xrange` by `range`, wherever it stands. Where the program has a `range` of its own, by
    `builtins.range`. A line `range = xrange` goes away.

    ## Why it matters
    `xrange` raises `NameError` in Python 3, in a worker often only when the first task arrives, under every start
    method. Python 3's `range` is what `xrange` was: it counts as it is iterated and holds no list. No `list()` is
    needed, since an `xrange` never was one.

    ## Example
    ```python
    squares = [n * n for n in xrange(10)]
    ```

    ## Use instead
    ```python
    squares = [n * n for n in range(10)]
    ```

    ## Fix safety
    Safe: the line could not run, and `range` does all that `xrange` did.

    ## When it stays silent
    For an `xrange` that the program or an import binds (`from six.moves import xrange`), and where the program asks
    first whether there is one.

    ## References
    - [What's New in Python 3.0: views and iterators instead of lists](https://docs.python.org/3/whatsnew/3.0.html#views-and-iterators-instead-of-lists)
    - [range](https://docs.python.org/3/library/stdtypes.html#ranges)
    """

    code = "MP203"
    name = "xrange"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Give each use the new name."""
        for use in uses_of(program, "xrange"):
            message = "`xrange` is called `range` in Python 3"
            yield self.finding(use, message, advice="use `range`", edits=renamed(program, use, "range"))
