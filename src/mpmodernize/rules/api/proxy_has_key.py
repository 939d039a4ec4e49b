"""MP614: `has_key` of a manager's dictionary."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.rules.base import Phase, Rule
from mpmodernize.rules.spelling import asked_with_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class ProxyHasKey(Rule):
    """A manager's dictionary is asked with `has_key`.

    ## What it does
    Replaces `shared.has_key(k)` by `k in shared`, and `not shared.has_key(k)` by `k not in shared`, where `shared` is a
    dictionary of a manager.

    ## Why it matters
    Python 3's dictionaries have no `has_key`, and a manager's proxy has the methods of what it stands for:
    `AttributeError: 'DictProxy' object has no attribute 'has_key'`. It is the same under every start method.

    ## Example
    ```python
    from multiprocessing import Manager

    if __name__ == "__main__":
        ages = Manager().dict()
        ages["Ann"] = 36
        print(ages.has_key("Ann"))
    ```

    ## Use instead
    ```python
    from multiprocessing import Manager

    if __name__ == "__main__":
        ages = Manager().dict()
        ages["Ann"] = 36
        print("Ann" in ages)
    ```

    ## Fix safety
    Safe: the method is not there.

    ## When it stays silent
    For other dictionaries, which are [MP240](MP240.md)'s, and where the program asks first which Python runs it.

    ## References
    - [multiprocessing: proxy objects](https://docs.python.org/3/library/multiprocessing.html#proxy-objects)
    - [What's New in Python 3.0: removed](https://docs.python.org/3/whatsnew/3.0.html#builtins)
    """

    code = "MP614"
    name = "proxy-has-key"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each attribute of this name."""
        for use in program.index.attributes.get("has_key", ()):
            proxied = isinstance(use.ctx, ast.Load) and program.types.kind(use.value) == "Proxy"
            if proxied and not program.compatibility.asks_first(use):
                yield self.finding(
                    use,
                    "a manager's dictionary has no `has_key` in Python 3: it stops with `AttributeError`",
                    advice="ask with `in`",
                    edits=[asked_with_in(program, use)],
                )
