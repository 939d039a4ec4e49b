"""Comments that are written for what is found: then nothing is found, and the program is the same."""

from __future__ import annotations

import ast
import warnings
from pathlib import Path

import pytest

from mpmodernize import check_source, fix_source
from mpmodernize.files.decode import UndecodableError, decode
from mpmodernize.findings import Finding
from mpmodernize.python2 import convert
from mpmodernize.suppression.adding import NOT_ADDED, with_comments
from tests.cases import Case, cases_in

FIXTURES = Path(__file__).parents[2] / "fixtures"
FOLDERS = sorted({path.parent for path in FIXTURES.rglob("*.py")})
# A comment inside such a comprehension keeps it from being turned into a loop: the same program, another conversion.
HINDERED = {"MP126_yield_in_comprehension/lists"}


def name_of(path: Path) -> str:
    return str(path.relative_to(FIXTURES).with_suffix(""))


def readable(case: Case) -> bool:
    try:
        decode(case.path.read_bytes())
    except UndecodableError:
        return False
    return True


def tree(text: str) -> str | None:
    """The tree of a text, after the conversion of Python 2 syntax; `None` where it is valid in neither language."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.dump(ast.parse(convert(text).source))
        except (SyntaxError, ValueError):
            return None


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_every_fixture_is_clean_with_its_comments_and_stays_the_same_program(folder: Path) -> None:
    for case in (case for case in cases_in(folder) if case.path.parent == folder and readable(case)):
        findings = check_source(case.text, misread=case.misread, beside=case.beside).findings
        silenced = with_comments(case.text, findings, "today")
        assert all(f"ignore[{each.code}" in silenced or f", {each.code}" in silenced for each in addable(findings))
        left = check_source(silenced, misread=case.misread, beside=case.beside).findings
        assert addable(left) == [], case.path
        assert [each.code for each in left if each.code in NOT_ADDED] == [
            each.code for each in findings if each.code in NOT_ADDED
        ], "each comment is of use"
        assert with_comments(silenced, left, "again") == silenced
        if not left:
            assert fix_source(silenced, misread=case.misread, beside=case.beside).source == silenced, case.path
        if not name_of(case.path).endswith(tuple(HINDERED)):
            assert tree(silenced) == tree(case.text), case.path


def addable(findings: tuple[Finding, ...]) -> list[Finding]:
    return [each for each in findings if each.code not in NOT_ADDED]


def on(line: int, *codes: str) -> list[Finding]:
    return [Finding("a.py", line, 1, line, 2, code, code.lower(), "") for code in codes]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("before", "line", "after"),
    [
        ("x", 1, "x  # mpmodernize: ignore[MP301, MP402] why"),
        ("x  # a word", 1, "x  # a word  # mpmodernize: ignore[MP301, MP402] why"),
        ("x  # noqa: E501", 1, "x  # noqa: E501  # mpmodernize: ignore[MP301, MP402] why"),
        ("x  # mpmodernize: ignore[MP501] old", 1, "x  # mpmodernize: ignore[MP501, MP301, MP402] old"),
        ("x  # mpmodernize: ignore[MP301,] old", 1, "x  # mpmodernize: ignore[MP301, MP402,] old"),
        ("x  # mpmodernize: ignore[missing-main-guard]", 1, "x  # mpmodernize: ignore[missing-main-guard, MP402]"),
        ("x  # mpmodernize: ignore", 1, "x  # mpmodernize: ignore  # mpmodernize: ignore[MP301, MP402] why"),
        ("# mpmodernize: ignore[MP1]|x", 2, "# mpmodernize: ignore[MP1]|x  # mpmodernize: ignore[MP301, MP402] why"),
        ("x = '''|'''|y", 1, "x = '''|'''  # mpmodernize: ignore[MP301, MP402] why|y"),
        ("x = 1 + \\|  2|y", 1, "x = 1 + \\|  2  # mpmodernize: ignore[MP301, MP402] why|y"),
        ("x = 1 \\||y", 1, "x = 1 \\|  # mpmodernize: ignore[MP301, MP402] why|y"),
        ("f(|  a,|  b)", 2, "f(|  a,  # mpmodernize: ignore[MP301, MP402] why|  b)"),
        ("if x:|  y", 1, "if x:  # mpmodernize: ignore[MP301, MP402] why|  y"),
        ("print `x`, 1", 1, "print `x`, 1  # mpmodernize: ignore[MP301, MP402] why"),
        ("# coding: utf-8|x", 1, "# coding: utf-8  # mpmodernize: ignore[MP301, MP402] why|x"),
    ],
)
def test_a_comment_stands_at_the_end_of_the_line_or_joins_the_one_that_is_there(
    before: str, line: int, after: str, newline: str
) -> None:
    findings = on(line, "MP402", "MP301", "MP402", "MP001", "MP002", "MP003")
    text = before.replace("|", newline)
    assert with_comments(text, findings, "why") == after.replace("|", newline)
    assert with_comments(f"{text}{newline}", findings, "why") == after.replace("|", newline) + newline


def test_a_reason_has_one_line() -> None:
    with pytest.raises(ValueError, match="one line"):
        with_comments("x", on(1, "MP301"), "why\nimport os")
