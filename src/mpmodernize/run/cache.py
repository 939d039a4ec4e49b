"""What is remembered of files from one run to the next, so that a file that stays as it is costs a `stat`.

Of each file: its `stat`, the fingerprint of its content, and what a look at it showed. Of each program: what was found
in it, under a fingerprint of all that this depends on, which is the files and what lies beside them, their settings
and which of them imports which. The version of mpmodernize and of Python and the code of both are in the name of
the cache's own file.

A `stat` counts only where the file had been left alone for a while when it was read: one that is written twice within a
tick of the file system's clock looks the same afterwards. Otherwise the content is compared. The cache's file is
replaced in one step; of two runs at once the last one's stays. What can't be read, or is not whole, is no cache.

Sources: git's `Documentation/technical/racy-git.txt`; https://bford.info/cachedir/ for `CACHEDIR.TAG`.
"""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mpmodernize import __version__
from mpmodernize.findings import Finding, Safety, Severity, TextEdit
from mpmodernize.model.first_glance import Glance
from mpmodernize.run.inputs import Reading, read
from mpmodernize.run.looking import NOTHING, Facts, digest
from mpmodernize.run.outcomes import Outcome
from mpmodernize.run.work import Check

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mpmodernize.model.joint import Finder
    from mpmodernize.run.inputs import Input
    from mpmodernize.run.programs import Program, Work

FOLDER = ".mpmodernize_cache"
VARIABLE = "MPMODERNIZE_CACHE_DIR"
"""The variable of the environment that names another folder."""

_TAG = """Signature: 8a477f597d28d172789f06886806bc55
# This folder is a cache of mpmodernize. It can be removed at any time: `mpmodernize clean`.
# See https://bford.info/cachedir/
"""
_ROOT_MARKS = ("pyproject.toml", "mpmodernize.toml", ".git", ".hg")
_SETTLED = 2_000_000_000
"""Nanoseconds after which a file system's clock has surely ticked: the coarsest in use, FAT's, counts in twos."""
_SIGNS = {".gitignore": "# Made by mpmodernize.\n*\n", "CACHEDIR.TAG": _TAG}
"""What a folder that is a cache and nothing else says so with."""
_OWN = re.compile(r"[0-9][\w.+]*-[0-9a-f]{16}\.json(?:\.[0-9]+\.tmp)?")
"""The names of a cache's files. Whatever else lies in its folder is somebody's, and is never touched."""
_KEPT = 4
"""Files of other versions and other Pythons that are kept beside the one in use."""

Stat = list[int]


def folder_for(paths: Iterable[Path]) -> Path:
    """Where the cache of a run over these paths is: at the root of their project, or in the current folder."""
    if named := os.environ.get(VARIABLE):
        return Path(named)
    here = Path.cwd()
    absolute = [os.path.abspath(path) for path in paths] or [str(here)]  # noqa: PTH100
    try:
        common = Path(os.path.commonpath(absolute))
    except ValueError:  # several drives
        common = here
    for folder in (common, *common.parents):
        if any((folder / mark).exists() for mark in _ROOT_MARKS):
            return folder / FOLDER
    return here / FOLDER


class Cache:
    """What is remembered in one folder. Where it can't be read or written, work is done anew; nothing here raises."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = folder / f"{__version__}-{_fingerprint()}.json"
        self._here = os.getcwd()  # noqa: PTH109 - a text is wanted
        self._changed = False
        self._seen: set[str] = set()
        self._stats: dict[str, Stat | None] = {}
        self._files: dict[str, Any] = {}
        self._programs: dict[str, Any] = {}
        self._load()

    # -- files -------------------------------------------------------------------------------------

    def facts(self, each: Input) -> Facts | None:
        """What is known of a file, if it is the same as when that was found."""
        path = self._path(each)
        if path is None:
            return None
        self._seen.add(path)
        stat = _stat(path)
        self._stats[path] = stat
        try:
            known, size, fingerprint, shown, imports = self._files[path]
            if stat is None:
                return None
            if known != stat:
                if size != stat[2] or digest(Path(path).read_bytes()) != fingerprint:
                    return None
                self._note(path, [_settled(stat), size, fingerprint, shown, imports])
            glance = Glance(bool(shown & 1), bool(shown & 2), tuple(imports.split())) if each.is_module else NOTHING
            return Facts(glance, size, fingerprint)
        except (KeyError, ValueError, TypeError, AttributeError, OSError):
            return None

    def remember_facts(self, each: Input, facts: Facts) -> None:
        """Note what a look at a file showed."""
        path = self._path(each)
        if path is None or not facts.digest:
            return
        # A file that has changed since its `stat` was taken has another one now: its content will be compared.
        stat = self._stats.get(path)
        shown = facts.glance.clear + 2 * facts.glance.processes
        imports = " ".join(facts.glance.imports)
        self._note(path, [_settled(stat) if stat is not None else None, facts.size, facts.digest, shown, imports])

    # -- programs ----------------------------------------------------------------------------------

    def key(self, program: Program, find: Finder | None) -> str:
        """The fingerprint of all that the findings in a program depend on; empty if one of its files can't be read."""
        if not all(facts.digest for facts in program.facts):
            return ""
        parts: list[object] = []
        for each, facts in zip(program.inputs, program.facts, strict=True):
            beside = each.surroundings()
            parts += (each.name, each.named, facts.digest, each.settings, each.silenced)
            parts += (sorted(beside.modules), beside.is_package, beside.folder, beside.is_main)
            if find is not None:
                for path in facts.glance.imports:
                    module = path.lstrip(".")
                    parts.append(find(each.name, len(path) - len(module), module))
        return digest(repr(parts).encode("utf-8", "surrogatepass"))

    def knows(self, key: str, program: Program, work: Work) -> bool:
        """Whether it is known what would come of a program: findings of a check, and of a fix that there are none."""
        try:
            known, rows = self._programs[self._name(program)]
            return (
                key != ""
                and known == key
                and len(rows) == len(program.inputs)
                and (isinstance(work, Check) or not any(rows))
            )
        except (KeyError, ValueError, TypeError):
            return False

    def outcomes(self, program: Program) -> list[Outcome] | None:
        """What came of a program that is known; `None` if one of its files has changed since this run began."""
        try:
            _, known = self._programs[self._name(program)]
            return [
                _outcome(each, facts, rows) if rows else Outcome(each.name)
                for each, facts, rows in zip(program.inputs, program.facts, known, strict=True)
            ]
        except (KeyError, ValueError, TypeError, _ChangedError):
            return None

    def remember(self, key: str, program: Program, work: Work, outcomes: Sequence[Outcome]) -> None:
        """Note what a check has found in a program; of other work only that there was nothing to do."""
        if not key or any(outcome.changed or outcome.fixed for outcome in outcomes):
            return
        if any(outcome.left for outcome in outcomes) and not isinstance(work, Check):
            return  # a fix says why it leaves what is left, and other work looks for other things
        if any(outcome.left for outcome in outcomes) and not all(each.is_module for each in program.inputs):
            return  # where findings stand in a document is told by more than its text
        by_name = {outcome.name: [_row(finding) for finding in outcome.left] for outcome in outcomes}
        self._programs[self._name(program)] = [key, [by_name[each.name] for each in program.inputs]]
        self._changed = True

    # -- on disk -----------------------------------------------------------------------------------

    def save(self) -> None:
        """Write down what is known; where that fails, the next run does the work again."""
        if not self._changed:
            return
        import json

        here = {path: known for path, known in self._files.items() if path in self._seen or os.path.exists(path)}  # noqa: PTH110
        programs = {path: known for path, known in self._programs.items() if path in here}
        text = json.dumps({"files": here, "programs": programs}, ensure_ascii=True, separators=(",", ":"))
        data = text.encode("ascii")
        try:
            _prepare(self.folder)
            temporary = self._file.with_name(f"{self._file.name}.{os.getpid()}.tmp")
            try:
                temporary.write_bytes(digest(data).encode("ascii") + b"\n" + data)
                temporary.replace(self._file)
            finally:
                temporary.unlink(missing_ok=True)
            _prune(self.folder, self._file)
        except OSError:
            return
        self._changed = False

    def _load(self) -> None:
        import json

        try:
            fingerprint, _, data = self._file.read_bytes().partition(b"\n")
            if fingerprint.decode("ascii") == digest(data):
                known = json.loads(data)
                self._files, self._programs = known["files"], known["programs"]
        except (OSError, ValueError, KeyError, TypeError):
            return

    def _note(self, path: str, known: list[object]) -> None:
        self._files[path] = known
        self._changed = True

    def _path(self, each: Input) -> str | None:
        return os.path.join(self._here, each.path) if each.path is not None else None  # noqa: PTH118 - thousands

    def _name(self, program: Program) -> str:
        return self._path(program.inputs[0]) or ""


class _ChangedError(Exception):
    """A file is no longer what it was when the run began."""


def remove(folder: Path) -> bool:
    """Remove a cache; whether there was one. What it has not made stays, and then the folder does, too.

    Raises `OSError` if it can't be removed.
    """
    if not folder.is_dir():
        return False
    own = [path for path in folder.iterdir() if _OWN.fullmatch(path.name)]
    own += [path for name, text in _SIGNS.items() if _holds(path := folder / name, text)]
    for path in own:
        path.unlink(missing_ok=True)
    if own and not any(folder.iterdir()):
        folder.rmdir()
    return bool(own)


def _outcome(each: Input, facts: Facts, rows: list[list[Any]]) -> Outcome:
    """The outcome of a check with these findings; the text that they stand in is read."""
    reading = read(each)
    data = reading.decoded.data if isinstance(reading, Reading) else reading.data
    if digest(data) != facts.digest:
        raise _ChangedError
    if isinstance(reading, Outcome):
        return reading
    decoded = reading.decoded
    return Outcome(
        each.name,
        decoded.text,
        decoded.text,
        left=tuple(_finding(each.name, row) for row in rows),
        shown_in=decoded.text,
        encoding=decoded.encoding,
        bom=bool(decoded.bom),
    )


def _row(finding: Finding) -> list[object]:
    return [
        finding.line,
        finding.column,
        finding.end_line,
        finding.end_column,
        finding.code,
        finding.name,
        finding.message,
        finding.severity.value,
        finding.safety.value,
        finding.advice,
        finding.cell,
        [list(edit) for edit in finding.edits],
    ]


def _finding(filename: str, row: list[Any]) -> Finding:
    line, column, end_line, end_column, code, name, message, severity, safety, advice, cell, edits = row
    made = tuple(TextEdit(*edit) for edit in edits)
    place = (line, column, end_line, end_column)
    return Finding(filename, *place, code, name, message, Severity(severity), Safety(safety), advice, cell, made)


def _stat(path: str) -> Stat | None:
    """What tells whether a file is the same: times of content and of the file itself, size, and which file it is."""
    try:
        found = os.stat(path)  # noqa: PTH116 - thousands of times
    except OSError:
        return None
    return [found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino]


def _settled(stat: Stat) -> Stat | None:
    """The stat of a file that has been left alone for so long that another content would have another stat."""
    return stat if max(stat[0], stat[1]) < time.time_ns() - _SETTLED else None


def _prepare(folder: Path) -> None:
    """Make the folder, and say in it that it is a cache, to git and to programs that make backups.

    A folder that has other things in it is used as it is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not any(folder.iterdir()):
        for name, text in _SIGNS.items():
            (folder / name).write_text(text, encoding="utf-8")


def _holds(path: Path, text: str) -> bool:
    try:
        return path.read_text(encoding="utf-8") == text
    except (OSError, ValueError):
        return False


def _prune(folder: Path, used: Path) -> None:
    """Remove the oldest of what other versions have left."""
    others = [path for path in folder.iterdir() if _OWN.fullmatch(path.name) and path != used]
    others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in others[_KEPT:]:
        path.unlink(missing_ok=True)


def _fingerprint() -> str:
    """What tells this mpmodernize on this Python from any other, also from the same one with its code changed."""
    root = Path(__file__).parents[1]
    parts: list[object] = [sys.implementation.cache_tag, sys.version]
    folders = [str(root)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir():
                    folders.append(entry.path)
                elif entry.name.endswith(".py"):
                    status = entry.stat()
                    parts.append((os.path.relpath(entry.path, root), status.st_mtime_ns, status.st_size))
    return digest(repr(sorted(map(repr, parts))).encode("utf-8", "surrogatepass"))[:16]
