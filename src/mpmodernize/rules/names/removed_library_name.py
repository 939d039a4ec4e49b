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
_METHODS = {"isAlive": "is_alive", "readfp": "read_file"}
_MODULES_OF = {
    "isAlive": ("threading", "multiprocessing"),
    "readfp": ("ConfigParser", "configparser"),
}
_OF_ARRAYS = {"tostring": "tobytes", "fromstring": "frombytes"}


class RemovedLibraryName(MovedNames):
    """A name of the library that Python 3 has under another one: `threading._sleep`, `cgi.escape`, `isAlive`.

    ## What it does
    Puts the new name in the place of the old one: `base64.encodestring`, `cgi.escape`, `cgi.parse_qs`,
    `collections.Mapping` and its kin, `fractions.gcd`, `inspect.getargspec`, `os.errno`, `threading._sleep`, the
    methods `isAlive` of threads and processes, `readfp` of configuration parsers and `tostring` of arrays. Reports what
    has no successor that does the same, such as `os.path.walk`, `contextlib.nested` and `subprocess.mswindows`.

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
    whose successors differ in details, unless the program shows that these don't matter. There is no fix for what has
    no successor.

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
        if type_ is not None and type_.class_ is not None:
            if program.functions.method(type_.class_, method) is not None:
                return False
            bases = program.functions.base_names(type_.class_)
            return method not in _OF_ARRAYS and any(base.rpartition(".")[0] in _MODULES_OF[method] for base in bases)
        if method in _OF_ARRAYS:
            return type_ is not None and type_.kind == "array"
        used = any(program.imports.of(module) for module in _MODULES_OF[method])
        return (type_ is not None and type_.kind == "Thread") or (type_ is None and program.python2 and used)

    def same(self, program: Program, old: str, use: ast.AST) -> bool:
        """Numbers that are written down, and the fields that both results have."""
        call = program.index.parent[use]
        if not isinstance(call, ast.Call) or call.func is not use:
            return super().same(program, old, use)
        if old == "fractions.gcd":
            return all(isinstance(argument, ast.Constant) for argument in call.args)
        if old == "inspect.getargspec":
            parent = program.index.parent[call]
            attribute = isinstance(parent, ast.Attribute) and parent.attr in ("args", "varargs", "defaults")
            item = isinstance(parent, ast.Subscript) and isinstance(parent.slice, ast.Constant)
            return attribute or item or _is_taken_apart(parent)
        return super().same(program, old, use)

    def changed(self, program: Program, use: ast.expr) -> list[Edit] | None:
        """Also what needs an argument more."""
        call, old = program.index.parent[use], program.qualified(use)
        edits = super().changed(program, use)
        if edits is None or not isinstance(call, ast.Call) or call.func is not use:
            return edits
        if old == "cgi.escape":
            return self._escaped(program, call)
        if old == "inspect.getargspec" and _is_taken_apart(program.index.parent[call]) and len(call.args) == 1:
            if isinstance(use, ast.Attribute):
                return [Replace(call, "$0.getfullargspec($1)[:4]", (use.value, *call.args))]
            return [Replace(call, "getfullargspec($0)[:4]", tuple(call.args))]
        return edits

    @staticmethod
    def _escaped(program: Program, call: ast.Call) -> list[Edit] | None:
        """`cgi.escape` left quotation marks alone unless it was told."""
        if program.is_used("html") and not program.imports.of("html"):
            return None
        spelled, edits = library_name(program, "html", "escape")
        if len(call.args) == 1 and not call.keywords:
            return [Replace(call, f"{spelled}($0, quote=False)", tuple(call.args)), *edits]
        return [Replace(call.func, spelled), *edits]


def _is_taken_apart(statement: ast.AST) -> bool:
    """Whether the four fields get four names."""
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    return isinstance(target, ast.Tuple) and len(target.elts) == 4
