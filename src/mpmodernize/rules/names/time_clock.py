"""MP201: `time.clock()`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.scopes import DEFINITIONS, FUNCTION_NODES
from mpmodernize.rewrite.edits import AddImport, Replace
from mpmodernize.rules.base import Fix, Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_STORING = frozenset({"append", "add", "insert", "setdefault", "put", "appendleft"})


class TimeClock(Rule):
    """`time.clock()` is gone since Python 3.8, and never measured what a program with processes takes.

    ## What it does
    Replaces `time.clock` by `time.perf_counter`, also behind `from time import clock`, `import time as t` and as a
    timer function (`Timer(timer=time.clock)`). A bare `time.clock()` that starts the clock and a later
    `print(time.clock())` that shows what has passed become a start time and a difference.

    ## Why it matters
    `time.clock` raises `AttributeError` from Python 3.8 on. On Unix it gave the processor time of the *parent* alone:
    0.002 s for 0.91 s of work in a pool, because the children's time is not the parent's. On Windows it gave the
    time since its first call. A plain rename of the idiom would print the machine's uptime. None of this depends on
    the start method.

    ## Example
    ```python
    import time

    time.clock()
    total = sum(range(1000))
    print(time.clock())
    ```

    ## Use instead
    ```python
    import time

    start = time.perf_counter()
    total = sum(range(1000))
    print(time.perf_counter() - start)
    ```

    ## Fix safety
    Safe where every reading is part of a difference, is stored, is handed over as a timer function, or belongs to
    the idiom above: the line could not run. A lone reading that is shown is reported: `time.process_time()` keeps
    what it meant on Unix, `time.perf_counter()` with a start time is what was probably wanted.

    ## When it stays silent
    For a `clock` that is not the one of the module `time`, and where the program asks first whether it is there
    (`if hasattr(time, "clock")`, a test of `sys.version_info`, `except AttributeError`).

    ## References
    - [time.perf_counter](https://docs.python.org/3/library/time.html#time.perf_counter)
    - [What's New in Python 3.8: API removals](https://docs.python.org/3/whatsnew/3.8.html#api-and-feature-removals)
    - [PEP 418: monotonic time](https://peps.python.org/pep-0418/)
    """

    code = "MP201"
    name = "time-clock"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Sort the readings into starting, shown and others; what hangs on one import changes together."""
        uses = [*self._uses(program)]
        starts = dict(self._started(program, uses))
        new_names: dict[ast.AST, str] = {}
        edits: dict[ast.expr, list[Edit] | None] = {}
        for use in uses:
            call = program.index.parent[use]
            if use in starts:
                scope = program.index.scope(use).function().node
                inside = scope if isinstance(scope, FUNCTION_NODES) else None
                name = new_names.setdefault(scope, program.free_name("start", inside))
                edits[use] = self._idiom(program, use, call, starts[use], name)
            else:
                edits[use] = None if self._is_shown(program, call) else self._rename(program, use)
        if None in edits.values():
            # a clock that is started here and shown who knows where: not half of it
            edits |= {use: None for use in uses if use not in starts and self._is_bare(program, use)}
        together = self._fix_of_imported_names(program, edits)
        for use in uses:
            mine = edits[use]
            fix = together if isinstance(use, ast.Name) else Fix(mine, Safety.SAFE, self.phase) if mine else None
            advice = "use `time.perf_counter()`"
            if mine is None:
                advice += " and a difference, or `time.process_time()` for the processor time of this process"
            message = "`time.clock` is gone since Python 3.8, and counted the processor time of the parent alone"
            yield self.finding(use, message, advice=advice, fix=fix)
        for alias in self._imported(program):
            message = "`time.clock` is gone since Python 3.8: this import stops with `ImportError`"
            yield self.finding(alias, message, advice="import `perf_counter`", fix=together)

    def _fix_of_imported_names(self, program: Program, edits: dict[ast.expr, list[Edit] | None]) -> Fix | None:
        """One fix for `from time import clock` and every use of the name; `None` if one of them has none."""
        found: list[Edit] = []
        for use, mine in edits.items():
            if isinstance(use, ast.Name):
                if mine is None:
                    return None
                found += mine
        for alias in self._imported(program):
            statement = program.index.parent[alias]
            assert isinstance(statement, ast.ImportFrom)
            kept = alias.asname or ("clock" if self._is_taken(program) else None)
            found.append(Replace(alias, "perf_counter" + (f" as {kept}" if kept else "")))
        return Fix(found, Safety.SAFE, self.phase) if found else None

    @staticmethod
    def _uses(program: Program) -> Iterator[ast.expr]:
        candidates: list[ast.expr] = [*program.index.attributes.get("clock", [])]
        for binding in program.index.module.bindings.values():
            for each in binding:
                if isinstance(each.node, ast.alias) and each.node.name == "clock":
                    candidates += program.index.names.get(each.name, [])
        if "time" in program.index.star_imports:
            candidates += program.index.names.get("clock", [])
        for candidate in sorted(candidates, key=lambda each: (each.lineno, each.col_offset)):
            is_read = isinstance(getattr(candidate, "ctx", None), ast.Load)
            is_clock = is_read and program.qualified(candidate) == "time.clock"
            if is_clock and not program.compatibility.asks_first(candidate):
                yield candidate

    @staticmethod
    def _imported(program: Program) -> list[ast.alias]:
        """`clock` in every `from time import clock`, with or without another name."""
        return [
            alias
            for statement in program.tree.body
            if isinstance(statement, ast.ImportFrom) and statement.module == "time" and statement.level == 0
            for alias in statement.names
            if alias.name == "clock"
        ]

    @staticmethod
    def _rename(program: Program, use: ast.expr) -> list[Edit]:
        if isinstance(use, ast.Attribute):
            return [Replace(use, f"{program.text(use.value)}.perf_counter")]
        assert isinstance(use, ast.Name)
        if use.id != "clock" or TimeClock._is_taken(program):  # the name that is imported stays
            return []
        edits: list[Edit] = [Replace(use, "perf_counter")]
        if program.index.owner(use) is None:  # from time import *
            edits.append(AddImport("from time import perf_counter"))
        return edits

    # -- the idiom ---------------------------------------------------------------------------------

    def _started(self, program: Program, uses: list[ast.expr]) -> Iterator[tuple[ast.expr, bool]]:
        """The readings of the idiom: a bare `clock()` (True), and the shown ones after it (False)."""
        by_scope: dict[ast.AST, list[ast.expr]] = {}
        for use in uses:
            by_scope.setdefault(program.index.scope(use).function().node, []).append(use)
        for scoped in by_scope.values():
            bare = [use for use in scoped if self._is_bare(program, use)]
            shown = [use for use in scoped if self._is_shown(program, program.index.parent[use])]
            if bare and shown and all(self._before(bare[0], each) for each in shown):
                yield from ((use, True) for use in bare)
                yield from ((use, False) for use in shown)

    @staticmethod
    def _before(first: ast.expr, second: ast.expr) -> bool:
        return (first.lineno, first.col_offset) < (second.lineno, second.col_offset)

    @staticmethod
    def _is_bare(program: Program, use: ast.expr) -> bool:
        call = program.index.parent[use]
        return isinstance(call, ast.Call) and isinstance(program.index.parent[call], ast.Expr)

    def _is_shown(self, program: Program, call: ast.AST) -> bool:
        """Whether the reading itself is shown or handed on, not a difference of two."""
        if not isinstance(call, ast.Call) or program.qualified(call.func) != "time.clock":
            return False
        statement = program.index.parent[call]
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            return self._is_only_shown(program, statement.targets[0])
        return self._shows(program, call)

    def _is_only_shown(self, program: Program, stored: ast.Name) -> bool:
        """Whether a stored reading is shown and takes part in no difference or comparison."""
        uses = program.index.uses(stored.id, program.index.owner(stored))
        uses = [use for use in uses if isinstance(use.ctx, ast.Load)]
        measures = any(
            isinstance(ancestor, ast.Compare) or (isinstance(ancestor, ast.BinOp) and isinstance(ancestor.op, ast.Sub))
            for use in uses
            for ancestor in program.index.ancestors(use)
            if isinstance(ancestor, ast.expr)
        )
        return not measures and any(self._shows(program, use) for use in uses)

    @staticmethod
    def _shows(program: Program, node: ast.expr) -> bool:
        """Whether the value goes into a call, a formatted text or a comparison with a number as it is."""
        for ancestor in program.index.ancestors(node):
            if isinstance(ancestor, ast.Call):
                storing = isinstance(ancestor.func, ast.Attribute) and ancestor.func.attr in _STORING
                return not storing and node is not ancestor.func
            if isinstance(ancestor, ast.Compare):
                return _with_constants(ancestor)
            if isinstance(ancestor, ast.BinOp) and isinstance(ancestor.op, ast.Sub):
                return False
            if isinstance(ancestor, (ast.FormattedValue, ast.JoinedStr)):
                return True
            if isinstance(ancestor, ast.BinOp) and isinstance(ancestor.op, ast.Mod):
                return True
            if isinstance(ancestor, (ast.stmt, *DEFINITIONS)):
                return False
        return False

    @staticmethod
    def _idiom(program: Program, use: ast.expr, call: ast.AST, is_start: bool, name: str) -> list[Edit]:
        spelled = TimeClock._perf_counter(program, use)
        extra: list[Edit] = []
        if isinstance(use, ast.Name) and program.index.owner(use) is None:
            extra.append(AddImport("from time import perf_counter"))
        if is_start:
            return [Replace(program.index.statement(call), f"{name} = {spelled}()"), *extra]
        return [Replace(call, f"{spelled}() - {name}"), *extra]

    @staticmethod
    def _perf_counter(program: Program, use: ast.expr) -> str:
        if isinstance(use, ast.Attribute):
            return f"{program.text(use.value)}.perf_counter"
        assert isinstance(use, ast.Name)
        return "perf_counter" if use.id == "clock" and not TimeClock._is_taken(program) else use.id

    @staticmethod
    def _is_taken(program: Program) -> bool:
        """Whether the program has a `perf_counter` already, its own or the library's."""
        return program.is_taken("perf_counter")


def _with_constants(compare: ast.Compare) -> bool:
    """Whether a comparison asks how a reading stands to fixed numbers."""
    sides = [compare.left, *compare.comparators]
    return sum(not isinstance(side, ast.Constant) for side in sides) <= 1
