"""Patterns mean what they mean in `.gitignore`."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from mpmodernize.files.patterns import Patterns, is_pattern

if TYPE_CHECKING:
    from pathlib import Path

FILES = [
    "a.py",
    "b.py",
    "sub/a.py",
    "sub/deep/a.py",
    "sub/deep/build/c.py",
    "build/c.py",
    "x y.py",
    "[z].py",
    "sub/b-1.py",
]


@pytest.mark.parametrize(
    "patterns",
    [
        ["a.py"], ["/a.py"], ["sub"], ["sub/"], ["/sub/deep"], ["sub/*.py"], ["sub/**/a.py"], ["**/a.py"],
        ["*.py", "!a.py"],
        ["build"], ["build/"], ["/build/"], ["*"], ["?.py"], ["[ab].py"], ["\\[z\\].py"], ["x y.py"], ["*-1.py"],
        ["# a.py"],
        ["deep/a.py"], ["a.py/"], ["b-?.py", "sub/deep/"], ["*.p*"], ["!a.py"], ["**"], ["a**.py"],
    ],
)  # fmt: skip
def test_a_path_is_covered_as_git_ignores_it(tmp_path: Path, patterns: list[str]) -> None:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".git" / "info").mkdir(exist_ok=True)
    (tmp_path / ".git" / "info" / "exclude").write_text("\n".join(patterns) + "\n")
    listing = ["git", "-C", str(tmp_path), "ls-files", "--others", "--ignored", "--exclude-standard", "-z"]
    ignored = subprocess.run(listing, capture_output=True, text=True, check=True).stdout.split("\0")[:-1]
    read = Patterns(str(tmp_path), patterns)
    assert sorted(name for name in FILES if read.cover(str(tmp_path / name), is_folder=False)) == sorted(ignored)


@pytest.mark.parametrize(
    ("pattern", "right"),
    [("a", True), ("!a", True), ("!", False), ("", False), (" ", False), ("a\\", False), ("\\#a", True)],
)
def test_what_is_no_pattern_is_known(pattern: str, right: bool) -> None:
    assert is_pattern(pattern) is right


@pytest.mark.parametrize("patterns", [["sub"], ["/sub"], ["sub/"], ["sub/", "/other"]])
def test_a_match_means_the_path_itself_and_not_a_folder_around_it(patterns: list[str]) -> None:
    read = Patterns("/p", patterns)
    assert read.match("/p/sub", is_folder=True)
    assert not read.match("/p/sub/a.py", is_folder=False)
    assert read.cover("/p/sub/a.py", is_folder=False)


def test_folders_around_the_folder_of_the_patterns_do_not_count() -> None:
    assert not Patterns("/home/.hidden/p", [".*/", "home", "p"]).cover("/home/.hidden/p/a.py", is_folder=False)
    assert not Patterns("/home/.hidden/p", [".*/"]).cover("/home/.hidden/q/a.py", is_folder=False)
    assert not Patterns("/p", ["/a.py"]).cover("/q/a.py", is_folder=False)
    assert Patterns("/p", ["a.py", "x/"]).cover("/q/a.py", is_folder=False)
