"""Python 2 programs of all kinds: what Python 2.7 printed is what their fixed form prints on every Python at hand."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mpmodernize import check_source, fix_source
from mpmodernize.findings import Severity
from mpmodernize.rules import all_rules
from mpmodernize.verify.runner import run
from tests.cases import Case, assert_fixed_as_expected, cases_in, orphans_in

FOLDER = Path(__file__).parents[1] / "fixtures" / "python2"
PROGRAMS = [case for case in cases_in(FOLDER) if case.path.parent == FOLDER]
PARALLEL = [case for case in PROGRAMS if "multiprocessing" in case.text]
PACKAGES = sorted(path for path in (FOLDER / "packages").iterdir() if path.is_dir())
REPORTED = re.compile(r"^# reported: (MP\d{3}(?:, MP\d{3})*)$", re.MULTILINE)
MOST_REPORTED = 5
"""More programs than this may not hold what the tool cannot decide: then they would no longer show what it can."""


def name_of(case: Case) -> str:
    return case.path.stem


def reported_by(case: Case) -> set[str]:
    """What the program says of itself that no fix decides."""
    note = REPORTED.search(case.text)
    return set(note.group(1).split(", ")) if note else set()


def assert_prints_exactly(path: Path, expected: Path, python: str, start_method: str | None = None) -> None:
    """The program ends well and prints to the letter what it should: these programs leave nothing to chance."""
    outcome = run(path, python=python, start_method=start_method, timeout=60)
    assert outcome.exit_code == 0, outcome.stderr[-3000:] or "it hangs"
    assert outcome.stdout == expected.read_text(encoding="utf-8")


def test_there_are_enough_programs_and_each_has_its_output() -> None:
    assert len(PROGRAMS) >= 75
    assert [name_of(case) for case in PROGRAMS if not case.output.exists()] == []
    assert orphans_in(FOLDER) == []


def test_every_rule_about_python_2_is_met() -> None:
    # Implicit relative imports need the files beside the file: the packages have them.
    met = {finding.code for case in PROGRAMS for finding in check_source(case.text, misread=case.misread).findings}
    wanted = {
        rule.code
        for rule in all_rules()
        if rule.code.startswith(("MP1", "MP2")) and rule.name != "implicit-relative-import"
    }
    assert sorted(wanted - met) == []


def test_few_programs_hold_what_no_fix_decides() -> None:
    assert sum(bool(reported_by(case)) for case in PROGRAMS) <= MOST_REPORTED


@pytest.mark.parametrize("case", PROGRAMS, ids=name_of)
def test_the_golden_output_is_what_python_2_prints(case: Case, python2: str) -> None:
    assert_prints_exactly(case.path, case.output, python2)


@pytest.mark.parametrize("case", PROGRAMS, ids=name_of)
def test_a_program_is_fixed_as_expected_and_then_stays(case: Case, bless: bool) -> None:
    assert_fixed_as_expected(case, bless=bless)


@pytest.mark.parametrize("case", PROGRAMS, ids=name_of)
def test_what_is_left_is_what_the_program_says(case: Case) -> None:
    left = fix_source(case.text, misread=case.misread, beside=case.beside).findings
    assert {finding.code for finding in left if finding.severity is Severity.ERROR} == reported_by(case)


@pytest.mark.parametrize("case", PROGRAMS, ids=name_of)
def test_a_fixed_program_prints_what_python_2_printed(case: Case, python: str) -> None:
    assert_prints_exactly(case.runnable, case.output, python)


@pytest.mark.parametrize("case", PARALLEL, ids=name_of)
def test_a_fixed_program_with_processes_prints_it_under_every_start_method(
    case: Case, python: str, start_method: str
) -> None:
    assert_prints_exactly(case.runnable, case.output, python, start_method)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_the_golden_output_of_a_package_is_what_python_2_prints(package: Path, python2: str) -> None:
    assert_prints_exactly(package / "before" / "run.py", package / "output.txt", python2)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_a_package_is_fixed_as_expected_and_then_stays(package: Path, tmp_path: Path, bless: bool) -> None:
    folder = tmp_path / "program"
    shutil.copytree(package / "before", folder)
    once = fixed_files(folder)
    if bless:
        shutil.copytree(folder, package / "after", dirs_exist_ok=True)
    assert once == texts_in(package / "after")
    assert fixed_files(folder) == once


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_a_fixed_package_prints_what_python_2_printed(package: Path, python: str) -> None:
    assert_prints_exactly(package / "after" / "run.py", package / "output.txt", python)


def fixed_files(folder: Path) -> dict[str, bytes]:
    """The files of a folder after the command line has fixed it as a whole."""
    subprocess.run([sys.executable, "-m", "mpmodernize", "fix", "."], cwd=folder, check=False, capture_output=True)
    return texts_in(folder)


def texts_in(folder: Path) -> dict[str, bytes]:
    """The files of a folder, by their place in it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.py"))}
