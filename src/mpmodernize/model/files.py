"""Files: how they are opened, and which of them have to be opened otherwise in Python 3."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program

_OPENING = frozenset({"builtins.open", "builtins.file"})
_UNIVERSAL = frozenset({"U", "rU", "Ur", "rUb", "rbU", "Urb", "rU+", "r+U"})
_WITH_MODE = _OPENING | {"io.open", "codecs.open", "os.fdopen"}
_OF_LINES = {"csv.reader": 0, "csv.writer": 0, "csv.DictReader": 0, "csv.DictWriter": 0}
_OF_BYTES = {
    "pickle.load": 0,
    "pickle.dump": 1,
    "pickle.Pickler": 0,
    "pickle.Unpickler": 0,
    "cPickle.load": 0,
    "cPickle.dump": 1,
    "cPickle.Pickler": 0,
    "cPickle.Unpickler": 0,
    "marshal.load": 0,
    "marshal.dump": 1,
}
_HANDING = (ast.Call, ast.arguments, ast.FunctionDef, ast.Lambda, ast.Assign)


class Files:
    """Answers how a program opens its files."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._index = program.index

    def mode_of(self, call: ast.Call) -> ast.expr | None:
        """The mode that a call of `open` gives; `None` where it gives none."""
        if len(call.args) > 1:
            return call.args[1]
        return next((each.value for each in call.keywords if each.arg == "mode"), None)

    def has_known_mode(self, call: ast.Call) -> bool:
        """Whether the call is one of the built-in `open` with a literal mode, or with none."""
        if self._program.qualified(call.func) not in _OPENING or any(
            isinstance(each, ast.Starred) for each in call.args
        ):
            return False
        mode = self.mode_of(call)
        return mode is None or (isinstance(mode, ast.Constant) and isinstance(mode.value, str))

    def mode(self, call: ast.Call) -> str:
        """The mode as a text."""
        node = self.mode_of(call)
        return str(node.value) if isinstance(node, ast.Constant) else "r"

    def opened_by(self, node: ast.expr) -> frozenset[ast.Call]:
        """The calls of `open` that an expression may be the file of, if all are known."""
        type_ = self._program.type(node)
        if type_ is None or type_.kind != "file" or not all(map(self.has_known_mode, type_.made)):
            return frozenset()
        return type_.made

    def universal(self) -> Iterator[tuple[ast.Constant, bool]]:
        """The texts that are modes with a `U`, and whether they are handed to what opens a file."""
        for node in self._index.all(ast.Constant):
            if isinstance(node.value, str) and node.value in _UNIVERSAL:
                place = self._index.parent.get(node)
                value: ast.AST = node
                if isinstance(place, ast.IfExp):
                    value, place = place, self._index.parent[place]
                if isinstance(place, ast.keyword) and place.arg == "mode":
                    value, place = place, self._index.parent[place]
                opens = (
                    isinstance(place, ast.Call)
                    and self._program.qualified(place.func) in _WITH_MODE
                    and (value in place.args[1:2] or value in place.keywords)
                )
                handed = isinstance(place, _HANDING) and node.value != "U"
                if opens or (handed and not _is_refusal(place)):
                    yield node, opens

    def of_lines(self) -> Iterator[tuple[ast.Call, frozenset[ast.Call]]]:
        """The calls that want text with its own line ends (the module `csv`), with the calls that open their files."""
        yield from self._given(_OF_LINES)

    def of_bytes(self) -> Iterator[tuple[ast.Call, frozenset[ast.Call]]]:
        """The calls that want bytes (`pickle`, `marshal`), with the calls that open their files."""
        yield from self._given(_OF_BYTES)

    def _given(self, functions: dict[str, int]) -> Iterator[tuple[ast.Call, frozenset[ast.Call]]]:
        modules = {name.partition(".")[0] for name in functions}
        if modules.isdisjoint({each.name.partition(".")[0] for each in self._index.all(ast.alias)}):
            imported = {each.module or "" for each in self._index.all(ast.ImportFrom)}
            if modules.isdisjoint(imported):
                return
        for call in self._index.calls:
            place = functions.get(self._program.qualified(call.func) or "")
            if place is not None and place < len(call.args):
                yield call, self.opened_by(call.args[place])

    def all_opened(self) -> Iterator[ast.Call]:
        """Every call of the built-in `open` with a known mode."""
        for name in ("open", "file"):
            for use in self._index.names.get(name, ()):
                call = self._index.parent[use]
                if isinstance(call, ast.Call) and call.func is use and self.has_known_mode(call):
                    yield call


def _is_refusal(place: ast.AST | None) -> bool:
    """Whether a test expects the error: `assertRaises(ValueError, archive.open, "text", "rU")`."""
    called = place.func if isinstance(place, ast.Call) else None
    return isinstance(called, ast.Attribute) and called.attr.startswith("assertRaises")
