from __future__ import annotations

from mpmodernize.findings import Finding, Safety, TextEdit
from mpmodernize.report.positions import positions_in_the_original


def at(line: int, column: int = 1, code: str = "MP402", message: str = "lost", **fields: object) -> Finding:
    return Finding("a.py", line, column, line, column + 1, code, "a-name", message, **fields)  # type: ignore[arg-type]


def test_a_finding_that_is_left_is_told_where_the_file_on_disk_has_it() -> None:
    original = "import mp\np = 1\nq = 2\nv += 1\n"
    fixed = "import mp\n\n\nif __name__ == '__main__':\n    p = 1\n    q = 2\n    v += 1\n"
    moved = positions_in_the_original([at(7, 5)], [at(4), at(2, code="MP301")], original=original, fixed=fixed)
    assert moved == [at(4)]


def test_two_findings_of_one_rule_take_two_places() -> None:
    original = "a\nv += 1\nb\nv += 1\n"
    fixed = "A\nx\nv += 1\nb\nv += 1\n"
    moved = positions_in_the_original([at(3), at(5)], [at(2), at(4)], original=original, fixed=fixed)
    assert moved == [at(2), at(4)]


def test_what_is_said_of_it_is_what_is_left_to_say() -> None:
    left = at(2, message="still lost", safety=Safety.UNSAFE, advice="think")
    moved = positions_in_the_original([left], [at(1, 9, message="lost")], original="v\n", fixed="#\nv\n")
    assert moved == [at(1, 9, message="still lost", safety=Safety.UNSAFE, advice="think")]


def test_a_finding_that_only_the_fix_brought_to_light_is_told_at_the_line_it_comes_from() -> None:
    moved = positions_in_the_original([at(3, 7)], [], original="a\nb\n", fixed="a\nnew\nb\n")
    assert [(finding.line, finding.column) for finding in moved] == [(2, 1)]


def test_places_stay_where_nothing_changed() -> None:
    assert positions_in_the_original([at(1, 3)], [], original="a", fixed="a") == [at(1, 3)]


def test_a_place_behind_the_end_is_the_last_line() -> None:
    moved = positions_in_the_original([at(9)], [], original="a\nb", fixed="a")
    assert [finding.line for finding in moved] == [2]


def test_of_several_on_one_line_the_one_is_taken_that_the_characters_lead_back_to() -> None:
    original = "print a / b, c / d, e / f\n"
    fixed = "print(a // b, c / d, e // f)\n"
    found = [at(1, 7), at(1, 14), at(1, 21)]
    assert positions_in_the_original([at(1, 15)], found, original=original, fixed=fixed) == [at(1, 14)]
    indented = "if x:\n    print(a // b, c // d, e / f)\n"
    assert positions_in_the_original([at(2, 27)], found, original=original, fixed=indented) == [at(1, 21)]


def test_edits_go_along_only_where_they_are_of_the_original() -> None:
    edit = TextEdit(1, 1, 1, 2, "w")
    new = TextEdit(2, 1, 2, 2, "w")
    left, found = at(2, edits=(new,), safety=Safety.UNSAFE), at(1, edits=(edit,), safety=Safety.UNSAFE)
    (moved,) = positions_in_the_original([left], [found], original="v\n", fixed="#\nv\n")
    assert moved.edits == (edit,)
    (moved,) = positions_in_the_original([left], [], original="v\n", fixed="#\nv\n")
    assert moved.edits == ()
