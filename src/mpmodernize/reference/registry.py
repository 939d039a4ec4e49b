"""The reference implementations by name: what each is about, how to run it, and what a right program prints."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from mpmodernize.reference import locked_counter, process_pool, process_queue, shared_memory, type_codes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

    from mpmodernize.reference.contexts import Context


def missing_lines(expected: Callable[[], tuple[str, ...]], lines: Sequence[str]) -> list[str]:
    """Say which of the expected lines are not printed, or that they come in another order.

    Lines that nobody expects (times, a program's own messages) are no departure.
    """
    wanted = expected()
    missing = Counter(wanted) - Counter(lines)
    if missing:
        return [f"does not print `{line}`{' as often as it should' if line in lines else ''}" for line in missing]
    rest = iter(lines)
    # Each `in` goes on where the last one stopped.
    return [] if all(line in rest for line in wanted) else ["prints the expected lines in another order"]


@dataclass(frozen=True)
class Implementation:
    """One topic of the notes.

    `run(context)` does it and prints; `expected()` is what a right program on the topic prints, computed without
    any process. `departures(lines)` says where printed lines depart from that. `marks` are what the source of such
    a program has in common: names and constants; a topic without any is not recognised by itself.
    """

    name: str
    module: ModuleType
    run: Callable[[Context], None]
    expected: Callable[[], tuple[str, ...]]
    departures: Callable[[Sequence[str]], list[str]]
    marks: frozenset[object]
    speaks_of: Callable[[str], bool] | None = None
    """Whether `departures` has looked at a line; where `None`, it has looked at those that are expected."""

    foreign: frozenset[object] = frozenset()
    """What a program of this topic does not have."""

    def is_topic_of(self, marks: set[object]) -> bool:
        """Whether a program with these names and constants is about this topic."""
        return bool(self.marks) and self.marks <= marks and not self.foreign & marks

    def knows(self, line: str) -> bool:
        """Whether the reference says anything about this line."""
        return self.speaks_of(line) if self.speaks_of else line in self.expected()

    @property
    def summary(self) -> str:
        """One line."""
        return (self.module.__doc__ or "").partition("\n")[0]


IMPLEMENTATIONS: tuple[Implementation, ...] = (
    Implementation(
        "queue",
        process_queue,
        process_queue.run,
        process_queue.expected,
        partial(missing_lines, process_queue.expected),
        frozenset({"Process", "Queue", "put", "get", "range", 1_000_000, "**", 2, 3}),
    ),
    Implementation(
        "pool",
        process_pool,
        process_pool.run,
        process_pool.expected,
        partial(missing_lines, process_pool.expected),
        frozenset({"Pool", "map", "apply_async", "get", "range", 10, "*"}),
    ),
    Implementation(
        "shared-memory",
        shared_memory,
        shared_memory.run,
        shared_memory.expected,
        shared_memory.departures,
        frozenset({"Value", "Array", "d", "i", 1, 2, 3, "print"}),
        shared_memory.shows,
        # With processes it will change the two, and then what is right to print is not the notes' to say.
        foreign=frozenset({"Process", "Pool", "ProcessPoolExecutor"}),
    ),
    Implementation(
        "lock",
        locked_counter,
        locked_counter.run,
        locked_counter.expected,
        locked_counter.departures,
        frozenset({"Process", "Lock", "Value", "range", "+", "print"}),
        locked_counter.is_counted,
    ),
    Implementation(
        "type-codes",
        type_codes,
        type_codes.run,
        type_codes.expected,
        partial(missing_lines, type_codes.expected),
        frozenset(),
    ),
)


def find_implementation(name: str) -> Implementation:
    """Find the implementation of this name. Raises `KeyError`."""
    for implementation in IMPLEMENTATIONS:
        if implementation.name == name:
            return implementation
    raise KeyError(name)
