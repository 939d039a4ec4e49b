"""`__getstate__`: an instance that goes to a worker leaves behind what cannot go and what the worker never touches."""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.scopes import FUNCTION_NODES, FunctionNode
from mpmodernize.rewrite.edits import Insert, InsertInto, Replace
from mpmodernize.rules.base import Fix, Phase
from mpmodernize.rules.spelling import indented

if TYPE_CHECKING:
    from mpmodernize.model.carried import Load
    from mpmodernize.model.crossings import Crossing
    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit

_PLAIN_BASES = frozenset({"builtins.object", "multiprocessing.Process", "abc.ABC"})
_EMPTY = {"list": "[]", "dict": "{}", "set": "set()"}


class NotDroppedError(Exception):
    """An attribute cannot be left out by a change that is certainly right; the message says why."""


@dataclass
class Dropping:
    """What is to be done about every load of a program."""

    fixes: dict[Load, Fix] = field(default_factory=dict)
    reasons: dict[Load, str] = field(default_factory=dict)
    """Why a load has no fix."""

    @property
    def loads(self) -> list[Load]:
        """Those that no class takes care of already."""
        return [*self.fixes, *self.reasons]


def dropping_of(program: Program) -> Dropping:
    """The plan for all loads of a program: made once, for every rule that asks."""
    known = program.plans.get("dropping")
    if not isinstance(known, Dropping):
        known = program.plans["dropping"] = _plan(program)
    return known


def _plan(program: Program) -> Dropping:
    plan = Dropping()
    by_class: dict[ast.ClassDef, list[Load]] = defaultdict(list)
    for load in program.carried.loads:
        if is_taken_care_of(program, load):
            continue
        try:
            _check(program, load)
            by_class[load.class_].append(load)
        except NotDroppedError as reason:
            plan.reasons[load] = str(reason)
    for class_, loads in by_class.items():
        inherits = any(each in by_class for each in program.functions.ancestors(class_)[1:])
        edits = _edits(program, class_, loads, inherits=inherits)
        silent = any(fails_silently(program, load.crossing) for load in loads)
        fix = Fix(edits, Safety.UNSAFE if silent else Safety.SAFE, Phase.STATE)
        plan.fixes |= dict.fromkeys(loads, fix)
    return plan


# -- conditions ------------------------------------------------------------------------------------


def is_taken_care_of(program: Program, load: Load) -> bool:
    """Whether the class says itself how it is pickled, in a way that may leave the attribute out."""
    methods = [each for each in program.child_view.own_pickling(load.class_) if each.name != "__setstate__"]
    if not methods:
        return False
    key = program.instances.stored_name(load.stored)
    if any(each.name != "__getstate__" or _returned_state(program, each) is None for each in methods):
        return True
    family = program.instances.family(load.class_)
    return any(isinstance(node, ast.Constant) and node.value == key for class_ in family for node in ast.walk(class_))


def _check(program: Program, load: Load) -> None:
    """Whether the attribute can be left out; raises `NotDroppedError` if not."""
    class_ = load.class_
    family = frozenset(program.instances.family(class_))
    if program.child_view.touches(load.stored.attribute, family):
        raise NotDroppedError("the worker may use it")
    escape = program.child_view.escape(family)
    if escape is not None:
        raise NotDroppedError(escape)
    for each in family:
        _check_class(program, each)
    if load.stored.function is None or class_ not in family:
        raise NotDroppedError(f"`{load.path}` is set from outside the class")
    heirs = [each for each in program.instances.heirs(class_) if each is not class_]
    if any(program.instances.own_method(each, "__getstate__") for each in heirs):
        raise NotDroppedError("a class that inherits from this one has a `__getstate__` of its own")
    if _slots(class_) is not None and len(family) > 1:
        raise NotDroppedError(f"`{class_.name}` has `__slots__`")


def _check_class(program: Program, class_: ast.ClassDef) -> None:
    if not isinstance(program.index.parent[class_], (ast.Module, ast.If, ast.Try)):
        raise NotDroppedError(f"`{class_.name}` is not defined at the top of the module")
    if class_.keywords:
        raise NotDroppedError(f"`{class_.name}` has a metaclass")
    for decorator in class_.decorator_list:
        if program.qualified(decorator) != "dataclasses.dataclass":
            raise NotDroppedError(f"`{class_.name}` is decorated")
    for base in class_.bases:
        if program.functions.resolve_class(base) is None and program.qualified(base) not in _PLAIN_BASES:
            raise NotDroppedError(f"`{class_.name}` inherits from `{ast.unparse(base)}`, which is not in this file")
    for each in class_.body:
        if isinstance(each, FUNCTION_NODES) and each.name in ("__getattribute__", "__getattr__", "__setattr__"):
            raise NotDroppedError(f"`{class_.name}` has a `{each.name}`")


def fails_silently(program: Program, crossing: Crossing) -> bool:
    """Whether nobody asks for the result of the task, so that nothing tells of the failure."""
    call = crossing.node
    if crossing.is_inherited or not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr in ("map", "starmap", "apply"):
        return False
    if isinstance(program.index.parent[call], ast.Expr):
        return not any(each.arg == "error_callback" for each in call.keywords)
    return not any(program.index.method_calls.get(each) for each in ("get", "result", "wait", "successful", "next"))


def _slots(class_: ast.ClassDef) -> list[str] | None:
    """The names in `__slots__`, where that is written out; empty where it is computed."""
    for statement in class_.body:
        if isinstance(statement, ast.Assign) and [ast.unparse(each) for each in statement.targets] == ["__slots__"]:
            elements = statement.value.elts if isinstance(statement.value, (ast.Tuple, ast.List)) else []
            return [str(each.value) for each in elements if isinstance(each, ast.Constant)]
    return None


# -- the method ------------------------------------------------------------------------------------


def _edits(program: Program, class_: ast.ClassDef, loads: list[Load], *, inherits: bool) -> list[Edit]:
    own = program.instances.own_method(class_, "__getstate__")
    if own is not None:
        return _composed(program, own, loads)
    inherits = inherits or any(
        program.instances.own_method(each, "__getstate__") for each in program.functions.ancestors(class_)[1:]
    )
    code = f"def __getstate__(self):\n{indented(_body(program, class_, loads, inherits=inherits))}"
    methods = [each for each in class_.body if isinstance(each, FUNCTION_NODES)]
    init = program.instances.own_method(class_, "__init__")
    if init is not None:
        return [Insert(code, init, after=True)]
    return [Insert(code, methods[0])] if methods else [InsertInto(code, class_, at_end=True)]


def _body(program: Program, class_: ast.ClassDef, loads: list[Load], *, inherits: bool) -> str:
    names = [f"`{load.stored.attribute}`" for load in loads]
    shown = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    verb = "stays" if len(names) == 1 else "stay"
    comment = f"# what a worker gets of this object: {shown} {verb} here\n"
    slots = _slots(class_)
    if slots is not None and "__dict__" not in slots:
        quote = program.quote
        dropped = {program.instances.stored_name(load.stored) for load in loads}
        kept = [f"{quote}{each}{quote}" for each in slots if each not in dropped]
        written = f"({kept[0]},)" if len(kept) == 1 else f"({', '.join(kept)})"
        return f"{comment}return None, {{name: getattr(self, name) for name in {written} if hasattr(self, name)}}\n"
    source = "super().__getstate__()" if inherits else "self.__dict__.copy()"
    return f"{comment}state = {source}\n{_assignments(program, 'state', loads)}return state\n"


def _assignments(program: Program, state: str, loads: list[Load]) -> str:
    quote = program.quote
    return "".join(
        f"{state}[{quote}{program.instances.stored_name(load.stored)}{quote}] = {_empty_value(program, load)}\n"
        for load in loads
    )


def _empty_value(program: Program, load: Load) -> str:
    """What stands in the place of the thing: an empty list for a list, otherwise `None`."""
    stores = program.instances.attributes(load.class_)[load.stored.attribute]
    values = [each.value for each in stores if not each.into_container]
    emptied = [program.index.parent[each] for each in program.instances.emptied(load.class_, load.stored.attribute)]
    values += [each.value for each in emptied if isinstance(each, ast.Assign)]
    kinds = {program.types.kind(each) for each in values}
    return _EMPTY.get(kinds.pop() or "", "None") if len(kinds) == 1 else "None"


# -- a method that is there ------------------------------------------------------------------------


def _returned_state(program: Program, method: FunctionNode) -> ast.Return | None:
    """The one `return state` of a `__getstate__` that hands out a copy of `__dict__`; `None` for other ones."""
    returns = [each for each in program.index.all(ast.Return) if program.index.function(each) is method]
    if len(returns) != 1 or returns[0] not in method.body or returns[0].value is None:
        return None
    value = returns[0].value
    return returns[0] if _is_dict(value) or _is_copy_of_dict(program.crossings.source_of(value)) else None


def _is_dict(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "__dict__"


def _is_copy_of_dict(node: ast.expr) -> bool:
    """Whether this is `self.__dict__.copy()`, `dict(self.__dict__)` or what the base class hands out."""
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute) and node.func.attr == "__getstate__":
        return True
    if isinstance(node.func, ast.Attribute) and node.func.attr == "copy" and _is_dict(node.func.value):
        return True
    return len(node.args) == 1 and not node.keywords and _is_dict(node.args[0])


def _composed(program: Program, method: FunctionNode, loads: list[Load]) -> list[Edit]:
    """Let the `__getstate__` that is there leave the attributes out as well."""
    statement = _returned_state(program, method)
    assert statement is not None
    assert statement.value is not None
    if isinstance(statement.value, ast.Name):
        return [Insert(_assignments(program, statement.value.id, loads).rstrip("\n"), statement)]
    code = f"state = $0\n{_assignments(program, 'state', loads)}return state"
    if _is_dict(statement.value):
        code = code.replace("$0", "$0.copy()")
    return [Replace(statement, code.replace("$0", program.text(statement.value)))]
