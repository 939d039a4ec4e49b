"""Built-ins of Python 2 with another name in Python 3, or none: where a program uses them, and what they become."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.python2 import MODULES, TELLING_BUILTINS, brings_builtins
from mpmodernize.rewrite.edits import AddImport, Replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import Scope
    from mpmodernize.rewrite.edits import Edit

RENAMED = {
    "xrange": "range",
    "raw_input": "input",
    "unicode": "str",
    "basestring": "str",
    "unichr": "chr",
    "long": "int",
    "StandardError": "Exception",
    "file": "open",
}
"""What built-ins of Python 2 are called in Python 3."""
_MODULES = ("__builtin__", "builtins", "__builtins__")


def uses_of(program: Program, name: str) -> Iterator[ast.Name | ast.Attribute]:
    """Where a program reads this built-in, also as `__builtin__.name`, without asking first whether it is there."""
    brought = not program.python2 and brings_builtins(program)
    for use in program.index.names.get(name, ()) if not brought else ():
        is_read = isinstance(use.ctx, ast.Load) and _is_builtin(program, use, name)
        if is_read and not program.compatibility.asks_first(use):
            yield use
    for attribute in program.index.attributes.get(name, ()):
        if (
            isinstance(attribute.ctx, ast.Load)
            and isinstance(attribute.value, ast.Name)
            and program.qualified(attribute.value) in _MODULES
            and not program.compatibility.asks_first(attribute)
        ):
            yield attribute


def _is_builtin(program: Program, use: ast.Name, name: str) -> bool:
    """Whether a name is the built-in: nothing binds it, or nothing has bound it yet in straight code."""
    owner = program.index.owner(use)
    if owner is None:
        return program.qualified(use) == f"builtins.{name}"
    if not owner.is_module or program.index.scope(use) is not owner or program.index.star_imports:
        return False
    return _comes_first(program, use, _first_binding(program, owner, name))


def _first_binding(program: Program, owner: Scope, name: str) -> ast.AST | None:
    """The first place that binds a name; `None` where functions may do so, too, who knows when."""
    found = program.plans.get(f"first {name}", False)
    if found is False:
        nodes = [binding.node for binding in owner.bindings[name]]
        straight = all(program.index.scope(node) is owner for node in nodes)
        found = min(nodes, key=lambda node: getattr(node, "lineno", 0)) if straight else None
        program.plans[f"first {name}"] = found
    return found if isinstance(found, ast.AST) else None


def _comes_first(program: Program, use: ast.Name, binding: ast.AST | None) -> bool:
    """Whether this use of a name is over when the name is bound for the first time."""
    if binding is None:
        return False
    line, loop = getattr(binding, "lineno", 0), program.index.loop(use)
    if loop is not None and line <= getattr(loop, "end_lineno", 0):
        return False
    statement = program.index.statement(binding)
    if statement is program.index.statement(use):  # `file = file(name)` and `reduce = reduce(…)`
        return isinstance(statement, ast.Assign) and program.index.contains(statement.value, use)
    return bool(line > (use.end_lineno or use.lineno))


def is_certain(program: Program, name: str) -> bool:
    """Whether a name that nothing binds is the built-in: not what a `from … import *` of an unknown module brings."""
    known = sys.stdlib_module_names | MODULES
    return name in TELLING_BUILTINS or all(each.partition(".")[0] in known for each in program.index.star_imports)


def safety_of(program: Program, name: str) -> Safety:
    """How safe it is to take a name for the built-in."""
    return Safety.SAFE if is_certain(program, name) else Safety.UNSAFE


def spelled(program: Program, at: ast.AST, name: str) -> tuple[str, list[Edit]]:
    """How the built-in `name` of Python 3 is written here: `builtins.name` where another thing has its name."""
    if is_visible(program, at, name):
        return name, []
    return f"builtins.{name}", [AddImport("import builtins")]


def is_visible(program: Program, at: ast.AST, name: str) -> bool:
    """Whether `name` means the built-in of Python 3 here, once `range = xrange` and the like are gone."""
    owner = program.index.scope(at).owner(name)
    if owner is None:
        return True
    (first, *others) = owner.bindings[name]
    return not others and first.value is not None and _is_alias(program, program.index.statement(first.value), name)


def renamed(program: Program, use: ast.Name | ast.Attribute, new: str) -> list[Edit]:
    """The edits that give one use of a built-in its new name."""
    if isinstance(use, ast.Attribute):
        return [Replace(use, f"$0.{new}", (use.value,))]
    statement = program.index.parent[use]
    if _is_alias(program, statement, new) and _is_only_binding(program, statement, new):
        return [Replace(statement, "")]  # `range = xrange` has done its work
    code, edits = spelled(program, use, new)
    return [Replace(use, code), *edits]


def _is_alias(program: Program, statement: ast.AST, new: str) -> bool:
    """Whether this is `range = xrange`."""
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return False
    target, value = statement.targets[0], statement.value
    return (
        isinstance(target, ast.Name)
        and target.id == new
        and isinstance(value, ast.Name)
        and RENAMED.get(value.id) == new
        and program.index.owner(value) is None
        and not program.compatibility.asks_first(value)
    )


def _is_only_binding(program: Program, statement: ast.AST, new: str) -> bool:
    scope = program.index.scope(statement)
    owner = scope.owner(new)
    return owner is scope and not scope.is_class and len(owner.bindings[new]) == 1
