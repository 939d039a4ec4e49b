"""The hooks, run for real: pre-commit installs this project and runs it on a scratch repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
# What a clone of the repository holds that an installation needs.
SHIPPED = ["src", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"]


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=A Tester", "-c", "user.email=tester@example.invalid", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The project as a git repository of its own, and its only commit."""
    folder = tmp_path_factory.mktemp("hooks")
    for name in SHIPPED:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "the hooks")
    return folder, git(folder, "rev-parse", "HEAD")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps what it installs; one installation serves every test here."""
    return tmp_path_factory.mktemp("home")


def pre_commit(folder: Path, home: Path, hooks: tuple[Path, str], hook: str) -> subprocess.CompletedProcess[str]:
    repository, commit = hooks
    (folder / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {repository.as_uri()}\n  rev: {commit}\n  hooks:\n  - id: {hook}\n"
    )
    git(folder, "add", ".")
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--all-files", "--verbose", "--color=never"],
        cwd=folder,
        env={**os.environ, "PRE_COMMIT_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    (tmp_path / "good.py").write_text("print('right')\n")
    (tmp_path / "notes.txt").write_text("print 'not a program'\n")
    return tmp_path


def test_the_checking_hook_passes_right_files_and_fails_on_findings(
    repository: Path, home: Path, hooks: tuple[Path, str]
) -> None:
    passed = pre_commit(repository, home, hooks, "mpmodernize")
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "Passed" in passed.stdout
    (repository / "legacy.py").write_text("print 'legacy'\n")
    failed = pre_commit(repository, home, hooks, "mpmodernize")
    assert failed.returncode == 1
    assert "legacy.py:1:1: MP101" in failed.stdout
    assert "notes.txt" not in failed.stdout
    assert (repository / "legacy.py").read_text() == "print 'legacy'\n"


def test_the_hooks_leave_out_what_the_project_excludes(repository: Path, home: Path, hooks: tuple[Path, str]) -> None:
    (repository / "legacy.py").write_text("print 'legacy'\n")
    (repository / "pyproject.toml").write_text("[tool.mpmodernize]\nextend-exclude = ['legacy.py']\n")
    for hook in ("mpmodernize", "mpmodernize-fix"):
        passed = pre_commit(repository, home, hooks, hook)
        assert passed.returncode == 0, passed.stdout + passed.stderr
    assert (repository / "legacy.py").read_text() == "print 'legacy'\n"


def test_the_fixing_hook_rewrites_and_passes_the_second_time(
    repository: Path, home: Path, hooks: tuple[Path, str]
) -> None:
    (repository / "legacy.py").write_text("print 'legacy'\n")
    first = pre_commit(repository, home, hooks, "mpmodernize-fix")
    assert first.returncode == 1, first.stdout + first.stderr
    assert "files were modified by this hook" in first.stdout
    assert (repository / "legacy.py").read_text() == "print('legacy')\n"
    second = pre_commit(repository, home, hooks, "mpmodernize-fix")
    assert second.returncode == 0, second.stdout + second.stderr
