"""`check --add-ignore`, with the real engine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mpmodernize.cli import cli

WRONG = "import multiprocessing as mp\nmp.Process(target=print, args=(1)).start()\n"
SILENCED = WRONG.replace("start()", "start()  # mpmodernize: ignore[MP301, MP317]{}")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(cli, ["check", *arguments], input=stdin)


def test_comments_are_written_and_then_there_are_no_findings() -> None:
    Path("a.py").write_text(WRONG)
    result = run("--add-ignore", "a.py")
    assert (result.exit_code, result.output) == (0, "Silenced 2 findings in 1 file.\nNo findings.\n")
    assert Path("a.py").read_text() == SILENCED.format("")
    assert run("a.py").output == "No findings.\n"
    assert run("--add-ignore", "a.py").output == "Nothing to silence.\nNo findings.\n"


@pytest.mark.parametrize("arguments", [("--add-ignore=until 2.0", "a.py"), ("a.py", "--add-ignore= until 2.0 ")])
def test_a_reason_is_written_behind_each(arguments: tuple[str, ...]) -> None:
    Path("a.py").write_text(WRONG)
    assert run(*arguments).exit_code == 0
    assert Path("a.py").read_text() == SILENCED.format(" until 2.0")


def test_what_cannot_be_silenced_is_left_and_counts() -> None:
    Path("a.py").write_text(WRONG + "x = 1  # mpmodernize: ignore\n")
    Path("b.py").write_text("def f(:\n")
    result = run("--add-ignore", "--output-format", "concise", ".")
    assert result.exit_code == 1
    assert [line.split(": ")[1][:5] for line in result.output.splitlines()[:2]] == ["MP003", "MP001"]
    assert "Silenced 2 findings in 1 file." in result.output
    assert Path("b.py").read_text() == "def f(:\n"


def test_a_file_keeps_its_encoding_its_line_ends_and_its_mark() -> None:
    chinese = "# coding: gbk\r\nname = '中文'\r\nprint name\r\n".encode("gbk")
    Path("a.py").write_bytes(chinese)
    marked = b"\xef\xbb\xbf" + WRONG.encode()
    Path("b.py").write_bytes(marked)
    assert run("--add-ignore=以后", ".").exit_code == 0
    silenced = "print name  # mpmodernize: ignore[MP101] 以后".encode("gbk")
    assert Path("a.py").read_bytes() == chinese.replace(b"print name", silenced)
    assert Path("b.py").read_bytes() == b"\xef\xbb\xbf" + SILENCED.format(" 以后").encode()


def test_a_file_whose_encoding_lacks_the_reason_stays_as_it_is() -> None:
    text = "# coding: latin-1\nprint 'é'\n".encode("latin-1")
    Path("a.py").write_bytes(text)
    Path("b.py").write_text(WRONG)
    result = run("--add-ignore=以后", ".")
    assert result.exit_code == 2
    assert "a.py was left as it was: iso-8859-1 has no character" in result.output
    assert "MP101" in result.output
    assert Path("a.py").read_bytes() == text
    assert Path("b.py").read_text() == SILENCED.format(" 以后")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_is_read_only_stays_as_it_is() -> None:
    Path("a.py").write_text(WRONG)
    Path("a.py").chmod(0o444)
    assert run("--add-ignore", "a.py").exit_code == 2
    assert Path("a.py").read_text() == WRONG


def test_findings_that_show_only_in_several_files_are_silenced_in_each() -> None:
    Path("worker.py").write_text(
        "import multiprocessing as mp\nlock = mp.Lock()\ndef job():\n    with lock:\n        print(1)\n"
    )
    Path("main.py").write_text(
        "import multiprocessing as mp\nimport worker\nif __name__ == '__main__':\n"
        "    p = mp.Process(target=worker.job)\n    p.start()\n    p.join()\n"
    )
    assert "Silenced 1 finding in 1 file." in run("--add-ignore", ".").output
    assert "with lock:  # mpmodernize: ignore[MP401]\n" in Path("worker.py").read_text()
    assert run(".").output == "No findings.\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--add-ignore", "-"), "standard input is none"),
        (("--add-ignore=a\nb", "a.py"), "a reason has one line"),
        (("--add-ignore",), "Missing argument 'PATH...'"),
    ],
)
def test_wrong_usage_is_told_and_nothing_is_written(arguments: tuple[str, ...], message: str) -> None:
    Path("a.py").write_text(WRONG)
    result = run(*arguments, stdin=WRONG)
    assert result.exit_code == 2
    assert message in result.output
    assert Path("a.py").read_text() == WRONG


def test_documents_are_left_to_their_readers() -> None:
    text = f"# Notes\n\n```python\n{WRONG}```\n"
    Path("notes.md").write_text(text)
    result = run("--add-ignore", "notes.md")
    assert result.exit_code == 1
    assert "notes.md:5:1: MP301" in result.output
    assert "Documents are left alone" in result.output
    assert Path("notes.md").read_text() == text
