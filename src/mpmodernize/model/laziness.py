"""Whether anybody can tell a list from what Python 3 makes in its place: an iterator, a view, a range.

Sources: *Functional built-ins*, *Dictionary view objects* and *Ranges* in the library references of 2.7 and 3.13.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.consumption import Use, Way
from mpmodernize.model.kinds import MANY
from mpmodernize.model.scopes import FUNCTION_NODES

if TYPE_CHECKING:
    from mpmodernize.model.program import Program

_BY_VIEW = frozenset({Way.DROPPED, Way.ITERATED, Way.CONTAINS, Way.MEASURED, Way.TRUTH, Way.REVERSED, Way.COMBINED})
"""What a view does as a list does, or what no list does."""
_BY_RANGE = _BY_VIEW | {Way.INDEXED, Way.KEPT, Way.PASSED}
"""What a range does as a list does. What others do with one that they get is not followed: hardly any changes it."""
_EXPECTING = frozenset("assertEqual assertEquals assertListEqual assertNotEqual failUnlessEqual".split())
_LAZY = frozenset(f"builtins.{name}" for name in ("enumerate", "zip", "map", "filter", "iter"))
_PURE = frozenset(
    f"builtins.{name}"
    for name in "abs bool chr float hex int len list long oct ord repr set sorted str sum tuple unichr unicode".split()
)
_OF_TEXT = frozenset(
    (
        "count endswith find format isalpha isdigit isspace join lower lstrip replace rstrip split startswith strip "
        "upper"
    ).split()
)
_CHANGING = frozenset(
    (
        "append extend insert remove pop clear sort reverse update setdefault popitem add discard appendleft popleft "
        "extendleft __setitem__ __delitem__"
    ).split()
)


class Laziness:
    """Compares how a value is consumed with what Python 3's lazy objects can do."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._index = program.index

    # -- iterators ---------------------------------------------------------------------------------

    def missed_by_iterator(self, call: ast.Call) -> Use | None:
        """The use that shows that this is an iterator and no list; `None` where all is the same."""
        uses = self._program.consumption.uses(call)
        for use in uses:
            if use.way not in (Way.ITERATED, Way.CONTAINS):
                return use
        if not uses:
            is_zip = self._program.names.calls(call, "builtins.zip")
            return None if is_zip else Use(Way.KEPT, call, "late")  # the function may raise
        if len(uses) > 1:
            return Use(Way.KEPT, uses[1].node, "twice")
        (use,) = uses
        if self._runs_late(call, use.node) or self._is_disturbed(call, use.node):
            return Use(Way.ITERATED, use.node, "late")
        return None

    def _runs_late(self, call: ast.Call, use: ast.expr) -> bool:
        """Whether the only use is elsewhere: in a loop, behind other work, in a function that goes through it often."""
        if use is call:
            return False
        function = self._index.function(use)
        if function is not self._index.function(call):
            return self._repeats_in_function(use)
        stored = self._program.consumption.name_of(call)
        if stored is None or not self._program.consumption.is_used_once_and_next(stored, use):
            return True
        store, last = self._index.statement(call), self._index.statement(use)
        block = self._index.block(store)
        between = block[self._index.place(store) + 1 : self._index.place(last)]
        if between and not self._is_pure(call):
            return True
        names = {node.id for node in ast.walk(call) if isinstance(node, ast.Name)}
        return any(
            not self._program.effects.only_computes(each)
            or any(isinstance(node, ast.Name) and node.id in names for node in ast.walk(each))
            for each in between
        )

    def _is_pure(self, call: ast.Call) -> bool:
        """Whether nobody can tell when the function runs: it is a type, a method of text, or only computes."""
        if not call.args or self._program.names.calls(call, "builtins.zip"):
            return True
        function = call.args[0]
        if isinstance(function, ast.Lambda):
            return all(self._is_harmless(node) for node in ast.walk(function.body))
        name = self._program.qualified(function) or ""
        return isinstance(function, ast.Constant) or name in _PURE or name.startswith(("builtins.str.", "string."))

    def _is_harmless(self, node: ast.AST) -> bool:
        """Whether a part of a lambda does nothing that anybody sees; functions of the program may."""
        if not isinstance(node, ast.Call):
            return not isinstance(node, (ast.Yield, ast.YieldFrom, ast.Await, ast.NamedExpr))
        name = self._program.qualified(node.func) or ""
        of_text = isinstance(node.func, ast.Attribute) and node.func.attr in _OF_TEXT
        return of_text or name in _PURE or name.startswith(("math.", "operator.", "os.path."))

    def _repeats_in_function(self, use: ast.expr) -> bool:
        child: ast.AST = use
        for ancestor in self._index.ancestors(use):
            if isinstance(ancestor, FUNCTION_NODES):
                return False
            if isinstance(ancestor, (ast.While, ast.Lambda)):
                return True
            if isinstance(ancestor, (ast.For, ast.comprehension)) and child is not ancestor.iter:
                return True
            child = ancestor
        return True

    def _is_disturbed(self, call: ast.Call, use: ast.expr) -> bool:
        """Whether a loop over the iterator and the iterator itself get in each other's way.

        The function prints, or asks, between the turns of the loop; or the loop changes what the iterator reads.
        """
        loop = self._loop_over(use)
        if loop is None:
            return False
        if call.args and self._acts(call.args[0]):
            return True
        if not isinstance(loop, ast.For):
            return False
        read = {node.id for node in ast.walk(call) if isinstance(node, ast.Name)}
        return any(self._changes(node, read) for statement in loop.body for node in ast.walk(statement))

    def _loop_over(self, use: ast.expr) -> ast.For | ast.comprehension | None:
        child: ast.AST = use
        for ancestor in self._index.ancestors(use):
            if isinstance(ancestor, (ast.For, ast.comprehension)):
                return ancestor if child is ancestor.iter else None
            if not isinstance(ancestor, ast.Call) or not self._is_lazy(ancestor):
                return None
            child = ancestor
        return None

    def _is_lazy(self, call: ast.Call) -> bool:
        name = self._program.qualified(call.func) or ""
        return name in _LAZY or name.startswith("itertools.")

    def _acts(self, function: ast.expr) -> bool:
        if isinstance(function, ast.Lambda):
            return self._program.effects.certainly_acts(function.body)
        definition = self._program.functions.resolve(function)
        return definition is not None and self._program.effects.certainly_acts(definition)

    @staticmethod
    def _changes(node: ast.AST, names: set[str]) -> bool:
        """Whether this changes, in place, what one of the names stands for."""
        if isinstance(node, ast.Attribute) and node.attr in _CHANGING:
            return isinstance(node.value, ast.Name) and node.value.id in names
        if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            return isinstance(node.value, ast.Name) and node.value.id in names
        return False

    # -- views and ranges --------------------------------------------------------------------------

    def missed_by_view(self, call: ast.Call) -> Use | None:
        """The use that shows that this is a view of a dictionary and no list."""
        uses = self._program.consumption.uses(call)
        for use in uses:
            if use.way not in _BY_VIEW:
                return use
        moved = next((use for use in uses if use.node is not call), None)
        if moved is not None and self._may_change(call):
            return Use(Way.KEPT, moved.node, "live")
        return None

    def _may_change(self, call: ast.Call) -> bool:
        """Whether the dictionary of a stored view may change before the view is looked at."""
        assert isinstance(call.func, ast.Attribute)
        receiver = call.func.value
        if not isinstance(receiver, ast.Name):
            return True
        owner = self._index.owner(receiver)
        scope = self._index.scope(call).function()
        if owner is None or owner is not scope:
            return True
        for use in self._index.uses(receiver.id, owner):
            parent = self._index.parent[use]
            before = use is receiver or (use.lineno, use.col_offset) < (receiver.lineno, receiver.col_offset)
            if before and self._index.loop(receiver) is None:
                continue
            read_only = (
                (isinstance(parent, ast.Subscript) and parent.value is use and isinstance(parent.ctx, ast.Load))
                or (isinstance(parent, ast.Attribute) and parent.attr not in _CHANGING)
                or isinstance(parent, (ast.For, ast.comprehension, ast.Compare))
                or self._program.names.calls(parent, "builtins.len", "builtins.sorted", "builtins.print")
            )
            if not read_only:
                return True
        return False

    def turns(self, call: ast.Call) -> tuple[list[ast.AST], ast.expr | None] | None:
        """What runs between the turns of a loop over this, and the loop's target; `None` where there is no loop.

        The loop is a `for`, a comprehension or the function of a `map` or `filter`.
        """
        loop = self._loop_over(call)
        if isinstance(loop, ast.For):
            plain = loop.iter is call
            return [*loop.body], loop.target if plain else None
        if isinstance(loop, ast.comprehension):
            owner = self._index.parent[loop]
            kept = [each for each in ast.iter_child_nodes(owner) if each is not loop]
            return [*kept, *loop.ifs], loop.target
        parent = self._index.parent[call]
        if self._program.names.calls(parent, "builtins.map", "builtins.filter"):
            assert isinstance(parent, ast.Call)
            function = parent.args[0]
            if isinstance(function, ast.Lambda):
                return [function.body], None
            definition = self._program.functions.resolve(function)
            return ([*definition.body], None) if definition is not None else None
        return None

    def missed_by_range(self, call: ast.Call) -> Use | None:
        """The use that shows that this is a range and no list."""
        return self._missed_by_range(call, set())

    def _missed_by_range(self, node: ast.expr, seen: set[ast.AST]) -> Use | None:
        if node in seen:
            return None
        seen.add(node)
        for use in self._program.consumption.uses(node):
            parent = self._index.parent[use.node]
            missed: Use | None = use
            if _is_expected(parent):
                pass
            elif use.way is Way.SLICED:  # a part of a range is a range
                assert isinstance(parent, ast.Subscript)
                missed = self._missed_by_range(parent, seen)
            elif use.way is Way.KEPT and not isinstance(parent, ast.Return):
                missed = self._missed_where_kept(parent, seen)
            elif isinstance(parent, ast.Return):
                missed = self._missed_by_callers(self._index.function(parent), seen)
            elif use.way in _BY_RANGE or (use.way is Way.METHOD and use.detail in ("index", "count")):
                missed = None
            if missed is not None:
                return missed
        return None

    def _missed_where_kept(self, parent: ast.AST, seen: set[ast.AST]) -> Use | None:
        """What is done with a range that an attribute or a list holds: `self.cells[1] = x`, `rows[0].append(x)`."""
        places: list[ast.expr] = []
        if isinstance(parent, ast.Assign):
            for target in parent.targets:
                if isinstance(target, ast.Attribute):
                    places += self._index.attributes[target.attr][:MANY]
                elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
                    places += self._elements(target.value)
        elif isinstance(parent, (ast.List, ast.ListComp)):
            above = self._index.parent[parent]
            if isinstance(above, ast.Assign) and isinstance(above.targets[0], ast.Name):
                places += self._elements(above.targets[0])
        elif isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute):
            filled = parent.func.value
            places += self._elements(filled) if isinstance(filled, ast.Name) and parent.func.attr == "append" else []
        read = (each for each in places if isinstance(getattr(each, "ctx", None), ast.Load) and each not in seen)
        found = (self._missed_by_range(each, seen) for each in read)
        return next((missed for missed in found if missed is not None), None)

    def _elements(self, name: ast.Name) -> list[ast.expr]:
        """Where the elements of a container are taken out again: `name[i]`, or a loop's variable."""
        found: list[ast.expr] = []
        for use in self._index.uses(name.id, self._index.owner(name))[:MANY]:
            parent = self._index.parent[use]
            if isinstance(parent, ast.Subscript) and parent.value is use and isinstance(parent.ctx, ast.Load):
                found.append(parent)
            elif isinstance(parent, ast.For) and parent.iter is use and isinstance(parent.target, ast.Name):
                found += self._index.uses(parent.target.id, self._index.owner(parent.target))[:MANY]
        return found

    def _missed_by_callers(self, function: ast.AST | None, seen: set[ast.AST]) -> Use | None:
        if not isinstance(function, FUNCTION_NODES) or function in seen:
            return None
        seen.add(function)
        found = (self._missed_by_range(each, seen) for each in self._program.functions.callers(function))
        return next((missed for missed in found if missed is not None), None)


def _is_expected(call: ast.AST) -> bool:
    """Whether a test compares its values here."""
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in _EXPECTING
