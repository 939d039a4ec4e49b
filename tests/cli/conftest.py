"""A small engine in place of the real one: what the command line does must not depend on what the rules find."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from types import ModuleType

import pytest
from click.testing import CliRunner, Result

from mpmodernize.cli import cli
from mpmodernize.findings import Finding, Safety, Severity
from mpmodernize.settings import Settings

Run = Callable[..., Result]

DEFAULTS = Settings()


@dataclass(frozen=True)
class FakeResult:
    filename: str
    original: str
    source: str
    fixed: tuple[Finding, ...]
    findings: tuple[Finding, ...]
    tied: frozenset[str] = frozenset()
    cells: tuple[()] = ()

    @property
    def changed(self) -> bool:
        return self.source != self.original


KINDS = {
    "FIXME": Finding("", 0, 0, 0, 0, "MP301", "fix-me", "to be fixed", safety=Safety.SAFE, advice="fix it"),
    "RISKY": Finding("", 0, 0, 0, 0, "MP302", "risky", "to be fixed with care", safety=Safety.UNSAFE),
    "MANUAL": Finding("", 0, 0, 0, 0, "MP303", "manual", "do it yourself", advice="think"),
    "HINT": Finding("", 0, 0, 0, 0, "MP619", "hint", "could be nicer", severity=Severity.HINT),
    "BROKEN": Finding("", 0, 0, 0, 0, "MP001", "invalid-syntax", "can't be parsed"),
}


@dataclass(frozen=True)
class Source:
    filename: str
    text: str
    misread: object = None
    beside: object = None
    silenced: tuple[str, ...] = ()


def check(filename: str, text: str) -> FakeResult:
    """Each word of KINDS is a finding; CRASH is a bug."""
    if "CRASH" in text:
        raise RuntimeError("a bug")
    if "INTERRUPT" in text:
        raise KeyboardInterrupt
    found = [
        replace(
            KINDS[word[0]],
            filename=filename,
            line=number,
            end_line=number,
            column=word.start() + 1,
            end_column=word.end() + 1,
        )
        for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1)
        for word in re.finditer("|".join(KINDS), line)
    ]
    return FakeResult(filename, text, text, (), tuple(found))


def fix(filename: str, text: str, settings: Settings) -> FakeResult:
    """FIXME becomes FIXED on a line of its own below a new first line; EURO a sign that few encodings have."""
    before = check(filename, text)
    if "BROKEN" in text:
        return before
    wanted = {Safety.SAFE, Safety.UNSAFE} if settings.unsafe_fixes else {Safety.SAFE}
    fixed = tuple(finding for finding in before.findings if finding.safety in wanted)
    if not fixed:
        return before
    source = "# new\n" + text.replace("FIXME", "FIXED").replace("EURO", "€")
    if settings.unsafe_fixes:
        source = source.replace("RISKY", "DARED")
    return FakeResult(filename, text, source, fixed, check(filename, source).findings)


def check_together(
    sources: Sequence[Source],
    *,
    settings: Settings = DEFAULTS,  # noqa: ARG001
    find: object = None,  # noqa: ARG001
) -> list[FakeResult]:
    return [check(each.filename, each.text) for each in sources]


def fix_together(
    sources: Sequence[Source],
    *,
    settings: Settings = DEFAULTS,
    find: object = None,  # noqa: ARG001
) -> list[FakeResult]:
    return [fix(each.filename, each.text, settings) for each in sources]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line in this process, with the fake engine."""
    engine = ModuleType("mpmodernize.engine")
    engine.Source = Source  # type: ignore[attr-defined]
    engine.check_together = check_together  # type: ignore[attr-defined]
    engine.fix_together = fix_together  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "mpmodernize.engine", engine)
    # A look at a file of the fake language shows nothing of Python 2, and would clear it.
    monkeypatch.setattr("mpmodernize.run.programs._clears", lambda *_: False)

    def invoke(*arguments: object, stdin: bytes | None = None) -> Result:
        return CliRunner().invoke(cli, [str(each) for each in arguments], input=stdin, catch_exceptions=False)

    return invoke
