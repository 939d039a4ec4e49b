"""The command line as a process of its own, with the real engine."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

MPMODERNIZE = [sys.executable, "-m", "mpmodernize"]
LEGACY = "import multiprocessing as mp\nprint 'x'\n"


def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*MPMODERNIZE, *arguments], capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload,no-any-return]


def test_without_a_command_it_shows_its_help_and_exits_with_2() -> None:
    done = run()
    assert (done.stdout, done.returncode) == ("", 2)
    assert "Commands:" in done.stderr


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_names_the_commands_and_the_exit_codes(flag: str) -> None:
    done = run(flag)
    assert done.returncode == 0
    assert all(word in done.stdout for word in ("check", "fix", "rule", "reference", "Exit codes"))


def test_version_is_that_of_the_package() -> None:
    import mpmodernize

    assert run("--version").stdout == f"mpmodernize, version {mpmodernize.__version__}\n"


HEAVY = ["mpmodernize.engine", "libcst", "pathspec", "difflib", "json", "multiprocessing", "asyncio"]


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        (["--version"], []),
        (["--help"], []),
        (["fix", "--help"], []),
        (["check", "clean.py"], ["mpmodernize.engine"]),
        (["check", "modern.py"], ["mpmodernize.engine"]),
        (["check", "."], ["mpmodernize.engine", "json"]),
        (["fix", "clean.py"], ["mpmodernize.engine"]),
    ],
)
def test_only_what_is_needed_is_imported(tmp_path: Path, arguments: list[str], allowed: list[str]) -> None:
    (tmp_path / "clean.py").write_text("print('clean')\n")
    (tmp_path / "modern.py").write_text(
        "import multiprocessing\n\n\ndef work():\n    pass\n\n\nif __name__ == '__main__':\n"
        "    process = multiprocessing.Process(target=work)\n    process.start()\n    process.join()\n"
    )
    program = (
        "import sys\nfrom mpmodernize.cli import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit as end:\n    print(end.code, file=sys.stderr)\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stderr.splitlines() == ["0", str(allowed)]


def test_check_and_fix_do_their_work(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(LEGACY)
    assert run("check", str(path)).returncode == 1
    done = run("fix", str(path))
    assert done.returncode == 0, done.stdout
    assert path.read_text() == "import multiprocessing as mp\nprint('x')\n"
    assert run("check", str(path)).stdout == "No findings.\n"


def test_a_file_that_cannot_be_parsed_is_mp001_at_its_line_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("x = 1\ndef f(:\n")
    done = run("fix", "--output-format", "concise", str(path))
    assert done.stdout.startswith(f"{path}:2:")
    assert "MP001" in done.stdout
    assert done.returncode == 1
    assert path.read_text() == "x = 1\ndef f(:\n"


def test_a_reader_who_stops_reading_ends_it_quietly(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("print 1\n" * 5000)
    process = subprocess.Popen(
        [*MPMODERNIZE, "check", "a.py"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert process.wait() == 141
    process.stderr.close()


def test_a_reader_who_stops_reading_does_not_stop_the_fixing(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"a{number}.py").write_text("print 1\n")
    process = subprocess.Popen([*MPMODERNIZE, "fix", "."], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    process.communicate()
    assert {path.read_text() for path in tmp_path.glob("*.py")} == {"print(1)\n"}


def test_ctrl_c_ends_it_with_130_and_without_a_traceback() -> None:
    # the signal comes from within, so that it surely comes in the middle of the work
    program = (
        "import signal, mpmodernize.engine as engine; "
        "engine.fix_together = lambda *_, **__: signal.raise_signal(signal.SIGINT); "
        "from mpmodernize.cli import main; main(['fix', '-'])"
    )
    done = subprocess.run([sys.executable, "-c", program], input="x = 1\n", capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.strip()) == (130, "", "")


def test_a_name_that_the_terminal_cannot_show_does_not_end_it(tmp_path: Path) -> None:
    (tmp_path / "中文.py").write_text("print 1\n")
    done = run("check", ".", cwd=tmp_path, env={**os.environ, "PYTHONIOENCODING": "latin-1"})
    assert "\\u4e2d\\u6587.py:1:1: MP101" in done.stdout
    assert done.returncode == 1


def on_a_terminal(arguments: list[str], folder: Path, **environment: str) -> str:
    """Everything that is shown when both outputs are a terminal."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    variables = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    process = subprocess.Popen(
        [*MPMODERNIZE, *arguments],
        cwd=folder,
        stdout=theirs,
        stderr=theirs,
        env={**variables, "TERM": "xterm", **environment},
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(ours)
    process.wait()
    return shown.decode()


def test_a_diff_is_coloured_on_a_terminal_and_not_under_no_color(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("print 1\n")
    assert "\x1b[31m-print 1\x1b[0m" in on_a_terminal(["fix", "--diff", "a.py"], tmp_path)
    assert "\x1b" not in on_a_terminal(["fix", "--diff", "a.py"], tmp_path, NO_COLOR="1")
    assert "\x1b" not in run("fix", "--diff", "a.py", cwd=tmp_path).stdout


def test_many_files_have_a_progress_bar_on_a_terminal_and_none_in_a_pipe(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"a{number}.py").write_text("x = 1\n")
    assert "Checking" in on_a_terminal(["check", "."], tmp_path)
    assert "100%" in on_a_terminal(["check", "."], tmp_path)
    assert "Checking" not in on_a_terminal(["check", "-q", "."], tmp_path)
    done = run("check", ".", cwd=tmp_path)
    assert (done.stdout, done.stderr) == ("No findings.\n", "")
    assert "Checking" not in on_a_terminal(["check", "a0.py"], tmp_path)
