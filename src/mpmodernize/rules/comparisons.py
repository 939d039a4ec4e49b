"""Sorting by comparison functions: where a program does it, and what sorts the same in Python 3.

Source: *Sorting HOW TO* of 2.7 and of 3.13.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.functions import parameters
from mpmodernize.model.received import default_of
from mpmodernize.model.scopes import FUNCTION_NODES
from mpmodernize.records import Record
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.sort_keys import Key, keys_of, parameters_of
from mpmodernize.rules.spelling import library_name

if TYPE_CHECKING:
    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit


_MANY = 200
"""How many places are looked at to see whether there may be no function."""
_ITSELF = Key("", (), is_reversed=False)


class Sorting(Record, eq=False):
    """One call of `sort` or `sorted` with a comparison function."""

    call: ast.Call
    compared: ast.expr
    """The comparison function."""
    edits: tuple[Edit, ...]
    safety: Safety
    consumed: frozenset[ast.AST]
    """What is gone afterwards: uses of `cmp` in there need nothing."""


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
    safety = Safety.SAFE if certain else Safety.UNSAFE
    if _is_none(compared) or program.qualified(compared) == "builtins.cmp":
        keys: list[Key] | None = [_ITSELF]
    else:
        keys = keys_of(program, compared)
    if keys is not None and len(keys) == 2 and not given:
        edit = _sorted_twice(program, call, keys)
        if edit is not None:
            return Sorting(call, compared, (edit,), safety, frozenset(ast.walk(compared)))
    key = keys[0] if keys is not None and len(keys) == 1 else None
    if key is not None and key.values and "key" in given:
        key = None
    arguments, parts, edits = _arguments(program, compared, given, key)
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else call.args[0]
    opening = "$0.sort(" if is_method else f"{program.text(call.func)}($0"
    first = ", " if arguments and not is_method else ""
    code = f"{opening}{first}{', '.join(arguments)})"
    consumed = frozenset(ast.walk(compared)) if "cmp_to_key" not in code else frozenset()
    return Sorting(call, compared, (Replace(call, code, (receiver, *parts)), *edits), safety, consumed)


def _sorted_twice(program: Program, call: ast.Call, keys: list[Key]) -> Replace | None:
    """Sorting by the second key, and then by the first: what is equal there keeps its places."""
    first, second = keys
    if not isinstance(call.func, ast.Attribute):
        parts: list[ast.expr] = [call.args[0]]
        name = program.text(call.func)
        inner = f"{name}({', '.join(['$0', *_key_arguments(second, parts)])})"
        return Replace(call, f"{name}({', '.join([inner, *_key_arguments(first, parts)])})", tuple(parts))
    statement = program.index.parent[call]
    if not isinstance(statement, ast.Expr) or not isinstance(call.func.value, (ast.Name, ast.Attribute)):
        return None
    if "\n" in program.text(call):
        return None  # there may be comments
    lines = []
    for key in (second, first):
        parts = [call.func.value]
        code = f"$0.sort({', '.join(_key_arguments(key, parts))})"
        for number in reversed(range(len(parts))):
            code = code.replace(f"${number}", program.text(parts[number]))
        lines.append(code)
    return Replace(statement, "\n".join(lines))


def _key_arguments(key: Key, parts: list[ast.expr]) -> list[str]:
    """The arguments for one key; what it compares comes to the parts."""
    arguments = []
    if key.values:
        codes = []
        for value in key.values:
            codes.append(value if isinstance(value, str) else f"${len(parts)}")
            parts += [] if isinstance(value, str) else [value]
        arguments.append(f"key=lambda {key.name}: {codes[0] if len(codes) == 1 else '(' + ', '.join(codes) + ')'}")
    return [*arguments, "reverse=True"] if key.is_reversed else arguments


def _arguments(
    program: Program, compared: ast.expr, given: dict[str, ast.expr], key: Key | None
) -> tuple[list[str], list[ast.expr], list[Edit]]:
    """The new arguments of the call; `$1`, `$2` … stand for the parts."""
    edits: list[Edit] = []
    reverse, own = given.get("reverse"), given.get("key")
    own = None if own is not None and _is_none(own) else own
    if key is not None and key.is_reversed and reverse is not None and not isinstance(reverse, ast.Constant):
        key = None
    parts: list[ast.expr] = [compared]  # the place of what is sorted
    arguments: list[str] = []
    if key is None:
        wrapper, edits = library_name(program, "functools", "cmp_to_key")
        parts.append(compared)
        wrapped = f"{wrapper}($1)"
        if own is None:
            arguments.append(f"key=$1 and {wrapped}" if _may_be_none(program, compared) else f"key={wrapped}")
        else:
            item = program.free_name("item")
            parts.append(own)
            arguments.append(f"key=lambda {item}: {wrapped}($2({item}))")
    elif own is not None:
        parts.append(own)
        arguments.append("key=$1")
    else:
        arguments += [each for each in _key_arguments(key, parts) if each != "reverse=True"]
    flipped = key is not None and key.is_reversed
    if isinstance(reverse, ast.Constant) and flipped:
        flipped = not reverse.value
    elif reverse is not None:
        parts.append(reverse)
        arguments.append(f"reverse=${len(parts) - 1}")
    return [*arguments, "reverse=True"] if flipped else arguments, parts[1:], edits


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _may_be_none(program: Program, compared: ast.expr) -> bool:
    """Whether the program itself says that there may be no comparison function."""
    if isinstance(compared, ast.Attribute):
        uses = program.index.attributes.get(compared.attr, [])[:_MANY]
        stores = [each for each in uses if isinstance(each.ctx, ast.Store)]
        statements = [program.index.parent[each] for each in stores]
        return any(isinstance(each, ast.Assign) and _is_none(each.value) for each in statements)
    if not isinstance(compared, ast.Name):
        return False
    for binding in program.index.bindings(compared)[:_MANY]:
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
