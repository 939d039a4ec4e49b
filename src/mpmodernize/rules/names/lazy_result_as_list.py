"""MP243: the results of `map`, `filter`, `zip` and `range` as lists."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.consumption import Use, Way
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.base import Phase, Rule
from mpmodernize.rules.spelling import as_list, library_name, stands_alone

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_LAZY_BEFORE = {"map": "imap", "zip": "izip", "filter": "ifilter", "range": "xrange"}
_PADDING = frozenset({"builtins.pow", "builtins.divmod", "os.path.join", "math.pow", "math.atan2", "math.hypot"})
"""Functions of several arguments that refuse `None`."""
_ITEM_NAMES = ("item", "each")
_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Pow)


class LazyResultAsList(Rule):
    """`map`, `filter`, `zip` and `range` made lists in Python 2: an iterator is empty after the first time through.

    ## What it does
    Follows the results of `map`, `filter`, `zip` and `range` to where they are used, and puts `list()` around those
    that are indexed, sliced, measured, added, sorted in place, compared, shown, kept, returned or gone through twice.
    A `map` that stands alone, for what its function does, becomes the loop that it is. A filtered text is joined to a
    text again and a filtered tuple is a tuple; `map(None, …)` becomes `list` or `zip_longest`.

    ## Why it matters
    In Python 2 these functions ran at once and gave lists (`filter` gave a text for a text and a tuple for a tuple,
    and `map` filled up shorter lists with `None`). In Python 3 they give objects that compute when they are asked:
    `map(start, processes)` as a statement starts no process at all, `len(map(…))` stops with `TypeError`, and the
    second loop over a `zip` finds it empty and says nothing.

    ## Example
    ```python
    words = "a list of words".split()
    lengths = map(len, words)
    print lengths
    ```

    ## Use instead
    ```python
    words = "a list of words".split()
    lengths = list(map(len, words))
    print(lengths)
    ```

    ## Fix safety
    Safe: a list is what Python 2 made. Unsafe where a filtered value is probably a text and nothing shows it.

    ## When it stays silent
    Where nobody can tell: the result goes at once through a loop, a comprehension, an unpacking, `list`, `sorted`,
    `sum`, `join`, `dict`, a pool's `map` and the like; for a `range` also where it is indexed, measured, kept or
    handed on, which a range can. For a `map` of the program's own or of `itertools` and `future_builtins`, and in
    files that are not Python 2. What goes to another process is [MP609](MP609.md).

    ## References
    - [Views and iterators instead of lists](https://docs.python.org/3/whatsnew/3.0.html#views-and-iterators-instead-of-lists)
    - [map in Python 2.7](https://docs.python.org/2.7/library/functions.html#map)
    - [filter in Python 2.7](https://docs.python.org/2.7/library/functions.html#filter)
    """

    code = "MP243"
    name = "lazy-result-as-list"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each call of one of the four functions."""
        if not program.python2:
            return
        for name, former in _LAZY_BEFORE.items():
            if former in program.former or "future_builtins" in program.former:
                continue  # what was lazy before has this name by now
            for call in program.calls_of(f"builtins.{name}", f"__builtin__.{name}"):
                if call in program.travelling.expressions:
                    continue  # MP609 speaks about it
                if not call.keywords and not _is_endless(program, call) and not program.compatibility.asks_first(call):
                    yield from getattr(self, f"_{name}")(program, call)

    # -- the four ----------------------------------------------------------------------------------

    def _range(self, program: Program, call: ast.Call) -> Iterator[Diagnosis]:
        missed = program.laziness.missed_by_range(call)
        if missed is not None:
            yield self._as_list(call, missed, "range", [as_list(program, call)])

    def _zip(self, program: Program, call: ast.Call) -> Iterator[Diagnosis]:
        missed = program.laziness.missed_by_iterator(call)
        if missed is not None and missed.way is not Way.DROPPED:
            yield self._as_list(call, missed, "zip", [as_list(program, call)])

    def _filter(self, program: Program, call: ast.Call) -> Iterator[Diagnosis]:
        missed = program.laziness.missed_by_iterator(call)
        if missed is None or len(call.args) != 2:
            return
        kind = program.types.kind(call.args[1])
        code = {"str": f"{program.quote}{program.quote}.join($0)", "tuple": "tuple($0)"}.get(kind or "")
        if kind is None and missed.way is not Way.DROPPED and _asks_characters(program, call.args[0]):
            yield self.finding(
                call,
                "`filter` of a text gave a text in Python 2, and gives an iterator of its characters in Python 3",
                advice="join what is filtered if it is a text, or make a list of it",
                edits=[Replace(call, f"{program.quote}{program.quote}.join($0)", (call,))],
                safety=Safety.UNSAFE,
            )
            return
        yield self._as_list(call, missed, "filter", [Replace(call, code, (call,)) if code else as_list(program, call)])

    def _map(self, program: Program, call: ast.Call) -> Iterator[Diagnosis]:
        if len(call.args) < 2:
            return
        missed = program.laziness.missed_by_iterator(call)
        function, *iterables = call.args
        if isinstance(function, ast.Constant) and function.value is None:
            yield self._map_of_none(program, call, missed)
            return
        if not _same_length(program, iterables) and not _refuses_none(program, function, len(iterables)):
            yield self._padded(program, call, missed)
            return
        if missed is None:
            return
        loop = _as_loop(program, call) if missed.way is Way.DROPPED else None
        edits = [loop] if loop is not None else [as_list(program, call)]
        yield self._as_list(call, missed, "map", edits)

    def _map_of_none(self, program: Program, call: ast.Call, missed: Use | None) -> Diagnosis:
        iterables = tuple(call.args[1:])
        if len(iterables) == 1 and not isinstance(iterables[0], ast.Starred):
            edits: list[Edit] = [Replace(call, "list($0)", iterables)]
        else:
            zipped, edits = library_name(program, "itertools", "zip_longest")
            edits = [*edits, Replace(call, _called(zipped, iterables, missed), _values(iterables))]
        return self.finding(
            call,
            "`map(None, …)` stops with `TypeError`: `None` is no function that does nothing any more",
            advice="write `list` for one list, `itertools.zip_longest` for several",
            edits=edits,
        )

    def _padded(self, program: Program, call: ast.Call, missed: Use | None) -> Diagnosis:
        function, *iterables = call.args
        spread, first = library_name(program, "itertools", "starmap")
        zipped, second = library_name(program, "itertools", "zip_longest")
        inner = _called(zipped, tuple(iterables), None, 1)
        code = f"{spread}($0, {inner})"
        code = f"list({code})" if missed is not None else code
        replace = Replace(call, code, (function, *_values(tuple(iterables))))
        return self.finding(
            call,
            "`map` over several lists filled up the shorter ones with `None`, and now stops with the shortest",
            advice="use `starmap` of `zip_longest`, or a plain `map` if the lists are equally long",
            edits=[*first, *second, replace],
        )

    def _as_list(self, call: ast.Call, missed: Use, name: str, edits: Sequence[Edit]) -> Diagnosis:
        made = "a range" if name == "range" else "an iterator"
        message = f"`{name}` gives {made}, and gave a list in Python 2: {missed.reason}"
        return self.finding(call, message, advice="make of it what Python 2 made", edits=edits)


def _is_endless(program: Program, call: ast.Call) -> bool:
    """Whether this goes on for ever: in Python 2 it was lazy by another name."""
    endless = ("itertools.count", "itertools.cycle", "itertools.repeat")
    return any(program.names.calls(each, *endless) for each in call.args)


def _values(arguments: tuple[ast.expr, ...]) -> tuple[ast.expr, ...]:
    return tuple(each.value if isinstance(each, ast.Starred) else each for each in arguments)


def _called(function: str, arguments: tuple[ast.expr, ...], missed: Use | None, first: int = 0) -> str:
    """A call with all of these arguments as parts, under `list` where one is needed."""
    parts = [
        f"*${number}" if isinstance(each, ast.Starred) else f"${number}" for number, each in enumerate(arguments, first)
    ]
    code = f"{function}({', '.join(parts)})"
    return f"list({code})" if missed is not None else code


def _same_length(program: Program, iterables: list[ast.expr]) -> bool:
    """Whether several iterables are surely equally long."""
    if any(isinstance(each, ast.Starred) for each in iterables):
        return False
    return len({_length(program, each) for each in iterables}) == 1


def _length(program: Program, node: ast.expr) -> str:
    """The same text for what is equally long."""
    if isinstance(node, (ast.List, ast.Tuple)) and not any(isinstance(each, ast.Starred) for each in node.elts):
        return str(len(node.elts))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in ("keys", "values", "items") and not node.args:
            return f"of {ast.dump(node.func.value)}"
    elif isinstance(node, ast.Call) and len(node.args) == 1:
        (inner,) = node.args
        if program.names.calls(node, "builtins.range", "builtins.xrange") and program.names.calls(
            inner, "builtins.len"
        ):
            assert isinstance(inner, ast.Call)
            return _length(program, inner.args[0]) if inner.args else ""
    return f"of {ast.dump(node)}"


def _refuses_none(program: Program, function: ast.expr, number: int) -> bool:
    """Whether a function of several arguments stops with an error if one of them is `None`."""
    name = program.qualified(function)
    if name is not None:
        return name in _PADDING or (
            name.startswith("operator.") and name[9:].strip("_") in {"add", "sub", "mul", "div"}
        )
    if isinstance(function, ast.Lambda):
        return _calculates(function.args, function.body, number)
    definition = program.functions.resolve(function)
    if definition is None:
        return False
    last = definition.body[-1]
    plain = all(isinstance(each, (ast.Assign, ast.Expr)) for each in definition.body[:-1])
    return (
        plain
        and isinstance(last, ast.Return)
        and last.value is not None
        and _calculates(definition.args, last.value, number)
    )


def _calculates(arguments: ast.arguments, body: ast.expr, number: int) -> bool:
    """Whether an expression adds, multiplies or divides each parameter, in every case."""
    wanted = {each.arg for each in [*arguments.posonlyargs, *arguments.args][:number]}
    waiting = [body]
    found: set[str] = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.BinOp):
            if isinstance(node.op, _OPERATORS):
                found |= {side.id for side in (node.left, node.right) if isinstance(side, ast.Name)}
            waiting += [node.left, node.right]
        elif isinstance(node, ast.Call):
            waiting += node.args
        elif isinstance(node, (ast.Tuple, ast.List)):
            waiting += node.elts
        elif isinstance(node, ast.UnaryOp):
            waiting.append(node.operand)
    return wanted <= found


def _as_loop(program: Program, call: ast.Call) -> Replace | None:
    """`for p in ps: p.start()` for `map(lambda p: p.start(), ps)`, where the name is free and the code on one line."""
    statement = program.index.parent[call]
    if not isinstance(statement, ast.Expr) or len(call.args) != 2 or isinstance(call.args[1], ast.Starred):
        return None
    function, iterable = call.args
    if isinstance(function, ast.Lambda):
        name = _only_parameter(function)
        code = program.text(function.body)
    elif isinstance(function, (ast.Name, ast.Attribute)):
        name = next((each for each in _ITEM_NAMES if _is_free(program, call, each)), None)
        code = f"{program.text(function)}({name})"
    else:
        return None
    if name is None or not _is_free(program, call, name):
        return None
    if "#" in program.text(call) or not stands_alone(program, statement):
        return None
    return Replace(statement, f"for {name} in {program.text(iterable)}:\n    {code}")


def _only_parameter(function: ast.Lambda) -> str | None:
    arguments = function.args
    others = arguments.defaults or arguments.vararg or arguments.kwarg or arguments.kwonlyargs
    return arguments.args[0].arg if len(arguments.args) == 1 and not others else None


def _is_free(program: Program, call: ast.Call, name: str) -> bool:
    """Whether a loop's variable of this name would change nothing of the program's own."""
    scope = program.index.scope(call)
    return not scope.is_class and scope.owner(name) is None and not (scope.is_module and program.is_taken(name))


def _asks_characters(program: Program, function: ast.expr) -> bool:
    """Whether a function that filters asks what only characters are asked: `c.isdigit()`, `c in string.letters`."""
    if isinstance(function, ast.Attribute):
        return program.qualified(function.value) in ("builtins.str", "builtins.unicode")
    if not isinstance(function, ast.Lambda):
        return False
    for node in ast.walk(function.body):
        if isinstance(node, ast.Attribute) and node.attr in ("isdigit", "isalpha", "isalnum", "isspace", "isupper"):
            return True
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            container = node.comparators[0]
            name = program.qualified(container) or ""
            if name.startswith("string.") or program.types.kind(container) == "str":
                return True
    return False
