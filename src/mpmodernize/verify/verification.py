"""Running a program everywhere, and comparing what it does."""

from __future__ import annotations

import signal
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from mpmodernize.records import Record
from mpmodernize.verify.compare import Likeness, compare
from mpmodernize.verify.complaints import essence, uncaught, warnings
from mpmodernize.verify.runner import Outcome, run
from mpmodernize.verify.watching import Ending

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mpmodernize.verify.program import Program


_SYNTAX = ("SyntaxError", "IndentationError", "TabError")
_DIES = "it dies of "


class Interpreter(Record):
    """A Python to run under."""

    version: str
    path: str


class Plan(Record):
    """What is run where, and how often."""

    interpreters: tuple[Interpreter, ...]
    start_methods: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    stdin: bytes = b""
    repeat: int = 1
    timeout: float = 60


class Standard(Record):
    """What the runs are compared with."""

    kind: Literal["python2", "expect", "agreement"]
    name: str
    """How to say it: `the original under Python 2.7`."""
    outcomes: tuple[Outcome, ...] = ()
    """Any of these is right. For a program that has no standard but itself it is the run that `_agreement` chooses."""
    stdout_only: bool = False

    def likeness(self, outcome: Outcome) -> Likeness:
        """How alike a run is to the nearest of the outcomes."""
        nearest = Likeness.DIFFERENT
        for right in self.outcomes:
            found = alike(right, outcome, stdout_only=self.stdout_only)
            nearest = min(nearest, found, key=lambda likeness: likeness.distance)
        return nearest

    @property
    def varies(self) -> bool:
        """Whether the standard is a program that does one thing now and another then."""
        return any(alike(self.outcomes[0], other) is Likeness.DIFFERENT for other in self.outcomes[1:])


class Judged(Record):
    """A run, and what is to be said of it."""

    outcome: Outcome
    likeness: Likeness
    troubles: tuple[str, ...]
    """What went wrong that doesn't go wrong in the standard."""

    @property
    def is_right(self) -> bool:
        """Whether nothing speaks against the run."""
        return self.likeness is not Likeness.DIFFERENT and not self.troubles

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What Python warned of."""
        return warnings(self.outcome.stderr)


class Cell(Record):
    """The runs under one interpreter and start method."""

    interpreter: Interpreter
    start_method: str
    runs: tuple[Judged, ...]

    @property
    def is_right(self) -> bool:
        """Whether nothing speaks against any of the runs."""
        return all(judged.is_right for judged in self.runs)

    @property
    def worst(self) -> Judged:
        """The run that there is most to say of."""
        return max(self.runs, key=lambda judged: (len(judged.troubles), judged.likeness.distance))

    @property
    def varies(self) -> bool:
        """Whether it depends on the run what the program does, though all else is the same."""
        first = self.runs[0].outcome
        return any(alike(first, judged.outcome) is Likeness.DIFFERENT for judged in self.runs[1:])

    @property
    def chosen(self) -> tuple[str, ...]:
        """The start methods that the program asked for by name."""
        return tuple(dict.fromkeys(method for judged in self.runs for method in judged.outcome.chosen))


class Verification(Record):
    """What running a program everywhere showed."""

    standard: Standard
    cells: tuple[Cell, ...]

    @property
    def is_right(self) -> bool:
        """Whether the program does the same everywhere, and what the standard does."""
        return all(cell.is_right and not (cell.varies and not self.standard.varies) for cell in self.cells)


def verify(
    program: Program, plan: Plan, standard: Standard | None, tell: Callable[[str], None] = lambda _: None
) -> Verification:
    """Run a program under every interpreter and start method of a plan, and compare with a standard.

    Without a standard the runs are compared with one another. `tell` is called with what is run next. Raises `OSError`
    if an interpreter can't be started.
    """
    ran: dict[tuple[Interpreter, str], list[Outcome]] = {}
    for interpreter in plan.interpreters:
        for method in plan.start_methods:
            for count in range(plan.repeat):
                tell(f"Python {interpreter.version}, {method}" + (f", run {count + 1}" if plan.repeat > 1 else ""))
                ran.setdefault((interpreter, method), []).append(run_ready(program, plan, interpreter, method))
    standard = standard or _agreement(ran)
    known = [trouble for outcome in standard.outcomes for trouble in troubles(outcome, plan.timeout)]
    known = [] if standard.kind == "agreement" else known
    cells = []
    for (interpreter, method), outcomes in ran.items():
        judged = []
        for outcome in outcomes:
            new = [trouble for trouble in troubles(outcome, plan.timeout) if trouble not in known]
            judged.append(Judged(outcome, standard.likeness(outcome), tuple(new)))
        cells.append(Cell(interpreter, method, tuple(judged)))
    return Verification(standard, tuple(cells))


def run_ready(program: Program, plan: Plan, interpreter: Interpreter, start_method: str | None) -> Outcome:
    """Run a program once in a copy of its folder: the fixed one, or without a start method the original."""
    folder = program.original if start_method is None else program.ready
    return run(
        folder / program.name,
        python=interpreter.path,
        start_method=start_method,
        timeout=plan.timeout,
        arguments=plan.arguments,
        stdin=plan.stdin,
        folder=folder,
        told_as=program.root,
    )


def alike(left: Outcome, right: Outcome, *, stdout_only: bool = False) -> Likeness:
    """How alike two runs are, in exit code, output and error."""
    given = (left.pids, left.clock), (right.pids, right.clock)
    likenesses = [compare(left.stdout, right.stdout, *given)]
    if not stdout_only:
        same_end = (left.exit_code, left.ending) == (right.exit_code, right.ending)
        likenesses.append(Likeness.SAME if same_end else Likeness.DIFFERENT)
        if left.ending is None:
            # What an ended program wrote last is what it was made to write.
            likenesses.append(compare(essence(left.stderr), essence(right.stderr), *given))
    return max(likenesses, key=lambda likeness: likeness.distance)


def troubles(outcome: Outcome, timeout: float) -> list[str]:
    """What went wrong in a run by all appearances, whatever the program is for."""
    if outcome.ending is not None:
        seconds = f" within {timeout:g} s" if outcome.ending is Ending.HANG else ""
        return [outcome.ending.value + seconds]
    assert outcome.exit_code is not None
    found = []
    if outcome.exit_code < 0:
        found.append(f"it is ended by {_signal_name(-outcome.exit_code)}")
    last = (outcome.stderr.strip().splitlines() or [""])[-1]
    if outcome.exit_code == 1 and last.startswith(_SYNTAX):
        # The one exception without a traceback.
        found.append(_DIES + last)
    for raised in uncaught(outcome.stderr):
        if raised.in_child:
            found.append(f"a child dies of {raised.message}")
        elif "_feed" in raised.functions:
            found.append(f"a queue drops what it can't pickle: {raised.message}")
        elif outcome.exit_code == 1 and raised.is_last:
            found.append(_DIES + raised.message)
    return list(dict.fromkeys(found))


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _agreement(ran: dict[tuple[Interpreter, str], list[Outcome]]) -> Standard:
    """The run that most others agree with: one under fork, if one went well there, else among those that did.

    Fork is what old programs were written for. What they inherit there, all other runs may lack in the same way.
    """
    everything = [(key, outcome) for key, outcomes in ran.items() for outcome in outcomes]
    well = [(key, outcome) for key, outcome in everything if not troubles(outcome, 0)] or everything
    others = [outcome for _, outcome in well]
    candidates = [pair for pair in well if pair[0][1] == "fork"] or well
    (interpreter, method), best = max(candidates, key=lambda pair: _agreeing(pair[1], others))
    return Standard("agreement", f"the program itself under {method} of Python {interpreter.version}", (best,))


def _agreeing(outcome: Outcome, others: Iterable[Outcome]) -> int:
    return sum(alike(outcome, other) is not Likeness.DIFFERENT for other in others)


def python2_standard(program: Program, plan: Plan, interpreter: Interpreter) -> tuple[Standard | None, str]:
    """Run the original under Python 2: a standard, or none and the reason why its runs can't be one."""
    outcomes = [run_ready(program, plan, interpreter, None) for _ in range(plan.repeat)]
    for outcome in outcomes:
        if outcome.exit_code is None or outcome.exit_code < 0:
            return None, troubles(outcome, plan.timeout)[0]
        # A syntax error has no traceback.
        if died := [each for each in troubles(outcome, plan.timeout) if each.startswith(_DIES)]:
            return None, died[0]
    return Standard("python2", f"the original under Python {interpreter.version}", tuple(outcomes)), ""


def expected(stdout: str, name: str) -> Standard:
    """A standard that is a file with what the program is to print."""
    return Standard("expect", name, (Outcome(0, stdout, "", 0.0),), stdout_only=True)


def differing(standard: Standard, outcome: Outcome) -> Sequence[tuple[str, str, str]]:
    """In what a run departs from the standard: the name of the part, what was to be, what is."""
    right = standard.outcomes[0]
    given = (right.pids, right.clock), (outcome.pids, outcome.clock)
    found = []
    if compare(right.stdout, outcome.stdout, *given) is Likeness.DIFFERENT:
        found.append(("standard output", right.stdout, outcome.stdout))
    if not standard.stdout_only and outcome.ending is None:
        ours, theirs = essence(right.stderr), essence(outcome.stderr)
        if compare(ours, theirs, *given) is Likeness.DIFFERENT:
            found.append(("standard error", ours, theirs))
        if right.exit_code != outcome.exit_code:
            found.append(("exit code", str(right.exit_code), str(outcome.exit_code)))
    return found
