from __future__ import annotations

import pytest

from mpmodernize.verify.compare import Likeness, compare, looks_like_a_time


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("a\nb\n", "a\nb\n", Likeness.SAME),
        ("a\r\nb", "a\nb\n", Likeness.SAME),
        ("a\nb\n", "b\na\n", Likeness.ORDER),
        ("a\nb\n", "a\nb\nb\n", Likeness.DIFFERENT),
        ("sum 3\n0.123456\n", "sum 3\n0.654321\n", Likeness.VOLATILE),
        ("took 1.25 s", "took 3.5 s", Likeness.VOLATILE),
        ("elapsed: 2.1e-05", "elapsed: 0.1", Likeness.VOLATILE),
        ("1.0\n", "4.0\n", Likeness.DIFFERENT),
        ("pid 12 done", "pid 345 done", Likeness.VOLATILE),
        ("<Lock at 0x7f12>", "<Lock at 0x7fff>", Likeness.VOLATILE),
        ("ForkPoolWorker-1", "SpawnPoolWorker-3", Likeness.VOLATILE),
        ("Process-1", "SpawnProcess-1:2", Likeness.VOLATILE),
        ("job1 1\njob1 2", "job1 1\njob1 1", Likeness.DIFFERENT),
        ("499999666667166666000000", "499999666667166666000001", Likeness.DIFFERENT),
        ("", "x", Likeness.DIFFERENT),
        ("at 12:00:01,123 done", "at 13:10:00 done", Likeness.VOLATILE),
        ("ratio 12:30", "ratio 12:31", Likeness.DIFFERENT),
        ("thread 140234567890123", "thread 139999567890123", Likeness.VOLATILE),
    ],
)
def test_real_differences_are_told_from_those_of_time_order_and_place(
    left: str, right: str, expected: Likeness
) -> None:
    assert compare(left, right) is expected
    assert compare(right, left) is expected


@pytest.mark.parametrize(
    ("line", "expected"), [("0.32648945699997968", True), ("1.0", False), ("it took 3.1 s", True), ("[0, 1, 4]", False)]
)
def test_a_time_is_recognised_by_its_digits_or_its_words(line: str, expected: bool) -> None:
    assert looks_like_a_time(line) is expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("worker 4242 of 3", "worker 5151 of 3", Likeness.VOLATILE),
        ("worker 4242 of 3", "worker 5151 of 4", Likeness.DIFFERENT),
        ("(4242, 'a')", "(5151, 'a')", Likeness.VOLATILE),
        ("sum 4242", "sum 5300", Likeness.DIFFERENT),
        ("4242.5", "5151.5", Likeness.DIFFERENT),
        ("pid4242", "pid5151", Likeness.VOLATILE),
        ("14242", "15151", Likeness.DIFFERENT),
    ],
)
def test_numbers_that_the_system_gave_are_known_by_their_range(left: str, right: str, expected: Likeness) -> None:
    assert compare(left, right, [range(4200, 4300)], [range(5100, 5200)]) is expected


def test_the_digits_of_a_time_are_no_address() -> None:
    assert compare("time 0.017638206481933594\n", "time 0.126387357711792\n") is Likeness.VOLATILE
    assert compare("in 140234567890123\n", "in 139876543210987\n") is Likeness.VOLATILE
