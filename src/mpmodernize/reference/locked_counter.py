"""A counter that several processes add to, under a lock.

The notes' worker has three faults at once, and this module is what is right instead:

- **A plain global is not shared.** Each process has its own `A`; the parent's stays as it was. The counter is a
  `Value`, in shared memory.
- **The lock is passed to the worker.** A module-level lock is a different lock in every child under spawn (and
  mostly under forkserver): it excludes nobody. Made under the main guard and passed, it is one lock everywhere.
- **`with lock:` instead of `acquire` and `release`**: if the code between them raises, a lock that is not released
  stops every other process for ever.

`A += 1` is a read, an addition and a write; two processes that read the same number lose one of the two additions.
It needs the lock even on a `Value`: reading and writing are each safe there, the three together are not.

Sources: https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Value and the programming
guidelines, "Explicitly pass resources to child processes"; gh-94765 (keep the lock alive until the join).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from mpmodernize.reference.contexts import Context, resolve
from mpmodernize.reference.process_queue import WorkerDiedError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.process import BaseProcess
    from multiprocessing.sharedctypes import Synchronized
    from multiprocessing.synchronize import Lock


def add(counter: Synchronized[Any], steps: int) -> None:
    """Add one, `steps` times, under the lock that the counter brings with it."""
    for _ in range(steps):
        with counter.get_lock():
            counter.value += 1


def add_and_print(lock: Lock, counter: Synchronized[Any], name: str, steps: int) -> None:
    """Hold the lock for the whole loop, add one each time, and print the number: the worker of the notes."""
    with lock:
        for _ in range(steps):
            counter.value += 1
            print(name, counter.value)


def count(workers: int, steps: int, *, context: Context = None) -> int:
    """Let `workers` processes each add one `steps` times; the result is always `workers * steps`.

    Raises `WorkerDiedError` if a process fails.
    """
    ctx = resolve(context)
    counter = ctx.Value("q", 0)
    processes = [ctx.Process(target=add, args=(counter, steps)) for _ in range(workers)]
    _start_and_join(processes)
    return int(counter.value)


_pool_counter: Synchronized[Any]


def _receive(counter: Synchronized[Any]) -> None:
    global _pool_counter  # noqa: PLW0603 - a pool's tasks have no other way to it
    _pool_counter = counter


def _add_in_pool(steps: int) -> None:
    add(_pool_counter, steps)


def count_in_pool(tasks: int, steps: int, *, processes: int | None = None, context: Context = None) -> int:
    """Count with a pool, where the counter travels by the initializer.

    Passed with the task itself it would raise "Synchronized objects should only be shared between processes through
    inheritance": locks can be given to a process only when it starts.
    """
    ctx = resolve(context)
    counter = ctx.Value("q", 0)
    with ctx.Pool(processes, initializer=_receive, initargs=(counter,)) as pool:
        pool.map(_add_in_pool, [steps] * tasks, chunksize=1)
        pool.close()
        pool.join()
    return int(counter.value)


def _start_and_join(processes: Sequence[BaseProcess]) -> None:
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    for process in processes:
        if process.exitcode != 0:
            raise WorkerDiedError(f"{process.name} failed (exit code {process.exitcode})")


def run(context: Context = None) -> None:
    """Do what the notes mean: `job1` counts to ten under a lock that it is given."""
    ctx = resolve(context)
    lock = ctx.Lock()
    # The lock above guards every access, so the counter needs none of its own.
    counter = ctx.Value("q", 0, lock=False)
    _start_and_join([ctx.Process(target=add_and_print, args=(lock, counter, "job1", 10))])


def expected() -> tuple[str, ...]:
    """Compute what a right program prints with one worker, without a process."""
    return tuple(f"job1 {number}" for number in range(1, 11))


def is_counted(line: str) -> bool:
    """Whether a printed line is a name and a number, like `job1 7`."""
    name, _, number = line.strip().rpartition(" ")
    return bool(name) and number.isdecimal()


def departures(lines: Sequence[str]) -> list[str]:
    """Say where the output of such a program departs from a right one, for any number of workers and steps.

    Of lines that end in a number (`job1 7`), each number from 1 to the last must come exactly once: a lost update
    prints one twice, a counter of each process's own begins again. The order is free, because each process writes
    out its lines when it ends.
    """
    numbers = Counter(int(line.split()[-1]) for line in lines if is_counted(line))
    if not numbers:
        return ["prints no line that ends in a number, as `job1 1` does"]
    problems = [f"prints {number} {times} times" for number, times in sorted(numbers.items()) if times > 1]
    gaps = sorted(set(range(1, max(numbers) + 1)) - set(numbers))
    return problems + [f"never prints {number}" for number in gaps[:10]]
