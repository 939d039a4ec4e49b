"""How a program spells the names of the library, and what to import where it has no way yet."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.rewrite.edits import AddImport, AddImportedName, Replace

if TYPE_CHECKING:
    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import Binding
    from mpmodernize.rewrite.edits import Edit


def short_name(program: Program, module: str, name: str) -> tuple[str, list[Edit]]:
    """Like `library_name`; where the program does not import the module yet, the name is imported from there."""
    found, edits = library_name(program, module, name)
    if any(isinstance(each, AddImport) for each in edits) and not program.is_used(name):
        return name, [AddImport(f"from {module} import {name}")]
    return found, edits


def library_name(program: Program, module: str, name: str) -> tuple[str, list[Edit]]:
    """How this program writes `<module>.<name>` at module level, and the edits that make it possible."""
    found = program.plans.get(f"spelling {module}.{name}")
    if not isinstance(found, tuple):
        found = program.plans[f"spelling {module}.{name}"] = _library_name(program, module, name)
    return found[0], [*found[1]]


def _library_name(program: Program, module: str, name: str) -> tuple[str, list[Edit]]:
    bindings = program.index.module.bindings
    imported: ast.ImportFrom | None = None
    for statement in program.tree.body:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                bound = alias.asname or module.partition(".")[0]
                if alias.name == module and _is_one_module(program, bindings[bound]):
                    return f"{alias.asname or alias.name}.{name}", []
        elif isinstance(statement, ast.ImportFrom) and statement.module == module and statement.level == 0:
            for alias in statement.names:
                if alias.name == name:
                    return alias.asname or name, []
                if alias.name == "*":
                    return name, []
            imported = statement
    if imported is not None and not program.is_taken(name):
        return name, [AddImportedName(imported, name)]
    return f"{module}.{name}", [AddImport(f"import {module}")]


def _is_one_module(program: Program, bindings: list[Binding]) -> bool:
    """Whether all that binds a name are imports of one module, and of modules in it: `import m`, `import m.part`."""
    if len(bindings) == 1:
        return True
    plain = all(
        each.kind == "import" and isinstance(program.index.parent[each.node], ast.Import) and each.node.asname is None  # type: ignore[attr-defined]
        for each in bindings
    )
    return plain and len({each.node.name.partition(".")[0] for each in bindings}) == 1  # type: ignore[attr-defined]


def multiprocessing_name(program: Program, name: str) -> tuple[str, list[Edit]]:
    """How this program writes `multiprocessing.<name>` at module level, and the edits that make it possible."""
    return library_name(program, "multiprocessing", name)


def as_list(program: Program, node: ast.expr) -> Replace:
    """The edit that makes a list of what an expression gives, also where the name `list` is another."""
    hidden = program.index.scope(node).owner("list") is not None
    return Replace(node, "[*$0]" if hidden else "list($0)", (node,))


def asked_with_in(program: Program, use: ast.Attribute) -> Replace:
    """The edit that makes `key in d` of `d.has_key(key)`, and of the method alone its successor."""
    call = program.index.parent[use]
    if (
        not isinstance(call, ast.Call)
        or call.func is not use
        or call.keywords
        or len(call.args) != 1
        or isinstance(call.args[0], ast.Starred)
    ):
        return Replace(use, "$0.__contains__", (use.value,))
    parts = (call.args[0], use.value)
    above = program.index.parent[call]
    if isinstance(above, ast.UnaryOp) and isinstance(above.op, ast.Not):
        return Replace(above, "$0 not in $1", parts)
    return Replace(call, "$0 in $1", parts)


def stands_alone(program: Program, statement: ast.stmt) -> bool:
    """Whether a statement is one line by itself, which several may take the place of."""
    start, end = program.places.start(statement), program.places.end(statement)
    rest = program.source[end : program.places.end_of_line(end)].strip()
    before = program.places.line_up_to(start)
    return statement.lineno == statement.end_lineno and not before.strip() and (not rest or rest.startswith("#"))


def indented(code: str, *, unit: str = "    ") -> str:
    """The code one step further in."""
    return "".join(f"{unit}{line}" if line.strip() else line for line in code.splitlines(keepends=True))


def as_arguments(program: Program, call: ast.Call) -> str:
    """The positional arguments of a call as a tuple, with their line breaks and comments."""
    first, last = program.places.start(call.args[0]), program.places.end(call.args[-1])
    inside = program.source[first:last]
    while inside.count("(") > inside.count(")"):  # the last argument stands in parentheses of its own
        last += 1
        inside = program.source[first:last]
    return f"({inside},)" if len(call.args) == 1 else f"({inside})"
