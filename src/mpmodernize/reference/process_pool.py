"""A pool of processes: `map`, one `apply_async`, and a list of them.

What the notes' program lacks, and this module does:

- **The pool is made under the main guard, or in a function that is called from there.** Under spawn and forkserver
  each child imports the main module; a pool made on import would start a pool in each child, without end.
- **The pool is closed and joined.** Leaving a `with` block *terminates* a pool: results that nobody has waited for
  are lost, and a later `get()` waits for ever. Dropped without `close`, a pool is left to the garbage collector.
- **Every result is asked for** by `get()`: that is where an exception of the worker is raised. A result never
  asked for hides it.

A pool replaces a worker that is killed, but not the task it had: `map` then waits for ever. Where that can happen
(memory, C libraries), use `concurrent.futures.ProcessPoolExecutor`, which raises `BrokenProcessPool`.

Sources: https://docs.python.org/3/library/multiprocessing.html#module-multiprocessing.pool and its programming
guidelines, "Safe importing of main module"; gh-79659, gh-126743 (results after the `with` block).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from mpmodernize.reference.engines import engine_or_pool, finished_pool, map_on, start_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mpmodernize.reference.contexts import Context
    from mpmodernize.reference.engines import Engine

T = TypeVar("T")
R = TypeVar("R")


def pool_map(
    function: Callable[[T], R],
    items: Iterable[T],
    *,
    processes: int | None = None,
    context: Context = None,
    engine: Engine | None = None,
) -> list[R]:
    """`[function(item) for item in items]`, shared out to a pool; the results are in the order of the items.

    Without an `engine` (any pool or executor, which stays open) a pool is made and finished. Raises what the function
    raises first.
    """
    with engine_or_pool(engine, processes, context) as workers:
        return map_on(workers, function, items)


def apply_one(
    function: Callable[..., R],
    arguments: tuple[Any, ...] = (),
    *,
    processes: int | None = None,
    context: Context = None,
    engine: Engine | None = None,
) -> R:
    """`function(*arguments)` in a worker. `arguments` is a tuple: one argument is written `(2,)`."""
    with engine_or_pool(engine, processes, context) as workers:
        return start_on(workers, function, arguments)()


def apply_each(
    function: Callable[..., R],
    arguments: Iterable[tuple[Any, ...]],
    *,
    processes: int | None = None,
    context: Context = None,
    engine: Engine | None = None,
) -> list[R]:
    """`[function(*a) for a in arguments]` by a list of `apply_async`; the results are in the order of the arguments.

    All tasks are handed out first and the results are asked for afterwards. `apply_async(...).get()` in one loop
    would do one task after the other.
    """
    with engine_or_pool(engine, processes, context) as workers:
        pending = [start_on(workers, function, tuple(each)) for each in arguments]
        return [result() for result in pending]


def square(number: int) -> int:
    """Square a number: the worker of the notes."""
    return number * number


def run(context: Context = None) -> None:
    """Do what the notes do: squares by `map`, by one `apply_async`, and by a list of them, from one pool."""
    with finished_pool(processes=2, context=context) as pool:
        print(pool.map(square, range(10)))
        print(pool.apply_async(square, (2,)).get())
        pending = [pool.apply_async(square, (number,)) for number in range(10)]
        print([result.get() for result in pending])


def expected() -> tuple[str, ...]:
    """Compute what a right program prints, without a process."""
    squares = str([square(number) for number in range(10)])
    return (squares, str(square(2)), squares)
