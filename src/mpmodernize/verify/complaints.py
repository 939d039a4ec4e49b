"""What Python itself writes to standard error: exceptions that nobody caught, and warnings."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from mpmodernize.records import Record

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
# Process numbers, and the names of semaphores that were left behind.
_RANDOM = re.compile(r" ?\(pid=\d+\)|: \{'/[^}]*\}")
# The one message of multiprocessing that is a text of many lines, after a line that says nothing.
_BOOTSTRAPPING = re.compile(
    r"^RuntimeError: *\n\s+(An attempt has been made to start a new process before the)\s+"
    r"(current process has finished its bootstrapping phase)\.\n(?:[ \t].*\n|[ \t]*\n)*",
    re.MULTILINE,
)
_QUALIFIED = re.compile(r"^(?:[^\W\d]\w*\.)+([^\W\d]\w*)(?=:|$)")


class Raised(Record):
    """An exception that nobody caught: its last line, and in what it was raised."""

    message: str
    in_child: bool
    functions: tuple[str, ...]
    """The functions of the traceback, the outermost first."""
    is_last: bool = False
    """Whether nothing but warnings was written after it, as when the program ended for it."""


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
    """The warnings of Python in a text, each once and without process numbers: `DeprecationWarning: message`."""
    found = (f"{each['kind']}: {_RANDOM.sub('', each['message'])}" for each in _WARNING.finditer(text))
    return tuple(dict.fromkeys(found))


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
    if found and essence(text).endswith(found[-1].message):
        found[-1] = replace(found[-1], is_last=True)
    return found


def _lines(text: str) -> Iterator[tuple[str, Raised | None]]:
    """The lines of a text, with each traceback as one of them."""
    lines = _BOOTSTRAPPING.sub(r"RuntimeError: \1 \2\n", text).splitlines()
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
