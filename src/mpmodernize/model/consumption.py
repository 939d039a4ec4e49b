"""How a value is consumed: gone through once, measured, indexed, shown, kept, thrown away.

Python 2 made lists where Python 3 makes iterators (`map`, `filter`, `zip`), views (`d.keys()`) and ranges. Whether that
can be told depends on what the program does with the value: each use is followed from the expression outwards, through
local names and into the program's own functions.
"""

from __future__ import annotations

import ast
from enum import Enum
from typing import TYPE_CHECKING

from mpmodernize.model.functions import parameters
from mpmodernize.model.kinds import MANY
from mpmodernize.model.scopes import COMPREHENSIONS, DEFINITIONS, FUNCTION_NODES, FunctionNode
from mpmodernize.records import Record

if TYPE_CHECKING:
    from mpmodernize.model.program import Program


class Way(Enum):
    """What happens to a value at one place."""

    DROPPED = "thrown away"
    ITERATED = "gone through"
    CONTAINS = "searched with `in`"
    MEASURED = "measured with `len`"
    TRUTH = "taken for true or false"
    INDEXED = "indexed"
    SLICED = "sliced"
    REVERSED = "reversed"
    COMPARED = "compared"
    JOINED = "added or repeated"
    COMBINED = "combined as a set"
    SHOWN = "shown"
    CHANGED = "changed in place"
    METHOD = "asked by a method"
    CHECKED = "asked for its type"
    SENT = "pickled"
    KEPT = "kept"
    PASSED = "handed to code that is not in sight"


class Use(Record, eq=False):
    """One place where a value ends up."""

    way: Way
    node: ast.expr
    """The expression that has the value there: the value itself, or a name for it."""
    detail: str = ""
    """The method, where one is called; `twice`, `late` or `live` where that is what matters."""

    @property
    def reason(self) -> str:
        """What a person should know about it."""
        if self.way is Way.DROPPED:
            return "thrown away, it never calls its function"
        if self.way is Way.METHOD:
            return f"it has no `.{self.detail}`"
        return _REASONS.get(self.detail) or f"here it is {self.way.value}"


_REASONS = {
    "twice": "it can be gone through once only",
    "late": "its function runs later than it did",
    "live": "it changes with its dictionary",
}
_DEPTH = 5
"""How many names, functions and choices a value is followed through."""
_ITERATING = frozenset(
    [
        f"builtins.{name}"
        for name in (
            "list tuple set frozenset sorted sum min max any all enumerate zip map filter iter dict reduce bytearray"
        ).split()
    ]
    + [f"collections.{name}" for name in "deque Counter OrderedDict defaultdict".split()]
    + ["functools.reduce", "array.array", "math.fsum", "heapq.nlargest", "heapq.nsmallest", "heapq.merge"]
    + ["sets.Set", "string.join", "string.joinfields", "multiprocessing.Array", "multiprocessing.RawArray"]
)
_ITERATING_METHODS = frozenset(
    (
        "join extend extendleft update writelines union difference intersection symmetric_difference issubset "
        "issuperset difference_update intersection_update symmetric_difference_update isdisjoint fromkeys "
        "map imap imap_unordered map_async starmap starmap_async executemany writerows"
    ).split()
)
"""Methods that go through their argument once, whatever object has them."""
_TAKERS = {
    "builtins.len": Way.MEASURED,
    "builtins.bool": Way.TRUTH,
    "builtins.reversed": Way.REVERSED,
    "builtins.isinstance": Way.CHECKED,
    "builtins.type": Way.CHECKED,
    "builtins.str": Way.SHOWN,
    "builtins.repr": Way.SHOWN,
    "builtins.unicode": Way.SHOWN,
    "builtins.format": Way.SHOWN,
    "builtins.print": Way.SHOWN,
    "pprint.pprint": Way.SHOWN,
    "pprint.pformat": Way.SHOWN,
    "random.choice": Way.INDEXED,
    "random.sample": Way.INDEXED,
    "random.shuffle": Way.CHANGED,
    "heapq.heapify": Way.CHANGED,
    "bisect.insort": Way.CHANGED,
    "json.dumps": Way.SHOWN,
    "json.dump": Way.SHOWN,
    "pickle.dumps": Way.SENT,
    "pickle.dump": Way.SENT,
    "cPickle.dumps": Way.SENT,
    "cPickle.dump": Way.SENT,
    "marshal.dumps": Way.SENT,
    "copy.copy": Way.SENT,
    "copy.deepcopy": Way.SENT,
}
_TAKING_METHODS = (
    dict.fromkeys(("put", "put_nowait", "send", "apply", "apply_async", "submit"), Way.SENT)
    | dict.fromkeys(("append", "appendleft", "add", "insert", "setdefault", "remove", "count", "index"), Way.KEPT)
    | dict.fromkeys(("debug", "info", "warning", "warn", "error", "critical", "exception", "log"), Way.SHOWN)
    | {"format": Way.SHOWN}
)
_SET_OPERATORS = (ast.BitAnd, ast.BitOr, ast.BitXor, ast.Sub)
_ITERTOOLS_WITH_FUNCTION = frozenset({"starmap", "takewhile", "dropwhile", "imap", "ifilter"})


class Consumption:
    """Follows values to where they end up."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._index = program.index

    def uses(self, node: ast.expr) -> list[Use]:
        """Every place where the value of an expression ends up, in no order."""
        return self._of(node, 0)

    def name_of(self, node: ast.expr) -> ast.Name | None:
        """The one name that the value of an expression is stored under, where nothing else is done with it."""
        statement = self._index.parent[node]
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            if isinstance(target, ast.Name):
                return target
        return None

    def is_used_once_and_next(self, stored: ast.Name, use: ast.expr) -> bool:
        """Whether a stored value is used at one place only, that runs once for each time it is stored, in its block."""
        index = self._index
        store = index.statement(stored)
        statement = index.statement(use)
        if index.scope(use).function() is not index.scope(stored).function():
            return False
        if isinstance(statement, ast.While) or index.block(statement) is not index.block(store) or statement is store:
            return False
        return not self._is_repeated(use, statement)

    def _is_repeated(self, node: ast.AST, statement: ast.stmt) -> bool:
        """Whether a part of a statement runs more than once, or later: in a lambda, a comprehension, a loop's body."""
        child = node
        for ancestor in self._index.ancestors(node):
            if isinstance(ancestor, (ast.Lambda, *DEFINITIONS)):
                return True
            if isinstance(ancestor, ast.comprehension):
                owner = self._index.parent[ancestor]
                assert isinstance(owner, COMPREHENSIONS)
                if child is not ancestor.iter or owner.generators[0] is not ancestor or _is_generator(owner):
                    return True
                child = owner
                continue
            if isinstance(ancestor, COMPREHENSIONS) and not isinstance(child, (ast.comprehension, *COMPREHENSIONS)):
                return True
            if ancestor is statement:
                return False
            child = ancestor
        return False

    # -- outwards ----------------------------------------------------------------------------------

    def _of(self, node: ast.expr, depth: int) -> list[Use]:
        parent = self._index.parent[node]
        if depth > _DEPTH:
            return [Use(Way.PASSED, node)]
        if isinstance(parent, ast.Assign):
            return [use for target in parent.targets for use in self._target(target, node, depth)]
        if isinstance(parent, ast.Call):
            return self._argument(parent, node, depth) if node is not parent.func else [Use(Way.PASSED, node)]
        if isinstance(parent, ast.keyword):
            return self._keyword(parent, node, depth)
        if isinstance(parent, ast.IfExp):
            return [Use(Way.TRUTH, node)] if node is parent.test else self._of(parent, depth + 1)
        if isinstance(parent, ast.BoolOp):
            truth = [] if node is parent.values[-1] else [Use(Way.TRUTH, node)]
            return truth + self._of(parent, depth + 1)
        if isinstance(parent, (ast.Tuple, ast.List)):
            return self._element(parent, node, depth)
        if isinstance(parent, ast.Attribute):
            return [Use(Way.METHOD, node, parent.attr)]
        if isinstance(parent, (*FUNCTION_NODES, ast.Lambda)) and node is not parent.body:
            return self._default(parent, node, depth)
        return [Use(self._way(parent, node), node)]

    def _way(self, parent: ast.AST, node: ast.expr) -> Way:
        """What a statement or operation does with a value that stands directly in it."""
        if isinstance(parent, ast.Expr):
            return Way.DROPPED
        if isinstance(parent, (ast.For, ast.comprehension)):
            return Way.ITERATED if node is parent.iter else Way.TRUTH
        if isinstance(parent, (ast.Starred, ast.YieldFrom)):
            return Way.ITERATED
        if isinstance(parent, (ast.If, ast.While, ast.Assert)):
            return Way.TRUTH
        if isinstance(parent, ast.UnaryOp):
            return Way.TRUTH
        if isinstance(parent, ast.Compare):
            return self._compared(parent, node)
        if isinstance(parent, ast.BinOp):
            return self._operand(parent, node)
        if isinstance(parent, ast.AugAssign):
            extended = isinstance(parent.op, ast.Add) and self._is_list(parent.target)
            return Way.CHANGED if node is parent.target else Way.ITERATED if extended else Way.JOINED
        if isinstance(parent, ast.Subscript) and node is parent.value:
            if not isinstance(parent.ctx, ast.Load):
                return Way.CHANGED
            return Way.SLICED if isinstance(parent.slice, ast.Slice) else Way.INDEXED
        if isinstance(parent, ast.FormattedValue):
            return Way.SHOWN
        return Way.KEPT

    def _is_list(self, target: ast.expr) -> bool:
        """Whether what is added to is a list, whatever is added."""
        if not isinstance(target, ast.Name):
            return self._program.types.kind(target) == "list"
        bindings = [each for each in self._index.bindings(target) if each.kind != "augmented"]
        return bool(bindings) and all(
            each.kind == "assign" and each.value is not None and self._program.types.kind(each.value) == "list"
            for each in bindings
        )

    @staticmethod
    def _compared(parent: ast.Compare, node: ast.expr) -> Way:
        sides = [parent.left, *parent.comparators]
        place = sides.index(node)
        operators = parent.ops[max(place - 1, 0) : place + 1]
        if all(isinstance(each, (ast.Is, ast.IsNot)) for each in operators):
            return Way.TRUTH
        if place and isinstance(parent.ops[place - 1], (ast.In, ast.NotIn)) and place == len(sides) - 1:
            return Way.CONTAINS
        return Way.COMPARED

    @staticmethod
    def _operand(parent: ast.BinOp, node: ast.expr) -> Way:
        if isinstance(parent.op, ast.Mod) and node is parent.right:
            return Way.SHOWN
        return Way.COMBINED if isinstance(parent.op, _SET_OPERATORS) else Way.JOINED

    def _element(self, parent: ast.Tuple | ast.List, node: ast.expr, depth: int) -> list[Use]:
        above = self._index.parent[parent]
        if isinstance(above, ast.Assign) and above.value is parent and len(above.targets) == 1:
            target = above.targets[0]
            if isinstance(target, (ast.Tuple, ast.List)) and len(target.elts) == len(parent.elts):
                return self._target(target.elts[parent.elts.index(node)], node, depth)
        if isinstance(above, ast.BinOp) and isinstance(above.op, ast.Mod) and above.right is parent:
            return [Use(Way.SHOWN, node)]
        return [Use(Way.KEPT, node)]

    def _target(self, target: ast.expr, node: ast.expr, depth: int) -> list[Use]:
        if isinstance(target, (ast.Tuple, ast.List)):
            return [Use(Way.ITERATED, node)]
        if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Slice):
            return [Use(Way.ITERATED, node)]
        if isinstance(target, ast.Name):
            return self._stored(target, node, depth)
        return [Use(Way.KEPT, node)]

    # -- names and functions -----------------------------------------------------------------------

    def _stored(self, target: ast.Name, node: ast.expr, depth: int) -> list[Use]:
        owner = self._index.owner(target)
        if owner is None or owner.is_class:
            return [Use(Way.KEPT, node)]
        found: list[Use] = []
        uses = self._index.uses(target.id, owner)
        if len(uses) > MANY:
            return [Use(Way.KEPT, node)]
        for use in uses:
            if isinstance(use.ctx, ast.Load):
                found += self._of(use, depth + 1)
            elif isinstance(self._index.parent[use], ast.AugAssign):
                found.append(Use(Way.CHANGED, use))
        return found

    def _argument(self, call: ast.Call, node: ast.expr, depth: int) -> list[Use]:
        name = self._program.qualified(call.func)
        place = call.args.index(node)
        if name is not None:
            way = self._taken_by(name, place)
            if way is not None:
                return [Use(way, node)]
        inside = self._in_function(call, place, None, depth)
        if inside is not None:
            return inside
        if isinstance(call.func, ast.Attribute) and (name is None or name.startswith("builtins.")):
            method = call.func.attr
            if method in _ITERATING_METHODS:
                return [Use(Way.ITERATED, node)]
            if method in _TAKING_METHODS:
                return [Use(_TAKING_METHODS[method], node)]
        return [Use(Way.PASSED, node)]

    @staticmethod
    def _taken_by(name: str, place: int) -> Way | None:
        if name in _TAKERS:
            return _TAKERS[name]
        if name in _ITERATING:
            return Way.ITERATED
        module, _, function = name.rpartition(".")
        if module == "itertools":
            takes_function = function in _ITERTOOLS_WITH_FUNCTION and place == 0
            return Way.PASSED if takes_function or function in ("repeat", "product") else Way.ITERATED
        if module == "logging":
            return Way.SHOWN
        return None

    def _keyword(self, keyword: ast.keyword, node: ast.expr, depth: int) -> list[Use]:
        call = self._index.parent[keyword]
        if not isinstance(call, ast.Call) or keyword.arg is None:
            return [Use(Way.PASSED, node)]
        if keyword.arg == "args" and self._program.types.kind(call) == "Process":
            return [Use(Way.ITERATED, node)]
        inside = self._in_function(call, -1, keyword.arg, depth)
        return inside if inside is not None else [Use(Way.PASSED, node)]

    def _default(self, function: FunctionNode | ast.Lambda, node: ast.expr, depth: int) -> list[Use]:
        """What a function does with the default of a parameter: each call with the same value."""
        arguments = function.args
        given = [*arguments.posonlyargs, *arguments.args][-len(arguments.defaults) :]
        pairs = dict(zip(arguments.defaults, given, strict=False))
        if node not in pairs:
            return [Use(Way.KEPT, node)]
        uses = [Use(Way.KEPT, node)]
        for use in self._index.uses(pairs[node].arg, self._index.inner_scope(function))[:MANY]:
            uses += self._of(use, depth + 1)
        return uses

    def _in_function(self, call: ast.Call, place: int, keyword: str | None, depth: int) -> list[Use] | None:
        """What the program's own function does with an argument; `None` if another is called."""
        functions = self._program.functions
        function = functions.called(call)
        if function is None or function.decorator_list or functions.is_overridden(function):
            return None
        if any(isinstance(each, ast.Starred) for each in call.args[: max(place, 0)]):
            return None
        offset = 1 if self._index.enclosing_class(function) is not None else 0
        given = parameters(function)
        if keyword is not None:
            found = [each for each in given if each.arg == keyword]
        else:
            found = given[place + offset : place + offset + 1]
        if len(found) != 1:
            return None
        scope = self._index.inner_scope(function)
        if len(scope.bindings[found[0].arg]) != 1:
            return None
        uses: list[Use] = []
        for use in self._index.uses(found[0].arg, scope)[:MANY]:
            uses += self._of(use, depth + 1)
        return uses


def _is_generator(node: ast.AST) -> bool:
    return isinstance(node, ast.GeneratorExp)
