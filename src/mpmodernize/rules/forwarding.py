"""Lambdas that only call a function: the function itself can be handed over, with its arguments.

`target=lambda: work(q, 3)` is `target=work, args=(q, 3)`, and `pool.map(lambda x: f(2, x), xs)` is
`pool.map(partial(f, 2), xs)`, if nothing binds `q` again before the process starts.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.captures import Capture
from mpmodernize.model.crossings import Route
from mpmodernize.model.functions import is_static
from mpmodernize.model.scopes import FUNCTION_NODES
from mpmodernize.records import Record
from mpmodernize.rewrite.edits import AddArgument, Replace
from mpmodernize.rules import lambdas
from mpmodernize.rules.hoistable import CannotHoistError, check_value
from mpmodernize.rules.moment import Moment

if TYPE_CHECKING:
    from mpmodernize.findings import Safety
    from mpmodernize.model.crossings import Crossing
    from mpmodernize.model.program import Program
    from mpmodernize.model.starts import Start
    from mpmodernize.rewrite.edits import Edit

_NOT_CALM = (ast.Call, ast.Lambda, ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr, ast.Starred)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_MODULES = ("os.", "subprocess.", "shutil.", "json.", "math.", "builtins.print", "time.sleep", "sys.stdout.write")


class Forwarded(Record):
    """A call that a lambda makes: which of its arguments the lambda gets, and which it has."""

    function: ast.expr
    had: tuple[str, ...]
    """The positional arguments that it has, in front of those that it gets."""
    keywords: tuple[tuple[str, str], ...]
    gets: int


class Instead(Record):
    """The edits that put the called function in the place of a lambda."""

    edits: list[Edit]
    safety: Safety


class Forwarding:
    """Finds out whether a lambda only calls a function."""

    def __init__(self, program: Program, node: ast.Lambda, crossings: list[Crossing]) -> None:
        self._program = program
        self._index = program.index
        self._node = node
        self._crossings = crossings
        self._moment = Moment(program, node, crossings)

    def instead(self) -> Instead | None:
        """The edits that hand the called function over; `None` where a lambda does more than that."""
        try:
            forwarded = self._forwarded()
        except CannotHoistError:
            return None
        if forwarded is None:
            return None
        edits = self._edits(forwarded)
        return Instead(edits, self._moment.safety) if edits is not None else None

    # -- what is called, and with what -------------------------------------------------------------

    def _forwarded(self) -> Forwarded | None:
        call, arguments = self._node.body, self._node.args
        if not isinstance(call, ast.Call) or not self._is_function(call.func):
            return None
        if arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.posonlyargs:
            return None
        number = len(arguments.args) - len(arguments.defaults)
        gets = [each.arg for each in arguments.args[:number]]
        bound = {each.arg: value for each, value in zip(arguments.args[number:], arguments.defaults, strict=True)}
        if bound and not self._gets_just(number):
            return None
        had = call.args[: len(call.args) - number]
        rest = call.args[len(had) :]
        if [each.id if isinstance(each, ast.Name) else None for each in rest] != gets:
            return None
        if any(each.arg is None for each in call.keywords):
            return None
        given = [*had, *(each.value for each in call.keywords)]
        if not all(self._is_calm(each, bound, set(gets)) for each in given):
            return None
        keywords = tuple((each.arg or "", self._text(each.value, bound)) for each in call.keywords)
        return Forwarded(call.func, tuple(self._text(each, bound) for each in had), keywords, number)

    def _gets_just(self, number: int) -> bool:
        """Whether the lambda is called with so many arguments, and no more that would take the place of defaults."""
        start = self._start
        if start is None:
            return False
        if start.kind == "task" and isinstance(start.call.func, ast.Attribute):
            if start.call.func.attr in ("map", "imap", "imap_unordered", "map_async"):
                return number == len(start.call.args[1:2])
            if start.call.func.attr not in ("apply", "apply_async", "submit"):
                return False
        if start.kwargs is not None:
            return False
        if start.args is None:
            return number == 0
        return isinstance(start.args, (ast.Tuple, ast.List)) and len(start.args.elts) == number

    @property
    def _start(self) -> Start | None:
        """The start whose target the lambda is."""
        for each in self._program.crossings.of_expression(self._node):
            if each.route is Route.TARGET and each.start is not None and each.start.target is self._node:
                return each.start
        return None

    def _is_function(self, node: ast.expr) -> bool:
        """Whether an expression names a function (or method) that is the same when the lambda is called."""
        resolved = self._program.functions.resolve(node)
        if isinstance(node, ast.Name):
            owner = self._index.owner(node)
            bindings = self._index.bindings(node)
            if owner is not None and len(bindings) == 1 and bindings[0].kind in ("definition", "import"):
                return True
            return self._program.qualified(node) == "builtins.print"
        if not isinstance(node, ast.Attribute):
            return False
        name = self._program.qualified(node)
        if name is not None:
            return name.startswith(_MODULES)
        if not isinstance(node.value, ast.Name) or not isinstance(resolved, FUNCTION_NODES) or is_static(resolved):
            return False
        owner = self._index.owner(node.value)
        if owner is None:
            return False
        self._moment.check(Capture(node.value.id, owner), self._node)
        return True

    def _is_calm(self, node: ast.expr, bound: dict[str, ast.expr], gets: set[str]) -> bool:
        """Whether an argument has the same value when the lambda is made as when it is called."""
        for each in ast.walk(node):
            if isinstance(each, (*_NOT_CALM, *_COMPREHENSIONS)):
                return False
            if isinstance(each, ast.Attribute) and not self._is_constant_attribute(each):
                return False
            if isinstance(each, ast.Subscript):
                return False
            if isinstance(each, ast.Name) and each.id in gets:
                return False
            if isinstance(each, ast.Name) and each.id not in bound:
                self._check_name(each)
        return all(not isinstance(value, _NOT_CALM) for value in bound.values())

    @staticmethod
    def _is_bound(node: ast.AST, bound: dict[str, ast.expr]) -> bool:
        return isinstance(node, ast.Name) and node.id in bound

    def _is_constant_attribute(self, node: ast.Attribute) -> bool:
        """Whether nothing but `__init__` gives any object an attribute of this name."""
        for store in self._program.types.stores(node.attr):
            function = self._index.function(store)
            if function is None or function.name != "__init__":
                return False
        return True

    def _check_name(self, name: ast.Name) -> None:
        owner = self._index.owner(name)
        if owner is None:
            return
        capture = Capture(name.id, owner)
        if capture.sole is not None and capture.sole.kind in ("definition", "import"):
            return
        self._moment.check(capture, self._node)
        check_value(self._program, capture, self._crossings)

    def _text(self, node: ast.expr, bound: dict[str, ast.expr]) -> str:
        if isinstance(node, ast.Name) and node.id in bound:
            return self._program.text(bound[node.id])
        if any(self._is_bound(each, bound) for each in ast.walk(node)):
            raise CannotHoistError("a default stands in the middle of an argument")
        return self._program.text(node)

    # -- edits -------------------------------------------------------------------------------------

    def _edits(self, forwarded: Forwarded) -> list[Edit] | None:
        program, node = self._program, self._node
        function = program.text(forwarded.function)
        if not forwarded.had and not forwarded.keywords:
            return [Replace(node, function)]
        start = self._start
        if start is not None and not forwarded.gets and not start.is_choice and start.kwargs is None:
            added = self._as_arguments(start, forwarded)
            if added is not None:
                return [Replace(node, function), *added]
        partial, edits = lambdas.partial_name(program)
        values = [function, *forwarded.had, *(f"{name}={value}" for name, value in forwarded.keywords)]
        return [Replace(node, f"{partial}({', '.join(values)})"), *edits]

    def _as_arguments(self, start: Start, forwarded: Forwarded) -> list[Edit] | None:
        method = start.call.func.attr if start.kind == "task" and isinstance(start.call.func, ast.Attribute) else ""
        if method == "submit":
            if len(start.call.args) > 1 or start.call.keywords:
                return None
            return [
                *(AddArgument(start.call, each) for each in forwarded.had),
                *(AddArgument(start.call, value, name) for name, value in forwarded.keywords),
            ]
        if start.args is not None or (forwarded.keywords and start.kind == "initializer"):
            return None
        added = lambdas.as_arguments(start, list(forwarded.had), [], 0) if forwarded.had else []
        if added is None or not forwarded.keywords:
            return added
        quote = self._program.quote
        pairs = ", ".join(f"{quote}{name}{quote}: {value}" for name, value in forwarded.keywords)
        return [*added, AddArgument(start.call, f"{{{pairs}}}", "kwds" if method else "kwargs")]
