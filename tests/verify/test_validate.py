from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import pytest

from mpmodernize.reference.registry import IMPLEMENTATIONS, find_implementation
from mpmodernize.verify.validate import describe, recognise, validate

if TYPE_CHECKING:
    from pathlib import Path

QUEUE = """
import multiprocessing as mp
import time

def job(q):
    res = 0
    for i in range(1000000):
        res += i + i**2 + i**3
    q.put(res)

if __name__ == "__main__":
    start = time.perf_counter()
    q = mp.Queue()
    p1 = mp.Process(target=job, args=(q,))
    p2 = mp.Process(target=job, args=(q,))
    p1.start()
    p2.start()
    res1 = q.get()
    res2 = q.get()
    p1.join()
    p2.join()
    print(res1 + res2)
    print(time.perf_counter() - start)
"""
POOL = """
import multiprocessing as mp

def job(x):
    return x * x

def multicore():
    with mp.Pool(processes=2) as p:
        print(p.map(job, range(10)))
        print(p.apply_async(job, (2,)).get())
        print([res.get() for res in [p.apply_async(job, (i,)) for i in range(10)]])

if __name__ == "__main__":
    multicore()
"""
SHARED = """
import multiprocessing as mp

if __name__ == "__main__":
    v = mp.Value("d", 1)
    a = mp.Array("i", [1, 2, 3])
    print(v.value, a[:])
"""
LOCK = """
import multiprocessing as mp

def job1(lock, A):
    with lock:
        for i in range(10):
            A.value += 1
            print("job1", A.value)

if __name__ == "__main__":
    lock = mp.Lock()
    A = mp.Value("i", 0)
    workers = [mp.Process(target=job1, args=(lock, A)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
"""


def write(folder: Path, code: str) -> Path:
    path = folder / "program.py"
    path.write_text(code)
    return path


@pytest.mark.parametrize(
    ("code", "names"),
    [
        (QUEUE, ["queue"]),
        (POOL, ["pool"]),
        (LOCK, ["lock"]),
        (QUEUE + POOL, ["queue", "pool"]),
        (SHARED, ["shared-memory"]),
        (SHARED + "mp.Process(target=print)", []),
        (POOL.replace("x * x", "x + x"), []),
        ("print(1)", []),
        ("print 1", []),
        ("import multiprocessing\nmultiprocessing.Pool().map(f, [1])", []),
    ],
)
def test_a_program_is_recognised_by_what_it_uses(code: str, names: list[str]) -> None:
    assert [topic.name for topic in recognise(code)] == names


@pytest.mark.parametrize(
    ("code", "name"), [(QUEUE, "queue"), (POOL, "pool"), (LOCK, "lock"), (SHARED, "shared-memory")]
)
def test_a_right_program_is_right_under_every_start_method(tmp_path: Path, code: str, name: str) -> None:
    validation = validate(write(tmp_path, code), recognise(code))
    assert validation.is_right, describe(validation)
    assert [topic.name for topic in validation.topics] == [name]


def test_a_line_that_the_reference_does_not_compute_is_told_as_not_compared(tmp_path: Path) -> None:
    text = describe(validate(write(tmp_path, QUEUE), recognise(QUEUE)))
    assert "compared with what the reference computes for `queue`" in text
    assert "1 more line (1 with a time) not compared" in text


def test_a_wrong_result_departs(tmp_path: Path) -> None:
    code = POOL.replace("return x * x", "return x * x + (x == 9)")
    validation = validate(write(tmp_path, code), recognise(code))
    assert not validation.is_right
    assert "does not print `[0, 1, 4, 9, 16, 25, 36, 49, 64, 81]`" in describe(validation)


def test_a_lock_that_every_process_makes_for_itself_departs(tmp_path: Path) -> None:
    # Each process counts in a global of its own.
    code = LOCK.replace("A.value += 1", "A.value = i + 1")
    validation = validate(write(tmp_path, code), recognise(code))
    assert "prints 1 2 times" in describe(validation)


def test_a_program_without_a_guard_departs_under_spawn_and_not_under_fork(tmp_path: Path) -> None:
    code = QUEUE.replace('if __name__ == "__main__":', "if True:")
    validation = validate(write(tmp_path, code), recognise(code), timeout=4)
    verdicts = {report.method: report.is_right for report in validation.reports}
    assert verdicts["fork"]
    assert not verdicts["spawn"]


def test_a_child_that_dies_while_the_parent_ends_well_departs(tmp_path: Path) -> None:
    code = """
import multiprocessing as mp

def work(lock):
    raise ValueError("from the worker")

if __name__ == "__main__":
    lock = mp.Lock()
    process = mp.Process(target=work, args=(lock,))
    process.start()
    process.join()
"""
    validation = validate(write(tmp_path, code), ())
    assert all(r.departures == ("a process raises ValueError: from the worker",) for r in validation.reports)


def test_a_program_of_no_topic_is_compared_with_itself(tmp_path: Path) -> None:
    same = validate(write(tmp_path, "print('hello')"), ())
    assert same.is_right
    assert "no topic of the reference: compared with itself, across start methods" in describe(same)
    other = validate(write(tmp_path, "import multiprocessing as m; print(m.get_start_method())"), ())
    assert not other.is_right
    assert "DEPARTS" in describe(other)


def test_a_hang_departs(tmp_path: Path) -> None:
    validation = validate(write(tmp_path, "import time; time.sleep(600)"), (), timeout=0.5)
    assert "does not end: still running after 0.5 s" in describe(validation)


def test_the_reference_validates_itself(tmp_path: Path) -> None:
    for topic in IMPLEMENTATIONS:
        code = "from mpmodernize.reference.registry import find_implementation\n"
        code += f"if __name__ == '__main__':\n    find_implementation({topic.name!r}).run(None)\n"
        validation = validate(write(tmp_path, code), [topic])
        assert validation.is_right, describe(validation)


def test_a_topic_without_marks_is_never_recognised() -> None:
    source = inspect.getsource(find_implementation("type-codes").module)
    assert "type-codes" not in [topic.name for topic in recognise(source)]


def test_endless_respawning_is_told_as_such_long_before_the_time_is_over(tmp_path: Path) -> None:
    pool = "import multiprocessing as mp\n\nprint(mp.Pool(2).map(abs, [-1]))\n"
    validation = validate(write(tmp_path, pool), ())
    departures = {report.method: report.departures for report in validation.reports}
    assert departures["fork"] == ()
    assert any("replaced for ever" in departure for departure in departures["spawn"])
