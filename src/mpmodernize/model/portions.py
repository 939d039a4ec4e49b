"""Portions: which elements of a shared array belong to one process alone."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.starts import EXECUTOR_TASKS, POOL_TASKS

if TYPE_CHECKING:
    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import Binding, FunctionNode

_STEPS = 5
_DIFFERENT = ("builtins.range", "builtins.xrange")


def is_own_element(program: Program, place: ast.expr) -> bool:
    """Whether `place` is an element whose number the process was given, a different one for each process."""
    if not isinstance(place, ast.Subscript) or isinstance(place.slice, ast.Slice):
        return False
    number: ast.expr = place.slice
    for _ in range(_STEPS):
        function, parameter = _parameter(program, number)
        if function is not None and parameter is not None and _is_mapped_number(program, function, parameter):
            return True
        source = _source(program, number)
        if source is None:
            return False
        if source is number:
            return _is_number_of_loop(program, number)
        number = source
    return False


def _source(program: Program, node: ast.expr) -> ast.expr | None:
    """The one expression from which a parameter or attribute gets its value; the node itself if it is neither."""
    function, parameter = _parameter(program, node)
    if function is not None and parameter is not None:
        received = list(program.types.received(function, parameter))
        return received[0] if len(received) == 1 else None
    if isinstance(node, ast.Attribute) and program.functions.class_of_instance(node.value) is not None:
        stores = program.types.stores(node.attr)
        assigned = program.index.parent[stores[0]] if len(stores) == 1 else None
        return assigned.value if isinstance(assigned, ast.Assign) else None
    return node


def _parameter(program: Program, node: ast.expr) -> tuple[FunctionNode | None, ast.arg | None]:
    bindings = program.index.bindings(node) if isinstance(node, ast.Name) else []
    if len(bindings) != 1 or bindings[0].kind != "parameter" or not isinstance(bindings[0].node, ast.arg):
        return None, None
    return program.index.function(node), bindings[0].node


def _is_number_of_loop(program: Program, node: ast.expr) -> bool:
    """Whether this is the variable of `for i in range(n)`, or the first of `for i, x in enumerate(xs)`."""
    bindings = program.index.bindings(node) if isinstance(node, ast.Name) else []
    return len(bindings) == 1 and _counts(program, bindings[0])


def _counts(program: Program, binding: Binding) -> bool:
    if binding.value is None:
        return False
    if binding.kind == "for":
        return program.names.calls(binding.value, *_DIFFERENT)
    target = program.index.parent[binding.node]
    return (
        binding.kind == "for-unpack"
        and program.names.calls(binding.value, "builtins.enumerate")
        and isinstance(target, ast.Tuple)
        and target.elts[0] is binding.node
    )


def _is_mapped_number(program: Program, function: FunctionNode, parameter: ast.arg) -> bool:
    """Whether one call of `map` gives a function each number of a range once, and nobody else calls it."""
    starts = program.starts.of_function.get(function, [])
    if len(starts) != 1 or starts[0].kind != "task" or starts[0].leading or program.functions.callers(function):
        return False
    call = starts[0].call
    mapped = call.args[1] if len(call.args) == 2 and starts[0].args is None else None
    return (
        function.args.args[:1] == [parameter]
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in (*POOL_TASKS, *EXECUTOR_TASKS)
        and mapped is not None
        and program.names.calls(mapped, *_DIFFERENT)
    )
