from __future__ import annotations

from typing import Any

import pytest

from mpmodernize.findings import Finding, Safety, Severity
from mpmodernize.report.terminal import cells
from mpmodernize.report.text import check_summary, concise, done, fix_summary, full, source_lines


def finding(line: int = 1, column: int = 1, *, length: int = 1, **fields: object) -> Finding:
    place = {"end_line": line, "end_column": column + length, "filename": "a.py", "code": "MP301"}
    return Finding(line=line, column=column, **{**place, "name": "missing-main-guard", "message": "broken", **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "a.py:3:5: MP301 broken"),
        ({"safety": Safety.SAFE}, "a.py:3:5: MP301 [*] broken"),
        ({"safety": Safety.UNSAFE}, "a.py:3:5: MP301 broken"),
        ({"severity": Severity.HINT}, "a.py:3:5: MP301 hint: broken"),
        ({"severity": Severity.HINT, "safety": Safety.SAFE}, "a.py:3:5: MP301 [*] hint: broken"),
    ],
)
def test_a_finding_is_one_line_with_its_place_and_a_star_for_a_safe_fix(fields: dict[str, Any], expected: str) -> None:
    assert concise(finding(3, 5, **fields)) == expected


@pytest.mark.parametrize(
    ("line", "column", "length", "text", "caret"),
    [
        ("p.start()", 1, 9, "p.start()", "^^^^^^^^^"),
        ("    p.start()", 5, 1, "    p.start()", "    ^"),
        ("\tp.start()", 2, 1, "        p.start()", "        ^"),
        ("a\tb", 3, 1, "a       b", "        ^"),
        ("x = '中文', l", 11, 1, "x = '中文', l", "            ^"),
        ("变量 += 1", 1, 2, "变量 += 1", "^^^^"),
        ("e\u0301 = 1", 4, 1, "e\u0301 = 1", "  ^"),
        ("\x1b[31m x", 7, 1, "␛[31m x", "      ^"),
        ("x", 9, 3, "x", " ^"),
    ],
)
def test_the_caret_lines_up_behind_tabs_and_wide_characters(
    line: str, column: int, length: int, text: str, caret: str
) -> None:
    shown = full(finding(1, column, length=length), [line]).splitlines()
    assert shown[2:4] == [f"1 | {text}", f"  | {caret}"]


def test_of_a_finding_over_several_lines_the_first_is_underlined_to_its_end() -> None:
    shown = full(finding(1, 3, end_line=2, end_column=9), ["f(a,", "  b)"])
    assert shown.splitlines()[3] == "  |   ^^"


@pytest.mark.parametrize("column", [1, 5_000, 9_990])
def test_of_a_very_long_line_the_part_around_the_caret_is_shown(column: int) -> None:
    _, _, text, caret = full(finding(1, column, length=3), ["abcdefghij" * 1000]).splitlines()
    assert len(text) < 160
    start = caret.index("^")
    assert text[start : start + 3] == ("abcdefghij" * 1000)[column - 1 : column + 2]


@pytest.mark.parametrize(
    ("safety", "label"), [(Safety.SAFE, "fix"), (Safety.UNSAFE, "unsafe fix"), (Safety.MANUAL, "help")]
)
def test_the_advice_follows_and_says_whose_work_it_is(safety: Safety, label: str) -> None:
    assert full(finding(advice="pass the lock", safety=safety), ["x"]).endswith(f"  = {label}: pass the lock\n")


def test_a_place_behind_the_end_of_the_text_shows_no_source_line() -> None:
    assert full(finding(7), ["x"]) == "a.py:7:1: MP301 broken\n"


def test_lines_are_counted_as_python_counts_them() -> None:
    assert source_lines("a\r\nb\rc\nd\fe\u2028f") == ["a", "b", "c", "d\fe\u2028f"]


def test_without_colour_there_is_no_escape_and_with_colour_there_is() -> None:
    assert "\x1b" not in full(finding(), ["x"])
    assert "\x1b[" in full(finding(), ["x"], colour=True)


def test_what_was_done_is_told_by_rule_with_lines() -> None:
    fixed = [finding(line, code="MP101", name="print-statement") for line in (7, 3, 3)] + [finding(9)]
    assert done(fixed, filename="a.py").splitlines() == [
        "fixed a.py",
        "    3 x MP101 print-statement (lines 3, 7)",
        "    1 x MP301 missing-main-guard (line 9)",
    ]
    assert done(fixed, filename="a.py", would=True).startswith("would fix a.py\n")


SAFE, UNSAFE, MANUAL = (finding(safety=safety) for safety in (Safety.SAFE, Safety.UNSAFE, Safety.MANUAL))


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        ([], "No findings."),
        ([MANUAL], "Found 1 finding in 1 file."),
        ([SAFE, SAFE, MANUAL], "Found 3 findings in 1 file (2 with `mpmodernize fix`)."),
        ([SAFE, UNSAFE], "Found 2 findings in 1 file (1 with `mpmodernize fix`, 1 more with `--unsafe-fixes`)."),
    ],
)
def test_the_closing_line_of_check(left: list[Finding], expected: str) -> None:
    assert check_summary(left) == expected.replace("(2 with", "(2 fixable with").replace("(1 with", "(1 fixable with")


@pytest.mark.parametrize(
    ("fixed", "left", "changed", "would", "expected"),
    [
        ([], [], 0, False, "Nothing to fix."),
        ([SAFE], [], 1, False, "Fixed 1 finding in 1 file."),
        ([SAFE] * 5, [UNSAFE], 2, False, "Fixed 5 findings in 2 files, 1 left (1 fixable with `--unsafe-fixes`)."),
        ([SAFE], [MANUAL], 1, True, "Would fix 1 finding in 1 file, 1 left."),
        ([], [MANUAL], 0, False, "Nothing fixed, 1 left."),
        ([], [MANUAL], 0, True, "Nothing to fix, 1 left."),
    ],
)
def test_the_closing_line_of_fix(
    fixed: list[Finding], left: list[Finding], changed: int, would: bool, expected: str
) -> None:
    assert fix_summary(fixed, left, changed_files=changed, would=would) == expected


def test_cells_say_how_wide_a_line_is() -> None:
    assert sum(width for _, width in cells("a\t中e\u0301\x00")) == 8 + 2 + 1 + 1
