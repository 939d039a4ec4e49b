from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_every_finding_is_shown_with_its_line_and_nothing_is_changed(run: Run) -> None:
    Path("a.py").write_text("\tFIXME\nMANUAL\n")
    result = run("check", "a.py")
    assert result.stdout == (
        "a.py:1:2: MP301 [*] to be fixed\n"
        "  |\n"
        "1 |         FIXME\n"
        "  |         ^^^^^\n"
        "  = fix: fix it\n"
        "\n"
        "a.py:2:1: MP303 do it yourself\n"
        "  |\n"
        "2 | MANUAL\n"
        "  | ^^^^^^\n"
        "  = help: think\n"
        "\n"
        "Found 2 findings in 1 file (1 fixable with `mpmodernize fix`).\n"
    )
    assert (result.stderr, result.exit_code) == ("", 1)
    assert Path("a.py").read_text() == "\tFIXME\nMANUAL\n"


def test_concise_output_is_a_line_each(run: Run) -> None:
    Path("a.py").write_text("FIXME\nHINT\n")
    result = run("check", "-q", "--output-format", "concise", "a.py")
    assert result.stdout == "a.py:1:1: MP301 [*] to be fixed\na.py:2:1: MP619 hint: could be nicer\n"


@pytest.mark.parametrize(
    ("text", "code"), [("", 0), ("x", 0), ("HINT", 0), ("MANUAL", 1), ("FIXME HINT", 1), ("BROKEN", 1), ("CRASH", 2)]
)
def test_the_exit_code_is_1_if_there_are_findings_other_than_hints(run: Run, text: str, code: int) -> None:
    Path("a.py").write_text(text)
    assert run("check", "a.py").exit_code == code


def test_clean_files_are_said_to_be_clean_and_quietly_are_not_mentioned(run: Run) -> None:
    Path("a.py").write_text("x\n")
    assert run("check", "a.py").stdout == "No findings.\n"
    assert run("check", "-q", "a.py").stdout == ""


def test_findings_in_standard_input_are_on_standard_output(run: Run) -> None:
    result = run("check", "-", "--stdin-filename", "mine.py", "--output-format", "concise", stdin="中 MANUAL".encode())
    assert result.stdout.startswith("mine.py:1:3: MP303 do it yourself\n")
    assert result.exit_code == 1


def test_an_empty_folder_is_clean(run: Run) -> None:
    assert run("check", ".").exit_code == 0


def test_files_come_in_order_and_each_once(run: Run) -> None:
    for name in ("b.py", "a.py", "c.py"):
        Path(name).write_text("HINT")
    result = run("check", "-q", "--output-format", "concise", "c.py", ".", "a.py")
    assert [line.partition(":")[0] for line in result.stdout.splitlines()] == ["c.py", "a.py", "b.py"]


def test_an_unreadable_folder_is_a_finding(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("pkg").mkdir()

    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.scandir", refuse)
    result = run("check", "pkg")
    assert result.stdout.startswith("pkg:1:1: MP001 folder can't be read: Permission denied\n")
    assert result.exit_code == 1


def test_ctrl_c_ends_it_with_130(run: Run) -> None:
    Path("a.py").write_text("INTERRUPT")
    assert run("check", "a.py").exit_code == 130
    assert run("fix", "a.py").exit_code == 130
