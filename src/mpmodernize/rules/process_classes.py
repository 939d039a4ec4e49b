"""`Process` subclasses: an object reaches their methods by the constructor, as an attribute of `self`."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from mpmodernize.model.functions import is_static
from mpmodernize.model.scopes import FUNCTION_NODES, FunctionNode
from mpmodernize.rewrite.edits import AddArgument, AddParameter, Insert, InsertInto, Replace
from mpmodernize.rules.route import NoRouteError, needs_keyword

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mpmodernize.model.program import Program
    from mpmodernize.model.starts import Start
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.route import Route

_OF_PROCESS = frozenset(
    (
        "name daemon pid ident exitcode authkey sentinel run start join terminate kill close is_alive _args _kwargs "
        "_target _popen _config _parent_pid _identity"
    ).split()
)


@dataclass(eq=False)
class Family:
    """A class that inherits from `Process` itself, and the classes of the file that inherit from it."""

    root: ast.ClassDef
    classes: list[ast.ClassDef]

    @cached_property
    def _used(self) -> set[str]:
        """The attributes and methods that the family has."""
        inside = [node for class_ in self.classes for node in ast.walk(class_)]
        methods = [each for class_ in self.classes for each in class_.body if isinstance(each, FUNCTION_NODES)]
        return {node.attr for node in inside if isinstance(node, ast.Attribute)} | {each.name for each in methods}

    def attribute(self, name: str) -> str:
        """The attribute under which the object is kept: its own name, unless the family or `Process` has that."""
        attribute = name if name not in _OF_PROCESS else f"shared_{name}"
        while attribute in self._used or attribute in _OF_PROCESS:
            attribute += "_"
        return attribute


def families_of(program: Program, starts: Iterable[Start]) -> list[Family]:
    """The families whose instances these starts make; raises `NoRouteError` for a tangled one."""
    families: dict[ast.ClassDef, Family] = {}
    for start in starts:
        class_ = program.functions.resolve_class(start.call.func)
        if class_ is None:
            continue
        roots = [each for each in program.functions.ancestors(class_) if _inherits_directly(program, each)]
        if len(roots) != 1:
            raise NoRouteError(f"`{class_.name}` inherits from `Process` in more than one way")
        if roots[0] not in families:
            members = [
                each
                for each in program.everywhere.definitions
                if isinstance(each, ast.ClassDef) and roots[0] in program.functions.ancestors(each)
            ]
            families[roots[0]] = Family(roots[0], members)
    for family in families.values():
        _check(program, family)
    return list(families.values())


def read_from_self(
    program: Program, route: Route, reading: set[FunctionNode], rebinding: frozenset[FunctionNode]
) -> dict[FunctionNode, str]:
    """Let the methods read the object from `self`; how each of them writes it."""
    written: dict[FunctionNode, str] = {}
    for family in route.families:
        attribute = family.attribute(route.name)
        for method in (each for class_ in family.classes for each in class_.body):
            receiver = _self_name(method) if isinstance(method, FUNCTION_NODES) else None
            if not isinstance(method, FUNCTION_NODES) or method.name == "__init__" or receiver is None:
                continue
            written[method] = f"{receiver}.{attribute}"
            if method in reading:
                _replace_reads(program, route, method, written[method], rebinding)
    return written


def constructor_edits(program: Program, family: Family, given: Mapping[str, Mapping[ast.AST, str]]) -> list[Edit]:
    """Let the constructors of a family take these names and keep them, and hand them over at each instance.

    `given` says for each name how instances in other files write it, where they write it in another way.
    """
    edits: list[Edit] = []
    names = list(given)
    attributes = {name: family.attribute(name) for name in names}
    for class_ in family.classes:
        init = _own_init(class_)
        if init is None:
            continue
        edits += [AddParameter(init, name) for name in names]
        base_call = _base_call(init)
        if base_call is None or class_ is family.root or _calls_process_itself(program, base_call):
            anchor = _last_assignment(
                init, program.index.statement(base_call) if base_call is not None else init.body[0]
            )
            receiver = _self_name(init) or "self"
            code = "\n".join(f"{receiver}.{attributes[name]} = {name}" for name in names)
            edits.append(Insert(code, anchor, after=True))
        else:
            inherited = _inherited_init(program, class_)
            edits += _arguments(
                base_call, dict(zip(names, names, strict=True)), by_name=inherited is None or needs_keyword(inherited)
            )
    made_here = instances(program, family)
    if _own_init(family.root) is None and _needs_root_init(program, family):
        options = any(call.keywords for call in made_here)
        edits.append(InsertInto(_new_init(attributes, options=options), family.root))
    for call in made_here:
        made = program.functions.resolve_class(call.func)
        init = program.functions.method(made, "__init__") if made is not None else None
        values = {name: given[name].get(call, name) for name in names}
        edits += _arguments(call, values, by_name=init is not None and needs_keyword(init))
    return edits


# -- conditions ------------------------------------------------------------------------------------


def _check(program: Program, family: Family) -> None:
    for class_ in family.classes:
        init = _own_init(class_)
        if init is not None and init.decorator_list:
            raise NoRouteError(f"`{class_.name}.__init__` is decorated")
        if init is not None and class_ is not family.root and _base_call(init) is None:
            raise NoRouteError(f"`{class_.name}.__init__` does not call the `__init__` of its base")
    if _own_init(family.root) is None and _needs_root_init(program, family):
        for call in instances(program, family):
            made = program.functions.resolve_class(call.func)
            if call.args and made is not None and program.functions.method(made, "__init__") is None:
                raise NoRouteError(f"`{made.name}` is made with positional arguments and has no `__init__`")


def _needs_root_init(program: Program, family: Family) -> bool:
    """Whether some class of the family relies on the constructor that the root inherits from `Process`."""
    for class_ in family.classes:
        init = program.functions.method(class_, "__init__")
        if init is None:
            return True
        base_call = _base_call(init)
        if base_call is not None and not _calls_process_itself(program, base_call):
            return True
    return False


def _inherits_directly(program: Program, class_: ast.ClassDef) -> bool:
    return any(program.qualified(base) == "multiprocessing.Process" for base in class_.bases)


# -- pieces ----------------------------------------------------------------------------------------


def _own_init(class_: ast.ClassDef) -> FunctionNode | None:
    return next((each for each in class_.body if isinstance(each, FUNCTION_NODES) and each.name == "__init__"), None)


def _inherited_init(program: Program, class_: ast.ClassDef) -> FunctionNode | None:
    for base in class_.bases:
        parent = program.functions.resolve_class(base)
        if parent is not None:
            return program.functions.method(parent, "__init__")
    return None


def _base_call(init: FunctionNode) -> ast.Call | None:
    """The call of the base's `__init__`, where it is a statement of its own."""
    for statement in init.body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            function = statement.value.func
            if isinstance(function, ast.Attribute) and function.attr == "__init__":
                return statement.value
    return None


def _last_assignment(init: FunctionNode, anchor: ast.stmt) -> ast.stmt:
    """The last of the assignments to attributes that follow the anchor."""
    following = init.body[init.body.index(anchor) + 1 :]
    for each in following:
        if not isinstance(each, ast.Assign) or not isinstance(each.targets[0], ast.Attribute):
            break
        anchor = each
    return anchor


def _calls_process_itself(program: Program, call: ast.Call) -> bool:
    return program.qualified(call.func) == "multiprocessing.Process.__init__"


def instances(program: Program, family: Family) -> list[ast.Call]:
    """The calls that make an instance of a class of the family."""
    return [
        start.call
        for start in program.starts.processes
        if program.functions.resolve_class(start.call.func) in family.classes
    ]


def _arguments(call: ast.Call, values: Mapping[str, str], *, by_name: bool) -> list[Edit]:
    by_name = by_name or bool(call.keywords) or any(isinstance(each, ast.Starred) for each in call.args)
    return [AddArgument(call, value, name if by_name else None) for name, value in values.items()]


def _replace_reads(
    program: Program, route: Route, method: FunctionNode, value: str, rebinding: frozenset[FunctionNode]
) -> None:
    inside = [method, *program.functions.inner_functions(method)]
    if method not in rebinding and any(route.name in program.index.inner_scope(each).globals for each in inside):
        raise NoRouteError(f"`{method.name}` declares `global {route.name}`")
    for use in program.state.uses(route.name):
        if program.index.contains(method, use):
            if not isinstance(use.ctx, ast.Load) and method not in rebinding:
                raise NoRouteError(f"`{method.name}` binds `{route.name}` again")
            route.edits.append(Replace(use, value))


def _self_name(method: FunctionNode) -> str | None:
    first = [*method.args.posonlyargs, *method.args.args][:1]
    return first[0].arg if first and not is_static(method) else None


def _new_init(attributes: dict[str, str], *, options: bool) -> str:
    given = ", ".join([*attributes, *(["**options"] if options else [])])
    base = "super().__init__(**options)" if options else "super().__init__()"
    kept = "".join(f"    self.{attribute} = {name}\n" for name, attribute in attributes.items())
    return f"def __init__(self, {given}):\n    {base}\n{kept}"
