"""MP246: `f.func_name`, `m.im_self` and their likes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_NAMES = {
    "func_name": "__name__",
    "func_doc": "__doc__",
    "func_dict": "__dict__",
    "func_code": "__code__",
    "func_defaults": "__defaults__",
    "func_globals": "__globals__",
    "func_closure": "__closure__",
    "im_self": "__self__",
    "im_func": "__func__",
    "im_class": "__self__.__class__",
}


class FunctionAttribute(Rule):
    """The attributes of functions and methods have other names: `__name__` for `func_name`, `__self__` for `im_self`.

    ## What it does
    Writes `f.__name__` for `f.func_name`, likewise for `func_doc`, `func_dict`, `func_code`, `func_defaults`,
    `func_globals` and `func_closure`; `m.__self__` and `m.__func__` for a method's `im_self` and `im_func`, and
    `m.__self__.__class__` for its `im_class`. `Class.method.im_func` becomes `Class.method`, which is the function.

    ## Why it matters
    The old names raise `AttributeError` in Python 3: in decorators when they decorate, in a log line of a worker when
    it is written. None of this depends on the start method.

    ## Example
    ```python
    def logged(function):
        print function.func_name
        return function
    ```

    ## Use instead
    ```python
    def logged(function):
        print(function.__name__)
        return function
    ```

    ## Fix safety
    Safe: Python 2.7 had the new names, too, for the same things.

    ## When it stays silent
    Where a class of the program has an attribute of that name, for what is not known to be a function; in a Python 3
    file, likewise; and where the program asks first.

    ## References
    - [What's New in Python 3.0: operators and special methods](https://docs.python.org/3/whatsnew/3.0.html#operators-and-special-methods)
    - [The standard type hierarchy](https://docs.python.org/3/reference/datamodel.html#the-standard-type-hierarchy)
    """

    code = "MP246"
    name = "function-attribute"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each attribute with one of the names."""
        for old, new in _NAMES.items():
            uses = program.index.attributes.get(old, ())
            if not uses:
                continue
            owned = _is_owned(program, old)
            for use in uses:
                known = _is_function(program, use.value)
                if (not known and (owned or not program.python2)) or program.compatibility.asks_first(use):
                    continue
                if not program.python2 and isinstance(use.ctx, ast.Store):
                    continue  # a new attribute of its own
                edits: list[Edit] = [Replace(use, f"$0.{new}", (use.value,))]
                if (
                    isinstance(use.value, ast.Attribute)
                    and program.functions.resolve_class(use.value.value) is not None
                ):
                    if old == "im_func":
                        edits = [Replace(use, "$0", (use.value,))]
                    elif old == "im_class":
                        edits = [Replace(use, "$0", (use.value.value,))]
                message = f"`{old}` is called `{new}` in Python 3"
                yield self.finding(use, message, advice=f"use `{new}`", edits=edits)


def _is_function(program: Program, node: ast.expr) -> bool:
    """Whether this is a function: one of the program, what a method wraps, or something that is called elsewhere."""
    if isinstance(node, ast.Attribute) and node.attr in ("im_func", "__func__"):
        return True
    if program.functions.alternatives(node):
        return True
    if not isinstance(node, ast.Name) or program.functions.resolve_class(node) is not None:
        return False
    if program.functions.class_of_instance(node) is not None:
        return False
    owner = program.index.owner(node)
    known = program.plans.setdefault("called", {})
    assert isinstance(known, dict)
    if (node.id, owner) not in known:
        uses = program.index.uses(node.id, owner)
        calls = [program.index.parent[use] for use in uses]
        known[node.id, owner] = any(
            isinstance(call, ast.Call) and call.func is use for call, use in zip(calls, uses, strict=True)
        )
    return bool(known[node.id, owner])


def _is_owned(program: Program, name: str) -> bool:
    """Whether a class of the program has an attribute of this name, itself or on its instances."""
    if any(name in program.index.inner_scope(class_).bindings for class_ in program.index.all(ast.ClassDef)):
        return True
    return any(
        isinstance(each.ctx, ast.Store) and program.functions.class_of_instance(each.value) is not None
        for each in program.index.attributes.get(name, ())
    )
