"""The options about the output, and which of two that meet counts."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]
RED = "\x1b[31m"
ESCAPE = "\x1b["


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    Path("a.py").write_text("FIXME\nMANUAL\n")


# -- where it goes ---------------------------------------------------------------------------------


def test_a_report_in_a_file_is_what_standard_output_would_have_got(run: Run) -> None:
    for name in ("full", "json", "github"):
        told = run("check", "--output-format", name, "a.py").stdout
        result = run("check", "--output-format", name, "-o", "report", "a.py")
        assert (result.stdout, result.stderr, result.exit_code) == ("", "", 1)
        assert Path("report").read_bytes() == told.encode()


def test_a_report_replaces_an_older_one_and_leaves_nothing_else_behind(run: Run) -> None:
    Path("report").write_text("old")
    Path("report").chmod(0o640)
    run("check", "--output-file", "report", "a.py")
    assert Path("report").read_text().startswith("a.py:1:1: MP301")
    assert stat.S_IMODE(Path("report").stat().st_mode) == 0o640
    assert sorted(path.name for path in Path().iterdir()) == ["a.py", "report"]


def test_a_new_report_has_the_rights_of_any_new_file(run: Run) -> None:
    run("check", "--output-file", "report", "a.py")
    Path("other").touch()
    assert Path("report").stat().st_mode == Path("other").stat().st_mode


def test_an_interrupted_run_leaves_the_older_report(run: Run) -> None:
    Path("report").write_text("old")
    Path("b.py").write_text("INTERRUPT")
    assert run("check", "--output-file", "report", "a.py", "b.py").exit_code == 130
    assert Path("report").read_text() == "old"
    assert sorted(path.name for path in Path().iterdir()) == ["a.py", "b.py", "report"]


def test_a_report_without_a_folder_is_refused_before_anything_is_fixed(run: Run) -> None:
    result = run("fix", "--output-file", "none/report", "a.py")
    assert result.exit_code == 2
    assert "there is no folder" in result.stderr
    assert Path("a.py").read_text() == "FIXME\nMANUAL\n"


def test_a_report_that_cannot_be_written_is_said_and_ends_with_2(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    result = run("check", "--exit-zero", "--output-file", "report", "a.py")
    assert result.exit_code == 2
    assert "the report was not written to report: " in result.stderr
    assert "Permission denied" in result.stderr


def test_a_report_can_go_into_what_is_no_file(run: Run) -> None:
    assert run("check", "--output-file", os.devnull, "a.py").exit_code == 1
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_code_and_diffs_stay_on_standard_output_when_the_report_goes_to_a_file(run: Run) -> None:
    result = run("fix", "-", "-o", "report", "--output-format", "json", stdin=b"FIXME MANUAL\n")
    assert (result.stdout, result.stderr) == ("# new\nFIXED MANUAL\n", "")
    assert [each["code"] for each in json.loads(Path("report").read_text())] == ["MP303"]
    result = run("fix", "--diff", "-o", "report", "a.py")
    assert "+FIXED" in result.stdout
    assert result.stderr == ""
    assert "MP303" in Path("report").read_text()


# -- how much --------------------------------------------------------------------------------------


def test_statistics_count_in_place_of_findings(run: Run) -> None:
    Path("a.py").write_text("FIXME MANUAL FIXME RISKY HINT\n" + "HINT\n" * 9)
    assert run("check", "--statistics", "a.py").stdout == (
        "10\tMP619\t[ ] hint\n"
        " 2\tMP301\t[*] fix-me\n"
        " 1\tMP302\t[ ] risky\n"
        " 1\tMP303\t[ ] manual\n"
        "Found 14 findings in 1 file (2 fixable with `mpmodernize fix`, 1 more with `--unsafe-fixes`).\n"
    )


def test_quiet_statistics_are_the_counts_alone_without_marks_where_nothing_is_fixable(run: Run) -> None:
    Path("a.py").write_text("MANUAL\n")
    assert run("check", "-q", "--statistics", "--output-format", "concise", "a.py").stdout == "1\tMP303\tmanual\n"


def test_statistics_after_a_fix_count_what_is_left(run: Run) -> None:
    told = run("fix", "--statistics", "--output-format", "json", "a.py").stdout
    assert [(each["code"], each["count"]) for each in json.loads(told)] == [("MP303", 1)]


@pytest.mark.parametrize("name", ["github", "gitlab", "sarif", "junit", "json-lines"])
def test_statistics_are_refused_in_formats_that_have_none(run: Run, name: str) -> None:
    result = run("check", "--statistics", "--output-format", name, "a.py")
    assert result.exit_code == 2
    assert name in result.stderr


def test_fixes_are_shown_one_by_one_where_they_were(run: Run) -> None:
    Path("a.py").write_text("FIXME\n  FIXME\n")
    assert run("fix", "--show-fixes", "a.py").stdout == (
        "fixed a.py\n    1:1: MP301 to be fixed\n    2:3: MP301 to be fixed\nFixed 2 findings in 1 file.\n"
    )


def test_shown_fixes_stand_on_standard_error_beside_a_report_for_programs(run: Run) -> None:
    result = run("fix", "--show-fixes", "--output-format", "json", "a.py")
    assert [each["code"] for each in json.loads(result.stdout)] == ["MP303"]
    assert result.stderr == "fixed a.py\n    1:1: MP301 to be fixed\n"


def test_quiet_leaves_findings_alone(run: Run) -> None:
    result = run("fix", "-q", "--show-fixes", "--output-format", "concise", "a.py")
    assert (result.stdout, result.stderr) == ("a.py:3:1: MP303 do it yourself\n", "")


def test_verbose_says_what_comes_of_each_file_on_standard_error(run: Run) -> None:
    Path("b.py").write_text("x\n")
    result = run("fix", "-v", "--output-format", "json", "a.py", "b.py")
    json.loads(result.stdout)
    assert result.stderr.startswith("a.py: 1 fixed, 1 left\nb.py: 0 left\n2 files in ")


def test_quiet_and_verbose_exclude_each_other(run: Run) -> None:
    result = run("check", "-q", "-v", "a.py")
    assert result.exit_code == 2
    assert "exclude each other" in result.stderr


# -- the exit code ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "text", "code"),
    [
        ("check", "MANUAL", 1),
        ("check --exit-zero", "MANUAL", 0),
        ("check -e", "BROKEN", 0),
        ("check --exit-zero", "CRASH", 2),
        ("fix", "FIXME", 0),
        ("fix --exit-non-zero-on-fix", "FIXME", 1),
        ("fix --exit-non-zero-on-fix", "x", 0),
        ("fix --exit-non-zero-on-fix", "HINT", 0),
        ("fix --exit-non-zero-on-fix --exit-zero", "FIXME", 0),
        ("fix --exit-zero", "MANUAL", 0),
        ("fix --exit-zero", "CRASH", 2),
        ("fix --check", "FIXME", 1),
        ("fix --check --exit-zero", "FIXME", 0),
    ],
)
def test_findings_and_fixes_count_as_asked_and_failures_always(run: Run, arguments: str, text: str, code: int) -> None:
    Path("a.py").write_text(text)
    for name in ("full", "sarif"):
        assert run(*arguments.split(), "--output-format", name, "a.py").exit_code == code
        Path("a.py").write_text(text)


# -- colours ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "environment", "coloured"),
    [
        (None, {}, False),
        ("auto", {}, False),
        ("always", {}, True),
        ("always", {"NO_COLOR": "1"}, True),
        ("never", {"FORCE_COLOR": "1"}, False),
        (None, {"FORCE_COLOR": "1"}, True),
        (None, {"FORCE_COLOR": ""}, False),
        (None, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (None, {"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
        (None, {"FORCE_COLOR": "1", "TERM": "dumb"}, True),
    ],
)
def test_the_command_line_decides_on_colours_then_no_color_then_force_color(
    run: Run, monkeypatch: pytest.MonkeyPatch, choice: str | None, environment: dict[str, str], coloured: bool
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    options = [] if choice is None else ["--color", choice]
    assert (ESCAPE in run("check", *options, "a.py").stdout) is coloured
    assert (ESCAPE in run("fix", "-", *options, stdin=b"FIXME").stderr) is coloured


@pytest.mark.parametrize("name", ["json", "json-lines", "github", "gitlab", "sarif", "junit"])
def test_a_report_for_programs_never_has_colours(run: Run, name: str) -> None:
    assert ESCAPE not in run("check", "--color", "always", "--output-format", name, "a.py").stdout


def test_a_report_in_a_file_has_colours_only_when_told_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    run("check", "-o", "report", "a.py")
    assert ESCAPE not in Path("report").read_text()
    run("check", "-o", "report", "--color", "always", "a.py")
    assert ESCAPE in Path("report").read_text()


def test_a_diff_in_a_pipe_has_colours_only_when_told_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert ESCAPE not in run("fix", "--diff", "a.py").stdout
    assert RED in run("fix", "--diff", "--color", "always", "a.py").stdout
