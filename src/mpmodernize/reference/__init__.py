"""Multicore programs done right: a small library to read and to use.

Each function takes a `context` (`"fork"`, `"spawn"`, `"forkserver"`, a context object, or `None` for the default) and
is right under all three. Each says why it does what it does. Call them from under `if __name__ == "__main__":`.

>>> from mpmodernize.reference import pool_map, square
>>> pool_map(square, range(4), processes=2)
[0, 1, 4, 9]
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mpmodernize.reference.contexts import Context
    from mpmodernize.reference.engines import Engine, finished_pool
    from mpmodernize.reference.locked_counter import add, count, count_in_pool
    from mpmodernize.reference.process_pool import apply_each, apply_one, pool_map, square
    from mpmodernize.reference.process_queue import WorkerDiedError, WorkerFailedError, run_in_processes, sum_of_powers
    from mpmodernize.reference.shared_memory import add_to_each, change_in_processes, shared_array, shared_value
    from mpmodernize.reference.type_codes import TYPE_CODES, TypeCode, type_code

__all__ = [
    "TYPE_CODES",
    "Context",
    "Engine",
    "TypeCode",
    "WorkerDiedError",
    "WorkerFailedError",
    "add",
    "add_to_each",
    "apply_each",
    "apply_one",
    "change_in_processes",
    "count",
    "count_in_pool",
    "finished_pool",
    "pool_map",
    "run_in_processes",
    "shared_array",
    "shared_value",
    "square",
    "sum_of_powers",
    "type_code",
]

_MODULES = "contexts engines locked_counter process_pool process_queue shared_memory type_codes"


def __getattr__(name: str) -> object:
    # `mpmodernize check` asks for the type codes alone: that must not import multiprocessing
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    for module in _MODULES.split():
        found = vars(import_module(f"{__name__}.{module}"))
        globals().update((each, found[each]) for each in __all__ if each in found)
    return globals()[name]
