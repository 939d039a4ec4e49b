"""Flags and project files, through the command line; run with the real engine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from docs.generate import ROOT
from mpmodernize.cli import cli, main
from mpmodernize.configuration.table import SETTINGS

if TYPE_CHECKING:
    from pathlib import Path

LEGACY = """\
import multiprocessing as mp

lock = mp.Lock()


def job():
    lock.acquire()
    print 'job'
    lock.release()


p = mp.Process(target=job)
p.start()
p.join()
"""
FRAGMENT = ROOT / "fixtures" / "legacy" / "notes_lock_fragment.py"
ALL = {"MP101", "MP301", "MP401", "MP408"}


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.py").write_text(LEGACY)
    return tmp_path


def invoke(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(cli, arguments, input=stdin)


def codes(*arguments: str) -> set[str]:
    result = invoke("check", "--output-format", "json", *arguments)
    assert result.exit_code in (0, 1), result.output
    return {finding["code"] for finding in json.loads(result.stdout)}


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
@pytest.mark.parametrize("command", ["check", "fix"])
def test_every_setting_has_its_flag(command: str, setting: object) -> None:
    known = {name for option in cli.commands[command].params for name in (*option.opts, *option.secondary_opts)}
    flag: str = setting.flag  # type: ignore[attr-defined]
    assert flag in known
    if setting.kind == "boolean":  # type: ignore[attr-defined]
        assert flag.replace("--", "--no-", 1) in known


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], ALL),
        (["--select", "MP4"], {"MP401", "MP408"}),
        (["--select", "MP401,MP301"], {"MP401", "MP301"}),
        (["--select", "MP401", "--select", "missing-main-guard"], {"MP401", "MP301"}),
        (["--ignore", "MP1, MP4"], {"MP301"}),
        (["--select", "MP3", "--extend-select", "MP101"], {"MP301", "MP101"}),
        (["--per-file-ignores", "*.py:MP4"], {"MP101", "MP301"}),
        (["--per-file-ignores", "x.py:MP1,*.py:MP4,MP3"], {"MP101"}),
        (["--per-file-ignores", "sub/:MP4"], ALL),
        (["--exclude", "old.py"], set()),
        (["--extend-exclude", "*.py"], set()),
        (["--config", "select = ['MP1']"], {"MP101"}),
        (["--config", "select = ['MP1']", "--select", "MP4"], {"MP401", "MP408"}),
        (["--isolated", "--config", "ignore = ['MP1']"], ALL - {"MP101"}),
    ],
)
def test_flags_choose_the_rules_and_files(arguments: list[str], expected: set[str]) -> None:
    assert codes(*arguments, ".") == expected


def test_flags_win_over_the_file_and_isolated_reads_none(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.mpmodernize]\nselect = ['MP4']\n")
    assert codes(".") == {"MP401", "MP408"}
    assert codes("--select", "MP1", ".") == {"MP101"}
    assert codes("--extend-select", "MP1", ".") == {"MP401", "MP408", "MP101"}
    assert codes("--isolated", ".") == ALL


def test_a_file_that_is_named_is_read_in_place_of_others(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.mpmodernize]\nselect = ['MP4']\n")
    (project / "strict.toml").write_text("select = ['MP3']\nexclude = ['gone.py']\n")
    (project / "gone.py").write_text(LEGACY)
    assert codes("--config", "strict.toml", ".") == {"MP301"}
    told = invoke("check", "--config", "strict.toml", "--output-format", "concise", ".").stdout
    assert "gone.py" not in told


def test_files_of_one_run_have_the_settings_of_their_projects(project: Path) -> None:
    for name, rules in (("a", "MP4"), ("b", "MP3")):
        (project / name).mkdir()
        (project / name / "x.py").write_text(LEGACY)
        (project / name / "mpmodernize.toml").write_text(f"select = ['{rules}']\n")
    found = invoke("check", "--output-format", "concise", "a", "b").stdout.splitlines()[:-1]
    assert sorted({tuple(line.split()[0:2]) for line in found}) == [
        ("a/x.py:7:5:", "MP401"), ("a/x.py:7:5:", "MP408"), ("b/x.py:13:1:", "MP301"),
    ]  # fmt: skip


def test_the_output_format_is_the_choice_of_the_working_directory(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.mpmodernize]\noutput-format = 'concise'\n")
    concise = invoke("check", ".").stdout
    assert " | " not in concise
    assert " | " in invoke("check", "--output-format", "full", ".").stdout
    assert concise == invoke("check", "--isolated", "--output-format", "concise", ".").stdout


def test_unsafe_fixes_of_a_project_can_be_switched_off(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.mpmodernize]\nunsafe-fixes = true\n")
    fragment = FRAGMENT.read_text()
    made_up = invoke("fix", "--stdin-filename", "x.py", "-", stdin=fragment).stdout
    assert made_up == FRAGMENT.with_suffix(".unsafe.py").read_text()
    assert made_up != invoke("fix", "--no-unsafe-fixes", "--stdin-filename", "x.py", "-", stdin=fragment).stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--select", "MP10x"], "--select: there is no rule `MP10x`; did you mean `MP10`?"),
        (["--ignore", "lost-writes"], "--ignore: there is no rule `lost-writes`; did you mean `lost-write`?"),
        (["--per-file-ignores", "a.py:X1"], "--per-file-ignores: there is no rule `X1`"),
        (["--per-file-ignores", "MP1"], "wants PATTERN:RULE, and 'MP1' names no pattern"),
        (["--exclude", "!"], "--exclude: `exclude` has a pattern that matches nothing"),
        (["--config", "selct = 1"], "--config: there is no setting `selct`; did you mean `select`?"),
        (["--config", "gone.toml"], "gone.toml: can't be read: No such file or directory"),
        (["--config", "a.toml", "--config", "b.toml"], "--config can name one file only"),
        (["--config", "a.toml", "--isolated"], "--isolated reads no file"),
        (["--target-version", "py27"], "'py27' is not one of"),
    ],
)
def test_what_can_not_be_used_is_told_with_exit_code_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["check", *arguments, "."])
    assert ended.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("place", [".", "sub"])
def test_a_wrong_project_file_ends_the_run_before_anything_is_written(
    project: Path, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "sub").mkdir()
    (project / "sub" / "x.py").write_text(LEGACY)
    (project / place / "pyproject.toml").write_text("[tool.mpmodernize]\nselct = []\n")
    with pytest.raises(SystemExit) as ended:
        main(["fix", "."])
    assert ended.value.code == 2
    name = "pyproject.toml" if place == "." else "sub/pyproject.toml"
    assert capsys.readouterr().err == f"Error: {name}:2: there is no setting `selct`; did you mean `select`?\n"
    assert (project / "old.py").read_text() == LEGACY


def test_nothing_is_written_to_a_python_2_file_without_its_conversion(project: Path) -> None:
    result = invoke("fix", "--ignore", "print-statement", "old.py")
    assert result.exit_code == 1
    assert "not fixed here: the file's syntax is not converted, since MP101 is not selected" in result.stdout
    assert (project / "old.py").read_text() == LEGACY


def test_standard_input_has_the_settings_of_the_file_that_it_is_called_after(project: Path) -> None:
    (project / "sub").mkdir()
    (project / "sub" / "mpmodernize.toml").write_text("ignore = ['MP1']\nforce-exclude = true\nexclude = ['x.py']\n")
    assert invoke("fix", "--stdin-filename", "sub/y.py", "-", stdin="print 1\n").stdout == "print 1\n"
    assert invoke("fix", "--stdin-filename", "y.py", "-", stdin="print 1\n").stdout == "print(1)\n"
    assert invoke("fix", "--no-force-exclude", "--ignore", "MP4", "--extend-select", "MP1", "--stdin-filename",
                  "sub/x.py", "-", stdin="print 1\n").stdout == "print(1)\n"  # fmt: skip
    left_out = invoke("fix", "--extend-select", "MP1", "--stdin-filename", "sub/x.py", "-", stdin="print 1\n")
    assert (left_out.stdout, left_out.exit_code) == ("print 1\n", 0)
