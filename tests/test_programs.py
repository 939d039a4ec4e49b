"""Programs of several files: judged and fixed together, from the command line, and run."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from mpmodernize.cli import cli
from mpmodernize.model.connected import LARGEST
from mpmodernize.rewrite.apply import Rewritten, rewrite
from tests.cases import assert_prints

if TYPE_CHECKING:
    import ast
    from collections.abc import Sequence

FOLDER = Path(__file__).parents[1] / "fixtures" / "programs"
PROGRAMS = sorted(path for path in FOLDER.iterdir() if path.is_dir())
"""Each has its files in `before`, what safe fixes make of them in `after` (none: they are left alone), and in `out`
what `main.py` prints; none where that depends on the start method: then `# error: CODE` stands where that is found."""
RUNNING = [program for program in PROGRAMS if (program / "out").exists()]
REPORTED = [program for program in PROGRAMS if program not in RUNNING]


def name_of(program: Path) -> str:
    return program.name


def files_in(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.py"))}


def golden(program: Path) -> Path:
    return program / "after" if (program / "after").exists() else program / "before"


def fix(folder: Path, *options: str) -> str:
    result = CliRunner().invoke(cli, ["fix", *options, str(folder)], catch_exceptions=False)
    assert result.exit_code in (0, 1), result.output
    return result.output


@pytest.mark.parametrize("program", PROGRAMS, ids=name_of)
def test_the_files_of_a_program_are_fixed_together_and_then_stay(program: Path, tmp_path: Path, bless: bool) -> None:
    folder = tmp_path / "program"
    shutil.copytree(program / "before", folder)
    fix(folder)
    fixed = files_in(folder)
    if bless and (fixed != files_in(program / "before") or (program / "after").exists()):
        shutil.rmtree(program / "after", ignore_errors=True)
        shutil.copytree(folder, program / "after")
    assert fixed == files_in(golden(program))
    fix(folder)
    assert files_in(folder) == fixed


@pytest.mark.parametrize("program", REPORTED, ids=name_of)
def test_what_cannot_be_fixed_is_reported(program: Path) -> None:
    output = CliRunner().invoke(cli, ["check", "--output-format", "concise", str(program / "before")]).output
    marked = [
        f"{program / 'before' / name}:{number} {line.split('# error: ')[1]}"
        for name, text in files_in(program / "before").items()
        for number, line in enumerate(text.splitlines(), 1)
        if "# error: " in line
    ]
    assert re.sub(r":\d+: (MP\d+) .*", r" \1", output).splitlines()[: len(marked)] == marked
    assert f"Found {len(marked)} finding" in output


@pytest.mark.parametrize("program", RUNNING, ids=name_of)
def test_a_program_prints_the_same_under_every_start_method(program: Path, start_method: str) -> None:
    expected = (program / "out").read_text(encoding="utf-8")
    assert_prints(golden(program) / "main.py", expected, python=sys.executable, start_method=start_method)


def test_a_fix_that_one_file_refuses_changes_no_other(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refusing(source: str, tree: ast.Module, groups: Sequence[object], parents: object) -> Rewritten:
        if "__main__" in source:
            return Rewritten(source, (), dict.fromkeys(range(len(groups)), "for a reason"))
        return rewrite(source, tree, groups, parents)  # type: ignore[arg-type]

    monkeypatch.setattr("mpmodernize.rewrite.apply.rewrite", refusing)
    before = FOLDER / "called_elsewhere_too" / "before"
    folder = tmp_path / "program"
    shutil.copytree(before, folder)
    output = fix(folder)
    assert files_in(folder) == files_in(before)
    assert "not fixed here: for a reason" in output


def test_more_files_than_can_be_modelled_together_are_judged_one_by_one(tmp_path: Path) -> None:
    folder = tmp_path / "program"
    shutil.copytree(FOLDER / "worker_elsewhere" / "before", folder)
    for number in range(LARGEST):
        (folder / f"more{number}.py").write_text("import multiprocessing\n\nimport worker\n", encoding="utf-8")
    before = files_in(folder)
    fix(folder)
    assert files_in(folder) == before


@pytest.mark.parametrize("program", PROGRAMS, ids=name_of)
def test_a_file_on_its_own_is_judged_on_its_own(program: Path, tmp_path: Path) -> None:
    """What another file has to know is left alone: the file still works with the others as they are."""
    for path in sorted((program / "before").rglob("*.py")):
        folder = tmp_path / path.stem
        shutil.copytree(program / "before", folder)
        changed = folder / path.relative_to(program / "before")
        fix(changed)
        others = files_in(program / "before") | {str(changed.relative_to(folder)): changed.read_text(encoding="utf-8")}
        assert files_in(folder) == others
        compile(changed.read_text(encoding="utf-8"), str(changed), "exec")
