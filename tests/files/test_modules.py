from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mpmodernize.files.modules import Modules

if TYPE_CHECKING:
    from pathlib import Path

FILES = (
    "main.py",
    "worker.py",
    "pkg/__init__.py",
    "pkg/jobs.py",
    "pkg/deep/__init__.py",
    "pkg/deep/state.py",
    "queue.py",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path


@pytest.mark.parametrize(
    ("importer", "level", "module", "expected"),
    [
        ("main.py", 0, "worker", "worker.py"),
        ("main.py", 0, "pkg", "pkg/__init__.py"),
        ("main.py", 0, "pkg.deep.state", "pkg/deep/state.py"),
        ("pkg/jobs.py", 0, "pkg.deep", "pkg/deep/__init__.py"),
        ("pkg/jobs.py", 0, "worker", "worker.py"),
        ("pkg/jobs.py", 1, "", "pkg/__init__.py"),
        ("pkg/jobs.py", 1, "deep.state", "pkg/deep/state.py"),
        ("pkg/deep/state.py", 2, "jobs", "pkg/jobs.py"),
        ("pkg/deep/state.py", 1, "jobs", None),
        ("pkg/deep/state.py", 0, "pkg.jobs", "pkg/jobs.py"),
        ("main.py", 0, "queue", None),  # the library's own, for all that is known
        ("main.py", 0, "numpy", None),
    ],
)
def test_an_import_means_the_file_that_python_would_read(
    folder: Path, importer: str, level: int, module: str, expected: str | None
) -> None:
    modules = Modules(str(folder / name) for name in FILES)
    found = modules.find(str(folder / importer), level, module)
    assert found == (str(folder / expected) if expected is not None else None)


def test_a_name_that_two_folders_have_means_neither_of_them(tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        (tmp_path / name / "pkg").mkdir(parents=True)
        (tmp_path / name / "pkg" / "__init__.py").touch()
    found = [str(tmp_path / name / "pkg" / "jobs.py") for name in ("one", "two")]
    test = str(tmp_path / "tests" / "test_jobs.py")
    assert Modules([*found, test]).find(test, 0, "pkg.jobs") is None
    assert Modules([found[0], test]).find(test, 0, "pkg.jobs") == found[0]
    assert Modules([*found, test]).find(found[1], 0, "pkg.jobs") == found[1]
