"""What the tool has to say about a place in a file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


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
    """In a notebook the number of the code cell, from 1; line and column then count within that cell."""
