"""How lambdas are written as functions, what those are called, and how arguments are bound to them."""

from __future__ import annotations

import ast
import keyword
import re
from typing import TYPE_CHECKING

from mpmodernize.model.crossings import Route
from mpmodernize.rewrite.edits import AddArgument, AddElement
from mpmodernize.rules.spelling import short_name

if TYPE_CHECKING:
    from mpmodernize.model.crossings import Crossing
    from mpmodernize.model.index import Index
    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import Binding
    from mpmodernize.model.starts import Start
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.members import Member

_MAKING = re.compile(r"(?:make|get|create|build|new)_(?=[a-z])")
_BY_KIND = {"process": "_worker", "task": "_task", "initializer": "_init_worker"}
_STARTING = ("target", "func", "fn", "initializer")


def as_function(program: Program, member: Member, parameters: list[str], body: str, *, returns: bool) -> str:
    """The definition of a function that does what a lambda does, with more parameters in front."""
    assert isinstance(member.node, ast.Lambda)
    signature = ", ".join([*parameters, *_parameters(program, member.node.args, {each for each, _ in member.bound})])
    if not returns and body == "None":
        body = "pass"
    return f"def {member.new}({signature}):\n    {'return ' if returns else ''}{body}\n"


def _parameters(program: Program, arguments: ast.arguments, bound: set[ast.arg]) -> list[str]:
    plain = [*arguments.posonlyargs, *arguments.args]
    defaults = dict(zip(reversed(plain), reversed(arguments.defaults), strict=False))
    defaults |= {
        each: default
        for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if default is not None
    }

    def written(parameter: ast.arg) -> str:
        default = defaults.get(parameter) if parameter not in bound else None
        return parameter.arg if default is None else f"{parameter.arg}={program.text(default)}"

    found = [written(each) for each in arguments.posonlyargs]
    found += ["/"] if arguments.posonlyargs else []
    found += [written(each) for each in arguments.args]
    if arguments.vararg is not None:
        found.append(f"*{arguments.vararg.arg}")
    elif arguments.kwonlyargs:
        found.append("*")
    found += [written(each) for each in arguments.kwonlyargs]
    return [*found, *([f"**{arguments.kwarg.arg}"] if arguments.kwarg is not None else [])]


def body_text(program: Program, node: ast.Lambda) -> str:
    """The expression of a lambda as it stands behind `return`."""
    text = program.text(node.body)
    if isinstance(node.body, (ast.Yield, ast.YieldFrom, ast.NamedExpr)):
        return f"({text})"
    if "\n" not in text and "\r" not in text:
        return text
    try:
        ast.parse(text, mode="eval")
    except SyntaxError:
        return f"({text})"
    return text


def import_text(index: Index, binding: Binding) -> str:
    """The import statement that binds this one name."""
    alias, statement = binding.node, index.parent[binding.node]
    assert isinstance(alias, ast.alias)
    name = alias.name if alias.asname is None else f"{alias.name} as {alias.asname}"
    if isinstance(statement, ast.ImportFrom):
        return f"from {'.' * statement.level}{statement.module or ''} import {name}"
    return f"import {name}"


# -- names -----------------------------------------------------------------------------------------


def name_for(program: Program, node: ast.AST, crossings: list[Crossing]) -> str:
    """A name for a lambda that has none: after its place, otherwise after what it does."""
    found = _place_name(program, node)
    return f"_{found}" if found is not None else _name_by_start(crossings)


def _place_name(program: Program, node: ast.AST) -> str | None:
    parent = program.index.parent[node]
    found: str | None = None
    if isinstance(parent, ast.keyword) and parent.arg not in _STARTING:
        found = parent.arg
    elif isinstance(parent, ast.Dict) and node in parent.values:
        key = parent.keys[parent.values.index(node)]
        found = key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None
    elif isinstance(parent, ast.Return):
        function = program.index.function(parent)
        made = _MAKING.match(function.name) if function is not None else None
        found = function.name[made.end() :] if function is not None and made is not None else None
    elif isinstance(parent, ast.Assign) and len(parent.targets) == 1:
        target = parent.targets[0]
        found = (
            target.attr if isinstance(target, ast.Attribute) else target.id if isinstance(target, ast.Name) else None
        )
    elif isinstance(parent, ast.Call) and program.names.calls(parent, "collections.defaultdict"):
        found = "default"
    elif isinstance(parent, ast.Call) and node in parent.args:
        called = program.functions.called(parent)
        parameters = [*called.args.posonlyargs, *called.args.args] if called is not None else []
        place = parent.args.index(node)
        found = parameters[place].arg if place < len(parameters) else None
    if found is None or not found.isidentifier() or keyword.iskeyword(found):
        return None
    return found.lstrip("_").lower() or None


def _target(statement: ast.Assign) -> str | None:
    target = statement.targets[0]
    return target.attr if isinstance(target, ast.Attribute) else target.id if isinstance(target, ast.Name) else None


def _element_name(program: Program, display: ast.List | ast.Tuple, node: ast.AST) -> str | None:
    """The parameter that an element of `args` fills, or one of `jobs`: a `job`."""
    for start in program.starts.all:
        if start.args is display and start.function is not None:
            parameters = [*start.function.args.posonlyargs, *start.function.args.args]
            place = display.elts.index(node)  # type: ignore[arg-type]
            return parameters[place].arg if place < len(parameters) else None
    above = program.index.parent[display]
    name = _target(above) if isinstance(above, ast.Assign) else None
    return name[:-1] if name is not None and name[-1:] in "sS" and len(name) > 2 else None


def _name_by_start(crossings: list[Crossing]) -> str:
    for each in crossings:
        if each.route is Route.TARGET and each.start is not None:
            return _BY_KIND.get(each.start.kind, "_function")
    return "_function"


# -- arguments -------------------------------------------------------------------------------------


def partial_name(program: Program) -> tuple[str, list[Edit]]:
    """How this program writes `functools.partial`, and the edits that make it possible."""
    return short_name(program, "functools", "partial")


def is_partial(program: Program, call: ast.Call) -> bool:
    """Whether this is a call of `functools.partial`."""
    return program.names.calls(call, "functools.partial")


def fills(arguments: ast.arguments, call: ast.Call, parameter: ast.arg) -> bool:
    """Whether a positional argument of the call fills this parameter, or may."""
    places = [*arguments.posonlyargs, *arguments.args]
    starred = any(isinstance(each, ast.Starred) for each in call.args) or any(
        each.arg is None for each in call.keywords
    )
    return starred or (parameter in places and places.index(parameter) < len(call.args))


def as_arguments(start: Start, given: list[str], bound: list[str], required: int) -> list[Edit] | None:
    """Values as the first (`given`) and last (`bound`) arguments of a start; `None` where its arguments do not show.

    The function has `required` parameters between the two.
    """
    call = start.call
    if any(isinstance(each, ast.Starred) for each in call.args) or any(each.arg is None for each in call.keywords):
        return None
    method = call.func.attr if start.kind == "task" and isinstance(call.func, ast.Attribute) else ""
    if method == "submit":
        if bound and len(call.args) - 1 != required:
            return None
        return [
            *(AddArgument(call, each, at=1 if len(call.args) > 1 else None) for each in given),
            *(AddArgument(call, each) for each in bound),
        ]
    if method not in ("", "apply", "apply_async") or start.kwargs is not None:
        return None
    if start.args is None:
        values = [*given, *bound]
        if required or (method and len(call.args) != 1):
            return None
        display = f"({values[0]},)" if len(values) == 1 else f"({', '.join(values)})"
        positional = bool(method) and not call.keywords
        name = "initargs" if start.kind == "initializer" else "args"
        return [AddArgument(call, display, None if positional else name)]
    if not isinstance(start.args, (ast.Tuple, ast.List)) or any(isinstance(e, ast.Starred) for e in start.args.elts):
        return None
    if bound and len(start.args.elts) != required:
        return None
    if not start.args.elts:
        return [AddElement(start.args, each) for each in [*given, *bound]]
    if given and bound:
        return None
    return [*(AddElement(start.args, each, first=True) for each in given), *(AddElement(start.args, e) for e in bound)]
