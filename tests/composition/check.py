"""Whether the tool puts a generated program right: safe fixes only, then run under every start method."""

from __future__ import annotations

import difflib
import sys
from typing import TYPE_CHECKING

from mpmodernize import fix_source
from mpmodernize.verify.compare import Likeness, compare
from mpmodernize.verify.runner import run

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.composition.generator import Generated

SECONDS = 40
"""How long a program may take; it takes less than one when nothing else runs."""


def what_is_wrong(program: Generated, folder: Path, methods: Iterable[str]) -> str:
    """Say what the fixed program does wrong, with the program and the diff; empty where it does all right."""
    try:
        result = fix_source(program.text)
        wrong = "" if fix_source(result.source).source == result.source else "a second fix changes it"
    except Exception as error:
        return f"the tool raises {error!r}\n{program.text}"
    if not wrong:
        path = folder / f"seed{program.seed}.py"
        path.write_text(result.source, encoding="utf-8")
        wrong = next(filter(None, (_departs(path, program.expected, method) for method in methods)), "")
    if not wrong:
        return ""
    diff = difflib.unified_diff(program.text.splitlines(), result.source.splitlines(), "program", "fixed", lineterm="")
    left = [f"left: {each.line}: {each.code} {each.message}" for each in result.findings]
    return "\n".join([wrong, "", program.text, *diff, "", *left, "", "expected:", program.expected])


def _departs(path: Path, expected: str, method: str) -> str:
    outcome = run(path, python=sys.executable, start_method=method, timeout=SECONDS)
    if outcome.timed_out:
        return f"{method}: hangs\n{outcome.stderr[-1500:]}"
    if outcome.exit_code != 0 or "Traceback (most recent call last)" in outcome.stderr:
        return f"{method}: fails\n{outcome.stderr[-1500:]}"
    if compare(expected, outcome.stdout) is Likeness.DIFFERENT:
        return f"{method}: prints\n{outcome.stdout}"
    return ""
