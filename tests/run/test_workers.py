"""The processes of a run: what the loss of one costs, and that none of them stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mpmodernize.run.workers import Workers, available_processors

if TYPE_CHECKING:
    from mpmodernize.run.outcomes import Crash

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="ends processes by signals")


def square(number: int) -> int:
    return number * number


def square_or_die(number: int) -> int:
    if number % 10 == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def square_or_leave(number: int) -> int:
    if number == 2:
        os._exit(7)
    return number


def square_or_raise(number: int) -> object:
    if number == 1:
        raise ValueError("one")
    return (lambda: None) if number == 2 else number


def late_first(number: int) -> int:
    time.sleep(0.3 if number == 0 else 0)
    return number


def process_of(_number: int) -> int:
    time.sleep(0.05)
    return os.getpid()


def slow(_number: int) -> int:
    time.sleep(60)
    return os.getpid()


def lost(_item: int, crash: Crash) -> object:
    return crash.message


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_results_come_in_the_order_of_the_items() -> None:
    with Workers(3) as workers:
        assert list(workers.map(late_first, range(8), lost)) == list(range(8))


def test_a_killed_process_costs_its_item_and_nothing_else() -> None:
    with Workers(2) as workers:
        results = list(workers.map(square_or_die, range(30), lost))
    ended = "the process that worked on this file was ended by SIGKILL"
    assert results == [ended if number % 10 == 3 else number * number for number in range(30)]


def test_a_process_that_leaves_is_told_by_its_exit_code() -> None:
    with Workers(2) as workers:
        results = list(workers.map(square_or_leave, range(4), lost))
    assert results == [0, 1, "the process that worked on this file ended with exit code 7", 3]


def test_an_exception_and_a_result_that_cannot_be_sent_cost_their_items() -> None:
    with Workers(1) as workers:
        results = list(workers.map(square_or_raise, range(4), lost))
    assert (results[0], results[1], results[3]) == (0, "ValueError: one", 3)
    assert "local object" in str(results[2])


def test_processes_are_used_again_for_other_work_and_are_gone_afterwards() -> None:
    with Workers(2) as workers:
        first = set(workers.map(process_of, range(8), lost))
        assert list(workers.map(square, [3], lost)) == [9]
        assert set(workers.map(process_of, range(8), lost)) == first
    assert len(first) == 2
    assert not any(is_alive(process) for process in first if isinstance(process, int))


def test_work_that_nobody_waits_for_is_broken_off() -> None:
    began = time.monotonic()
    with Workers(2) as workers:
        results = workers.map(slow, range(4), lost)
        with pytest.raises(TimeoutError):
            raise_in(2, results)
    assert time.monotonic() - began < 30


def raise_in(seconds: float, results: object) -> None:
    def stop(_signal: int, _frame: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        next(results)  # type: ignore[call-overload]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_run_uses_the_processors_that_it_may_use() -> None:
    assert 1 <= available_processors() <= (os.cpu_count() or 1)


SCRIPT = (
    "import multiprocessing\n\ndef work(x):\n    return x\n\n"
    "p = multiprocessing.Process(target=work, args=({0}))\np.start()\np.join()\n" + "# one of many\n" * 300
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for number in range(120):
        (tmp_path / f"a{number}.py").write_text(SCRIPT.replace("{0}", str(number)))
    return tmp_path


def children_of(process: int) -> list[int]:
    path = Path(f"/proc/{process}/task/{process}/children")
    return [int(word) for word in path.read_text().split()] if path.exists() else []


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("to_group", [True, False])
def test_ctrl_c_ends_all_without_a_traceback(tree: Path, to_group: bool) -> None:
    run = subprocess.Popen(
        [sys.executable, "-m", "mpmodernize", "check", "-j", "2", "--no-cache", "--statistics", str(tree)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while len(children := children_of(run.pid)) < 3 and time.monotonic() < deadline:  # two, and the resource tracker
        time.sleep(0.01)
    assert len(children) == 3
    if to_group:
        os.killpg(run.pid, signal.SIGINT)
    else:
        os.kill(run.pid, signal.SIGINT)
    out, err = run.communicate(timeout=60)
    assert (run.returncode, out, err) == (130, b"", b"")
    while any(map(is_alive, children)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(map(is_alive, children))


def test_ctrl_c_is_held_back_from_the_first_process_too_until_it_can_take_it() -> None:
    told = (
        "import signal\n"
        "from mpmodernize.run import workers\n"
        "context = workers.get_context('spawn')\n"
        "start = context.Process.start\n"
        "def watched(self):\n"
        "    start(self)\n"
        "    print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ()))\n"
        "context.Process.start = watched\n"
        "if __name__ == '__main__':\n"
        "    with workers.Workers(1) as one:\n"
        "        print(*one.map(abs, [-1], None))\n"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "1"]


def test_findings_are_the_same_by_one_process_and_by_several(tree: Path) -> None:
    def told(*options: str) -> str:
        command = [
            sys.executable,
            "-m",
            "mpmodernize",
            "check",
            "--no-cache",
            "--output-format",
            "concise",
            *options,
            ".",
        ]
        return subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False).stdout

    alone = told("-j", "1")
    assert "a0.py:" in alone
    assert told("-j", "3") == alone


def test_files_are_fixed_by_several_processes_as_by_one(tree: Path) -> None:
    command = [sys.executable, "-m", "mpmodernize", "fix", "--no-cache", "--unsafe-fixes", "-j"]
    subprocess.run([*command, "2", "."], cwd=tree, capture_output=True, check=False)
    fixed = (tree / "a0.py").read_text()
    assert fixed != SCRIPT.replace("{0}", "0")
    assert {path.read_text().replace(f"({path.stem[1:]},", "(0,") for path in tree.glob("*.py")} == {fixed}
    assert not [path for path in tree.rglob("*") if path.suffix != ".py"]
