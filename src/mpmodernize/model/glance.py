"""One look at a text that decides which families of rules could have anything to say about it.

Most files of a large tree use no processes and no names of Python 2: they are never modelled.
"""

from __future__ import annotations

import re

from mpmodernize.model import library
from mpmodernize.model.python2 import BUILTINS

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

PLAIN_WORDS = frozenset("apply buffer cmp coerce file intern long reduce reload unicode".split())
"""Built-ins of Python 2 that stand in every other comment: they count where they are called, or stand in a tuple."""
OLD_NAMES = (BUILTINS - PLAIN_WORDS) | frozenset(
    (
        "StopIteration Ur Urb __cmp__ __delslice__ __div__ __getslice__ __metaclass__ __nonzero__ __setslice__ "
        "__unicode__ assertDictContainsSubset assertEquals assertItemsEqual assertNotEquals assertNotRegexpMatches "
        "assertRaisesRegexp assertRegexpMatches assert_ exitfunc failIf failUnless findTestCases func_closure "
        "func_code func_defaults func_dict func_doc func_globals func_name has_key im_class im_func im_self isAlive "
        "iteritems iterkeys itervalues makeSuite rU rUb rbU setdefaultencoding viewitems viewkeys viewvalues "
        "xreadlines"
    ).split()
)
"""Words one of which a file has if a rule about old names speaks though nothing else shows that it is Python 2."""

_TABLES = (
    library.SYS, library.SYS_GONE, library.OS, library.OS_GONE, library.STRING, library.TYPES, library.TYPES_GONE,
    library.ITERTOOLS, library.OPERATOR, library.OPERATOR_GONE, library.ELSEWHERE, library.ELSEWHERE_GONE,
    library.URLLIB,
)  # fmt: skip
OLD_PLACES = frozenset(tuple(name.rsplit(".", 1)) for table in _TABLES for name in table) | {
    ("os", "errno"),
    ("time", "clock"),
}
DEEP_PLACES = tuple(f"{module.rpartition('.')[2]}.{name}" for module, name in sorted(OLD_PLACES) if "." in module)
"""The ends of `os.path.walk` and the like."""
IN_PLACES = frozenset(name for _, name in OLD_PLACES)
DIVIDED_MODULES = frozenset(module for module, _ in OLD_PLACES)

_WORD = re.compile(r"[^\W\d]\w*")
PLAIN = re.compile(
    rf"(?<![\w.])(?:{'|'.join(sorted(PLAIN_WORDS))})\((?!s\))"
    r"|[(,][ \t]*(?:cmp|long|unicode)[ \t]*[,)]"
    r"|=[ \t]*(?:buffer|cmp|file|long|reduce|unicode)[ \t]*(?:#|$)"
    r"|[,=][ \t]*(?:'U'|\"U\")"
    r"|\][ \t]*\+[ \t]*range\(|(?<![\w.])range\([^()\n]*\)[ \t]*\+[ \t]*\[",
    re.MULTILINE,
)
_DOTTED = re.compile(r"(?<![\w.])([^\W\d]\w*)\.([^\W\d]\w*)")
_IMPORT = re.compile(
    r"^[ \t]*(?:try:[ \t]*)?(?:import[ \t]+([\w., \t]+)|from[ \t]+([\w.]+)[ \t]+import\b(.*))", re.MULTILINE
)
_TOP_IMPORT = re.compile(r"^(?:import|from)\b.*", re.MULTILINE)
_FROM = re.compile(r"^[ \t]*from[ \t]+([\w.]+)[ \t]+import\b[ \t]*(\([^)]*\)|.*)", re.MULTILINE)


def mentions_processes(source: str) -> bool:
    """Whether a text could use processes."""
    return "multiprocessing" in source or "concurrent" in source or "mp." in source or "os.write" in source


def mentions_old_names(source: str, neighbours: frozenset[str] = frozenset()) -> bool:
    """Whether a text has names that only Python 2 has, or uses a known module and seems to import it nowhere.

    Or imports one of the neighbours, which are the other modules of its package, by its bare name.
    """
    words = set(_WORD.findall(source))
    if not OLD_NAMES.isdisjoint(words) or (
        not (PLAIN_WORDS | {"range", "U"}).isdisjoint(words) and PLAIN.search(source) is not None
    ):
        return True
    if "yield" in words and ("StopIteration" in words or {"while", "next"} <= words):
        return True
    imported, renamed = _imported(source)
    if not neighbours.isdisjoint(imported):
        return True
    if not library.GONE_MODULES.isdisjoint(imported) or not DIVIDED_MODULES.isdisjoint(renamed):
        return True
    if not IN_PLACES.isdisjoint(words) and has_old_place(source):
        return True
    missing = (KNOWN_MODULES | CONVENTIONAL_MODULES.keys()) & words
    missing -= set(_WORD.findall(" ".join(_TOP_IMPORT.findall(source)))) if missing else set()
    return bool(missing) and not missing.isdisjoint(module for module, _ in _DOTTED.findall(source))


def _imported(source: str) -> tuple[set[str], set[str]]:
    """The modules that a text imports, and those that it gives another name."""
    imported: set[str] = set()
    renamed: set[str] = set()
    for modules, package, names in _IMPORT.findall(source):
        for part in modules.split(",") if modules else ():
            module, _, name = part.strip().partition(" ")
            imported.add(module)
            if name:
                renamed.add(module)
                imported.add(name.split()[-1])
        if package:
            imported.add(package)
            imported |= {f"{package}.{name}" for name in _WORD.findall(names)}
    return imported, renamed


def has_old_place(source: str) -> bool:
    """Whether a text has `string.join`, or `from string import join`."""
    if not OLD_PLACES.isdisjoint(_DOTTED.findall(source)) or any(each in source for each in DEEP_PLACES):
        return True
    return any(
        module in DIVIDED_MODULES
        and any((module, name) in OLD_PLACES or name == "*" for name in re.findall(r"\w+|\*", names))
        for module, names in _FROM.findall(source)
    )
