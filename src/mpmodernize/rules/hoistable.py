"""What a function must be like to go to module level, and its variables to travel."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.guards import is_guard
from mpmodernize.model.scopes import DEFINITIONS, FUNCTION_NODES
from mpmodernize.rules.routing import STAYING_HERE, is_unpicklable_call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.captures import Capture
    from mpmodernize.model.crossings import Crossing
    from mpmodernize.model.nameless import Origin
    from mpmodernize.model.program import Program
    from mpmodernize.rules.members import Member

_BY_NAME = ("builtins.locals", "builtins.vars", "builtins.eval", "builtins.exec", "builtins.execfile")


class CannotHoistError(Exception):
    """The function cannot be brought to module level by a change that is certainly right; the message says why."""


def check_definition(program: Program, member: Member, anchor: ast.stmt) -> None:
    """Whether the function does the same at module level, before `anchor`. Raises `CannotHoistError` if not."""
    node = member.node
    label = member.name or "the lambda"
    if member.name is not None and member.statement is not None:
        _check_only_one(program, member)
    if isinstance(node, ast.ClassDef) and (member.given or member.class_ is not None):
        names = [each.name for each in member.given] or ["self"]
        raise CannotHoistError(f"class `{label}` reads `{names[0]}` of the function around it")
    for inner in ast.walk(node):
        if isinstance(inner, ast.Nonlocal):
            raise CannotHoistError(f"it changes `{inner.names[0]}` of the function around it")
        if isinstance(inner, ast.Call) and program.qualified(inner.func) in _BY_NAME:
            raise CannotHoistError(f"it calls `{program.text(inner.func)}`")
        if isinstance(inner, ast.Name) and inner.id in ("super", "__class__") and _outside_class(program, inner, node):
            raise CannotHoistError("it uses `super`")
        if member.class_ is None and _is_mangled(program, inner, node):
            raise CannotHoistError("it uses a private name of the class it stands in")
    if isinstance(node, ast.Lambda):
        _check_bound(program, member, node.args)
        return
    if node.decorator_list and (member.given or member.bound or member.class_ is not None):
        raise CannotHoistError(f"`{label}` is decorated and reads variables of the function around it")
    if isinstance(node, FUNCTION_NODES):
        _check_bound(program, member, node.args)
    defaults = {id(value) for _, value in member.bound}
    for made in _on_making(node):
        if id(made) in defaults:
            continue
        for capture in program.captures.on_making([made]):
            raise CannotHoistError(f"`{capture.name}` of the function around it is read when it is made")
        _check_early(program, made, anchor, label)


def _check_only_one(program: Program, member: Member) -> None:
    scope = program.index.scope(member.statement)  # type: ignore[arg-type]
    owner = scope.owner(member.name or "")
    if owner is None or len(owner.bindings[member.name or ""]) > 1:
        raise CannotHoistError(f"`{member.name}` is bound more than once")


def _check_bound(program: Program, member: Member, arguments: ast.arguments) -> None:
    """A parameter that loses its default must not stand behind one that keeps its own."""
    plain = [*arguments.posonlyargs, *arguments.args]
    dropped = [parameter for parameter, _ in member.bound]
    keeping = False
    for parameter in plain[len(plain) - len(arguments.defaults) :]:
        if parameter not in dropped:
            keeping = True
        elif keeping:
            raise CannotHoistError(f"the default of `{parameter.arg}` is a variable of the function around it")
    for _, value in member.bound:
        if not isinstance(value, (ast.Name, ast.Attribute, ast.Subscript)) or not program.effects.is_pure(value):
            raise CannotHoistError("a default is computed where it is made")


def _on_making(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Iterator[ast.expr]:
    """The expressions that are evaluated when a definition is carried out, but for a class's body."""
    yield from node.decorator_list
    if isinstance(node, ast.ClassDef):
        yield from node.bases
        yield from (each.value for each in node.keywords)
        return
    arguments = node.args
    yield from arguments.defaults
    yield from (each for each in arguments.kw_defaults if each is not None)
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    yield from (each.annotation for each in every if each is not None and each.annotation is not None)
    if node.returns is not None:
        yield node.returns


def _check_early(program: Program, made: ast.expr, anchor: ast.stmt, label: str) -> None:
    """What a definition reads has to be there when the module is imported, above the new place."""
    for name in ast.walk(made):
        if not isinstance(name, ast.Name) or not isinstance(name.ctx, ast.Load):
            continue
        owner = program.index.owner(name)
        for binding in owner.bindings[name.id] if owner is not None and owner.is_module else ():
            top = program.index.top_statement(program.index.statement(binding.node))
            if top.lineno >= anchor.lineno or is_guard(top) or program.index.function(binding.node) is not None:
                raise CannotHoistError(f"`{label}` needs `{name.id}` when it is made")
        if isinstance(program.index.parent[name], ast.Call) and not program.effects.is_pure(made):
            raise CannotHoistError(f"making `{label}` calls `{name.id}`")


def _outside_class(program: Program, inner: ast.AST, node: Origin) -> bool:
    """Whether `inner` stands in `node` itself, in no class that moves along."""
    if isinstance(node, ast.ClassDef):
        return False
    for ancestor in program.index.ancestors(inner):
        if isinstance(ancestor, ast.ClassDef):
            return False
        if ancestor is node:
            return True
    return False


def _is_mangled(program: Program, inner: ast.AST, node: Origin) -> bool:
    """Whether a name is one of `__private` in a class around the function."""
    name = inner.attr if isinstance(inner, ast.Attribute) else inner.id if isinstance(inner, ast.Name) else ""
    if not name.startswith("__") or name.endswith("__"):
        return False
    return any(isinstance(each, ast.ClassDef) for each in program.index.ancestors(node)) and _outside_class(
        program, inner, node
    )


def check_value(program: Program, capture: Capture, crossings: list[Crossing]) -> None:
    """Whether the value of a variable may travel the way the function does. Raises `CannotHoistError` if not."""
    uses = program.index.uses(capture.name, capture.owner)
    use = next(each for each in uses if isinstance(each.ctx, ast.Load))
    type_ = program.type(use)
    kind = type_.kind if type_ is not None else None
    if kind in STAYING_HERE:
        raise CannotHoistError(f"it reads `{capture.name}`, and no {kind} can be handed to another process")
    for binding in capture.bindings:
        if isinstance(binding.value, ast.GeneratorExp) and binding.kind == "assign":
            raise CannotHoistError(f"it reads the generator `{capture.name}`, which cannot be pickled")
        if binding.kind in ("assign", "with") and is_unpicklable_call(program, binding.value):
            raise CannotHoistError(f"it reads `{capture.name}`, which cannot be pickled")
        if isinstance(binding.node, DEFINITIONS):
            raise CannotHoistError(f"it reads `{capture.name}`, which is made inside a function, too")
    shared = type_ is not None and (type_.is_shared or (type_.element is not None and type_.element.is_shared))
    if shared and type_ is not None and not type_.managed and kind != "Proxy":
        travelling = [each for each in crossings if not each.is_inherited]
        if travelling:
            raise CannotHoistError(f"it reads the {kind} `{capture.name}`, which only an initializer can bring there")
