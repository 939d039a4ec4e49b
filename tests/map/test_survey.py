"""What a picture shows is what the program does."""

from __future__ import annotations

import pytest

from tests.map.drawn import (
    label,
    picture_of,
    starts,
    ways,
    wrong_nodes,
    wrong_starts,
    wrong_ways,
)

GUARDED = "if __name__ == '__main__':\n"


def test_an_argument_reaches_the_worker_and_is_used_on_both_sides() -> None:
    picture = picture_of(
        """\
        import multiprocessing as mp

        def job(q):
            q.put(1)

        if __name__ == '__main__':
            q = mp.Queue()
            p = mp.Process(target=job, args=(q,))
            p.start()
            print(q.get())
            p.join()
        """
    )
    assert ways(picture) == {("q", "job", "argument")}
    assert starts(picture) == {("program.py", "job", "Process", 1)}
    (way,) = [each for each in picture.edges if each.kind == "reaches"]
    (made,) = [each for each in picture.edges if each.kind == "makes"]
    assert (way.uses, [each.line for each in way.places]) == (("put",), [8])
    assert (made.uses, [each.line for each in made.places]) == (("get",), [7])
    assert picture.defects == ()


def test_a_global_that_a_worker_reads_is_inherited_and_wrong_for_every_worker_that_reads_it() -> None:
    picture = picture_of(
        """\
        import multiprocessing as mp
        lock = mp.Lock()

        def one():
            with lock:
                pass

        def other():
            with lock:
                pass

        if __name__ == '__main__':
            for job in (one, other):
                mp.Process(target=job).start()
        """
    )
    assert ways(picture) == {("lock", "one", "inherited global"), ("lock", "other", "inherited global")}
    assert wrong_ways(picture) >= {("lock", "one", "MP401"), ("lock", "other", "MP401")}


def test_a_global_that_an_initializer_sets_comes_by_the_initializer() -> None:
    picture = picture_of(
        """\
        from multiprocessing import Lock, Pool

        def setup(the_lock):
            global lock
            lock = the_lock

        def task(n):
            with lock:
                return n

        if __name__ == '__main__':
            l = Lock()
            with Pool(2, setup, (l,)) as pool:
                print(pool.map(task, range(3)))
                pool.close()
                pool.join()
        """
    )
    assert ways(picture) == {("l", "setup", "argument"), ("l", "task", "initializer")}
    assert starts(picture) == {
        ("program.py", "pool", "Pool", 1),
        ("pool", "setup", "initializer", 1),
        ("pool", "task", "map", 1),
    }
    assert wrong_ways(picture) == set()


def test_a_process_of_its_own_does_not_get_what_an_initializer_sets() -> None:
    picture = picture_of(
        """\
        from multiprocessing import Lock, Pool, Process
        lock = Lock()

        def setup(the_lock):
            global lock
            lock = the_lock

        def task(n=0):
            with lock:
                return n

        if __name__ == '__main__':
            pool = Pool(2, setup, (lock,))
            pool.map(task, range(3))
            p = Process(target=task)
            p.start()
            p.join()
        """
    )
    assert {way for name, worker, way in ways(picture) if worker == "task"} == {"initializer", "inherited global"}


def test_what_instances_and_process_classes_carry_reaches_their_methods() -> None:
    picture = picture_of(
        """\
        import multiprocessing

        class Reader(multiprocessing.Process):
            def __init__(self, source):
                super().__init__()
                self.source = source
                self.own = multiprocessing.Event()

            def run(self):
                self.source.get()
                self.own.set()

        class Counter:
            def __init__(self):
                self.total = multiprocessing.Value('i', 0)

            def count(self):
                with self.total.get_lock():
                    self.total.value += 1

            def go(self):
                p = multiprocessing.Process(target=self.count)
                p.start()
                p.join()

        if __name__ == '__main__':
            queue = multiprocessing.Queue()
            reader = Reader(queue)
            reader.start()
            queue.put(1)
            reader.join()
            Counter().go()
        """
    )
    assert ways(picture) == {
        ("queue", "Reader", "argument of the constructor"),
        ("self.own", "Reader", "attribute self.own"),
        ("self.total", "Counter.count", "attribute self.total"),
    }
    total = next(each for each in picture.nodes if each.name == "self.total")
    assert picture.into(total, "makes")[0].source == "p0"
    assert {"get_lock", ".value"} <= set(picture.out_of(total, "reaches")[0].uses)


def test_a_variable_of_the_function_around_is_told_from_a_global() -> None:
    picture = picture_of(
        """\
        from multiprocessing import Process, Queue

        def main():
            q = Queue()
            def job():
                q.put(1)
            p = Process(target=job)
            p.start()
            print(q.get())
            p.join()

        if __name__ == '__main__':
            main()
        """
    )
    assert ways(picture) == {("q", "job", "variable of the function around")}


def test_each_end_of_a_pipe_goes_its_own_way() -> None:
    picture = picture_of(
        """\
        from multiprocessing import Pipe, Process

        def left(end): end.send(1)
        def right(end): print(end.recv())

        if __name__ == '__main__':
            here, there = Pipe()
            one = Process(target=left, args=(here,))
            other = Process(target=right, args=(there,))
            one.start(); other.start()
            one.join(); other.join()
        """
    )
    assert {(label(picture.node(each.target)), each.end) for each in picture.edges if each.kind == "reaches"} == {
        ("left", "here"),
        ("right", "there"),
    }
    assert [each.type for each in picture.of_kind("object")] == ["Pipe"]


def test_objects_of_a_manager_are_made_by_the_manager() -> None:
    picture = picture_of(
        """\
        from multiprocessing import Manager, Process

        def job(found): found['a'] = 1

        if __name__ == '__main__':
            with Manager() as manager:
                found = manager.dict()
                p = Process(target=job, args=(found,))
                p.start()
                p.join()
        """
    )
    (manager,) = picture.of_kind("manager")
    (found,) = picture.of_kind("object")
    assert (found.name, found.type) == ("found", "dict")
    assert [each.source for each in picture.into(found, "makes")] == [manager.key]


def test_a_process_that_a_worker_starts_begins_at_the_worker() -> None:
    picture = picture_of(
        """\
        from multiprocessing import Process

        def inner(): pass

        def outer():
            p = Process(target=inner)
            p.start()
            p.join()

        if __name__ == '__main__':
            p = Process(target=outer)
            p.start()
            p.join()
        """
    )
    assert starts(picture) == {("program.py", "outer", "Process", 1), ("outer", "inner", "Process", 1)}


def test_a_worker_that_starts_itself_is_drawn_once() -> None:
    picture = picture_of(
        """\
        from multiprocessing import Process

        def branch(depth):
            if depth:
                p = Process(target=branch, args=(depth - 1,))
                p.start()
                p.join()

        if __name__ == '__main__':
            p = Process(target=branch, args=(3,))
            p.start()
            p.join()
        """
    )
    assert [each.name for each in picture.of_kind("worker")] == ["branch"]
    assert {(one, other) for one, other, _, _ in starts(picture)} >= {("program.py", "branch")}


@pytest.mark.parametrize(
    ("line", "times"),
    [
        ("ps = [Process(target=job) for _ in range(4)]", 4),
        ("ps = [Process(target=job) for _ in xs]", 3),
        ("ps = [Process(target=job) for a in xs for b in range(2, 8, 3)]", 6),
        ("ps = [Process(target=job) for _ in xs if _]", None),
        ("ps = [Process(target=job) for _ in grown]", None),
        ("ps = [Process(target=job) for _ in range(int(input()))]", None),
        ("ps = [Process(target=job), Process(target=job)]", 2),
        ("ps = []\n    while input():\n        ps.append(Process(target=job))", None),
    ],
)
def test_starts_are_counted_where_the_program_says_how_many(line: str, times: int | None) -> None:
    head = "from multiprocessing import Process\nxs = (1, 2, 3)\ngrown = [1]\ngrown.append(2)\ndef job(): pass\n"
    picture = picture_of(f"{head}{GUARDED}    {line}\n    for p in ps: p.start()\n    for p in ps: p.join()\n")
    assert {each[3] for each in starts(picture)} == {times}


@pytest.mark.parametrize(
    ("lines", "one", "other"),
    [
        ("for f in (one, other): start(Process(target=f))", 1, 1),
        ("for f in (one, other, one): start(Process(target=f))", 2, 1),
        ("for f, n in ((one, 1), (other, 2)): start(Process(target=f, args=(n,)))", 1, 1),
        ("ps = [Process(target=f) for f in (one, other) for _ in range(3)]", 3, 3),
        ("helper(one); helper(one); helper(other)", 2, 1),
        ("for _ in range(2): helper(one)\n    helper(other)", 2, 1),
    ],
)
def test_of_several_functions_that_one_line_starts_each_is_counted_by_itself(lines: str, one: int, other: int) -> None:
    head = (
        "from multiprocessing import Process\ndef one(n=0): pass\ndef other(n=0): pass\n"
        "def helper(f):\n    p = Process(target=f)\n    p.start()\n"
    )
    picture = picture_of(f"{head}{GUARDED}    {lines}\n")
    assert {each[1]: each[3] for each in starts(picture) if each[1] in ("one", "other")} == {"one": one, "other": other}


def test_a_finding_about_an_inner_worker_is_not_one_about_the_worker_around_it() -> None:
    picture = picture_of(
        """\
        from multiprocessing import Process

        def outer():
            def inner(): pass
            p = Process(target=inner)
            p.start()
            p.join()

        if __name__ == '__main__':
            p = Process(target=outer)
            p.start()
            p.join()
        """
    )
    assert {label for label, code in wrong_nodes(picture) | wrong_starts(picture) if code == "MP310"} == {"inner"}


def test_what_the_program_does_not_define_is_named_as_it_is_called() -> None:
    picture = picture_of(
        """\
        import math
        from multiprocessing import Pool

        def run(task):
            with Pool() as pool:
                pool.map(math.sqrt, [1])
                pool.map(task, [1])
                pool.map(lambda x: x, [1])

        if __name__ == '__main__':
            run(int(input()))
        """
    )
    workers = {each.name: each.place for each in picture.of_kind("worker")}
    assert set(workers) == {"math.sqrt", "task", "lambda"}
    assert workers["math.sqrt"] is None
    assert workers["task"] is None
    assert workers["lambda"] is not None
    assert workers["lambda"].line == 8


def test_threads_and_objects_of_threads_are_not_drawn() -> None:
    picture = picture_of(
        """\
        import threading
        import queue
        from multiprocessing.pool import ThreadPool
        from multiprocessing.dummy import Process, Queue

        def job(q): q.put(1)

        if __name__ == '__main__':
            q, lock = queue.Queue(), threading.Lock()
            t = threading.Thread(target=job, args=(q,))
            t.start()
            Process(target=job, args=(Queue(),)).start()
            ThreadPool(2).map(print, [1])
        """
    )
    assert picture.nodes == ()


def test_a_class_that_is_called_process_is_none() -> None:
    code = "class Process:\n    def __init__(self, target): self.target = target\n\nProcess(target=print)\n"
    assert picture_of(f"import multiprocessing\n{code}").nodes == ()
