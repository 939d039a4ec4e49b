"""The pipeline from text to text: what comes back, where findings stand, and what is never done."""

from __future__ import annotations

import ast

import pytest

from mpmodernize import Safety, Settings, Severity, check_source, fix_source
from mpmodernize.model.program import Program

LEGACY = """\
# -*- coding: utf-8 -*-
import multiprocessing as mp
锁 = 1
def job(x): print "é中文", x; mp.Process(target=job, args=(x))
"""


def test_check_changes_nothing_and_fix_says_what_it_did() -> None:
    source = "import time\nstart = time.clock()\nprint(time.clock() - start)\n"
    checked, fixed = check_source(source), fix_source(source)
    assert not checked.changed
    assert checked.source == checked.original == source
    assert [each.line for each in checked.findings] == [each.line for each in fixed.fixed] == [2, 3]
    assert fixed.source == source.replace("clock", "perf_counter")
    assert fixed.findings == ()


def test_a_finding_stands_where_the_file_on_disk_has_it() -> None:
    source = "import multiprocessing as mp\nprint 'é中文', mp.Value('x', 0)\n"
    (finding,) = [each for each in check_source(source).findings if each.code == "MP412"]
    assert (finding.line, finding.column) == (2, source.splitlines()[1].index("'x'") + 1)
    assert source.splitlines()[1][finding.column - 1 : finding.end_column - 1] == "'x'"


def test_a_text_that_is_neither_python_2_nor_3_is_mp001_at_its_line_and_stays() -> None:
    source = "import os\nprint 'a'\ndef f(:\n"
    result = fix_source(source, filename="broken.py")
    (finding,) = result.findings
    assert (finding.code, finding.filename, finding.line) == ("MP001", "broken.py", 3)
    assert not result.changed


@pytest.mark.parametrize("source", ["", "\n", "# only a comment", "\x0c\n", "\ufeffx = 1\n", "x = 1\r\n"])
def test_a_text_with_nothing_to_fix_comes_back_as_it_is(source: str) -> None:
    result = fix_source(source)
    assert result.source == source
    assert result.findings == ()


def test_a_byte_order_mark_stays_in_front() -> None:
    assert fix_source("\ufeffprint 1\n").source == "\ufeffprint(1)\n"


def test_unsafe_fixes_are_made_only_when_asked_for() -> None:
    source = "from multiprocessing import Value\nv = Value('b', 300)\nprint(v.value)\n"
    safe = fix_source(source)
    assert safe.source == source
    assert safe.findings[0].safety is Safety.UNSAFE
    assert "'h'" in fix_source(source, settings=Settings(unsafe_fixes=True)).source


def test_selected_rules_alone_are_used() -> None:
    source = "from multiprocessing import Process\nimport time\ntime.clock()\nProcess(target=print, args=(1)).start()\n"
    result = fix_source(source, settings=Settings(select=("MP317",)))
    assert "args=(1,)" in result.source
    assert "time.clock" in result.source
    assert {each.code for each in result.fixed} == {"MP317"}


def test_the_source_version_decides_what_is_read() -> None:
    ambiguous = 'print ("a", 1)\n'
    assert fix_source(ambiguous, settings=Settings(source_version="2")).source == 'print(("a", 1))\n'
    assert fix_source(ambiguous, settings=Settings(source_version="3")).source == ambiguous
    assert fix_source("print 1\n", settings=Settings(source_version="3")).findings[0].code == "MP001"


def test_a_hint_is_no_error() -> None:
    source = "import multiprocessing as mp\nlock = mp.Lock()\ndef job(lock):\n    with lock:\n        print(1)\n"
    assert {each.severity for each in check_source(source).findings} == {Severity.HINT}


def test_everything_wrong_at_once_comes_out_right_in_one_run() -> None:
    source = """\
import multiprocessing
lock = multiprocessing.Lock()
count = 0
results = multiprocessing.Queue()
print 'begin'

def job(n):
    global count
    lock.acquire()
    count += n
    lock.release()
    results.put(n)

jobs = []
for n in range(3):
    p = multiprocessing.Process(target=job, args=(n))
    p.start()
    jobs.append(p)
for p in jobs:
    p.join()
print sorted([results.get() for p in jobs]), count
"""
    assert (
        fix_source(source).source
        == """\
import multiprocessing

def job(n, lock, count, results):
    with lock:
        count.value += n
    results.put(n)

if __name__ == '__main__':
    lock = multiprocessing.Lock()
    count = multiprocessing.Value('q', 0)
    results = multiprocessing.Queue()
    print('begin')

    jobs = []
    for n in range(3):
        p = multiprocessing.Process(target=job, args=(n, lock, count, results))
        p.start()
        jobs.append(p)
    print(sorted([results.get() for p in jobs]), count.value)
    for p in jobs:
        p.join()
"""
    )


@pytest.mark.parametrize(
    ("source", "fixed"),
    [
        ("class Job:\n    async = False\n", "class Job:\n    async_ = False\n"),
        ('"""Written as \\uXXXX."""\n', '"""Written as \\\\uXXXX."""\n'),
    ],
)
def test_what_only_python_2_reads_is_python_2_without_a_surer_sign(source: str, fixed: str) -> None:
    result = fix_source(source)
    assert "MP001" not in {finding.code for finding in [*result.fixed, *result.findings]}
    assert result.source == fixed
    assert fix_source(fixed).source == fixed


def test_deep_and_circular_code_is_read_in_time_that_grows_with_its_length() -> None:
    deep = "x = " + "+".join("1" for _ in range(900)) + "\n"
    circular = "".join(f"a{n} = a{(n + 7) % 60}\nb{n} = [a{n}, b{(n + 1) % 60}][0]\n" for n in range(60))
    source = f"import multiprocessing\n{deep}{circular}"
    tree = ast.parse(source)
    program = Program(source, tree)
    for names in program.index.names.values():
        for name in names:
            program.type(name)
    assert check_source(source).findings == ()
