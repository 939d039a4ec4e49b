"""Sorting by comparison functions: where a program does it, and what sorts the same in Python 3.

Source: *Sorting HOW TO* of 2.7 and of 3.13.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.functions import parameters
from mpmodernize.model.scopes import FUNCTION_NODES
from mpmodernize.model.types import default_of
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.spelling import library_name

if TYPE_CHECKING:
    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit

_INNER_SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, eq=False)
class Sorting:
    """One call of `sort` or `sorted` with a comparison function."""

    call: ast.Call
    compared: ast.expr
    """The comparison function."""
    edits: tuple[Edit, ...]
    safety: Safety
    consumed: frozenset[ast.AST]
    """What is gone afterwards: uses of `cmp` in there need nothing."""


@dataclass(frozen=True)
class _Key:
    """A key that orders as a comparison function does."""

    code: str
    """Empty where the things themselves are compared."""
    parts: tuple[ast.expr, ...]
    is_reversed: bool


def sortings(program: Program) -> list[Sorting]:
    """Every sorting by comparison in a program, worked out once."""
    found = program.plans.get("sortings")
    if not isinstance(found, list):
        calls = [*program.index.method_calls.get("sort", ())]
        for name in program.index.names.get("sorted", ()):
            parent = program.index.parent[name]
            if isinstance(parent, ast.Call) and program.names.calls(parent, "builtins.sorted"):
                calls.append(parent)
        found = [sorting for call in calls if (sorting := _sorting(program, call)) is not None]
        program.plans["sortings"] = found
    return found


def _sorting(program: Program, call: ast.Call) -> Sorting | None:
    is_method = isinstance(call.func, ast.Attribute)
    if any(isinstance(each, ast.Starred) for each in call.args) or any(each.arg is None for each in call.keywords):
        return None
    given = dict(zip(("cmp", "key", "reverse"), call.args if is_method else call.args[1:], strict=False))
    given |= {each.arg: each.value for each in call.keywords if each.arg is not None}
    compared = given.pop("cmp", None)
    if compared is None or not given.keys() <= {"key", "reverse"} or (not is_method and not call.args):
        return None
    certain = _sorts_a_list(program, call, compared)
    if certain is None or program.compatibility.asks_first(call):
        return None
    is_default = _is_none(compared) or program.qualified(compared) == "builtins.cmp"
    key = _Key("", (), is_reversed=False) if is_default else _key_of(program, compared)
    if key is not None and key.code and "key" in given:
        key = None
    arguments, parts, edits = _arguments(program, compared, given, key)
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else call.args[0]
    opening = "$0.sort(" if is_method else f"{program.text(call.func)}($0"
    first = ", " if arguments and not is_method else ""
    code = f"{opening}{first}{', '.join(arguments)})"
    edit = Replace(call, code, (receiver, *parts))
    consumed = frozenset(ast.walk(compared)) if "cmp_to_key" not in code else frozenset()
    return Sorting(call, compared, (edit, *edits), Safety.SAFE if certain else Safety.UNSAFE, consumed)


def _arguments(
    program: Program, compared: ast.expr, given: dict[str, ast.expr], key: _Key | None
) -> tuple[list[str], list[ast.expr], list[Edit]]:
    """The new arguments of the call; `$1`, `$2` … stand for the parts."""
    parts: list[ast.expr] = []
    edits: list[Edit] = []

    def part(node: ast.expr) -> str:
        parts.append(node)
        return f"${len(parts)}"

    reverse = given.get("reverse")
    flipped = key is not None and key.is_reversed
    if flipped and reverse is not None and not isinstance(reverse, ast.Constant):
        key, flipped = None, False
    arguments: list[str] = []
    own = given.get("key")
    own = None if own is not None and _is_none(own) else own
    if key is None:
        wrapper, edits = library_name(program, "functools", "cmp_to_key")
        wrapped = f"{wrapper}({part(compared)})"
        if own is None and _may_be_none(program, compared):
            wrapped = f"$1 and {wrapped}"
        if own is not None:
            item = program.free_name("item")
            wrapped = f"lambda {item}: {wrapped}({part(own)}({item}))"
        arguments.append(f"key={wrapped}")
    elif own is not None:
        arguments.append(f"key={part(own)}")
    elif key.code:
        code = key.code
        for number, each in enumerate(key.parts):
            code = code.replace(f"${number}$", part(each))
        arguments.append(f"key={code}")
    if isinstance(reverse, ast.Constant) and flipped:
        arguments += [] if reverse.value else ["reverse=True"]
    elif reverse is not None:
        arguments.append(f"reverse={part(reverse)}")
    elif flipped:
        arguments.append("reverse=True")
    return arguments, parts, edits


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _may_be_none(program: Program, compared: ast.expr) -> bool:
    """Whether the program itself says that there may be no comparison function."""
    if isinstance(compared, ast.Attribute):
        stores = [each for each in program.index.attributes.get(compared.attr, ()) if isinstance(each.ctx, ast.Store)]
        statements = [program.index.parent[each] for each in stores]
        return any(isinstance(each, ast.Assign) and _is_none(each.value) for each in statements)
    if not isinstance(compared, ast.Name):
        return False
    for binding in program.index.bindings(compared):
        if binding.value is not None and _is_none(binding.value):
            return True
        function = binding.scope.node
        if isinstance(binding.node, ast.arg) and isinstance(function, FUNCTION_NODES):
            default = default_of(function, binding.node)
            if default is not None and _is_none(default):
                return True
    return False


def _sorts_a_list(program: Program, call: ast.Call, compared: ast.expr) -> bool | None:
    """Whether the call surely sorts a list by a comparison; `None` where it surely does not."""
    if not isinstance(call.func, ast.Attribute):
        return True
    receiver = call.func.value
    class_ = program.functions.class_of_instance(receiver)
    if class_ is not None and program.functions.method(class_, "sort") is not None:
        return None
    type_ = program.type(receiver)
    if type_ is not None:
        return True if type_.kind == "list" else None if type_.kind != "instance" else False
    if any(each.arg == "cmp" for each in call.keywords):
        return True
    if isinstance(compared, ast.Constant):
        return True if len(call.args) > 1 and _is_none(compared) and program.python2 else None
    if isinstance(compared, ast.Lambda):
        return True if len(parameters_of(compared)) == 2 else None
    if program.qualified(compared) in ("builtins.cmp", "locale.strcoll"):
        return True
    function = program.functions.resolve(compared)
    if function is not None:
        return True if len(parameters(function)) >= 2 else None
    return False if program.python2 and isinstance(compared, (ast.Name, ast.Attribute, ast.Call)) else None


# -- keys ------------------------------------------------------------------------------------------


def parameters_of(function: ast.Lambda) -> list[str]:
    """The names of a lambda's parameters, if it has plain ones alone."""
    arguments = function.args
    if arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.defaults or arguments.posonlyargs:
        return []
    return [each.arg for each in arguments.args]


def _key_of(program: Program, compared: ast.expr) -> _Key | None:
    """The key that orders as a lambda with `cmp` does; `None` where it is not as simple as that."""
    if not isinstance(compared, ast.Lambda) or len(parameters_of(compared)) != 2:
        return None
    first, second = parameters_of(compared)
    body = compared.body
    spread = _spread(body, first, second)
    if spread is not None:
        return _key_of_spread(program, first, *spread)
    terms = _terms(program, body)
    if terms is None:
        return None
    directions: set[bool] = set()
    parts: list[ast.expr] = []
    for left, right, negated in terms:
        if _same(left, first, right, second):
            directions.add(negated)
            parts.append(left)
        elif _same(left, second, right, first):
            directions.add(not negated)
            parts.append(right)
        else:
            return None
    if len(directions) != 1:
        return None
    is_reversed = directions.pop()
    if len(parts) == 1 and isinstance(parts[0], ast.Name):
        return _Key("", (), is_reversed)
    codes = [f"${number}$" for number in range(len(parts))]
    code = codes[0] if len(codes) == 1 else f"({', '.join(codes)})"
    return _Key(f"lambda {first}: {code}", tuple(parts), is_reversed)


def _terms(program: Program, body: ast.expr) -> list[tuple[ast.expr, ast.expr, bool]] | None:
    """The comparisons of `cmp(a, b) or cmp(c, d)`, each with whether it is negated."""
    if isinstance(body, ast.BoolOp) and isinstance(body.op, ast.Or):
        found: list[tuple[ast.expr, ast.expr, bool]] = []
        for value in body.values:
            inner = _terms(program, value)
            if inner is None:
                return None
            found += inner
        return found
    negated = isinstance(body, ast.UnaryOp) and isinstance(body.op, ast.USub)
    call = body.operand if isinstance(body, ast.UnaryOp) and negated else body
    if not isinstance(call, ast.Call) or len(call.args) != 2 or call.keywords:
        return None
    if program.qualified(call.func) != "builtins.cmp" or any(isinstance(each, ast.Starred) for each in call.args):
        return None
    return [(call.args[0], call.args[1], negated)]


def _same(left: ast.expr, name: str, right: ast.expr, other: str) -> bool:
    """Whether both sides do the same, the one with `name` and the other with `other`."""
    if any(isinstance(node, _INNER_SCOPES) for node in ast.walk(left)):
        return False
    ours, theirs = ast.dump(left), ast.dump(right)
    if f"id='{other}'" in ours or f"id='{name}'" in theirs or f"id='{name}'" not in ours:
        return False
    return ours.replace(f"id='{name}'", "id=''") == theirs.replace(f"id='{other}'", "id=''")


def _spread(body: ast.expr, first: str, second: str) -> tuple[list[str], list[str], ast.expr] | None:
    """The names and the body of what `lambda (a, b), (c, d): …` has become."""
    outer = _applied(body, first)
    inner = _applied(outer.body, second) if outer is not None else None
    if outer is None or inner is None:
        return None
    return parameters_of(outer), parameters_of(inner), inner.body


def _applied(call: ast.expr, name: str) -> ast.Lambda | None:
    """The lambda of `(lambda a, b: …)(*name)`."""
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Lambda) or len(call.args) != 1:
        return None
    (argument,) = call.args
    named = isinstance(argument, ast.Starred) and isinstance(argument.value, ast.Name) and argument.value.id == name
    return call.func if named and parameters_of(call.func) else None


def _key_of_spread(program: Program, name: str, ours: list[str], theirs: list[str], body: ast.expr) -> _Key | None:
    """The key where elements of two tuples are compared place by place."""
    terms = _terms(program, body)
    if terms is None or len(ours) != len(theirs):
        return None
    places: list[int] = []
    directions: set[bool] = set()
    for left, right, negated in terms:
        if not isinstance(left, ast.Name) or not isinstance(right, ast.Name):
            return None
        swapped = left.id in theirs and left.id not in ours
        mine, other = (right.id, left.id) if swapped else (left.id, right.id)
        if mine not in ours or other not in theirs or ours.index(mine) != theirs.index(other):
            return None
        directions.add(negated != swapped)
        places.append(ours.index(mine))
    if len(directions) != 1:
        return None
    codes = [f"{name}[{place}]" for place in places]
    code = codes[0] if len(codes) == 1 else f"({', '.join(codes)})"
    return _Key(f"lambda {name}: {code}", (), directions.pop())
