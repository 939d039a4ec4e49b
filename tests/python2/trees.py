"""The trees of Python 2.7's library, by its own parser and by Python 3's after the conversion of syntax."""

from __future__ import annotations

import contextlib
import difflib
import json
import subprocess
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mpmodernize.files.decode import Decoded, UndecodableError, decode
from mpmodernize.python2 import convert
from mpmodernize.verify.interpreters import interpreters
from tests.python2 import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable

_BOTH = (
    "prints several values with `print(…)`, nothing else shows Python 2: it is written for both languages, where 2.7 "
    "prints a tuple and the author means the values"
)
EXPLAINED = {
    "site-packages/pip/_vendor/distlib/_backport/sysconfig.py": _BOTH,
    "site-packages/setuptools/command/alias.py": _BOTH,
    "site-packages/setuptools/command/upload_docs.py": _BOTH,
    "test/test_compile.py": "`-0j` has the real part 0.0 in 2.7 and -0.0 in 3; no literal has it in all versions of 3",
    "test/test_complex.py": "`-0j`, as in test_compile.py",
}
"""The files of the library whose tree is another, with the reason; paths are relative to the library."""


class File(NamedTuple):
    """A file that Python 2.7 compiles."""

    path: Path
    name: str
    decoded: Decoded
    tree: str
    """What 2.7's parser makes of it, or the digest of that."""


def python2_trees(files: Iterable[tuple[Path, str]], *, digest: bool = False) -> list[str | None]:
    """What Python 2.7 makes of files, given with their encodings; None for those that it refuses.

    Raises `LookupError` where there is no Python 2.7.
    """
    python = interpreters().get("2.7")
    if python is None:
        raise LookupError("no Python 2.7 here (PATH, pyenv, MPMODERNIZE_PYTHONS)")
    wanted = "".join(json.dumps([str(path), encoding]) + "\n" for path, encoding in files)
    command = [python, canonical.__file__, *(["--digest"] if digest else [])]
    done = subprocess.run(command, input=wanted, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def library(every: int) -> list[File]:
    """Each n-th file of 2.7's library and its tests, as far as 2.7 compiles it. Raises `LookupError` without a 2.7."""
    python = interpreters().get("2.7")
    if python is None:
        raise LookupError("no Python 2.7 here (PATH, pyenv, MPMODERNIZE_PYTHONS)")
    where = subprocess.run([python, "-c", "import os; print(os.__file__)"], capture_output=True, text=True, check=True)
    folder = Path(where.stdout.strip()).parent
    found: list[tuple[Path, Decoded]] = []
    for path in sorted(folder.rglob("*.py"))[::every]:
        with contextlib.suppress(UndecodableError):  # 2.7 refuses those as well
            found.append((path, decode(path.read_bytes())))
    trees = python2_trees([(path, encoding_of(decoded)) for path, decoded in found], digest=True)
    return [
        File(path, path.relative_to(folder).as_posix(), decoded, tree)
        for (path, decoded), tree in zip(found, trees, strict=True)
        if tree is not None
    ]


def encoding_of(decoded: Decoded) -> str:
    """The encoding in which byte strings are compared: UTF-8 for files that are not what they declare."""
    return decoded.encoding if decoded.misread is None else "utf-8"


def converted(decoded: Decoded) -> str:
    """The text after the conversion of syntax, taken for Python 2."""
    return convert(decoded.text, "2", decoded.misread).source


def tree_of(source: str, encoding: str) -> str:
    """The tree of Python 3 text that came from a file in this encoding. Raises `SyntaxError`."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return str(canonical.dump(source, encoding))
    finally:
        sys.setrecursionlimit(limit)


def same_tree(file: File, source: str) -> bool:
    """Whether Python 3 makes of this text the tree that 2.7 makes of the file."""
    return canonical.digest(tree_of(source, encoding_of(file.decoded))) == file.tree


def differences(file: File, source: str) -> str:
    """Where the two trees differ."""
    ours = tree_of(source, encoding_of(file.decoded)).splitlines()
    theirs = (python2_trees([(file.path, encoding_of(file.decoded))])[0] or "").splitlines()
    lines = difflib.unified_diff(theirs, ours, "Python 2.7", "Python 3", lineterm="", n=0)
    return "\n".join([file.name, *(line[:500] for line in lines)])
