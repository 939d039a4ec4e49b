"""MP605: functions that make queues, pools and locks, taken for classes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.process_library import CLASSES
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.base import Fix, Phase, Rule
from mpmodernize.rules.spelling import library_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis

_ASKING = ("builtins.isinstance", "builtins.issubclass")
_LAZY = "py314"
"""From here on annotations are computed when somebody asks for them (PEP 649)."""


class FactoryUsedAsClass(Rule):
    """`multiprocessing.Queue`, `Pool`, `Lock` and their like are functions, and stand where a class has to.

    ## What it does
    Finds them as the second argument of `isinstance`, as a base class, and in annotations with `|`, and names the class
    that is meant: `multiprocessing.queues.Queue`, `multiprocessing.pool.Pool`, `multiprocessing.synchronize.Lock`.

    ## Why it matters
    They are functions in Python 2 and methods of the default context in Python 3, not classes: `TypeError: isinstance()
    arg 2 must be a type`, or `TypeError: method expected 2 arguments, got 3` from the `class` statement. It is the same
    under every start method.

    ## Example
    ```python
    import multiprocessing


    def describe(channel):
        return "queue" if isinstance(channel, multiprocessing.Queue) else "other"


    print(describe(3))
    ```

    ## Use instead
    ```python
    import multiprocessing
    import multiprocessing.queues


    def describe(channel):
        return "queue" if isinstance(channel, multiprocessing.queues.Queue) else "other"


    print(describe(3))
    ```

    ## Fix safety
    Safe: the line could not run.

    ## When it stays silent
    For `multiprocessing.Process`, which is a class, for `concurrent.futures`, and for annotations that do no harm when
    the program runs: those without `|`, those of local variables, and all of them where `target-version` is `py314`.

    ## References
    - [multiprocessing: pipes and queues](https://docs.python.org/3/library/multiprocessing.html#pipes-and-queues)
    - [multiprocessing.pool.Pool](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.pool.Pool)
    """

    code = "MP605"
    name = "factory-used-as-class"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each place that wants a class."""
        for node, where in self._wanting(program):
            factory = program.names.place(node)
            if factory not in CLASSES or program.compatibility.asks_first(node):
                continue
            if program.compatibility.is_caught(node, "TypeError"):
                continue
            module, _, name = CLASSES[factory].rpartition(".")
            spelled, edits = library_name(program, module, name)
            if spelled == name and program.index.scope(node).owner(name) is not program.index.module:
                spelled = f"{module}.{name}"
            yield self.finding(
                node,
                f"`{factory}` is a function that makes a `{name}`, no class: {where} stops with `TypeError`",
                advice=f"name the class, `{CLASSES[factory]}`",
                fix=Fix([Replace(node, spelled), *edits], Safety.SAFE, self.phase),
            )

    @staticmethod
    def _wanting(program: Program) -> Iterator[tuple[ast.expr, str]]:
        for name in _ASKING:
            for call in program.calls_of(name):
                for given in call.args[1:2]:
                    for each in given.elts if isinstance(given, ast.Tuple) else [given]:
                        yield each, f"`{name.removeprefix('builtins.')}`"
        for class_ in program.index.all(ast.ClassDef):
            for base in class_.bases:
                yield base, "the `class` statement"
        if "annotations" in program.futures:
            return
        for operation in program.index.all(ast.BinOp):
            if not isinstance(operation.op, ast.BitOr) or _is_never_looked_at(program, operation):
                continue
            lazy = _is_in_annotation(program, operation)
            if not (lazy and program.oldest_target >= _LAZY):
                for side in (operation.left, operation.right):
                    yield side, "`|`, up to Python 3.13," if lazy else "`|`"


def _is_in_annotation(program: Program, operation: ast.BinOp) -> bool:
    """Whether this says what a parameter, a result or a variable is."""
    return any(
        operation is node
        for ancestor in program.index.ancestors(operation)
        for annotation in _annotations(ancestor)
        for node in ast.walk(annotation)
    )


def _annotations(node: ast.AST) -> list[ast.expr]:
    """The annotations that belong to a statement."""
    if isinstance(node, ast.AnnAssign):
        return [node.annotation]
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return []
    given = [each.annotation for each in ast.walk(node.args) if isinstance(each, ast.arg)]
    return [each for each in [*given, node.returns] if each is not None]


def _is_never_looked_at(program: Program, operation: ast.BinOp) -> bool:
    """Whether this is the annotation of a local variable, or only there for who checks types."""
    for ancestor in program.index.ancestors(operation):
        if isinstance(ancestor, ast.AnnAssign) and program.index.contains(ancestor.annotation, operation):
            return program.index.function(ancestor) is not None
        if isinstance(ancestor, ast.If) and (program.qualified(ancestor.test) or "").endswith("TYPE_CHECKING"):
            return True
    return False
