"""Which of the files at hand an import means."""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Modules:
    """The modules that a set of files makes up.

    An absolute import is looked for where Python would look for it when the importing file, or a file beside the
    folder of its package, is run; and then among the other packages, if only one of them has it.
    """

    def __init__(self, filenames: Iterable[str]) -> None:
        self._filenames = {os.path.abspath(name): name for name in filenames}  # noqa: PTH100 - a name may be no file
        self._of_root: dict[tuple[str, str], str] = {}
        self._anywhere: dict[str, set[str]] = defaultdict(set)
        self._places: dict[str, tuple[str, str]] = {}
        """The folder of each file, and the one from which it is imported."""
        self._found: dict[tuple[str, str, int, str], str | None] = {}
        for path, name in self._filenames.items():
            root, module = _module(path)
            self._places[name] = os.path.dirname(path), root  # noqa: PTH120
            if module:
                self._of_root[root, module] = name
                self._anywhere[module].add(name)

    def find(self, importer: str, level: int, module: str) -> str | None:
        """The name of the file that `from <level dots><module> import …` in the file `importer` reads, if known."""
        folder, root = self._places.get(importer) or _place(importer)
        key = folder, root, level, module
        if key not in self._found:
            self._found[key] = self._look_up(*key)
        return self._found[key]

    def _look_up(self, folder: str, root: str, level: int, module: str) -> str | None:
        if level:
            for _ in range(level - 1):
                folder = os.path.dirname(folder)  # noqa: PTH120
            return self._in_folder(folder, module)
        if not module or module.partition(".")[0] in sys.stdlib_module_names:
            return None
        beside = self._in_folder(folder, module)
        if beside is not None or (root, module) in self._of_root:
            return beside or self._of_root[root, module]
        found = self._anywhere.get(module, set())
        return next(iter(found)) if len(found) == 1 and "." in module else None

    def _in_folder(self, folder: str, module: str) -> str | None:
        path = os.path.join(folder, *module.split(".")) if module else folder  # noqa: PTH118
        for candidate in (f"{path}.py", os.path.join(path, "__init__.py"), f"{path}.pyw"):  # noqa: PTH118
            if candidate in self._filenames:
                return self._filenames[candidate]
        return None


def _place(name: str) -> tuple[str, str]:
    """The folder of a file that is none of those known, and the one from which it is imported."""
    path = os.path.abspath(name)  # noqa: PTH100
    return os.path.dirname(path), _module(path)[0]  # noqa: PTH120


def _module(path: str) -> tuple[str, str]:
    """The folder from which a file is imported, and its name from there: `("/src", "package.worker")`."""
    folder, name = os.path.split(path)
    stem = os.path.splitext(name)[0]  # noqa: PTH122
    parts = [] if stem == "__init__" else [stem]
    while _is_package(folder):
        folder, package = os.path.split(folder)
        parts.insert(0, package)
    return folder, ".".join(parts)


@lru_cache(maxsize=1024)
def _is_package(folder: str) -> bool:
    return os.path.exists(os.path.join(folder, "__init__.py"))  # noqa: PTH110, PTH118
