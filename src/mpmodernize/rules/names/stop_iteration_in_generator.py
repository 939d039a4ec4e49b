"""MP216: `raise StopIteration` in a generator."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety, Severity
from mpmodernize.model.scopes import FUNCTION_NODES
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.base import Fix, Phase, Rule
from mpmodernize.rules.handlers import caught_by, is_tried

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_ENDLESS = ("itertools.count", "itertools.cycle")
_CATCHING = frozenset({"StopIteration", "Exception", "BaseException"})


class StopIterationInGenerator(Rule):
    """`raise StopIteration` in a generator is a `RuntimeError` since Python 3.7.

    ## What it does
    Replaces `raise StopIteration` by `return` in a function that yields, and `raise StopIteration(value)` by
    `return value`. A `next(it)` without a default that nothing guards ended the generator quietly, too, in Python 2: it
    gets a `try` that does so.

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
    itself would have caught it there is no fix, nor for a `next(it)` in the head of a loop or condition: those are
    hints, as is the `next(it)` in an endless loop of a Python 3 file.

    ## When it stays silent
    In functions that do not yield: `__next__` ends an iterator that way, in both languages. For a `next` with a
    default, for iterators that never end (`itertools.count`), and where a `try` catches `StopIteration`.

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
        fixes: dict[ast.stmt, Fix | None] = {}
        for use in [*program.index.names.get("next", ()), *program.index.attributes.get("next", ())]:
            yield from self._unguarded(program, program.index.parent[use], use, fixes)

    @staticmethod
    def _raised(program: Program, use: ast.Name) -> ast.Raise | None:
        """The `raise` of the exception, or of an instance with at most one argument."""
        parent = program.index.parent[use]
        if isinstance(parent, ast.Call) and parent.func is use and len(parent.args) <= 1 and not parent.keywords:
            parent = program.index.parent[parent]
        found = isinstance(parent, ast.Raise) and program.qualified(use) == "builtins.StopIteration"
        return parent if found and isinstance(parent, ast.Raise) else None

    def _unguarded(
        self, program: Program, call: ast.AST, use: ast.expr, fixes: dict[ast.stmt, Fix | None]
    ) -> Iterator[Diagnosis]:
        """A `next(it)` or `it.next()` whose `StopIteration` ends a generator."""
        if not isinstance(call, ast.Call) or call.func is not use or call.keywords:
            return
        taken = len(call.args) == 1 and program.qualified(use) == "builtins.next"
        if not taken and not (isinstance(use, ast.Attribute) and not call.args and program.python2):
            return
        source = call.args[0] if taken else use.value if isinstance(use, ast.Attribute) else use
        function = program.index.function(call)
        if function is None or function not in program.iterators.generators or _is_caught(program, call):
            return
        if program.iterators.gives_iterator(source) is False or _is_endless(program, source):
            return
        if not program.python2 and not _in_endless_loop(program, call):
            return
        statement = program.index.statement(call)
        if statement not in fixes:
            code = _guarded(program, statement) if program.python2 and _runs_here(program, call) else None
            fixes[statement] = Fix((Replace(statement, code),), Safety.SAFE, self.phase) if code is not None else None
        fix = fixes[statement]
        yield self.finding(
            call,
            "the `StopIteration` of `next` ended this generator in Python 2: it is a `RuntimeError` since Python 3.7",
            advice="catch `StopIteration` and `return`",
            fix=fix,
            severity=Severity.HINT if fix is None else Severity.ERROR,
        )


def _is_caught(program: Program, node: ast.AST) -> bool:
    """Whether a `try` of the same function catches the exception here."""
    child = node
    for ancestor in program.index.ancestors(node):
        if isinstance(ancestor, (*FUNCTION_NODES, ast.Lambda)):
            return False
        if isinstance(ancestor, ast.Try) and is_tried(ancestor, child) and caught_by(program, ancestor) & _CATCHING:
            return True
        child = ancestor
    return False


def _is_endless(program: Program, source: ast.expr) -> bool:
    """Whether an iterator never comes to an end."""
    if isinstance(source, ast.Name):
        values = [each.value for each in program.index.bindings(source)]
        return bool(values) and all(each is not None and program.names.calls(each, *_ENDLESS) for each in values)
    return program.names.calls(source, *_ENDLESS)


def _in_endless_loop(program: Program, node: ast.AST) -> bool:
    """Whether nothing else ends the loop around this place."""
    loop = program.index.loop(node)
    if not isinstance(loop, ast.While) or not isinstance(loop.test, ast.Constant) or not loop.test.value:
        return False
    key = f"endless {loop.lineno} {loop.col_offset}"
    if key not in program.plans:
        program.plans[key] = not any(isinstance(each, (ast.Break, ast.Return)) for each in ast.walk(loop))
    return bool(program.plans[key])


def _runs_here(program: Program, node: ast.AST) -> bool:
    """Whether a call runs in the generator itself: not in a lambda or generator expression, which run elsewhere."""
    for ancestor in program.index.ancestors(node):
        if isinstance(ancestor, ast.stmt):
            return True
        if isinstance(ancestor, (ast.Lambda, ast.GeneratorExp)):
            return False
    return False


def _guarded(program: Program, statement: ast.stmt) -> str | None:
    """A simple statement, alone on its line, that ends the generator where `next` finds nothing."""
    start, end = program.places.start(statement), program.places.end(statement)
    before, behind = program.places.line_up_to(start), program.source[end : program.places.end_of_line(end)]
    code = program.source[start:end]
    simple = isinstance(statement, (ast.Assign, ast.AugAssign, ast.Expr))
    if not simple or before.strip() or behind.strip()[:1] not in ("", "#") or "\n" in code or "\r" in code:
        return None
    unit = "\t" if before.endswith("\t") else "    "
    return f"try:\n{unit}{code}\nexcept StopIteration:\n{unit}return"
