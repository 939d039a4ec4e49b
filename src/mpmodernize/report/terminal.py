"""What a terminal needs to know: colour or not, and how wide characters are."""

from __future__ import annotations

import os
import unicodedata
from typing import TYPE_CHECKING, Any, Literal

import click

if TYPE_CHECKING:
    from typing import IO

TAB_WIDTH = 8


def wants_colour(stream: IO[Any], choice: Literal["auto", "always", "never"] = "auto") -> bool:
    """Whether to colour what is written to this stream.

    What was asked for on the command line comes first. Then come the environment's `NO_COLOR` (no-color.org) and
    `FORCE_COLOR` (force-color.org), in this order, as for Python itself; each counts when it is set and not empty.
    Else there are colours on a terminal that can show them.
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return os.environ.get("TERM") != "dumb" and stream.isatty()


def paint(text: str, *, colour: bool, **style: Any) -> str:
    """Text in the style of `click.style`, or plain."""
    return click.style(text, **style) if colour else text


def cells(text: str) -> list[tuple[str, int]]:
    """Say what each character of a line shows on a terminal, and how many columns that takes.

    Tabs become spaces up to the next stop, control characters the symbols that stand for them (a source file
    must not steer the reader's terminal); wide East Asian characters take two columns, combining marks none.
    """
    shown: list[tuple[str, int]] = []
    column = 0
    for character in text:
        picture, width = character, 1
        if character == "\t":
            width = TAB_WIDTH - column % TAB_WIDTH
            picture = " " * width
        elif ord(character) < 32:
            picture = chr(0x2400 + ord(character))
        elif unicodedata.category(character) in ("Cc", "Cf", "Cs"):
            picture = f"<{ord(character):x}>"
            width = len(picture)
        elif unicodedata.category(character) in ("Mn", "Me"):
            width = 0
        elif unicodedata.east_asian_width(character) in "WF":
            width = 2
        shown.append((picture, width))
        column += width
    return shown


def harmless(text: str) -> str:
    """A text in one line of a terminal: of control characters, which could steer it, the symbols."""
    return "".join(picture for picture, _ in cells(text)) if not text.isprintable() else text
