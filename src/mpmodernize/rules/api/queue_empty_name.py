"""MP618: `except Queue.Empty` where `Queue` is no module."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.kinds import QUEUES
from mpmodernize.rewrite.edits import AddImport, Reimport, Replace
from mpmodernize.rules.base import Fix, Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_ERRORS = ("Empty", "Full")
_WITHOUT = frozenset({"multiprocessing", *(f"multiprocessing.{kind}" for kind in QUEUES)})
_OF_QUEUES = frozenset("get get_nowait put put_nowait".split())
_MODULES = ("queue", "Queue", "multiprocessing.queues")


class QueueEmptyName(Rule):
    """`Empty` and `Full` are looked for in `multiprocessing.Queue`, or in a queue, which have no such names.

    ## What it does
    Finds `Queue.Empty` where `Queue` is `multiprocessing.Queue` or a queue itself, the same with `Full`,
    `multiprocessing.Empty`, and an `Empty` that is imported nowhere, and takes the exceptions from `queue`.

    ## Why it matters
    `multiprocessing.Queue` is a function that makes queues: `AttributeError: … has no attribute 'Empty'`. The name
    is looked up only when an exception arrives, so the program runs until the queue is empty for the first time and
    stops then, in the child or in the parent. So it did in Python 2, under every start method. A parameter called
    `queue` hides the module of that name in the same way.

    ## Example
    ```python
    from multiprocessing import Queue

    queue = Queue()
    try:
        print(queue.get(timeout=0.1))
    except Queue.Empty:
        print("nothing")
    ```

    ## Use instead
    ```python
    from multiprocessing import Queue
    from queue import Empty

    queue = Queue()
    try:
        print(queue.get(timeout=0.1))
    except Empty:
        print("nothing")
    ```

    ## Fix safety
    Safe: the name could not be looked up.

    ## When it stays silent
    For the modules `queue`, `Queue` and `multiprocessing.queues`, which have both names.

    ## References
    - [multiprocessing: pipes and queues](https://docs.python.org/3/library/multiprocessing.html#pipes-and-queues)
    - [queue.Empty](https://docs.python.org/3/library/queue.html#queue.Empty)
    """

    code = "MP618"
    name = "queue-empty-name"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Mend all places together: one import serves them."""
        found = [(node, error, why) for error in _ERRORS for node, why in self._lost(program, error)]
        imports = [
            each
            for each in program.imports.of("multiprocessing")
            if not each.is_module and each.alias.name in _ERRORS and not program.compatibility.asks_first(each.alias)
        ]
        if not found and not imports:
            return
        names, edits = self._names(program, {error for _, error, _ in found})
        edits += [Replace(node, names[error]) for node, error, _ in found if program.text(node) != names[error]]
        for each in imports:
            bound = f" as {each.alias.asname}" if each.alias.asname else ""
            edits.append(Reimport(each.statement, each.alias, (f"from queue import {each.alias.name}{bound}",)))
        fix = Fix(edits, Safety.SAFE, self.phase)
        for node, error, why in found:
            yield self.finding(node, why, advice=f"import `{error}` from `queue`", fix=fix)
        for each in imports:
            message = f"`multiprocessing` has no `{each.alias.name}`: the import stops with `ImportError`"
            yield self.finding(each.alias, message, advice=f"import `{each.alias.name}` from `queue`", fix=fix)

    def _lost(self, program: Program, error: str) -> Iterator[tuple[ast.expr, str]]:
        """The places that name an exception which is not there, and why."""
        for node in program.index.attributes.get(error, ()):
            if not isinstance(node.ctx, ast.Load) or program.compatibility.asks_first(node):
                continue
            why = self._why(program, node)
            if why is not None:
                yield node, f"{why}: `AttributeError` as soon as an exception is compared with it"
        for name in program.index.names.get(error, ()):
            if program.names.is_unbound(name) and _is_caught_type(program, name):
                yield name, f"`{error}` is imported nowhere: `NameError` as soon as an exception is compared with it"

    @staticmethod
    def _why(program: Program, node: ast.Attribute) -> str | None:
        text = program.text(node.value)
        place = _last_place(program, node.value)
        if place in _WITHOUT:
            made = "is the package" if place == "multiprocessing" else "is a function that makes queues"
            return f"`{text}` {made} and has no `{node.attr}`"
        if program.types.kind(node.value) in QUEUES or _is_used_as_queue(program, node.value):
            return f"`{text}` is a queue here, no module, and has no `{node.attr}`"
        return None

    @staticmethod
    def _names(program: Program, errors: set[str]) -> tuple[dict[str, str], list[Edit]]:
        """How the program calls the exceptions, and the import that it needs for it."""
        names: dict[str, str] = {}
        missing: list[str] = []
        for error in sorted(errors):
            there = [
                each.bound
                for module in _MODULES
                for each in program.imports.of(module)
                if not each.is_module and each.alias.name == error and each.statement in program.tree.body
            ]
            bound = program.index.module.bindings.get(error)
            names[error] = there[0] if there else program.free_name("Queue" + error) if bound else error
            if not there:
                missing.append(error if names[error] == error else f"{error} as {names[error]}")
        return names, [AddImport(f"from queue import {', '.join(missing)}")] if missing else []


def _last_place(program: Program, node: ast.expr) -> str | None:
    """What a name stands for that several imports bind: the last of them counts."""
    if isinstance(node, ast.Name):
        bindings = program.index.bindings(node)
        if len(bindings) > 1 and all(each.kind == "import" and each.scope.is_module for each in bindings):
            last = max(bindings, key=lambda each: (each.node.lineno, each.node.col_offset))  # type: ignore[attr-defined]
            first = next(each for each in bindings if each is not last)
            if program.index.block(program.index.statement(first.node)) is not program.index.block(
                program.index.statement(last.node)
            ):
                return None
            return program.names.of_binding(last)
    return program.names.place(node)


def _is_used_as_queue(program: Program, node: ast.expr) -> bool:
    """Whether this is a variable of a function that hides the module, and that the function puts into or gets from."""
    if not isinstance(node, ast.Name):
        return False
    hidden = {each.bound for module in ("queue", "Queue") for each in program.imports.of(module) if each.is_module}
    if node.id not in hidden:
        return False  # a queue of another package may have the names
    owner = program.index.owner(node)
    if owner is None or owner.is_module or any(each.kind == "import" for each in owner.bindings[node.id]):
        return False
    parents = [program.index.parent[use] for use in program.index.uses(node.id, owner)]
    return any(isinstance(each, ast.Attribute) and each.attr in _OF_QUEUES for each in parents)


def _is_caught_type(program: Program, name: ast.Name) -> bool:
    parent = program.index.parent[name]
    if isinstance(parent, ast.Tuple):
        parent = program.index.parent[parent]
    return isinstance(parent, ast.ExceptHandler)
