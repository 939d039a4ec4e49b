"""The oldest Python that a project asks for, from `requires-python`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, get_args

from mpmodernize.settings import TargetVersion

if TYPE_CHECKING:
    from collections.abc import Callable

# What most projects say; the library that reads all else takes as long to import as checking a file takes.
_PLAIN = re.compile(r"\s*>=\s*3\.(\d+)(?:\.\d+)?\s*(?:,\s*<\s*4(?:\.0)*\s*)?")
_MICRO_VERSIONS = range(50)
"""More bug-fix releases than a Python has had."""

TARGETS: dict[int, TargetVersion] = {int(target.removeprefix("py3")): target for target in get_args(TargetVersion)}
"""Each target by its minor version."""


def oldest_target(requirement: object) -> TargetVersion | None:
    """The lowest target that a version specifier allows; `None` if it is none, or allows no target.

    https://packaging.python.org/en/latest/specifications/version-specifiers/ says what a specifier means.
    """
    if not isinstance(requirement, str):
        return None
    plain = _PLAIN.fullmatch(requirement)
    allowed = _at_least(int(plain[1])) if plain is not None else _allowed_by(requirement)
    return next((target for minor, target in sorted(TARGETS.items()) if allowed(minor)), None)


def _at_least(lowest: int) -> Callable[[int], bool]:
    return lambda minor: minor >= lowest


def _allowed_by(requirement: str) -> Callable[[int], bool]:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        specifiers = SpecifierSet(requirement)
    except InvalidSpecifier:
        return lambda _: False
    return lambda minor: any(specifiers.contains(f"3.{minor}.{micro}") for micro in _MICRO_VERSIONS)
