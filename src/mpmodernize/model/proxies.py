"""Objects of a manager: every access through a proxy is one message to the manager's process, and gets a copy."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.kinds import Type
    from mpmodernize.model.program import Program

_CHANGING = frozenset(
    "append extend insert remove pop clear sort reverse update setdefault add discard appendleft popitem".split()
)


class Access(Record, eq=False):
    """One place where something that a proxy holds is changed."""

    statement: ast.stmt
    proxy: ast.expr
    """The proxy itself: `d` of `d["x"] += 1`."""
    place: ast.expr
    """What is read from it: `d["x"]`."""
    type: Type


def updates(program: Program) -> Iterator[Access]:
    """`d[k] += 1`, `names.x += 1`, `d[k] = d.get(k, 0) + 1`: a message that reads, and another that writes."""
    for statement in program.index.all(ast.AugAssign):
        yield from _access(program, statement, statement.target)
    for assignment in program.index.all(ast.Assign):
        if len(assignment.targets) == 1:
            for found in _access(program, assignment, assignment.targets[0]):
                if _reads(assignment.value, found):
                    yield found


def nested_changes(program: Program) -> Iterator[Access]:
    """`d[k].append(x)`, `d[k][0] = x`, `del d[k][0]`: a change of the copy that the proxy has sent."""
    index = program.index
    candidates: list[ast.expr] = [*index.all(ast.Subscript)]
    if any(index.method_calls.get(name) for name in ("Namespace",)):
        candidates += index.all(ast.Attribute)
    for place in candidates:
        above = index.parent[place]
        inner = isinstance(above, (ast.Subscript, ast.Attribute)) and above.value is place
        if not inner or not isinstance(getattr(place, "ctx", None), ast.Load):
            continue
        assert isinstance(above, (ast.Subscript, ast.Attribute))
        if isinstance(above, ast.Subscript):
            changing = not isinstance(above.ctx, ast.Load)
        else:
            call = index.parent[above]
            called = isinstance(call, ast.Call) and call.func is above and isinstance(index.parent[call], ast.Expr)
            changing = called and above.attr in _CHANGING
        if changing:
            yield from _access(program, index.statement(place), place)


def _access(program: Program, statement: ast.stmt, place: ast.expr) -> Iterator[Access]:
    if not isinstance(place, (ast.Subscript, ast.Attribute)):
        return
    type_ = program.type(place.value)
    if type_ is None or type_.kind != "Proxy":
        return
    if isinstance(place, ast.Attribute) and "Namespace" not in {_made(call) for call in type_.made}:
        return
    yield Access(statement, place.value, place, type_)


def _made(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _reads(value: ast.expr, access: Access) -> bool:
    """Whether a new value is made from the old one: from the same place, or by `d.get(k)`."""
    wanted = ast.dump(access.place).replace("Store()", "Load()")
    key = ast.dump(access.place.slice) if isinstance(access.place, ast.Subscript) else None
    for node in ast.walk(value):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
            same = ast.dump(node.func.value) == ast.dump(access.proxy)
            if same and node.args and ast.dump(node.args[0]) == key:
                return True
        elif isinstance(node, (ast.Subscript, ast.Attribute)) and ast.dump(node) == wanted:
            return True
    return False


def stored(program: Program, access: Access) -> list[ast.expr]:
    """What the program puts into the objects that this proxy may be of: where they are made, and later."""
    found: list[ast.expr] = []
    for call in access.type.made:
        found += [each.value for each in call.keywords]
        for given in call.args:
            if isinstance(given, ast.Dict):
                found += given.values
            elif isinstance(given, (ast.List, ast.Tuple)):
                found += given.elts
            else:
                found.append(given)
    for assignment in program.everywhere.all(ast.Assign):
        for target in assignment.targets:
            if isinstance(target, (ast.Subscript, ast.Attribute)):
                type_ = program.type(target.value)
                if type_ is not None and type_.made & access.type.made:
                    found.append(assignment.value)
    for method in ("append", "setdefault", "update", "extend", "insert"):
        for added in program.everywhere.method_calls.get(method, []):
            assert isinstance(added.func, ast.Attribute)
            type_ = program.type(added.func.value)
            if type_ is not None and type_.made & access.type.made:
                found += added.args[-1:]
    return found
