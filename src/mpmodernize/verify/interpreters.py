"""The Python interpreters of this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

VERSIONS = ("2.7", "3.10", "3.11", "3.12", "3.13", "3.14")
"""The versions that are looked for: Python 2, whose programs come in, and the supported ones."""


@lru_cache(maxsize=1)
def interpreters() -> dict[str, str]:
    """Find interpreters that run: version (`"3.12"`) to path.

    Looked at, in this order: `MPMODERNIZE_PYTHONS` (paths, separated as in `PATH`), `python3.12` and the like on
    `PATH`, and pyenv's folder of versions. The first of a version wins.
    """
    found: dict[str, str] = {}
    for candidate in _candidates():
        if answer := ask(candidate):
            version, path = answer
            found.setdefault(version, path)
    return {version: found[version] for version in VERSIONS if version in found}


def find_interpreter(version: str) -> str | None:
    """Return the path of an interpreter of this version (`"3.12"`), or `None`."""
    return interpreters().get(version)


def _candidates() -> list[str]:
    named = [path for path in os.environ.get("MPMODERNIZE_PYTHONS", "").split(os.pathsep) if path]
    on_path = [path for version in VERSIONS if (path := shutil.which(f"python{version}"))]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    try:
        installed = sorted(pyenv.glob("*/bin/python"))
    except OSError:
        # Somebody else's folder, by way of a variable that was inherited.
        installed = []
    return [*named, *on_path, *map(str, installed)]


def ask(python: str) -> tuple[str, str] | None:
    """Ask an interpreter for its version and where it is, or find out that it is none.

    pyenv puts a `python3.10` on `PATH` that may only say that 3.10 is not installed, or start whichever Python the
    current folder asks for.
    """
    program = "import sys; print('%d.%d' % sys.version_info[:2]); print(sys.executable)"
    try:
        answer = subprocess.run([python, "-c", program], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    version, _, path = answer.stdout.strip().partition("\n")
    return (version, path) if answer.returncode == 0 and path else None
