"""The pool functions run on any pool or executor. (The documentation's example runs them on a cluster of Dask's.)"""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing.pool import ThreadPool
from typing import TYPE_CHECKING

import pytest

from mpmodernize.reference import apply_each, apply_one, pool_map, square

if TYPE_CHECKING:
    from mpmodernize.reference import Engine


def fail(number: int) -> None:
    raise ValueError(number)


def assert_serves(engine: Engine) -> None:
    """Everything that the pool functions promise, twice: the engine stays open."""
    for _ in range(2):
        assert pool_map(square, range(5), engine=engine) == [0, 1, 4, 9, 16]
        assert apply_one(square, (3,), engine=engine) == 9
        assert apply_each(square, [(4,), (3,)], engine=engine) == [16, 9]
        with pytest.raises(ValueError, match="7"):
            apply_one(fail, (7,), engine=engine)
        with pytest.raises(ValueError, match="7"):
            pool_map(fail, [7], engine=engine)


def test_a_pool(start_method: str) -> None:
    with multiprocessing.get_context(start_method).Pool(2) as pool:
        assert_serves(pool)


def test_an_executor(start_method: str) -> None:
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(start_method)) as executor:
        assert_serves(executor)


def test_threads() -> None:
    with ThreadPool(2) as pool:
        assert_serves(pool)
    with ThreadPoolExecutor(2) as executor:
        assert_serves(executor)


def test_what_an_engine_has_already_is_not_chosen_again() -> None:
    with ThreadPool(1) as pool:
        with pytest.raises(ValueError, match="an engine has its processes"):
            pool_map(square, [1], engine=pool, processes=2)
        with pytest.raises(ValueError, match="start method already"):
            apply_one(square, (1,), engine=pool, context="spawn")
