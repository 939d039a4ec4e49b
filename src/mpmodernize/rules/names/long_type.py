"""MP207: `long`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.rules.base import Phase, Rule
from mpmodernize.rules.old_builtins import uses_of
from mpmodernize.rules.type_tests import is_second_key, renamed_type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class LongType(Rule):
    """`long` is gone: `int` has no limit in Python 3.

    ## What it does
    Replaces the built-in `long` by `int`. In a test of types that names both, one remains:
    `isinstance(n, (int, long))` becomes `isinstance(n, int)`, `type(n) in (int, long)` becomes `type(n) is int`, and
    `isinstance(n, int) or isinstance(n, long)` becomes `isinstance(n, int)`.

    ## Why it matters
    `long` raises `NameError` in Python 3, in a worker often only when the first task arrives, under every start
    method.

    ## Example
    ```python
    def is_number(x):
        return isinstance(x, (int, long, float))


    total = long(0)
    ```

    ## Use instead
    ```python
    def is_number(x):
        return isinstance(x, (int, float))


    total = int(0)
    ```

    ## Fix safety
    Safe: the line could not run, and an `int` of Python 3 is what a `long` was. (`long("5L")` read the letter, and
    `int` does not.) Unsafe where both types are keys of one dict.

    ## When it stays silent
    For a `long` that the program binds (a longitude, say), and where the program asks first whether there is one.

    ## References
    - [PEP 237: unifying long integers and integers](https://peps.python.org/pep-0237/)
    - [What's New in Python 3.0: integers](https://docs.python.org/3/whatsnew/3.0.html#integers)
    """

    code = "MP207"
    name = "long-type"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Give each use the new name."""
        for use in uses_of(program, "long"):
            message = "`long` is gone in Python 3: `int` has no limit there"
            twice = is_second_key(program, use)
            advice = "keep one entry for numbers: the last of two wins" if twice else "use `int`"
            safety = Safety.UNSAFE if twice else Safety.SAFE
            yield self.finding(use, message, advice=advice, edits=renamed_type(program, use), safety=safety)
