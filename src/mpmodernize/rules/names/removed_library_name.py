"""MP237: names of the library that went without a module of their own going."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.library import ELSEWHERE, ELSEWHERE_GONE
from mpmodernize.rewrite.edits import AddImport, Replace
from mpmodernize.rules.moves import MovedNames
from mpmodernize.rules.spelling import library_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_UNLIKE = {
    "fractions.gcd": "use `math.gcd`, which is never negative: `fractions.gcd` took the sign of its second number",
    "inspect.getargspec": "use `inspect.getfullargspec`: seven fields instead of four, and `varkw` for `keywords`",
    "locale.format": "use `locale.format_string`, which takes a whole format string",
}
_METHODS = {"isAlive": "is_alive"}
_OF_ARRAYS = {"tostring": "tobytes", "fromstring": "frombytes"}


class RemovedLibraryName(MovedNames):
    """A name of the library that Python 3 has under another one: `threading._sleep`, `cgi.escape`, `isAlive`.

    ## What it does
    Puts the new name in the place of the old one: `base64.encodestring`, `cgi.escape`, `cgi.parse_qs`,
    `collections.Mapping` and its kin, `fractions.gcd`, `inspect.getargspec`, `os.errno`, `threading._sleep`, the
    methods `isAlive` of threads and processes and `tostring` of arrays.

    ## Why it matters
    The names were kept for a while after their successors came, and went at last: the abstract classes of
    `collections` with 3.10, `isAlive` with 3.9, `getargspec` with 3.11, `cgi.escape` with 3.8. Code that ran on an
    early Python 3 stops on a later one.

    ## Example
    ```python
    import cgi
    import threading

    worker = threading.Thread(target=len, args=("x",))
    worker.start()
    worker.join()
    print worker.isAlive(), cgi.escape('<a href="x">')
    ```

    ## Use instead
    ```python
    import threading
    import html

    worker = threading.Thread(target=len, args=("x",))
    worker.start()
    worker.join()
    print(worker.is_alive(), html.escape('<a href="x">', quote=False))
    ```

    ## Fix safety
    Safe where the new function does the same. Unsafe for `fractions.gcd`, `inspect.getargspec` and `locale.format`,
    whose successors differ in details. There is no fix for what has no successor.

    ## When it stays silent
    For `isAlive` and `tostring` of objects that are not known to be threads, processes or arrays; and where the program
    asks first which Python it runs on, or whether the name is there.

    ## References
    - [What's New in Python 3.8](https://docs.python.org/3/whatsnew/3.8.html#api-and-feature-removals),
      [3.9](https://docs.python.org/3/whatsnew/3.9.html#removed),
      [3.10](https://docs.python.org/3/whatsnew/3.10.html#removed),
      [3.11](https://docs.python.org/3/whatsnew/3.11.html#removed)
    """

    code = "MP237"
    name = "removed-library-name"
    moves = ELSEWHERE
    gone = ELSEWHERE_GONE
    unlike = _UNLIKE

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look up the names and the methods."""
        yield from super().check(program)
        yield from self._errno(program)
        for old, new in (_METHODS | _OF_ARRAYS).items():
            for call in program.index.method_calls.get(old, ()):
                if isinstance(call.func, ast.Attribute) and self._has(program, call.func.value, old):
                    edits = [Replace(call.func, f"$0.{new}", (call.func.value,))]
                    yield self.finding(
                        call, f"`{old}()` is `{new}()` in Python 3", advice=f"use `{new}()`", edits=edits
                    )

    def _errno(self, program: Program) -> Iterator[Diagnosis]:
        """`os.errno` was the module `errno`, by accident."""
        for use in program.index.attributes.get("errno", ()):
            if program.qualified(use) == "os.errno" and not program.compatibility.asks_first(use):
                free = not program.is_used("errno") or bool(program.imports.of("errno"))
                edits: list[Edit] = [Replace(use, "errno"), AddImport("import errno")] if free else []
                if program.imports.of("errno"):
                    edits = edits[:1]
                yield self.finding(use, "Python 3 has no `os.errno`", advice="import `errno`", edits=edits)

    @staticmethod
    def _has(program: Program, receiver: ast.expr, method: str) -> bool:
        type_ = program.type(receiver)
        if type_ is None:
            return method not in _OF_ARRAYS and program.python2 and _has_threads(program)
        if type_.class_ is not None:
            defined = program.functions.method(type_.class_, method) is not None
            return not defined and "threading.Thread" in program.functions.base_names(type_.class_)
        return type_.kind == ("array" if method in _OF_ARRAYS else "Thread")

    def changed(self, program: Program, use: ast.expr) -> list[Edit] | None:
        """Also what needs an argument more."""
        call = program.index.parent[use]
        if program.qualified(use) == "cgi.escape" and isinstance(call, ast.Call) and call.func is use:
            return self._escaped(program, call)
        return super().changed(program, use)

    @staticmethod
    def _escaped(program: Program, call: ast.Call) -> list[Edit] | None:
        """`cgi.escape` left quotation marks alone unless it was told."""
        if program.is_used("html") and not program.imports.of("html"):
            return None
        spelled, edits = library_name(program, "html", "escape")
        if len(call.args) == 1 and not call.keywords:
            return [Replace(call, f"{spelled}($0, quote=False)", tuple(call.args)), *edits]
        return [Replace(call.func, spelled), *edits]


def _has_threads(program: Program) -> bool:
    return bool(program.imports.of("threading") or program.imports.of("multiprocessing"))
