"""Results from processes through a queue.

The notes start two processes, join them, and then read the queue. That order works only while the results are
small, and only while every process delivers one. What this module does about it:

- **The queue is read before the processes are joined.** A process that has put something on a queue doesn't end
  until its feeder thread has written everything into the pipe; a pipe holds 64 KB on Linux, 8 KB on Windows. Joined
  first, with nobody reading, parent and child wait for one another for ever.
- **A process that dies without a result is noticed.** `queue.get()` alone would wait for ever.
- **An exception in the worker is raised in the caller.** Left alone, it is printed by the child and lost.
- **The worker pickles its result itself.** The queue pickles in its feeder thread, where a failure is printed and the
  item dropped: the caller would wait for something that never comes.

Sources: https://docs.python.org/3/library/multiprocessing.html#programming-guidelines, "Joining processes that use
queues" and "Explicitly pass resources to child processes"; gh-94765 (a queue freed before the child has it) and
gh-103061 (exceptions that can't be unpickled).
"""

from __future__ import annotations

import pickle
import queue
import time
from typing import TYPE_CHECKING, Any, TypeVar

from mpmodernize.reference.contexts import Context, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from multiprocessing.process import BaseProcess
    from multiprocessing.queues import Queue

R = TypeVar("R")

_POLL_SECONDS = 0.1


class WorkerDiedError(RuntimeError):
    """A process ended without a result: killed, crashed, or left by `os._exit`."""


class WorkerFailedError(RuntimeError):
    """A worker raised an exception, or returned a value, that can't travel between processes."""


def run_in_processes(
    function: Callable[..., R], arguments: Iterable[tuple[Any, ...]], *, context: Context = None
) -> list[R]:
    """Call `function(*a)` for each `a` of `arguments`, each in a process of its own; the results are in their order.

    `function` must be defined at the top of a module: spawn and forkserver send it by name.
    Waits for all processes; then the first exception that a worker raised is raised here.

    Raises `WorkerDiedError` if a process ends without a result; the others are then terminated. (One that is killed
    in the middle of *writing* a large result can still block a queue; `concurrent.futures.ProcessPoolExecutor`,
    which watches its processes from a thread, raises `BrokenProcessPool` in every case.)
    """
    ctx = resolve(context)
    # The queue lives in a variable of the function that joins: were it freed before a spawned child has
    # unpickled its copy, the child would die with FileNotFoundError (gh-94765).
    results: Queue[tuple[int, bytes]] = ctx.Queue()
    processes = [
        ctx.Process(target=_work, args=(results, number, function, tuple(each)))
        for number, each in enumerate(arguments)
    ]
    try:
        for process in processes:
            process.start()
        messages = _collect(results, processes)
    except BaseException:
        for process in processes:
            if process.pid is not None:
                process.terminate()
        raise
    finally:
        for process in processes:
            if process.pid is not None:
                process.join()
    outcomes = [pickle.loads(messages[number]) for number in range(len(processes))]  # noqa: S301 - our own children's
    for succeeded, value in outcomes:
        if not succeeded:
            raise value
    return [value for _, value in outcomes]


def _work(
    results: Queue[tuple[int, bytes]], number: int, function: Callable[..., Any], arguments: tuple[Any, ...]
) -> None:
    """Do what each process does. The queue comes as an argument: a global one would be another queue under spawn."""
    try:
        message = pickle.dumps((True, function(*arguments)))
    except Exception as error:
        try:
            message = pickle.dumps((False, error))
            pickle.loads(message)  # noqa: S301 - an exception may pickle and yet fail to come back (gh-103061)
        except Exception:
            message = pickle.dumps((False, WorkerFailedError(f"{type(error).__name__}: {error}")))
    results.put((number, message))


def _collect(results: Queue[tuple[int, bytes]], processes: Sequence[BaseProcess]) -> dict[int, bytes]:
    """One message from each process."""
    messages: dict[int, bytes] = {}
    while len(messages) < len(processes):
        # Asked before reading: what a process has put is in the pipe when it has ended.
        ended = [number for number, process in enumerate(processes) if not process.is_alive()]
        try:
            while True:
                number, message = results.get(timeout=_POLL_SECONDS)
                messages[number] = message
                if len(messages) == len(processes):
                    return messages
        except queue.Empty:
            pass
        for number in ended:
            if number not in messages:
                code = processes[number].exitcode
                raise WorkerDiedError(f"{processes[number].name} ended without a result (exit code {code})")
    return messages


def sum_of_powers(count: int) -> int:
    """Sum i + i**2 + i**3 for i below `count`: the worker of the notes."""
    return sum(i + i**2 + i**3 for i in range(count))


def run(context: Context = None) -> None:
    """Do what the notes do: compute the sum in two processes, print the total and the seconds it took."""
    # Not time.clock(), which is gone since Python 3.8 and counted only the parent's own work on Unix.
    started = time.perf_counter()
    first, second = run_in_processes(sum_of_powers, [(1_000_000,), (1_000_000,)], context=context)
    print(first + second)
    print(time.perf_counter() - started)


def expected() -> tuple[str, ...]:
    """Compute what a right program prints, times apart, by the closed forms of the sums."""
    n = 1_000_000
    total = n * (n - 1) // 2 + (n - 1) * n * (2 * n - 1) // 6 + (n * (n - 1) // 2) ** 2
    return (str(2 * total),)
