from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from mpmodernize.cli import cli
from mpmodernize.configuration.sources import inline_source
from mpmodernize.configuration.table import SETTINGS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text(
        "[project]\nrequires-python = '>=3.12'\n[tool.mpmodernize]\nselect = ['MP4']\n"
        "[tool.mpmodernize.per-file-ignores]\n'a\"b' = ['MP401']\n"
    )
    return tmp_path


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["config", *arguments])


def test_the_list_says_what_every_setting_is_here_and_why() -> None:
    lines = invoke().stdout.splitlines()
    assert 'select = ["MP4"]  # pyproject.toml:4' in lines
    assert 'target-version = "py312"  # pyproject.toml (requires-python)' in lines
    assert 'per-file-ignores = { "a\\"b" = ["MP401"] }  # pyproject.toml:5' in lines
    assert "unsafe-fixes = false  # default" in lines
    for setting in SETTINGS:
        assert f"# {setting.meaning}" in lines


def test_the_list_is_a_file_of_settings_that_says_the_same(project: Path) -> None:
    text = invoke().stdout
    told = inline_source(text, "listing", str(project)).values
    assert list(told) == [setting.name for setting in SETTINGS]
    assert told["select"] == ("MP4",)
    (project / "mpmodernize.toml").write_text(text)
    assert [line.partition("  #")[0] for line in invoke().stdout.splitlines()] == [
        line.partition("  #")[0] for line in text.splitlines()
    ]


def test_what_is_typed_and_other_files_are_told_as_their_source(project: Path) -> None:
    (project / "other.toml").write_text("\nselect = ['MP6']\n")
    assert 'select = ["MP1"]  # --config' in invoke("--config", "select = ['MP1']").stdout
    assert 'select = ["MP6"]  # other.toml:2' in invoke("--config", "other.toml").stdout
    assert 'select = ["ALL"]  # default' in invoke("--isolated").stdout


def test_what_applies_to_a_file_can_be_asked_for(project: Path) -> None:
    (project / "sub").mkdir()
    (project / "sub" / "mpmodernize.toml").write_text("pin-fork = true\n")
    assert "pin-fork = true  # sub/mpmodernize.toml:1" in invoke("--file", "sub/x.py").stdout
    assert "pin-fork = false  # default" in invoke("--file", "x.py").stdout


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_a_setting_is_explained_with_its_example_and_its_flag(setting: object) -> None:
    told = invoke(setting.name).stdout  # type: ignore[attr-defined]
    assert " ".join(setting.more.split()) in " ".join(told.split())  # type: ignore[attr-defined]
    assert setting.example in told  # type: ignore[attr-defined]
    assert setting.flag in told  # type: ignore[attr-defined]


def test_programs_get_json() -> None:
    data = {each["name"]: each for each in json.loads(invoke("--output-format", "json").stdout)}
    assert set(data) == {setting.name for setting in SETTINGS}
    assert (data["select"]["value"], data["select"]["source"], data["select"]["line"]) == (["MP4"], "pyproject.toml", 4)
    assert (data["ignore"]["value"], data["ignore"]["source"], data["ignore"]["line"]) == ([], None, None)
    assert json.loads(invoke("--output-format", "json", "select").stdout) == data["select"]


def test_a_setting_that_does_not_exist_is_told_with_the_nearest_one() -> None:
    result = invoke("selct")
    assert result.exit_code == 2
    assert "There is no setting 'selct'; did you mean `select`?" in result.stderr


def test_a_wrong_file_is_told(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.mpmodernize]\nstart-method = 'spwan'\n")
    result = invoke()
    assert result.exit_code != 0
    assert "pyproject.toml:2: `start-method` is one of" in result.stderr
