"""The cases of every rule: found where marked, fixed as expected, running as before; near misses left alone."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mpmodernize import check_source
from tests.cases import Case, assert_fixed_as_expected, assert_prints, cases_in, orphans_in

FOLDER = Path(__file__).parents[2] / "fixtures" / "rules"
CASES = cases_in(FOLDER)
RUNNING = [case for case in CASES if case.output.exists()]


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


@pytest.mark.parametrize("case", RUNNING, ids=name_of)
def test_a_case_prints_the_same_under_every_start_method(case: Case, start_method: str) -> None:
    expected = case.output.read_text(encoding="utf-8")
    assert_prints(case.runnable, expected, python=sys.executable, start_method=start_method)


def test_no_golden_file_is_without_its_case() -> None:
    assert orphans_in(FOLDER) == []
