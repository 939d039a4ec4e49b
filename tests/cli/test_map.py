from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mpmodernize.cli import cli

CODE = (
    "from multiprocessing import Process, Queue\n\ndef job(q):\n    q.put(1)\n\nif __name__ == '__main__':\n"
    "    q = Queue()\n    p = Process(target=job, args=(q,))\n    p.start()\n    print(q.get())\n    p.join()\n"
)
DRAWN = (
    "program.py  parent process\n"
    "├── q  Queue, line 7  [get]\n"
    "└── job  worker, line 3  ← Process, line 8\n"
    "    └── ← q  argument, line 8  [put]\n"
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("program.py").write_text(CODE)


def draw(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(cli, ["map", *arguments], input=stdin, catch_exceptions=False, standalone_mode=False)


def test_the_map_is_a_tree_on_standard_output() -> None:
    result = draw("program.py")
    assert (result.stdout, result.stderr, result.return_value) == (DRAWN, "", 0)
    assert Path("program.py").read_text() == CODE


def test_standard_input_is_drawn_under_the_name_that_is_given() -> None:
    assert draw("-", "--stdin-filename", "program.py", stdin=CODE).stdout == DRAWN


@pytest.mark.parametrize(("form", "start"), [("text", "program.py"), ("mermaid", "flowchart TB"), ("svg", "<svg ")])
def test_the_map_goes_to_a_file_in_any_format(form: str, start: str) -> None:
    result = draw("program.py", "--format", form, "-o", "out")
    assert (result.stdout, result.return_value) == ("", 0)
    written = Path("out").read_text(encoding="utf-8")
    assert written.startswith(start)
    assert "\x1b" not in written


def test_the_program_is_never_written_over() -> None:
    Path("link.py").symlink_to("program.py")
    for output in ("program.py", "./program.py", "link.py"):
        with pytest.raises(Exception, match="is one of the files that are drawn"):
            draw("program.py", "-o", output)
    assert Path("program.py").read_text() == CODE


def test_files_of_a_folder_that_have_no_processes_are_left_out() -> None:
    Path("other.py").write_text("print(1)\n")
    assert draw(".").stdout == DRAWN


def test_programs_of_a_folder_stand_one_below_the_other() -> None:
    Path("again.py").write_text(CODE)
    assert draw(".").stdout == DRAWN.replace("program.py", "again.py") + "\n" + DRAWN


def test_that_there_are_no_processes_is_said_and_no_failure() -> None:
    Path("other.py").write_text("print(1)\n")
    result = draw("other.py")
    assert (result.stdout, result.return_value) == ("no processes in other.py\n", 0)


def test_a_file_that_cannot_be_parsed_makes_exit_code_2() -> None:
    Path("broken.py").write_text("import multiprocessing\ndef (:\n")
    result = draw("broken.py")
    assert "MP001" in result.stdout
    assert result.return_value == 2


def test_a_file_that_cannot_be_decoded_is_told_on_standard_error_and_the_others_are_drawn() -> None:
    Path("broken.py").write_bytes(b"# coding: utf-8\nx = '\xff\xfe\x00'\n\x00")
    result = draw(".")
    assert result.stdout == DRAWN
    assert "broken.py:" in result.stderr
    assert result.return_value == 2


def test_a_place_that_cannot_be_written_to_is_told() -> None:
    with pytest.raises(Exception, match="can't be written"):
        draw("program.py", "-o", "missing/out")


def test_without_the_library_that_lays_it_out_an_svg_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "igraph", None)
    with pytest.raises(Exception, match=r"pip install 'mpmodernize\[map\]'"):
        draw("program.py", "--format", "svg")
    assert draw("program.py").stdout == DRAWN
