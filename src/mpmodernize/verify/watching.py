"""Waiting for a program to end, and seeing that it never will."""

from __future__ import annotations

import re
import subprocess
import time
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from mpmodernize.verify import processes


class Ending(str, Enum):
    """Why a program had to be ended; the value is how to say it."""

    HANG = "it did not end"
    RESPAWN = "its children die as they start, and are replaced for ever"
    MULTIPLYING = "its processes multiply"


LARGEST_FAMILY = 250
"""Processes that a program may have at one time: more than a pool that is worth its memory, few enough to be ended."""

_LOOK_SECONDS = 0.1
_GROWS_FOR_SECONDS = 2.0
# What `multiprocessing.spawn` says in a child that would start children of its own while it imports the program. Such
# a child dies, and a pool replaces it. One error for each process of a program that merely ends in errors is far less.
_STARTS_AS_IT_IS_IMPORTED = re.compile(rb"An attempt has been made to start a new process before the")
_UNGUARDED_DEATHS = 6
# Workers that can't be set up die of another error, and are replaced as well. A task that kills its worker takes one.
_WORKER_DIES = re.compile(rb"^Process \w*PoolWorker-\d+(?::\d+)*:", re.MULTILINE)
_WORKER_DEATHS = 30


@dataclass
class _Deaths:
    """How often children have died in a way, as their standard error tells."""

    pattern: re.Pattern[bytes]
    enough: int
    count: int = 0
    first: float = 0.0
    last: float = 0.0

    def add(self, text: bytes, now: float) -> None:
        if found := len(self.pattern.findall(text)):
            self.first = self.first if self.count else now
            self.last = now
            self.count += found

    def are_endless(self, now: float) -> bool:
        """Whether they are many, and have been going on, and still do."""
        lasts = now - self.first > _GROWS_FOR_SECONDS and now - self.last < _GROWS_FOR_SECONDS
        return self.count >= self.enough and lasts


def wait(process: subprocess.Popen[bytes], marker: str, errors: Path, seconds: float) -> Ending | None:
    """Wait until a program ends by itself (`None`), or must be ended; `errors` is where its standard error goes."""
    deadline = time.monotonic() + seconds
    tasks = _tasks()
    kinds = (_Deaths(_STARTS_AS_IT_IS_IMPORTED, _UNGUARDED_DEATHS), _Deaths(_WORKER_DIES, _WORKER_DEATHS))
    with errors.open("rb") as told:
        while (now := time.monotonic()) < deadline:
            try:
                process.wait(min(_LOOK_SECONDS, deadline - now))
            except subprocess.TimeoutExpired:
                pass
            else:
                return None
            text = told.read()
            for deaths in kinds:
                deaths.add(text, now)
            if any(deaths.are_endless(now) for deaths in kinds):
                return Ending.RESPAWN
            # Looking through all processes is dear; that there are more of them on this machine is known at once.
            if _tasks() - tasks > LARGEST_FAMILY and len(processes.members(process.pid, marker)) > LARGEST_FAMILY:
                return Ending.MULTIPLYING
    return Ending.HANG


def _tasks() -> int:
    """How many threads there are on this machine; 0 where nobody tells."""
    try:
        return int(Path("/proc/loadavg").read_text(encoding="ascii").split()[3].partition("/")[2])
    except (OSError, ValueError, IndexError):
        return 0
