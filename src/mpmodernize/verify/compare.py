"""Two outputs of one program: the same, or different in what parallel programs don't promise, or different."""

from __future__ import annotations

import re
from enum import Enum


class Likeness(str, Enum):
    """How alike two outputs are; the value is how to say it."""

    SAME = "the same"
    ORDER = "the same lines in another order"
    VOLATILE = "the same but for times, process numbers and addresses"
    DIFFERENT = "different"


# What differs from run to run of a right program. A decimal counts as a time if it has as many digits as clocks
# give, or if the line speaks of time; `1.0` against `4.0` is a difference.
_VOLATILE = (
    (re.compile(r"\b0x[0-9a-fA-F]+\b"), "<address>"),
    (re.compile(r"(?i)\b(pid|process id)(\W{1,3})\d+"), r"\1\2<pid>"),
    (re.compile(r"\b(?:Fork|Spawn|ForkServer)?(Pool)?(Process|Worker)-\d+(?::\d+)*"), r"\1\2-<number>"),
    (re.compile(r"\b\d+\.\d{4,}(?:e[-+]?\d+)?\b|\b\d+(?:\.\d+)?e-\d+\b"), "<time>"),
)
_SPEAKS_OF_TIME = re.compile(r"(?i)\b(time|seconds?|secs?|elapsed|took|ms|duration)\b|\d ?s\b")
_DECIMAL = re.compile(r"\b\d+\.\d+\b")


def compare(left: str, right: str) -> Likeness:
    """Say how alike two outputs are."""
    ours, theirs = left.splitlines(), right.splitlines()
    if ours == theirs:
        return Likeness.SAME
    if sorted(ours) == sorted(theirs):
        return Likeness.ORDER
    if sorted(map(without_volatile, ours)) == sorted(map(without_volatile, theirs)):
        return Likeness.VOLATILE
    return Likeness.DIFFERENT


def without_volatile(line: str) -> str:
    """Replace the parts of a line that differ from run to run by placeholders."""
    for pattern, placeholder in _VOLATILE:
        line = pattern.sub(placeholder, line)
    return _DECIMAL.sub("<time>", line) if _SPEAKS_OF_TIME.search(line) else line


def looks_like_a_time(line: str) -> bool:
    """Whether a line holds a number that a clock may have given."""
    return "<time>" in without_volatile(line)
