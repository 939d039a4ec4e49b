"""What the documentation says to type can be typed: its commands run, its settings and workflows are read."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from docs.generate import NOTES, ROOT, legacy_programs
from mpmodernize import fix_source
from mpmodernize.cli import cli
from mpmodernize.verify.interpreters import find_interpreter
from tests.docs import documents
from tests.docs.documents import name_of

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

yaml = pytest.importorskip("yaml")

# The list of changes and the pages of rules name commands and don't show any.
DOCUMENTS = [path for path in documents.documents() if path.name != "CHANGELOG.md" and path.parent.name != "rules"]
TEXTS = {path: path.read_text(encoding="utf-8") for path in DOCUMENTS}

LEGACY = """\
from multiprocessing import Process, Queue

def job(q):
    q.put(42)

if __name__ == '__main__':
    q = Queue()
    p = Process(target=job, args=(q,))
    p.start()
    p.join()
    print q.get()
"""
PRINTED = "42\n"
MARKDOWN = f"# A tutorial\n\n```python\n{LEGACY}```\n"
NOTEBOOK = json.dumps(
    {
        "cells": [
            {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": ["print 'hello'\n"]}
        ],
        "metadata": {"language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 4,
    }
)
STAND_FOR = {
    "PATH...": "legacy.py",
    "PATH": "legacy.py",
    "PROGRAM": "legacy.py",
    "DOCUMENT": "notes.txt",
    "FOLDER": "scripts",
    "DIR": "extracted",
    "CODE": "MP301",
}
"""What is typed in place of the words that stand for something."""

# Not ours, or not to be run in the middle of the tests: make's targets are looked up, completion has tests of its own.
_OTHERS = re.compile(
    r'make |pip install \.$|python (benchmarks/run\.py|-m benchmarks\.\w+)|eval "\$\(_MPMODERNIZE_COMPLETE'
)
_OURS = re.compile(r"(python -m )?mpmodernize\b")


def lines_to_type(text: str) -> Iterator[str]:
    """What documents show in blocks for a shell, and in workflows as what is run."""
    for block in documents.blocks(text, "bash"):
        yield from (re.sub(r" +#.*", "", line) for line in block.splitlines() if line.strip())
    for block in documents.blocks(text, "yaml"):
        yield from re.findall(r"^ *- (?:run: )?(mpmodernize .*)$", block, re.MULTILINE)
    for block in documents.blocks(text, "vim"):
        for program in re.findall(r"^set makeprg=(.*)$", block, re.MULTILINE):
            yield program.replace("\\ ", " ").replace("%", "legacy.py")
    # In running text a command with nothing behind it is the name of a command; with options alone, of what they do.
    for span in documents.spans(text):
        if re.match(r"mpmodernize \S+ +\S", span):
            yield span if re.search(r" [^-\s]", span.partition(" ")[2]) else f"{span} PATH"


COMMANDS = sorted({line.strip() for text in TEXTS.values() for line in lines_to_type(text)} - {""})
RUN = [command for command in COMMANDS if _OURS.match(command)]


def test_every_line_for_a_shell_is_run_or_known() -> None:
    assert len(RUN) > 40
    assert [command for command in COMMANDS if not _OURS.match(command) and not _OTHERS.match(command)] == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with whatever commands name."""
    files = {
        **legacy_programs(),
        **dict.fromkeys(["legacy.py", "old.py", "src/worker.py", "scripts/count_words.py"], LEGACY),
        "fixed.py": fix_source(LEGACY).source,
        "right.txt": PRINTED,
        "input.txt": "",
        "input": "",
        "notes.txt": NOTES.read_text(encoding="utf-8"),
        "tutorial.md": MARKDOWN,
        "analysis.ipynb": NOTEBOOK,
        "page.ipynb": NOTEBOOK,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def typed(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Let a shell run a command that a document shows, where `mpmodernize` is the one that is tested."""
    bin_folder = folder / ".bin"
    bin_folder.mkdir()
    (bin_folder / "mpmodernize").write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -m mpmodernize "$@"\n', encoding="utf-8"
    )
    (bin_folder / "mpmodernize").chmod(0o755)
    (bin_folder / "python").symlink_to(sys.executable)
    for word, meant in STAND_FOR.items():
        command = re.sub(rf"(?<=[ ]){re.escape(word)}(?=$| )", meant, command)
    environment = {**os.environ, "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"}
    if "--python all" in command:
        # all of them take their time, and another test asks for two by name
        environment |= {"MPMODERNIZE_PYTHONS": sys.executable, "PATH": f"{bin_folder}:/usr/bin:/bin", "PYENV_ROOT": "/"}
    return subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=folder,
        env=environment,
        input=LEGACY,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


@pytest.mark.skipif(os.name != "posix", reason="the commands are for a POSIX shell")
@pytest.mark.parametrize("command", RUN)
def test_a_command_that_is_shown_runs(command: str, folder: Path) -> None:
    for version in re.findall(r"--python (3\.\d+)", command):
        if find_interpreter(version) is None:
            pytest.skip(f"Python {version} is not installed")
    done = typed(command, folder)
    assert "Traceback" not in done.stderr
    # 1 says that there are findings, which is what these files are for; a program that is verified is right
    expected = {0} if " verify " in command else {0, 1}
    assert done.returncode in expected, done.stdout + done.stderr


# -- files that are shown --------------------------------------------------------------------------


def blocks(language: str) -> list[object]:
    """Every block of a language, with the document's name and a number for its id."""
    return [
        pytest.param(block, id=f"{name_of(path)}/{number}")
        for path, text in TEXTS.items()
        for number, block in enumerate(documents.blocks(text, language), 1)
    ]


@pytest.mark.parametrize("block", blocks("toml"))
def test_settings_that_are_shown_are_obeyed(block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = tomllib.loads(block)
    name = "pyproject.toml" if "tool" in tables else "mpmodernize.toml"
    (tmp_path / name).write_text(block, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, ["config", "--output-format", "json"])
    assert done.exit_code == 0, done.output
    from_the_file = {each["name"]: each["value"] for each in json.loads(done.output) if each["source"] == name}
    assert from_the_file == (tables["tool"]["mpmodernize"] if "tool" in tables else tables)


@pytest.mark.parametrize("block", blocks("yaml"))
def test_workflows_that_are_shown_can_be_read(block: str) -> None:
    """What hooks they name exist, and no step stands at the wrong depth."""
    read = yaml.safe_load(block)
    if isinstance(read, dict) and "jobs" in read:
        steps = [step for job in read["jobs"].values() for step in job["steps"]]
    elif isinstance(read, dict):
        assert read.keys() <= {"repos", "mpmodernize"}
        steps = []
    else:
        steps = read
    ours = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    hooks = [step for step in steps if "id" in step]
    hooks += [hook for repo in (read.get("repos", []) if isinstance(read, dict) else []) for hook in repo["hooks"]]
    assert {hook["id"] for hook in hooks} <= {each["id"] for each in ours}
    assert all({"uses", "run"} & step.keys() for step in steps if "id" not in step)


@pytest.mark.parametrize("block", blocks("json"))
def test_data_that_is_shown_can_be_read(block: str) -> None:
    json.loads(block)


@pytest.mark.skipif(shutil.which("vim") is None, reason="Vim is not installed")
@pytest.mark.parametrize("block", blocks("vim"))
def test_vim_goes_to_the_place_of_a_finding(block: str, folder: Path) -> None:
    (folder / "vimrc").write_text(block, encoding="utf-8")
    (folder / "findings").write_text(typed("mpmodernize check --output-format concise -q legacy.py", folder).stdout)
    show = "call writefile(map(getqflist(), 'bufname(v:val.bufnr).\":\".v:val.lnum.\":\".v:val.col'), 'places')"
    subprocess.run(
        ["vim", "-e", "-s", "-N", "-u", "vimrc", "-c", "cgetfile findings", "-c", show, "-c", "qa!"],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=True,
    )
    places = (folder / "places").read_text(encoding="utf-8").splitlines()
    findings = (folder / "findings").read_text(encoding="utf-8").splitlines()
    assert places == [re.match(r"[^:]+:\d+:\d+", line)[0] for line in findings]  # type: ignore[index]
    assert len(places) >= 2
