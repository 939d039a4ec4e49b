"""One number, or a row of numbers, in memory that processes share.

`Value` and `Array` are made by the parent and **passed to the worker** as an argument. A module-level one looks
shared and isn't: under spawn each child imports the module and makes its own, and only under fork does a child
see the parent's. For more than a few numbers use `multiprocessing.shared_memory`.

Sources: https://docs.python.org/3/library/multiprocessing.html#shared-ctypes-objects and its programming
guidelines, "Explicitly pass resources to child processes".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mpmodernize.reference.contexts import Context, resolve
from mpmodernize.reference.process_queue import WorkerDiedError
from mpmodernize.reference.type_codes import type_code

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.sharedctypes import Synchronized, SynchronizedArray


def shared_value(code: str, initial: Any = None, *, context: Context = None) -> Synchronized[Any]:
    """Make a `Value` of this type code that starts as `initial`.

    Raises `ValueError` for an unknown code and for a value that doesn't fit: multiprocessing itself would wrap it
    without a word (`Value('b', 300).value == 44`), or fail with a message that doesn't name the code.
    """
    row = type_code(code)
    arguments = () if initial is None else (initial,)
    _check(code, arguments)
    value: Synchronized[Any] = resolve(context).Value(row.ctype, *arguments)
    return value


def shared_array(code: str, items: Sequence[Any] | int, *, context: Context = None) -> SynchronizedArray[Any]:
    """Make an `Array` of this type code that starts with `items`, or with that many zeros.

    Raises `ValueError` as `shared_value` does. A text array (`'c'`) takes bytes, as in Python 3 all C characters do.
    """
    row = type_code(code)
    if not isinstance(items, int):
        items = [bytes([item]) for item in items] if isinstance(items, bytes) else list(items)
        _check(code, items)
    array: SynchronizedArray[Any] = resolve(context).Array(row.ctype, items)
    return array


def _check(code: str, items: Sequence[Any]) -> None:
    for item in items:
        if not type_code(code).holds(item):
            raise ValueError(f"{item!r} does not fit type code {code!r} ({type_code(code).c_type})")


def add_to_each(number: int, value: Synchronized[Any], array: SynchronizedArray[Any]) -> None:
    """Add `number` to the value and to each item of the array: a worker.

    `value.value += 1` reads, adds and writes in three steps; the lock makes one of them.
    """
    with value.get_lock():
        value.value += number
    with array.get_lock():
        for index in range(len(array)):
            array[index] += number


def change_in_processes(
    numbers: Sequence[int], value: Synchronized[Any], array: SynchronizedArray[Any], *, context: Context = None
) -> None:
    """Add each of `numbers` to the value and to each item, each in a process of its own, and wait for all.

    `value` and `array` must come from the same context. Raises `WorkerDiedError` if a process fails.
    """
    ctx = resolve(context)
    processes = [ctx.Process(target=add_to_each, args=(number, value, array)) for number in numbers]
    for process in processes:
        process.start()
    # Without the join the parent could end, and free the memory, before a spawned child has it (gh-94765).
    for process in processes:
        process.join()
    for process in processes:
        if process.exitcode != 0:
            raise WorkerDiedError(f"{process.name} failed (exit code {process.exitcode})")


def run(context: Context = None) -> None:
    """Make the notes' value and array, let two processes add 1 and 2, and print both before and after."""
    value = shared_value("d", 1, context=context)
    array = shared_array("i", [1, 2, 3], context=context)
    print(value.value)
    print(array[:])
    change_in_processes([1, 2], value, array, context=context)
    print(value.value)
    print(array[:])


def departures(lines: Sequence[str]) -> list[str]:
    """Say which of the notes' two objects the output never shows as it was made; it is free how they are laid out."""
    return [f"never shows `{shown}`" for shown in expected() if not any(shown in line for line in lines)]


def shows(line: str) -> bool:
    """Whether a printed line shows one of the two objects as it was made."""
    return any(shown in line for shown in expected())


def expected() -> tuple[str, ...]:
    """Compute what a right program prints that shows the notes' value and array: 1.0 and [1, 2, 3]."""
    return (str(float(1)), str([1, 2, 3]))
