from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mpmodernize.verify.runner import run


def write(folder: Path, code: str, name: str = "program.py") -> Path:
    path = folder / name
    path.write_text(code, encoding="utf-8")
    return path


def alive(mark: str) -> list[str]:
    """The processes of this machine whose command line holds the mark."""
    listing = subprocess.run(["ps", "-eo", "stat,args"], capture_output=True, text=True, check=True).stdout
    return [line for line in listing.splitlines() if mark in line and not line.startswith("Z")]


USES = {
    "multiprocessing": """
        import multiprocessing as mp
        Process, Queue = mp.Process, mp.Queue
    """,
    "from multiprocessing": """
        from multiprocessing import Process, Queue
    """,
    "get_context": """
        from multiprocessing import get_context
        Process, Queue = get_context().Process, get_context().Queue
    """,
    "a submodule first": """
        import multiprocessing.pool
        from multiprocessing.context import _default_context
        Process, Queue = _default_context.get_context().Process, _default_context.get_context().Queue
    """,
}


@pytest.mark.parametrize("use", USES)
def test_the_start_method_is_the_default_however_multiprocessing_is_used(
    tmp_path: Path, python: str, start_method: str, use: str
) -> None:
    program = write(
        tmp_path,
        "\n".join(line.strip() for line in USES[use].splitlines())
        + """
def work(queue):
    import multiprocessing
    queue.put(multiprocessing.get_start_method())

if __name__ == "__main__":
    queue = Queue()
    process = Process(target=work, args=(queue,))
    process.start()
    print(type(process).__name__.removesuffix("Process") or type(process)._Popen.__qualname__, queue.get())
    import multiprocessing
    print(multiprocessing.get_start_method())
    process.join()
""",
    )
    outcome = run(program, python=python, start_method=start_method)
    assert outcome.stderr == ""
    assert outcome.stdout.split()[-2:] == [start_method, start_method]


def test_executors_use_it_too(tmp_path: Path, python: str, start_method: str) -> None:
    program = write(
        tmp_path,
        """
from concurrent.futures import ProcessPoolExecutor
import sys

def method(_):
    import multiprocessing
    return multiprocessing.get_start_method()

if __name__ == "__main__":
    with ProcessPoolExecutor(1) as executor:
        print(*executor.map(method, [1]))
""",
    )
    assert run(program, python=python, start_method=start_method).stdout == start_method + "\n"


def test_a_program_that_chooses_for_itself_still_can(tmp_path: Path, python: str) -> None:
    program = write(
        tmp_path,
        """
import multiprocessing
if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    print(multiprocessing.get_start_method(), multiprocessing.get_context("fork").get_start_method())
""",
    )
    outcome = run(program, python=python, start_method="forkserver")
    assert (outcome.stdout, outcome.stderr) == ("spawn fork\n", "")


def test_a_program_without_multiprocessing_does_not_load_it(tmp_path: Path, python: str) -> None:
    program = write(tmp_path, "import sys; print('multiprocessing' in sys.modules)")
    assert run(program, python=python, start_method="spawn").stdout == "False\n"


def test_neither_the_program_nor_its_children_see_how_it_was_done(
    tmp_path: Path, start_method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    program = write(
        tmp_path,
        """
import os, sys, subprocess
if __name__ == "__main__":
    print((os.environ["PYTHONPATH"], [n for n in os.environ if "START_METHOD" in n], sys.path[1].endswith("elsewhere")))
    import multiprocessing
    with multiprocessing.Pool(1) as pool:
        print(pool.apply(eval, ("__import__('os').environ['PYTHONPATH']",)))
    print(subprocess.check_output([sys.executable, "-c", "import multiprocessing as m; print(m.get_start_method())"]))
""",
    )
    own = subprocess.check_output([sys.executable, "-c", "import multiprocessing as m; print(m.get_start_method())"])
    outcome = run(program, start_method=start_method)
    elsewhere = str(Path("elsewhere").absolute())
    assert outcome.stdout == f"({elsewhere!r}, [], True)\n{elsewhere}\n{own!r}\n", outcome.stderr


def test_the_users_own_sitecustomize_still_runs(tmp_path: Path, python: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "site").mkdir()
    write(tmp_path / "site", "import sys; sys.greeting = 'hello'", "sitecustomize.py")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    code = "import sys, sitecustomize; print(sys.greeting, 'greeting' in open(sitecustomize.__file__).read())"
    program = write(tmp_path, code)
    assert run(program, python=python, start_method="spawn").stdout == "hello True\n"


def test_a_program_has_its_arguments_input_output_and_exit_code(tmp_path: Path) -> None:
    program = write(
        tmp_path,
        "import sys\nprint(sys.argv[1:], sys.stdin.read(), '中文')\nprint('oops', file=sys.stderr)\nsys.exit(3)",
    )
    outcome = run(program, arguments=["a b", "c"], stdin="input 中", start_method=None)
    assert outcome.stdout == "['a b', 'c'] input 中 中文\n"
    assert (outcome.stderr, outcome.exit_code, outcome.timed_out, outcome.succeeded) == ("oops\n", 3, False, False)


def test_without_input_there_is_an_end_of_file(tmp_path: Path) -> None:
    assert "EOFError" in run(write(tmp_path, "input()")).stderr


def test_a_program_runs_in_an_empty_folder_and_finds_its_own_modules(tmp_path: Path) -> None:
    write(tmp_path, "x = 5", "beside.py")
    outcome = run(write(tmp_path, "import os, beside; print(os.listdir(), beside.x); open('new', 'w')"))
    assert outcome.stdout == "[] 5\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["beside.py", "program.py"]


def test_hashes_are_the_same_in_each_run(tmp_path: Path) -> None:
    program = write(tmp_path, "print(hash('a'))")
    assert run(program).stdout == run(program).stdout


def test_python_2_runs_as_it_is(tmp_path: Path, python2: str) -> None:
    outcome = run(write(tmp_path, "print 'it is', 2\n"), python=python2)
    assert (outcome.stdout, outcome.stderr) == ("it is 2\n", "")


def test_a_hanging_program_is_ended_and_what_it_had_printed_is_kept(tmp_path: Path) -> None:
    outcome = run(write(tmp_path, "import time\nprint('so far')\ntime.sleep(600)  # hang"), timeout=1)
    assert outcome.timed_out
    assert outcome.exit_code is None
    assert outcome.stdout == "so far\n"
    assert "line 3" in outcome.stderr


HANGS = {
    "a join before the queue is read": """
import multiprocessing as mp

def work(queue):
    queue.put(b"x" * 1_000_000)

if __name__ == "__main__":
    queue = mp.Queue()
    process = mp.Process(target=work, args=(queue,))
    process.start()
    process.join()
""",
    "a pool without a guard": """
import multiprocessing as mp

def work(x):
    return x

pool = mp.Pool(2)
print(pool.map(work, [1, 2]))
""",
    "children that are deaf to signals": """
import signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
import multiprocessing as mp

def work():
    time.sleep(600)

if __name__ == "__main__":
    mp.Process(target=work).start()
    time.sleep(600)
""",
}


@pytest.mark.parametrize("hang", HANGS)
def test_no_process_of_a_hanging_program_is_left(tmp_path: Path, hang: str) -> None:
    # The scratch folder's name is in the command line of every child: spawn passes the path of the main module.
    outcome = run(write(tmp_path, HANGS[hang]), start_method="spawn", timeout=2)
    assert outcome.timed_out
    assert not alive(str(tmp_path))


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="only Linux tells which processes belong to a run")
def test_a_process_that_has_left_the_group_is_ended_too(tmp_path: Path) -> None:
    program = write(
        tmp_path,
        """
import os, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)  # left"], start_new_session=True)
print(child.pid)
""",
    )
    outcome = run(program)
    assert outcome.exit_code == 0
    child = Path("/proc") / outcome.stdout.strip() / "stat"
    # A zombie that nobody collects is no living process.
    assert not child.exists() or child.read_text().split()[2] == "Z"


def test_a_crash_is_an_exit_code(tmp_path: Path) -> None:
    outcome = run(write(tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"))
    assert outcome.exit_code == -signal.SIGSEGV


def test_on_ctrl_c_nothing_is_left_running(tmp_path: Path) -> None:
    program = write(tmp_path, "import time\nopen(__file__ + '.started', 'w').close()\ntime.sleep(600)", "sleeper.py")
    runner = write(
        tmp_path,
        "import sys\nfrom pathlib import Path\nfrom mpmodernize.verify.runner import run\nrun(Path(sys.argv[1]))",
        "runner.py",
    )
    process = subprocess.Popen([sys.executable, str(runner), str(program)], stderr=subprocess.DEVNULL)
    while not (tmp_path / "sleeper.py.started").exists():
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    assert process.wait(30) != 0
    assert not alive(str(program))


def test_endless_output_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mpmodernize.verify.runner.OUTPUT_LIMIT", 1000)
    outcome = run(write(tmp_path, "print('x' * 5000)"))
    assert len(outcome.stdout) < 1100
    assert "cut off" in outcome.stdout


def test_an_interpreter_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no-such-python"):
        run(write(tmp_path, ""), python="no-such-python")
