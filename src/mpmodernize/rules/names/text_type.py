"""MP206: `unicode`, `basestring`, `unichr`."""

from __future__ import annotations

import ast
import codecs
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.rewrite.edits import AddArgument, Replace
from mpmodernize.rules.base import Phase, Rule
from mpmodernize.rules.byte_literals import byte_literal
from mpmodernize.rules.old_builtins import RENAMED, renamed, spelled, uses_of
from mpmodernize.rules.type_tests import bytes_beside, is_second_key, renamed_type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_INTERPRETING = frozenset(
    (
        "idna punycode raw-unicode-escape unicode-escape utf-7 utf-16 utf-16-be utf-16-le utf-32 utf-32-be utf-32-le"
    ).split()
)
"""Encodings in which ASCII does not stand for itself."""
_BYTES = ("bytes", "bytearray", "memoryview")
_SIMPLE = (ast.Name, ast.Attribute)


class TextType(Rule):
    """`unicode`, `basestring` and `unichr` are gone: text is `str` in Python 3, and `chr` makes one.

    ## What it does
    Replaces the built-ins `unicode` and `basestring` by `str`, and `unichr` by `chr`. In a test of types that names
    two of them, one remains: `isinstance(x, (str, unicode))` becomes `isinstance(x, str)`. A decoding
    `unicode(data, "utf-8")` becomes `str(data, "utf-8")` where the data are bytes, goes away where they are text, and
    asks where they can be both. Under `if isinstance(data, str):`, which asked for bytes then, and beside a
    test of `unicode` on the same thing, it asks for `bytes`.

    ## Why it matters
    The names raise `NameError` in Python 3, in a worker often only when the first task arrives, under every start
    method. And `str(data, "utf-8")`, which a plain renaming gives, raises `TypeError` where `data` is text already,
    as what a file or `input()` hands out is in Python 3.

    ## Example
    ```python
    def show(value):
        if isinstance(value, (str, unicode)):
            return unicode(value)
        return unichr(value)
    ```

    ## Use instead
    ```python
    def show(value):
        if isinstance(value, str):
            return str(value)
        return chr(value)
    ```

    ## Fix safety
    Safe where the name alone changes, since the line could not run, and where it is known, or asked, what is decoded.
    Unsafe where something computed is decoded: it is taken for bytes; and where both types are keys of one dict.

    ## When it stays silent
    For names that the program or an import binds, and where the program asks first whether there are any.

    ## References
    - [What's New in Python 3.0: text vs. data](https://docs.python.org/3/whatsnew/3.0.html#text-vs-data-instead-of-unicode-vs-8-bit)
    - [str](https://docs.python.org/3/library/stdtypes.html#str)
    - [unicode in Python 2.7](https://docs.python.org/2.7/library/functions.html#unicode)
    """

    code = "MP206"
    name = "text-type"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each use of the three names."""
        for name in ("unicode", "basestring", "unichr"):
            new = RENAMED[name]
            for use in uses_of(program, name):
                call = program.index.parent[use]
                if name == "unicode" and isinstance(call, ast.Call) and call.func is use and _decodes(call):
                    yield self._decoding(program, use, call)
                    continue
                edits = renamed(program, use, new) if name == "unichr" else renamed_type(program, use)
                if isinstance(call, ast.Call) and call.func is use and _is_bytes(program, call):
                    edits = [*renamed(program, use, new), AddArgument(call, f"{program.quote}ascii{program.quote}")]
                if name == "unicode":
                    edits += bytes_beside(program, use)
                twice = is_second_key(program, use)
                advice = "keep one entry for text: the last of two wins" if twice else f"use `{new}`"
                safety = Safety.UNSAFE if twice else Safety.SAFE
                message = f"`{name}` is gone in Python 3: text is `{new}`"
                if name == "unichr":
                    message = "`unichr` is called `chr` in Python 3"
                yield self.finding(use, message, advice=advice, edits=edits, safety=safety)

    def _decoding(self, program: Program, use: ast.Name | ast.Attribute, call: ast.Call) -> Diagnosis:
        message = "`unicode(x, encoding)` decodes bytes; `str(x, encoding)` refuses what is text already in Python 3"
        if not call.args or any(isinstance(each, ast.Starred) for each in call.args):
            advice = "decode bytes by `.decode(encoding)`, and leave text as it is"
            return self.finding(use, message, advice=advice, edits=renamed(program, use, "str"), safety=Safety.UNSAFE)
        data = call.args[0]
        asked = _asked_for_bytes(program, call, data)
        if asked is not None:
            edits: list[Edit] = [Replace(asked, "bytes"), *renamed(program, use, "str")]
            return self.finding(use, message, advice="decode what is `bytes`", edits=edits)
        kind = _kind(program, data)
        if _is_of_bytes(program, data):
            edits = [Replace(data, f"b{program.text(data)}"), *renamed(program, use, "str")]
            return self.finding(use, message, advice="decode a literal of bytes", edits=edits)
        if _interprets(call):
            code = byte_literal(program, data)
            if code is not None:
                edits = [Replace(data, code), *renamed(program, use, "str")]
                return self.finding(use, message, advice="decode a literal of bytes", edits=edits)
            return self.finding(use, message, advice="make bytes of the text before: `str(x.encode(), codec)`")
        if kind == "str":
            known = not isinstance(data, ast.Constant) or str(data.value).isascii() or _is_declared(program, call)
            safety = Safety.SAFE if known else Safety.UNSAFE
            edits = [Replace(call, "$0", (data,))]
            return self.finding(use, message, advice="leave text as it is", edits=edits, safety=safety)
        if kind in _BYTES:
            return self.finding(use, message, advice="use `str`", edits=renamed(program, use, "str"))
        if isinstance(use, ast.Name) and isinstance(data, _SIMPLE):
            new, needed = spelled(program, use, "str")
            parts = [*call.args, *(each.value for each in call.keywords)]
            keywords = [f"{each.arg}=" if each.arg else "**" for each in call.keywords]
            prefixes = [*[""] * len(call.args), *keywords]
            given = ", ".join(f"{prefix}${number}" for number, prefix in enumerate(prefixes))
            code = f"$0 if isinstance($0, {new}) else {new}({given})"
            advice = "leave text as it is, and decode bytes"
            return self.finding(use, message, advice=advice, edits=[Replace(call, code, tuple(parts)), *needed])
        advice = "use `str` if this gives bytes, and leave it as it is if this gives text"
        return self.finding(use, message, advice=advice, edits=renamed(program, use, "str"), safety=Safety.UNSAFE)


def _is_bytes(program: Program, call: ast.Call) -> bool:
    """Whether `unicode(data)` decodes bytes, which Python 2 did as ASCII: `str(data)` would show them."""
    return len(call.args) == 1 and _kind(program, call.args[0]) in _BYTES


def _decodes(call: ast.Call) -> bool:
    return len(call.args) + len(call.keywords) > 1


def _interprets(call: ast.Call) -> bool:
    """Whether the codec reads what is written as more than its characters: escapes, base 64 and the like."""
    encoding = (
        call.args[1] if len(call.args) > 1 else next((k.value for k in call.keywords if k.arg == "encoding"), None)
    )
    if not isinstance(encoding, ast.Constant) or not isinstance(encoding.value, str):
        return False
    try:
        return codecs.lookup(encoding.value).name in _INTERPRETING
    except LookupError:
        return False


def _asked_for_bytes(program: Program, call: ast.Call, data: ast.expr) -> ast.Name | None:
    """The `str` of `if isinstance(data, str):`, under which the data are decoded: it meant bytes."""
    if not isinstance(data, ast.Name):
        return None
    child: ast.AST = call
    for ancestor in program.index.ancestors(call):
        under = (
            isinstance(child, ast.stmt) and isinstance(ancestor, ast.If) and child.lineno <= ancestor.body[-1].lineno
        )
        if isinstance(ancestor, ast.If) and under:
            test = ancestor.test
            if not program.names.calls(test, "builtins.isinstance") or not isinstance(test, ast.Call):
                return None
            about = len(test.args) == 2 and program.text(test.args[0]) == data.id
            asked = test.args[1] if about else None
            named = isinstance(asked, ast.Name) and program.qualified(asked) == "builtins.str"
            return asked if named and isinstance(asked, ast.Name) else None
        if isinstance(ancestor, (ast.FunctionDef, ast.Lambda, ast.ClassDef)):
            return None
        child = ancestor
    return None


def _kind(program: Program, data: ast.expr) -> str | None:
    """The kind of what is decoded; what callers hand in, and instances hold, may come from other files too."""
    if isinstance(data, ast.Call) and isinstance(data.func, ast.Attribute) and data.func.attr == "encode":
        return "bytes"
    outside = isinstance(data, ast.Name) and any(each.kind == "parameter" for each in program.index.bindings(data))
    type_ = program.type(data)
    return type_.kind if type_ is not None and not outside and not isinstance(data, ast.Attribute) else None


def _is_of_bytes(program: Program, data: ast.expr) -> bool:
    r"""Whether a literal writes down bytes that are no text: `'\xff'`."""
    if not isinstance(data, ast.Constant) or not isinstance(data.value, str) or data.value.isascii():
        return False
    code = program.text(data)
    return code.isascii() and code[:1] in "\"'" and all(ord(each) < 256 for each in data.value) and "\n" not in code


def _is_declared(program: Program, call: ast.Call) -> bool:
    """Whether a literal is decoded by the encoding of the file: then it is the text that stands there."""
    encoding = call.args[1] if len(call.args) > 1 else None
    if not isinstance(encoding, ast.Constant) or not isinstance(encoding.value, str):
        return False
    try:
        return codecs.lookup(encoding.value).name == program.encoding
    except LookupError:
        return False
