"""Shared objects that stand in a class body or in a default: every child makes its own when it imports the file.

They are brought to where workers can be handed them: to the constructor, where the class has one instance that travels
with its worker, and otherwise to the module's own names, which the routes hand over.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mpmodernize.model.functions import is_static, parameters
from mpmodernize.model.received import default_of
from mpmodernize.model.scopes import FUNCTION_NODES
from mpmodernize.records import Record
from mpmodernize.rewrite.edits import DropParameter, Insert, Move, MoveInto, Replace, Wrap
from mpmodernize.rules.route import NoRouteError
from mpmodernize.rules.routing import check_route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.kinds import Type
    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import FunctionNode
    from mpmodernize.rewrite.edits import Edit

_OWN_STATE = frozenset(
    "__slots__ __getstate__ __setstate__ __reduce__ __reduce_ex__ __new__ __getattr__ __setattr__".split()
)


@dataclass(eq=False)
class Hidden:
    """A shared object that workers find as a class attribute or as the default of a parameter."""

    name: str
    way: str
    type: Type
    node: ast.expr
    """Where a worker finds it."""
    edits: list[Edit] = field(default_factory=list)
    obstacle: str | None = None


def hidden_objects(program: Program) -> Iterator[Hidden]:
    """The shared objects in class bodies and defaults that workers use."""
    for definition in program.index.definitions:
        if isinstance(definition, ast.ClassDef):
            yield from _in_class(program, definition)
    for function in program.starts.workers:
        for parameter in [*parameters(function), *function.args.kwonlyargs]:
            yield from _in_default(program, function, parameter)


# -- class bodies ----------------------------------------------------------------------------------


class _Attribute(Record, eq=False):
    statement: ast.Assign
    name: str
    uses: list[ast.Attribute]
    """Every use of it in the program."""
    reads: list[ast.Attribute]
    """Those in workers."""
    doubt: bool
    """Whether something of the same name is an attribute of what is not known."""


def _in_class(program: Program, class_: ast.ClassDef) -> Iterator[Hidden]:
    attributes = list(_attributes(program, class_))
    if not attributes:
        return
    try:
        shared, obstacle = _into_constructor(program, class_, attributes), None
    except NoRouteError as reason:
        shared, obstacle = [], str(reason)
    for each in attributes:
        type_ = program.type(each.statement.value)
        assert type_ is not None
        found = Hidden(each.name, "a class attribute", type_, each.reads[0], shared)
        if obstacle is not None:
            try:
                found.edits = _out_of_class(program, class_, each)
            except NoRouteError as reason:
                found.obstacle = str(reason)
        yield found


def _is_shared(program: Program, value: ast.expr) -> bool:
    type_ = program.type(value)
    return type_ is not None and type_.is_shared and not type_.managed


def _attributes(program: Program, class_: ast.ClassDef) -> Iterator[_Attribute]:
    shared = [each for each in class_.body if isinstance(each, ast.Assign) and _is_shared(program, each.value)]
    if not shared:  # as in most classes: the search for their heirs goes through all classes
        return
    heirs = [
        each
        for each in program.everywhere.definitions
        if isinstance(each, ast.ClassDef) and class_ in program.functions.ancestors(each)
    ]
    for statement in shared:
        for target in statement.targets:
            if not isinstance(target, ast.Name):
                continue
            named = program.everywhere.attributes.get(target.id, [])
            uses = [each for each in named if _class_of(program, each) in heirs]
            others = [each for each in named if _class_of(program, each) is None and each.value not in uses]
            doubt = not all(_is_foreign(program, each) for each in others)
            reads = [each for each in uses if program.runs_in_child(each) and isinstance(each.ctx, ast.Load)]
            if reads:
                yield _Attribute(statement, target.id, uses, reads, doubt)


def _class_of(program: Program, use: ast.Attribute) -> ast.ClassDef | None:
    """The class of the program that this is an attribute of: `self.name`, `cls.name`, `Class.name`."""
    holder = _asked_for_its_class(program, use.value)
    if holder is not None:
        return program.functions.class_of_instance(holder)
    found = program.functions.resolve_class(use.value) or program.functions.class_of_instance(use.value)
    if found is None and isinstance(use.value, ast.Name) and use.value.id == "cls":
        function = program.index.function(use)
        return program.index.enclosing_class(function) if function is not None else None
    return found


def _asked_for_its_class(program: Program, node: ast.expr) -> ast.expr | None:
    """The instance in `instance.__class__` and `type(instance)`."""
    if isinstance(node, ast.Attribute) and node.attr == "__class__":
        return node.value
    if isinstance(node, ast.Call) and len(node.args) == 1 and program.names.calls(node, "builtins.type"):
        return node.args[0]
    return None


def _is_foreign(program: Program, use: ast.Attribute) -> bool:
    """Whether this is an attribute of a module or of a library's object."""
    return program.qualified(use.value) is not None or program.type(use.value) is not None


# -- into the constructor --------------------------------------------------------------------------


def _into_constructor(program: Program, class_: ast.ClassDef, attributes: list[_Attribute]) -> list[Edit]:
    """Let the one instance make the objects; raises `NoRouteError` where it is not the one that all share."""
    made = _only_instance(program, class_)
    statements = [each.statement for each in attributes]
    for each in attributes:
        _check_movable(program, class_, each)
    _check_travels(program, class_, attributes)
    edits: list[Edit] = []
    init = program.functions.method(class_, "__init__")
    receiver = "self"
    if init is not None:
        first = parameters(init)
        if init.decorator_list or not first:
            raise NoRouteError("the constructor is decorated")
        receiver = first[0].arg
        edits += [MoveInto(statement, init) for statement in statements]
    else:
        block = class_.body
        places = [block.index(statement) for statement in statements]
        if places != list(range(places[0], places[0] + len(places))):
            raise NoRouteError("other statements stand between the objects")
        edits.append(Wrap(statements[0], statements[-1], "def __init__(self):"))
    edits += [Replace(target, f"{receiver}.{each.name}") for each in attributes for target in each.statement.targets]
    for each in attributes:
        for use in each.uses:
            holder = _asked_for_its_class(program, use.value)
            if holder is not None:
                edits.append(Replace(use.value, "$0", (holder,)))
            elif program.functions.resolve_class(use.value) is not None:
                edits.append(Replace(use.value, _instance_at(program, class_, use, made)))
    return edits


def _only_instance(program: Program, class_: ast.ClassDef) -> ast.Call:
    """The one call that makes an instance, if it runs once and in the parent."""
    heirs = [each for each in program.everywhere.definitions if isinstance(each, ast.ClassDef)]
    if any(each is not class_ and class_ in program.functions.ancestors(each) for each in heirs):
        raise NoRouteError("other classes inherit from it")
    calls = [call for call in program.everywhere.calls if program.functions.resolve_class(call.func) is class_]
    if len(calls) != 1 or program.runs_in_child(calls[0]):
        raise NoRouteError("it has more than one instance")
    node: ast.AST = calls[0]
    for _ in range(5):
        function = program.index.function(node)
        if program.index.loop(node) is not None:
            raise NoRouteError("it has more than one instance")
        if function is None:
            return calls[0]
        callers = program.functions.callers(function)
        if len(callers) != 1 or program.functions.mentions.get(function):
            break
        node = callers[0]
    raise NoRouteError("it may have more than one instance")


def _check_movable(program: Program, class_: ast.ClassDef, attribute: _Attribute) -> None:
    bases = [program.qualified(base) for base in class_.bases]
    names = {each.name for each in class_.body if isinstance(each, FUNCTION_NODES)} | {
        name.id for statement in class_.body for name in getattr(statement, "targets", ()) if isinstance(name, ast.Name)
    }
    if class_.decorator_list or class_.keywords or any(base != "builtins.object" for base in bases):
        raise NoRouteError("the class has bases")
    if names & _OWN_STATE:
        raise NoRouteError("the class decides itself what travels with an instance")
    _check_alone(program, class_, attribute)


def _check_alone(program: Program, class_: ast.ClassDef, attribute: _Attribute) -> None:
    """What both ways need: all uses are known, and the value needs no name of the class."""
    inner = program.index.inner_scope(class_)
    others = [each for each in inner.bindings[attribute.name] if each.value is not attribute.statement.value]
    if attribute.doubt or len(attribute.statement.targets) != 1 or others:
        raise NoRouteError(f"not all uses of `{attribute.name}` are known")
    if not all(map(program.owns, attribute.uses)):
        raise NoRouteError(f"`{attribute.name}` is used in other files")
    if any(not isinstance(use.ctx, ast.Load) for use in attribute.uses):
        raise NoRouteError(f"`{attribute.name}` is assigned again")
    if any(program.index.owner(name) is inner for name in program.index.uses(attribute.name, inner)[1:]):
        raise NoRouteError(f"the class body reads `{attribute.name}`")
    for name in ast.walk(attribute.statement.value):
        if isinstance(name, ast.Name) and program.index.owner(name) is inner:
            raise NoRouteError(f"`{attribute.name}` is made with other names of the class")
    if list(program.calls_of("builtins.getattr", "builtins.setattr", "builtins.vars")):
        raise NoRouteError("the program looks attributes up by computed names")


def _check_travels(program: Program, class_: ast.ClassDef, attributes: list[_Attribute]) -> None:
    """Every process whose worker uses the objects is handed the instance."""
    reading = {function for each in attributes for use in each.reads if (function := program.state.outer_function(use))}
    for start in program.state.starts_reaching(reading):
        crossing = program.crossings.of_start(start)
        handed = any(program.functions.class_of_instance(each.expression) is class_ for each in crossing)
        handed = handed or (
            bool(start.handed)
            and all(
                any(program.functions.class_of_instance(each) is class_ for each in given) for given in start.handed
            )
        )
        if start.kind != "process" or not handed:
            raise NoRouteError("a worker gets no instance, or gets it as a task")
    for each in program.crossings.all:
        type_ = program.crossings.type_of(each)
        if not each.is_inherited and (type_ is None or type_.class_ is class_):
            raise NoRouteError("an instance may travel as a task or an item of a queue, which a lock may not")
    if list(program.calls_of("copy.copy", "copy.deepcopy", "pickle.dumps", "pickle.dump", "cPickle.dumps")):
        raise NoRouteError("instances may be copied")
    for attribute in attributes:
        for use in attribute.reads:
            holder = use.value
            bound = program.index.bindings(holder) if isinstance(holder, ast.Name) else []
            if (
                any(binding.kind != "parameter" for binding in bound)
                and program.functions.resolve_class(holder) is None
            ):
                raise NoRouteError("a worker finds the instance as a global")


def _instance_at(program: Program, class_: ast.ClassDef, use: ast.Attribute, made: ast.Call) -> str:
    """How the instance is called where the class was named."""
    function = program.index.function(use)
    if function is not None and program.index.enclosing_class(function) is class_ and not is_static(function):
        if function.decorator_list or not parameters(function):
            raise NoRouteError("a class method uses it")
        return parameters(function)[0].arg
    statement = program.index.parent[made]
    target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
    if isinstance(target, ast.Name) and len(program.index.bindings(target)) == 1 and made.lineno < use.lineno:
        here = program.index.function(use)
        if here is program.index.function(target) and not program.runs_in_child(use):
            return target.id
    raise NoRouteError("no instance is at hand where the class is named")


# -- to the module's own names ---------------------------------------------------------------------


def _out_of_class(program: Program, class_: ast.ClassDef, attribute: _Attribute) -> list[Edit]:
    """Make it a name of the module; raises `NoRouteError` where workers could not be handed that."""
    if class_ not in program.tree.body:
        raise NoRouteError(f"`{class_.name}` is defined inside something else")
    _check_alone(program, class_, attribute)
    wanted = [attribute.name, f"{class_.name.lower()}_{attribute.name}"]
    name = _free(program, wanted, [*attribute.uses])
    check_route(program, name, attribute.reads)
    edits: list[Edit] = [Move(attribute.statement, class_)]
    if name != attribute.name:
        edits.append(Replace(attribute.statement.targets[0], name))
    return [*edits, *(Replace(use, name) for use in attribute.uses)]


def _free(program: Program, wanted: list[str], uses: list[ast.expr]) -> str:
    """The first of these names that means nothing yet, neither in the module nor where it is to be used."""
    for name in wanted:
        if not program.is_taken(name) and all(program.index.scope(use).owner(name) is None for use in uses):
            return name
    raise NoRouteError(f"the name `{wanted[0]}` is taken")


# -- defaults --------------------------------------------------------------------------------------


def _in_default(program: Program, function: FunctionNode, parameter: ast.arg) -> Iterator[Hidden]:
    default = default_of(function, parameter)
    type_ = program.type(default) if default is not None else None
    if default is None or type_ is None or not type_.is_shared:
        return
    if any(True for _ in program.types.received(function, parameter)) or not _is_called_plainly(program, function):
        return  # it is handed over, or may be
    found = Hidden(parameter.arg, "a default", type_, default)
    try:
        found.edits = _out_of_default(program, function, parameter, default)
    except NoRouteError as reason:
        found.obstacle = str(reason)
    yield found


def _out_of_default(program: Program, function: FunctionNode, parameter: ast.arg, default: ast.expr) -> list[Edit]:
    """Let the function read a name of the module instead; raises `NoRouteError` where that is not the same."""
    scope = program.index.inner_scope(function)
    uses = program.index.uses(parameter.arg, scope)
    if len(scope.bindings[parameter.arg]) != 1 or any(not isinstance(use.ctx, ast.Load) for use in uses):
        raise NoRouteError(f"`{parameter.arg}` is assigned again")
    if program.state.outer_function(function) is not None or program.functions.is_overridden(function):
        raise NoRouteError(f"`{function.name}` is defined inside something else")
    edits: list[Edit] = [DropParameter(function, parameter)]
    if isinstance(default, ast.Name):
        name = default.id
        owner = program.index.owner(default)
        if owner is None or not owner.is_module or len(program.state.bindings(name)) != 1:
            raise NoRouteError(f"`{name}` has more than one value")
        if any(program.index.scope(use).owner(name) not in (owner, scope) for use in uses) or (
            name != parameter.arg and name in scope.bindings
        ):
            raise NoRouteError(f"`{function.name}` has a local variable `{name}`")
    elif isinstance(default, ast.Call):
        name = parameter.arg
        if program.is_taken(name):
            name = _free(program, [f"{function.name}_{name}"], list(uses))
        edits.append(Insert(f"{name} = {program.text(default)}", program.index.top_statement(function)))
    else:
        raise NoRouteError("the default is computed")
    reads = [*uses, *program.state.read_by_workers.get(name, [])]
    check_route(program, name, reads, frozenset({function}))
    return edits + [Replace(use, name) for use in uses if name != parameter.arg]


def _is_called_plainly(program: Program, function: FunctionNode) -> bool:
    """Whether what the function gets is written down at every call and start."""
    for call in program.functions.callers(function):
        if any(isinstance(each, ast.Starred) for each in call.args) or any(each.arg is None for each in call.keywords):
            return False
    for start in program.starts.of_function.get(function, []):
        method = start.call.func.attr if isinstance(start.call.func, ast.Attribute) else ""
        plain = isinstance(start.args, (ast.Tuple, ast.List, type(None))) or bool(start.handed)
        named = isinstance(start.kwargs, (ast.Dict, type(None)))
        if not plain or not named or (start.kind == "task" and method.startswith("starmap")):
            return False
        shown = start.args.elts if isinstance(start.args, (ast.Tuple, ast.List)) else []
        if any(isinstance(each, ast.Starred) for each in shown):
            return False
    return True
