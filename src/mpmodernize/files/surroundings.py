"""What lies beside a file: the modules that its imports can mean."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING

from mpmodernize.settings import Surroundings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def surroundings(path: Path | None) -> Surroundings:
    """The modules and packages in the folder of a file, without the file itself; none for standard input."""
    if path is None:
        return Surroundings()
    found = _of_folder(os.path.dirname(path) or ".")  # noqa: PTH120
    return Surroundings(found.modules - {path.stem}, found.is_package, found.folder, path.name == "__main__.py")


def neighbours(path: Path, imported: Iterable[str]) -> frozenset[str]:
    """Those of the imported modules that lie beside a file in its package."""
    found = _of_folder(os.path.dirname(path) or ".")  # noqa: PTH120 - thousands of times
    return found.modules.intersection(imported) - {path.stem} if found.is_package else frozenset()


@lru_cache(maxsize=1024)
def _of_folder(folder: str) -> Surroundings:
    modules: set[str] = set()
    is_package = False
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                stem, suffix = os.path.splitext(entry.name)  # noqa: PTH122 - a name, not a path
                if suffix in (".py", ".so", ".pyd"):
                    modules.add(stem)
                    is_package = is_package or entry.name == "__init__.py"
                elif not suffix and entry.is_dir() and os.path.exists(os.path.join(entry.path, "__init__.py")):  # noqa: PTH110, PTH118
                    modules.add(stem)
    except OSError:
        return Surroundings()
    return Surroundings(frozenset(modules - {"__init__", "__main__"}), is_package, os.path.basename(folder))  # noqa: PTH119
