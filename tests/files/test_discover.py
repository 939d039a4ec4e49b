from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from mpmodernize.configuration.table import EXCLUDED
from mpmodernize.files.discover import Filter, MissingPathError, discover
from mpmodernize.files.patterns import Patterns

if TYPE_CHECKING:
    from collections.abc import Callable
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


@pytest.mark.parametrize(
    "line",
    [
        "#!/usr/bin/python", "#!/usr/bin/env python2.7", "#! /usr/bin/python -u", "#!/usr/local/bin/python3.12",
        "#!/usr/bin/env -S python3 -u", "#!/usr/bin/env -S PYTHONPATH=. python3", "#!/opt/py/bin/python2 -tt\r",
        "#!\t/usr/bin/pypy3", "#!/usr/bin/env /opt/python", "#!/usr/bin/pythonw", "\ufeff#!/usr/bin/python",
    ],
)  # fmt: skip
def test_a_script_without_an_ending_is_found_by_its_first_line(tmp_path: Path, line: str) -> None:
    plant(tmp_path, "a.py")
    (tmp_path / "script").write_text(f"{line}\nprint 1\n", newline="")
    assert found(tmp_path) == ["a.py", "script"]


@pytest.mark.parametrize(
    "text",
    [
        "", "print 1\n", "# !/usr/bin/python\n", "\n#!/usr/bin/python\n", "#!/bin/sh\nexec python $0\n",
        "#!/usr/bin/python-config\n", "#!/usr/bin/ipython\n", "#!/usr/bin/env bash python\n",
        "#!/usr/bin/perl # python\n",
        "#!/usr/bin/env pythonista\n", "#!/home/python/bin/ruby\n", "#!python.sh\n", "#!/usr/bin/env\npython\n",
    ],
)  # fmt: skip
def test_other_files_without_an_ending_are_not_found(tmp_path: Path, text: str) -> None:
    plant(tmp_path, "a.py")
    (tmp_path / "script").write_text(text)
    assert found(tmp_path) == ["a.py"]


def test_scripts_with_another_ending_and_hidden_ones_are_not_looked_into(tmp_path: Path) -> None:
    for name in ("run.sh", "run.txt", ".run", "script"):
        (tmp_path / name).write_text("#!/usr/bin/python\n")
    assert found(tmp_path) == ["script"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are of POSIX")
def test_a_pipe_without_an_ending_is_not_waited_for(tmp_path: Path) -> None:
    plant(tmp_path, "a.py")
    os.mkfifo(tmp_path / "pipe")
    os.mkfifo(tmp_path / "pipe.py")
    assert found(tmp_path) == ["a.py"]


def chosen(root: Path, chosen_filter: Callable[[str], Filter], *paths: Path) -> list[str]:
    return [file.relative_to(root).as_posix() for file in discover(paths or [root], chosen_filter).files]


def test_what_is_excluded_is_relative_to_the_folder_of_the_patterns(tmp_path: Path) -> None:
    plant(tmp_path, "a.py", "sub/a.py", "sub/gen/b.py", "gen/b.py", "build/c.py", "x_pb2.py", "sub/x_pb2.py")

    def filter_of(_: str) -> Filter:
        return Filter((Patterns(str(tmp_path), ["/sub/gen", "/a.py"]), Patterns(str(tmp_path / "sub"), ["/x_pb2.py"])))

    assert chosen(tmp_path, filter_of) == ["x_pb2.py", "build/c.py", "gen/b.py", "sub/a.py"]
    assert chosen(tmp_path, filter_of, tmp_path / "sub") == ["sub/a.py"]


def test_each_folder_leaves_out_what_its_own_project_says(tmp_path: Path) -> None:
    plant(tmp_path, "skip.py", "inner/skip.py", "inner/build/a.py", "build/a.py")

    def filter_of(folder: str) -> Filter:
        return (
            Filter()
            if folder.startswith(str(tmp_path / "inner"))
            else Filter((Patterns(folder, ["skip.py", "build"]),))
        )

    assert chosen(tmp_path, filter_of) == ["inner/skip.py", "inner/build/a.py"]


@pytest.mark.parametrize("patterns", [["vendored/", "x.py"], ["/vendored", "/sub/x.py"]])
def test_named_paths_are_left_out_only_by_force(tmp_path: Path, patterns: list[str]) -> None:
    plant(tmp_path, "a.py", "vendored/deep/b.py", "sub/x.py")
    named = [tmp_path / "a.py", tmp_path / "vendored/deep/b.py", tmp_path / "vendored/deep", tmp_path / "sub/x.py"]
    exclude = (Patterns(str(tmp_path), patterns),)
    assert chosen(tmp_path, lambda _: Filter(exclude), *named) == ["a.py", "vendored/deep/b.py", "sub/x.py"]
    assert chosen(tmp_path, lambda _: Filter(exclude, force_exclude=True), *named) == ["a.py"]


def test_an_excluded_folder_that_is_named_is_walked_and_what_is_in_it_judged_for_itself(tmp_path: Path) -> None:
    plant(tmp_path, "gen/a.py", "gen/__pycache__/b.py", "gen/sub/c.py")

    def filter_of(_: str) -> Filter:
        return Filter((Patterns(str(tmp_path), ["/gen/", "__pycache__/"]),))

    assert chosen(tmp_path, filter_of) == []
    assert chosen(tmp_path, filter_of, tmp_path / "gen") == ["gen/a.py", "gen/sub/c.py"]


def test_ignore_files_of_other_kinds_count_as_well(tmp_path: Path) -> None:
    plant(tmp_path, ".git/info/exclude", "a.py", "b.py", "c.py", "sub/a.py", "sub/b.py", "sub/d.py")
    (tmp_path / ".git" / "info" / "exclude").write_text("a.py\n/d.py\n")
    (tmp_path / ".gitignore").write_text("b.py\n")
    (tmp_path / ".ignore").write_text("!b.py\nc.py\n")
    (tmp_path / "sub" / ".ignore").write_text("b.py\n")
    assert found(tmp_path) == ["b.py", "sub/d.py"]
    assert found(tmp_path, tmp_path / "sub") == ["sub/d.py"]
    everything = chosen(tmp_path, lambda folder: Filter((Patterns(folder, EXCLUDED),), respect_gitignore=False))
    assert everything == ["a.py", "b.py", "c.py", "sub/a.py", "sub/b.py", "sub/d.py"]


def test_lines_that_git_can_not_read_are_passed_by(tmp_path: Path) -> None:
    plant(tmp_path, "a.py", "b.py")
    (tmp_path / ".gitignore").write_bytes(b"!\nb.py\n\\\n\xff\n[\n")
    assert found(tmp_path) == ["a.py"]


def test_a_folder_reached_by_a_link_is_one_with_the_folder(tmp_path: Path) -> None:
    plant(tmp_path, "real/a.py", "real/sub/b.py")
    (tmp_path / "link").symlink_to("real")
    assert found(tmp_path, tmp_path / "link", tmp_path / "real", tmp_path) == ["link/a.py", "link/sub/b.py"]
