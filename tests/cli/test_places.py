"""Where findings are, in real files through the real engine: the place on disk, and a caret that stands below it."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pytest
from click.testing import CliRunner

from mpmodernize.cli import cli

# What is wrong in each file stands between the marks «», which are taken out before it is written.
FILES = {
    "tabs and wide characters, Python 2": "# coding: utf-8\ndef f():\n\t名 = '锁\t着'; x = «`名`»; «print '完', x»\n",
    "tabs and wide characters, Python 3": "import time\ndef f():\n\t名 = '钟\t表'; return «time.clock»()\n",
    "behind conversions on the same line": "x = '中' «<>» '中', «0777», «10L» «<>» «`1`»; «print x»\n",
    "behind lines that come": "def f(«(a, b)»):\n\treturn a «<>» '中'\n",
    "combining marks and other wide scripts": "x = 'e\u0301 한글 ｱ'; y = «0777»\n",
    "an emoji of several code points": "x = '👩\u200d💻 👍🏽'; y = «0777»\n",
    "a form feed": "\f«print 1»\n\fx = «0777»\n",
    "several lines in one statement": "x = [1,\n     '中', «0777»,\n\t«10L»]\n",
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> str:
    return CliRunner().invoke(cli, [*arguments], catch_exceptions=False).stdout


def marked(text: str) -> tuple[str, list[tuple[int, int, int]]]:
    """A text without its marks, and the line, first and last column of each marked place."""
    places = []
    for number, line in enumerate(re.split(r"\r\n|\n", text), 1):
        plain = 0
        start = 0
        for character in line:
            if character == "«":
                start = plain
            elif character == "»":
                places.append((number, start + 1, plain + 1))
            else:
                plain += 1
    return re.sub("[«»]", "", text), places


def width(text: str) -> int:
    """The columns that a text without tabs takes on a terminal."""
    wide = sum(unicodedata.east_asian_width(each) in "WF" for each in text)
    return len(text) + wide - sum(unicodedata.category(each) in ("Mn", "Me") for each in text)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("name", FILES)
def test_every_place_is_the_one_on_disk_in_characters(name: str, mark: str, newline: str) -> None:
    text, places = marked(FILES[name].replace("\n", newline))
    Path("a.py").write_bytes((mark + text).encode())
    found = json.loads(run("check", "--output-format", "json", "a.py"))
    told = [(each["location"]["row"], each["location"]["column"], each["end_location"]["column"]) for each in found]
    assert sorted(told) == sorted(places)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("name", FILES)
def test_the_caret_stands_below_the_place_on_a_terminal(name: str, encoding: str) -> None:
    text, places = marked(FILES[name])
    if encoding != "utf-8":
        if not text.startswith("# coding"):
            text, places = f"# coding: {encoding}\n{text}", [(line + 1, start, end) for line, start, end in places]
        text = text.replace("coding: utf-8", f"coding: {encoding}")
    Path("a.py").write_bytes(text.encode(encoding))
    shown = run("check", "-q", "a.py")
    blocks = re.findall(r"^ *\d+ \| (.*)\n +\| ( *)(\^+)$", shown, re.MULTILINE)
    assert len(blocks) == len(places)
    for source, before, carets in blocks:
        # count columns of the line as a terminal does, and read off what stands above the carets
        above, column = "", 0
        for character in source:
            if len(before) <= column < len(before) + len(carets):
                above += character
            column += width(character)
        wanted = [text.split("\n")[line - 1][start - 1 : end - 1] for line, start, end in places]
        assert above in wanted
