"""MP204: `raw_input`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.rules.base import Phase, Rule
from mpmodernize.rules.old_builtins import renamed, uses_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class RawInput(Rule):
    """`raw_input` is called `input` in Python 3.

    ## What it does
    Replaces the built-in `raw_input` by `input`, wherever it stands. Where the program has an `input` of its own, by
    `builtins.input`. A line `input = raw_input` goes away.

    ## Why it matters
    `raw_input` raises `NameError` in Python 3. Its `input` is the same function: it reads a line and gives it back
    as text. In a worker neither does: the standard input of a child is closed under every start method.

    ## Example
    ```python
    name = raw_input("Name: ")
    ```

    ## Use instead
    ```python
    name = input("Name: ")
    ```

    ## Fix safety
    Safe: the line could not run. An `input` of Python 2, which evaluated what was typed, is MP205's. So that nobody
    takes the new `input` for that one, there is no fix where another `raw_input` or an `xrange` of the file has to
    stay: silenced by a comment, not selected, or not fixable by the settings.

    ## When it stays silent
    For a `raw_input` that the program or an import binds, and where the program asks first whether there is one
    (`try: input = raw_input`, `except NameError: pass`).

    ## References
    - [PEP 3111: simple input built-in](https://peps.python.org/pep-3111/)
    - [input](https://docs.python.org/3/library/functions.html#input)
    """

    code = "MP204"
    name = "raw-input"
    phase = Phase.LOCAL
    not_before = ("MP203", "MP204")  # what still has these names is Python 2, and `input` in it evaluates

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Give each use the new name."""
        for use in uses_of(program, "raw_input"):
            message = "`raw_input` is called `input` in Python 3"
            yield self.finding(use, message, advice="use `input`", edits=renamed(program, use, "input"))
