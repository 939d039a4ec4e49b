"""Bringing functions to module level, where the other process finds them by name.

What such a function reads of the functions around it becomes its first parameters, and travels with it: by the `args`
of a start, or by `functools.partial`. A function that reads `self` becomes a method.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.captures import Settled
from mpmodernize.model.crossings import Route
from mpmodernize.model.scopes import DEFINITIONS, FUNCTION_NODES
from mpmodernize.rewrite.edits import (
    AddArgument,
    AddImport,
    AddParameter,
    Delete,
    DropDefault,
    Hoist,
    Insert,
    InsertInto,
    Move,
    Rename,
    Replace,
)
from mpmodernize.rules import lambdas
from mpmodernize.rules.hoistable import CannotHoistError, check_definition, check_value
from mpmodernize.rules.members import Member, Members
from mpmodernize.rules.moment import Moment
from mpmodernize.rules.shared_captures import shared_captures, through_initializer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.crossings import Crossing
    from mpmodernize.model.nameless import Origin
    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import Binding
    from mpmodernize.rewrite.edits import Edit


def anchor_for(program: Program, node: ast.AST) -> ast.stmt:
    """The top-level statement before which a function from inside `node` is defined.

    In a script, that is where the definitions end and the running code begins, not somewhere in the midst of it.
    """
    top = program.index.top_statement(node)
    if isinstance(top, (*DEFINITIONS, ast.Assign)):
        return top
    statements = program.tree.body
    first = place = statements.index(top)
    while first > 0 and not isinstance(
        statements[first - 1], (*DEFINITIONS, ast.Import, ast.ImportFrom, ast.If, ast.Try)
    ):
        first -= 1
    while first < place and _is_setting(statements[first]):
        first += 1
    return statements[first]


def _is_setting(statement: ast.stmt) -> bool:
    """Whether this is a docstring, or gives a name a value that is written out."""
    value = statement.value if isinstance(statement, (ast.Assign, ast.Expr)) else None
    plain = (ast.Constant, ast.Tuple, ast.UnaryOp, ast.unaryop, ast.expr_context)
    return value is not None and all(isinstance(each, plain) for each in ast.walk(value))


class Hoisting:
    """Plans how one nameless function gets a name."""

    def __init__(self, program: Program, origin: Origin, crossings: list[Crossing], name: str | None = None) -> None:
        """`name` is for a lambda that has none."""
        self._name = name
        self._program = program
        self._index = program.index
        self._origin = origin
        self._crossings = crossings
        given = program.plans.setdefault("names of hoisted functions", set())
        assert isinstance(given, set)
        self._taken: set[str] = given
        """The names that this round has given away."""
        self._anchor = anchor_for(program, origin)
        self._members = Members(program, origin)
        self._needs_partial = False
        self.moment = Moment(program, origin, crossings)

    def edits(self) -> list[Edit]:
        """The edits that do it. Raises `CannotHoistError` where it is not certainly right."""
        members = self._members.gathered()
        edits = self._apart(members)
        for member in members:
            check_definition(self._program, member, self._anchor)
            for capture in member.given:
                check_value(self._program, capture, self._crossings)
            self._choose_name(member)
        edits += [edit for member in members for edit in self._edits_of(member)]
        edits += self._import_edits()
        if self._needs_partial:
            edits += lambdas.partial_name(self._program)[1]
        return edits

    def _apart(self, members: list[Member]) -> list[Edit]:
        """What brings the variables to the workers of a pool that cannot travel with its tasks."""
        given = list(dict.fromkeys(each for member in members for each in member.given))
        apart = shared_captures(self._program, given) if any(not each.is_inherited for each in self._crossings) else []
        if not apart:
            return []
        for member in members:
            own = [each for each in member.given if each in apart]
            if own and any(not self._program.crossings.of_expression(use) for use in self._members.uses(member)):
                raise CannotHoistError(f"it reads `{own[0].name}`, and is used by the parent, too")
            member.given = [each for each in member.given if each not in apart]
        of_module = [each for each in apart if not each.owner.is_module]  # others are globals already
        anchor, taken = self._anchor, self._taken
        return through_initializer(self._program, of_module, self._crossings, anchor, taken) if of_module else []

    # -- names -------------------------------------------------------------------------------------

    def _choose_name(self, member: Member) -> None:
        program = self._program
        wanted = member.name or self._name or lambdas.name_for(program, member.node, self._crossings)
        if member.class_ is not None:
            wanted = wanted if member.name is None else f"_{wanted.lstrip('_')}"
            member.new = wanted
            number = 1
            while self._is_attribute(member.new) or member.new in self._taken:
                number += 1
                member.new = f"{wanted}{number}"
        elif member.name is not None and self._stays_free(member):
            member.new = wanted
        else:
            outer = self._index.function(member.statement or member.node)
            if member.name is not None and outer is not None:
                wanted = f"{outer.name.strip('_')}_{wanted.lstrip('_')}"
            member.new = program.free_name(wanted, taken=self._taken)
            while program.is_used(member.new):
                self._taken.add(member.new)
                member.new = program.free_name(wanted, taken=self._taken)
        self._taken.add(member.new)

    def _stays_free(self, member: Member) -> bool:
        """Whether the name may be a module-level name instead of a local one."""
        assert member.name is not None
        owner = self._members.owner(member)
        if owner is None or owner.is_module:
            return member.name not in self._taken
        hidden = owner.parent.owner(member.name) if owner.parent is not None else None
        if hidden is not None or self._program.is_taken(member.name) or member.name in self._taken:
            return False
        return not any(
            scope is not owner and member.name in scope.bindings and not scope.is_class
            for use in self._members.uses(member)
            for scope in [self._index.scope(use)]
        )

    def _is_attribute(self, name: str) -> bool:
        return bool(self._index.attributes.get(name)) or any(
            isinstance(each, FUNCTION_NODES) and each.name == name and self._index.enclosing_class(each) is not None
            for each in self._index.definitions
        )

    # -- edits -------------------------------------------------------------------------------------

    def _edits_of(self, member: Member) -> Iterator[Edit]:
        yield from self._moving(member)
        for use in self._members.uses(member):
            yield from self._at_use(member, use)

    def _moving(self, member: Member) -> Iterator[Edit]:
        node, statement = member.node, member.statement
        parameters = [*(["self"] if member.class_ is not None else []), *(each.name for each in member.given)]
        anchor, after = self._place(member)
        if isinstance(node, ast.Lambda):
            returns = member.name is not None or not self._crossings_run_processes
            code = lambdas.as_function(self._program, member, parameters, self._text_of_body(member), returns=returns)
            code = self._with_imports(member, code)
            if statement is not None and not after:
                yield Hoist(statement, anchor, code)
            else:
                yield Insert(code, anchor, after=after)
                if statement is not None:
                    yield Delete(statement)
            return
        assert statement is not None
        yield Move(statement, anchor, after=after)
        if member.new != member.name:
            yield Rename(node, member.new)
        if isinstance(node, FUNCTION_NODES):
            yield from (AddParameter(node, name, first=True) for name in parameters)
            yield from (DropDefault(node, parameter) for parameter, _ in member.bound)
        for binding in member.imports:
            if not self._goes_to_the_top(binding):
                yield InsertInto(lambdas.import_text(self._index, binding), statement)

    @property
    def _crossings_run_processes(self) -> bool:
        """Whether nobody sees what the function returns."""
        kinds = {each.start.kind if each.start is not None else "" for each in self._crossings}
        return (
            bool(kinds)
            and kinds <= {"process", "initializer"}
            and all(each.route is Route.TARGET for each in self._crossings)
        )

    def _place(self, member: Member) -> tuple[ast.stmt, bool]:
        """The statement beside which the function goes, and whether behind it."""
        if member.class_ is None:
            return self._behind_itself(member), False
        inside: ast.AST = member.node
        while self._index.parent[inside] is not member.class_:
            inside = self._index.parent[inside]
        assert isinstance(inside, ast.stmt)
        return inside, True

    def _behind_itself(self, member: Member) -> ast.stmt:
        """The anchor; what is replaced where it stands goes before the next statement, at some distance from it."""
        statement = member.statement
        if statement is None or isinstance(member.node, DEFINITIONS):
            return self._anchor
        in_class = isinstance(self._index.parent[statement], ast.ClassDef)
        if statement is not self._anchor and not in_class:
            return self._anchor
        following = self._index.block(statement)[self._index.place(statement) + 1 :]
        return following[0] if following else statement

    def _with_imports(self, member: Member, code: str) -> str:
        header, _, body = code.partition("\n")
        staying = [each for each in member.imports if not self._goes_to_the_top(each)]
        lines = [f"    {lambdas.import_text(self._index, each)}\n" for each in staying]
        return f"{header}\n{''.join(lines)}{body}"

    def _goes_to_the_top(self, binding: Binding) -> bool:
        """Whether the import of a function can as well stand with the module's own."""
        statement = self._index.statement(binding.node)
        assert isinstance(statement, (ast.Import, ast.ImportFrom))
        function = self._index.function(statement)
        names = [(each.asname or each.name).split(".")[0] for each in statement.names]
        return (
            function is not None
            and statement in function.body
            and "\n" not in self._program.text(statement)
            and all(len(self._index.scope(statement).bindings[each]) == 1 for each in names)
            and not any(self._program.is_taken(each) for each in names)
        )

    def _import_edits(self) -> Iterator[Edit]:
        bindings = [binding for member in self._members.all for binding in member.imports]
        for statement in dict.fromkeys(
            self._index.statement(each.node) for each in bindings if self._goes_to_the_top(each)
        ):
            yield AddImport(self._program.text(statement))
            yield Delete(statement)

    def _text_of_body(self, member: Member) -> str:
        """The body of a lambda, with the uses of the functions that move along."""
        assert isinstance(member.node, ast.Lambda)
        for other in self._members.all:
            changed = bool(other.given or other.class_ or other.new != other.name)
            if (
                other is not member
                and changed
                and any(self._index.contains(member.node, use) for use in self._members.uses(other))
            ):
                raise CannotHoistError(f"it uses `{other.name}`, which is made inside a function, too")
        return lambdas.body_text(self._program, member.node)

    # -- uses --------------------------------------------------------------------------------------

    def _at_use(self, member: Member, use: ast.expr) -> Iterator[Edit]:
        new = f"self.{member.new}" if member.class_ is not None else member.new
        given = [each.name for each in member.given]
        self._check_use(member, use)
        renamed = [Replace(use, new)] if member.name != new else []
        call = self._index.parent[use]
        if isinstance(call, ast.Call) and call.func is use:
            yield from renamed
            yield from (AddArgument(call, name, at=0) for name in given)
            yield from self._bound_by_keyword(member, call)
            return
        if isinstance(call, ast.Call) and call.args[:1] == [use] and lambdas.is_partial(self._program, call):
            yield from renamed
            yield from (AddArgument(call, name, at=1) for name in given)
            yield from self._bound_by_keyword(member, call)
            return
        if not given and not member.bound:
            yield from renamed
            return
        direct = self._by_arguments(member, use, given)
        if direct is not None:
            yield from [*renamed, *direct]
            return
        self._needs_partial = True
        values = [new, *given, *(f"{name.arg}={self._program.text(value)}" for name, value in member.bound)]
        yield Replace(use, f"{lambdas.partial_name(self._program)[0]}({', '.join(values)})")

    def _bound_by_keyword(self, member: Member, call: ast.Call) -> Iterator[Edit]:
        for parameter, value in member.bound:
            given = any(each.arg == parameter.arg for each in call.keywords)
            if not given and not lambdas.fills(member.arguments, call, parameter):
                yield AddArgument(call, self._program.text(value), parameter.arg)

    def _by_arguments(self, member: Member, use: ast.expr, given: list[str]) -> list[Edit] | None:
        """The variables as arguments of the start; `None` where its arguments do not show."""
        start = next(
            (
                each.start
                for each in self._program.crossings.of_expression(use)
                if each.route is Route.TARGET and each.start is not None
            ),
            None,
        )
        if start is None or start.is_choice:
            return None
        required = 0
        if member.bound:
            arguments = member.arguments
            if arguments.kwonlyargs or len(arguments.defaults) != len(member.bound):
                return None
            required = len([*arguments.posonlyargs, *arguments.args]) - len(member.bound)
        return lambdas.as_arguments(start, given, [self._program.text(value) for _, value in member.bound], required)

    def _check_use(self, member: Member, use: ast.expr) -> None:
        """Whether the variables stand for the same there, and keep their values until the function runs."""
        inside = any(self._index.contains(other.node, use) for other in self._members.all if other.node is not use)
        scope = self._index.scope(use)
        for capture in member.given:
            if not inside and scope.owner(capture.name) is not capture.owner:
                raise CannotHoistError(f"`{capture.name}` is another variable where it is used")
        if member.class_ is not None and scope.owner("self") is None:
            raise CannotHoistError("the instance has another name than `self`")
        call = self._index.parent[use]
        if inside or (isinstance(call, ast.Call) and call.func is use):
            return
        for capture in member.given:
            self.moment.check(capture, use)
        if member.bound:
            for capture in self._program.captures.on_making([value for _, value in member.bound]):
                settled, _ = self._program.captures.settled(capture, use)
                if settled is Settled.NOT_YET:
                    raise CannotHoistError(f"`{capture.name}` gets another value after it is used")
