"""Initializers of pools: what brings an object to every worker of a pool, as a global there."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.rewrite.edits import AddArgument, AddElement, AddParameter, Insert, InsertInto, Replace
from mpmodernize.rules.elsewhere import brought_to
from mpmodernize.rules.route import NoRouteError, as_tuple, needs_keyword
from mpmodernize.rules.spelling import indented

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import FunctionNode
    from mpmodernize.model.starts import Start
    from mpmodernize.rewrite.edits import Edit


def initializer_of(program: Program, pool: ast.Call) -> Start | None:
    """The initializer that a pool has already."""
    return next((start for start in program.starts.initializers if start.call is pool), None)


def check_initializer(program: Program, pool: ast.Call, name: str) -> None:
    """An initializer that is there must take one more argument; raises `NoRouteError` where it cannot."""
    if any(isinstance(each, ast.Starred) for each in pool.args) or any(each.arg is None for each in pool.keywords):
        raise NoRouteError("the arguments of the pool are computed")
    start = initializer_of(program, pool)
    if start is None:
        if any(each.arg == "initargs" for each in pool.keywords):
            raise NoRouteError("the pool has `initargs` and no initializer")
        return
    function = start.function
    if function is None or start.leading:
        raise NoRouteError("the pool's initializer is not a function of this file")
    others = [each for each in program.starts.of_function[function] if each.kind != "initializer"]
    if others or program.functions.callers(function) or needs_keyword(function) or function.decorator_list:
        raise NoRouteError(f"the initializer `{function.name}` is used elsewhere too")
    if not isinstance(start.args, (ast.Tuple, ast.List, type(None))):
        raise NoRouteError("the `initargs` of the pool are computed")
    if name in program.index.inner_scope(function).bindings:
        raise NoRouteError(f"the initializer `{function.name}` has a local variable `{name}`")


def initializer_edits(
    program: Program, given_to: Mapping[ast.Call, Mapping[str, str]], reads: Mapping[str, Sequence[ast.expr]]
) -> list[Edit]:
    """Initializers that bind names in each worker, new or extended, one for the pools with the same names.

    `given_to` are the names for each pool, with how they are written where it is made; `reads` are their uses in
    workers.
    """
    edits: list[Edit] = []
    new: dict[tuple[str, ...], str] = {}
    extended: set[ast.AST] = set()
    for pool, given in given_to.items():
        names = list(given)
        start = initializer_of(program, pool)
        if start is None:
            key = tuple(names)
            if key not in new:
                new[key] = program.free_name("_init_worker", taken=new.values())
                first = min(
                    (program.index.top_statement(read) for name in names for read in reads[name]),
                    key=lambda statement: statement.lineno,
                )
                edits.append(_new_initializer(program, new[key], names, first))
            initializer, imports = brought_to(program, new[key], program.of(pool))
            edits += imports
            edits.append(AddArgument(pool, initializer, "initializer"))
            edits.append(AddArgument(pool, as_tuple([*given.values()]), "initargs"))
            continue
        function = start.function
        assert function is not None
        if function not in extended:
            extended.add(function)
            edits += _extension(program, function, names)
        if start.args is not None:
            edits += [AddElement(start.args, written) for written in given.values()]
        else:
            edits.append(AddArgument(pool, as_tuple([*given.values()]), "initargs"))
    return edits


def _parameter(program: Program, name: str) -> str:
    return program.free_name(f"{name}_")


def _assignment(program: Program, names: list[str]) -> str:
    return f"{', '.join(names)} = {', '.join(_parameter(program, name) for name in names)}\n"


def _extension(program: Program, function: FunctionNode, names: list[str]) -> list[Edit]:
    """Let an initializer bind these names too, with the `global` statement that it has."""
    edits: list[Edit] = [AddParameter(function, _parameter(program, name)) for name in names]
    declared = next((each for each in function.body if isinstance(each, ast.Global)), None)
    code = _assignment(program, names)
    if declared is None:
        code = f"global {', '.join(names)}\n{code}"
    else:
        edits.append(Replace(declared, f"global {', '.join([*declared.names, *names])}"))
    return [*edits, InsertInto(code, function, at_end=True)]


def _new_initializer(program: Program, function: str, names: list[str], anchor: ast.stmt) -> Edit:
    given = ", ".join(_parameter(program, name) for name in names)
    body = f"global {', '.join(names)}\n{_assignment(program, names)}"
    return Insert(f"def {function}({given}):\n{indented(body)}", anchor)
