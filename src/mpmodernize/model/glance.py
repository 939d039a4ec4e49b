"""One look at a text that decides whether any rule could have anything to say about it.

Most files of a large tree use no processes and no clock of Python 2: they are never modelled.
"""

from __future__ import annotations

import re

KNOWN_MODULES = frozenset(
    (
        "multiprocessing time sys os math random string itertools functools collections re json threading "
        "queue operator datetime logging pickle struct signal socket subprocess shutil copy glob tempfile "
        "traceback"
    ).split()
)
"""Modules that snippets use and forget to import."""
CONVENTIONAL_MODULES = {"mp": "multiprocessing", "multiprocessing": "multiprocessing"}
"""Names by which everybody knows a module: what a snippet means that uses them and imports nothing."""

_OF_INTEREST = re.compile(r"multiprocessing|concurrent|\bmp\.|\bclock\b")
_USED_AS_MODULE = re.compile(r"(?<![\w.])([a-z]+)\.\w")
_IMPORT_LINE = re.compile(r"^(?:import|from)\b.*", re.MULTILINE)


def concerns(source: str) -> bool:
    """Whether a text mentions processes or clocks, or uses a known module and seems to import it nowhere."""
    if _OF_INTEREST.search(source) is not None:
        return True
    used = KNOWN_MODULES.intersection(_USED_AS_MODULE.findall(source))
    imported = set(re.findall(r"\w+", " ".join(_IMPORT_LINE.findall(source)))) if used else set()
    return not used <= imported
