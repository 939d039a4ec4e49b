from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from mpmodernize.report.diff import painted, unified_diff

if TYPE_CHECKING:
    from pathlib import Path

CHANGES = [
    ("a\nb\nc\n", "a\nB\nc\n"),
    ("a\nb", "a\nB"),
    ("a\nb", "a\nB\n"),
    ("a\nb\n", "a\nB"),
    ("", "a\n"),
    ("a\n", ""),
    ("x", ""),
    ("a\r\nb\r\nc\r\n", "a\r\nB\r\nc\r\n"),
    ("a\r\nb", "a\r\nB"),
    ("a\rb\rc", "a\rB\rc"),
    ("a\fb\n\x1cc\n\u2028d\n", "a\fB\n\x1cc\n\u2028D\n"),
    ("# 中文\nprint 1\n" * 30, "# 中文\nprint(1)\n" + "# 中文\nprint 1\n" * 29),
    ("--- a\n+++ b\n@@ c\n", "--- A\n+++ b\n@@ C\n"),
]


# git wants a mode for a file that begins or ends empty.
APPLIED = [(tool, old, new) for tool in ("patch", "git") for old, new in CHANGES if tool == "patch" or (old and new)]


@pytest.mark.parametrize(("tool", "old", "new"), APPLIED)
@pytest.mark.parametrize("name", ["a.py", "with a space.py"])
def test_the_diff_can_be_applied(tmp_path: Path, old: str, new: str, tool: str, name: str) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    path = tmp_path / name
    path.write_bytes(old.encode())
    (tmp_path / "x.patch").write_bytes("".join(unified_diff(old, new, filename=name)).encode())
    command = ["patch", "-p0", "--binary", "-i", "x.patch"] if tool == "patch" else ["git", "apply", "-p0", "x.patch"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (path.read_bytes() if path.exists() else b"") == new.encode()


def test_nothing_changed_is_no_diff() -> None:
    assert list(unified_diff("a\n", "a\n", filename="a.py")) == []


def test_a_missing_newline_at_the_end_is_marked() -> None:
    assert "".join(unified_diff("a", "b", filename="a.py")) == (
        "--- a.py\n+++ a.py\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n"
    )


def test_colours_leave_the_text_and_the_line_ends_alone() -> None:
    lines = list(unified_diff("a\r\nb\n", "a\r\nc\n", filename="a.py"))
    colourful = "".join(painted(lines))
    assert "\x1b[31m-b\x1b[0m\n" in colourful
    assert "\x1b[32m+c\x1b[0m\n" in colourful
    assert " a\r\n" in colourful
