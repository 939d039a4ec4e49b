"""What a run works on: files, or standard input."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mpmodernize.findings import STDIN
from mpmodernize.run.outcomes import Outcome, unreadable
from mpmodernize.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mpmodernize.documents import Kind
    from mpmodernize.files.decode import Decoded
    from mpmodernize.settings import Surroundings

_DEFAULT = Settings()


@dataclass(frozen=True)
class Input:
    """One file to work on, or standard input (`path` is `None`)."""

    name: str
    path: Path | None
    settings: Settings = _DEFAULT
    """What its project chooses: files that have other settings are not of the same program."""
    silenced: tuple[str, ...] = ()
    """The rules that say nothing of this file, though others of its program hear them."""

    def read(self) -> bytes:
        """Read the bytes. Raises `OSError`."""
        return sys.stdin.buffer.read() if self.path is None else self.path.read_bytes()

    @property
    def kind(self) -> Kind | None:
        """What kind of document this is by its name; `None` for a file of Python code."""
        from mpmodernize.documents import kind_of

        return kind_of(self.name)

    def surroundings(self) -> Surroundings:
        """The modules beside the file; for standard input, beside the file that it is called after."""
        from mpmodernize.files.surroundings import surroundings

        named = Path(self.name) if self.name != STDIN else None
        return surroundings(self.path or named)


@dataclass(frozen=True)
class Reading:
    """An input that has been read and decoded."""

    input: Input
    decoded: Decoded


def gather(paths: Sequence[Path], settings: Settings) -> tuple[list[Input], list[Outcome]]:
    """Find what to work on; the outcomes are those of folders that can't be read.

    Raises `files.discover.MissingPathError` for a path that doesn't exist.
    """
    from mpmodernize.files.discover import discover

    found = discover(paths)
    failed = [
        Outcome(str(folder), left=(unreadable(str(folder), f"folder can't be read: {reason}"),))
        for folder, reason in found.unreadable
    ]
    return [Input(str(path), path, settings) for path in found.files], failed


def read(each: Input) -> Reading | Outcome:
    """Read an input, or say why it can't be read."""
    from mpmodernize.files.decode import UndecodableError, decode

    data = b""
    try:
        data = each.read()
        return Reading(each, decode(data))
    except UndecodableError as error:
        return Outcome(each.name, left=(unreadable(each.name, str(error), error.line),), data=data)
    except OSError as error:
        return Outcome(each.name, left=(unreadable(each.name, f"can't be read: {error.strerror or error}"),))
