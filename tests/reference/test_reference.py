from __future__ import annotations

import ctypes
import math
import multiprocessing
import os
import time
from array import array
from multiprocessing.sharedctypes import typecode_to_type  # type: ignore[attr-defined]

import pytest

from mpmodernize.reference import (
    TYPE_CODES,
    WorkerDiedError,
    WorkerFailedError,
    apply_each,
    apply_one,
    change_in_processes,
    count,
    count_in_pool,
    finished_pool,
    pool_map,
    run_in_processes,
    shared_array,
    shared_value,
    square,
    sum_of_powers,
    type_code,
)


def fail(number: int) -> None:
    raise ValueError(number)


def die(code: int) -> None:
    os._exit(code)


def sleep_or_die(seconds: float) -> None:
    if not seconds:
        os._exit(7)
    time.sleep(seconds)


def many_bytes(number: int) -> bytes:
    return b"x" * number


def a_lambda() -> object:
    return lambda: None


class TwoArgumentsError(Exception):
    def __init__(self, first: int, second: int) -> None:
        super().__init__(f"{first} and {second}")


def fail_without_a_way_back() -> None:
    raise TwoArgumentsError(1, 2)


def test_results_come_in_the_order_of_the_arguments(start_method: str) -> None:
    assert run_in_processes(square, [(3,), (1,), (2,)], context=start_method) == [9, 1, 4]


def test_results_larger_than_a_pipe_do_not_block_the_join(start_method: str) -> None:
    results = run_in_processes(many_bytes, [(1_000_000,)] * 2, context=start_method)
    assert [len(each) for each in results] == [1_000_000] * 2


def test_an_exception_of_a_worker_reaches_the_caller(start_method: str) -> None:
    with pytest.raises(ValueError, match="7"):
        run_in_processes(fail, [(7,)], context=start_method)


@pytest.mark.parametrize("code", [0, 5])
def test_a_process_that_ends_without_a_result_is_noticed(start_method: str, code: int) -> None:
    with pytest.raises(WorkerDiedError, match=f"exit code {code}"):
        run_in_processes(die, [(code,)], context=start_method)


def test_when_one_process_dies_the_others_are_not_waited_for() -> None:
    with pytest.raises(WorkerDiedError):
        run_in_processes(sleep_or_die, [(0.0,), (600.0,)])
    assert not [child for child in multiprocessing.active_children() if child.is_alive()]


def test_an_exception_that_cannot_be_unpickled_is_told_by_its_text(start_method: str) -> None:
    with pytest.raises(WorkerFailedError, match="TwoArgumentsError: 1 and 2"):
        run_in_processes(fail_without_a_way_back, [()], context=start_method)


def test_a_result_that_cannot_be_pickled_is_an_error_and_no_hang(start_method: str) -> None:
    with pytest.raises(Exception, match=r"(?i)pickle"):
        run_in_processes(a_lambda, [()], context=start_method)


def test_no_processes_give_no_results() -> None:
    assert run_in_processes(square, []) == []


def test_the_sum_of_the_notes_is_that_of_its_closed_form() -> None:
    assert sum_of_powers(4) == 6 + 14 + 36


def test_a_pool_does_what_a_loop_does(start_method: str) -> None:
    assert pool_map(square, range(5), processes=2, context=start_method) == [0, 1, 4, 9, 16]
    assert apply_one(square, (3,), processes=1, context=start_method) == 9
    assert apply_each(square, [(3,), (4,)], processes=2, context=start_method) == [9, 16]


@pytest.mark.parametrize("call", [lambda: apply_one(fail, (7,)), lambda: pool_map(fail, [7], processes=1)])
def test_an_exception_in_a_pool_reaches_the_caller(call: object) -> None:
    with pytest.raises(ValueError, match="7"):
        call()  # type: ignore[operator]


def test_work_that_nobody_has_waited_for_is_done_when_the_block_ends() -> None:
    with finished_pool(2) as pool:
        pending = [pool.apply_async(square, (number,)) for number in range(8)]
    assert [result.get(timeout=10) for result in pending] == [number * number for number in range(8)]


def test_processes_change_shared_memory(start_method: str) -> None:
    value = shared_value("d", 1, context=start_method)
    numbers = shared_array("i", [1, 2, 3], context=start_method)
    change_in_processes([1, 2], value, numbers, context=start_method)
    assert (value.value, numbers[:]) == (4.0, [4, 5, 6])


def test_no_update_of_a_counter_is_lost(start_method: str) -> None:
    assert count(3, 2000, context=start_method) == 6000
    assert count_in_pool(4, 500, processes=2, context=start_method) == 2000


@pytest.mark.parametrize("row", TYPE_CODES, ids=lambda row: row.code)
def test_the_table_of_type_codes_is_what_multiprocessing_and_array_say(row: object) -> None:
    assert isinstance(row, type(TYPE_CODES[0]))
    assert row.ctype is typecode_to_type[row.code]
    assert row.size == ctypes.sizeof(typecode_to_type[row.code]) >= row.minimum_size
    if row.code not in "cu":
        assert row.size == array(row.code).itemsize
    assert isinstance(multiprocessing.Value(row.code).value, row.python_type)


def test_the_table_has_every_code_that_multiprocessing_has() -> None:
    assert {row.code for row in TYPE_CODES} == set(typecode_to_type)


@pytest.mark.parametrize("row", [row for row in TYPE_CODES if row.python_type is int], ids=lambda row: row.code)
def test_the_ends_of_the_range_fit_and_what_is_beyond_wraps(row: object) -> None:
    assert isinstance(row, type(TYPE_CODES[0]))
    assert row.minimum is not None
    assert row.maximum is not None
    for end, beyond in ((row.minimum, row.minimum - 1), (row.maximum, row.maximum + 1)):
        assert row.holds(end)
        assert row.ctype(end).value == end
        assert not row.holds(beyond)
        assert row.ctype(beyond).value != beyond


@pytest.mark.parametrize(
    ("code", "value", "fits"),
    [
        ("b", 128, False), ("b", -128, True), ("B", -1, False), ("i", 1.5, False), ("i", "1", False), ("i", True, True),
        ("d", 1, True), ("d", 1e308, True), ("f", 1e39, False), ("f", 0.1, True), ("d", math.inf, True),
        ("d", math.nan, True), ("d", "x", False), ("c", b"x", True), ("c", "x", False), ("c", b"xy", False),
        ("u", "é", True), ("u", "xy", False), ("u", b"x", False),
    ],
)  # fmt: skip
def test_what_fits_a_type_code(code: str, value: object, fits: bool) -> None:
    assert type_code(code).holds(value) is fits


@pytest.mark.parametrize(("code", "value"), [("b", 300), ("c", "x"), ("w", "x"), ("int", 1), ("i", 1.5)])
def test_a_value_that_does_not_fit_is_refused_and_does_not_wrap(code: str, value: object) -> None:
    with pytest.raises(ValueError, match=repr(code)):
        shared_value(code, value)
    with pytest.raises(ValueError, match=repr(code)):
        shared_array(code, [value])


def test_an_array_can_be_made_by_length_and_of_bytes() -> None:
    assert shared_array("i", 3)[:] == [0, 0, 0]
    assert bytes(shared_array("c", b"abc")[:]) == b"abc"


def test_a_context_object_will_do_for_a_context() -> None:
    assert pool_map(square, [2], processes=1, context=multiprocessing.get_context("spawn")) == [4]


def test_an_unknown_start_method_is_an_error() -> None:
    with pytest.raises(ValueError, match="teleport"):
        count(1, 1, context="teleport")
