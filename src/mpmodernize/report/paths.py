"""File names as the readers of each format expect them."""

from __future__ import annotations

import os
from pathlib import Path

from mpmodernize.findings import STDIN


def absolute(filename: str) -> str:
    """The whole path; `-` for standard input without a name, as ruff says it."""
    return "-" if filename == STDIN else str(Path(os.path.normpath(Path.cwd() / filename)))


def below_here(filename: str) -> str:
    """The path from the working directory, where the file lies below it; else the whole one."""
    return _below(filename, Path.cwd())


def in_gitlab(filename: str) -> str:
    """The path from the root of the project where GitLab runs a job, or from the working directory."""
    return _below(filename, Path(os.environ.get("CI_PROJECT_DIR") or Path.cwd()))


def _below(filename: str, folder: Path) -> str:
    path = absolute(filename)
    try:
        return str(Path(path).relative_to(folder))
    except ValueError:
        return path
