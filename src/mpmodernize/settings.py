"""What a caller can choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SourceVersion = Literal["auto", "2", "3"]


@dataclass(frozen=True)
class Settings:
    """How files are read and which fixes are applied.

    `source_version` says what the files are written in: `"auto"` decides per file, on evidence; `"2"` means Python 2
    unless the file shows that it is Python 3 already; `"3"` switches the conversion of Python 2 syntax off.
    `unsafe_fixes` also applies the fixes that are likely right, but could change what a working program does.
    `pin_fork` lets a program that nothing else repairs ask for fork by name.
    `select` restricts the tool to rules whose code starts with one of these prefixes; empty means all rules.
    """

    source_version: SourceVersion = "auto"
    unsafe_fixes: bool = False
    pin_fork: bool = False
    select: tuple[str, ...] = ()

    def selects(self, code: str) -> bool:
        """Whether the rule with this code is switched on."""
        return not self.select or code.startswith(self.select)


@dataclass(frozen=True)
class Surroundings:
    """What lies beside a file: the modules and packages that its imports can mean."""

    modules: frozenset[str] = frozenset()
    is_package: bool = False
    """Whether the folder is a package, so that Python 2's imports looked there first for every module in it."""
    folder: str = ""
    """The name of the folder, which is that of the package."""
    is_main: bool = False
    """Whether the file is the `__main__.py` that `python -m` runs."""
