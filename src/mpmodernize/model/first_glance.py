"""A look at the bytes of a file that decides whether it has to be read as a program at all.

Most files of a large tree use no processes and hold nothing of Python 2. They are neither decoded nor parsed: what
can be seen in their bytes says that no rule has anything to say about them. A test holds that over Python 2.7's own
library, installed packages and the fixtures: what the glance clears has no finding but `MP001`, which is about files
that are no program in either language.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from mpmodernize.model import glance, library
from mpmodernize.model.python2 import BUILTINS
from mpmodernize.python2.signs import blotted, may_be_misread, may_be_python2

_NO_WORD = bytes(c if chr(c).isascii() and (chr(c).isalnum() or c == ord("_")) else 32 for c in range(256))
"""Leaves the words: what is not ASCII divides them, so that they are more than the words of the text, never fewer."""


def _bytes(words: frozenset[str] | set[str]) -> frozenset[bytes]:
    return frozenset(word.encode() for word in words)


_OLD_NAMES = _bytes(glance.OLD_NAMES)
_PLAIN_WORDS = _bytes(glance.PLAIN_WORDS)
_IN_PLACES = _bytes(glance.IN_PLACES)
_OLD_ATTRIBUTES = _bytes({name for name in glance.OLD_NAMES - BUILTINS if not name[0].isupper() and name[:2] != "__"})
"""Those of the old names that stand behind a dot, or behind `def`."""
_MODULES_OF: dict[bytes, set[bytes]] = {name: set() for name in _IN_PLACES}
"""The modules that each of the names that have moved was in."""
for _module, _name in glance.OLD_PLACES:
    _MODULES_OF[_name.encode()].add(_module.encode())
_OLD_PATHS = frozenset(f"{module}.{name}" for module, name in glance.OLD_PLACES)
_DEEP_PLACES = tuple(each.encode() for each in glance.DEEP_PLACES)
_DIVIDED_MODULES = _bytes(glance.DIVIDED_MODULES)
_USED_MODULES = _bytes(glance.KNOWN_MODULES | glance.CONVENTIONAL_MODULES.keys())
_PLAIN = re.compile(glance.PLAIN.pattern.replace("(?:#|$)", r"(?:[#$\r]|$)").encode(), re.MULTILINE)
_RANGE_AS_LIST = re.compile(rb"range\([^()\n]*\)[ \t]*\+[ \t]*\[|\][ \t]*\+[ \t]*range\(")
_QUOTED = re.compile(rb"['\"]([A-Za-z_]\w*)['\"]")
_OPEN_MODE = re.compile(rb"U(?<=['\"rb]U)[rb]*['\"]")
_NOQA = re.compile(rb"noqa[^\r\n]*\bMP[0-9]", re.IGNORECASE)
_OS_WRITE = re.compile(rb"\bos[ \t]*\.[ \t]*write\b")
_IMPORTED_BY_TEXT = re.compile(rb"['\"][\w.]*(?:multiprocessing|concurrent)[\w.]*['\"]")
_IMPORT = re.compile(
    rb"^[ \t]*(?:try:[ \t]*)?(?:from[ \t]+(?P<dots>\.*)[ \t]*(?P<package>[\w.]*)[ \t]+import"
    rb"[ \t]*(?P<names>\([^)]*\)|[^\r\n#;]*)|import[ \t]+(?P<modules>[\w., \t]+))",
    re.MULTILINE,
)
_NAME = re.compile(rb"[^\W\d]\w*")


class Glance(NamedTuple):
    """What the bytes of a file show."""

    clear: bool
    """Whether no rule has anything to say about the file, as long as it imports none of its neighbours."""
    processes: bool
    """Whether the file could use processes."""
    imports: tuple[str, ...]
    """What it imports, wherever, as `os.path` or `..package.module`; with `from package import name` also
    `package.name`, which may be a module."""

    def clears(self, neighbours: frozenset[str]) -> bool:
        """Whether no rule has anything to say about the file; `neighbours` are the other modules of its package."""
        return self.clear and neighbours.isdisjoint(self.imports)


def look(data: bytes) -> Glance:
    """Look at the bytes of a Python file."""
    code = None if may_be_misread(data) else blotted(data)
    if code is None:
        imports = tuple(_imports(list(_IMPORT.finditer(data))))
        return Glance(clear=False, processes=glance.mentions_processes(data.decode("latin-1")), imports=imports)
    words = set(code.translate(_NO_WORD).split())
    matches = list(_IMPORT.finditer(code)) if b"import" in words else []
    imports = tuple(_imports(matches))
    processes = _uses_processes(data, code, words)
    clear = (
        not processes
        and b"mpmodernize" not in data
        and not (b"noqa" in data.lower() and _NOQA.search(data) is not None)
        and not may_be_python2(data, code)
        and not _may_hold_old_names(data, code, words, matches, imports)
    )
    return Glance(clear, processes, imports)


def _uses_processes(data: bytes, code: bytes, words: set[bytes]) -> bool:
    if b"multiprocessing" in code or b"concurrent" in words or b"mp" in words:
        return True
    if b"os" in words and b"write" in words and _OS_WRITE.search(code) is not None:
        return True
    by_text = b"multiprocessing" in data or b"concurrent" in data
    return by_text and _IMPORTED_BY_TEXT.search(data) is not None


def _may_hold_old_names(
    data: bytes, code: bytes, words: set[bytes], matches: list[re.Match[bytes]], imports: tuple[str, ...]
) -> bool:
    """Whether `glance.mentions_old_names` could be true, but for words in comments and long strings."""
    old = _OLD_NAMES & words
    if any(name not in _OLD_ATTRIBUTES or b"." + name in code or b"def " + name in code for name in old):
        return True
    if not _OLD_NAMES.isdisjoint(_QUOTED.findall(data)):
        return True
    if not _PLAIN_WORDS.isdisjoint(words) and _PLAIN.search(code) is not None:
        return True
    if b"range" in words and b"+" in code and _RANGE_AS_LIST.search(code) is not None:
        return True
    if _OPEN_MODE.search(data) is not None or b".next()" in code or {b"yield", b"while", b"next"} <= words:
        return True
    if not library.GONE_MODULES.isdisjoint(imports) or not _OLD_PATHS.isdisjoint(imports):
        return True
    if any(_is_divided(match) for match in matches):
        return True
    if any(b"%b.%b" % (module, name) in code for name in _IN_PLACES & words for module in _MODULES_OF[name] & words):
        return True
    if any(place in code for place in _DEEP_PLACES):
        return True
    used = _USED_MODULES & words
    for match in matches:
        if used and match[0][:1] in b"if":  # at the left margin: `import` or `from`
            used = used - set(_NAME.findall(match[0]))
    return any(module + b"." in code and re.search(rb"(?<![\w.])%b\." % module, code) for module in used)


def _is_divided(match: re.Match[bytes]) -> bool:
    """Whether an import gives a module another name, or takes all names of one, some of whose names are gone."""
    if match["modules"]:
        parts = [part.split() for part in match["modules"].split(b",")]
        renamed = [(part[0], part[-1]) for part in parts if len(part) > 1]
        return any(each[0] in _DIVIDED_MODULES or each[1].decode("latin-1") in library.GONE_MODULES for each in renamed)
    return match["names"].strip(b" \t()") == b"*" and match["package"] in _DIVIDED_MODULES


def _imports(matches: list[re.Match[bytes]]) -> dict[str, None]:
    found: dict[str, None] = {}
    for match in matches:
        if match["modules"]:
            for part in match["modules"].split(b","):
                if names := part.split():
                    found[names[0].decode("latin-1")] = None
            continue
        package = (match["dots"] + match["package"]).decode("latin-1")
        above = f"{package}." if match["package"] else package
        found[package] = None
        for name in _NAME.findall(match["names"]):
            found[above + name.decode("latin-1")] = None
    return found
