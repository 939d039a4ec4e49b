"""What is remembered from one run to the next: never wrong, and nothing that anybody has to look after."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from mpmodernize.cli import cli
from mpmodernize.run import cache, looking, programs
from mpmodernize.run.cache import FOLDER, VARIABLE, Cache, folder_for

if TYPE_CHECKING:
    from pathlib import Path

WRONG = "import multiprocessing as mp\n\ndef work(x):\n    return x\n\nmp.Process(target=work, args=(1)).start()\n"
RIGHT = "import multiprocessing as mp\n\nif __name__ == '__main__':\n    print(mp.cpu_count())\n"
OTHER = "def double(x):\n    return 2 * x\n"
LONG_AGO = time.time() - 1000


class Counted:
    """Which files have been read for a look, and which programs have been worked on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.looked: list[str] = []
        self.worked: list[str] = []
        look, work = looking.facts_of, programs._work_on_readings

        def counted_look(each: object) -> object:
            self.looked.append(each.name)  # type: ignore[attr-defined]
            return look(each)  # type: ignore[arg-type]

        def counted_work(readings: object, *others: object) -> object:
            self.worked += [each.input.name for each in readings]  # type: ignore[attr-defined]
            return work(readings, *others)  # type: ignore[arg-type]

        monkeypatch.setattr(looking, "facts_of", counted_look)
        monkeypatch.setattr(programs, "_work_on_readings", counted_work)

    def taken(self) -> tuple[list[str], list[str]]:
        """Both since the last call."""
        both = self.looked, self.worked
        self.looked, self.worked = [], []
        return both


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    return Counted(monkeypatch)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(cache, "_SETTLED", 0)  # a test does not wait for clocks to tick, but for those that say so
    (tmp_path / "pyproject.toml").touch()
    for name, text in (("wrong.py", WRONG), ("right.py", RIGHT), ("other.py", OTHER)):
        (tmp_path / name).write_text(text)
    return tmp_path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(each) for each in arguments], catch_exceptions=False)


def check(*arguments: object) -> str:
    return run("check", "--output-format", "concise", *arguments).stdout


ALL = ["other.py", "right.py", "wrong.py"]


@pytest.mark.usefixtures("project")
def test_an_unchanged_tree_is_neither_read_nor_worked_on_and_tells_the_same(counted: Counted) -> None:
    first = check(".")
    assert counted.taken() == (ALL, ["right.py", "wrong.py"])
    assert "wrong.py:6" in first
    assert check(".") == first
    assert counted.taken() == ([], [])


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("output_format", ["full", "json"])
def test_other_formats_tell_the_same_with_and_without_a_cache(output_format: str) -> None:
    told = [run("check", "--output-format", output_format, *more, ".").stdout for more in ([], [], ["--no-cache"])]
    assert told[0] == told[1] == told[2]
    assert "MP" in told[0]


def test_a_changed_file_is_looked_at_and_no_other(project: Path, counted: Counted) -> None:
    check(".")
    counted.taken()
    (project / "right.py").write_text(WRONG)
    assert "right.py:6" in check(".")
    assert counted.taken() == (["right.py"], ["right.py"])


def test_a_file_that_is_touched_is_compared_by_its_content(project: Path, counted: Counted) -> None:
    check(".")
    counted.taken()
    os.utime(project / "wrong.py", (LONG_AGO, LONG_AGO))
    assert "wrong.py:6" in check(".")
    assert counted.taken() == ([], [])


def test_a_change_that_keeps_size_and_time_of_the_content_is_seen(project: Path) -> None:
    check(".")
    path = project / "right.py"
    before = path.stat()
    text = "import multiprocessing as mp\n\nmp.Process(target=print, args=(1)).start()"
    path.write_text(text.ljust(len(RIGHT)))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert "right.py:3" in check(".")


def test_a_file_written_just_before_it_was_read_is_compared_by_its_content(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_SETTLED", 2_000_000_000)
    check(".")
    # A clock that has not ticked since: the same size, and the very same times.
    monkeypatch.setattr(cache, "_stat", lambda path, stat=cache._stat: [7, 7, *(stat(path) or [0] * 4)[2:]])
    monkeypatch.setattr(time, "time_ns", lambda: 8)
    check(".")
    before = (project / "right.py").stat().st_size
    (project / "right.py").write_text("print `1`\n" + "#" * (before - 11) + "\n")
    assert (project / "right.py").stat().st_size == before
    assert "right.py:1" in check(".")


def test_other_settings_other_versions_and_other_names_are_worked_on_anew(project: Path, counted: Counted) -> None:
    check(".")
    counted.taken()
    check("--ignore", "MP3", ".")
    assert counted.taken() == ([], ["right.py", "wrong.py"])
    check(project)
    assert counted.taken() == ([], [str(project / "right.py"), str(project / "wrong.py")])


def test_what_lies_beside_a_file_counts(project: Path, counted: Counted) -> None:
    from mpmodernize.files.surroundings import _of_folder

    check(".")
    counted.taken()
    (project / "queue.py").write_text("x = 1\n")
    _of_folder.cache_clear()  # as in another process
    check(".")
    assert counted.taken() == (["queue.py"], ["right.py", "wrong.py"])


def test_a_file_of_the_same_program_counts(project: Path, counted: Counted) -> None:
    (project / "main.py").write_text(
        "import multiprocessing\nfrom state import f\n\nmultiprocessing.Process(target=f).start()\n"
    )
    (project / "state.py").write_text("def f():\n    pass\n")
    check(".")
    counted.taken()
    (project / "state.py").write_text("def f():\n    return 1\n")
    check(".")
    assert counted.taken() == (["state.py"], ["main.py", "state.py"])


def test_fix_skips_what_a_check_has_found_clean_and_never_what_it_has_not(project: Path, counted: Counted) -> None:
    check(".")
    counted.taken()
    assert run("fix", ".").exit_code in (0, 1)
    assert counted.taken() == ([], ["wrong.py"])
    assert (project / "wrong.py").read_text() != WRONG
    assert check(".") == check("--no-cache", ".")


@pytest.mark.usefixtures("project")
def test_a_check_after_a_fix_knows_what_was_clean(counted: Counted) -> None:
    run("fix", ".")
    counted.taken()
    check(".")
    assert counted.taken() == (["wrong.py"], ["wrong.py"])


def test_one_file_by_name_and_standard_input_leave_nothing_behind(project: Path) -> None:
    check("wrong.py")
    CliRunner().invoke(cli, ["check", "-"], input=WRONG)
    assert not (project / FOLDER).exists()
    check("--no-cache", ".")
    assert not (project / FOLDER).exists()


def entry(project: Path) -> Path:
    (found,) = (project / FOLDER).glob("*.json")
    return found


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b"MP", b"PM"),
        lambda data: b"\0" * len(data),
        lambda _: b"null",
        lambda _: b"not text\xff\n{}",
    ],
    ids=["empty", "half", "other words", "zeros", "another shape", "no text"],
)
def test_a_spoilt_cache_is_no_cache(project: Path, counted: Counted, spoil: object) -> None:
    first = check(".")
    counted.taken()
    path = entry(project)
    path.write_bytes(spoil(path.read_bytes()))  # type: ignore[operator]
    assert check(".") == first
    assert counted.taken()[0] == ALL
    assert check(".") == first
    assert counted.taken()[0] == []


@pytest.mark.parametrize("files", [None, [], {"": 1}, "path"])
def test_a_cache_of_another_shape_is_no_cache(project: Path, files: object) -> None:
    first = check(".")
    path = entry(project)
    if files == "path":
        files = {str(project / name): ["stat"] for name in ALL}
    data = json.dumps({"files": files or {}, "programs": {str(project / "wrong.py"): files}}).encode()
    path.write_bytes(looking.digest(data).encode() + b"\n" + data)
    assert check(".") == first


def test_a_folder_that_cannot_be_made_is_no_reason_to_fail(project: Path) -> None:
    (project / FOLDER).write_text("a file in its place")
    assert "wrong.py:6" in check(".")
    assert "wrong.py:6" in check("--cache-dir", "/proc/no/such", ".")


def test_the_folder_says_what_it_is_and_git_passes_over_it(project: Path) -> None:
    check(".")
    assert (project / FOLDER / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")
    subprocess.run(["git", "init", "-q"], cwd=project, check=True)
    status = subprocess.run(["git", "status", "--short"], cwd=project, capture_output=True, text=True, check=True)
    assert FOLDER not in status.stdout


def test_what_other_versions_have_left_goes_in_the_end_and_files_that_are_gone_are_forgotten(project: Path) -> None:
    check(".")
    for number in range(9):
        (project / FOLDER / f"0.0.{number}-{number:016x}.json").write_text("{}")
    (project / "wrong.py").unlink()
    (project / "right.py").write_text(RIGHT + "\n")
    check(".")
    assert len(list((project / FOLDER).glob("*.json"))) == 5
    newest = max((project / FOLDER).glob("*.json"), key=lambda path: path.stat().st_size)
    assert b"wrong.py" not in newest.read_bytes()


def test_a_run_over_a_part_keeps_what_is_known_of_the_rest(project: Path, counted: Counted) -> None:
    check(".")
    (project / "right.py").write_text(RIGHT + "\n")
    check("right.py", "other.py")
    counted.taken()
    check(".")
    assert counted.taken()[0] == []


def test_the_folder_is_at_the_root_of_the_project_or_where_it_is_wanted(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = project / "src" / "deep"
    inner.mkdir(parents=True)
    assert folder_for([inner, inner / "a.py"]) == project / FOLDER
    monkeypatch.setenv(VARIABLE, str(project / "elsewhere"))
    check(".")
    assert (project / "elsewhere" / "CACHEDIR.TAG").exists()
    check("--cache-dir", "third", ".")
    assert (project / "third" / "CACHEDIR.TAG").exists()
    assert not (project / FOLDER).exists()


def test_clean_removes_the_cache_and_nothing_else(project: Path) -> None:
    check(".")
    assert run("clean").stdout == f"Removed {project / FOLDER}.\n"
    assert not (project / FOLDER).exists()
    assert run("clean").stdout == f"There is no cache at {project / FOLDER}.\n"
    (project / "precious").mkdir()
    (project / "precious" / "thesis.txt").touch()
    assert "no cache" in run("clean", "--cache-dir", "precious").stdout
    assert (project / "precious" / "thesis.txt").exists()


def test_a_folder_with_other_things_in_it_keeps_them(project: Path) -> None:
    """Whoever says `--cache-dir .`, or names the cache of another tool, loses nothing."""
    shared = project / "shared"
    shared.mkdir()
    theirs = {f"package-{number}.json": "{}" for number in range(9)}
    theirs |= {".gitignore": "*.pyc\n", "CACHEDIR.TAG": "Signature: 8a477f597d28d172789f06886806bc55\n# another's\n"}
    for name, text in theirs.items():
        (shared / name).write_text(text)
    for number in range(9):
        (project / "right.py").write_text(f"{RIGHT}\n# {number}\n")
        check("--cache-dir", "shared", ".")
    assert len(list(shared.iterdir())) == len(theirs) + 1, "the cache is there as well"
    assert (
        run("clean", "--cache-dir", "shared").stdout == "Removed the cache in shared, and nothing else that is there.\n"
    )
    assert {path.name: path.read_text() for path in shared.iterdir()} == theirs


def test_runs_at_once_leave_a_whole_cache(project: Path) -> None:
    command = [sys.executable, "-m", "mpmodernize", "check", "--output-format", "concise", "."]
    running = [subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    told = {process.communicate() for process in running}
    assert len(told) == 1
    assert Cache(project / FOLDER)._files.keys() == {str(project / name) for name in ALL}


def test_a_killed_run_leaves_the_old_cache_or_the_new_one(project: Path) -> None:
    first = check(".")
    command = [sys.executable, "-m", "mpmodernize", "check", "."]
    for wait in (0.05, 0.15, 0.2, 0.25, 0.3):
        (project / "other.py").write_text(OTHER + f"# {wait}\n")
        process = subprocess.Popen(command, cwd=project, stdout=subprocess.DEVNULL)
        time.sleep(wait)
        process.kill()
        process.wait()
        assert len(Cache(project / FOLDER)._files) == 3
    assert check(".") == first
