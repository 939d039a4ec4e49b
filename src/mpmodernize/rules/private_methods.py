"""Methods with a private name that go to another process: `target=self.__work`.

A bound method is pickled as its instance and the name of its function, `__work`. The attribute is called `_Job__work`,
so the other process does not find it.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.scopes import FUNCTION_NODES
from mpmodernize.records import Record
from mpmodernize.rewrite.edits import Rename, Replace

if TYPE_CHECKING:
    from mpmodernize.model.crossings import Crossing
    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import FunctionNode
    from mpmodernize.rewrite.edits import Edit


class PrivateMethod(Record, eq=False):
    """A private method that travels."""

    method: FunctionNode
    node: ast.Attribute
    """Where it is handed over first."""
    crossings: list[Crossing]
    edits: list[Edit]
    """What gives it a name that is found; empty where that is not certain."""
    new: str


def private_methods(program: Program) -> list[PrivateMethod]:
    """The private methods of the program's classes that go to another process from this file."""
    found: dict[FunctionNode, PrivateMethod] = {}
    for crossing in program.crossings.all:
        node = crossing.expression
        if not isinstance(node, ast.Attribute) or not _is_private(node.attr) or not program.owns(node):
            continue
        method = program.functions.resolve(node)
        class_ = program.index.enclosing_class(method) if method is not None else None
        if method is None or class_ is None or (crossing.is_inherited and program.pins_fork):
            continue
        if method in found:
            found[method].crossings.append(crossing)
        else:
            new = _free_name(program, node.attr)
            edits = _renaming(program, method, class_, new) if program.owns(method) else []
            found[method] = PrivateMethod(method, node, [crossing], edits, new)
    return list(found.values())


def _is_private(name: str) -> bool:
    return name.startswith("__") and not name.endswith("__")


def _free_name(program: Program, name: str) -> str:
    """The name with one underscore, if nothing else in the program has that."""
    wanted = new = f"_{name.lstrip('_')}"
    methods = {each.name for each in program.everywhere.definitions if isinstance(each, FUNCTION_NODES)}
    number = 1
    while program.everywhere.attributes.get(new) or new in methods:
        number += 1
        new = f"{wanted}{number}"
    return new


def _renaming(program: Program, method: FunctionNode, class_: ast.ClassDef, new: str) -> list[Edit]:
    if f"_{class_.name.lstrip('_')}{method.name}" in program.source:
        return []  # someone knows its real name
    edits: list[Edit] = [Rename(method, new)]
    for use in program.index.attributes[method.name]:
        around = next((each for each in program.index.ancestors(use) if isinstance(each, ast.ClassDef)), None)
        if around is class_:
            edits.append(Replace(use, f"$0.{new}", (use.value,)))
    return edits
