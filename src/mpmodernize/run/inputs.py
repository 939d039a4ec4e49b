"""What a run works on: files, or standard input."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mpmodernize.findings import STDIN
from mpmodernize.records import Record
from mpmodernize.run.outcomes import Outcome, unreadable
from mpmodernize.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mpmodernize.configuration.projects import Configuration
    from mpmodernize.documents import Kind
    from mpmodernize.files.decode import Decoded
    from mpmodernize.settings import Surroundings

_DEFAULT = Settings()


class Input(Record):
    """One file to work on, or standard input (`path` is `None`)."""

    name: str
    path: Path | None
    settings: Settings = _DEFAULT
    """What its project chooses: files that have other settings are not of the same program."""
    silenced: tuple[str, ...] = ()
    """The rules that say nothing of this file, though others of its program hear them."""
    named: bool = True
    """Whether somebody asked for this very file: one that was found by walking a folder gets a look first, and is read
    whole only if that shows a reason."""

    @property
    def is_module(self) -> bool:
        """Whether this is a Python file as a whole, and no document with code in it."""
        return self.path is not None and (self.path.suffix in (".py", ".pyw") or self.kind is None)

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


class Reading(Record):
    """An input that has been read and decoded."""

    input: Input
    decoded: Decoded


def gather(paths: Sequence[Path], configuration: Configuration, *, edits: bool) -> tuple[list[Input], list[Outcome]]:
    """Find what to work on; the outcomes are those of folders that can't be read.

    Raises `files.discover.MissingPathError` for a path that doesn't exist, and `ConfigurationError` for settings that
    can't be used.
    """
    from mpmodernize.files.discover import discover

    found = discover(paths, configuration.filter_of)
    failed = [
        Outcome(str(folder), left=(unreadable(str(folder), f"folder can't be read: {reason}"),))
        for folder, reason in found.unreadable
    ]
    named = set(paths)
    chosen = [_chosen(str(path), path, configuration, edits=edits, named=path in named) for path in found.files]
    return chosen, failed


def from_stdin(name: str | None, configuration: Configuration, *, edits: bool) -> tuple[list[Input], list[Outcome]]:
    """Standard input as what to work on; as an outcome if it is called after a file that is left out by force.

    Raises `ConfigurationError`.
    """
    if name is None:
        return [Input(STDIN, None, _with_edits(configuration.of_run.settings, edits=edits))], []
    if configuration.of_file(name).filter.refuses(name):
        return [], [Outcome(name, data=Input(name, None).read())]
    return [_chosen(name, None, configuration, edits=edits)], []


def _chosen(name: str, path: Path | None, configuration: Configuration, *, edits: bool, named: bool = True) -> Input:
    absolute = os.path.abspath(name)  # noqa: PTH100 - strings are faster, and there may be many
    choices = configuration.of_folder(os.path.dirname(absolute))  # noqa: PTH120
    return Input(name, path, _with_edits(choices.settings, edits=edits), choices.silenced(absolute), named)


def _with_edits(settings: Settings, *, edits: bool) -> Settings:
    return replace(settings, edits=True) if edits else settings


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
