"""The change to a file as a unified diff that `patch` and `git apply` accept."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from mpmodernize.report.terminal import paint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_STYLES: dict[str, dict[str, Any]] = {
    "---": {"bold": True},
    "+++": {"bold": True},
    "@@": {"fg": "cyan"},
    "-": {"fg": "red"},
    "+": {"fg": "green"},
}


def unified_diff(original: str, fixed: str, *, filename: str) -> Iterator[str]:
    r"""Make the lines of the diff, each with its newline; none if nothing changed.

    Lines end at `\n` alone, as for `patch`: a `\r` before it is part of the line. A missing newline at the end
    of a file is marked the way GNU diff marks it. To be applied with `patch -p0` or `git apply -p0`.
    """
    # As GNU diff does: behind a name with a space comes a tab, or the name would end there.
    name = filename + "\t" if " " in filename else filename
    changes = difflib.unified_diff(_lines(original), _lines(fixed), f"{name}\n", f"{name}\n", lineterm="")
    for line in changes:
        if line.endswith("\n"):
            yield line
        elif line.startswith("@@"):
            yield line + "\n"
        else:
            yield line + "\n\\ No newline at end of file\n"


def painted(lines: Iterable[str]) -> Iterator[str]:
    """Give the lines colours for a terminal."""
    for line in lines:
        style = next((style for start, style in _STYLES.items() if line.startswith(start)), None)
        # A carriage return stays outside the colour, or the terminal would write over the line.
        text = line.rstrip("\r\n")
        yield (paint(text, colour=True, **style) if style else text) + line[len(text) :]


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
