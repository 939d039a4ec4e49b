"""Patterns of files, as `.gitignore` has them."""

from __future__ import annotations

import os
import re
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pathspec import GitIgnoreSpec

# What is nothing but a name, with wildcards or without, and perhaps the slash that asks for a folder.
_NAME = re.compile(r"([\w.*?-]+)(/?)", re.ASCII)


class Patterns:
    """A list of patterns, relative to a folder; the last one that speaks of a path decides.

    Patterns that are names alone are looked up here; all others are left to pathspec, which takes longer to import than
    checking a file takes.
    """

    def __init__(self, folder: str, patterns: Sequence[str]) -> None:
        """`folder` is an absolute path."""
        self.folder = folder
        self.patterns = tuple(patterns)
        self._covered: dict[str, bool] = {}
        self._below = folder if folder.endswith(os.sep) else folder + os.sep

    def match(self, path: str, *, is_folder: bool) -> bool:
        """Whether a pattern means this very path, which is absolute: a folder around it does not count."""
        if self._names is not None:
            return bool(self._names[is_folder].fullmatch(os.path.basename(path)))
        relative = self._relative(path)
        found = self._spec.check_file(relative + "/" if is_folder else relative)
        if not found.include:
            return False
        parent = relative.rpartition("/")[0]
        return not parent or self._spec.check_file(parent + "/").index != found.index

    def cover(self, path: str, *, is_folder: bool) -> bool:
        """Whether a pattern means this path, or a folder around it that lies in the folder of the patterns."""
        return self.match(path, is_folder=is_folder) or self._cover_folder(os.path.dirname(path))

    def _cover_folder(self, folder: str) -> bool:
        if not folder.startswith(self._below):
            return False
        if folder not in self._covered:
            self._covered[folder] = self.cover(folder, is_folder=True)
        return self._covered[folder]

    def _relative(self, path: str) -> str:
        relative = path[len(self._below) :] if path.startswith(self._below) else path.lstrip(os.sep)
        return relative.replace(os.sep, "/")

    @cached_property
    def _names(self) -> tuple[re.Pattern[str], re.Pattern[str]] | None:
        """The names of files and of folders that are meant, if the patterns say nothing but names."""
        files, folders = [], []
        for pattern in self.patterns:
            found = _NAME.fullmatch(pattern)
            if found is None or "**" in pattern:
                return None
            name = re.escape(found[1]).replace(r"\*", ".*").replace(r"\?", ".")
            folders.append(name)
            if not found[2]:
                files.append(name)
        nothing = r"(?!)"
        return re.compile("|".join(files) or nothing, re.DOTALL), re.compile("|".join(folders) or nothing, re.DOTALL)

    @cached_property
    def _spec(self) -> GitIgnoreSpec:
        return spec_of(self.patterns)


def spec_of(patterns: Iterable[str]) -> GitIgnoreSpec:
    """The patterns, read by pathspec. Raises `ValueError` for one that is none."""
    # Not at the top: importing it takes longer than checking a file.
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(patterns)


def is_pattern(text: str) -> bool:
    """Whether pathspec can read a pattern."""
    if "\\" not in text:
        return text.strip() not in {"", "!"}
    try:
        spec_of([text])
    except ValueError:
        return False
    return True
