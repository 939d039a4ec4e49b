"""MP413: shared memory that holds a pointer."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.rules.base import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis

_MEMORY = tuple(f"multiprocessing.{kind}" for kind in ("Value", "Array", "RawValue", "RawArray"))
_POINTERS = frozenset(f"ctypes.{name}" for name in ("c_char_p", "c_wchar_p", "c_void_p", "py_object"))
_POINTER_MAKERS = ("ctypes.POINTER", "ctypes.CFUNCTYPE", "ctypes.PYFUNCTYPE")


class PointerInSharedMemory(Rule):
    """A `Value` or `Array` holds a pointer, which means nothing in another process.

    ## What it does
    Finds `Value`, `Array`, `RawValue` and `RawArray` of pointer types of ctypes (`c_char_p`, `c_wchar_p`, `c_void_p`,
    `py_object`, `POINTER(…)`) and of structures with such fields.

    ## Why it matters
    Only the address is shared, not what it points to. What one process stores, another finds as an address in its own
    memory: it reads something else, or dies with a segmentation fault, holding the lock, so that the next one waits
    for ever. Under fork it may seem to work where the text was there before the start.

    ## Example
    ```python
    import ctypes
    import multiprocessing as mp

    if __name__ == "__main__":
        name = mp.Value(ctypes.c_char_p, b"nobody")
        print(name.value)
    ```

    ## Use instead
    ```python
    import ctypes
    import multiprocessing as mp

    if __name__ == "__main__":
        name = mp.Value(ctypes.c_char_p, b"nobody")
        print(name.value)
    ```

    ## Fix safety
    There is no fix: how long the text can get is for you to say. Use an array of characters, which holds the bytes
    themselves: `name = mp.Array("c", 100)`, then `name.value = b"nobody"`; or `manager.Value(str, "nobody")`.

    ## When it stays silent
    For all other types, and for the `Value` of a `Manager`, which pickles what it holds.

    ## References
    - [multiprocessing.sharedctypes](https://docs.python.org/3/library/multiprocessing.html#module-multiprocessing.sharedctypes)
    """

    code = "MP413"
    name = "pointer-in-shared-memory"

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at the type of all memory that is shared."""
        for call in program.calls_of(*_MEMORY):
            if not call.args:
                continue
            pointer = _pointer(program, call.args[0])
            if pointer is None:
                continue
            name = program.text(call.func)
            holds = "holds" if pointer is call.args[0] else f"of `{program.text(call.args[0])}` holds"
            yield self.finding(
                call,
                f"`{name}` {holds} a pointer, `{program.text(pointer)}`: another process finds something else there",
                advice='share the bytes themselves, `Array("c", length)`, or use the `Value` of a `Manager`',
            )


def _pointer(program: Program, node: ast.expr, depth: int = 3) -> ast.expr | None:
    """The type of a pointer that a type is, or has among its fields."""
    if program.qualified(node) in _POINTERS or program.names.calls(node, *_POINTER_MAKERS):
        return node
    class_ = program.functions.resolve_class(node)
    bindings = program.index.bindings(node) if isinstance(node, ast.Name) and class_ is None else []
    value = bindings[0].value if len(bindings) == 1 and bindings[0].kind == "assign" else None
    if value is not None and depth:
        return node if _pointer(program, value, depth - 1) is not None else None
    if class_ is None or not depth:
        return None
    for binding in program.index.inner_scope(class_).bindings.get("_fields_", []):
        fields = binding.value.elts if isinstance(binding.value, (ast.List, ast.Tuple)) else []
        for field in fields:
            if isinstance(field, ast.Tuple) and len(field.elts) >= 2:
                found = _pointer(program, field.elts[1], depth - 1)
                if found is not None:
                    return found
    return None
