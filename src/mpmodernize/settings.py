"""What a caller can choose."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

SourceVersion = Literal["auto", "2", "3"]
TargetVersion = Literal["py310", "py311", "py312", "py313", "py314"]
StartMethod = Literal["any", "fork", "spawn", "forkserver"]


@dataclass(frozen=True)
class Settings:
    """How files are read, which rules speak, and which fixes are applied.

    Rules are named by their codes or beginnings of codes (`MP4`); a name (`unguarded-shared-update`) is turned into its
    code before it comes here.
    """

    source_version: SourceVersion = "auto"
    """What the files are written in: `"auto"` decides per file, on evidence; `"2"` means Python 2 unless the file shows
    that it is Python 3 already; `"3"` switches the conversion of Python 2 syntax off."""
    target_version: TargetVersion = "py310"
    """The oldest Python that the fixed code has to run on."""
    start_method: StartMethod = "any"
    """The start method that the project pins; `"any"` assumes nothing."""
    unsafe_fixes: bool = False
    """Whether fixes are applied that are likely right, but could change what a working program does."""
    pin_fork: bool = False
    """Whether a program that nothing else repairs may ask for fork by name."""
    doctests: bool = False
    """Whether the doctests in docstrings are code as well."""
    select: tuple[str, ...] = ()
    """The rules that speak; empty means all of them."""
    ignore: tuple[str, ...] = ()
    """The rules that don't, though selected: the longer beginning of a code decides, as in ruff."""
    silenced: tuple[str, ...] = ()
    """The rules that don't, whatever is selected: those that `per-file-ignores` names for the file."""
    fixable: tuple[str, ...] = ()
    """The rules whose fixes are applied; empty means all of them."""
    unfixable: tuple[str, ...] = ()
    """The rules whose fixes are not applied, though they are fixable."""

    edits: bool = False
    """Whether each finding is to bring the edits of its fix: they take time, and only programs read them."""

    def selects(self, code: str) -> bool:
        """Whether the rule with this code is switched on."""
        return not code.startswith(self.silenced) and prevails(code, self.select or ("",), self.ignore)

    def starts_by(self, start_methods: frozenset[str]) -> bool:
        """Whether what concerns these start methods concerns the project."""
        return self.start_method == "any" or self.start_method in start_methods

    def fixes(self, code: str) -> bool:
        """Whether the fixes of the rule with this code may be applied."""
        return prevails(code, self.fixable or ("",), self.unfixable)

    def carries_out(self, code: str) -> bool:
        """Whether the rule with this code speaks, and its fixes are applied."""
        return self.selects(code) and self.fixes(code)


@lru_cache(maxsize=4096)
def prevails(code: str, on: tuple[str, ...], off: tuple[str, ...]) -> bool:
    """Whether one of `on` is a longer beginning of the code than all of `off` are."""
    return _longest(code, on) > _longest(code, off)


def _longest(code: str, beginnings: tuple[str, ...]) -> int:
    return max((len(each) for each in beginnings if code.startswith(each)), default=-1)


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
    is_interactive: bool = False
    """Whether the code is typed at a prompt or runs in a notebook: no child imports it."""
