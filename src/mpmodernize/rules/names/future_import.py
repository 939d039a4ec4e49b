"""MP224: imports from `__future__` of what every Python has."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Severity
from mpmodernize.rewrite.edits import Reimport
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis

_OLD = frozenset({"nested_scopes", "generators", "with_statement"})


class FutureImport(Rule):
    """`from __future__ import with_statement`: what Python has had since 2.6.

    ## What it does
    Takes `nested_scopes`, `generators` and `with_statement` out of `from __future__ import ...`.

    ## Why it matters
    It doesn't: these lines say nothing since Python 2.2, 2.3 and 2.6. They are a hint, and don't count for the exit
    code.

    ## Example
    ```python
    from __future__ import with_statement, division

    print 7 / 2
    ```

    ## Use instead
    ```python
    from __future__ import division

    print(7 / 2)
    ```

    ## Fix safety
    Safe. The names `division`, `print_function`, `unicode_literals` and `absolute_import` stay, other than with 2to3:
    they say how a file is to be read as long as anybody may take it for Python 2. ruff (`UP010`) takes them out of a
    file that is Python 3 for good.

    ## When it stays silent
    In files that are not Python 2.

    ## References
    - [`__future__`](https://docs.python.org/3/library/__future__.html)
    - [2to3: future](https://docs.python.org/3.12/library/2to3.html#to3fixer-future)
    """

    code = "MP224"
    name = "future-import"
    severity = Severity.HINT
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at what is imported from `__future__`."""
        if not program.python2:
            return
        for imported in program.imports.of("__future__"):
            if imported.alias.name in _OLD and isinstance(imported.statement, ast.ImportFrom):
                message = f"`{imported.alias.name}` has been in every Python since 2.6"
                edits = [Reimport(imported.statement, imported.alias, ())]
                yield self.finding(imported.alias, message, advice="leave it out", edits=edits)
