"""Cases: a file, what the tool makes of it, and what it prints.

Beside `<case>.py` lie `<case>.fixed.py` (after safe fixes), `<case>.unsafe.py` (with unsafe ones as well),
`<case>.pinned.py` (with `--pin-fork`), `<case>.out` (what the program prints; for a Python 2 program what Python 2.7
printed), and where the defect shows every time `<case>.before` (what it does as it stands, see `tests/before.py`).
A line of a rule's case that is wrong ends with `# error: CODE`. A case without a fixed file is left as
it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mpmodernize import Settings, fix_source
from mpmodernize.files.decode import decode
from mpmodernize.files.surroundings import surroundings
from mpmodernize.python2.structure import Source
from mpmodernize.text import Text
from mpmodernize.verify.compare import Likeness, compare
from mpmodernize.verify.runner import run

if TYPE_CHECKING:
    from pathlib import Path

    from mpmodernize.files.decode import Misread
    from mpmodernize.settings import Surroundings

_MARKER = re.compile(r"# error: ([A-Z0-9, ]+?)\s*$")


@dataclass(frozen=True)
class Case:
    """One case and its golden files."""

    path: Path

    @property
    def fixed(self) -> Path:
        """What safe fixes make of it."""
        return self.path.with_suffix(".fixed.py")

    @property
    def unsafe(self) -> Path:
        """What all fixes make of it."""
        return self.path.with_suffix(".unsafe.py")

    @property
    def pinned(self) -> Path:
        """What `--pin-fork` makes of it."""
        return self.path.with_suffix(".pinned.py")

    @property
    def output(self) -> Path:
        """What it prints."""
        return self.path.with_suffix(".out")

    @property
    def before(self) -> Path:
        """What it does as it stands."""
        return self.path.with_suffix(".before")

    @property
    def text(self) -> str:
        """Its source."""
        return decode(self.path.read_bytes()).text

    @property
    def misread(self) -> Misread | None:
        """Why its coding declaration is not true."""
        return decode(self.path.read_bytes()).misread

    @property
    def beside(self) -> Surroundings:
        """The modules beside it."""
        return surroundings(self.path)

    @property
    def runnable(self) -> Path:
        """The form that runs on Python 3."""
        return next((each for each in (self.pinned, self.unsafe, self.fixed) if each.exists()), self.path)

    def marked_lines(self, code: str) -> list[int]:
        """The lines on which a rule is expected to speak."""
        return [
            number
            for number, line in enumerate(re.split(r"\r\n|\r|\n", self.text), 1)
            if (found := _MARKER.search(line)) and code in found.group(1).replace(" ", "").split(",")
        ]

    def logical_line_ends(self) -> dict[int, int]:
        """For each line on which a logical line begins or goes on, the line on which it ends, where markers stand."""
        text = Text(self.text)
        source = Source(self.text)
        ends: dict[int, int] = {}
        for statement in source.statements:
            first, _ = text.position(source.start[source.lines[statement.line].first])
            last, _ = text.position(max(0, source.end(max(statement.stop - 1, statement.first)) - 1))
            ends |= dict.fromkeys(range(first, last + 1), last)
        return ends

    def golden(self, path: Path, new: str, *, bless: bool) -> str:
        """The text of a golden file, after writing it anew where that is asked for."""
        if bless and (path.exists() or new != self.text):
            path.write_bytes(new.encode(decode(self.path.read_bytes()).encoding))
        return decode(path.read_bytes()).text if path.exists() else self.text


def cases_in(folder: Path) -> list[Case]:
    """All cases of a folder, sorted."""
    golden = (".fixed.py", ".unsafe.py", ".pinned.py")
    return [Case(path) for path in sorted(folder.rglob("*.py")) if not path.name.endswith(golden)]


def orphans_in(folder: Path) -> list[Path]:
    """Golden files without a case."""
    endings = (".fixed.py", ".unsafe.py", ".pinned.py", ".out", ".before")
    return [
        path
        for path in sorted(folder.rglob("*"))
        for ending in endings
        if path.name.endswith(ending) and not path.with_name(path.name[: -len(ending)] + ".py").exists()
    ]


def assert_fixed_as_expected(case: Case, *, bless: bool) -> None:
    """The tool makes of a case what its golden files say, and makes nothing more of that."""
    for path, settings in (
        (case.fixed, Settings()),
        (case.unsafe, Settings(unsafe_fixes=True)),
        (case.pinned, Settings(pin_fork=True)),
    ):
        if path != case.fixed and not path.exists():
            continue
        result = fix_source(case.text, settings=settings, misread=case.misread, beside=case.beside)
        assert result.source == case.golden(path, result.source, bless=bless)
        _assert_settled(case, result.source, settings)
        taken_for_2 = replace(settings, source_version="2")
        result = fix_source(case.text, settings=taken_for_2, misread=case.misread, beside=case.beside)
        _assert_settled(case, result.source, taken_for_2)


def _assert_settled(case: Case, fixed: str, settings: Settings) -> None:
    assert fix_source(fixed, settings=settings, beside=case.beside).source == fixed, "fixing twice is fixing once"


def assert_prints(path: Path, expected: str, *, python: str, start_method: str | None) -> None:
    """The program runs to its end and prints what it should, but for the order and times that nobody promises."""
    outcome = run(path, python=python, start_method=start_method, timeout=90)
    assert outcome.exit_code == 0, outcome.stderr[-3000:] or "it hangs"
    assert compare(expected, outcome.stdout) is not Likeness.DIFFERENT, f"{outcome.stdout}\n{outcome.stderr[-3000:]}"
