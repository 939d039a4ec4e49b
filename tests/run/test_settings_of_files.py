"""Files of one run may have settings of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.run.inputs import Input
from mpmodernize.run.programs import work_on
from mpmodernize.run.work import Check, Fix
from mpmodernize.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

JOBS = "import multiprocessing as mp\n\nlock = mp.Lock()\n\n\ndef job():\n    with lock:\n        print 'job'\n"
MAIN = """\
import multiprocessing as mp
from jobs import job

if __name__ == '__main__':
    p = mp.Process(target=job)
    p.start()
    p.join()
"""


def inputs(folder: Path, jobs: Settings, main: Settings, *, silenced: tuple[str, ...] = ()) -> list[Input]:
    (folder / "jobs.py").write_text(JOBS)
    (folder / "main.py").write_text(MAIN)
    return [
        Input(str(folder / "jobs.py"), folder / "jobs.py", jobs, silenced),
        Input(str(folder / "main.py"), folder / "main.py", main),
    ]


def codes(given: list[Input]) -> list[set[str]]:
    return [{finding.code for finding in outcome.left} for outcome in work_on(given, Check())]


def test_files_with_the_same_settings_are_one_program_and_others_are_not(tmp_path: Path) -> None:
    assert codes(inputs(tmp_path, Settings(), Settings())) == [{"MP101", "MP401"}, set()]
    assert codes(inputs(tmp_path, Settings(), Settings(unsafe_fixes=True))) == [{"MP101"}, set()]


def test_each_file_is_judged_by_its_own_settings(tmp_path: Path) -> None:
    assert codes(inputs(tmp_path, Settings(ignore=("MP101",)), Settings())) == [set(), set()]


def test_a_rule_silenced_in_one_file_leaves_it_in_its_program(tmp_path: Path) -> None:
    assert codes(inputs(tmp_path, Settings(), Settings(), silenced=("MP101",))) == [{"MP401"}, set()]


def test_a_file_whose_syntax_may_not_be_converted_is_not_written_nor_is_the_other_of_its_program(
    tmp_path: Path,
) -> None:
    given = inputs(tmp_path, Settings(), Settings(), silenced=("MP101",))
    assert [outcome.changed for outcome in work_on(given, Fix(dry=False))] == [False, False]
    assert (tmp_path / "jobs.py").read_text() == JOBS
    assert (tmp_path / "main.py").read_text() == MAIN
