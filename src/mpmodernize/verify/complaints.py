"""What Python itself writes to standard error: exceptions that nobody caught, and warnings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER = re.compile(r"(?:Traceback \(most recent call last\)|Exception in thread .*):")
_PROCESS = re.compile(r"Process \S.*:")
_BETWEEN = re.compile(
    r"\s*(?:The above exception was the direct cause of the following exception"
    r"|During handling of the above exception, another exception occurred):\s*"
)
# A pool hands on the traceback of its worker as text, in three quotes, ahead of the parent's own.
_REMOTE = re.compile(r'^(?:[\w.]+\.)?_?RemoteTraceback: ?\n"""\n.*?^"""\n', re.DOTALL | re.MULTILINE)
_WARNING = re.compile(r"^(?:\S.*?:\d+: )?(?P<kind>\w*Warning): (?P<message>.*)\n(?:[ \t].*\n)*", re.MULTILINE)
_QUALIFIED = re.compile(r"^(?:[^\W\d]\w*\.)+([^\W\d]\w*)(?=:|$)")


@dataclass(frozen=True)
class Raised:
    """An exception that nobody caught: its last line, and in what it was raised."""

    message: str
    in_child: bool
    functions: tuple[str, ...]
    """The functions of the traceback, the outermost first."""


def essence(text: str) -> str:
    """Standard error without what differs from one Python to the next: of tracebacks the last line, no warnings."""
    text = _REMOTE.sub("", _WARNING.sub("", text))
    lines = []
    for line, raised in _lines(text):
        if raised is not None:
            lines.append(raised.message)
        elif line.strip() and not _BETWEEN.fullmatch(line):
            lines.append(line)
    return "\n".join(lines)


def warnings(text: str) -> tuple[str, ...]:
    """The warnings of Python in a text, each once: `DeprecationWarning: message`."""
    return tuple(dict.fromkeys(f"{found['kind']}: {found['message']}" for found in _WARNING.finditer(text)))


def uncaught(text: str) -> list[Raised]:
    """The exceptions that a text tells of; of several that led to one another the last."""
    found: list[Raised] = []
    follows = False
    for line, raised in _lines(_REMOTE.sub("", text)):
        if raised is not None:
            if follows:
                found.pop()
            found.append(raised)
            follows = False
        elif line.strip():
            follows = bool(found) and bool(_BETWEEN.fullmatch(line))
    return found


def _lines(text: str) -> Iterator[tuple[str, Raised | None]]:
    """The lines of a text, with each traceback as one of them."""
    lines = text.splitlines()
    index, process = 0, False
    while index < len(lines):
        line = lines[index]
        index += 1
        if not _HEADER.fullmatch(line):
            process = bool(_PROCESS.fullmatch(line))
            yield line, None
            continue
        functions = []
        while index < len(lines) and (lines[index][:1] in {" ", "\t"} or _HEADER.fullmatch(lines[index])):
            if found := re.fullmatch(r'  File ".*", line \d+, in (.+)', lines[index]):
                functions.append(found[1])
            index += 1
        message = lines[index].strip() if index < len(lines) else ""
        index += 1
        # What is run by `spawn_main` or the fork server dies before it has a name.
        child = process or any(name in {"spawn_main", "_serve_one", "_main"} for name in functions)
        yield line, Raised(_QUALIFIED.sub(r"\1", message), child, tuple(functions))
        process = False
