"""Completion, as the documentation tells people to set it up, in the shells themselves."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "shell-completion.md").read_text(encoding="utf-8")


def set_up(shell: str) -> str:
    """The line of the documentation for a shell."""
    found = re.search(rf"```{shell}\n +(.*)\n", PAGE)
    assert found is not None
    return found[1]


def environment() -> dict[str, str]:
    """Where `mpmodernize` is the one of these tests."""
    return os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def completed_by_bash(line: str, folder: Path) -> list[str]:
    *_, last = words = line.split(" ")
    program = f"""
{set_up("bash")}
COMP_WORDS=({" ".join(f"'{word}'" for word in words)})
COMP_CWORD={len(words) - 1}
complete -p mpmodernize >&2
_mpmodernize_completion mpmodernize '{last}' '{words[-2]}' 2> errors
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env=environment(),
        cwd=folder,
    )
    assert "-F _mpmodernize_completion mpmodernize" in done.stderr
    return done.stdout.split()


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("mpmodernize che", ["check"]),
        ("mpmodernize check --output-fo", ["--output-format"]),
        ("mpmodernize check --output-format j", ["json", "json-lines", "junit"]),
        ("mpmodernize fix --exit-n", ["--exit-non-zero-on-fix"]),
        ("mpmodernize check --color ", ["auto", "always", "never"]),
        ("mpmodernize rule MP40", [f"MP40{number}" for number in range(1, 10)]),
        ("mpmodernize rule missing-", ["missing-import", "missing-main-guard"]),
    ],
)
def test_bash_completes_commands_options_values_and_rules(line: str, words: list[str], tmp_path: Path) -> None:
    assert completed_by_bash(line, tmp_path) == words


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
def test_bash_leaves_paths_to_itself(tmp_path: Path) -> None:
    assert completed_by_bash("mpmodernize check ./fi", tmp_path) == []


@pytest.mark.skipif(shutil.which("fish") is None, reason="no fish here")
def test_fish_completes() -> None:
    program = f"{set_up('fish')}\ncomplete --do-complete 'mpmodernize check --output-format j'"
    done = subprocess.run(
        ["fish", "--no-config", "-c", program], capture_output=True, text=True, check=True, env=environment()
    )
    assert done.stdout.split() == ["json", "json-lines", "junit"]


@pytest.mark.skipif(shutil.which("zsh") is None, reason="no zsh here")
def test_zsh_accepts_the_script() -> None:
    program = f"autoload -Uz compinit; compinit -u\n{set_up('zsh')}\nprint $_comps[mpmodernize]"
    done = subprocess.run(["zsh", "-f", "-c", program], capture_output=True, text=True, check=True, env=environment())
    assert done.stdout.strip() == "_mpmodernize_completion"


@pytest.mark.parametrize(
    ("shell", "expected"), [("zsh", "plain\njson\n"), ("fish", "plain,json"), ("bash", "plain,json")]
)
def test_the_program_answers_every_shell(shell: str, expected: str) -> None:
    words = "mpmodernize check --output-format json"
    asked = {"COMP_WORDS": words, "COMP_CWORD": "json" if shell == "fish" else "3"}
    done = subprocess.run(
        ["mpmodernize"],
        capture_output=True,
        text=True,
        check=False,
        env=environment() | asked | {"_MPMODERNIZE_COMPLETE": f"{shell}_complete"},
    )
    assert expected in done.stdout
