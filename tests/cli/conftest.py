"""A small engine in place of the real one: what the command line does must not depend on what the rules find."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
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


def check_source(
    text: str,
    *,
    filename: str = "<string>",
    settings: Settings = DEFAULTS,  # noqa: ARG001
    misread: object = None,  # noqa: ARG001
    beside: object = None,  # noqa: ARG001
) -> FakeResult:
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


def fix_source(
    text: str,
    *,
    filename: str = "<string>",
    settings: Settings = DEFAULTS,
    misread: object = None,  # noqa: ARG001
    beside: object = None,  # noqa: ARG001
) -> FakeResult:
    """FIXME becomes FIXED on a line of its own below a new first line; EURO a sign that few encodings have."""
    before = check_source(text, filename=filename, settings=settings)
    if "BROKEN" in text:
        return before
    wanted = {Safety.SAFE, Safety.UNSAFE} if settings.unsafe_fixes else {Safety.SAFE}
    fixed = tuple(finding for finding in before.findings if finding.safety in wanted)
    if not fixed:
        return before
    source = "# new\n" + text.replace("FIXME", "FIXED").replace("EURO", "€")
    if settings.unsafe_fixes:
        source = source.replace("RISKY", "DARED")
    return FakeResult(filename, text, source, fixed, check_source(source, filename=filename).findings)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line in this process, with the fake engine."""
    engine = ModuleType("mpmodernize.engine")
    engine.check_source = check_source  # type: ignore[attr-defined]
    engine.fix_source = fix_source  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "mpmodernize.engine", engine)

    def invoke(*arguments: object, stdin: bytes | None = None) -> Result:
        return CliRunner().invoke(cli, [str(each) for each in arguments], input=stdin, catch_exceptions=False)

    return invoke
