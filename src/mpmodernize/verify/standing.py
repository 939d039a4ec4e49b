"""Where the processes of a hanging program stand."""

from __future__ import annotations

import contextlib
import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from mpmodernize.records import Record
from mpmodernize.verify.processes import members
from mpmodernize.verify.site_folder import STAND_SIGNAL

if TYPE_CHECKING:
    import subprocess

MOST = 24
"""Processes that are asked; the other ones of a program with more stand where these do."""

_ANSWER_SECONDS = 1.0
_QUIET_SECONDS = 0.03
_FRAME = re.compile(r'  File "(?P<file>.*)", line (?P<line>\d+) in (?P<function>.+)')
_THREAD = re.compile(r"(?:Current thread|Thread|Stack) ?.*\(most recent call first\):")


class Frame(Record):
    """A call that has not returned."""

    file: str
    line: int
    function: str


class Standing(Record):
    """Where the main thread of a process stands; the innermost call comes first."""

    is_main: bool
    """Whether it is the process that the program was started as."""
    frames: tuple[Frame, ...]


def where_they_stand(process: subprocess.Popen[bytes], marker: str, errors: Path) -> tuple[Standing, ...]:
    """Ask the processes of a run, one after the other, where they stand; `errors` is where their standard error goes.

    Python writes that down in a signal handler, whatever the process waits for, and goes on. Those are asked that have
    been prepared for it (`site_folder`), and where `/proc` tells who has. What they write is part of `errors`.
    """
    if STAND_SIGNAL is None:
        return ()
    found = []
    asked = [pid for pid in sorted(members(process.pid, marker)) if _listens(pid)]
    for pid in asked[:MOST]:
        before = errors.stat().st_size
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, STAND_SIGNAL)
            if frames := _main_thread(_answer(errors, before)):
                found.append(Standing(pid == process.pid, frames))
    return tuple(sorted(found, key=lambda standing: not standing.is_main))


def _listens(pid: int) -> bool:
    """Whether a process has a handler for the signal, which would end it otherwise."""
    assert STAND_SIGNAL is not None
    try:
        status = (Path("/proc") / str(pid) / "status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    caught = re.search(r"^SigCgt:\s*([0-9a-f]+)", status, re.MULTILINE)
    return caught is not None and bool(int(caught[1], 16) >> (STAND_SIGNAL - 1) & 1)


def _answer(errors: Path, start: int) -> str:
    """What has been written to a file since `start`, once there is something and no more comes."""
    deadline = time.monotonic() + _ANSWER_SECONDS
    size = start
    while time.monotonic() < deadline:
        time.sleep(_QUIET_SECONDS)
        now = errors.stat().st_size
        if now == size > start:
            break
        size = now
    with errors.open("rb") as file:
        file.seek(start)
        return file.read(1_000_000).decode("utf-8", errors="replace")


def _main_thread(answer: str) -> tuple[Frame, ...]:
    """The frames of the thread that comes last, which is the one that Python began with."""
    frames: list[Frame] = []
    for line in answer.splitlines():
        if _THREAD.fullmatch(line):
            frames = []
        elif found := _FRAME.fullmatch(line):
            frames.append(Frame(found["file"], int(found["line"]), found["function"]))
    return tuple(frames)
