"""What goes from one process to another, and by which route."""

from __future__ import annotations

import ast
import textwrap

import pytest

from mpmodernize.model.crossings import Crossing, Route
from mpmodernize.model.program import Program

_HEAD = """
import multiprocessing as mp
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing.pool import ThreadPool
import queue, threading
def job(a, b): return a + b
"""


def _program(code: str) -> Program:
    source = _HEAD + textwrap.dedent(code)
    return Program(source, ast.parse(source))


def _crossings(code: str) -> list[tuple[str, str]]:
    program = _program(code)
    return [
        (f"*{ast.unparse(each.expression)}" if each.holds else ast.unparse(each.expression), each.route.name)
        for each in program.crossings.all
        if each.route not in (Route.TARGET, Route.RESULT)
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("mp.Process(target=job, args=(x, 1), kwargs={'k': y})", "x ARGUMENT, 1 ARGUMENT, y ARGUMENT"),
        ("mp.Process(target=job, args=given)", "*given ARGUMENT"),
        ("given = (x, y)\nmp.Process(target=job, args=given)", "x ARGUMENT, y ARGUMENT"),
        ("mp.Process(target=job, args=(x,) + rest)", "x ARGUMENT, *rest ARGUMENT"),
        ("mp.Process(target=partial(job, x, b=y))", "x PARTIAL, y PARTIAL"),
        ("f = partial(job, x)\nmp.Pool(2).map(f, xs)", "x PARTIAL, *xs TASK"),
        ("mp.Pool(2, job, (x, y))", "x INITARG, y INITARG"),
        ("mp.Pool(2, initializer=job, initargs=[x, y])", "x INITARG, y INITARG"),
        ("p = mp.Pool()\np.map(job, [x, y])", "x TASK, y TASK"),
        ("p = mp.Pool()\np.map(job, [(i, x) for i in xs])", "(i, x) TASK"),
        ("p = mp.Pool()\np.starmap(job, [(i, x) for i in xs])", "i TASK, x TASK"),
        ("p = mp.Pool()\np.starmap(job, zip(xs, ys))", "*xs TASK, *ys TASK"),
        ("p = mp.Pool()\np.apply_async(job, (x,), callback=done)", "x TASK"),
        ("with ProcessPoolExecutor() as e:\n e.submit(job, x, b=y)", "x TASK, y TASK"),
        ("with ProcessPoolExecutor() as e:\n e.map(job, xs, ys)", "*xs TASK, *ys TASK"),
        ("q = mp.Queue()\nq.put(x)\nq.put_nowait((y, 1))", "x ITEM, (y, 1) ITEM"),
        ("a, b = mp.Pipe()\na.send(x)", "x MESSAGE"),
        ("d = mp.Manager().dict()\nd[1] = x", "x PROXIED"),
        ("class P(mp.Process):\n def run(self): pass\np = P(x)", "P(x) INSTANCE, x CONSTRUCTOR"),
        ("class C:\n def go(self): mp.Process(target=self.work).start()\n def work(self): pass", "self SELF"),
        ("class C:\n def go(self): mp.Process(target=getattr(self, n)).start()", "self SELF"),
        ("class C:\n def work(self): pass\nc = C()\nmp.Pool().map(c.work, xs)", "c SELF, *xs TASK"),
        ("def f(n):\n raise ValueError(n)\nmp.Pool().map(f, xs)", "*xs TASK, ValueError(n) RAISED"),
    ],
)
def test_what_crosses_is_found_with_its_route(code: str, expected: str) -> None:
    assert ", ".join(f"{text} {route}" for text, route in _crossings(code)) == expected


@pytest.mark.parametrize(
    "code",
    [
        "threading.Thread(target=job, args=(x, 1))",
        "ThreadPool(2).map(job, xs)",
        "q = queue.Queue()\nq.put(x)",
        "class C:\n @staticmethod\n def work(): pass\n def go(self): mp.Process(target=self.work).start()",
        "class C:\n @classmethod\n def work(cls): pass\n def go(self): mp.Process(target=self.work).start()",
        "class C:\n def work(self): pass\nmp.Process(target=C.work)",
        "def f(n):\n raise ValueError(n)\nmp.Process(target=f)",
    ],
)
def test_what_stays_in_its_process_does_not_cross(code: str) -> None:
    assert _crossings(code) == []


def test_results_of_tasks_cross_and_those_of_processes_do_not() -> None:
    program = _program("def other(): return 5\nmp.Process(target=other)\nmp.Pool().map(job, xs)")
    assert [ast.unparse(each.expression) for each in program.crossings.by(Route.RESULT)] == ["a + b"]


def test_what_goes_with_the_start_of_a_process_is_inherited_and_a_task_is_not() -> None:
    def inherited(code: str) -> set[bool]:
        return {each.is_inherited for each in _program(code).crossings.all if each.route is not Route.RESULT}

    assert inherited("mp.Process(target=partial(job, x), args=(x,))") == {True}
    assert inherited("mp.Pool(2, job, (x,))") == {True}
    assert inherited("p = mp.Pool()\np.apply_async(partial(job, x), (y,))") == {False}
    assert inherited("q = mp.Queue()\nq.put(x)") == {False}


def test_the_type_of_what_crosses_is_that_of_an_element_where_a_container_is_mapped() -> None:
    program = _program("xs = [mp.Lock(), mp.Lock()]\nys = []\nys.append(mp.Queue())\nmp.Pool().map(job, ys)")
    found: list[Crossing] = program.crossings.by(Route.TASK)
    types = [program.crossings.type_of(each) for each in found]
    assert [each.kind for each in types if each is not None] == ["Queue"]
