"""The engine behind a pool function: a pool of one's own, or any pool or executor that is there already.

The functions of a program need not know where they run. `multiprocessing` offers `map` and `apply_async`, and so do its
relatives (`multiprocessing.pool.ThreadPool`, `billiard`, `multiprocess`, Ray's pool); `concurrent.futures` offers `map`
and `submit`, and so do `loky`, `mpi4py.futures` and Dask (`Client.get_executor()`), which reach other machines.

Sources: https://docs.python.org/3/library/concurrent.futures.html#executor-objects and
https://docs.python.org/3/library/multiprocessing.html#module-multiprocessing.pool
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

from mpmodernize.reference.contexts import Context, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Executor
    from multiprocessing.pool import Pool

T = TypeVar("T")
R = TypeVar("R")


class PoolLike(Protocol):
    """What has the methods of `multiprocessing.Pool`."""

    def map(self, func: Callable[[Any], Any], iterable: Iterable[Any]) -> Any:
        """Like `Pool.map`: a list."""

    def apply_async(self, func: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        """Like `Pool.apply_async`: something with a `get`."""


Engine: TypeAlias = "PoolLike | Executor"
"""A pool, or an executor: told apart by `submit`, which only executors have."""


@contextmanager
def finished_pool(processes: int | None = None, *, context: Context = None) -> Iterator[Pool]:
    """Make a pool that finishes its work at the end of the `with` block; if the block raises, it is terminated.

    `processes` is how many workers there are; `None` means as many as the machine has cores. (It must be an integer:
    `Pool(cores / 2)` is a `TypeError` in Python 3, where `/` makes a float.)
    """
    with resolve(context).Pool(processes) as pool:
        yield pool
        pool.close()
        pool.join()


@contextmanager
def engine_or_pool(engine: Engine | None, processes: int | None, context: Context) -> Iterator[Engine]:
    """The engine that is given, which stays open; or else a pool for the length of the block.

    Raises `ValueError` if an engine is given and a choice that only a new pool could follow.
    """
    if engine is None:
        with finished_pool(processes, context=context) as pool:
            yield pool
        return
    if processes is not None or context is not None:
        raise ValueError("an engine has its processes and its start method already: give either it, or those")
    yield engine


def map_on(engine: Engine, function: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """`[function(item) for item in items]` on an engine, in the order of the items."""
    return list(engine.map(function, items))


def start_on(engine: Engine, function: Callable[..., R], arguments: tuple[Any, ...]) -> Callable[[], R]:
    """Hand `function(*arguments)` to an engine; what is returned waits for the result, and raises what it raised."""
    if hasattr(engine, "submit"):
        result: Callable[[], R] = engine.submit(function, *arguments).result
        return result
    get: Callable[[], R] = engine.apply_async(function, arguments).get
    return get
