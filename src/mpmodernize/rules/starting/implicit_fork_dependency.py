"""MP329: a program that works under fork alone, and that nothing else repairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.findings import Safety, Severity
from mpmodernize.rules.base import NOT_FORK, Fix, Phase, Rule
from mpmodernize.rules.pinning import pinning
from mpmodernize.rules.route import NoRouteError
from mpmodernize.rules.starting.missing_main_guard import left_inherited

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis

_INHERITED = frozenset({"MP401", "MP404", "MP415"})
"""What every child finds under fork, however it is started."""
_PICKLED = frozenset({"MP310", "MP311", "MP328"})
"""What a process takes along under fork, and what the tasks of a pool cannot, as they are pickled everywhere."""


class ImplicitForkDependency(Rule):
    """A program needs fork, and does not say so.

    ## What it does
    Speaks where findings are left that have no fix, and that fork alone makes up for: globals, locks and settings that
    workers inherit (`shared-object-not-passed`, `stale-global`, `inherited-configuration`; `missing-main-guard`, where
    the guard would take them away), and targets, instances and handles that cannot be pickled (`unpicklable-target`,
    `self-carries-processes`, `inherited-handle`). With `fix --pin-fork` the program asks for fork by name: one context,
    from which everything is taken.

    ## Why it matters
    Up to Python 3.13 fork was the default on Linux, and such a program worked there. Since 3.14 forkserver is, and on
    macOS and Windows it has long been spawn: there the workers miss what they inherited, or are not started at all.
    Asking for fork is no repair of the design, and Windows has no fork: there the program goes on with the default,
    and with its defects. On macOS fork is there, and not safe in programs that use the system's frameworks or threads.
    But it keeps a program running on Linux as it did, until somebody hands its workers what they need.

    ## Example
    ```python
    import multiprocessing as mp


    def check(number):
        return number in known


    if __name__ == "__main__":
        known = iter([1, 2, 3])
        with mp.Pool(2) as pool:
            print(pool.map(check, [1, 4]))
    ```

    ## Use instead
    ```python
    import multiprocessing as mp

    # the workers inherit what cannot be handed to them: that takes fork, which Windows does not have
    ctx = mp.get_context("fork" if "fork" in mp.get_all_start_methods() else None)


    def check(number):
        return number in known


    if __name__ == "__main__":
        known = iter([1, 2, 3])
        with ctx.Pool(2) as pool:
            print(pool.map(check, [1, 4]))
    ```

    ## Fix safety
    Safe with `--pin-fork`, without which nothing is changed: under fork the program does what it did. There is no fix
    where the program chooses start methods itself.

    ## When it stays silent
    Where every such finding has a fix of its own, where the tasks of a pool are what cannot be pickled (fork does not
    help there), where the program asks for fork already, and in programs of several files.

    ## References
    - [multiprocessing: contexts and start methods](https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods)
    - [gh-84559: the default start method](https://github.com/python/cpython/issues/84559)
    """

    code = "MP329"
    name = "implicit-fork-dependency"
    start_methods = NOT_FORK
    phase = Phase.PINNING
    severity = Severity.HINT

    def check(self, program: Program) -> Iterator[Diagnosis]:  # noqa: ARG002
        """Nothing: all depends on what the other rules find."""
        return iter(())

    def conclude(self, program: Program, diagnoses: Sequence[Diagnosis]) -> Iterator[Diagnosis]:
        """One finding a file, at the first of those that nothing else repairs."""
        left = [each for each in diagnoses if each.fix is None and _needs_fork(program, each)]
        if not left or program.pins_fork or program.joint is not None:
            return
        first = min(left, key=lambda each: (getattr(each.node, "lineno", 0), getattr(each.node, "col_offset", 0)))
        fix, obstacle = None, ""
        try:
            edits = pinning(program)
            fix = Fix(edits, Safety.SAFE, self.phase) if program.may_pin_fork else None
        except NoRouteError as reason:
            obstacle = f"; no automatic fix: {reason}"
        codes = ", ".join(sorted({each.rule.code for each in left}))
        yield self.finding(
            first.node,
            f"this works under fork alone, and has no other fix ({codes})",
            advice=f"`mpmodernize fix --pin-fork` makes the program ask for fork by name{obstacle}",
            fix=fix,
        )


def _needs_fork(program: Program, diagnosis: Diagnosis) -> bool:
    """Whether fork makes up for what was found."""
    if diagnosis.severity is Severity.HINT:
        return False
    if diagnosis.rule.code in _INHERITED:
        return True
    passed_on = program.nameless.crossing.get(diagnosis.node, [])  # type: ignore[call-overload]
    if not all(each.is_inherited for each in passed_on):
        return False
    if diagnosis.rule.code == "MP301":  # a guard would take away what workers read, and cannot be handed to them
        import_time = program.import_time
        return import_time.gathering.obstacle is None and not import_time.is_library and not left_inherited(program)
    return diagnosis.rule.code in _PICKLED and not any(
        program.index.contains(start.call, diagnosis.node) for start in program.starts.tasks
    )
