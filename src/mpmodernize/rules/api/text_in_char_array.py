"""MP608: text in an array of C characters."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.base import Fix, Phase, Rule
from mpmodernize.rules.byte_literals import is_ascii, made_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_KEEPING = frozenset("upper lower strip lstrip rstrip title capitalize swapcase replace center ljust rjust".split())
_MAKERS = tuple(f"multiprocessing.{kind}" for kind in ("Array", "RawArray", "Value", "RawValue"))


class TextInCharArray(Rule):
    """An `Array("c", …)` or `Value("c", …)` gets text, and holds bytes.

    ## What it does
    Finds text literals given to an array or value of type code `c`, when it is made or by `.value = …`, and makes
    them bytes literals. Where its content came from such literals, reading `.value` becomes `.value.decode()`, so that
    the program goes on working with text.

    ## Why it matters
    Python 2's `str` was bytes; Python 3's is text: `TypeError: one character bytes, bytearray or integer expected`, or
    `bytes expected instead of str instance`. It is the same under every start method.

    ## Example
    ```python
    from multiprocessing import Array

    name = Array("c", "hello")
    name.value = "world"
    print(name.value)
    ```

    ## Use instead
    ```python
    from multiprocessing import Array

    name = Array("c", b"hello")
    name.value = b"world"
    print(name.value.decode())
    ```

    ## Fix safety
    Safe for literals and other text that is surely ASCII: the line could not run. Unsafe where text may have other
    letters, which need more than one byte each. Reported where it is not known what else is written.

    ## When it stays silent
    For sizes, for bytes, and for type code `u`, which holds text.

    ## References
    - [ctypes: fundamental data types](https://docs.python.org/3/library/ctypes.html#fundamental-data-types)
    """

    code = "MP608"
    name = "text-in-char-array"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Convert all places of one program together: a half-converted array would not run."""
        made = [call for call in program.calls_of(*_MAKERS) if _holds_characters(call)]
        if not made:
            return
        memory = CharacterMemory(program, frozenset(made))
        texts = [call.args[1] for call in made if len(call.args) > 1 and program.types.kind(call.args[1]) == "str"]
        texts += memory.texts()
        if not texts:
            return
        known = all(each in texts or memory.is_bytes(each) for each in memory.written)
        plain = known and all(is_ascii(program, each) for each in texts)
        edits: list[Edit] = [edit for each in texts for edit in made_bytes(program, each)[0]]
        edits += [Replace(each, f"{program.text(each)}.decode()") for each in memory.read]
        fix = Fix(edits, Safety.SAFE if plain else Safety.UNSAFE, self.phase) if known else None
        for each in texts:
            yield self.finding(
                each,
                "an array of type code `c` holds bytes: text stops with `TypeError`",
                advice="use a bytes literal, and `.value.decode()` where text is wanted"
                + ("" if plain else "; some of the text is computed or is not ASCII, so not by itself"),
                fix=fix,
            )


class CharacterMemory:
    """Where arrays and values of characters are read and written."""

    def __init__(self, program: Program, made: frozenset[ast.Call]) -> None:
        self._program = program
        self._made = made
        self.written: list[ast.expr] = []
        """What is assigned to `.value`, an element or a slice of them."""
        self.read: list[ast.expr] = []
        """Where they are read as text: not inside what is written back."""
        places: list[ast.Attribute | ast.Subscript] = [
            attribute for name in ("value", "raw") for attribute in program.index.attributes.get(name, [])
        ]
        places += program.index.all(ast.Subscript)
        for place in places:
            parent = program.index.parent[place]
            if isinstance(place.ctx, ast.Store) and self._is_place(place) and isinstance(parent, ast.Assign):
                self.written.append(parent.value)
        for place in places:
            if isinstance(place.ctx, ast.Load) and self._is_place(place) and not self._stays_bytes(place):
                self.read.append(place)

    def _is_place(self, node: ast.expr) -> bool:
        """Whether this is `.value`, an element or a slice of such memory."""
        if not isinstance(node, (ast.Attribute, ast.Subscript)):
            return False
        if isinstance(node, ast.Attribute) and node.attr not in ("value", "raw"):
            return False
        type_ = self._program.type(node.value)
        return type_ is not None and bool(type_.made) and type_.made <= self._made

    def _stays_bytes(self, place: ast.expr) -> bool:
        parent = self._program.index.parent[place]
        if isinstance(parent, ast.Attribute) and parent.attr in ("decode", "encode"):
            return True
        return any(self._program.index.contains(value, place) and self.is_bytes(value) for value in self.written)

    def texts(self) -> list[ast.expr]:
        """What is written and is text: literals inside what else is bytes, or a whole value of type `str`."""
        found: list[ast.expr] = []
        for value in self.written:
            if _is_encoded(value):
                continue
            if self.is_bytes(value):
                found += [node for node in ast.walk(value) if isinstance(node, ast.expr) and _is_text(node)]
            elif self._program.types.kind(value) == "str":
                found.append(value)
        return found

    def is_bytes(self, value: ast.expr) -> bool:
        """Whether an expression is bytes once its literals are: literals, such memory, and what keeps bytes bytes."""
        if _is_encoded(value) or self._is_place(value):
            return True
        if isinstance(value, ast.Constant) and isinstance(value.value, (str, bytes)):
            return True
        if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
            return self.is_bytes(value.left) and self.is_bytes(value.right)
        if isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Slice):
            return self.is_bytes(value.value)
        return (
            isinstance(value, ast.Call)
            and isinstance(value.func, ast.Attribute)
            and value.func.attr in _KEEPING
            and self.is_bytes(value.func.value)
            and all(self.is_bytes(each) for each in value.args)
        )


def _holds_characters(call: ast.Call) -> bool:
    return bool(call.args) and isinstance(call.args[0], ast.Constant) and call.args[0].value == "c"


def _is_encoded(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "encode"


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
