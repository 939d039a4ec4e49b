"""Rules named by code, beginning of a code, or name; and which of them several sources of settings choose together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.configuration.errors import ValueProblem, nearest
from mpmodernize.settings import prevails

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ALL = "ALL"


def codes_of(selector: str) -> str:
    """The code, or the beginning of codes, that a selector means; that of `ALL` is empty.

    Raises `ValueProblem` if no rule is meant, with the nearest word that means one.
    """
    from mpmodernize.codes import NAMES

    if selector == ALL:
        return ""
    if selector and any(code.startswith(selector) for code in NAMES):
        return selector
    for code, name in NAMES.items():
        if name == selector:
            return code
    beginnings = {code[:length] for code in NAMES for length in (3, 4)}
    raise ValueProblem(f"there is no rule `{selector}`{nearest(selector, [ALL, *NAMES, *beginnings, *NAMES.values()])}")


class Chosen:
    """The rules that are on, source of settings after source, as ruff does it.

    Within one source the longer beginning of a code decides, and of two that are equal the one that switches off. A
    source that says which rules are on replaces what those before it said; otherwise it changes what it speaks of.
    """

    def __init__(self) -> None:
        """Begin with every rule."""
        self._off: frozenset[str] = frozenset()

    def add(self, on: Iterable[str] | None, also_on: Iterable[str], off: Iterable[str]) -> None:
        """Let one source of settings speak, in selectors; `on` is `None` if it doesn't say."""
        if on is None and not also_on and not off:
            return
        from mpmodernize.codes import NAMES

        ons = (*map(codes_of, on or ()), *map(codes_of, also_on))
        offs = tuple(map(codes_of, off))
        if on is not None:
            self._off = frozenset(code for code in NAMES if not prevails(code, ons, offs))
            return
        switched_on = {code for code in NAMES if prevails(code, ons, offs)}
        switched_off = {code for code in NAMES if code.startswith(offs)} - switched_on
        self._off = self._off - switched_on | switched_off

    @property
    def off(self) -> tuple[str, ...]:
        """The codes of the rules that are off."""
        return tuple(sorted(self._off))


def codes_by_pattern(rules: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """The codes, or beginnings of codes, that selectors mean, by the pattern that they stand under."""
    return {pattern: tuple(map(codes_of, selectors)) for pattern, selectors in rules.items()}
