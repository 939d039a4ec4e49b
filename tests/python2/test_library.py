"""The library of an installed Python 2.7, a sample of it: every file comes out as Python 3, and stays so."""

from __future__ import annotations

import codecs
import re
import subprocess
import warnings
from pathlib import Path

import pytest

from mpmodernize.python2 import convert
from mpmodernize.verify.interpreters import interpreters

_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_EVERY = 6

_COMPILABLE = """
import sys, warnings
warnings.simplefilter('ignore')
for name in sys.stdin.read().splitlines():
    try:
        compile(open(name, 'U').read() + '\\n', name, 'exec', 0, 1)
    except Exception:
        continue
    print(name)
"""


@pytest.fixture(scope="module")
def library() -> list[Path]:
    python = interpreters().get("2.7")
    if python is None:
        pytest.skip("there is no Python 2.7 on this machine")
    where = subprocess.run([python, "-c", "import os; print(os.__file__)"], capture_output=True, text=True, check=True)
    files = sorted(Path(where.stdout.strip()).parent.rglob("*.py"))[::_EVERY]
    listed = subprocess.run(
        [python, "-c", _COMPILABLE], input="\n".join(map(str, files)), capture_output=True, text=True, check=True
    )
    return [Path(name) for name in listed.stdout.splitlines()]


def _read(path: Path) -> str:
    data = path.read_bytes()
    declared = next((match[1].decode() for line in data.splitlines()[:2] if (match := _CODING.match(line))), "utf-8")
    try:
        return data.decode("utf-8-sig" if data.startswith(codecs.BOM_UTF8) else declared)
    except UnicodeDecodeError:
        return data.decode("latin-1")


def test_every_file_compiles_and_a_second_conversion_changes_nothing(library: list[Path]) -> None:
    assert len(library) > 100
    for path in library:
        converted = convert(_read(path), "2").source
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(converted, str(path), "exec", dont_inherit=True)
        assert convert(converted, "2").source == converted, path
        assert convert(converted).source == converted, path
