"""Names of this file in code of another one that belongs to the same program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.rewrite.edits import AddImport, AddImportedName
from mpmodernize.rules.route import NoRouteError

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit


def seen_from(program: Program, name: str, node: ast.AST) -> tuple[str, list[Edit]]:
    """How code at `node`, in whatever file, writes a module-level name of this file; and the edits that it takes.

    Raises `NoRouteError` where it cannot see the name, or would see an older value.
    """
    other = program.of(node)
    if other is program:
        return name, []
    values = program.state.values(name)
    if name in other.index.module.bindings and other.state.values(name) == values:
        return name, []
    written, edits = brought_to(program, name, other)
    if written == name and (len(values) != 1 or values[0].kind in ("augmented", "delete")):
        raise NoRouteError(f"`{name}` gets its value at several places, and the worker is started in another file")
    return written, edits


def brought_to(program: Program, name: str, other: Program) -> tuple[str, list[Edit]]:
    """How another file writes a name of this one, by an import that it has or that gets one more name."""
    if other is program or program.joint is None:
        return name, []
    module = program.joint.written(program, other)
    if module is not None:
        return f"{module}.{name}", []
    statement = program.joint.import_of(program, other)
    if statement is None:
        raise NoRouteError("the worker is started in a file that does not import this one")
    if other.is_taken(name):
        raise NoRouteError(f"another file has a `{name}` of its own")
    if statement.names[0].name != "*":
        return name, [AddImportedName(statement, name)]
    return name, [AddImport(f"from {'.' * statement.level}{statement.module or ''} import {name}", other.tree)]


def without_repetitions(edits: Iterable[Edit]) -> list[Edit]:
    """The edits, each import once."""
    found: dict[object, Edit] = {}
    for edit in edits:
        key: object = edit
        if isinstance(edit, AddImportedName):
            key = (edit.statement, edit.name)
        elif isinstance(edit, AddImport):
            key = (edit.module, edit.code)
        found.setdefault(key, edit)
    return list(found.values())
