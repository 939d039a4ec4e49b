"""A program made ready to be run: a copy of its folder as it stands, and one in which it is fixed."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mpmodernize.files.decode import decode
from mpmodernize.files.discover import SUFFIXES
from mpmodernize.files.modules import Modules
from mpmodernize.model.connected import imported_files
from mpmodernize.model.first_glance import look
from mpmodernize.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.configuration.projects import Configuration
    from mpmodernize.findings import Finding
    from mpmodernize.run.outcomes import Outcome

LARGEST_COPY = 200_000_000
"""Bytes that are copied for a run at most."""
MOST_FILES = 20_000

_NOT_COPIED = frozenset({"__pycache__", "node_modules", "site-packages"})
_ENVIRONMENT_MARKS = ("pyvenv.cfg", "conda-meta")


class UnfitError(Exception):
    """A program that can't be made ready; the message says why."""


class Program(Record):
    """A program with the files around it, ready to be copied for each run."""

    path: Path
    """The program, as the caller names it."""
    root: Path
    """The folder that is copied for each run."""
    modules: tuple[Path, ...]
    """The program, and what it imports from its folder, directly or not."""
    original: Path
    """A copy of the folder as it stands."""
    ready: Path
    """The copy that is run: with fixed modules, or `original` itself."""
    outcomes: tuple[Outcome, ...] = ()
    """What fixing came to; empty for a program that runs as it is."""

    @property
    def name(self) -> Path:
        """The program's place in its folder."""
        return self.path.resolve().relative_to(self.root)

    @property
    def fixed(self) -> tuple[Finding, ...]:
        """What was put right."""
        return tuple(finding for outcome in self.outcomes for finding in outcome.fixed)

    @property
    def left(self) -> tuple[Finding, ...]:
        """What fixing left."""
        return tuple(finding for outcome in self.outcomes for finding in outcome.left)

    @property
    def was_python2(self) -> bool:
        """Whether fixing took the program for Python 2: for its syntax, or for names that Python 3 doesn't have."""
        return any(finding.code.startswith(("MP1", "MP2")) for finding in self.fixed)


def make_ready(
    path: Path, scratch: Path, configuration: Configuration | None, *, root: Path | None = None, data: bool = True
) -> Program:
    """Copy the folder of a program into `scratch`, and fix the copy; as it stands where there is no `configuration`.

    `root` is the folder to copy; else it is the program's own, or for a module in a package that around the package.
    Fixed are the program and the files that it imports, directly or not, from that folder. Without `data` they alone
    are copied.

    Raises `UnfitError` where the program is not in `root`, there is too much to copy, or it can't be parsed, and
    `ConfigurationError`.
    """
    real = path.resolve()
    root = _around(real) if root is None else root.resolve()
    if not real.is_relative_to(root):
        raise UnfitError(f"'{path}' is not in '{root}'")
    if data:
        copied = _measured(root)
    modules = _modules(real, root)
    original = scratch / "original"
    _copy(root, copied if data else [], original)
    _copy(root, modules, original)
    program = Program(path, root, tuple(modules), original, original)
    if configuration is None:
        return program
    outcomes = _fixed(modules, configuration)
    for outcome in outcomes:
        if Path(outcome.name) == real and (reason := _unfixed(outcome)):
            raise UnfitError(f"'{path}' {reason}")
    ready = scratch / "fixed"
    shutil.copytree(original, ready, symlinks=True)
    for outcome in outcomes:
        if outcome.changed:
            copy = ready / Path(outcome.name).relative_to(root)
            copy.write_bytes(decode(copy.read_bytes()).encode(outcome.source))
    return replace(program, ready=ready, outcomes=tuple(outcomes))


def _around(program: Path) -> Path:
    folder = program.parent
    while (folder / "__init__.py").exists() and folder.parent != folder:
        folder = folder.parent
    return folder


def _measured(root: Path) -> list[Path]:
    """The files below a folder that a run may need. Raises `UnfitError` if they are too many, or too large."""
    files, size = [], 0
    for path in _files(root):
        files.append(path)
        if path.is_file():
            size += path.stat().st_size
        if len(files) > MOST_FILES or size > LARGEST_COPY:
            what = f"{LARGEST_COPY // 1_000_000} MB" if size > LARGEST_COPY else f"{MOST_FILES} files"
            raise UnfitError(
                f"there are more than {what} in '{root}', which each run would have a copy of: "
                "name a smaller folder with --root, or copy only what the program imports with --no-data"
            )
    return files


def _files(root: Path) -> Iterator[Path]:
    """Files and links to folders below a folder, without what tools have made; unreadable folders are left out."""
    for folder, names, files in os.walk(root):
        here = Path(folder)
        yield from (here / name for name in names if (here / name).is_symlink())
        names[:] = sorted(name for name in names if not _is_skipped(here / name))
        # Sockets and pipes are not copied, nor links that lead nowhere.
        yield from (path for name in sorted(files) if (path := here / name).is_file() and os.access(path, os.R_OK))


def _is_skipped(folder: Path) -> bool:
    """Whether a folder is hidden, a virtual environment, or holds what tools made."""
    hidden = folder.name.startswith(".") or folder.name in _NOT_COPIED
    return hidden or any((folder / mark).exists() for mark in _ENVIRONMENT_MARKS)


def _copy(root: Path, files: list[Path], to: Path) -> None:
    to.mkdir(exist_ok=True)
    for path in files:
        target = to / path.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            target.symlink_to(path.resolve())
        else:
            shutil.copy2(path, target)


def _modules(program: Path, root: Path) -> list[Path]:
    """The program and what it imports from a folder, directly or not."""
    around = {str(path): path for path in (program, *_files(root)) if path == program or path.suffix in SUFFIXES}
    find = Modules(around).find
    found: dict[str, None] = {}
    waiting = [str(program)]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found[name] = None
        waiting += imported_files(name, look(around[name].read_bytes()), find)
        # A package's own file runs before any module of it.
        waiting += [str(init) for init in _packages(around[name], root) if str(init) in around]
    return [around[name] for name in found]


def _packages(path: Path, root: Path) -> Iterator[Path]:
    yield from (folder / "__init__.py" for folder in path.parents if folder != root and folder.is_relative_to(root))


def _fixed(modules: list[Path], configuration: Configuration) -> list[Outcome]:
    from mpmodernize.run.inputs import gather
    from mpmodernize.run.programs import work_on
    from mpmodernize.run.work import Fix

    inputs, _ = gather(modules, configuration, edits=False)
    return list(work_on(inputs, Fix(dry=True)))


def _unfixed(outcome: Outcome) -> str:
    """Why the program could not be fixed at all."""
    if outcome.crash is not None:
        return f"can't be fixed, for a bug of mpmodernize (please report it): {outcome.crash.message}"
    invalid = next((finding for finding in outcome.left if finding.code == "MP001"), None)
    return f"can't be fixed (line {invalid.line}): {invalid.message}" if invalid else ""
