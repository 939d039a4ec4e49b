"""What the parent sets up for itself, and workers need too: logging, attributes of modules and classes, limits."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program

_LOGGING = frozenset("logging.basicConfig logging.config.dictConfig logging.config.fileConfig".split())
_SETTING_UP = frozenset({"addHandler", "setLevel"})
_MESSAGES = frozenset("debug info warning warn error critical exception log".split())
_LIMITS = {
    "sys.setrecursionlimit": "recursion",
    "socket.setdefaulttimeout": "socket",
    "locale.setlocale": "locale",
}


class Inherited(Record, eq=False):
    """Something that the parent sets up and that only fork hands to its children."""

    node: ast.expr
    """Where it is set up."""
    what: str
    use: ast.expr
    """Where a worker needs it."""
    effect: str
    """What the worker does without it, under spawn and forkserver."""


def inherited_configuration(program: Program) -> Iterator[Inherited]:
    """What the parent alone sets up before it starts workers that need it."""
    yield from _logging(program)
    yield from _attributes(program)
    yield from _limits(program)


def _is_set_up_for_children(program: Program, node: ast.expr) -> bool:
    """Whether the parent alone runs this, and not only behind all starts."""
    if program.runs_in_child(node) or not program.import_time.is_late(node):
        return False
    starts = [start for start in program.starts.all if start.kind != "initializer"]
    return any(not list(program.sides.after(start, [node])) or _is_before(start.call, node) for start in starts)


def _is_before(call: ast.Call, node: ast.expr) -> bool:
    return (node.lineno, node.col_offset) < (call.lineno, call.col_offset)


# -- logging ---------------------------------------------------------------------------------------


def _logging(program: Program) -> Iterator[Inherited]:
    set_up = [*program.calls_of(*_LOGGING)]
    for method in _SETTING_UP:
        set_up += [call for call in program.index.method_calls.get(method, []) if _is_logger(program, call)]
    if any(program.runs_in_child(call) or not program.import_time.is_late(call) for call in set_up):
        return  # the children set it up as well
    if any(start.function is None for start in program.starts.initializers):
        return  # what they do first is not in sight
    messages = (call for name in sorted(_MESSAGES) for call in program.index.method_calls.get(name, []))
    logged = [call for call in messages if program.sides.only_in_children(call) and _logs(program, call)]
    mine = [call for call in set_up if _is_set_up_for_children(program, call)]
    if logged and mine:
        first = min(mine, key=lambda call: call.lineno)
        use = min(logged, key=lambda call: call.lineno)
        effect = "its messages below `WARNING` are dropped, and the others go to standard error without a format"
        yield Inherited(first, f"`{program.text(first.func)}`", use, effect)


def _logs(program: Program, call: ast.Call) -> bool:
    """Whether a call writes a message: of the module `logging`, or of a logger."""
    name = program.qualified(call.func)
    return (name is not None and name.startswith("logging.")) or _is_logger(program, call)


def _is_logger(program: Program, call: ast.Call) -> bool:
    """Whether a method is one of a logger: of a name that `logging.getLogger` gave."""
    assert isinstance(call.func, ast.Attribute)
    holder = call.func.value
    if isinstance(holder, ast.Name):
        values = [binding.value for binding in program.index.bindings(holder) if binding.kind == "assign"]
        holder = values[0] if len(values) == 1 and values[0] is not None else holder
    return program.names.calls(holder, "logging.getLogger")


# -- attributes ------------------------------------------------------------------------------------


def _attributes(program: Program) -> Iterator[Inherited]:
    """`settings.debug = True` on a module that is imported, `Job.verbose = True` on a class of the program."""
    for statement in program.index.all(ast.Assign):
        for target in statement.targets:
            if not isinstance(target, ast.Attribute):
                continue
            uses = _uses_elsewhere(program, target)
            inside = [use for use in uses if program.runs_in_child(use)]
            if any(isinstance(use.ctx, ast.Store) for use in inside):
                continue
            if inside and _is_set_up_for_children(program, target):
                text = program.text(target)
                yield Inherited(target, f"`{text} = …`", inside[0], f"it finds `{text}` as it is after the import")


def _uses_elsewhere(program: Program, target: ast.Attribute) -> list[ast.Attribute]:
    """The places that name the same attribute of a module or class; none where it is one of something else."""
    places = program.everywhere.attributes.get(target.attr, [])
    class_ = program.functions.resolve_class(target.value)
    if class_ is not None:
        if "multiprocessing.Process" in program.functions.base_names(class_):
            return []
        return [each for each in places if _class_named(program, each) is class_]
    if program.joint is not None and program.joint.index.module_named(target.value) is not None:
        return []  # a global of another file of the program, that is set from outside
    module = program.qualified(target.value)
    if module is None or not _is_module(program, target.value):
        return []
    return [each for each in places if program.qualified(each.value) == module]


def _class_named(program: Program, use: ast.Attribute) -> ast.ClassDef | None:
    return program.functions.resolve_class(use.value) or program.functions.class_of_instance(use.value)


def _is_module(program: Program, node: ast.expr) -> bool:
    """Whether a name is bound by `import module`."""
    bindings = program.index.bindings(node) if isinstance(node, ast.Name) else []
    statements = [program.index.parent[each.node] for each in bindings if each.kind == "import"]
    return bool(statements) and all(isinstance(each, ast.Import) for each in statements)


# -- limits ----------------------------------------------------------------------------------------


def _limits(program: Program) -> Iterator[Inherited]:
    for name, needed in _LIMITS.items():
        calls = list(program.calls_of(name))
        if any(program.runs_in_child(call) or not program.import_time.is_late(call) for call in calls):
            continue
        for call in calls[:1]:
            use = _needing(program, needed)
            if use is not None and _is_set_up_for_children(program, call):
                yield Inherited(call, f"`{program.text(call.func)}`", use, "it has the default")


def _needing(program: Program, needed: str) -> ast.expr | None:
    """Where a worker needs a limit: in a function that calls itself, in a call of the module."""
    if needed == "recursion":
        for function in program.starts.workers:
            for call in program.functions.callers(function):
                if program.index.function(call) is function:
                    return call
        return None
    for call in program.index.calls:
        name = program.qualified(call.func)
        if name is not None and name.startswith(f"{needed}.") and program.sides.only_in_children(call):
            return call
    return None
