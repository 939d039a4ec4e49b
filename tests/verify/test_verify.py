"""`mpmodernize verify`: programs are really run, and what is said of them is what they do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.verify.conftest import Verified, Verify

linux = pytest.mark.skipif(not Path("/proc/loadavg").exists(), reason="only /proc tells of other processes")

LEGACY = """
import multiprocessing as mp

def job(q):
    q.put(3)

q = mp.Queue()
p = mp.Process(target=job, args=(q,))
p.start()
print 'got', q.get()
p.join()
"""

HANG = """
import multiprocessing as mp

def wait_for_it(queue):
    queue.get()

if __name__ == "__main__":
    queue = mp.Queue()
    process = mp.Process(target=wait_for_it, args=(queue,))
    process.start()
    process.join()
"""

NO_GUARD = """
import multiprocessing as mp

def same(x):
    return x

pool = mp.Pool(2)
print(pool.map(same, [1, 2]))
pool.close()
"""


def alive(mark: str) -> list[str]:
    listing = subprocess.run(["ps", "-eo", "stat,args"], capture_output=True, text=True, check=True).stdout
    return [line for line in listing.splitlines() if mark in line and not line.startswith("Z")]


# -- the standard ----------------------------------------------------------------------------------


def test_a_fixed_program_does_what_the_original_did_under_python_2(verify: Verify, python2: str) -> None:
    verified = verify(LEGACY, "--python2", python2)
    assert verified.exit_code == 0
    assert verified.data["standard"]["kind"] == "python2"
    assert [cell["runs"][0]["stdout"] for cell in verified.data["cells"]] == ["got 3\n"] * 3


def test_the_program_itself_is_left_as_it_is(verify: Verify, tmp_path: Path) -> None:
    code = LEGACY + "open('new.txt', 'w').write('x')\n"
    assert verify(code, "--no-python2", "--start-method", "fork").exit_code == 0
    assert (tmp_path / "program.py").read_text(encoding="utf-8") == code
    assert [path.name for path in tmp_path.iterdir()] == ["program.py"]


def test_a_difference_to_python_2_is_found_and_shown(verify: Verify, python2: str) -> None:
    # Nothing in this file says that it is Python 2, so nothing is fixed.
    code = "from __future__ import print_function\nprint(str(u'a').__class__, sorted({1: 2}.keys()), 7 / 2)\n"
    verified = verify(code, "--python2", python2, "--start-method", "fork", "--format", "text", "--as-is")
    assert verified.exit_code == 1
    assert "    -<type 'str'> [1] 3\n    +<class 'str'> [1] 3.5\n" in verified.output
    assert "fork                  0" in verified.output


def test_an_original_that_dies_is_no_standard_and_that_is_said(verify: Verify, python2: str) -> None:
    code = "print 'clock', time.time() > 0\n"
    found = verify(code, "--start-method", "fork")
    (remark,) = found.data["remarks"]
    assert remark.endswith("it dies of NameError: name 'time' is not defined")
    assert (found.exit_code, found.data["standard"]["kind"]) == (0, "agreement")
    asked = verify(code, "--start-method", "fork", "--python2", python2)
    assert (asked.exit_code, asked.output) == (2, "")
    assert "NameError" in asked.errors


def test_an_original_that_hangs_is_no_standard(verify: Verify, python2: str) -> None:
    code = "import sys, time\nif sys.version_info[0] == 2:\n    time.sleep(100)\nprint('done'); exec 'pass'\n"
    verified = verify(code, "--python2", python2, "--start-method", "fork", "--timeout", "1")
    assert verified.exit_code == 2
    assert "under Python 2.7 it did not end within 1 s" in verified.errors


def test_a_file_can_be_the_standard(verify: Verify, tmp_path: Path) -> None:
    (tmp_path / "right.txt").write_text("a\nb\n", encoding="utf-8")
    options = ("--expect", "right.txt", "--start-method", "fork")
    right = verify("print('b'); print('a')", *options)
    assert (right.exit_code, right.cell("fork")["runs"][0]["likeness"]) == (0, "order")
    assert verify("print('a'); print('c')", *options).exit_code == 1


def test_without_a_standard_runs_are_compared_with_one_another(verify: Verify) -> None:
    verified = verify("import multiprocessing as mp\nprint(mp.get_start_method() == 'spawn')\n")
    assert verified.exit_code == 1
    same = {cell["start_method"]: cell["same"] for cell in verified.data["cells"]}
    assert same == {"fork": True, "forkserver": True, "spawn": False}


# -- how alike -------------------------------------------------------------------------------------


def likeness(verified: Verified, method: str = "spawn") -> str:
    return str(verified.cell(method)["runs"][0]["likeness"])


@linux
def test_process_numbers_times_and_addresses_are_no_difference(verify: Verify) -> None:
    code = "import os, time\nprint('I am', os.getpid(), int(time.time()), time.time(), object())\n"
    verified = verify(code, "--start-method", "fork", "--start-method", "spawn")
    assert (verified.exit_code, likeness(verified)) == (0, "volatile")


def test_a_number_that_only_looks_like_a_process_number_is_a_difference(verify: Verify) -> None:
    code = "import os, multiprocessing as mp\nprint('I found', 41777 + len(mp.get_start_method()) % 2)\n"
    verified = verify(code, "--start-method", "fork", "--start-method", "spawn")
    assert (verified.exit_code, likeness(verified)) == (1, "different")


def test_exit_codes_are_compared(verify: Verify) -> None:
    code = "import multiprocessing as mp, sys\nsys.exit(3 * (mp.get_start_method() == 'spawn'))\n"
    verified = verify(code, "--format", "text")
    assert verified.exit_code == 1
    assert "exit code 3 instead of 0" in verified.output


def test_a_deliberate_exit_code_is_no_trouble(verify: Verify) -> None:
    assert verify("import sys\nsys.exit('so be it')\n").exit_code == 0


def test_a_program_that_dies_everywhere_is_not_right(verify: Verify) -> None:
    verified = verify("import no_such_module\n", "--start-method", "fork", "--format", "text")
    assert verified.exit_code == 1
    assert "it dies of ModuleNotFoundError: No module named 'no_such_module'" in verified.output
    assert "The same everywhere, and wrong." in verified.output


def test_what_a_program_inherits_under_fork_is_what_it_means(verify: Verify) -> None:
    code = """
        from multiprocessing import Process
        word = "the default"
        def job():
            print(word)
        if __name__ == "__main__":
            word = "what was chosen"
            p = Process(target=job)
            p.start()
            p.join()
    """
    verified = verify(textwrap.dedent(code), "--no-python2", "--as-is")
    assert verified.exit_code == 1
    assert "fork" in verified.data["standard"]["name"]
    assert [cell["start_method"] for cell in verified.data["cells"] if cell["same"]] == ["fork"]


def test_a_child_that_dies_without_the_exit_code_telling_is_seen(verify: Verify) -> None:
    code = LEGACY.replace("print 'got', q.get()", "").replace("q.put(3)", "raise ValueError(q is None)")
    verified = verify(code, "--no-python2", "--start-method", "fork", "--start-method", "spawn")
    assert verified.exit_code == 1
    for cell in verified.data["cells"]:
        (run,) = cell["runs"]
        assert (run["exit_code"], run["troubles"]) == (0, ["a child dies of ValueError: False"])


def test_warnings_of_python_are_noted_and_no_difference(verify: Verify) -> None:
    code = """
        import multiprocessing as mp, warnings
        if mp.get_start_method() == "fork":
            warnings.warn("only here", UserWarning)
    """
    verified = verify(textwrap.dedent(code), "--format", "text")
    assert verified.exit_code == 0
    assert "under fork): warns: UserWarning: only here" in verified.output


def test_repeated_runs_tell_a_race_from_a_constant(verify: Verify, tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_text("", encoding="utf-8")
    code = f"""
        import multiprocessing as mp
        with open({str(counter)!r}, "a+") as file:
            file.write("x")
            file.seek(0)
            print(len(file.read()) % 2 if mp.get_start_method() == "spawn" else 1)
    """
    options = ("--repeat", "4", "--start-method", "fork", "--start-method", "spawn")
    verified = verify(textwrap.dedent(code), *options)
    assert verified.exit_code == 1
    assert {cell["start_method"]: cell["race"] for cell in verified.data["cells"]} == {"fork": False, "spawn": True}
    assert "DIFFERENT in 2 of 4 runs: a race" in verify(textwrap.dedent(code), *options, "--format", "text").output


# -- what does not end -----------------------------------------------------------------------------


@linux
def test_of_a_hang_it_is_told_where_each_process_stood(verify: Verify, tmp_path: Path, start_method: str) -> None:
    verified = verify(HANG, "--timeout", "1.5", "--start-method", start_method, "--format", "text")
    assert verified.exit_code == 1
    assert "HANGS" in verified.output
    assert "the main process stands at program.py:11 in <module>, in join\n" in verified.output
    assert "a child stands at program.py:5 in wait_for_it, in get\n" in verified.output
    assert not alive(str(tmp_path))


@linux
def test_where_a_grandchild_stood_is_known_too(verify: Verify) -> None:
    code = """
        import multiprocessing as mp, time

        def inner():
            time.sleep(100)

        def outer():
            process = mp.Process(target=inner)
            process.start()
            process.join()

        if __name__ == "__main__":
            process = mp.Process(target=outer)
            process.start()
            process.join()
    """
    verified = verify(textwrap.dedent(code), "--timeout", "2", "--start-method", "spawn")
    stood = verified.cell("spawn")["runs"][0]["stood"]
    assert {frame["function"] for each in stood for frame in each["frames"]} >= {"outer", "inner", "<module>"}


def test_endless_respawning_is_recognised_before_the_time_is_over(verify: Verify) -> None:
    started = time.monotonic()
    verified = verify(NO_GUARD, "--as-is", "--start-method", "spawn", "--start-method", "fork")
    assert verified.exit_code == 1
    assert verified.cell("spawn")["runs"][0]["ended"] == "respawn"
    assert verified.cell("fork")["same"]
    assert time.monotonic() - started < 40


@linux
def test_multiplying_processes_are_recognised(verify: Verify, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mpmodernize.verify.watching.LARGEST_FAMILY", 8)
    code = "import os, time\nfor _ in range(12):\n    if not os.fork():\n        break\ntime.sleep(60)\n"
    verified = verify(code, "--as-is", "--start-method", "fork", "--timeout", "30")
    assert verified.cell("fork")["runs"][0]["ended"] == "multiplying"


@linux
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda each: each.name)
def test_whatever_ends_verify_nothing_is_left_running(tmp_path: Path, number: signal.Signals) -> None:
    program = tmp_path / "program.py"
    code = HANG.replace("    queue.get()", f"    open({str(tmp_path / 'started')!r}, 'w').close()\n    queue.get()")
    program.write_text(code, encoding="utf-8")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "mpmodernize", "verify", str(program), "--start-method", "spawn"],
        env={**os.environ, "TMPDIR": str(scratch)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while not (tmp_path / "started").exists():
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(number)
    assert process.wait(30) == (130 if number == signal.SIGINT else -number)
    deadline = time.monotonic() + 20
    while (alive(str(scratch)) or any(scratch.glob("mpmodernize-*"))) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(str(scratch))
    assert not list(scratch.glob("mpmodernize-*"))
