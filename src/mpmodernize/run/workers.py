"""Processes that work for a run, such that the loss of one costs what it was doing and nothing else.

`concurrent.futures` gives up all its work when one process is killed, and a `multiprocessing.Pool` waits for ever. Here
each process has a pipe of its own and one item at a time: when the pipe breaks, it is known which item is lost, and a
new process goes on with the next.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections import deque
from multiprocessing import connection, get_context
from multiprocessing.reduction import ForkingPickler
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from mpmodernize.run.outcomes import Crash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from types import FrameType, TracebackType

Item = TypeVar("Item")
Result = TypeVar("Result")

_PATIENCE = 5.0
"""Seconds that a process gets to finish the file that it is writing, before it is killed."""


class Workers:
    """Processes that are started when they are first needed, by `spawn`, and gone when the block is left."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._workers: list[_Worker[Any]] = []

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.dismiss()
        for worker in self._workers:
            worker.end()
        self._workers.clear()

    def map(
        self,
        function: Callable[[Item], Result],
        items: Sequence[Item],
        failed: Callable[[Item, Crash], Result],
    ) -> Iterator[Result]:
        """What `function` makes of each item, in their order.

        The function and the items are pickled. `failed` makes the result of an item that the function raised an
        exception for, or whose process has died.
        """
        waiting = deque(enumerate(items))
        done: dict[int, Result] = {}
        for worker in self._workers:
            worker.function = None
        for due in range(len(items)):
            while due not in done:
                self._feed(waiting, function)
                for worker in self._answering():
                    number, item = worker.doing
                    answer = worker.answer()
                    done[number] = failed(item, answer) if isinstance(answer, Crash) else answer[0]
            yield done.pop(due)

    def _feed(self, waiting: deque[tuple[int, Item]], function: Callable[[Item], Any]) -> None:
        """Give every idle process an item, and start the processes that are missing."""
        self._workers = [worker for worker in self._workers if not worker.lost]
        while waiting and len(self._workers) < self._number:
            self._workers.append(_Worker())
            self._workers[-1].give(waiting.popleft(), function)
        for worker in self._workers:
            if waiting and worker.doing is None:
                worker.give(waiting.popleft(), function)

    def _answering(self) -> list[_Worker[Any]]:
        """The processes that have answered, or died; waits for the first."""
        busy = {worker.pipe: worker for worker in self._workers if worker.doing is not None}
        return [busy[ready] for ready in connection.wait(list(busy))]  # type: ignore[index]


class _Worker(Generic[Item]):
    """One process, from the side of the run."""

    def __init__(self) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.doing: Any = None
        """The number of the item that the process is working on, and the item."""
        self.function: object = None
        """The function that the process has been told."""
        self.lost = False
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        with _interrupts_later():
            self._process.start()
        theirs.close()

    def give(self, item: tuple[int, Item], function: Callable[[Item], Any]) -> None:
        """Let the process work on an item."""
        self.doing = item
        told = None if self.function is function else function
        self.function = function
        with contextlib.suppress(OSError):  # a dead process is met when its answer is read
            self.pipe.send((told, item[1]))

    def answer(self) -> Crash | tuple[Any]:
        """What came of the item; for a process that has died, how it did."""
        self.doing = None
        try:
            answer: Crash | tuple[Any] = self.pipe.recv()
        except (EOFError, OSError):
            self.lost = True
            self.pipe.close()
            self._process.join(_PATIENCE)
            return Crash(f"the process that worked on this file {_end(self._process.exitcode)}", "")
        return answer

    def dismiss(self) -> None:
        """Tell an idle process that there is no more to do, and a busy one to leave its work."""
        if self.doing is not None:
            self._process.terminate()
        self.pipe.close()

    def end(self) -> None:
        """Wait until the process is gone."""
        self._process.join(_PATIENCE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()


def _end(exit_code: int | None) -> str:
    """How a process ended, from its exit code."""
    if exit_code is None or exit_code >= 0:
        return f"ended with exit code {exit_code}"
    try:
        return f"was ended by {signal.Signals(-exit_code).name}"
    except ValueError:
        return f"was ended by signal {-exit_code}"


@contextlib.contextmanager
def _interrupts_later() -> Iterator[None]:
    """Hold Ctrl-C back, here and in the processes that are started: it is this process that ends them."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # its start would let Ctrl-C through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection) -> None:
    """Work on what comes through the pipe until it is closed, which it also is when the run's process has died."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "SIGTERM"):
        signal.signal(signal.SIGTERM, _leave)
    # What a file prints when it is looked at is nobody's output.
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - for as long as the process lives
    function: Callable[[Any], Any] | None = None
    with contextlib.suppress(EOFError, OSError):
        while True:
            told, item = pipe.recv()
            function = told or function
            assert function is not None
            try:
                answer = ForkingPickler.dumps((function(item),))
            except Exception as error:  # of the function, or of pickling what it returned
                answer = ForkingPickler.dumps(Crash.of(error))
            pipe.send_bytes(answer)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """End by way of an exception, so that files half replaced get their old contents back."""
    raise SystemExit(1)


def available_processors() -> int:
    """How many processors this process may use."""
    count = getattr(os, "process_cpu_count", None)  # from 3.13
    if count is not None:
        return count() or 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
