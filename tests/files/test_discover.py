from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from mpmodernize.configuration.table import EXCLUDED
from mpmodernize.files.discover import Filter, MissingPathError, discover
from mpmodernize.files.patterns import Patterns

if TYPE_CHECKING:
    from pathlib import Path


def plant(root: Path, *files: str) -> None:
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")


def found(root: Path, *paths: Path) -> list[str]:
    return [file.relative_to(root).as_posix() for file in discover(paths or [root], usual).files]


def usual(folder: str) -> Filter:
    return Filter((Patterns(folder, EXCLUDED),))


def test_a_folder_is_walked_for_python_files_in_order(tmp_path: Path) -> None:
    plant(tmp_path, "b.py", "a.pyw", "c.txt", "py", "sub/z.py", "sub/a.py", "another/x.py")
    assert found(tmp_path) == ["a.pyw", "b.py", "another/x.py", "sub/a.py", "sub/z.py"]


@pytest.mark.parametrize(
    "folder",
    [".git", ".tox", ".eggs", "__pycache__", "node_modules", "build", "dist", "thing.egg-info", "deep/er/.hidden"],
)
def test_folders_of_tools_are_skipped(tmp_path: Path, folder: str) -> None:
    plant(tmp_path, "a.py", f"{folder}/b.py")
    assert found(tmp_path) == ["a.py"]


@pytest.mark.parametrize("mark", ["pyvenv.cfg", "conda-meta"])
def test_virtual_environments_are_skipped_whatever_they_are_called(tmp_path: Path, mark: str) -> None:
    plant(tmp_path, "a.py", f"mine/{mark}", "mine/lib/b.py")
    assert found(tmp_path) == ["a.py"]


@pytest.mark.parametrize("folder", ["build", ".hidden"])
def test_a_skipped_folder_that_is_named_is_walked(tmp_path: Path, folder: str) -> None:
    plant(tmp_path, f"{folder}/b.py")
    assert found(tmp_path, tmp_path / folder) == [f"{folder}/b.py"]


def test_a_file_that_is_named_is_taken_whatever_it_is_called(tmp_path: Path) -> None:
    plant(tmp_path, "script", ".hidden/x.py")
    (tmp_path / ".gitignore").write_text("*\n")
    assert found(tmp_path, tmp_path / "script", tmp_path / ".hidden/x.py") == ["script", ".hidden/x.py"]


def test_files_that_gitignore_leaves_out_are_skipped_as_git_skips_them(tmp_path: Path) -> None:
    plant(
        tmp_path, "a.py", "gen_a.py", "gen_keep.py", "top.py", "sub/gen_b.py", "sub/top.py", "sub/deep/gen_c.py",
        "out/x.py", "sub/out/y.py", "only/here/k.py", "only/z.py", "sub/back.py",
    )  # fmt: skip
    (tmp_path / ".gitignore").write_text("gen_*.py\n!gen_keep.py\n/top.py\nout/\nonly/*\n!only/here/\nback.py\n# c\n\n")
    (tmp_path / "sub" / ".gitignore").write_text("!gen_b.py\n!back.py\n")
    expected = ["a.py", "gen_keep.py", "only/here/k.py", "sub/back.py", "sub/gen_b.py", "sub/top.py"]
    assert sorted(found(tmp_path)) == expected
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    listing = ["git", "-C", str(tmp_path), "ls-files", "--others", "--exclude-standard", "*.py"]
    git = subprocess.run(listing, capture_output=True, text=True, check=True).stdout.split()
    assert sorted(git) == expected


def test_gitignore_files_above_the_folder_count_up_to_the_top_of_the_repository(tmp_path: Path) -> None:
    plant(tmp_path, "repo/.git/HEAD", "repo/pkg/a.py", "repo/pkg/skip.py", "repo/pkg/outside.py")
    (tmp_path / ".gitignore").write_text("outside.py\n")
    (tmp_path / "repo" / ".gitignore").write_text("skip.py\n")
    assert found(tmp_path, tmp_path / "repo" / "pkg") == ["repo/pkg/a.py", "repo/pkg/outside.py"]


def test_an_ignored_folder_that_is_named_is_walked(tmp_path: Path) -> None:
    plant(tmp_path, ".git/HEAD", "out/a.py")
    (tmp_path / ".gitignore").write_text("out/\n")
    assert found(tmp_path, tmp_path / "out") == ["out/a.py"]


def test_a_file_is_found_once_by_whatever_ways_it_is_reached(tmp_path: Path) -> None:
    plant(tmp_path, "sub/a.py")
    (tmp_path / "sub" / "link.py").symlink_to("a.py")
    assert found(tmp_path, tmp_path / "sub/a.py", tmp_path, tmp_path / "sub") == ["sub/a.py"]


def test_loops_of_links_and_links_to_nothing_do_no_harm(tmp_path: Path) -> None:
    plant(tmp_path, "sub/a.py")
    (tmp_path / "sub" / "loop").symlink_to(tmp_path)
    (tmp_path / "dead.py").symlink_to("nowhere.py")
    (tmp_path / "self.py").symlink_to("self.py")
    assert found(tmp_path) == ["sub/a.py"]


def test_a_path_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    plant(tmp_path, "a.py")
    with pytest.raises(MissingPathError, match="gone"):
        discover([tmp_path / "a.py", tmp_path / "gone"], usual)


@pytest.mark.skipif(os.geteuid() == 0 if hasattr(os, "geteuid") else True, reason="root may read every folder")
def test_a_folder_that_cannot_be_read_is_told_and_the_others_are_walked(tmp_path: Path) -> None:
    plant(tmp_path, "closed/a.py", "open/b.py")
    (tmp_path / "closed").chmod(0)
    try:
        discovery = discover([tmp_path], usual)
    finally:
        (tmp_path / "closed").chmod(0o700)
    assert [file.name for file in discovery.files] == ["b.py"]
    assert [(folder.name, reason) for folder, reason in discovery.unreadable] == [("closed", "Permission denied")]
