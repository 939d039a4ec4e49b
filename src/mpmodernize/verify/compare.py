"""Two outputs of one program: the same, or different in what parallel programs don't promise, or different."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class Likeness(str, Enum):
    """How alike two outputs are; the value is how to say it."""

    SAME = "the same"
    ORDER = "the same lines in another order"
    VOLATILE = "the same but for times, process numbers and addresses"
    DIFFERENT = "different"

    @property
    def distance(self) -> int:
        """How far apart the outputs are; 0 where they are the same."""
        return tuple(Likeness).index(self)


# What differs from run to run of a right program. A decimal counts as a time if it has as many digits as clocks
# give, or if the line speaks of time; `1.0` against `4.0` is a difference.
_VOLATILE = (
    (re.compile(r"\b0x[0-9a-fA-F]+\b"), "<address>"),
    # What `threading.get_ident()` gives on 64-bit Linux and macOS is an address, too; not so the digits of a fraction.
    (re.compile(r"(?<![\d.])1[0-4]\d{13}\b(?!\.)"), "<address>"),
    (re.compile(r"(?i)\b(pid|process id)(\W{1,3})\d+"), r"\1\2<pid>"),
    (re.compile(r"\b(?:Fork|Spawn|ForkServer)?(Pool)?(Process|Worker)-\d+(?::\d+)*"), r"\1\2-<number>"),
    (re.compile(r"\b\d{1,2}:\d\d:\d\d(?:[.,]\d+)?\b"), "<time>"),
    (re.compile(r"\b\d+\.\d{4,}(?:e[-+]?\d+)?\b|\b\d+(?:\.\d+)?e-\d+\b"), "<time>"),
)
_SPEAKS_OF_TIME = re.compile(r"(?i)\b(time|seconds?|secs?|elapsed|took|ms|duration)\b|\d ?s\b")
_DECIMAL = re.compile(r"\b\d+\.\d+\b")
_WHOLE = re.compile(r"(?<![\d.])\d+(?![\d.]\d)\b")


def compare(left: str, right: str, left_given: Sequence[range] = (), right_given: Sequence[range] = ()) -> Likeness:
    """Say how alike two outputs are.

    `left_given` and `right_given` are the numbers that the system can have given each program: its process numbers, and
    what its clock said.
    """
    ours, theirs = left.splitlines(), right.splitlines()
    if ours == theirs:
        return Likeness.SAME
    if sorted(ours) == sorted(theirs):
        return Likeness.ORDER
    ours = [without_volatile(line, left_given) for line in ours]
    theirs = [without_volatile(line, right_given) for line in theirs]
    return Likeness.VOLATILE if sorted(ours) == sorted(theirs) else Likeness.DIFFERENT


def without_volatile(line: str, given: Sequence[range] = ()) -> str:
    """Replace the parts of a line that differ from run to run by placeholders."""
    for pattern, placeholder in _VOLATILE:
        line = pattern.sub(placeholder, line)
    if _SPEAKS_OF_TIME.search(line):
        line = _DECIMAL.sub("<time>", line)
    if not given:
        return line
    return _WHOLE.sub(lambda found: "<given>" if any(int(found[0]) in each for each in given) else found[0], line)


def looks_like_a_time(line: str) -> bool:
    """Whether a line holds a number that a clock may have given."""
    return "<time>" in without_volatile(line)
