"""What becomes of whole documents, and of the programs in them.

Beside `before.*` lies `after.*`, what safe fixes make of it (none: they change nothing), and in `out` what Python 2.7
printed when it ran scripts that are extracted from it: `<script>.out`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from mpmodernize.cli import cli
from mpmodernize.documents import Kind, kind_of
from mpmodernize.engine import Result, Source
from mpmodernize.engine.documents import check_document, fix_document
from tests.cases import assert_prints

FOLDER = Path(__file__).parents[2] / "fixtures" / "documents"
DOCUMENTS = sorted(FOLDER.glob("*/before.*"))
PRINTED = sorted(FOLDER.glob("*/out/*.out"))


def name_of(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


def kind(path: Path) -> Kind:
    return kind_of(path.name) or "docstrings"


def read(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def fixed(path: Path, text: str) -> Result:
    return fix_document(Source(path.name, text), kind(path))


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_a_document_becomes_what_its_golden_file_says_and_then_stays(path: Path, bless: bool) -> None:
    golden, before = path.with_stem("after"), read(path)
    result = fixed(path, before)
    if bless and (golden.exists() or result.source != before):
        golden.write_bytes(result.source.encode("utf-8"))
    assert result.source == (read(golden) if golden.exists() else before)
    assert fixed(path, result.source).source == result.source


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_what_a_fix_leaves_is_what_a_check_of_its_result_finds(path: Path) -> None:
    result = fixed(path, read(path))
    again = check_document(Source(path.name, result.source), kind(path)).findings
    assert [(each.cell, each.line, each.code) for each in result.findings] == [
        (each.cell, each.line, each.code) for each in again
    ]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("near_misses*/before.*")), ids=name_of)
def test_nothing_is_said_of_what_is_no_code(path: Path) -> None:
    assert check_document(Source(path.name, read(path)), kind(path)).findings == ()


def extracted(printed: Path, folder: Path, *options: str) -> Path:
    document = next(printed.parents[1].glob("before.*"))
    result = CliRunner().invoke(cli, ["extract", *options, str(document), "-o", str(folder)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return folder / printed.with_suffix(".py").name


@pytest.mark.parametrize("printed", PRINTED, ids=name_of)
def test_an_extracted_program_prints_the_same_under_every_start_method(
    printed: Path, tmp_path: Path, start_method: str
) -> None:
    script = extracted(printed, tmp_path, "--fix")
    assert_prints(script, read(printed), python=sys.executable, start_method=start_method)


@pytest.mark.parametrize("printed", PRINTED, ids=name_of)
def test_an_extracted_program_runs_on_python_2_as_it_stands(printed: Path, tmp_path: Path, python2: str) -> None:
    script = extracted(printed, tmp_path)
    assert_prints(script, read(printed), python=python2, start_method=None)
