"""The legacy scripts: fixed as expected, and run on every Python at hand under every start method."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpmodernize import check_source
from mpmodernize.verify.compare import Likeness, compare
from mpmodernize.verify.runner import run
from tests.cases import Case, assert_fixed_as_expected, assert_prints, cases_in, orphans_in

FOLDER = Path(__file__).parents[1] / "fixtures" / "legacy"
CASES = cases_in(FOLDER)


def name_of(case: Case) -> str:
    return case.path.stem


def test_there_are_at_least_twenty_with_their_fixed_form_and_output() -> None:
    assert len(CASES) >= 20
    assert all(case.fixed.exists() and case.output.exists() for case in CASES)
    assert orphans_in(FOLDER) == []


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_script_is_fixed_as_expected_and_then_stays(case: Case, bless: bool) -> None:
    assert_fixed_as_expected(case, bless=bless)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_every_line_that_no_fix_touches_comes_back_byte_for_byte(case: Case) -> None:
    findings = {finding.line for finding in check_source(case.text).findings}
    fixed = set(case.fixed.read_bytes().splitlines(keepends=False))
    comments = [line.split(b"#", 1)[1].strip() for line in case.path.read_bytes().splitlines() if b"#" in line]
    kept = b"\n".join(fixed)
    assert findings
    assert all(comment in kept for comment in comments)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_fixed_script_prints_what_python_2_printed(case: Case, python: str, start_method: str) -> None:
    assert_prints(case.runnable, case.output.read_text(encoding="utf-8"), python=python, start_method=start_method)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_the_golden_output_is_what_python_2_prints(case: Case, python2: str) -> None:
    if "# python2 output: " in case.text:
        pytest.skip("the original cannot run, or loses updates: the file says what it should print")
    outcome = run(case.path, python=python2, timeout=60)
    assert compare(case.output.read_text(encoding="utf-8"), outcome.stdout) is not Likeness.DIFFERENT
