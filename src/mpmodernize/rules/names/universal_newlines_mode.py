"""MP254: `open(name, "rU")`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class UniversalNewlinesMode(Rule):
    r"""The mode `U` is gone since Python 3.11: text files are read with universal newlines as it is.

    ## What it does
    Takes the `U` out of the mode: `open(name, "r")` for `open(name, "rU")`.

    ## Why it matters
    In Python 2, `U` asked for `\n` in the place of each line end, of whatever kind. In Python 3 that is what text files
    do unless they are told otherwise; `U` meant nothing for years, and stops with `ValueError` since Python 3.11. None
    of this depends on the start method.

    ## Example
    ```python
    with open("jobs.txt", "rU") as jobs:
        for job in jobs:
            print(job.strip())
    ```

    ## Use instead
    ```python
    with open("jobs.txt", "r") as jobs:
        for job in jobs:
            print(job.strip())
    ```

    ## Fix safety
    Safe in a call of `open`, `io.open`, `codecs.open` or `os.fdopen`. Unsafe where such a mode is handed to something
    else, kept in a variable or a default, and with `b`, which no longer changes line ends.

    ## When it stays silent
    Where the program asks for the version, or catches the `ValueError`.

    ## References
    - [What's New in Python 3.11: removed](https://docs.python.org/3/whatsnew/3.11.html#removed)
    - [open in Python 2.7](https://docs.python.org/2.7/library/functions.html#open)
    """

    code = "MP254"
    name = "universal-newlines-mode"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each text that is such a mode."""
        for mode, is_opening in program.files.universal():
            if program.compatibility.asks_first(mode) or program.compatibility.is_caught(mode, "ValueError"):
                continue
            safe = is_opening and "b" not in str(mode.value)
            yield self.finding(
                mode,
                "the mode `U` is gone since Python 3.11: this stops with `ValueError`",
                advice="leave the `U` out",
                edits=[Replace(mode, _without(program, mode))],
                safety=Safety.SAFE if safe else Safety.UNSAFE,
            )


def _without(program: Program, mode: ast.Constant) -> str:
    """The mode without its `U`."""
    text = program.text(mode)
    plain = text.replace("U", "")
    return plain if "r" in str(mode.value) else plain[:1] + "r" + plain[1:]
