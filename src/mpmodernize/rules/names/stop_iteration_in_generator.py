"""MP216: `raise StopIteration` in a generator."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Severity
from mpmodernize.model.compatibility import caught
from mpmodernize.model.scopes import FUNCTION_NODES
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_CATCHING = frozenset({"StopIteration", "Exception", "BaseException"})


class StopIterationInGenerator(Rule):
    """`raise StopIteration` in a generator is a `RuntimeError` since Python 3.7.

    ## What it does
    Replaces `raise StopIteration` by `return` in a function that yields, and `raise StopIteration(value)` by
    `return value`. A `next(it)` without a default that nothing guards, in an endless loop of a generator, is reported:
    its `StopIteration` ended the generator quietly, too.

    ## Why it matters
    The generator does not end, it fails: `RuntimeError: generator raised StopIteration`, and only once it comes to its
    end. A generator that feeds a pool takes the whole pool with it, under every start method.

    ## Example
    ```python
    def first(values, n):
        for number, value in enumerate(values):
            if number == n:
                raise StopIteration
            yield value
    ```

    ## Use instead
    ```python
    def first(values, n):
        for number, value in enumerate(values):
            if number == n:
                return
            yield value
    ```

    ## Fix safety
    Safe: `return` ends a generator in both languages as the exception did in Python 2. Where a `try` of the generator
    itself would have caught it there is no fix, nor for `next(it)`: write `for`, or catch `StopIteration` and return.

    ## When it stays silent
    In functions that do not yield: `__next__` ends an iterator that way, in both languages.

    ## References
    - [PEP 479: change StopIteration handling inside generators](https://peps.python.org/pep-0479/)
    """

    code = "MP216"
    name = "stop-iteration-in-generator"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each `raise` of the exception, and at each unguarded `next`."""
        for use in program.index.names.get("StopIteration", ()):
            statement = self._raised(program, use)
            function = program.index.function(statement) if statement is not None else None
            if statement is None or function is None or function not in program.iterators.generators:
                continue
            message = "`raise StopIteration` in a generator is a `RuntimeError` since Python 3.7"
            edits: list[Edit] = []
            if not _is_caught(program, statement):
                value = statement.exc.args[0] if isinstance(statement.exc, ast.Call) and statement.exc.args else None
                edits = [Replace(statement, "return" if value is None else f"return {program.text(value)}")]
            yield self.finding(statement, message, advice="use `return`", edits=edits)
        for call in [*program.index.names.get("next", ()), *program.index.attributes.get("next", ())]:
            yield from self._unguarded(program, program.index.parent[call], call)

    @staticmethod
    def _raised(program: Program, use: ast.Name) -> ast.Raise | None:
        """The `raise` of the exception, or of an instance with at most one argument."""
        parent = program.index.parent[use]
        if isinstance(parent, ast.Call) and parent.func is use and len(parent.args) <= 1 and not parent.keywords:
            parent = program.index.parent[parent]
        found = isinstance(parent, ast.Raise) and program.qualified(use) == "builtins.StopIteration"
        return parent if found and isinstance(parent, ast.Raise) else None

    def _unguarded(self, program: Program, call: ast.AST, use: ast.expr) -> Iterator[Diagnosis]:
        """A `next(it)` or `it.next()` that is what ends an endless loop of a generator."""
        if not isinstance(call, ast.Call) or call.func is not use:
            return
        taken = len(call.args) == 1 and program.qualified(use) == "builtins.next"
        if not taken and not (isinstance(use, ast.Attribute) and not call.args and program.python2):
            return
        function = program.index.function(call)
        if function is None or function not in program.iterators.generators or _is_caught(program, call):
            return
        loop = _endless_loop(program, call)
        if loop is not None and not any(isinstance(each, (ast.Break, ast.Return)) for each in ast.walk(loop)):
            yield self.finding(
                call,
                "the `StopIteration` of `next` is what ends this generator: a `RuntimeError` since Python 3.7",
                advice="use `for`, or catch `StopIteration` and `return`",
                severity=Severity.HINT,
            )


def _is_caught(program: Program, node: ast.AST) -> bool:
    """Whether a `try` of the same function catches the exception here."""
    child = node
    for ancestor in program.index.ancestors(node):
        if isinstance(ancestor, (*FUNCTION_NODES, ast.Lambda)):
            return False
        if isinstance(ancestor, ast.Try) and child in ancestor.body:
            names = {name for handler in ancestor.handlers for name in caught(handler)}
            if names & _CATCHING:
                return True
        child = ancestor
    return False


def _endless_loop(program: Program, node: ast.AST) -> ast.While | None:
    loop = program.index.loop(node)
    endless = isinstance(loop, ast.While) and isinstance(loop.test, ast.Constant) and bool(loop.test.value)
    return loop if endless and isinstance(loop, ast.While) else None
