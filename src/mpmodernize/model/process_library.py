"""What Python 2.7's multiprocessing had in other places than Python 3's, and what is where in Python 3.

Found by comparing the names of all modules of 2.7.18, 3.10, 3.13 and 3.14. Tests look up each new name, and each old
one where there is a Python 2.7.
"""

from __future__ import annotations

_UTILITIES = "Finalize debug info sub_debug get_temp_dir register_after_fork"
_IN_UTIL = {
    "connection": "Finalize debug sub_debug get_temp_dir",
    "heap": "Finalize info",
    "managers": "Finalize info",
    "pool": "Finalize debug",
    "reduction": "debug sub_debug register_after_fork",
    "synchronize": "Finalize debug register_after_fork",
}
_IN_PACKAGE = {
    "connection": "current_process",
    "dummy": "TimeoutError cpu_count",
    "managers": "Process Pool active_children current_process",
    "pool": "Process cpu_count",
    "process": "Process",
    "queues": "Lock Semaphore BoundedSemaphore Condition Pipe",
    "reduction": "current_process",
    "sharedctypes": "RLock",
    "synchronize": "current_process",
    "util": "active_children current_process",
}
MOVED = (
    {
        f"multiprocessing.{module}.{name}": f"multiprocessing.util.{name}"
        for module in _IN_UTIL
        for name in _IN_UTIL[module].split()
    }
    | {
        f"multiprocessing.{module}.{name}": f"multiprocessing.{name}"
        for module in _IN_PACKAGE
        for name in _IN_PACKAGE[module].split()
    }
    | {
        f"multiprocessing.{module}.assert_spawning": "multiprocessing.context.assert_spawning"
        for module in ("managers", "queues", "synchronize")
    }
    | {
        f"multiprocessing.{module}.ForkingPickler": "multiprocessing.reduction.ForkingPickler"
        for module in ("managers", "sharedctypes")
    }
    | {
        "_multiprocessing.Connection": "multiprocessing.connection.Connection",
        "multiprocessing._multiprocessing.Connection": "multiprocessing.connection.Connection",
        "multiprocessing.managers.AuthenticationString": "multiprocessing.process.AuthenticationString",
        "multiprocessing.managers.Queue": "queue",
        "multiprocessing.os": "os",
        "multiprocessing.pool.Queue": "queue",
        "multiprocessing.reduction.Client": "multiprocessing.connection.Client",
        "multiprocessing.reduction.Listener": "multiprocessing.connection.Listener",
        "multiprocessing.reduction.fromfd": "socket.fromfd",
        "multiprocessing.synchronize._sleep": "time.sleep",
        "multiprocessing.synchronize._time": "time.time",
    }
)
"""Names that another module of Python 3 has; a successor without a dot is a module."""

FORKING = "multiprocessing.forking"
OF_FORKING = {
    "multiprocessing.forking.ForkingPickler": "multiprocessing.reduction.ForkingPickler",
    "multiprocessing.forking.assert_spawning": "multiprocessing.context.assert_spawning",
    "multiprocessing.forking.close": "os.close",
    "multiprocessing.forking.duplicate": "os.dup",
    "multiprocessing.forking.exit": "os._exit",
    "multiprocessing.forking.prepare": "multiprocessing.spawn.prepare",
}
OF_FORKING_ON_WINDOWS = {
    "multiprocessing.forking.freeze_support": "multiprocessing.freeze_support",
    "multiprocessing.forking.get_preparation_data": "multiprocessing.spawn.get_preparation_data",
    "multiprocessing.forking.is_forking": "multiprocessing.spawn.is_forking",
    "multiprocessing.forking.set_executable": "multiprocessing.set_executable",
}
"""What only a Python 2.7 for Windows had there."""

_TRAVEL = (
    "leave the pair out: connections, sockets and their handles are pickled as they are, with `DupFd` of `reduction`"
)
GONE = {
    f"multiprocessing.reduction.{name}": _TRAVEL
    for name in (
        "reduce_connection rebuild_connection reduce_handle rebuild_handle reduce_socket rebuild_socket"
    ).split()
} | {
    "multiprocessing.forking.Popen": "a recipe for frozen programs is no longer needed, and "
    "`Popen.thread_is_spawning()` is `multiprocessing.context.get_spawning_popen() is not None`",
    "multiprocessing.connection.duplicate": "use `os.dup`",
}
"""Names without a successor that would do the same, and what to do instead."""

NEEDING_CONTEXT = {
    "multiprocessing.queues": "Queue JoinableQueue SimpleQueue".split(),
    "multiprocessing.synchronize": "Lock RLock Semaphore BoundedSemaphore Condition Event Barrier".split(),
}
"""Classes that want a context to be made with, and that the package has functions for which bring one."""

CLASSES = {
    "multiprocessing.Array": "multiprocessing.sharedctypes.SynchronizedArray",
    "multiprocessing.Barrier": "multiprocessing.synchronize.Barrier",
    "multiprocessing.BoundedSemaphore": "multiprocessing.synchronize.BoundedSemaphore",
    "multiprocessing.Condition": "multiprocessing.synchronize.Condition",
    "multiprocessing.Event": "multiprocessing.synchronize.Event",
    "multiprocessing.JoinableQueue": "multiprocessing.queues.JoinableQueue",
    "multiprocessing.Lock": "multiprocessing.synchronize.Lock",
    "multiprocessing.Manager": "multiprocessing.managers.SyncManager",
    "multiprocessing.Pipe": "multiprocessing.connection.Connection",
    "multiprocessing.Pool": "multiprocessing.pool.Pool",
    "multiprocessing.Queue": "multiprocessing.queues.Queue",
    "multiprocessing.RLock": "multiprocessing.synchronize.RLock",
    "multiprocessing.Semaphore": "multiprocessing.synchronize.Semaphore",
    "multiprocessing.SimpleQueue": "multiprocessing.queues.SimpleQueue",
    "multiprocessing.Value": "multiprocessing.sharedctypes.Synchronized",
}
"""From the functions of the package to the classes of what they make."""

_WITH_LOCKS = frozenset("Lock RLock Semaphore BoundedSemaphore Condition Event Barrier".split())
_WITH_QUEUES = frozenset("Queue JoinableQueue SimpleQueue Pool".split())
_WITH_MEMORY = frozenset("Value Array".split())
_WITH_RAW = frozenset("RawValue RawArray".split())
LOADED_BY: dict[str, frozenset[str]] = {
    "connection": _WITH_QUEUES | {"Pipe", "Manager"},
    "dummy": frozenset(),
    "heap": _WITH_MEMORY | _WITH_RAW,
    "managers": frozenset({"Manager"}),
    "pool": frozenset({"Pool", "Manager"}),
    "queues": _WITH_QUEUES,
    "resource_tracker": frozenset({"Manager"}),
    "shared_memory": frozenset({"Manager"}),
    "sharedctypes": _WITH_MEMORY | _WITH_RAW,
    "spawn": frozenset({"Manager"}),
    "synchronize": _WITH_LOCKS | _WITH_QUEUES | _WITH_MEMORY,
    "util": _WITH_LOCKS | _WITH_QUEUES | _WITH_MEMORY | _WITH_RAW | {"Pipe", "Manager", "get_logger", "log_to_stderr"},
}
"""Modules that `import multiprocessing` leaves out, and the functions of the package that import them when called."""
IMPORTED_BY: dict[str, frozenset[str]] = {
    "connection": frozenset("managers pool queues".split()),
    "heap": frozenset({"sharedctypes"}),
    "pool": frozenset({"managers"}),
    "resource_tracker": frozenset("managers shared_memory".split()),
    "shared_memory": frozenset({"managers"}),
    "spawn": frozenset("managers resource_tracker shared_memory".split()),
    "util": frozenset(
        ("connection heap managers pool queues resource_tracker shared_memory sharedctypes spawn synchronize").split()
    ),
}
"""The same modules, and those of the package that import them when they are imported."""
