from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from mpmodernize.settings import Settings

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(name: str, text: str | bytes) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_file_is_rewritten_and_the_report_says_what_was_done(run: Run) -> None:
    path = write("a.py", "FIXME\nx\nFIXME\n")
    result = run("fix", path)
    assert path.read_text() == "# new\nFIXED\nx\nFIXED\n"
    assert result.stdout == "fixed a.py\n    2 x MP301 fix-me (lines 1, 3)\nFixed 2 findings in 1 file.\n"
    assert (result.stderr, result.exit_code) == ("", 0)


def test_what_is_left_is_told_at_its_place_in_the_new_text(run: Run) -> None:
    write("a.py", "FIXME\n  MANUAL\nRISKY\n")
    result = run("fix", "a.py")
    assert "a.py:3:3: MP303 do it yourself\n  |\n3 |   MANUAL\n  |   ^^^^^^\n  = help: think\n" in result.stdout
    assert "a.py:4:1: MP302 to be fixed with care\n" in result.stdout
    assert result.stdout.endswith("Fixed 1 finding in 1 file, 2 left (1 fixable with `--unsafe-fixes`).\n")
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [("", 0), ("x\n", 0), ("FIXME\n", 0), ("HINT\n", 0), ("FIXME HINT\n", 0), ("MANUAL\n", 1), ("BROKEN FIXME\n", 1),
     ("CRASH\n", 2), ("RISKY\n", 1)],
)  # fmt: skip
def test_the_exit_code_says_whether_anything_is_left(run: Run, text: str, code: int) -> None:
    assert run("fix", write("a.py", text)).exit_code == code


def test_unsafe_fixes_are_applied_when_asked_for(run: Run) -> None:
    path = write("a.py", "RISKY\n")
    assert run("fix", path).exit_code == 1
    assert path.read_text() == "RISKY\n"
    assert run("fix", "--unsafe-fixes", path).exit_code == 0
    assert path.read_text() == "# new\nDARED\n"


@pytest.mark.parametrize(("text", "code"), [("FIXME\n", 1), ("x\n", 0), ("HINT\n", 0), ("MANUAL\n", 1), ("CRASH", 2)])
@pytest.mark.parametrize("flags", [["--check"], ["--diff"], ["--check", "--diff"], ["--check", "-q"]])
def test_check_and_diff_write_nothing_and_exit_with_1_if_a_file_would_change(
    run: Run, text: str, code: int, flags: list[str]
) -> None:
    path = write("a.py", text)
    before = path.stat()
    assert run("fix", *flags, path).exit_code == code
    assert path.read_text() == text
    assert path.stat().st_mtime_ns == before.st_mtime_ns


def test_check_says_what_would_be_done(run: Run) -> None:
    result = run("fix", "--check", write("a.py", "FIXME\n"))
    assert result.stdout == "would fix a.py\n    1 x MP301 fix-me (line 1)\nWould fix 1 finding in 1 file.\n"


def test_a_diff_alone_is_on_standard_output_and_the_rest_on_standard_error(run: Run) -> None:
    write("a.py", "FIXME\nMANUAL\n")
    result = run("fix", "--diff", "a.py")
    assert result.stdout == "--- a.py\n+++ a.py\n@@ -1,2 +1,3 @@\n-FIXME\n+# new\n+FIXED\n MANUAL\n"
    assert "a.py:2:1: MP303 do it yourself" in result.stderr, "the place in the file as it is on disk"
    assert "2 | MANUAL" in result.stderr
    assert "Would fix 1 finding in 1 file, 1 left." in result.stderr


def test_check_and_diff_together_are_both(run: Run) -> None:
    result = run("fix", "--check", "--diff", write("a.py", "FIXME\n"))
    assert result.stdout.startswith("--- a.py\n")
    assert "would fix a.py" in result.stderr


@pytest.mark.parametrize(
    ("declaration", "encoding", "newline"),
    [("# coding: gbk", "gbk", "\n"), ("# coding: gbk", "gbk", "\r\n"), ("", "utf-8-sig", "\r\n"), ("", "utf-8", "\n")],
)
@pytest.mark.parametrize("end", ["", "\n"])
def test_a_diff_can_be_applied_whatever_the_encoding(
    run: Run, declaration: str, encoding: str, newline: str, end: str
) -> None:
    text = f"{declaration}\nFIXME 中文\nMANUAL{end}".replace("\n", newline)
    path = write("a.py", text.encode(encoding))
    write("x.patch", run("fix", "--diff", "-q", path).stdout_bytes)
    subprocess.run(["patch", "-p0", "--binary", "-i", "x.patch"], check=True, capture_output=True)
    by_patch = path.read_bytes()
    path.write_bytes(text.encode(encoding))
    run("fix", path)
    assert path.read_bytes() == by_patch
    assert "FIXED 中文" in path.read_bytes().decode(encoding)


def test_standard_input_comes_out_fixed_and_all_else_on_standard_error(run: Run) -> None:
    result = run("fix", "-", "--stdin-filename", "mine.py", stdin=b"FIXME\r\nMANUAL")
    assert result.stdout_bytes == b"# new\nFIXED\r\nMANUAL"
    assert "fixed mine.py" in result.stderr
    assert "mine.py:3:1: MP303" in result.stderr
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("stdin", "code"),
    [(b"", 0), (b"x", 0), (b"BROKEN FIXME\n", 1), (b"CRASH\n", 2), (b"# \xff\n", 0), (b"\0", 1),
     (b"# coding: latin-1\nFIXME EURO \xe9\n", 2)],
)  # fmt: skip
def test_standard_input_that_cannot_be_fixed_comes_out_as_it_went_in(run: Run, stdin: bytes, code: int) -> None:
    result = run("fix", "-", stdin=stdin)
    assert (result.stdout_bytes, result.exit_code) == (stdin, code)


@pytest.mark.parametrize(("flag", "stdout"), [("--check", ""), ("--diff", "--- <stdin>\n+++ <stdin>\n")])
def test_standard_input_can_be_checked_and_diffed(run: Run, flag: str, stdout: str) -> None:
    result = run("fix", flag, "-", stdin=b"FIXME\n")
    assert result.stdout.startswith(stdout)
    assert "FIXED" not in result.stdout.replace("+FIXED", "")
    assert result.exit_code == 1


def test_a_file_that_cannot_be_read_is_a_finding_and_the_others_are_done(run: Run) -> None:
    write("a.py", b"x = 1\n'\0'\n")
    write("b.py", "FIXME\n")
    result = run("fix", "--output-format", "concise", "a.py", "b.py")
    assert "a.py:2:1: MP001 a NUL byte" in result.stdout
    assert Path("a.py").read_bytes() == b"x = 1\n'\0'\n"
    assert Path("b.py").read_text() == "# new\nFIXED\n"
    assert result.exit_code == 1


def test_a_file_that_is_gone_or_locked_when_its_turn_comes_is_a_finding(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a.py", "FIXME\n")

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    result = run("fix", "a.py")
    assert "a.py:1:1: MP001 can't be read: Permission denied" in result.stdout
    assert result.exit_code == 1


def test_a_bug_costs_one_file_and_is_told_without_a_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MPMODERNIZE_DEBUG", raising=False)
    write("a.py", "CRASH\n")
    write("b.py", "FIXME\n")
    result = run("fix", "a.py", "b.py")
    assert "internal error: a.py: RuntimeError: a bug; please report this" in result.stderr
    assert "Traceback" not in result.stderr
    assert Path("b.py").read_text() == "# new\nFIXED\n"
    assert result.exit_code == 2
    monkeypatch.setenv("MPMODERNIZE_DEBUG", "1")
    assert "Traceback" in run("fix", "a.py").stderr


def test_a_file_that_cannot_be_written_is_told_and_its_findings_are_left(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a.py", "FIXME\n")

    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    result = run("fix", "a.py")
    assert "error: a.py was left as it was: a.py can't be replaced" in result.stderr
    assert "a.py:1:1: MP301 [*] to be fixed" in result.stdout
    assert "Nothing fixed, 1 left (1 fixable with `mpmodernize fix`)." in result.stdout
    assert result.exit_code == 2


def test_a_new_character_that_the_files_encoding_lacks_is_told_and_nothing_is_written(run: Run) -> None:
    path = write("a.py", b"# coding: latin-1\nFIXME EURO\n")
    for flags in ([], ["--check"], ["--diff"]):
        result = run("fix", *flags, path)
        assert "iso-8859-1 has no character '€'" in result.stderr
        assert result.exit_code == 2
    assert path.read_bytes() == b"# coding: latin-1\nFIXME EURO\n"


def test_a_file_without_a_change_is_not_touched(run: Run) -> None:
    path = write("a.py", "MANUAL\r\n")
    os.utime(path, (1, 1))
    run("fix", path)
    assert path.stat().st_mtime == 1


def test_quiet_prints_the_findings_and_nothing_else(run: Run) -> None:
    write("a.py", "FIXME\nMANUAL\n")
    result = run("fix", "-q", "--output-format", "concise", "a.py")
    assert (result.stdout, result.stderr) == ("a.py:3:1: MP303 do it yourself\n", "")


def test_folders_are_walked(run: Run) -> None:
    write("pkg/a.py", "FIXME\n")
    write("pkg/build/b.py", "FIXME\n")
    assert "Fixed 1 finding in 1 file." in run("fix", ".").stdout
    assert Path("pkg/build/b.py").read_text() == "FIXME\n"


def test_the_settings_are_handed_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Settings] = []
    engine = sys.modules["mpmodernize.engine"]
    fix_together = engine.fix_together

    def watch(sources: object, *, settings: Settings, find: object) -> object:
        seen.append(settings)
        return fix_together(sources, settings=settings, find=find)

    monkeypatch.setattr(engine, "fix_together", watch)
    run("fix", "--source-version", "2", "--unsafe-fixes", write("a.py", ""))
    run("fix", "--pin-fork", write("a.py", ""))
    assert seen == [Settings(source_version="2", unsafe_fixes=True), Settings(pin_fork=True)]


@pytest.mark.parametrize(
    "line",
    ["fix", "fix gone.py", "fix - a.py", "fix --source-version 4 a.py", "fix --nope a.py", "check", "check gone",
     "rule", "rule MP999", "rule MP301 --all", "reference nothing", "reference --validate gone.py",
     "reference queue --run --context teleport", "dance"],
)  # fmt: skip
def test_wrong_usage_is_exit_code_2_and_a_message_on_standard_error(run: Run, line: str) -> None:
    write("a.py", "")
    result = run(*line.split())
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Error" in result.stderr
