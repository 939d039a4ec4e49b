"""MP215: `StandardError`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.rules.base import Phase, Rule
from mpmodernize.rules.old_builtins import renamed, uses_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class StandardError(Rule):
    """`StandardError` is gone: what is above all errors of the standard kind is `Exception`.

    ## What it does
    Replaces the built-in `StandardError` by `Exception`, as a base class, in `except` and in `raise`.

    ## Why it matters
    `StandardError` raises `NameError` in Python 3. In `except StandardError:` that happens only when something has
    gone wrong already, and hides what it was; in a pool's worker the caller then gets the `NameError` under every start
    method.

    ## Example
    ```python
    class JobError(StandardError):
        pass
    ```

    ## Use instead
    ```python
    class JobError(Exception):
        pass
    ```

    ## Fix safety
    Safe: the line could not run. In Python 2 only `StopIteration` and the warnings were an `Exception` and no
    `StandardError`.

    ## When it stays silent
    For a `StandardError` that the program or an import binds, and where the program asks first whether there is one.

    ## References
    - [PEP 3110 and PEP 352: what became of the tree of exceptions](https://peps.python.org/pep-0352/)
    - [What's New in Python 3.0: changes to exceptions](https://docs.python.org/3/whatsnew/3.0.html#changes-to-exceptions)
    """

    code = "MP215"
    name = "standard-error"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Give each use the new name."""
        for use in uses_of(program, "StandardError"):
            message = "`StandardError` is gone in Python 3: `Exception` stands above all errors"
            yield self.finding(use, message, advice="use `Exception`", edits=renamed(program, use, "Exception"))
