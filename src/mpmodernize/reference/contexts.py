"""Start methods, by name or as context objects."""

from __future__ import annotations

import multiprocessing
from multiprocessing.context import BaseContext, DefaultContext
from typing import TypeAlias, cast

Context: TypeAlias = BaseContext | str | None
"""A start method by name (`"fork"`, `"spawn"`, `"forkserver"`), a context object, or `None` for the default."""


def resolve(context: Context) -> DefaultContext:
    """Find the context object for `context`.

    Locks, queues and processes must all come from one context: a lock made for fork can't be given to a spawned
    process (`RuntimeError` since Python 3.11.5, a crash before). So a function here asks for a context once and
    makes everything from it. It never calls `set_start_method`, which belongs to the main program alone.

    Raises `ValueError` if this platform doesn't have the start method (Windows has only spawn).

    Source: https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods
    """
    if context is None or isinstance(context, str):
        context = multiprocessing.get_context(context)
    # All contexts share the interface of the default one, but not its class.
    return cast("DefaultContext", context)
