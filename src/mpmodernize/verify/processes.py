"""Ending a program with everything it has started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MARKER = "MPMODERNIZE_RUN"
"""A variable in the environment of a run: it also marks descendants that have left the process group."""

INTERRUPT_SECONDS = 2.0
GRACE_SECONDS = 1.0
_SMALLEST_NUMBER = 1000


def interrupt(process: subprocess.Popen[bytes], marker: str) -> None:
    """Send all processes of a run what Ctrl-C sends, and give them a moment.

    A hanging Python program then says where each of its processes stood, and writes out what it had buffered.
    """
    if os.name == "posix":
        _signal(process.pid, marker, signal.SIGINT)
        _wait(process, marker, INTERRUPT_SECONDS)


def kill(group: int, marker: str, reap: Callable[[], object] = lambda: None) -> None:
    """Kill what is left of a run, and return when nothing is; `reap` collects what is a child of ours."""
    # Repeated, because a fork can slip through between looking and killing.
    while members(group, marker):
        _signal(group, marker, signal.SIGKILL)
        reap()
        time.sleep(0.01)


def end(process: subprocess.Popen[bytes], marker: str) -> None:
    """End whatever is left of a run; return when nothing is.

    First comes SIGTERM: multiprocessing's resource tracker ignores it, sees its parents go, and removes the
    semaphores and shared memory that they leave behind. Then comes SIGKILL.
    """
    if os.name != "posix":
        if process.poll() is None:
            # Windows has no process groups to signal; taskkill ends a tree.
            subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
        process.wait()
        return
    try:
        # A main process that has ended leaves the resource tracker and the fork server a moment behind.
        if process.poll() is not None and _wait(process, marker, GRACE_SECONDS):
            return
        _signal(process.pid, marker, signal.SIGTERM)
        _wait(process, marker, GRACE_SECONDS)
    finally:
        # Also after a second Ctrl-C.
        kill(process.pid, marker, process.poll)
        process.wait()


def numbers_since(first: int) -> range:
    """The numbers that processes have been given since this one was.

    Empty where nobody tells, where they began anew, and where they are so small that results look like them.
    """
    try:
        last = int(Path("/proc/loadavg").read_text(encoding="ascii").split()[4])
    except (OSError, ValueError, IndexError):
        return range(0)
    return range(first, last + 1) if first >= _SMALLEST_NUMBER else range(0)


def _wait(process: subprocess.Popen[bytes], marker: str, seconds: float) -> bool:
    """Wait until nothing of the run is left, or the time is over; whether nothing is left."""
    deadline = time.monotonic() + seconds
    while members(process.pid, marker):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
        process.poll()
    return True


def _signal(group: int, marker: str, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
    for pid in members(group, marker):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if pid > 0 and os.getpgid(pid) != group:
                os.kill(pid, number)


def members(group: int, marker: str) -> list[int]:
    """List the living processes of the group, and those that carry the marker (on Linux, where `/proc` tells)."""
    if not Path("/proc/self/stat").exists():
        try:
            os.killpg(group, 0)
        except (ProcessLookupError, PermissionError):
            return []
        return [-group]
    sign = f"{MARKER}={marker}".encode()
    return [
        pid for entry in os.scandir("/proc") if entry.name.isdigit() and _belongs(pid := int(entry.name), group, sign)
    ]


def _belongs(pid: int, group: int, sign: bytes) -> bool:
    folder = Path("/proc") / str(pid)
    try:
        # The fields behind the name, which stands in parentheses and may hold spaces: state, parent, group.
        state, _, its_group = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()[:3]
        if state in "ZX":
            return False
        return int(its_group) == group or sign in (folder / "environ").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return False
