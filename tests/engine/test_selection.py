"""Which rules speak, which fix, and what stays unwritten when the conversion of Python 2 syntax is switched off."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mpmodernize import Settings, check_source, fix_source
from mpmodernize.engine import Source, check_together, fix_together
from mpmodernize.files.modules import Modules
from mpmodernize.findings import Safety

LOCKED = """\
import multiprocessing as mp

lock = mp.Lock()


def job():
    lock.acquire()
    print('job')
    lock.release()


p = mp.Process(target=job)
p.start()
p.join()
"""
OLD = LOCKED.replace("print('job')", "print 'job'")


def codes(text: str, settings: Settings) -> set[str]:
    return {finding.code for finding in check_source(text, settings=settings).findings}


@pytest.mark.parametrize(
    ("select", "ignore", "expected"),
    [
        ((), (), {"MP101", "MP301", "MP401", "MP408"}),
        (("MP4",), (), {"MP401", "MP408"}),
        (("MP4",), ("MP408",), {"MP401"}),
        (("MP408",), ("MP4",), {"MP408"}),
        (("MP4", "MP301"), ("MP",), {"MP301", "MP401", "MP408"}),
        (("MP401",), ("MP401",), set()),
        ((), ("MP4",), {"MP101", "MP301"}),
        (("MP30",), (), {"MP301"}),
    ],
)
def test_the_longer_beginning_of_a_code_decides(
    select: tuple[str, ...], ignore: tuple[str, ...], expected: set[str]
) -> None:
    assert codes(OLD, Settings(select=select, ignore=ignore)) == expected


def test_a_silenced_rule_says_nothing_even_if_its_very_code_is_selected() -> None:
    assert codes(OLD, Settings(select=("MP401", "MP408"), silenced=("MP40",))) == set()


def test_the_fixes_of_an_unfixable_rule_become_advice() -> None:
    result = fix_source(LOCKED, settings=Settings(unfixable=("MP408",)))
    assert {finding.code for finding in result.fixed} == {"MP301", "MP401"}
    assert [(finding.code, finding.safety) for finding in result.findings] == [("MP408", Safety.MANUAL)]
    assert result.findings[0].advice
    assert "lock.acquire()" in result.source


def test_only_fixable_rules_fix() -> None:
    result = fix_source(LOCKED, settings=Settings(fixable=("MP408",)))
    assert {finding.code for finding in result.fixed} == {"MP408"}
    assert {finding.safety for finding in result.findings} == {Safety.MANUAL}


@pytest.mark.parametrize(
    "settings", [Settings(select=("MP3", "MP4")), Settings(ignore=("MP101",)), Settings(silenced=("MP1",))]
)
def test_nothing_is_written_where_the_conversion_is_not_selected_and_the_findings_say_why(settings: Settings) -> None:
    result = fix_source(OLD, settings=settings)
    assert not result.changed
    assert not result.fixed
    assert {finding.code for finding in result.findings} == {"MP301", "MP401", "MP408"}
    for finding in result.findings:
        assert finding.safety is Safety.MANUAL
        assert "(not fixed here: the file's syntax is not converted, since MP101 is not selected)" in finding.advice
    assert result.findings == check_source(OLD, settings=settings).findings


@pytest.mark.parametrize("settings", [Settings(unfixable=("MP101",)), Settings(fixable=("MP4",))])
def test_nothing_is_written_where_the_conversion_is_not_fixable(settings: Settings) -> None:
    result = fix_source(OLD, settings=settings)
    assert not result.changed
    assert {finding.code for finding in result.findings} == {"MP101", "MP301", "MP401", "MP408"}
    assert {finding.safety for finding in result.findings} == {Safety.MANUAL}
    assert "MP101 is unfixable here" in next(each.advice for each in result.findings if each.code == "MP101")


def test_an_ignored_conversion_that_a_file_does_not_need_keeps_nothing_back() -> None:
    assert fix_source(LOCKED, settings=Settings(ignore=("MP1",))).changed


@pytest.mark.parametrize("text", ["print 1\nraise E, v\n", "print 1\nraise E, v, tb\n"])
def test_syntax_that_is_converted_and_leaves_something_to_look_at_keeps_the_file_back_too(text: str) -> None:
    assert fix_source(text).changed
    result = fix_source(text, settings=Settings(ignore=("MP105",)))
    assert not result.changed
    assert {finding.code for finding in result.findings} == {"MP101"}


def test_a_remark_on_syntax_that_no_edit_changes_can_be_ignored() -> None:
    text = LOCKED.replace("print('job')", "print ('job', 1)")
    assert "MP123" in codes(text, Settings())
    result = fix_source(text, settings=Settings(ignore=("MP123",)))
    assert result.changed
    assert not result.findings


JOBS = "from locks import lock\n\n\ndef job():\n    lock.acquire()\n    print 'job'\n    lock.release()\n"
LOCKS = "import multiprocessing as mp\n\nlock = mp.Lock()\n"
MAIN = """\
import multiprocessing as mp
from jobs import job

if __name__ == '__main__':
    p = mp.Process(target=job)
    p.start()
    p.join()
"""
FILES = [Source("jobs.py", JOBS), Source("locks.py", LOCKS), Source("main.py", MAIN)]
FIND = Modules(each.filename for each in FILES).find


def test_a_fix_of_several_files_changes_none_where_one_of_them_has_to_stay() -> None:
    assert {each.filename for each in fix_together(FILES, find=FIND) if each.changed} == {"jobs.py", "main.py"}
    results = fix_together(FILES, settings=Settings(ignore=("MP101",)), find=FIND)
    assert not [each.filename for each in results if each.changed]


def test_a_rule_may_be_silenced_in_one_file_of_a_program() -> None:
    files = [replace(FILES[0], silenced=("MP408",)), *FILES[1:]]
    found = {each.code for result in check_together(files, find=FIND) for each in result.findings}
    assert found == {"MP101", "MP401"}
    files = [*FILES[:1], *(replace(each, silenced=("MP",)) for each in FILES[1:])]
    found = {each.code for result in check_together(files, find=FIND) for each in result.findings}
    assert found == {"MP101", "MP401", "MP408"}


INHERITING = """\
from multiprocessing import Process, Lock
lock = Lock()
def job():
    with lock:
        print(1)
p = Process(target=job)
p.start()
p.join()
"""
SET_BY_WHAT_ACTS = """\
from multiprocessing import Process
def job():
    print(answer)
answer = input()
p = Process(target=job)
p.start()
p.join()
"""


@pytest.mark.parametrize(("source", "other"), [(INHERITING, "MP401"), (SET_BY_WHAT_ACTS, "MP404")])
def test_a_guard_that_is_right_only_with_another_fix_is_not_made_without_it(source: str, other: str) -> None:
    """Under spawn the program stops with an error; behind a guard alone it would go on, and compute something else."""
    for settings in (Settings(select=("MP301",)), Settings(ignore=(other,)), Settings(unfixable=(other,))):
        result = fix_source(source, settings=settings)
        assert not result.changed
        (advice,) = [each.advice for each in result.findings if each.code == "MP301"]
        assert f"and {other} is switched off" in advice
    for settings in (Settings(), Settings(select=("MP301", other))):
        assert "__main__" in fix_source(source, settings=settings).source


def test_a_guard_that_needs_no_other_fix_is_made_alone() -> None:
    source = (
        "from multiprocessing import Process\ndef job():\n    print(1)\np = Process(target=job)\np.start()\np.join()\n"
    )
    assert "__main__" in fix_source(source, settings=Settings(select=("MP301",))).source
