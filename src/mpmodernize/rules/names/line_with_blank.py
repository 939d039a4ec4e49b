"""MP252: `print line,` for the lines of a file."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import Binding
    from mpmodernize.rules.base import Diagnosis

_OPENED = frozenset(
    {"sys.stdin", "fileinput.input", "os.popen", "builtins.open", "builtins.file", "codecs.open", "io.open"}
)
_OF_LINES = frozenset({"readlines", "xreadlines"})


class LineWithBlank(Rule):
    """`print line,` for the lines of a file: the line ends with its newline, and no blank follows.

    ## What it does
    Ends the `print` of a line that comes from a file with nothing (`end=''`) instead of a blank.

    ## Why it matters
    This is the commonest loop over a file. The comma keeps `print` from adding a second newline, and Python 2 writes no
    blank behind an item that ends in one. Converted without a look at where the line comes from, each line but the
    first begins with a blank.

    ## Example
    ```python
    import sys

    for line in sys.stdin:
        print line,
    ```

    ## Use instead
    ```python
    import sys

    for line in sys.stdin:
        print(line, end='')
    ```

    ## Fix safety
    Safe: this is what Python 2 wrote. Only a last line without a newline had a blank
    behind it, if another item followed.

    ## When it stays silent
    Where the line may have lost its newline (`line = line.strip()`), where the last item is not the line, and in files
    that are not Python 2.

    ## References
    - [file.softspace](https://docs.python.org/2.7/library/stdtypes.html#file.softspace)
    - [print](https://docs.python.org/3/library/functions.html#print)
    """

    code = "MP252"
    name = "line-with-blank"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each `print` that ends in a blank: so does what has become of a trailing comma."""
        if not program.python2 or "print_function" in program.futures:
            return
        for call in program.calls_of("builtins.print"):
            end = next((each.value for each in call.keywords if each.arg == "end"), None)
            last = call.args[-1] if call.args else None
            if not isinstance(end, ast.Constant) or end.value != " " or not isinstance(last, ast.Name):
                continue
            bindings = program.index.bindings(last)
            if bindings and all(_is_line(program, each) for each in bindings):
                quotes = program.text(end)[0] * 2
                yield self.finding(
                    call,
                    f"`{last.id}` ends with its newline: Python 2 writes no blank behind it",
                    advice="end with nothing",
                    edits=[Replace(end, quotes)],
                )


def _is_line(program: Program, binding: Binding) -> bool:
    """Whether a name gets a line of a file here, with its newline."""
    value = binding.value
    if value is None:
        return False
    if binding.kind == "for":
        return _gives_lines(program, value)
    if binding.kind == "for-unpack":
        target = program.index.parent[binding.node]
        second = isinstance(target, ast.Tuple) and target.elts[1:] == [binding.node]
        counted = program.names.calls(value, "builtins.enumerate") and isinstance(value, ast.Call) and bool(value.args)
        return second and counted and isinstance(value, ast.Call) and _gives_lines(program, value.args[0])
    if binding.kind != "assign" or not isinstance(value, ast.Call):
        return False
    if isinstance(value.func, ast.Attribute) and value.func.attr in ("readline", "next"):
        return value.func.attr == "readline" or _gives_lines(program, value.func.value)
    return program.names.calls(value, "builtins.next") and bool(value.args) and _gives_lines(program, value.args[0])


def _gives_lines(program: Program, source: ast.expr) -> bool:
    """Whether iterating over this gives the lines of a file."""
    if program.types.kind(source) == "file" or (program.qualified(source) or "") in _OPENED:
        return True
    if isinstance(source, ast.Call):
        method = source.func.attr if isinstance(source.func, ast.Attribute) else ""
        return method in _OF_LINES or (program.qualified(source.func) or "") in _OPENED
    if isinstance(source, ast.Name):
        values = [each.value for each in program.index.bindings(source)]
        return bool(values) and all(isinstance(each, ast.Call) and _gives_lines(program, each) for each in values)
    return isinstance(source, ast.Attribute) and source.attr == "stdout" and program.types.kind(source.value) == "Popen"
