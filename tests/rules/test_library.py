"""The tables of the library: each new name is there, each old one was; and imports that come together."""

from __future__ import annotations

import importlib
import subprocess

import pytest

from mpmodernize import fix_source
from mpmodernize.model import library
from mpmodernize.model.glance import mentions_old_names
from mpmodernize.verify.interpreters import interpreters

MOVES = (
    library.SYS
    | library.OS
    | library.STRING
    | library.TYPES
    | library.ITERTOOLS
    | library.OPERATOR
    | library.ELSEWHERE
    | library.MODULES
    | library.MODULE_NAMES
    | library.URLLIB
    | library.STRING_BUFFERS
)
GONE = library.SYS_GONE | library.OS_GONE | library.TYPES_GONE | library.OPERATOR_GONE | library.ELSEWHERE_GONE
NOT_EVERYWHERE = {"_winreg", "gdbm", "bsddb", "dbhash", "dl"}
"""Modules that depend on the platform, or on what Python was built with."""

LOOK_UP = """
import sys
for name in sys.stdin.read().split():
    parts = name.split('.')
    for end in range(len(parts), 0, -1):
        try:
            __import__('.'.join(parts[:end]))
        except ImportError:
            continue
        found = sys.modules['.'.join(parts[:end])]
        for part in parts[end:]:
            found = getattr(found, part, None)
        break
    else:
        found = None
    if found is None:
        print(name)
"""


def exists(qualified: str) -> bool:
    parts = qualified.split(".")
    for end in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:end]))
        except ImportError:
            continue
        for part in parts[end:]:
            found = getattr(found, part, None)
        return found is not None
    return False


@pytest.mark.parametrize("new", sorted({new for old, new in MOVES.items() if new and old not in NOT_EVERYWHERE}))
def test_a_new_name_is_there(new: str) -> None:
    if new.startswith("tkinter"):
        pytest.importorskip("tkinter")
    assert exists(f"builtins.{new}" if new.startswith("str.") else new)


def test_the_old_names_were_there() -> None:
    python = interpreters().get("2.7")
    if python is None:
        pytest.skip("there is no Python 2.7 on this machine")
    old = sorted((MOVES.keys() | GONE.keys() | library.REMOVED_MODULES.keys()) - NOT_EVERYWHERE)
    done = subprocess.run([python, "-c", LOOK_UP], input="\n".join(old), capture_output=True, text=True, check=True)
    assert [name for name in done.stdout.split() if not name.lower().startswith(("tk", "ttk"))] == []


@pytest.mark.parametrize("old", sorted(MOVES | GONE))
def test_a_file_of_python_3_with_an_old_name_is_looked_at(old: str) -> None:
    if old in library.MODULES:
        assert mentions_old_names(f"import {old}\n")
    else:
        module, _, name = old.rpartition(".")
        assert mentions_old_names(f"from {module} import {name}\n")
        assert mentions_old_names(f"import {module}\n{module}.{name}\n")
        assert mentions_old_names(f"import {module} as m\nm.{name}\n")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "try:\n    from cStringIO import StringIO\nexcept ImportError:\n    from StringIO import StringIO\n\nx\n",
            "from io import StringIO\n\nx\n",
        ),
        (
            "try:\n    import thread\nexcept ImportError:\n    import dummy_thread as thread\n",
            "import _thread as thread\n",
        ),
        (
            "try:\n    import thread\nexcept ImportError:\n    thread = None\n",
            "try:\n    import _thread as thread\nexcept ImportError:\n    thread = None\n",
        ),
        (
            "import urllib\nimport urllib2\nurllib.quote, urllib2.quote\n",
            "import urllib.parse\nurllib.parse.quote, urllib.parse.quote\n",
        ),
        ("import cPickle, pickle\ncPickle.dumps\n", "import pickle\npickle.dumps\n"),
        ("import StringIO; io = StringIO.StringIO()\n", "import io as StringIO; io = StringIO.StringIO()\n"),
        ("import md5, os\nmd5.new\n", "import hashlib, os\nhashlib.md5\n"),
        ("from types import *\nIntType\n", "from types import *\nint\n"),
    ],
)
def test_imports_come_together(source: str, expected: str) -> None:
    assert fix_source(source).source == expected
