"""What lies beside a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.files.surroundings import surroundings
from mpmodernize.settings import Surroundings

if TYPE_CHECKING:
    from pathlib import Path


def test_modules_and_packages_beside_a_file_without_itself(tmp_path: Path) -> None:
    for name in ("main.py", "helper.py", "notes.txt", "package/__init__.py", "data/table.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    beside = Surroundings(frozenset({"helper", "package"}), is_package=False, folder=tmp_path.name)
    assert surroundings(tmp_path / "main.py") == beside
    inside = Surroundings(frozenset(), is_package=True, folder="package")
    assert surroundings(tmp_path / "package" / "new.py") == inside


def test_a_folder_that_is_not_there_and_standard_input_have_nothing_beside_them(tmp_path: Path) -> None:
    assert surroundings(tmp_path / "gone" / "main.py") == Surroundings()
    assert surroundings(None) == Surroundings()
