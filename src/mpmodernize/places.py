"""Findings with their place in the file as it is on disk."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mpmodernize.findings import Finding, Safety, Severity
from mpmodernize.text import text_of

if TYPE_CHECKING:
    from mpmodernize.python2 import Change, Conversion
    from mpmodernize.rules.base import Diagnosis

_RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"
"""The Python that reads: newer syntax is not valid in it."""
_LONGEST = 80
"""Characters of new text that advice shows."""


def place_diagnosis(
    diagnosis: Diagnosis, conversion: Conversion | None, original: str, filename: str, *, refused: str | None = None
) -> Finding:
    """The finding of a rule that looked at a converted text, placed in the original one.

    A node of several lines is shown by its first. `refused` is why its fix could not be carried out.
    """
    text = text_of(conversion.source if conversion is not None else original)
    if diagnosis.fix is None:
        refused = None
    start = text.start(diagnosis.node)
    end = min(text.end(diagnosis.node), text.end_of_line(start))
    if conversion is not None:
        start, end = conversion.original_offset(start), conversion.original_offset(end)
        text = text_of(original)
    safety = diagnosis.fix.safety if diagnosis.fix is not None and refused is None else Safety.MANUAL
    advice = diagnosis.advice if refused is None else f"{diagnosis.advice} (not fixed here: {refused})".strip()
    return Finding(
        filename,
        *text.position(start),
        *text.position(max(start, end)),
        diagnosis.rule.code,
        diagnosis.rule.name,
        diagnosis.message,
        diagnosis.severity,
        safety,
        advice,
    )


def place_change(
    change: Change, conversion: Conversion, original: str, filename: str, *, refused: str | None = None
) -> Finding:
    """The finding for a piece of Python 2 syntax; `refused` is why it is not converted."""
    from mpmodernize.rules import SyntaxRule, find_rule

    text = text_of(original)
    rule = find_rule(change.code)
    end = min(change.end, text.end_of_line(change.start))
    advice = ""
    if change.fixed and refused is not None:
        advice = f"(not fixed here: {refused})"
    elif change.fixed and rule is not None and issubclass(rule, SyntaxRule):
        old = original[change.start : change.end]
        new = conversion.converted(original, change.start, change.end) if rule.is_local else old
        advice = _shown(old, new) or rule.advice
    return Finding(
        filename,
        *text.position(change.start),
        *text.position(max(change.start, end)),
        change.code,
        rule.name if rule is not None else change.code,
        change.message,
        rule.severity if rule is not None else Severity.ERROR,
        Safety.SAFE if change.fixed and refused is None else Safety.MANUAL,
        advice,
    )


def _shown(old: str, new: str) -> str:
    """The new text of a place as advice; nothing where that would be long, or not the whole story."""
    if new == old or "\n" in new or "\r" in new or "`" in new or len(new) > _LONGEST or not new.strip():
        return ""
    # What is put behind two nested pieces at once (a backtick at the end of a `print`) stands in the text of both.
    if new.count("(") - old.count("(") != new.count(")") - old.count(")"):
        return ""
    return f"write `{new}`"


def invalid_syntax(error: SyntaxError, conversion: Conversion, original: str, filename: str) -> Finding:
    """`MP001` at the place where Python gave up."""
    text = text_of(conversion.source)
    line = max(1, min(error.lineno or 1, max(1, len(text.lines))))
    content = text.lines[line - 1] if text.lines else ""
    column = max(1, min(error.offset or 1, len(content.rstrip("\r\n")) + 1))
    offset = conversion.original_offset(text.offset(line, 0) + column - 1)
    place = text_of(original).position(min(offset, len(original)))
    return Finding(
        filename,
        *place,
        *place,
        "MP001",
        "invalid-syntax",
        f"this is valid in neither Python 2 nor Python {_RUNNING}: {error.msg}",
        advice="nothing is written to this file",
    )
