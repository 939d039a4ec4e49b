"""Replacing a file in one step: a reader sees the old content or the new, never a half."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from mpmodernize.records import Record

if TYPE_CHECKING:
    from collections.abc import Sequence


class Change(Record):
    """A file, what it is to hold, and what it is known to hold now (`None`: whatever it does)."""

    path: Path
    data: bytes
    expected: bytes | None = None


def replace(path: Path, data: bytes, *, expected: bytes | None = None) -> None:
    """Replace the content of `path` by way of a temporary file in the same folder and a rename.

    The mode bits stay, and a symbolic link stays a link: what it points to is replaced. Whatever goes wrong, the
    file keeps its old content and no temporary file is left.

    Raises `OSError` if the folder or the file is read-only, and if the content is no longer `expected`: then
    somebody else has written to the file since it was read.
    """
    replace_all([Change(path, data, expected)])


def write_whole(path: Path, data: bytes) -> None:
    """Make a file with this content, or replace the one that is there: no reader ever sees a half of it.

    What is no file is written to as it is; so is standard output or error under another name (`/dev/stdout`), wherever
    they go: what stands there stays. Raises `OSError`.
    """
    target = Path(os.path.realpath(path))
    stream = _standard_stream(path)
    if stream is not None:
        with os.fdopen(os.dup(stream), "wb") as file:
            file.write(data)
    elif target.is_file():
        replace(path, data)
    elif path.exists():
        path.write_bytes(data)
    else:
        mask = os.umask(0)
        os.umask(mask)
        Path(_temporary(path, target, data, mode=0o666 & ~mask)).replace(target)


def _standard_stream(path: Path) -> int | None:
    """The number of standard output or error, if that is what the path leads to."""
    for number in (1, 2):
        with contextlib.suppress(OSError):
            if os.path.samestat(path.stat(), os.fstat(number)):
                return number
    return None


def replace_all(changes: Sequence[Change]) -> None:
    """Replace the contents of several files, each as `replace` does, all of them or none.

    Nothing is renamed before everything is written. If a rename fails all the same, the files that have been replaced
    get their old contents back. Raises `OSError` as `replace` does.
    """
    prepared: list[tuple[Path, str, bytes]] = []
    replaced: list[tuple[Path, bytes]] = []
    try:
        prepared.extend(map(_prepare, changes))  # what is prepared before one fails is known, and removed
        for target, temporary, old in prepared:
            Path(temporary).replace(target)
            replaced.append((target, old))
    except BaseException:
        for _, temporary, _ in prepared[len(replaced) :]:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
        for target, old in replaced:
            replace(target, old)
        raise


def _prepare(change: Change) -> tuple[Path, str, bytes]:
    """Write the new content of a file beside it: the file, the one beside it, and the old content."""
    path = change.path
    target = Path(os.path.realpath(path))
    status = target.stat()
    if not os.access(target, os.W_OK):
        # A rename would succeed all the same; but its owner made the file read-only for a reason.
        raise PermissionError(f"{path} is read-only")
    old = target.read_bytes()
    if change.expected is not None and old != change.expected:
        raise OSError(f"{path} was changed by another program in the meantime")
    temporary = _temporary(
        path, target, change.data, mode=stat.S_IMODE(status.st_mode), owner=(status.st_uid, status.st_gid)
    )
    return target, temporary, old


def _temporary(path: Path, target: Path, data: bytes, *, mode: int, owner: tuple[int, int] | None = None) -> str:
    """Write what a file is to hold into a new one beside it; `path` is what the user calls it."""
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name[:80]}.", suffix=".tmp", dir=target.parent)
    except OSError as error:
        raise type(error)(f"{path} can't be replaced: its folder can't be written to ({error.strerror})") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if owner is not None:
            with contextlib.suppress(OSError, AttributeError):
                os.chown(temporary, *owner)
        # After chown, which clears the set-id bits.
        Path(temporary).chmod(mode)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
    return temporary
