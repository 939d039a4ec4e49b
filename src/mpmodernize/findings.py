"""What the tool has to say about a place in a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

STDIN = "<stdin>"
"""What standard input is called where it has no other name."""


class Safety(str, Enum):
    """How far a fix can be trusted, from the promise it makes."""

    SAFE = "safe"
    """A program that worked does the same under every start method; one that crashed or lost updates is repaired."""
    UNSAFE = "unsafe"
    """The likely intention, but a program that worked could come to do something else, or code is made up."""
    MANUAL = "manual"
    """Advice: the finding says what to do, and nobody does it for you."""


class Severity(str, Enum):
    """Whether a finding counts for the exit code."""

    ERROR = "error"
    HINT = "hint"


class TextEdit(NamedTuple):
    """What stands from one place to another becomes `text`; lines and columns count as those of a finding do."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


@dataclass(frozen=True, order=True)
class Finding:
    """One finding at one place of a file, as the file is on disk.

    Lines and columns count from 1; columns count characters (code points), not bytes. `end_column` is the
    column just behind the last character.
    """

    filename: str
    line: int
    column: int
    end_line: int
    end_column: int
    code: str
    name: str
    message: str
    severity: Severity = Severity.ERROR
    safety: Safety = Safety.MANUAL
    """How safe the fix is that the tool has for it; `MANUAL` where it has none."""
    advice: str = ""
    """What the fix does, or what to do by hand."""
    cell: int | None = None
    """In a notebook the number of the cell, from 1, prose counted; line and column then count within that cell."""
    edits: tuple[TextEdit, ...] = field(default=(), compare=False)
    """The fix of this finding alone, as edits of the file: in order, apart from each other, to be made at once.

    They are worked out where a caller asks for them (`Settings.edits`). A fix without any is one that only a run of the
    tool makes: it spans several files, or belongs to a conversion that can't be made in parts.
    """
