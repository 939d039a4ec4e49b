"""MP205: `input()` of Python 2, which evaluates what is typed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Severity
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.base import Phase, Rule
from mpmodernize.rules.old_builtins import is_visible, uses_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis

_ALWAYS_RENAMED = ("raw_input", "xrange")
"""Names of Python 2 of which none is left when this tool has been at a file: they show that it has not."""


class EvaluatedInput(Rule):
    """`input()` evaluated what was typed in Python 2, and gives the text itself in Python 3.

    ## What it does
    Writes `eval(input())` for the built-in `input()` of a Python 2 file, which is what it was: `5` typed gave the
    number 5, `[1, 2]` a list, `x` the value of the variable `x`.

    ## Why it matters
    Nothing fails at first: `n = input()` gives `"5"` in Python 3, and `n * 2` is `"55"`, `range(n)` a `TypeError`, and
    `n == 5` false. Code that should count tasks or processes then does another number of them.

    ## Example
    ```python
    n = input("How many? ")
    print "%d processes" % n
    ```

    ## Use instead
    ```python
    n = eval(input("How many? "))
    print("%d processes" % n)
    ```

    ## Fix safety
    Safe: `input()` was `eval(raw_input())`, in the same namespaces. It runs whatever is typed, then and now: where a
    number is wanted `int(input())` is better, and so the advice says; it is not the same for `2 + 3` or `0x10`.
    Where `input` is handed on as a function (`map`, `iter`) there is no fix, nor where nothing but an option or a
    name tells that the file is Python 2: it may have been converted before.

    ## When it stays silent
    In a Python 3 file, for an `input` that the program binds itself (`input = raw_input`), inside `eval()`, which is
    what this rule writes, and where the program asks for the version first.

    ## References
    - [PEP 3111: simple input built-in](https://peps.python.org/pep-3111/)
    - [input in Python 2.7](https://docs.python.org/2.7/library/functions.html#input)
    """

    code = "MP205"
    name = "evaluated-input"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each use of the built-in that stands in no `eval()`."""
        if not program.python2 or "input" not in program.index.names or "raw_input" in program.former:
            return
        shown = program.shows_python2 or any(True for name in _ALWAYS_RENAMED for _ in uses_of(program, name))
        for use in uses_of(program, "input"):
            call = program.index.parent[use]
            if not isinstance(call, ast.Call) or call.func is not use:
                if shown and not isinstance(call, ast.Attribute):
                    message = "`input` evaluated what was typed in Python 2, and gives the text itself in Python 3"
                    yield self.finding(use, message, advice="hand on `lambda: eval(input())`")
                continue
            outer = program.index.parent[call]
            if isinstance(outer, ast.Call) and program.qualified(outer.func) in ("builtins.eval", "ast.literal_eval"):
                continue
            message = "`input()` evaluates what is typed in Python 2, and gives the text itself in Python 3"
            if not shown:
                advice = "write `eval(input())`, or better `int(input())` for a number, if this is still Python 2"
                yield self.finding(use, message, advice=advice, severity=Severity.HINT)
                continue
            advice = "write `eval(input())`, which is what it was; for a number `int(input())` is better"
            edits = [Replace(call, "eval($0)", (call,))] if is_visible(program, use, "eval") else []
            yield self.finding(use, message, advice=advice, edits=edits)
