"""Sources of settings: a file of TOML, or what was typed. They are read and checked against the table here."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, Any

from mpmodernize.configuration.errors import ConfigurationError, ValueProblem, nearest
from mpmodernize.configuration.table import BY_NAME
from mpmodernize.configuration.values import checked, told
from mpmodernize.records import Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mpmodernize.configuration.table import Value

PYPROJECT = "pyproject.toml"
OWN_FILE = "mpmodernize.toml"
SECTION = ("tool", "mpmodernize")

_TOML_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


class Source(Record):
    """The settings that stand in one place, checked."""

    name: str
    """The file, or the flag: what a message begins with."""
    folder: str
    """What patterns are relative to."""
    values: Mapping[str, Value]
    _text: str | None = None
    _section: Sequence[str] = ()

    def line(self, key: str, *steps: str | int) -> int | None:
        """Where a setting stands, or a part of its value: the line of the file, from 1; `None` for what was typed."""
        return line_of(self._text, (*self._section, key, *steps)) if self._text is not None else None


def read_source(path: str, *, folder: str | None = None) -> Source | None:
    """The settings of a project file; `None` for a `pyproject.toml` without a section for them.

    Any other file holds nothing else. Patterns are relative to `folder`, or to that of the file. Raises
    `ConfigurationError` if it can't be read, isn't TOML, or has a setting or value that does not exist.
    """
    text = _read(path)
    steps = SECTION if os.path.basename(path) == PYPROJECT else ()
    if steps and SECTION[-1] not in text:
        return None
    section: object = parse(text, path)
    for step in steps:
        section = section.get(step) if isinstance(section, dict) else None
    if section is None:
        return None
    folder = folder if folder is not None else os.path.dirname(os.path.abspath(path))
    return source_of(section, path, folder, text=text, steps=steps)


def read_requirement(path: str) -> Source | None:
    """What a `pyproject.toml` says by `requires-python`; `None` if that is not given, or nothing that can be used.

    This is a file of other tools, whose mistakes are told by those.
    """
    from mpmodernize.configuration.requirements import oldest_target

    try:
        text = _read(path)
        document = parse(text, path) if "requires-python" in text else {}
    except ConfigurationError:
        return None
    project = document.get("project")
    target = oldest_target(project.get("requires-python")) if isinstance(project, dict) else None
    if target is None:
        return None
    folder = os.path.dirname(os.path.abspath(path))
    return Source(f"{path} (requires-python)", folder, {"target-version": target})


def inline_source(text: str, name: str, folder: str) -> Source:
    """The settings of a line of TOML that was typed. Raises `ConfigurationError` as for a file."""
    try:
        section = _loads(text)
    except ValueError as error:
        raise ConfigurationError(f"`{text}` is not TOML: {_TOML_LINE.sub('', str(error))}", name) from None
    return source_of(section, name, folder)


def source_of(section: object, name: str, folder: str, *, text: str | None = None, steps: Sequence[str] = ()) -> Source:
    """Check what stands in a section. Raises `ConfigurationError` for the first thing that is wrong."""
    values: dict[str, Value] = {}
    source = Source(name, folder, values, text, steps)
    if not isinstance(section, dict):
        line = line_of(text, steps) if text is not None else None
        raise ConfigurationError(f"`{'.'.join(steps)}` is a table, not {told(section)}", name, line)
    for key, value in section.items():
        setting = BY_NAME.get(key)
        if setting is None:
            raise ConfigurationError(f"there is no setting `{key}`{nearest(key, BY_NAME)}", name, source.line(key))
        try:
            values[key] = checked(setting, value)
        except ValueProblem as problem:
            raise ConfigurationError(str(problem), name, source.line(key, *problem.steps)) from None
    return source


def parse(text: str, path: str) -> dict[str, Any]:
    """The document. Raises `ConfigurationError` with the line where it stops being TOML."""
    try:
        return _loads(text)
    except ValueError as error:
        found = _TOML_LINE.search(str(error))
        last = max(1, len(text.splitlines()))
        line = int(found[1]) if found and found[1] else last
        raise ConfigurationError(f"not TOML: {_TOML_LINE.sub('', str(error))}", path, line) from None


def line_of(text: str, steps: Sequence[str | int]) -> int:
    """The line, from 1, that a key of a document stands on, or an item of an array.

    The parser knows no lines, so it is asked where the key appears: the longest beginning of the document that can be
    parsed and lacks the key ends right before it. An item is looked for by closing its array behind each line.
    """
    lines = text.splitlines(keepends=True)
    keys = [step for step in steps if isinstance(step, str)]
    first = _first_mention(lines, keys)
    before = next((count for count in range(first, 0, -1) if _beginning(lines[:count]) is not None), 0)
    for count in range(first + 1, len(lines) + 1):
        document = _beginning(lines[:count])
        if document is not None:
            if _reaches(document, keys):
                break
            before = count
    for count in range(before + 1, len(lines) + 1) if len(keys) < len(steps) else ():
        document = _beginning([*lines[:count], "\n]"]) or _beginning(lines[:count])
        if document is not None and _reaches(document, steps):
            return count
    return min(before + 1, max(1, len(lines)))


def _first_mention(lines: Sequence[str], keys: Sequence[str]) -> int:
    """How many lines certainly stand before the last of these keys, each of which is named behind the one before."""
    first = 0
    for key in keys:
        first = next((number for number in range(first, len(lines)) if key in lines[number]), 0)
    return first


def _beginning(lines: Sequence[str]) -> dict[str, Any] | None:
    try:
        return _loads("".join(lines))
    except ValueError:
        return None


def _reaches(document: Any, steps: Sequence[str | int]) -> bool:
    for step in steps:
        keys = document if isinstance(document, dict) else range(len(document)) if isinstance(document, list) else ()
        if step not in keys:
            return False
        document = document[step]
    return True


def _read(path: str) -> str:
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise ConfigurationError(f"can't be read: {error.strerror or error}", path) from None
    try:
        return data.decode("utf-8-sig")  # some editors begin a file with a byte order mark
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigurationError("not TOML: it is not in UTF-8", path, line) from None


def _loads(text: str) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    document: dict[str, Any] = tomllib.loads(text)
    return document
