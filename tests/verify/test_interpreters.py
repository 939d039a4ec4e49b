from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mpmodernize.verify.interpreters import find_interpreter, interpreters

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Nothing to find, and nothing remembered."""
    for name in ("PATH", "PYENV_ROOT", "MPMODERNIZE_PYTHONS"):
        monkeypatch.setenv(name, str(tmp_path / "nothing"))
    interpreters.cache_clear()
    yield
    interpreters.cache_clear()


def fake(path: Path, answer: str, status: int = 0) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{answer}'\necho {path}\nexit {status}\n")
    path.chmod(0o755)
    return str(path)


def test_interpreters_are_found_on_path_in_pyenv_and_where_the_variable_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_path = fake(tmp_path / "bin" / "python3.12", "3.12")
    in_pyenv = fake(tmp_path / "pyenv" / "versions" / "2.7.18" / "bin" / "python", "2.7")
    named = fake(tmp_path / "mine", "3.14")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("MPMODERNIZE_PYTHONS", os.pathsep.join([named, "nowhere"]))
    assert interpreters() == {"2.7": in_pyenv, "3.12": on_path, "3.14": named}
    assert find_interpreter("3.12") == on_path
    assert find_interpreter("3.10") is None


def test_a_name_without_an_interpreter_behind_it_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(tmp_path / "bin" / "python3.12", "pyenv: python3.12: command not found", status=127)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert interpreters() == {}


def test_this_interpreter_is_found_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPMODERNIZE_PYTHONS", sys.executable)
    assert Path(next(iter(interpreters().values()))).samefile(sys.executable)
