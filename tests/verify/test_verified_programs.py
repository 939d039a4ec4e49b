"""What `mpmodernize verify` runs: a copy of the program, with what belongs to it, as its project and the caller say."""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

from mpmodernize.verify.interpreters import interpreters

if TYPE_CHECKING:
    from pathlib import Path

    from tests.verify.conftest import Verify


# -- the program and its surroundings --------------------------------------------------------------


def test_a_program_gets_arguments_and_input(verify: Verify, tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("typed", encoding="utf-8")
    code = "import sys\nprint(sys.argv[1:], sys.stdin.read())\n"
    verified = verify(code, "--stdin", "in.txt", "--start-method", "fork", arguments=("-x", "--timeout", "y z"))
    assert verified.cell("fork")["runs"][0]["stdout"] == "['-x', '--timeout', 'y z'] typed\n"


def test_modules_of_the_program_are_fixed_with_it_and_files_beside_it_are_found(
    verify: Verify, tmp_path: Path, python2: str
) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "__init__.py").touch()
    (tmp_path / "lib" / "worker.py").write_text("import helper\ndef job(x):\n    print helper.twice(x)\n")
    (tmp_path / "lib" / "helper.py").write_text("def twice(x):\n    print 'twice'\n    return 2 * x\n")
    (tmp_path / "data.txt").write_text("21")
    (tmp_path / "unrelated.py").write_text("print 'never run'\n")
    code = """
        import multiprocessing as mp
        import os
        from lib.worker import job

        here = os.path.dirname(os.path.abspath(__file__))
        number = int(open(os.path.join(here, "data.txt")).read())
        assert number == int(open("data.txt").read())
        p = mp.Process(target=job, args=(number,))
        p.start()
        p.join()
    """
    verified = verify(textwrap.dedent(code), "--python2", python2)
    assert verified.exit_code == 0
    assert sorted(verified.data["modules"]) == ["lib/__init__.py", "lib/helper.py", "lib/worker.py", "program.py"]
    assert verified.cell("spawn")["runs"][0]["stdout"] == "twice\n42\n"


def test_each_run_begins_with_the_folder_as_it_was(verify: Verify, tmp_path: Path) -> None:
    (tmp_path / "log").write_text("", encoding="utf-8")
    code = "file = open('log', 'a+')\nfile.write('x')\nfile.seek(0)\nprint(file.read())\nfile.close()\n"
    verified = verify(code, "--repeat", "2")
    assert {run["stdout"] for cell in verified.data["cells"] for run in cell["runs"]} == {"x\n"}


def test_a_program_is_told_of_as_if_it_ran_in_its_own_folder(verify: Verify, tmp_path: Path) -> None:
    verified = verify("print(__file__)\nraise ValueError\n", "--start-method", "fork")
    (run,) = verified.cell("fork")["runs"]
    assert run["stdout"] == f"{tmp_path / 'program.py'}\n"
    assert f'File "{tmp_path / "program.py"}", line 2' in run["stderr"]


def test_a_module_of_a_package_runs_with_the_folder_around_the_package(verify: Verify, tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").touch()
    (tmp_path / "beside.txt").write_text("text", encoding="utf-8")
    verified = verify("print(open('beside.txt').read())\n", "--start-method", "fork", name="package/tool.py")
    assert verified.cell("fork")["runs"][0]["stdout"] == "text\n"


def test_a_folder_too_large_to_copy_can_be_left_out(
    verify: Verify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mpmodernize.verify.program.LARGEST_COPY", 1000)
    (tmp_path / "large").write_bytes(b"x" * 2000)
    refused = verify("print(1)\n", "--start-method", "fork")
    assert refused.exit_code == 2
    assert "--no-data" in refused.errors
    assert verify("print(1)\n", "--start-method", "fork", "--no-data").exit_code == 0


def test_a_program_that_sets_its_own_start_method_is_said_to(verify: Verify) -> None:
    code = """
        import multiprocessing as mp
        if __name__ == "__main__":
            mp.set_start_method("spawn")
            print(mp.get_start_method(), mp.get_context("fork").get_start_method())
    """
    verified = verify(textwrap.dedent(code))
    assert verified.exit_code == 0
    assert [cell["asks_for"] for cell in verified.data["cells"]] == [["spawn", "fork"]] * 3


def test_a_program_that_sets_none_is_not_said_to(verify: Verify) -> None:
    code = """
        import concurrent.futures as cf, multiprocessing as mp
        if __name__ == "__main__":
            with cf.ProcessPoolExecutor(1) as executor, mp.Pool(1) as pool, mp.Manager() as manager:
                print(executor.submit(abs, -1).result(), pool.map(abs, [-1]), manager.list([1]))
    """
    verified = verify(textwrap.dedent(code))
    assert verified.exit_code == 0
    assert [cell["asks_for"] for cell in verified.data["cells"]] == [[]] * 3


def test_several_interpreters_are_compared(verify: Verify) -> None:
    found = {version: path for version, path in interpreters().items() if version != "2.7"}
    if len(found) < 2:
        pytest.skip("only one Python 3 here (PATH, pyenv, MPMODERNIZE_PYTHONS)")
    (old, old_path), *_, (new, _) = found.items()
    code = f"import sys\nprint(sys.version_info[1] == {new.partition('.')[2]})\n"
    verified = verify(code, "--python", old_path, "--python", new, "--start-method", "fork")
    assert verified.exit_code == 1
    assert [cell["python"] for cell in verified.data["cells"]] == [old, new]


# -- what can't be run -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "options", "reason"),
    [
        ("def f(:\n", (), "can't be fixed (line 1)"),
        ("print(1)\n", ("--python", "no-such-python"), "'no-such-python' is no Python that can be run"),
        ("print(1)\n", ("--python2", sys.executable), "not Python 2"),
        ("print(1)\n", ("--expect", "program.py", "--python2", "python2"), "one standard"),
        ("print(1)\n", ("--root", "/proc/self"), "is not in"),
    ],
)
def test_what_can_not_be_run_is_exit_code_2_and_says_why(
    verify: Verify, code: str, options: tuple[str, ...], reason: str
) -> None:
    verified = verify(code, *options)
    assert (verified.exit_code, verified.output) == (2, "")
    assert reason in verified.errors


# -- the project's settings ------------------------------------------------------------------------


def test_a_program_runs_under_the_start_method_that_its_project_pins(verify: Verify, tmp_path: Path) -> None:
    (tmp_path / "mpmodernize.toml").write_text('start-method = "spawn"\n', encoding="utf-8")
    assert [cell["start_method"] for cell in verify("print(1)\n").data["cells"]] == ["spawn"]
    assert len(verify("print(1)\n", "--isolated").data["cells"]) == 3


UNGUARDED = """
import multiprocessing as mp

def same(x):
    return x

process = mp.Process(target=same, args=(1,))
process.start()
process.join()
"""


def test_a_program_is_fixed_as_its_project_says(verify: Verify, tmp_path: Path) -> None:
    (tmp_path / "mpmodernize.toml").write_text('ignore = ["MP301"]\n', encoding="utf-8")
    assert verify(UNGUARDED, "--start-method", "spawn", "--isolated").exit_code == 0
    ignoring = verify(UNGUARDED, "--start-method", "spawn")
    assert ignoring.exit_code == 1
    assert "An attempt has been made" in ignoring.cell("spawn")["runs"][0]["stderr"]
