"""The documentation says what the code does: what is generated is up to date, links lead somewhere, examples run."""

from __future__ import annotations

import ctypes
import re
import shlex
import sys
from itertools import takewhile
from typing import TYPE_CHECKING
from urllib.parse import urldefrag

import click
import pytest

from docs.generate import PAGES, ROOT, generated, lasting
from mpmodernize import codes
from mpmodernize.cli import cli
from mpmodernize.rules import all_rules
from tests.cases import assert_prints
from tests.docs import documents
from tests.docs.documents import Program, name_of

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENTS = documents.documents()
PROGRAMS = list(documents.programs())
EXAMPLES = list(documents.examples())
TEXTS = {path: path.read_text(encoding="utf-8") for path in DOCUMENTS}
COMMANDS = sorted({command for text in TEXTS.values() for command in documents.commands(text)})


def id_of(program: Program) -> str:
    return f"{name_of(program.document)}/{program.name}"


@pytest.mark.skipif(
    (ctypes.sizeof(ctypes.c_long), ctypes.sizeof(ctypes.c_wchar)) != (8, 4),
    reason="the documents show the sizes of type codes on 64-bit Linux",
)
def test_what_is_generated_is_up_to_date() -> None:
    for path, text in generated().items():
        assert path.exists(), f"{name_of(path)} is missing: make docs"
        assert drawn(path, path.read_text(encoding="utf-8")) == drawn(path, text), f"{name_of(path)} is old: make docs"


def drawn(path: Path, text: str) -> str:
    """What a file says: of a picture only its words, since each version of the layout puts them elsewhere."""
    return re.sub(r"-?\d+(\.\d+)?", "", text) if path.suffix == ".svg" else text


def test_chance_makes_no_output_old() -> None:
    shown = (
        "compared with the program itself under fork of Python 3.11\n"
        "3.11    fork                  0     0.3 s   the same\n"
        "3.11    spawn                 0     0.5 s   the same\n"
        "  spawn       ok          0.5 s\n"
    )
    order, times = "the same lines in another order", "the same but for times, process numbers and addresses"
    for chance in (
        shown.replace("0.5 s   the same", f"12.5 s   {order}"),
        shown.replace("under fork", "under spawn").replace("0.3 s   the same", f"0.3 s   {order}"),
        shown.replace("0.5 s   the same", f"0.5 s   {times}"),
        shown.replace("ok          0.5 s", f"ok          0.5 s   against fork: {order}"),
        shown.replace("3.11", "3.14"),
    ):
        assert lasting(chance) == lasting(shown)
    for old, new in (("the same", "DIFFERENT"), ("    0 ", "    1 "), ("ok ", "DEPARTS")):
        assert lasting(shown.replace(old, new)) != lasting(shown)


def test_each_rule_has_a_page_and_each_page_a_rule() -> None:
    assert {path.stem for path in PAGES.glob("MP*.md")} == {rule.code for rule in all_rules()}


def test_the_table_of_codes_has_every_rule() -> None:
    assert {rule.code: rule.name for rule in all_rules()} == codes.NAMES, "make docs"


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_every_link_leads_to_a_file_and_a_heading(path: Path) -> None:
    for link in documents.links(TEXTS[path]):
        file, anchor = urldefrag(link)
        target = (path.parent / file).resolve() if file else path
        assert target.exists(), link
        assert not anchor or anchor in documents.anchors(target.read_text(encoding="utf-8")), link


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_every_code_that_is_named_is_a_rule_or_a_family(path: Path) -> None:
    known = {rule.code for rule in all_rules()}
    assert set(re.findall(r"\bMP\d{3}\b", TEXTS[path])) <= known


def test_the_readme_and_the_guide_show_commands() -> None:
    assert {"make demo", "make test"} <= set(COMMANDS)
    assert any("fix --diff" in command for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_that_is_shown_exists_with_its_options(command: str) -> None:
    program, *arguments = shlex.split(command)
    if program == "make":
        targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
        assert {word for word in arguments if "=" not in word} <= targets
        return
    if program == "python":
        arguments = arguments[2:]
    known: click.Command = cli
    if arguments and not arguments[0].startswith("-"):
        known = cli.commands[arguments.pop(0)]
    context = click.Context(known, help_option_names=["-h", "--help"])
    options = {each for parameter in known.get_params(context) for each in parameter.opts}
    ours = takewhile(lambda word: word != "--", arguments)
    assert {word.partition("=")[0] for word in ours if word.startswith("-") and word != "-"} <= options


def test_legacy_examples_of_the_notes_say_what_their_corrected_form_prints() -> None:
    notes = [path for path in DOCUMENTS if path.parent == ROOT / "docs" / "notes"]
    legacy = {name for path in notes for name in re.findall(r"<!-- legacy: (\S+) -->", TEXTS[path])}
    assert {program.name for program in PROGRAMS if program.document in notes} == legacy
    assert len(legacy) >= 4


@pytest.mark.parametrize("program", PROGRAMS, ids=id_of)
def test_a_corrected_program_prints_the_same_under_every_start_method(
    program: Program, start_method: str, tmp_path: Path
) -> None:
    path = tmp_path / program.name
    path.write_text(program.source, encoding="utf-8")
    assert_prints(path, program.output, python=sys.executable, start_method=start_method)


@pytest.mark.parametrize("example", EXAMPLES, ids=id_of)
def test_an_example_of_the_api_prints_what_is_shown(example: Program, tmp_path: Path) -> None:
    if "distributed" in example.source:
        pytest.importorskip("distributed", reason="Dask is not installed")
    path = tmp_path / "example.py"
    path.write_text(example.source, encoding="utf-8")
    assert_prints(path, example.output, python=sys.executable, start_method=None)


def test_no_document_names_a_path_of_some_machine() -> None:
    for path, text in TEXTS.items():
        assert not re.search(r"(?<![\w.])/(home|root|work|Users)/", text), name_of(path)


def test_the_symptoms_lead_to_every_rule_about_processes() -> None:
    """But for the two that repair nothing that could be seen: a workaround that is no longer needed, and style."""
    text = TEXTS[ROOT / "docs" / "guide" / "symptoms.md"]
    about_processes = {rule.code for rule in all_rules() if rule.code[2] in "3456"} - {"MP612", "MP619"}
    assert about_processes - set(re.findall(r"\bMP\d{3}\b", text)) == set()
