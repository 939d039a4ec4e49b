"""MP212: `buffer`, `coerce`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.base import Phase, Rule
from mpmodernize.rules.old_builtins import is_visible, uses_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis


class BufferType(Rule):
    """`buffer` and `coerce` are gone: a view on bytes is a `memoryview`.

    ## What it does
    Writes `memoryview(data)` for `buffer(data)`, and a slice of it for `buffer(data, offset, size)`. Reports `coerce`.

    ## Why it matters
    Both names raise `NameError` in Python 3, in a worker often only when the first task arrives, under every start
    method.

    ## Example
    ```python
    def blob(data):
        return buffer(data, 2)
    ```

    ## Use instead
    ```python
    def blob(data):
        return memoryview(data)[2:]
    ```

    ## Fix safety
    Unsafe: a `memoryview` takes bytes and no text, can be written to where its data can, and `str()` of it does not
    give the data (`bytes()` does). For `coerce` there is no fix: numbers are converted by `float` or `complex`.

    ## When it stays silent
    For names that the program or an import binds, for attributes (`sys.stdout.buffer`), and where the program asks
    first whether there are any.

    ## References
    - [memoryview](https://docs.python.org/3/library/stdtypes.html#memory-views)
    - [buffer in Python 2.7](https://docs.python.org/2.7/library/functions.html#buffer)
    """

    code = "MP212"
    name = "buffer-type"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each use of the two names."""
        for use in uses_of(program, "buffer"):
            message, advice = "`buffer` is gone in Python 3", "use `memoryview`, on bytes"
            edits = self._viewed(program, use) if isinstance(use, ast.Name) else []
            yield self.finding(use, message, advice=advice, edits=edits, safety=Safety.UNSAFE)
        for use in uses_of(program, "coerce"):
            yield self.finding(
                use, "`coerce` is gone in Python 3", advice="convert the numbers to the wider of their types"
            )

    @staticmethod
    def _viewed(program: Program, use: ast.Name) -> list[Edit]:
        call = program.index.parent[use]
        if not is_visible(program, use, "memoryview"):
            return []
        if not isinstance(call, ast.Call) or call.func is not use or len(call.args) < 2:
            return [Replace(use, "memoryview")]
        if call.keywords or len(call.args) > 3 or any(isinstance(each, ast.Starred) for each in call.args):
            return []
        data, offset, *size = call.args
        if not size:
            return [Replace(call, "memoryview($0)[$1:]", (data, offset))]
        if isinstance(offset, ast.Constant) and offset.value == 0:
            return [Replace(call, "memoryview($0)[:$1]", (data, size[0]))]
        if not isinstance(offset, (ast.Name, ast.Constant)):
            return []
        first, length = getattr(offset, "value", None), getattr(size[0], "value", None)
        if isinstance(first, int) and isinstance(length, int):
            return [Replace(call, f"memoryview($0)[{first}:{first + length}]", (data,))]
        return [Replace(call, "memoryview($0)[$1:$1 + $2]", (data, offset, size[0]))]
