"""Arguments of a pool's tasks that cannot travel so: they go by the initializer, and the function finds them there."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.functions import parameters
from mpmodernize.records import Record
from mpmodernize.rewrite.edits import DropParameter, Replace
from mpmodernize.rules.initializers import check_initializer, initializer_edits
from mpmodernize.rules.route import NoRouteError

if TYPE_CHECKING:
    from mpmodernize.model.crossings import Crossing
    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import FunctionNode, Scope
    from mpmodernize.model.starts import Start
    from mpmodernize.rewrite.edits import Edit


class TaskArgument(Record):
    """One object's way to the function: by the initializer instead of the argument."""

    program: Program
    function: FunctionNode
    name: str
    crossings: list[Crossing]

    def edits(self) -> list[Edit]:
        """All edits of this way; raises `NoRouteError` where it is not certainly right."""
        parameter = self._parameter()
        self._check_function(parameter)
        edits: list[Edit] = [DropParameter(self.function, parameter)]
        uses = self.program.index.uses(parameter.arg, self.program.index.inner_scope(self.function))
        edits += [Replace(use, self.name) for use in uses if parameter.arg != self.name]
        edits += [self._without(crossing) for crossing in dict.fromkeys(self.crossings)]
        pools = dict.fromkeys(pool for each in self._starts() for pool in self._pools(each))
        return edits + initializer_edits(
            self.program, {pool: {self.name: self.name} for pool in pools}, {self.name: [self._first_expression()]}
        )

    def _first_expression(self) -> ast.expr:
        """Something inside the function, whose definition an initializer is put in front of."""
        inside = (node for statement in self.function.body for node in ast.walk(statement))
        found = next((node for node in inside if isinstance(node, ast.expr)), None)
        if found is None:
            raise NoRouteError("the task does nothing")
        return found

    def _starts(self) -> list[Start]:
        return self.program.starts.of_function.get(self.function, [])

    def _parameter(self) -> ast.arg:
        """The parameter that gets the object in every task."""
        found = {self._place(crossing) for crossing in self.crossings}
        places = parameters(self.function)
        if len(found) != 1 or len({each.start for each in self.crossings}) != len(self._starts()):
            raise NoRouteError("not every task gets it in the same place")
        (position,) = found
        if position is None or not 0 <= position < len(places):
            raise NoRouteError("not every task gets it in the same place")
        return places[position]

    def _place(self, crossing: Crossing) -> int | None:
        """The position of the argument, as the function counts."""
        start, above = crossing.start, self.program.index.parent[crossing.expression]
        assert start is not None
        if crossing.holds or crossing.expression in start.leading:
            return start.leading.index(crossing.expression) if crossing.expression in start.leading else None
        if isinstance(above, (ast.Tuple, ast.List)) and self._is_all_arguments(start, above):
            return len(start.leading) + above.elts.index(crossing.expression)
        if above is start.call and start.call.func.attr == "submit":  # type: ignore[attr-defined]
            return len(start.leading) + start.call.args.index(crossing.expression) - 1
        return None

    def _is_all_arguments(self, start: Start, display: ast.expr) -> bool:
        """Whether a tuple holds the arguments of one task: of `apply`, or one of those of `starmap`."""
        method = start.call.func.attr if isinstance(start.call.func, ast.Attribute) else ""
        return start.args is display or method.startswith("starmap")

    def _check_function(self, parameter: ast.arg) -> None:
        program, function = self.program, self.function
        if not all(program.owns(each) for each in [function, *(each.expression for each in self.crossings)]):
            raise NoRouteError("the function and its tasks are in different files")
        scope = program.index.inner_scope(function)
        used = [each for each in program.functions.mentions.get(function, []) if not self._is_target(each)]
        if program.functions.callers(function) or used or function.decorator_list or function.args.vararg is not None:
            raise NoRouteError(f"`{function.name}` is used for something else too")
        if any(start.kind != "task" or start.is_choice for start in self._starts()):
            raise NoRouteError(f"`{function.name}` is started in other ways too")
        if program.index.function(function) is not None or program.index.enclosing_class(function) is not None:
            raise NoRouteError(f"`{function.name}` is not a function of the module")
        if len(scope.bindings[parameter.arg]) != 1:
            raise NoRouteError(f"`{function.name}` assigns `{parameter.arg}` again")
        uses = program.index.uses(parameter.arg, scope)
        hidden = any(
            program.index.scope(use).owner(self.name) not in (None, scope, program.index.module) for use in uses
        )
        if hidden or (self.name != parameter.arg and self.name in scope.bindings):
            raise NoRouteError(f"`{function.name}` has a local variable `{self.name}`")
        owners = self._owners()
        if len(owners) != 1 or (program.is_taken(self.name) and owners != {program.index.module}):
            raise NoRouteError(f"`{self.name}` means several things")

    def _owners(self) -> set[Scope | None]:
        """The scopes in which the object's name lives."""
        names = [each.expression for each in self.crossings if isinstance(each.expression, ast.Name)]
        return {self.program.index.owner(each) for each in names}

    def _is_target(self, mention: ast.expr) -> bool:
        """Whether the function is named there to be started: as a target, or in its `partial`."""
        above = self.program.index.parent[mention]
        handed = [each.expression for each in self.crossings]
        beside = isinstance(above, ast.Call) and any(each in above.args for each in handed)
        return beside or any(start.target is mention for start in self._starts())

    def _pools(self, start: Start) -> list[ast.Call]:
        """The pools that run a task; the object must be there when they are made."""
        program = self.program
        if not start.pools:
            raise NoRouteError("the pool that runs the task is not known")
        (owner,) = self._owners()
        assert owner is not None
        bindings = owner.bindings[self.name]
        for pool in start.pools:
            if not program.names.calls(pool, "multiprocessing.Pool", "concurrent.futures.ProcessPoolExecutor"):
                raise NoRouteError("the pool comes from elsewhere")
            if not program.owns(pool):
                raise NoRouteError("the pool is made in another file")
            if len(bindings) != 1 or bindings[0].kind != "assign":
                raise NoRouteError(f"`{self.name}` is bound more than once, or in another way than by an assignment")
            if program.index.scope(pool).owner(self.name) is not owner:
                raise NoRouteError(f"`{self.name}` is not there where the pool is made")
            made = program.index.statement(bindings[0].node)
            if program.index.function(made) is program.index.function(pool) and made.lineno > pool.lineno:
                raise NoRouteError(f"the pool is made before `{self.name}`")
            if program.index.loop(made) is not None:
                raise NoRouteError(f"there is a `{self.name}` for each round of a loop")
            check_initializer(program, pool, self.name)
        return sorted(start.pools, key=lambda each: each.lineno)

    def _without(self, crossing: Crossing) -> Edit:
        """The tuple, `partial` or call without the object."""
        above = self.program.index.parent[crossing.expression]
        if isinstance(above, (ast.Tuple, ast.List)):
            left = [each for each in above.elts if each is not crossing.expression]
            code = ", ".join(f"${number}" for number in range(len(left)))
            if isinstance(above, ast.List):
                return Replace(above, f"[{code}]", tuple(left))
            return Replace(above, f"({code},)" if len(left) == 1 else f"({code})", tuple(left))
        if not isinstance(above, ast.Call):
            raise NoRouteError("the arguments of the task are computed")
        left = [each for each in above.args if each is not crossing.expression]
        if len(left) == 1 and not above.keywords and above is not crossing.node:
            return Replace(above, "$0", (left[0],))
        codes = [f"${number + 1}" for number in range(len(left))]
        codes += [f"{each.arg}=${len(left) + 1 + number}" for number, each in enumerate(above.keywords)]
        parts = (above.func, *left, *(each.value for each in above.keywords))
        if any(each.arg is None for each in above.keywords) or any(isinstance(each, ast.Starred) for each in left):
            raise NoRouteError("the arguments of the task are computed")
        return Replace(above, f"$0({', '.join(codes)})", parts)
