"""The formats in which findings are told, one module each; a module is imported when its format is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mpmodernize.findings import Finding

TEXT = ("full", "concise")
"""The formats for people."""

_MODULES = {
    "full": "text",
    "concise": "text",
    "json": "json",
    "json-lines": "json",
    "github": "github",
    "gitlab": "gitlab",
    "sarif": "sarif",
    "junit": "junit",
}
FORMATS = tuple(_MODULES)


class Format:
    """Writes the findings of a run, file by file. What its methods return, one after the other, is the whole report."""

    for_people: ClassVar[bool] = False
    """Whether it is read on a terminal: it may have colours then, and sentences around it."""
    wants_edits: ClassVar[bool] = False
    """Whether it tells the edits of fixes, which take time to work out."""

    def __init__(self, name: str, *, colour: bool = False) -> None:
        """Begin a report; `name` is what the format is called."""
        self.name = name
        self.colour = colour

    def file(self, findings: Sequence[Finding], source: str) -> str:
        """What is said of one file; `source` is the text that the findings stand in."""
        raise NotImplementedError

    def failure(self, filename: str, message: str) -> str:  # noqa: ARG002
        """What is said where the tool itself failed on a file."""
        return ""

    def end(self) -> str:
        """What closes the report."""
        return ""


def make_format(name: str, *, colour: bool = False) -> Format:
    """Begin a report in the format of this name; only the ones for people can have a colour."""
    module = import_module(f"{__name__}.{_MODULES[name]}")
    made: Format = module.FORMAT(name, colour=colour)
    return made
