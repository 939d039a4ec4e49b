"""What a rule is.

A rule's docstring is its page. It has these headings, in this order: What it does, Why it matters, Example,
Use instead, Fix safety, When it stays silent, References. The docstring's first line is the rule's summary.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar

from mpmodernize.findings import Safety, Severity
from mpmodernize.records import Record

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator, Sequence

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit


class Phase(IntEnum):
    """When a fix is applied: each phase works on what the one before has made."""

    LOCAL = 0
    """What concerns one place alone: names, argument lists, `acquire` and `release`."""
    GUARD = 1
    """What runs at import, and what stands under the guard."""
    STATE = 2
    """What kind of object the workers share."""
    ROUTES = 3
    """How objects reach the workers."""
    LIFETIMES = 4
    """What depends on who has which object: updates, joins, pools."""
    PINNING = 5
    """What is left when nothing else helps: asking for one start method by name."""


class Fix(Record, eq=False):
    """A group of edits, applied whole or not at all. Several findings may share one fix."""

    edits: Sequence[Edit]
    safety: Safety
    phase: Phase


EVERY_START_METHOD = frozenset({"fork", "spawn", "forkserver"})
FORK_ALONE = frozenset({"fork"})
NOT_FORK = EVERY_START_METHOD - FORK_ALONE
"""What is inherited under fork, and pickled or imported again under the others."""


class Diagnosis(Record, eq=False):
    """What a rule found: a node of the program, what happens there, and the fix where there is one."""

    rule: Rule
    node: ast.AST
    message: str
    advice: str
    fix: Fix | None
    severity: Severity
    start_methods: frozenset[str] = EVERY_START_METHOD
    """Those under which it goes wrong."""


class BaseRule:
    """What every rule has: a code, a name that reads as what is wrong, and its page (the docstring)."""

    code: ClassVar[str]
    name: ClassVar[str]
    severity: ClassVar[Severity] = Severity.ERROR
    start_methods: ClassVar[frozenset[str]] = EVERY_START_METHOD
    """The start methods that the rule concerns: a project that pins another one does not hear of it."""


class SyntaxRule(BaseRule):
    """A rule about Python 2 syntax: found and converted on tokens, by the room `python2/`."""

    advice: ClassVar[str] = ""
    """What the conversion does, where it can't be shown by the new text."""
    is_local: ClassVar[bool] = True
    """Whether the new text of the place shows what the conversion does: nothing changes elsewhere."""


class Rule(BaseRule):
    """A rule about what a program means: it asks the model, and never looks at text."""

    phase: ClassVar[Phase] = Phase.LIFETIMES
    not_before: ClassVar[tuple[str, ...]] = ()
    """Rules whose findings go in the same run or earlier: beside one that stays, a second run would misread the fix."""

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Yield what is wrong in this program."""
        raise NotImplementedError

    def conclude(self, program: Program, diagnoses: Sequence[Diagnosis]) -> Iterator[Diagnosis]:  # noqa: ARG002
        """Yield what follows from all that the rules have found."""
        return iter(())

    def finding(
        self,
        node: ast.AST,
        message: str,
        *,
        advice: str = "",
        edits: Sequence[Edit] = (),
        safety: Safety = Safety.SAFE,
        fix: Fix | None = None,
        severity: Severity | None = None,
        start_methods: frozenset[str] | None = None,
    ) -> Diagnosis:
        """Make a diagnosis of this rule; `edits` become a fix of the rule's own phase.

        `start_methods` are those that this very finding concerns, where that depends on what was found.
        """
        if fix is None and edits:
            fix = Fix(tuple(edits), safety, self.phase)
        return Diagnosis(
            self, node, message, advice, fix, severity or self.severity, start_methods or self.start_methods
        )
