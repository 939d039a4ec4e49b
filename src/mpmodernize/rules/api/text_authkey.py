"""MP606: text as a key for authentication."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.rules.base import Fix, Phase, Rule
from mpmodernize.rules.byte_literals import made_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis

_BASES = frozenset(
    {
        "multiprocessing.managers.BaseManager",
        "multiprocessing.Manager",
        "multiprocessing.managers.SharedMemoryManager",
    }
)
_MANAGERS = ("multiprocessing.managers.BaseManager", "multiprocessing.managers.SyncManager")
_PLACES = {"multiprocessing.Listener": 3, "multiprocessing.Client": 2}
_IN_A_MANAGER = 1


class TextAuthkey(Rule):
    """The `authkey` of a manager, process, listener or client is text.

    ## What it does
    Finds text that is given as `authkey` to a manager, to `Listener` or `Client`, or assigned to a process's
    `authkey`, and makes it bytes.

    ## Why it matters
    A key is bytes, which `'abc'` was in Python 2. In Python 3 it is text: `TypeError: string argument without an
    encoding` from a manager or process, `authkey should be a byte string` from a listener or client. It is the same
    under every start method. Server and client have to have the same bytes.

    ## Example
    ```python
    from multiprocessing.managers import BaseManager


    class Board(BaseManager):
        pass


    board = Board(address=("", 50000), authkey="secret")
    ```

    ## Use instead
    ```python
    from multiprocessing.managers import BaseManager


    class Board(BaseManager):
        pass


    board = Board(address=("", 50000), authkey=b"secret")
    ```

    ## Fix safety
    Safe for literals and other text that is surely ASCII: the line could not run. Unsafe where text that comes from
    elsewhere is encoded, as UTF-8.

    ## When it stays silent
    For bytes, and where it is not known what the key is.

    ## References
    - [multiprocessing: authentication keys](https://docs.python.org/3/library/multiprocessing.html#authentication-keys)
    - [BaseManager](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.managers.BaseManager)
    """

    code = "MP606"
    name = "text-authkey"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each key."""
        keys = [key for key in self._keys(program) if program.meetings.is_text(key)]
        named: dict[ast.expr, Fix] = {}
        for key in keys:
            if program.compatibility.asks_first(key) or program.compatibility.is_caught(key, "TypeError"):
                continue
            literal = self._literal_of(program, key, keys)
            if literal is not None and literal in named:
                fix = named[literal]
            else:
                edits, safety = made_bytes(program, literal if literal is not None else key)
                fix = Fix(edits, safety, self.phase)
                if literal is not None:
                    named[literal] = fix
            yield self.finding(
                key,
                f"the key `{program.text(key)[:40]}` is text in Python 3, and no bytes: it stops with `TypeError`",
                advice="use a bytes literal, or `.encode()`",
                fix=fix,
            )

    def _keys(self, program: Program) -> Iterator[ast.expr]:
        for call in program.index.calls:
            position = self._position(program, call)
            if position is None:
                continue
            named = [each.value for each in call.keywords if each.arg == "authkey"]
            plain = not any(isinstance(each, ast.Starred) for each in call.args[: position + 1])
            yield from named or (call.args[position : position + 1] if plain else [])
        for attribute in program.types.stores("authkey"):
            statement = program.index.parent[attribute]
            if isinstance(statement, ast.Assign) and self._is_process(program, attribute.value):
                yield statement.value

    @staticmethod
    def _position(program: Program, call: ast.Call) -> int | None:
        """The place of the key in what is called; `None` if that takes none."""
        if program.names.place(call.func) in _MANAGERS:
            return _IN_A_MANAGER
        name = program.qualified(call.func)
        if name in _PLACES:
            return _PLACES[name]
        if isinstance(call.func, ast.Attribute) and call.func.attr == "__init__":
            return _place_in_base(program, call, call.func.value)
        class_ = program.functions.resolve_class(call.func)
        if class_ is None or _BASES.isdisjoint(program.functions.base_names(class_)):
            return None
        return _IN_A_MANAGER if program.functions.method(class_, "__init__") is None else None

    @staticmethod
    def _is_process(program: Program, node: ast.expr) -> bool:
        if program.names.calls(node, "multiprocessing.current_process"):
            return True
        class_ = program.functions.class_of_instance(node)
        if class_ is not None:
            return "multiprocessing.Process" in program.functions.base_names(class_)
        if isinstance(node, ast.Name):
            bindings = program.index.bindings(node)
            if len(bindings) == 1 and program.names.calls(bindings[0].value or node, "multiprocessing.current_process"):
                return True
        return program.types.kind(node) == "Process"

    @staticmethod
    def _literal_of(program: Program, key: ast.expr, keys: list[ast.expr]) -> ast.expr | None:
        """The literal that a name stands for which is used for keys alone."""
        if not isinstance(key, ast.Name):
            return None
        bindings = program.index.bindings(key)
        if len(bindings) != 1 or bindings[0].kind != "assign" or not isinstance(bindings[0].value, ast.Constant):
            return None
        uses = program.index.uses(key.id, program.index.owner(key))
        return bindings[0].value if all(use in keys or isinstance(use.ctx, ast.Store) for use in uses) else None


def _place_in_base(program: Program, call: ast.Call, base: ast.expr) -> int | None:
    """The place of the key in `super().__init__(…)` and `BaseManager.__init__(self, …)` of a manager's class."""
    if program.names.place(base) in _MANAGERS:
        return _IN_A_MANAGER + 1
    function = program.index.function(call)
    class_ = program.index.enclosing_class(function) if function is not None else None
    if class_ is None or not program.names.calls(base, "builtins.super"):
        return None
    above = {program.names.place(each) for each in class_.bases}
    return _IN_A_MANAGER if not above.isdisjoint(_MANAGERS) else None
