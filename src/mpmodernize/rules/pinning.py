"""Taking everything from one context that asks for fork by name."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.contexts import SYNCHRONIZED, method_of
from mpmodernize.rewrite.edits import AddArgument, Delete, Insert, Reimport, Replace
from mpmodernize.rules.route import NoRouteError
from mpmodernize.rules.spelling import library_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit

_OF_A_CONTEXT = (*SYNCHRONIZED, "Process", "Pool", "Manager", "Pipe", "RawValue", "RawArray")
_COMMENT = "# the workers inherit what cannot be handed to them: that takes fork, which Windows does not have"


def pinning(program: Program) -> list[Edit]:
    """The edits that take all that starts or serves processes from one context of fork.

    Raises `NoRouteError` where the program chooses its start methods itself, or something else is in the way.
    """
    _check_choices(program)
    name = _free_name(program)
    imported: dict[ast.alias, ast.ImportFrom] = {}
    edits: list[Edit] = []
    for kind in _OF_A_CONTEXT:
        edits += [Replace(node, f"{name}.{kind}") for node in _uses(program, kind, imported)]
    for call in program.calls_of("concurrent.futures.ProcessPoolExecutor"):
        if any(each.arg is None for each in call.keywords) or len(call.args) > 1:
            raise NoRouteError("the arguments of the executor are computed")
        edits.append(AddArgument(call, name, "mp_context"))
    get, methods = (_spelled(program, each, imported) for each in ("get_context", "get_all_start_methods"))
    code = f'\n{_COMMENT}\n{name} = {get[0]}("fork" if "fork" in {methods[0]}() else None)\n'
    anchor = next(
        (each for each in program.tree.body if not program.effects.imports(each) and not _is_docstring(each)), None
    )
    if anchor is None:
        raise NoRouteError("the file only imports")
    return [
        *edits,
        *_reimports(imported, get[0]),
        *get[1],
        *methods[1],
        Insert(code.replace('"', program.quote), anchor),
    ]


def _check_choices(program: Program) -> None:
    if any(True for _ in program.calls_of("multiprocessing.set_start_method")):
        raise NoRouteError("the program sets the start method")
    if any(method_of(call) is not None or call.args for call in program.calls_of("multiprocessing.get_context")):
        raise NoRouteError("the program chooses its contexts")


def _free_name(program: Program) -> str:
    return next(name for name in ("ctx", "fork_context", "context_of_fork") if not program.is_used(name))


def _uses(program: Program, kind: str, imported: dict[ast.alias, ast.ImportFrom]) -> Iterator[ast.expr]:
    """The expressions that name this kind of the default context; `imported` gets the names that go with them."""
    qualified = f"multiprocessing.{kind}"
    for attribute in program.index.attributes.get(kind, []):
        if program.qualified(attribute) == qualified:
            context = program.contexts.of(attribute)
            if context is None or not context.is_default:
                raise NoRouteError("the program chooses its contexts")
            yield attribute
    for scope in program.index.scopes():
        for name, bindings in scope.bindings.items():
            for binding in bindings:
                alias = binding.node
                if binding.kind != "import" or not isinstance(alias, ast.alias):
                    continue
                statement = program.index.parent[alias]
                if not isinstance(statement, ast.ImportFrom) or alias.name != kind:
                    continue
                uses = program.index.uses(name, scope)
                if statement.level or not all(program.qualified(use) == qualified for use in uses):
                    continue
                if not scope.is_module or len(bindings) > 1:
                    raise NoRouteError(f"`{kind}` is imported more than once, or inside a function")
                imported[alias] = statement
                yield from uses
    if kind in program.index.names and "multiprocessing" in program.index.star_imports:
        yield from (use for use in program.index.uses(kind, None) if program.qualified(use) == qualified)


def _spelled(program: Program, name: str, imported: dict[ast.alias, ast.ImportFrom]) -> tuple[str, list[Edit]]:
    """How the file writes a function of multiprocessing; where all imported names go, it is imported in their place."""
    spelled, edits = library_name(program, "multiprocessing", name)
    if imported and "." not in spelled:
        return name, []
    if imported and edits:
        return name, []
    return spelled, edits


def _reimports(imported: dict[ast.alias, ast.ImportFrom], get: str) -> Iterator[Edit]:
    """The names that nothing uses any more go; where the file has no other way, the new ones come in their place."""
    new = ("from multiprocessing import get_all_start_methods", "from multiprocessing import get_context")
    first = next(iter(imported), None) if "." not in get else None
    for statement in dict.fromkeys(imported.values()):
        if first not in statement.names and imported.keys() >= set(statement.names):
            yield Delete(statement)
            continue
        for alias in statement.names:
            if alias in imported:
                yield Reimport(statement, alias, new if alias is first else ())


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
