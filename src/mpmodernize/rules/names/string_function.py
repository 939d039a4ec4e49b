"""MP233: functions of `string` that are methods of text, and the constants that are ASCII now."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.library import STRING
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.moves import MovedNames, divided

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis


class StringFunction(MovedNames):
    """A function of the module `string` that is a method of text: `string.join(words, ",")`.

    ## What it does
    Calls the method instead: `string.upper(s)` becomes `s.upper()`, `string.join(words, ",")` becomes
    `",".join(words)`. `string.atoi` becomes `int`, `string.letters` becomes `string.ascii_letters`, `string.maketrans`
    becomes `str.maketrans`. A function that is handed on (`map(string.upper, words)`) becomes `str.upper`.

    ## Why it matters
    The functions were out of use since Python 2.0 and went with 3.0: they raise `AttributeError`. The constants
    `letters`, `lowercase` and `uppercase` depended on the locale.

    ## Example
    ```python
    import string

    words = string.split("one,two", ",")
    print string.join(words), string.upper("x"), string.letters[:3]
    ```

    ## Use instead
    ```python
    import string

    words = "one,two".split(",")
    print(" ".join(words), "x".upper(), string.ascii_letters[:3])
    ```

    ## Fix safety
    Safe: the line could not run. There is no fix for a call with arguments that can't be told apart (`*args`), for
    `translate` with characters to delete and a table that comes from elsewhere, and for `join` handed on as a function.

    ## When it stays silent
    For the names that `string` still has (`digits`, `Template`, `capwords`), and where the program asks first which
    Python it runs on.

    ## References
    - [What's New in Python 3.0: library changes](https://docs.python.org/3/whatsnew/3.0.html#library-changes)
    - [Deprecated string functions of Python 2.7](https://docs.python.org/2.7/library/string.html#deprecated-string-functions)
    """

    code = "MP233"
    name = "string-function"
    moves = STRING

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """The functions, and the method whose second argument is gone."""
        yield from super().check(program)
        for call in program.index.method_calls.get("translate", ()) if program.python2 else ():
            if len(call.args) == 2 and not call.keywords and isinstance(call.func, ast.Attribute):
                if program.qualified(call.func) == "string.translate":
                    continue
                message = "`translate` of text takes no characters to delete in Python 3"
                edits = self._without_characters(program, call, *call.args)
                yield self.finding(call, message, advice="give a table that maps them to `None`", edits=edits or ())

    @staticmethod
    def _without_characters(
        program: Program, call: ast.Call, table: ast.expr, characters: ast.expr
    ) -> list[Edit] | None:
        """A table that deletes as well: Python 2 deleted first."""
        assert isinstance(call.func, (ast.Attribute, ast.Name))
        receiver = call.args[0] if len(call.args) == 3 else call.func.value  # type: ignore[union-attr]
        quotes = program.quote * 2
        deleting = f"str.maketrans({quotes}, {quotes}, $2)"
        if isinstance(table, ast.Constant) and table.value is None:
            return [Replace(call, f"$0.translate({deleting.replace('$2', '$1')})", (receiver, characters))]
        if isinstance(table, ast.Name) and program.types.kind(table) == "table":
            return [Replace(call, f"$0.translate({{**$1, **{deleting}}})", (receiver, table, characters))]
        return None

    def changed(self, program: Program, use: ast.expr) -> list[Edit] | None:
        """A call becomes a call of the method."""
        old = program.qualified(use) or ""
        new = self.moves.get(old, "")
        if not new.startswith("str."):
            return super().changed(program, use)
        name = divided(new)[1]
        call = program.index.parent[use]
        if name == "maketrans":
            both = call.args if isinstance(call, ast.Call) and call.func is use else []
            of_bytes = any(program.types.kind(argument) == "bytes" for argument in both)
            return [Replace(use, "bytes.maketrans" if of_bytes else new)]
        if not isinstance(call, ast.Call) or call.func is not use:
            return [Replace(use, new)] if name not in ("join", "translate") else None
        if call.keywords or not call.args or any(isinstance(each, ast.Starred) for each in call.args):
            return None
        if name == "join":
            return self._joined(call, program.quote)
        if name == "translate" and len(call.args) == 3:
            return self._without_characters(program, call, call.args[1], call.args[2])
        if name == "replace" and len(call.args) not in (3, 4):
            return None
        receiver = "$0"
        if name == "zfill" and program.types.kind(call.args[0]) != "str":
            receiver = "str($0)"  # the only one that took any object
        given = ", ".join(f"${position}" for position in range(1, len(call.args)))
        return [Replace(call, f"{receiver}.{name}({given})", tuple(call.args))]

    @staticmethod
    def _joined(call: ast.Call, quote: str) -> list[Edit] | None:
        if len(call.args) == 1:
            return [Replace(call, f"{quote} {quote}.join($0)", tuple(call.args))]
        if len(call.args) == 2:
            return [Replace(call, "$1.join($0)", tuple(call.args))]
        return None
