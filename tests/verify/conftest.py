from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from docs.generate import ROOT
from mpmodernize.cli import main

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = json.loads((ROOT / "docs" / "reference" / "verify.schema.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Verified:
    """What a call of `mpmodernize verify` came to."""

    exit_code: int
    output: str
    errors: str

    @property
    def data(self) -> dict[str, Any]:
        """The output of `--format json`, held against its schema."""
        found: dict[str, Any] = json.loads(self.output)
        jsonschema.validate(found, SCHEMA)
        return found

    def cell(self, start_method: str) -> dict[str, Any]:
        """What is said of the only interpreter under a start method."""
        (found,) = [each for each in self.data["cells"] if each["start_method"] == start_method]
        return dict(found)


Verify = Callable[..., Verified]


@pytest.fixture
def verify(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Verify:
    """Call `mpmodernize verify` in a folder with a program, with JSON as its output unless a format is given."""
    monkeypatch.chdir(tmp_path)

    def call(code: str, *options: str, arguments: tuple[str, ...] = (), name: str = "program.py") -> Verified:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(code, encoding="utf-8")
        text_format = () if "--format" in options else ("--format", "json")
        with pytest.raises(SystemExit) as end:
            main(["verify", name, *text_format, *options, *(("--", *arguments) if arguments else ())])
        written = capsys.readouterr()
        return Verified(int(end.value.code or 0), written.out, written.err)

    return call
