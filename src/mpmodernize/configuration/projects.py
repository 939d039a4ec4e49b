"""Which settings apply to a file: those of its project, of the flags, and the defaults."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mpmodernize.configuration.merging import merge
from mpmodernize.configuration.sources import OWN_FILE, PYPROJECT, Source, read_requirement, read_source
from mpmodernize.records import Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mpmodernize.configuration.merging import Choices
    from mpmodernize.files.discover import Filter


class Configuration:
    """The settings of a run.

    Each file has those of the nearest folder, its own or one around it, with a `mpmodernize.toml` or a `pyproject.toml`
    that has a section `[tool.mpmodernize]`; in one folder the former comes first. What was typed comes before both.
    """

    def __init__(self, typed: Sequence[Source] = (), *, file: str | None = None, isolated: bool = False) -> None:
        """`typed` are the sources that were typed, the last of which comes first.

        `file` is read in place of every project file, and its patterns are relative to the working directory; with
        `isolated` no file is read. Raises `ConfigurationError` if `file` can't be used.
        """
        self._typed = tuple(typed)
        self._found: dict[str, _Found] = {}
        self._merged: dict[_Found, Choices] = {}
        self._everywhere: Choices | None = None
        here = os.getcwd()
        if file is not None:
            self._everywhere = self._merge(
                _Found(read_source(file, folder=here), _requirement_in(os.path.dirname(os.path.abspath(file)))), here
            )
        elif isolated:
            self._everywhere = merge(self._typed, here)

    @property
    def of_run(self) -> Choices:
        """What the project of the working directory chooses."""
        return self.of_folder(os.getcwd())

    def of_file(self, path: str) -> Choices:
        """What applies to a file. Raises `ConfigurationError`."""
        return self.of_folder(os.path.dirname(os.path.abspath(path)))

    def of_folder(self, folder: str) -> Choices:
        """What applies to the files of a folder, an absolute path. Raises `ConfigurationError`."""
        if self._everywhere is not None:
            return self._everywhere
        found = self._project_of(folder)
        if found not in self._merged:
            self._merged[found] = self._merge(found, folder)
        return self._merged[found]

    def filter_of(self, folder: str) -> Filter:
        """What is left out of a folder, an absolute path. Raises `ConfigurationError`."""
        return self.of_folder(folder).filter

    def _project_of(self, folder: str) -> _Found:
        if folder not in self._found:
            found = _Found(_source_in(folder), _requirement_in(folder))
            around = os.path.dirname(folder)
            if found.source is None and around != folder:
                above = self._project_of(around)
                found = above if above.source is not None or found.requirement is None else found
            self._found[folder] = found
        return self._found[folder]

    def _merge(self, found: _Found, folder: str) -> Choices:
        return merge([each for each in (found.requirement, found.source, *self._typed) if each is not None], folder)


class _Found(Record, eq=False):
    """What a project file says, and which Python its project requires."""

    source: Source | None
    requirement: Source | None


def _source_in(folder: str) -> Source | None:
    for name in (OWN_FILE, PYPROJECT):
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            source = read_source(_shown(path))
            if source is not None:
                return source
    return None


def _requirement_in(folder: str) -> Source | None:
    path = os.path.join(folder, PYPROJECT)
    return read_requirement(_shown(path)) if os.path.isfile(path) else None


def _shown(path: str) -> str:
    """The path as it is told: from the working directory, if it lies there."""
    here = os.path.join(os.getcwd(), "")
    return path.removeprefix(here)
