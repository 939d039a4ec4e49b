"""MP231: `reload(sys); sys.setdefaultencoding(...)`."""

from __future__ import annotations

import ast
import codecs
import re
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.rewrite.edits import Reimport, Replace
from mpmodernize.rules.base import Fix, Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.imports import Imported
    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_DECLARATION = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.MULTILINE)


class DefaultEncoding(Rule):
    """`reload(sys)` and `sys.setdefaultencoding(...)`: Python 3 has no default to set.

    ## What it does
    Takes both lines away, and `import sys` too if nothing else uses it.

    ## Why it matters
    The idiom stands at the top of thousands of scripts that handle Chinese or French text. It brought back a function
    that Python 2 removes at start-up, so that byte strings and text could be mixed. Python 3 never mixes them: text is
    Unicode, and `str.encode` and `bytes.decode` use UTF-8 if nothing else is said. The lines raise `NameError`
    (`reload`) and `AttributeError`.

    ## Example
    ```python
    import sys
    reload(sys)
    sys.setdefaultencoding("utf-8")

    print "ready"
    ```

    ## Use instead
    ```python

    print("ready")
    ```

    ## Fix safety
    Safe: the lines could not run. What they were there for may need a look: files are opened with `encoding="utf-8"`
    for text whose encoding is not the system's. For an encoding that is neither UTF-8 nor the file's own (by its coding
    line) the finding has no fix: then the implicit conversions meant that encoding, and each of them has to name it.

    ## When it stays silent
    Where the program asks first which Python it runs on, or whether the function is there.

    ## References
    - [What's New in Python 3.0: text vs. data instead of Unicode vs. 8-bit](https://docs.python.org/3/whatsnew/3.0.html#text-vs-data-instead-of-unicode-vs-8-bit)
    - [sys.setdefaultencoding in Python 2.7](https://docs.python.org/2.7/library/sys.html#sys.setdefaultencoding)
    """

    code = "MP231"
    name = "default-encoding"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Find the calls; they go together."""
        setting = [
            use
            for use in program.index.attributes.get("setdefaultencoding", ())
            if program.qualified(use) == "sys.setdefaultencoding" and not program.compatibility.asks_version(use)
        ]
        if not setting:
            return
        reloading = [
            call
            for name in program.index.names.get("reload", ())
            if isinstance(call := program.index.parent[name], ast.Call)
            and call.func is name
            and [program.qualified(argument) for argument in call.args] == ["sys"]
            and not program.compatibility.asks_version(call)
        ]
        calls = [*reloading, *(program.index.parent[use] for use in setting)]
        fix = self._fix(program, calls)
        for call in calls:
            message = "Python 3 has no default encoding to set: text is Unicode, and bytes are never taken for text"
            yield self.finding(call, message, advice="leave it out; open files with the `encoding` they have", fix=fix)

    def _fix(self, program: Program, calls: list[ast.AST]) -> Fix | None:
        statements = [program.index.parent[call] for call in calls if isinstance(call, ast.Call)]
        if len(statements) < len(calls) or not all(isinstance(each, ast.Expr) for each in statements):
            return None
        if not all(_is_files_own(program, call) for call in calls if isinstance(call, ast.Call)):
            return None
        going = [_with_question(program, each, statements) for each in statements]
        edits: list[Edit] = [Replace(each, _left(program, each, going)) for each in dict.fromkeys(going)]
        edits += [
            Reimport(imported.statement, imported.alias, ())
            for imported in program.imports.of("sys")
            if imported.is_module and _serves_only(program, imported, going)
        ]
        return Fix(tuple(edits), Safety.SAFE, self.phase)


def _with_question(program: Program, statement: ast.AST, going: list[ast.AST]) -> ast.AST:
    """With the statements that go the `if` that asks for the encoding and holds nothing else."""
    parent = program.index.parent[statement]
    asks = isinstance(parent, ast.If) and "getdefaultencoding" in program.text(parent.test)
    if not isinstance(parent, ast.If) or not asks or parent.orelse or "#" in program.text(parent):
        return statement
    return parent if all(each in going for each in parent.body) else statement


def _left(program: Program, statement: ast.AST, going: list[ast.AST]) -> str:
    """`pass` for the first of the statements that go, where they are their whole block."""
    assert isinstance(statement, ast.stmt)
    if isinstance(program.index.parent[statement], ast.Module):
        return ""
    block = program.index.block(statement)
    return "pass" if block[0] is statement and all(each in going for each in block) else ""


def _is_files_own(program: Program, call: ast.Call) -> bool:
    """Whether a call sets UTF-8, or the encoding of the file itself (or, being a `reload`, nothing)."""
    head = "\n".join(program.source.splitlines()[:2])
    declared = _DECLARATION.search(head)
    own = {"utf-8", _usual(declared[1]) if declared is not None else "utf-8"}
    given = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
    return all(isinstance(each, str) and _usual(each) in own for each in given)


def _usual(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return encoding


def _serves_only(program: Program, imported: Imported, statements: list[ast.AST]) -> bool:
    """Whether nothing but these statements uses what is imported."""
    uses = program.imports.uses(imported)
    return program.imports.is_only_binding(imported) and all(
        any(program.index.contains(statement, use) for statement in statements) for use in uses
    )
