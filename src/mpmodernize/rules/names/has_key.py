"""MP240: `d.has_key(k)`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.rules.base import Phase, Rule
from mpmodernize.rules.spelling import asked_with_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class HasKey(Rule):
    """`d.has_key(k)` is gone: dictionaries are asked with `in`.

    ## What it does
    Replaces `d.has_key(k)` by `k in d` and `not d.has_key(k)` by `k not in d`, and `d.has_key` that is handed on as a
    function by `d.__contains__`.

    ## Why it matters
    Python 2 had both ways; Python 3 dictionaries, and the library's objects that look like one, have no `has_key`:
    the line stops with `AttributeError`. None of this depends on the start method.

    ## Example
    ```python
    ages = {"Ann": 36}
    if ages.has_key("Ann") and not ages.has_key("Bob"):
        print(ages["Ann"])
    ```

    ## Use instead
    ```python
    ages = {"Ann": 36}
    if "Ann" in ages and "Bob" not in ages:
        print(ages["Ann"])
    ```

    ## Fix safety
    Safe: the line cannot run, and everything of the library that had a `has_key` has `in`. Unsafe where the program
    has a class with a `has_key` of its own and it is not known what the object is.

    ## When it stays silent
    For instances of the program's classes that have a method `has_key`, where the program asks first which Python
    runs it, and in a file that is not Python 2 for what is not known to be a dictionary.

    ## References
    - [dict.has_key in Python 2.7](https://docs.python.org/2.7/library/stdtypes.html#dict.has_key)
    - [What's New in Python 3.0: removed](https://docs.python.org/3/whatsnew/3.0.html#builtins)
    """

    code = "MP240"
    name = "has-key"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each attribute of this name."""
        for use in program.index.attributes.get("has_key", ()):
            if program.types.kind(use.value) == "Proxy":
                continue  # MP614 speaks about it
            is_dictionary = program.mappings.is_dictionary(use.value, "has_key")
            if (
                not isinstance(use.ctx, ast.Load)
                or is_dictionary is False
                or (is_dictionary is None and not program.python2)
                or program.compatibility.asks_first(use)
            ):
                continue
            uncertain = is_dictionary is None and program.mappings.defines("has_key")
            yield self.finding(
                use,
                "`has_key` is gone: this stops with `AttributeError`",
                advice="ask with `in`",
                edits=[asked_with_in(program, use)],
                safety=Safety.UNSAFE if uncertain else Safety.SAFE,
            )
