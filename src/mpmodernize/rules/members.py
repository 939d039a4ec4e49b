"""What moves together when a function goes to module level: the function, and those around it that it uses."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mpmodernize.model.functions import is_static
from mpmodernize.model.scopes import DEFINITIONS, FUNCTION_NODES
from mpmodernize.rules.hoistable import CannotHoistError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.captures import Capture
    from mpmodernize.model.nameless import Origin
    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import Binding, Scope


@dataclass(eq=False)
class Member:
    """One function that moves, with what it takes along."""

    node: Origin
    name: str | None
    """What it is called where it stands; `None` for a lambda without a name."""
    statement: ast.stmt | None
    """The statement that makes it and nothing else."""
    new: str = ""
    """What it is called at module level, or in its class."""
    given: list[Capture] = field(default_factory=list)
    """The variables that become its first parameters."""
    imports: list[Binding] = field(default_factory=list)
    """What the function around it imports, and it uses."""
    bound: list[tuple[ast.arg, ast.expr]] = field(default_factory=list)
    """Parameters whose defaults are values of the function around it: they are given from now on."""
    class_: ast.ClassDef | None = None
    """The class whose method it becomes."""

    @property
    def arguments(self) -> ast.arguments:
        """The function's parameters."""
        assert not isinstance(self.node, ast.ClassDef)
        return self.node.args


class Members:
    """Gathers what moves with one nameless function."""

    def __init__(self, program: Program, origin: Origin) -> None:
        self._program = program
        self._index = program.index
        self._origin = origin
        self._members: dict[ast.AST, Member] = {}

    @property
    def all(self) -> list[Member]:
        """Everything that moves, in source order."""
        return sorted(self._members.values(), key=lambda each: (each.node.lineno, each.node.col_offset))

    def gathered(self) -> list[Member]:
        """Find out what moves. Raises `CannotHoistError` where that is not certain."""
        self._gather(self._origin)
        self._hand_on()
        return self.all

    def _gather(self, node: Origin) -> None:
        """Take a function along, and the functions around it that it uses."""
        member = self._members[node] = self._member(node)
        for capture in self._program.captures.of(node):
            binding = capture.sole
            helper = self._helper(binding) if binding is not None else None
            if helper is not None:
                if helper is not self._origin and self._index.contains(helper, self._origin):
                    raise CannotHoistError(f"it uses `{capture.name}`, which it stands in")
                if helper not in self._members:
                    self._gather(helper)
            elif binding is not None and binding.kind == "import":
                member.imports.append(binding)
            elif self._class_of_self(capture) is not None:
                member.class_ = self._class_of_self(capture)
            else:
                member.given.append(capture)
        if not isinstance(node, ast.ClassDef):
            member.bound = list(self._bound(node.args))

    def _member(self, node: Origin) -> Member:
        if isinstance(node, DEFINITIONS):
            return Member(node, node.name, node)
        statement = self._index.parent[node]
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            if isinstance(target, ast.Name) and len(self._index.bindings(target)) == 1:
                return Member(node, target.id, statement)
        return Member(node, None, None)

    def _helper(self, binding: Binding) -> Origin | None:
        """The function or class that a variable always is."""
        if binding.kind == "definition" and isinstance(binding.node, DEFINITIONS):
            return binding.node
        named = binding.kind == "assign" and isinstance(binding.value, ast.Lambda)
        return binding.value if named and self._member(binding.value).name is not None else None  # type: ignore[arg-type,return-value]

    def _class_of_self(self, capture: Capture) -> ast.ClassDef | None:
        method = capture.owner.node
        binding = capture.sole
        if capture.name != "self" or not isinstance(method, FUNCTION_NODES) or is_static(method) or binding is None:
            return None
        if any(isinstance(each, ast.Name) and each.id == "classmethod" for each in method.decorator_list):
            return None
        first = [*method.args.posonlyargs, *method.args.args][:1]
        return self._index.enclosing_class(method) if first == [binding.node] else None

    def _bound(self, arguments: ast.arguments) -> Iterator[tuple[ast.arg, ast.expr]]:
        plain = [*arguments.posonlyargs, *arguments.args]
        pairs = [
            *zip(plain[len(plain) - len(arguments.defaults) :], arguments.defaults, strict=True),
            *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
        ]
        for parameter, default in pairs:
            if default is not None and self._program.captures.on_making([default]):
                yield parameter, default

    def _hand_on(self) -> None:
        """Who uses a function that takes variables needs those variables, too."""
        grown = True
        while grown:
            grown = False
            for member in self._members.values():
                for used in self._used_by(member):
                    missing = [each for each in used.given if each not in member.given]
                    member.given += missing
                    if used.class_ is not None and member.class_ is None:
                        member.class_ = used.class_
                        missing = [*used.given]
                    grown = grown or bool(missing)
        for member in self._members.values():
            names = [each.name for each in member.given]
            if len(set(names)) < len(names):
                raise CannotHoistError("two variables that it needs have one name")

    def _used_by(self, member: Member) -> list[Member]:
        return [
            other
            for other in self._members.values()
            if other is not member and any(self._index.contains(member.node, use) for use in self.uses(other))
        ]

    def owner(self, member: Member) -> Scope | None:
        """The scope in which the function's name lives."""
        if isinstance(member.node, DEFINITIONS):
            return self._index.scope(member.node)
        assert isinstance(member.statement, ast.Assign)
        target = member.statement.targets[0]
        assert isinstance(target, ast.Name)
        return self._index.owner(target)

    def uses(self, member: Member) -> list[ast.expr]:
        """Every place that names the function; a lambda without a name is its own."""
        if member.name is None:
            assert isinstance(member.node, ast.Lambda)
            return [member.node]
        uses = self._index.uses(member.name, self.owner(member))
        return [each for each in uses if isinstance(each.ctx, ast.Load)]
