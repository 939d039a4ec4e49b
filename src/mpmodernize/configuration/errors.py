"""What is wrong with a setting, and where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class ConfigurationError(Exception):
    """A setting that can't be used, or a file of settings that can't be read."""

    def __init__(self, message: str, source: str = "", line: int | None = None) -> None:
        """`source` is the file or the flag; `line` counts from 1 and is `None` where there are no lines."""
        place = f"{source}:{line}: " if line is not None else f"{source}: " if source else ""
        super().__init__(f"{place}{message}")


class ValueProblem(Exception):  # noqa: N818 - always caught, and told as a ConfigurationError with its place
    """A value that a setting can't have."""

    def __init__(self, message: str, *steps: str | int) -> None:
        """`steps` lead from the setting to the wrong part of its value."""
        super().__init__(message)
        self.steps = steps


def nearest(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str:
    """The question whether a similar word was meant; empty if none of the known ones is as similar as `cutoff`."""
    from difflib import get_close_matches

    by_folded = {_folded(each): each for each in known}
    near = get_close_matches(_folded(word), by_folded, n=1, cutoff=cutoff)
    return f"; did you mean `{by_folded[near[0]]}`?" if near else ""


def _folded(word: str) -> str:
    return word.lower().replace("_", "-")
