"""JSON values with the places where they stand in their text."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

_BLANK = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()
_ATOM = re.compile(r"[^ \t\n\r,\]}]+")


@dataclass(frozen=True, slots=True)
class Node:
    """A value: a dictionary or a list of nodes, a string, or something that is of no interest (`None`)."""

    start: int
    end: int
    value: Any

    def plain(self) -> Any:
        """The value without places."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        return [node.plain() for node in self.value] if isinstance(self.value, list) else self.value

    def text(self, key: str) -> str | None:
        """The string under a key."""
        node = self.value.get(key)
        return node.value if node is not None and isinstance(node.value, str) else None


def parse(body: str, offset: int, text: str) -> Node:
    """The value of a JSON text that begins at an offset. Raises `json.JSONDecodeError` and `RecursionError`."""
    json.loads(body)  # what is read below is known to be JSON
    return _value(text, _skip(text, offset))


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found is not None else at


def _value(text: str, start: int) -> Node:
    character = text[start]
    if character == '"':
        value, end = _DECODER.raw_decode(text, start)
        return Node(start, end, value)
    if character == "[":
        return _list(text, start)
    if character == "{":
        return _dictionary(text, start)
    atom = _ATOM.match(text, start)
    return Node(start, atom.end() if atom is not None else start + 1, None)


def _list(text: str, start: int) -> Node:
    values: list[Node] = []
    at = _skip(text, start + 1)
    while text[at] != "]":
        values.append(_value(text, at))
        at = _skip(text, values[-1].end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return Node(start, at + 1, values)


def _dictionary(text: str, start: int) -> Node:
    values: dict[str, Node] = {}
    at = _skip(text, start + 1)
    while text[at] != "}":
        key, at = _DECODER.raw_decode(text, at)
        at = _skip(text, _skip(text, at) + 1)
        values[key] = node = _value(text, at)
        at = _skip(text, node.end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return Node(start, at + 1, values)
