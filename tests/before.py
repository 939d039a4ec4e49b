"""What a program does as it stands, under each start method: the defect, shown.

Beside a case whose defect shows every time lies `<case>.before`, with a line for each start method:

    fork: prints
    fork: prints: 0
    spawn: fails: name 'lock' is not defined
    forkserver: hangs

or `goes wrong`, where it fails on one Python and hangs on another. *prints* is ending well with the output of the
case's `.out`, or with the one line that is given. *fails* is ending by itself, with these words in what was written,
and not as it should. *hangs* is not ending. Words may follow there too. The words are those of every supported Python.
A Python 2 program is run after its syntax and names have been converted, which is the work of other rules.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mpmodernize import Settings, fix_source
from mpmodernize.files.decode import decode
from mpmodernize.verify.compare import Likeness, compare
from mpmodernize.verify.runner import Outcome, run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cases import Case

METHODS = ("fork", "spawn", "forkserver")
ENDING_SECONDS = 90
HANGING_SECONDS = 6
_LINE = re.compile(rf"({'|'.join(METHODS)}): (prints|fails|hangs|goes wrong)(?:: (.+))?")


@dataclass(frozen=True)
class Behaviour:
    """What a program does under one start method."""

    method: str
    what: str
    words: str
    """What it prints, or what is found in its output; empty where nothing is said."""


def behaviours(path: Path) -> dict[str, Behaviour]:
    """Read a `.before` file: for each start method what happens. Raises `ValueError` at a line that says nothing."""
    read: dict[str, Behaviour] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        found = _LINE.fullmatch(line)
        if found is None or found[1] in read or (found[2] == "fails" and not found[3]):
            raise ValueError(f"{path}: `{line}`")
        read[found[1]] = Behaviour(found[1], found[2], found[3] or "")
    if missing := set(METHODS) - read.keys():
        raise ValueError(f"{path}: nothing about {sorted(missing)}")
    return read


def as_it_stands(case: Case, folder: Path) -> Path:
    """Write the program as Python 3 reads it, with nothing mended; the path of it, among the files it came with."""
    settings = Settings(select=("MP1", "MP2"))
    converted = fix_source(case.text, settings=settings, misread=case.misread, beside=case.beside).source
    if converted == case.text:
        return case.path
    shutil.copytree(case.path.parent, folder, dirs_exist_ok=True)
    written = folder / case.path.name
    written.write_bytes(converted.encode(decode(case.path.read_bytes()).encoding))
    return written


def assert_behaves(program: Path, expected: Behaviour, output: str | None, *, python: str) -> None:
    """The program does what its `.before` says; `output` is what it prints where it works."""
    seconds = HANGING_SECONDS if expected.what in {"hangs", "goes wrong"} else ENDING_SECONDS
    outcome = run(program, python=python, start_method=expected.method, timeout=seconds)
    seen = f"{_what_happened(outcome)}\n{outcome.stdout[-3000:]}\n{outcome.stderr[-3000:]}"
    if expected.what == "prints":
        assert outcome.exit_code == 0, seen
        if expected.words:
            assert outcome.stdout.strip() == expected.words, seen
        else:
            assert output is not None, "there is no `.out` that says what"
            assert compare(output, outcome.stdout) is not Likeness.DIFFERENT, seen
        return
    assert expected.what == "goes wrong" or outcome.timed_out == (expected.what == "hangs"), seen
    assert expected.words in outcome.stdout + outcome.stderr, seen
    if not outcome.timed_out and output is not None and outcome.exit_code == 0 and not outcome.stderr:
        assert compare(output, outcome.stdout) is Likeness.DIFFERENT, f"nothing fails\n{seen}"


def _what_happened(outcome: Outcome) -> str:
    if outcome.timed_out:
        return "it hangs"
    return f"it ends with exit code {outcome.exit_code}"
