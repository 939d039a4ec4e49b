"""MP214: `file`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.base import Phase, Rule
from mpmodernize.rules.old_builtins import renamed, safety_of, uses_of
from mpmodernize.rules.spelling import library_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_LIKE_FILES = ("StringIO", "cStringIO", "BytesIO", "makefile", "NamedTemporaryFile", "GzipFile")


class FileType(Rule):
    """`file` is gone: `open` opens files, and what it gives has other types.

    ## What it does
    Writes `open(name, mode)` for `file(name, mode)`, also where `file` is handed on to be called, and
    `isinstance(x, io.IOBase)` for `isinstance(x, file)`. Reports a class that derives from `file`.

    ## Why it matters
    `file` raises `NameError` in Python 3, in a worker often only when the first task arrives, under every start method.

    ## Example
    ```python
    lines = file("jobs.txt").readlines()
    ```

    ## Use instead
    ```python
    lines = open("jobs.txt").readlines()
    ```

    ## Fix safety
    Safe for calls: the line could not run, and `open` took the same arguments in Python 2. Safe in `isinstance`, but
    where the program has a `StringIO` or something else that is an `io.IOBase` and was no `file`: there it is unsafe,
    as where a `from x import *` of an unknown module may bring a `file`. No fix for a class that derives from it, nor
    for `type(x) is file`.

    ## When it stays silent
    For a `file` that the program or an import binds (it is a common name of variables), and where the program asks
    first whether there is one.

    ## References
    - [open](https://docs.python.org/3/library/functions.html#open)
    - [Class hierarchy of io](https://docs.python.org/3/library/io.html#class-hierarchy)
    - [file in Python 2.7](https://docs.python.org/2.7/library/functions.html#file)
    """

    code = "MP214"
    name = "file-type"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each use of the built-in."""
        for use in uses_of(program, "file"):
            message = "`file` is gone in Python 3: `open` opens files"
            safety = safety_of(program, "file")
            place = program.index.parent[use]
            test = program.index.parent[place] if isinstance(place, ast.Tuple) else place
            if program.names.calls(test, "builtins.isinstance", "builtins.issubclass"):
                code, needed = library_name(program, "io", "IOBase")
                edits: list[Edit] = [Replace(use, code), *needed]
                message = "`file` is gone in Python 3: files are of several types there"
                alone = safety if _has_files_alone(program) else Safety.UNSAFE
                yield self.finding(use, message, advice="ask for `io.IOBase`", edits=edits, safety=alone)
            elif _is_type(use, place):
                message = "`file` is gone in Python 3: files are of several types there"
                yield self.finding(use, message, advice="derive from a class of `io`, or ask for `io.IOBase`")
            else:
                edits = [*renamed(program, use, "open"), *_keyword(program, place)]
                yield self.finding(use, message, advice="use `open`", edits=edits, safety=safety)


def _has_files_alone(program: Program) -> bool:
    """Whether nothing in the program looks like a file without having been a `file`."""
    return not any(name in program.index.names or name in program.index.attributes for name in _LIKE_FILES)


def _keyword(program: Program, call: ast.AST) -> list[Edit]:
    """The edits for the keyword that has another name."""
    keywords = call.keywords if isinstance(call, ast.Call) else []
    return [Replace(each, f"file={program.text(each.value)}") for each in keywords if each.arg == "name"]


def _is_type(use: ast.expr, place: ast.AST) -> bool:
    """Whether the type itself is meant: a base class, one side of a comparison, the owner of a method."""
    return (
        isinstance(place, (ast.ClassDef, ast.Compare, ast.Attribute, ast.Tuple, ast.List, ast.Dict))
        and getattr(place, "value", use) is use
    )
