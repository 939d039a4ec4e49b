"""Which files a command works on."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mpmodernize.files.patterns import Patterns, is_pattern, spec_of
from mpmodernize.records import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pathspec import GitIgnoreSpec

SUFFIXES = (".py", ".pyw", ".ipynb")
DOCUMENTS = (".markdown", ".md", ".rst")
"""The endings of documents that a walk finds on request. Files of plain text are notes only where they are named."""

_ENVIRONMENT_MARKS = frozenset({"pyvenv.cfg", "conda-meta"})

_SHEBANG = re.compile(
    rb"(?:\xef\xbb\xbf)?#![ \t]*\S*?(?:/env[ \t]+(?:-\S+[ \t]+)*(?:\w+=\S*[ \t]+)*(?:\S*/)?|/)"
    rb"(?:python|pypy)w?[0-9.]*w?(?=\s|$)"
)
_SHEBANG_LENGTH = 256


class MissingPathError(FileNotFoundError):
    """A path that was asked for does not exist."""


class Filter(Record):
    """What is left out of the files of a folder."""

    exclude: tuple[Patterns, ...] = ()
    """What any of these lists means is left out."""
    respect_gitignore: bool = True
    """Whether `.gitignore`, `.ignore` and `.git/info/exclude` are read."""
    force_exclude: bool = False
    """Whether paths are left out although they are named."""
    documents: bool = False
    """Whether documents are looked for as well."""

    @property
    def endings(self) -> tuple[str, ...]:
        """What the names of the files end with that are looked for."""
        return SUFFIXES + DOCUMENTS if self.documents else SUFFIXES

    def excludes(self, path: str, *, is_folder: bool) -> bool:
        """Whether this very path is left out."""
        return any(patterns.match(path, is_folder=is_folder) for patterns in self.exclude)

    def refuses(self, path: str) -> bool:
        """Whether a path is left out although it is named."""
        if not self.force_exclude:
            return False
        path = os.path.abspath(path)
        is_folder = os.path.isdir(path)
        return any(patterns.cover(path, is_folder=is_folder) for patterns in self.exclude)


@dataclass
class Discovery:
    """The files found, in order and each once, and the folders that could not be read, with the reason."""

    files: list[Path] = field(default_factory=list)
    unreadable: list[tuple[Path, str]] = field(default_factory=list)


def discover(paths: Iterable[Path], filter_of: Callable[[str], Filter]) -> Discovery:
    """Find the Python files below `paths`; `filter_of` says what is left out of a folder, an absolute path.

    A file that is named is taken whatever it is called, unless the filter of its folder refuses it. Folders are walked,
    sorted, for `*.py`, `*.pyw`, `*.ipynb`, the documents that the filter asks for, and files without an ending whose
    first line names Python. Virtual environments are left out. Links to folders are not followed.

    Raises `MissingPathError` before anything is read if one of the paths doesn't exist.
    """
    paths = list(paths)
    for path in paths:
        if not os.path.lexists(path):
            raise MissingPathError(str(path))
    found = Discovery()
    seen: set[str] = set()
    for path in paths:
        if filter_of(_folder_of(path)).refuses(str(path)):
            continue
        # Two names of one file, by a link or by overlapping paths, are one file to fix.
        for file, identity in _walk(path, found, filter_of) if os.path.isdir(path) else ((path, _real(path)),):
            if identity not in seen:
                seen.add(identity)
                found.files.append(file)
    return found


def _folder_of(path: Path) -> str:
    absolute = os.path.abspath(path)
    return os.path.dirname(absolute)


@dataclass
class _Folder:
    """A folder to walk: how the user would call it, where it really is, and what is left out of it."""

    name: str
    absolute: str
    real: str
    ignores: _Ignores


def _walk(root: Path, found: Discovery, filter_of: Callable[[str], Filter]) -> Iterator[tuple[Path, str]]:
    """The files below a folder, each with its real path. Only links cost a call to the system to find that."""
    start = _Folder(str(root), os.path.abspath(root), _real(root), _Ignores.above(root))
    pending = [start]
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(folder.name) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            found.unreadable.append((Path(folder.name), error.strerror or str(error)))
            continue
        names = {entry.name for entry in entries}
        if folder is not start and not names.isdisjoint(_ENVIRONMENT_MARKS):
            continue
        chosen = filter_of(folder.absolute)
        ignores = folder.ignores.with_files(folder.real, names) if chosen.respect_gitignore else _Ignores()
        endings = chosen.endings
        subfolders = []
        for entry in entries:
            is_folder = entry.is_dir(follow_symlinks=False)
            if not is_folder and not entry.name.endswith(endings) and "." in entry.name:
                continue
            path = os.path.join(folder.absolute, entry.name)
            real = os.path.join(folder.real, entry.name)
            if chosen.excludes(path, is_folder=is_folder) or ignores.hides(real, is_folder=is_folder):
                continue
            if is_folder:
                subfolders.append(_Folder(entry.path, path, real, ignores))
            elif _is_file(entry) and (entry.name.endswith(endings) or names_python(entry.path)):
                yield Path(entry.path), _real(real) if entry.is_symlink() else real
        pending.extend(reversed(subfolders))


_real = os.path.realpath


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link to itself, or to where one may not look
        return False


def names_python(path: str) -> bool:
    """Whether the first line of a file says that Python runs it; no more than that line is read."""
    try:
        with open(path, "rb", buffering=0) as file:
            start = file.read(_SHEBANG_LENGTH)
    except OSError:
        return False
    return _SHEBANG.match(start.partition(b"\n")[0]) is not None


class _Ignores(Record):
    """The `.gitignore` files that rule a folder, the nearest first: as in git, the nearest that speaks decides."""

    specs: tuple[tuple[str, GitIgnoreSpec], ...] = ()

    @classmethod
    def above(cls, root: Path) -> _Ignores:
        """Those in the folders around `root`, up to the top of its repository."""
        here = Path(_real(root))
        repository = next((folder for folder in (here, *here.parents) if os.path.lexists(folder / ".git")), None)
        if repository is None or repository == here:
            return cls()
        ignores = cls()
        for folder in reversed(here.parents):
            if folder.is_relative_to(repository):
                ignores = ignores.with_files(str(folder), {".git", *_IGNORE_FILES})
        # Asked for by name, an ignored folder is walked; what ignores the whole folder can't choose within it.
        return cls() if ignores.hides(str(here), is_folder=True) else ignores

    def with_files(self, folder: str, names: set[str]) -> _Ignores:
        """These, and those of a folder, in which a file of another tool comes before that of git."""
        lines: list[str] = []
        if ".git" in names:
            lines += _lines(os.path.join(folder, ".git", "info", "exclude"))
        for name in _IGNORE_FILES:
            if name in names:
                lines += _lines(os.path.join(folder, name))
        if not any(line and not line.startswith("#") for line in lines):
            return self
        try:
            spec = spec_of(lines)
        except ValueError:  # git passes by what it can't read
            spec = spec_of(filter(is_pattern, lines))
        return _Ignores(((folder.rstrip(os.sep) + os.sep, spec), *self.specs))

    def hides(self, path: str, *, is_folder: bool) -> bool:
        """Whether a path below, by its real name, is left out."""
        for folder, spec in self.specs:
            relative = path[len(folder) :].replace(os.sep, "/")
            verdict = spec.check_file(relative + "/" if is_folder else relative).include
            if verdict is not None:
                return verdict
        return False


_IGNORE_FILES = (".gitignore", ".ignore")


def _lines(path: str) -> list[str]:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read().splitlines()
    except OSError:
        return []
