"""Golden trees: what Python 2.7's parser made of files of our own, which hold every form of its syntax.

Beside `<case>.py` lies `<case>.tree`. With `--bless` a Python 2.7 writes the trees; it alone does.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from mpmodernize.files.decode import decode
from mpmodernize.python2 import convert
from tests.python2 import trees

FOLDER = Path(__file__).parents[2] / "fixtures" / "trees"
CASES = sorted(FOLDER.glob("*.py"))


def name_of(path: Path) -> str:
    return path.stem


def golden(path: Path) -> str:
    return path.with_suffix(".tree").read_text("utf-8")


def test_every_case_has_its_tree_and_every_tree_its_case() -> None:
    assert len(CASES) >= 10
    assert {path.stem for path in CASES} == {path.stem for path in FOLDER.glob("*.tree")}


@pytest.mark.parametrize("path", CASES, ids=name_of)
def test_the_golden_tree_is_what_python_2_makes(path: Path, python2: str, bless: bool) -> None:
    tree = trees.python2_trees([(path, trees.encoding_of(decode(path.read_bytes())))])[0]
    assert tree is not None, f"{python2} does not compile it"
    if bless:
        path.with_suffix(".tree").write_text(tree, "utf-8")
    assert tree == golden(path)


@pytest.mark.parametrize("path", CASES, ids=name_of)
def test_the_converted_file_has_the_same_tree_and_compiles(path: Path) -> None:
    decoded = decode(path.read_bytes())
    conversion = convert(decoded.text, misread=decoded.misread)
    assert conversion.python2
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compile(conversion.source, path.name, "exec", dont_inherit=True)
    assert trees.tree_of(conversion.source, trees.encoding_of(decoded)) == golden(path)
    assert convert(conversion.source).source == conversion.source
    assert convert(conversion.source, "2").source == conversion.source


@pytest.mark.parametrize(
    ("original", "damaged"),
    [
        ("print a, b\n", "print((a, b))\n"),
        ("print a,\n", "print(a)\n"),
        ("print >>f, a\n", "print(a, file=g)\n"),
        ("raise E, v\n", "raise E\n"),
        ("raise E, v, t\n", "raise E(v)\n"),
        ("except_ = lambda (a, b): a\n", "except_ = lambda a_b: (lambda b, a: a)(*a_b)\n"),
        ("def f((a, b)): c\n", "def f(a_b): (b, a) = a_b; c\n"),
        ("x = u'\\u1234'\n", "x = '\\\\u1234'\n"),
        ("x = '\\477'\n", "x = '\\477'\n"),
        ("x = 0777\n", "x = 777\n"),
        ("x = -1j\n", "x = -1j\n"),
        ("exec (a,)\n", "exec(a)\n"),
        ("def f():\n    b\n    global b\n", "def f():\n    b\n"),
        ("from os import *\n", "exec('from os.path import *')\n"),
        ("x.async\n", "getattr(x, 'await')\n"),
    ],
)
def test_a_wrong_conversion_has_another_tree(original: str, damaged: str, python2: str, tmp_path: Path) -> None:
    path = tmp_path / "original.py"
    path.write_text(original)
    assert python2
    assert trees.python2_trees([(path, "utf-8")])[0] not in {None, trees.tree_of(damaged, "utf-8")}
