"""A process that outlives ours, and ends what a run has started if ours is killed in the middle of it.

What can be done on the way out is done by `processes.end`, also on Ctrl-C. A process that is killed does nothing more:
the end of a pipe that it held is how another one learns of it.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from mpmodernize.verify import processes

if TYPE_CHECKING:
    from collections.abc import Iterator

_PACKAGES = Path(__file__).resolve().parents[2]


_NO_GROUP = 0


@contextlib.contextmanager
def guarded(group: int, marker: str, scratch: Path) -> Iterator[None]:
    """While this lasts, let the processes of a run not outlive ours, nor its scratch folder."""
    if os.name != "posix":
        yield
        return
    _tell(f"{group} {marker} {scratch}\n")
    try:
        yield
    finally:
        _tell(f"{group} {marker}\n")


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder for as long as this lasts, also if our process is killed."""
    with tempfile.TemporaryDirectory(prefix="mpmodernize-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with guarded(_NO_GROUP, folder.name, folder):
            yield folder


def _tell(line: str) -> None:
    # Not being guarded is no reason not to run.
    with contextlib.suppress(OSError):
        os.write(_guardian(os.getpid()), line.encode(errors="surrogateescape"))


@lru_cache(maxsize=1)
def _guardian(owner: int) -> int:  # noqa: ARG001 - a fork of the owner has one of its own
    """Start the guardian; where to write to it."""
    guardian = subprocess.Popen(
        [sys.executable, "-m", __name__],
        # Neither the modules in the caller's folder nor those on the caller's path are to be imported.
        cwd=_PACKAGES,
        env={**os.environ, "PYTHONPATH": str(_PACKAGES)},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # A Ctrl-C or a hang-up at the terminal is for us.
        start_new_session=True,
    )
    atexit.register(guardian.communicate)
    assert guardian.stdin is not None
    return guardian.stdin.fileno()


def main() -> None:
    """Read which runs begin and end; when nobody is left who could say it, end those that have not."""
    runs: dict[tuple[str, str], str] = {}
    for line in sys.stdin.buffer:
        group, marker, *scratch = line.decode(errors="surrogateescape").rstrip("\n").split(" ", 2)
        if scratch:
            runs[group, marker] = scratch[0]
        else:
            runs.pop((group, marker), None)
    for (group, marker), folder in runs.items():
        if int(group) != _NO_GROUP:
            processes.kill(int(group), marker)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    main()
