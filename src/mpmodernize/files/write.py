"""Replacing a file in one step: a reader sees the old content or the new, never a half."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path


def replace(path: Path, data: bytes, *, expected: bytes | None = None) -> None:
    """Replace the content of `path` by way of a temporary file in the same folder and a rename.

    The mode bits stay, and a symbolic link stays a link: what it points to is replaced. Whatever goes wrong, the
    file keeps its old content and no temporary file is left.

    Raises `OSError` if the folder or the file is read-only, and if the content is no longer `expected`: then
    somebody else has written to the file since it was read.
    """
    target = Path(os.path.realpath(path))
    status = target.stat()
    if not os.access(target, os.W_OK):
        # A rename would succeed all the same; but its owner made the file read-only for a reason.
        raise PermissionError(f"{path} is read-only")
    if expected is not None and target.read_bytes() != expected:
        raise OSError(f"{path} was changed by another program in the meantime")
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name[:80]}.", suffix=".tmp", dir=target.parent)
    except OSError as error:
        raise type(error)(f"{path} can't be replaced: its folder can't be written to ({error.strerror})") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(OSError, AttributeError):
            os.chown(temporary, status.st_uid, status.st_gid)
        # After chown, which clears the set-id bits.
        Path(temporary).chmod(stat.S_IMODE(status.st_mode))
        Path(temporary).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
