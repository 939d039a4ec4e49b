"""Which files a command works on."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pathspec import GitIgnoreSpec

SUFFIXES = (".py", ".pyw")

SKIPPED_FOLDERS = frozenset(
    {"__pycache__", "__pypackages__", "_build", "buck-out", "build", "dist", "node_modules", "site-packages"}
)
"""Folders that hold what tools made; hidden folders (`.git`, `.tox`, `.eggs`, ...) are skipped as well."""

_ENVIRONMENT_MARKS = ("pyvenv.cfg", "conda-meta")


class MissingPathError(FileNotFoundError):
    """A path that was asked for does not exist."""


@dataclass
class Discovery:
    """The files found, in order and each once, and the folders that could not be read, with the reason."""

    files: list[Path] = field(default_factory=list)
    unreadable: list[tuple[Path, str]] = field(default_factory=list)


def discover(paths: Iterable[Path]) -> Discovery:
    """Find the Python files below `paths`.

    A file that is named is taken whatever it is called. Folders are walked for `*.py` and `*.pyw`, sorted, without
    hidden folders, virtual environments, folders of build results, and what `.gitignore` files leave out.
    Links to folders are not followed.

    Raises `MissingPathError` before anything is read if one of the paths doesn't exist.
    """
    paths = list(paths)
    for path in paths:
        if not os.path.lexists(path):
            raise MissingPathError(str(path))
    found = Discovery()
    seen: set[str] = set()
    for path in paths:
        for file in _walk(path, found) if os.path.isdir(path) else (path,):  # noqa: PTH112 - see below
            # Two names of one file, by a link or by overlapping paths, are one file to fix.
            identity = os.path.realpath(file)
            if identity not in seen:
                seen.add(identity)
                found.files.append(file)
    return found


def _walk(root: Path, found: Discovery) -> Iterator[Path]:
    ignores = _Ignores.above(root)
    pending = [(root, ignores)]
    while pending:
        folder, ignores = pending.pop()
        try:
            with os.scandir(folder) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            found.unreadable.append((folder, error.strerror or str(error)))
            continue
        if any(entry.name == ".gitignore" for entry in entries):
            ignores = ignores.with_file(folder)
        subfolders = []
        for entry in entries:
            path = folder / entry.name
            if entry.is_dir(follow_symlinks=False):
                if not _is_skipped(path) and not ignores.hides(path, is_folder=True):
                    subfolders.append((path, ignores))
            elif entry.name.endswith(SUFFIXES) and _is_file(path) and not ignores.hides(path, is_folder=False):
                yield path
        pending.extend(reversed(subfolders))


def _is_skipped(folder: Path) -> bool:
    name = folder.name
    return (
        name.startswith(".")
        or name in SKIPPED_FOLDERS
        or name.endswith(".egg-info")
        or any(_exists(folder / mark) for mark in _ENVIRONMENT_MARKS)
    )


# Unlike Path.exists() and Path.is_file(), these two answer where a folder may not be looked into.
_exists = os.path.exists
_is_file = os.path.isfile


@dataclass(frozen=True)
class _Ignores:
    """The `.gitignore` files that rule a folder, the nearest first: as in git, the nearest that speaks decides."""

    specs: tuple[tuple[str, GitIgnoreSpec], ...] = ()

    @classmethod
    def above(cls, root: Path) -> _Ignores:
        """Those in the folders around `root`, up to the top of its repository."""
        here = Path(os.path.realpath(root))
        repository = next((folder for folder in (here, *here.parents) if _exists(folder / ".git")), None)
        if repository is None or repository == here:
            return cls()
        ignores = cls()
        for folder in reversed(here.parents):
            if folder.is_relative_to(repository):
                ignores = ignores.with_file(folder)
        # Asked for by name, an ignored folder is walked; what ignores the whole folder can't choose within it.
        return cls() if ignores.hides(here, is_folder=True) else ignores

    def with_file(self, folder: Path) -> _Ignores:
        try:
            text = (folder / ".gitignore").read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            return self
        # Not at the top: reading patterns takes longer to import than checking a file takes.
        from pathspec import GitIgnoreSpec

        return _Ignores(((os.path.realpath(folder), GitIgnoreSpec.from_lines(text.splitlines())), *self.specs))

    def hides(self, path: Path, *, is_folder: bool) -> bool:
        if not self.specs:
            return False
        name = os.path.join(os.path.realpath(path.parent), path.name)  # noqa: PTH118 - Path drops what we compare
        for folder, spec in self.specs:
            relative = os.path.relpath(name, folder).replace(os.sep, "/")
            verdict = spec.check_file(relative + "/" if is_folder else relative).include
            if verdict is not None:
                return verdict
        return False
