"""One look at a text that decides whether any rule could have anything to say about it.

Most files of a large tree use no processes and no names of Python 2: they are never modelled.
"""

from __future__ import annotations

import re

from mpmodernize.model.python2 import BUILTINS, MODULES

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

OLD_NAMES = (
    BUILTINS
    | MODULES
    | frozenset(
        (
            "assertEquals assertNotEquals assert_ clock decodestring encodestring exc_clear exc_type exc_value "
            "exitfunc func_name getargspec getcwdu has_key ifilter imap isAlive isCallable iteritems iterkeys "
            "itervalues izip letters maketrans maxint setdefaultencoding tostring urllib viewitems viewkeys "
            "viewvalues xreadlines"
        ).split()
    )
)
"""Words one of which a file has if a rule about old names speaks though nothing else shows that it is Python 2."""

_WORD = re.compile(r"[^\W\d]\w*")
_OF_INTEREST = re.compile(r"multiprocessing|concurrent|\bmp\.")
_USED_AS_MODULE = re.compile(r"(?<![\w.])([a-z]+)\.\w")
_IMPORT_LINE = re.compile(r"^(?:import|from)\b.*", re.MULTILINE)


def concerns(source: str) -> bool:
    """Whether a text mentions processes or old names, or uses a known module and seems to import it nowhere."""
    if _OF_INTEREST.search(source) is not None or not OLD_NAMES.isdisjoint(_WORD.findall(source)):
        return True
    used = KNOWN_MODULES.intersection(_USED_AS_MODULE.findall(source))
    imported = set(re.findall(r"\w+", " ".join(_IMPORT_LINE.findall(source)))) if used else set()
    return not used <= imported
