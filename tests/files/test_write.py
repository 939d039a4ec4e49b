from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from mpmodernize.files.write import Change, replace, replace_all

as_root = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.mark.parametrize("mode", [0o644, 0o755, 0o600, 0o4711])
def test_a_replaced_file_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    path.chmod(mode)
    replace(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_link_stays_a_link_and_what_it_points_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target = tmp_path / "real" / "a.py"
    target.write_bytes(b"old")
    link = tmp_path / "a.py"
    link.symlink_to("real/a.py")
    replace(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_no_temporary_file_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    replace(path, b"new")
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("failure", [OSError("disk full"), KeyboardInterrupt()])
@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace", "pathlib.Path.chmod"])
def test_whatever_interrupts_it_the_old_content_stays_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException, step: str
) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise failure

    monkeypatch.setattr(step, fail)
    with pytest.raises(type(failure)):
        replace(path, b"new")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(as_root, reason="root may write everywhere")
def test_a_read_only_folder_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(PermissionError, match="its folder can't be written to"):
            replace(path, b"new")
    finally:
        tmp_path.chmod(0o700)
    assert path.read_bytes() == b"old"


def test_a_folder_that_refuses_a_new_file_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")

    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    with pytest.raises(PermissionError, match=r"a\.py can't be replaced: its folder can't be written to"):
        replace(path, b"new")
    assert path.read_bytes() == b"old"


@pytest.mark.skipif(as_root, reason="root may write everywhere")
def test_a_read_only_file_is_left_alone_though_its_folder_would_allow_it(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(PermissionError, match="is read-only"):
        replace(path, b"new")
    assert path.read_bytes() == b"old"


def test_a_file_that_somebody_else_has_changed_since_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"theirs")
    with pytest.raises(OSError, match="changed by another program"):
        replace(path, b"new", expected=b"old")
    assert path.read_bytes() == b"theirs"


def test_of_several_files_all_are_replaced_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [tmp_path / name for name in ("a.py", "b.py", "c.py")]
    for path in paths:
        path.write_bytes(b"old")
    changes = [Change(path, b"new") for path in paths]
    with pytest.raises(OSError, match=r"b\.py was changed by another program"):
        replace_all([changes[0], Change(paths[1], b"new", expected=b"older"), changes[2]])
    assert {path.read_bytes() for path in tmp_path.iterdir()} == {b"old"}

    rename, renamed = Path.replace, []

    def fail_on_the_third(path: Path, target: Path) -> Path:
        renamed.append(target)
        if len(renamed) == 3:
            raise OSError("disk full")
        return rename(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", fail_on_the_third)
        with pytest.raises(OSError, match="disk full"):
            replace_all(changes)
    assert sorted(tmp_path.iterdir()) == paths
    assert {path.read_bytes() for path in paths} == {b"old"}

    replace_all(changes)
    assert {path.read_bytes() for path in paths} == {b"new"}


STREAMS = """
import os, sys
from pathlib import Path
from mpmodernize.files.write import write_whole
os.write(1, b"before ")
write_whole(Path("/dev/stdout"), b"the report")
os.write(1, b" after")
"""


@pytest.mark.skipif(not os.path.exists("/dev/stdout"), reason="standard output has no name here")  # noqa: PTH110
def test_standard_output_by_its_name_is_written_to_wherever_it_goes(tmp_path: Path) -> None:
    run = [sys.executable, "-c", STREAMS]
    assert subprocess.run(run, check=True, stdout=subprocess.PIPE).stdout == b"before the report after"
    with (tmp_path / "out").open("wb") as file:
        subprocess.run(run, check=True, stdout=file)
    assert (tmp_path / "out").read_bytes() == b"before the report after"
