from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mpmodernize.cli import cli
from mpmodernize.reference.registry import IMPLEMENTATIONS
from mpmodernize.rules import all_rules


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, catch_exceptions=False)


@pytest.mark.parametrize("name", ["MP301", "mp301", "missing-main-guard"])
def test_a_rule_is_explained_by_code_or_name(name: str) -> None:
    result = run("rule", name)
    assert result.stdout.startswith("# missing-main-guard (MP301)\n\n")
    assert "## Why it matters" in result.stdout
    assert result.exit_code == 0


def test_a_rule_as_json_is_one_object() -> None:
    data = json.loads(run("rule", "MP301", "--output-format", "json").stdout)
    assert (data["code"], data["name"]) == ("MP301", "missing-main-guard")
    assert "Fix safety" in data["sections"]


def test_all_rules_are_shown_in_order() -> None:
    text = run("rule", "--all").stdout
    places = [text.index(f"# {rule.name} ({rule.code})\n") for rule in all_rules()]
    assert places == sorted(places)
    data = json.loads(run("rule", "--all", "--output-format", "json").stdout)
    assert [each["code"] for each in data] == [rule.code for rule in all_rules()]


def test_a_misspelt_rule_is_answered_with_the_nearest() -> None:
    assert "missing-main-guard" in run("rule", "missing-main-gard").stderr


def test_reference_lists_every_implementation_with_a_line() -> None:
    lines = run("reference").stdout.splitlines()
    for implementation, line in zip(IMPLEMENTATIONS, lines, strict=False):
        assert line.split()[0] == implementation.name
        assert line.endswith(implementation.summary)


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS, ids=lambda each: each.name)
def test_reference_shows_the_source_that_is_run(implementation: object) -> None:
    assert isinstance(implementation, type(IMPLEMENTATIONS[0]))
    assert implementation.module.__file__ is not None
    source = Path(implementation.module.__file__).read_text(encoding="utf-8")
    assert run("reference", implementation.name).stdout == source


def test_reference_validates_programs_and_exits_with_1_if_one_departs(tmp_path: Path) -> None:
    right, wrong = tmp_path / "right.py", tmp_path / "wrong.py"
    right.write_text("print('hello')\n")
    wrong.write_text("import sys\nsys.exit(3)\n")
    assert run("reference", "--validate", str(right)).exit_code == 0
    result = run("reference", "--validate", str(right), "--validate", str(wrong))
    assert result.exit_code == 1
    assert f"{right}: no topic of the reference" in result.stdout
    assert "ends with exit code 3" in result.stdout


def test_reference_validates_against_what_it_is_told(tmp_path: Path) -> None:
    program = tmp_path / "a.py"
    program.write_text("print('hello')\n")
    result = run("reference", "--validate", str(program), "--as", "pool")
    assert "compared with what the reference computes for `pool`" in result.stdout
    assert result.exit_code == 1


def test_reference_says_when_the_interpreter_cannot_be_started(tmp_path: Path) -> None:
    program = tmp_path / "a.py"
    program.write_text("")
    result = run("reference", "--validate", str(program), "--python", "no-such-python")
    assert result.exit_code == 2
    assert "'no-such-python' can't be started" in result.stderr
