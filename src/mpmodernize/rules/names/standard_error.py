"""MP215: `StandardError`."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.rules.base import Phase, Rule
from mpmodernize.rules.old_builtins import renamed, uses_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


_TRY_STAR = getattr(ast, "TryStar", ast.Try)


class StandardError(Rule):
    """`StandardError` is gone: what is above all errors of the standard kind is `Exception`.

    ## What it does
    Replaces the built-in `StandardError` by `Exception`, as a base class, in `except` and in `raise`.

    ## Why it matters
    `StandardError` raises `NameError` in Python 3. In `except StandardError:` that happens only when something has
    gone wrong already, and hides what it was; in a pool's worker the caller then gets the `NameError` under every start
    method.

    ## Example
    ```python
    class JobError(StandardError):
        pass
    ```

    ## Use instead
    ```python
    class JobError(Exception):
        pass
    ```

    ## Fix safety
    Safe: the line could not run. In Python 2 only `StopIteration`, the warnings and classes of programs were an
    `Exception` and no `StandardError`. Unsafe where a handler behind this one is there for such exceptions.

    ## When it stays silent
    For a `StandardError` that the program or an import binds, and where the program asks first whether there is one.

    ## References
    - [PEP 3110 and PEP 352: what became of the tree of exceptions](https://peps.python.org/pep-0352/)
    - [What's New in Python 3.0: changes to exceptions](https://docs.python.org/3/whatsnew/3.0.html#changes-to-exceptions)
    """

    code = "MP215"
    name = "standard-error"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Give each use the new name."""
        for use in uses_of(program, "StandardError"):
            message = "`StandardError` is gone in Python 3: `Exception` stands above all errors"
            advice, safety = "use `Exception`", Safety.SAFE
            if _takes_from_others(program, use):
                advice += ", and put this handler behind the others: it catches what they were for"
                safety = Safety.UNSAFE
            yield self.finding(use, message, advice=advice, edits=renamed(program, use, "Exception"), safety=safety)


def _takes_from_others(program: Program, use: ast.expr) -> bool:
    """Whether `except Exception` would catch what handlers behind this one are there for."""
    for ancestor in program.index.ancestors(use):
        if isinstance(ancestor, ast.ExceptHandler):
            statement = program.index.parent[ancestor]
            if ancestor.type is None or not program.index.contains(ancestor.type, use):
                return False
            assert isinstance(statement, (ast.Try, _TRY_STAR))
            later = statement.handlers[statement.handlers.index(ancestor) + 1 :]
            return any(not _is_standard(program, each.type) for each in later)
        if isinstance(ancestor, ast.stmt):
            return False
    return False


def _is_standard(program: Program, type_: ast.expr | None) -> bool:
    """Whether a handler caught nothing of its own behind `except StandardError`, or catches what is no `Exception`."""
    if type_ is None:
        return True
    if isinstance(type_, ast.Tuple):
        return all(_is_standard(program, each) for each in type_.elts)
    name = program.qualified(type_) or ""
    known = getattr(builtins, name.removeprefix("builtins."), None) if name.startswith("builtins.") else None
    return isinstance(known, type) and not issubclass(known, (StopIteration, Warning)) and known is not Exception
