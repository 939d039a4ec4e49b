"""What comes of the inputs of a run. Plain data: it crosses from one process to another, and is kept on disk."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mpmodernize.findings import Finding, Severity
from mpmodernize.records import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mpmodernize.map.picture import Picture


class Crash(Record):
    """A bug of mpmodernize itself, as it is told."""

    message: str
    trace: str
    where: str = ""
    """What was worked on."""

    @classmethod
    def of(cls, error: BaseException, where: str = "") -> Crash:
        """What an exception says, and where it was raised."""
        from traceback import format_exception

        return cls(f"{type(error).__name__}: {error}", "".join(format_exception(error)), where)


class Outcome(Record):
    """What came of one input: findings, or the reason why there are none."""

    name: str
    original: str = ""
    """The text as it was read."""
    source: str = ""
    """The text as it was fixed, or would be; the original where nothing changes."""
    fixed: tuple[Finding, ...] = ()
    left: tuple[Finding, ...] = ()
    shown_in: str = ""
    """The text that the places of `left` are in."""
    cells: Mapping[int, str] = field(default_factory=dict)
    """Of a notebook, the code of each cell that the places of `left` are in."""
    encoding: str = "utf-8"
    bom: bool = False
    """Whether the file begins with a byte order mark, which is no part of the text."""
    data: bytes = b""
    """What the answer to standard input is: the fixed code, or the input where it could not be fixed."""
    crash: Crash | None = None
    """The bug of mpmodernize that left the input without a result."""
    crash_together: Crash | None = None
    """The bug that the whole program met, this file with others; what is said here is of the file alone."""
    unwritten: str = ""
    """Why the fixed text could not be written."""
    picture: Picture | None = None
    """The processes of the program whose first file this is, where a picture was asked for."""

    def text_of(self, cell: int | None) -> str:
        """The text in which findings in `left` count their lines: that of the file, or of a notebook's cell."""
        return self.shown_in if cell is None else self.cells.get(cell, "")

    @property
    def changed(self) -> bool:
        """Whether a fix changed the text, or would."""
        return self.source != self.original and not self.unwritten


@dataclass
class Tally:
    """What the outcomes so far amount to."""

    fixed: list[Finding] = field(default_factory=list)
    left: list[Finding] = field(default_factory=list)
    changed_files: int = 0
    failed: bool = False

    def add(self, outcome: Outcome) -> None:
        """Count one outcome."""
        self.left += outcome.left
        self.failed = self.failed or bool(outcome.crash or outcome.unwritten)
        if outcome.changed:
            self.changed_files += 1
            self.fixed += outcome.fixed

    def exit_code(self, *, changes_count: bool) -> int:
        """0, 1 or 2; `changes_count` says whether a changed file is a reason for 1."""
        if self.failed:
            return 2
        if changes_count and self.changed_files:
            return 1
        return int(any(finding.severity is Severity.ERROR for finding in self.left))


def unreadable(name: str, message: str, line: int = 1) -> Finding:
    """`MP001` for what could not be read at all."""
    return Finding(name, line, 1, line, 1, "MP001", "invalid-syntax", message)
