"""What a look at the bytes clears has no finding but `MP001`."""

from __future__ import annotations

import random
import sysconfig
from pathlib import Path

import pytest

from mpmodernize.engine import check_source
from mpmodernize.files.decode import UndecodableError, decode
from mpmodernize.model.first_glance import Glance, look
from mpmodernize.python2.signs import blotted
from mpmodernize.verify.interpreters import interpreters

FIXTURES = Path(__file__).parents[2] / "fixtures"
SAMPLE = 400
"""Files of each library: every file of both has been looked at by hand-run; this many are for every run."""


def findings(path: Path) -> set[str]:
    try:
        decoded = decode(path.read_bytes())
    except UndecodableError:
        return {"MP001"}
    return {each.code for each in check_source(decoded.text, misread=decoded.misread).findings}


def missed(paths: list[Path]) -> dict[Path, set[str]]:
    """What is found in files that a look has cleared."""
    cleared = [path for path in paths if look(path.read_bytes()).clear]
    assert cleared, "nothing is cleared, so nothing is tested"
    return {path: codes for path in cleared if (codes := findings(path) - {"MP001"})}


def test_no_fixture_that_is_cleared_has_a_finding() -> None:
    assert missed(sorted(FIXTURES.rglob("*.py"))) == {}


@pytest.mark.parametrize("version", ["2.7", "this"])
def test_no_file_of_pythons_own_library_that_is_cleared_has_a_finding(version: str) -> None:
    library = Path(sysconfig.get_path("stdlib"))
    if version == "2.7":
        python = interpreters().get("2.7")
        if python is None:
            pytest.skip("no Python 2.7 here")
        library = Path(python).resolve().parents[1] / "lib" / "python2.7"
    paths = [path for path in sorted(library.rglob("*.py")) if "site-packages" not in path.parts]
    assert missed(random.Random(5).sample(paths, min(SAMPLE, len(paths)))) == {}  # noqa: S311 - no secret


def test_most_modern_code_is_cleared() -> None:
    library = Path(sysconfig.get_path("stdlib"))
    paths = sorted(library.glob("asyncio/*.py"))
    cleared = [path for path in paths if look(path.read_bytes()).clear]
    assert len(cleared) > len(paths) / 2


CLEAR = {
    "print is called": "print('a')\nprint('b', end='')\n",
    "docstrings show old code": '"""`x` and print x, y"""\ndef f():\n    """except E, e: 0777 <> multiprocessing."""\n',
    "comments do": "x = 1  # print x; d.has_key(1); import multiprocessing\n",
    "temporary": "from pathlib import Path\ntmp = Path()\ntmp.exists()\n",
    "exceptions": "try:\n    f()\nexcept (A, B) as e:\n    raise C(e, (1, 2)) from e\nexcept D:\n    raise\n",
    "tuples as defaults": "def f(a=None, *b, c=(1, 2), **d):\n    return a\n",
    "constants": "x = f(True, None, y=3)\nif x is None and y == 3:\n    z = [True, False]\n",
    "relative import of exceptions": "from .exceptions import Error\n",
    "annotated": "def f(x: int) -> int:\n    return 0o777 + x\n",
    "own dot": "import os\nos.path.join('a', 'b')\n",
}


@pytest.mark.parametrize("text", CLEAR.values(), ids=CLEAR.keys())
def test_cleared(text: str) -> None:
    assert look(text.encode()).clear


NOT_CLEAR = {
    "print statement": b"print 'a'\n",
    "print within a line": b"if x: print x\n",
    "print into a file": b"print >>f, x\n",
    "print with a blank": b"print ('a', b)\n",
    "print called and formatted": b"print('%s') % x\n",
    "exec statement": b"exec code in names\n",
    "backticks": b"x = `y`\n",
    "diamond": b"if a <> b: pass\n",
    "octal": b"os.chmod(p, 0755)\n",
    "long": b"x = 10L\n",
    "hexadecimal long": b"x = 0xFFL\n",
    "raise with a comma": b"raise E, 'a'\n",
    "raise called with a comma": b"raise E('a'), None, tb\n",
    "except with a comma": b"try:\n    f()\nexcept E, e:\n    pass\n",
    "parameters in parentheses": b"def f(a, (b, c)):\n    pass\n",
    "lambda with parentheses": b"f = lambda (a, b): a\n",
    "bare tuple in a comprehension": b"x = [a for a in 1, 2]\n",
    "raw unicode": b"x = ur'a'\n",
    "bytes beside a string": b"x = b'a' 'b'\n",
    "bytes that are not ASCII": "x = b'ä'\n".encode(),
    "async as a name": b"async = 1\n",
    "True as a name": b"True, False = 1, 0\n",
    "a star within a function": b"def f():\n    from os import *\n",
    "a bad escape": b"x = 'C:\\Users'\n",
    "yield in a comprehension": b"def f():\n    x = [(yield a) for a in b]\n",
    "python2 in the first line": b"#!/usr/bin/env python2\nx = 1\n",
    "tabs and blanks": b"if a:\n        b()\n\tc()\n",
    "another encoding": "# -*- coding: latin-1 -*-\nx = 'ä'\n".encode("latin-1"),
    "no declared encoding": "x = 'ä'\n".encode("latin-1"),
    "an unknown encoding": b"# coding: nonsense\n",
    "has_key": b"d.has_key(1)\n",
    "a module that is gone": b"import ConfigParser\n",
    "a name that has moved": b"import string\nstring.letters\n",
    "a module renamed": b"import string as s\ns.letters\n",
    "an import is missing": b"time.sleep(1)\n",
    "an import is in another function": b"def f():\n    import time\ndef g():\n    time.sleep(1)\n",
    "a mode of opening": b"open('a', 'rU')\n",
    "next of an iterator": b"it.next()\n",
    "processes": b"import multiprocessing\n",
    "processes by text": b"m = __import__('multiprocessing')\n",
    "torch": b"import torch.multiprocessing\n",
    "futures": b"from concurrent import futures\n",
    "a suppression": b"x = 1  # mpmodernize: ignore[MP402]\n",
    "a suppression as flake8 has it": b"x = 1  # NOQA: F401, MP402\n",
    "quotes that do not end": b"x = 'a\nprint 1\n",
    "strings in strings": b"x = f\"{'''\"'''}\"\nprint 1\n",
    "old code behind a comment that looks like an f-string": b"x = f# '\nprint x, y\n",
    "old code behind a line that goes on": b"x = 'a\\\nb'; print x\n",
}


@pytest.mark.parametrize("data", NOT_CLEAR.values(), ids=NOT_CLEAR.keys())
def test_not_cleared(data: bytes) -> None:
    assert not look(data).clear


def test_imports_are_seen_wherever_they_stand_and_not_in_strings() -> None:
    data = b"import os, a.b as c\nif x:\n    from .. import d\nfrom .e import (f,\n    g)\ns = '''\nimport h\n'''\n"
    assert look(data).imports == ("os", "a.b", "..", "..d", ".e", ".e.f", ".e.g")


def test_a_neighbour_that_is_imported_by_its_bare_name_is_a_reason_to_read() -> None:
    glance = look(b"import helper\n")
    assert glance.clears(frozenset({"other"}))
    assert not glance.clears(frozenset({"helper"}))


def test_a_file_that_uses_processes_says_so_only_in_code() -> None:
    assert look(b"import multiprocessing\n").processes
    assert look(b"mp.Process()\n").processes
    assert look(b"# multiprocessing\ntmp.x\n") == Glance(clear=True, processes=False, imports=())


def test_strings_and_comments_are_blotted_out() -> None:
    assert blotted(b'a = \'it\'\'s\' # x\nb = """"q"\\"""" + r\'\\\'\'\n') == b"a = $$ $\nb = $ + r$\n"
    assert blotted(b"a = 'x\n") is None
    assert blotted(b"a ? b\n") is None
