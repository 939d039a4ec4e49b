"""The cases of every rule: found where marked, fixed as expected, running as before; near misses left alone."""

from __future__ import annotations

import os
import sys
import zlib
from pathlib import Path

import pytest

from mpmodernize import check_source
from mpmodernize.verify.interpreters import interpreters
from tests.before import as_it_stands, assert_behaves, behaviours
from tests.cases import Case, assert_fixed_as_expected, assert_prints, cases_in, orphans_in
from tests.conftest import START_METHODS

FOLDER = Path(__file__).parents[2] / "fixtures" / "rules"
CASES = cases_in(FOLDER)
RUNNING = [case for case in CASES if case.output.exists()]
BROKEN = [case for case in CASES if case.before.exists()]
EVERYTHING = os.environ.get("MPMODERNIZE_CASES") == "all"
"""Whether each case runs on every Python under every start method, which takes long; otherwise one falls to each."""


def name_of(case: Case) -> str:
    return str(case.path.relative_to(FOLDER).with_suffix(""))


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_rule_speaks_on_the_marked_lines_and_nowhere_else(case: Case) -> None:
    code = case.path.relative_to(FOLDER).parts[0].split("_")[0]
    ends = case.logical_line_ends()
    findings = check_source(case.text, misread=case.misread, beside=case.beside).findings
    found = {finding.line for finding in findings if finding.code == code}
    assert sorted({ends.get(line, line) for line in found}) == case.marked_lines(code)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_case_is_fixed_as_expected_and_then_stays(case: Case, bless: bool) -> None:
    assert_fixed_as_expected(case, bless=bless)


def methods_for(case: Case) -> list[str]:
    """The start methods under which a case runs: all for what is fixed; of right code, which is left alone, one."""
    if EVERYTHING or case.runnable != case.path:
        return START_METHODS
    return [START_METHODS[zlib.crc32(name_of(case).encode()) % len(START_METHODS)]]


@pytest.mark.parametrize(
    ("case", "method"),
    [pytest.param(case, method, id=f"{method}-{name_of(case)}") for case in RUNNING for method in methods_for(case)],
)
def test_a_case_prints_the_same_under_every_start_method(case: Case, method: str) -> None:
    expected = case.output.read_text(encoding="utf-8")
    assert_prints(case.runnable, expected, python=sys.executable, start_method=method)


@pytest.mark.parametrize("case", RUNNING, ids=name_of)
def test_a_case_prints_the_same_on_other_pythons(case: Case) -> None:
    here = "{}.{}".format(*sys.version_info)
    others = [path for version, path in interpreters().items() if version not in {"2.7", here}]
    if not others:
        pytest.skip("no other Python here (PATH, pyenv, MPMODERNIZE_PYTHONS)")
    runs = [(python, method) for python in others for method in START_METHODS]
    for python, method in runs if EVERYTHING else [runs[zlib.crc32(name_of(case).encode()) % len(runs)]]:
        expected = case.output.read_text(encoding="utf-8")
        assert_prints(case.runnable, expected, python=python, start_method=method)


@pytest.mark.parametrize("case", BROKEN, ids=name_of)
def test_a_case_as_it_stands_shows_its_defect(case: Case, start_method: str, tmp_path: Path) -> None:
    program = as_it_stands(case, tmp_path)
    output = case.output.read_text(encoding="utf-8") if case.output.exists() else None
    expected = behaviours(case.before)[start_method]
    pythons = [path for version, path in interpreters().items() if version != "2.7"] if EVERYTHING else []
    for python in pythons or [sys.executable]:
        assert_behaves(program, expected, output, python=python)


@pytest.mark.parametrize("case", BROKEN, ids=name_of)
def test_what_a_case_does_before_is_wrong_under_one_start_method_at_least(case: Case) -> None:
    assert any(each.what != "prints" or each.words for each in behaviours(case.before).values())


def test_no_golden_file_is_without_its_case() -> None:
    assert orphans_in(FOLDER) == []
