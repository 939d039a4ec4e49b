"""All rules over the library of an installed Python 2.7: what comes out compiles, and a second fix changes nothing.

A sample of it by default; with `MPMODERNIZE_LIBRARY=all` in the environment all of it (a few minutes).
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from mpmodernize import Settings, fix_source
from mpmodernize.files.surroundings import surroundings
from mpmodernize.verify.interpreters import interpreters
from tests.python2 import trees

if TYPE_CHECKING:
    from pathlib import Path

EVERY = 1 if os.environ.get("MPMODERNIZE_LIBRARY") == "all" else 16
TAKEN_FOR_2 = Settings(source_version="2")
_LAZY = (
    "what was lazy in Python 2 (`izip`, `viewkeys`, `xrange`) has the name now of what was not, and nothing in the "
    "file is left that tells: who says again that it is Python 2 gets `list()` there"
)
UNSETTLED = {
    f"{name}.py": _LAZY
    for name in (
        "collections",
        "sets",
        "test/test_dict",
        "test/test_dictviews",
        "test/test_index",
        "test/test_itertools",
        "test/test_ordered_dict",
        "test/test_repr",
        "test/test_sys",
        "test/test_xrange",
    )
}
"""The files that a second fix under `--source-version 2` changes once more, with the reason."""

_COMPILE = """
import sys, warnings
warnings.simplefilter("ignore")
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        compile(file.read(), path, "exec", dont_inherit=True)
print(len(sys.argv) - 1)
"""


@pytest.fixture(scope="module")
def library() -> list[trees.File]:
    try:
        return trees.library(EVERY)
    except LookupError as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
def fixed(library: list[trees.File]) -> dict[str, str]:
    found = {}
    for file in library:
        beside = surroundings(file.path)
        result = fix_source(file.decoded.text, misread=file.decoded.misread, beside=beside)
        assert "MP001" not in {finding.code for finding in result.findings}, file.name
        found[file.name] = result.source
    assert len(found) > 1700 // EVERY
    return found


def test_a_second_fix_changes_nothing(library: list[trees.File], fixed: dict[str, str]) -> None:
    for file in library:
        once = fixed[file.name]
        assert fix_source(once, beside=surroundings(file.path)).source == once, file.name


def test_a_second_fix_of_what_is_said_to_be_python_2_changes_nothing(library: list[trees.File]) -> None:
    for file in library:
        beside, misread = surroundings(file.path), file.decoded.misread
        once = fix_source(file.decoded.text, settings=TAKEN_FOR_2, misread=misread, beside=beside).source
        if file.name not in UNSETTLED:
            assert fix_source(once, settings=TAKEN_FOR_2, beside=beside).source == once, file.name


@pytest.mark.parametrize("version", ["3.10", "3.11", "3.12", "3.13", "3.14"])
def test_what_comes_out_compiles(
    version: str, library: list[trees.File], fixed: dict[str, str], tmp_path: Path
) -> None:
    python = interpreters().get(version)
    if python is None:
        pytest.skip(f"no Python {version} here (PATH, pyenv, MPMODERNIZE_PYTHONS)")
    paths = []
    for number, file in enumerate(library):
        path = tmp_path / f"{number}.py"
        path.write_bytes(file.decoded.encode(fixed[file.name]))
        paths.append(str(path))
    done = subprocess.run([python, "-c", _COMPILE, *paths], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == str(len(paths)), done.stderr
