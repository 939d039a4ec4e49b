"""The formats for programs, each held against its official schema or read by its parser, through the command line."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import junitparser
import pytest
import xmlschema
from click.testing import CliRunner, Result

from mpmodernize.cli import cli
from mpmodernize.findings import Finding, Safety, Severity
from mpmodernize.report.formats import FORMATS, TEXT, make_format

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMAS = Path(__file__).parent / "schemas"
FOR_PROGRAMS = [name for name in FORMATS if name not in TEXT]

PYTHON2 = """# coding: utf-8
import multiprocessing as mp
l = mp.Lock()
def job():
\tl.acquire()
\tprint '锁', `l`; print '完'
\tl.release()
p = mp.Process(target=job)
p.start()
"""
AWKWARD = '50%, "a":b\n::error::c'


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI_PROJECT_DIR", raising=False)
    return tmp_path


def run(*arguments: str, code: int | None = None) -> Result:
    result = CliRunner().invoke(cli, [*arguments], catch_exceptions=False)
    assert code is None or result.exit_code == code, result.output
    return result


def check(output_format: str, *paths: str) -> str:
    return run("check", "--output-format", output_format, *paths or ["."]).stdout


# -- what a report is read with --------------------------------------------------------------------


def read_json(text: str) -> list[Any]:
    found = json.loads(text)
    assert isinstance(found, list)
    return found


def read_json_lines(text: str) -> list[Any]:
    assert text == "" or text.endswith("\n")
    return [json.loads(line) for line in text.splitlines()]


def unescaped(text: str) -> str:
    for escaped, plain in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escaped, plain)
    return text


def read_github(text: str) -> list[dict[str, str]]:
    """Read commands as the runner does: split at the first `::` behind the command, properties at commas."""
    found = []
    for line in text.splitlines():
        match = re.fullmatch("::(error|notice) ([^:]*)::(.*)", line)
        assert match is not None, line
        properties = dict(each.split("=", 1) for each in match[2].split(","))
        found.append({key: unescaped(value) for key, value in properties.items()})
        found[-1] |= {"command": match[1], "message": unescaped(match[3])}
    return found


def read_gitlab(text: str) -> list[Any]:
    found = read_json(text)
    jsonschema.validate(found, json.loads((SCHEMAS / "gitlab-code-quality.json").read_text()))
    prints = [each["fingerprint"] for each in found]
    assert len(prints) == len(set(prints))
    return found


def read_sarif(text: str) -> list[Any]:
    log = json.loads(text)
    jsonschema.validate(log, json.loads((SCHEMAS / "sarif-2.1.0.json").read_text()))
    (only,) = log["runs"]
    rules = only["tool"]["driver"]["rules"]
    for each in only["results"]:
        assert rules[each["ruleIndex"]]["id"] == each["ruleId"]
    return list(only["results"])


def read_junit(text: str) -> list[Any]:
    xmlschema.XMLSchema(str(SCHEMAS / "junit-10.xsd")).validate(text)
    parsed = junitparser.JUnitXml.fromstring(text.encode())
    suites = list(parsed)
    assert sum(suite.tests for suite in suites) == parsed.tests == sum(len(list(suite)) for suite in suites)
    return [result for suite in suites for case in suite for result in case.result]


READERS: dict[str, Callable[[str], list[Any]]] = {
    "json": read_json,
    "json-lines": read_json_lines,
    "github": read_github,
    "gitlab": read_gitlab,
    "sarif": read_sarif,
    "junit": read_junit,
}


@pytest.fixture(params=FOR_PROGRAMS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# -- every format ----------------------------------------------------------------------------------


def test_every_format_holds_every_finding_and_nothing_else_is_on_standard_output(name: str) -> None:
    Path("old.py").write_text(PYTHON2)
    Path("broken.py").write_text("def (:\n")
    Path("not text.py").write_bytes(b"# coding: ascii\n\xff\n")
    Path("clean.py").write_text("x = 1\n")
    lines = check("concise").splitlines()[:-1]
    assert len(lines) > 6
    assert len(READERS[name](check(name))) == len(lines)


def test_every_format_is_valid_without_a_finding(name: str) -> None:
    Path("clean.py").write_text("x = 1\n")
    assert READERS[name](check(name)) == []


def test_every_format_is_valid_without_a_file(name: str) -> None:
    assert READERS[name](check(name)) == []


def test_every_format_is_valid_where_the_tool_fails_on_a_file(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.py").write_text("import multiprocessing\n")

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a <bug>, 100%")

    monkeypatch.setattr("mpmodernize.engine.check_together", fail)
    result = run("check", "--output-format", name, ".", code=2)
    assert "a <bug>, 100%" in result.stderr
    READERS[name](result.stdout)
    if name in ("github", "sarif", "junit"):
        assert "a <bug>" in unescaped(result.stdout.replace("&lt;", "<").replace("&gt;", ">"))


def test_every_format_survives_awkward_texts_and_names(name: str) -> None:
    finding = Finding("a,b:%\udcff 中.py", 1, 1, 1, 2, "MP301", "a-name", AWKWARD + "\x00\x1b\ud800", advice=AWKWARD)
    report = make_format(name)
    text = report.file([finding], "x") + report.failure("a,b:%\udcff.py", AWKWARD) + report.end()
    written = text.encode("utf-8", "backslashreplace").decode()
    assert len(READERS[name](written)) == {"github": 2, "junit": 2}.get(name, 1)


def test_fix_tells_what_is_left_in_the_same_formats(name: str) -> None:
    Path("a.py").write_text("import multiprocessing as mp\nprint 'a'\nx = dict(a=1)\nfor k in x: del x[k]\n")
    result = run("fix", "--output-format", name, "a.py")
    assert Path("a.py").read_text().count("print('a')") == 1
    READERS[name](result.stdout)
    assert result.stderr == ""


# -- ruff's keys -----------------------------------------------------------------------------------


def shape(value: Any) -> Any:
    """The keys and types of a value, where a list is what its first item is."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return [shape(each) for each in value[:1]]
    return type(value).__name__


def ruff(*arguments: str) -> str:
    program = Path(sys.executable).parent / "ruff"
    found = str(program) if program.exists() else shutil.which("ruff")
    assert found is not None
    done = subprocess.run([found, "check", "--isolated", *arguments], capture_output=True, text=True, check=False)
    return done.stdout


def test_json_has_the_keys_and_types_of_ruff_s() -> None:
    Path("a.py").write_text("if x == None: pass\n")
    Path("b.py").write_text("import multiprocessing as mp\nmp.Process(target=print, args=(1)).start()\n")
    theirs = shape(json.loads(ruff("--select", "E711", "--output-format", "json", "a.py")))
    (found, *_) = json.loads(check("json", "b.py"))
    ours = shape(found)
    ours["url"] = "str"  # ruff's rules have pages on the web
    ours["fix"]["edits"] = theirs[0]["fix"]["edits"]
    assert [ours] == theirs


def test_cells_of_a_notebook_have_the_numbers_that_ruff_gives_them() -> None:
    kinds = ["markdown", "code", "markdown", "code"]
    sources = ["# prose", "", "# prose", "import time\nif time.clock() == None: pass"]
    cells: list[dict[str, object]] = [
        {"cell_type": kind, "metadata": {}, "source": source} for kind, source in zip(kinds, sources, strict=True)
    ]
    for cell in cells[1::2]:
        cell |= {"execution_count": None, "outputs": []}
    notebook = {"cells": cells, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}
    Path("n.ipynb").write_text(json.dumps(notebook))
    (theirs,) = json.loads(ruff("--select", "E711", "--output-format", "json", "n.ipynb"))
    (ours,) = read_json(check("json", "n.ipynb"))
    assert (ours["cell"], ours["location"]["row"]) == (theirs["cell"], theirs["location"]["row"]) == (4, 2)


def test_the_fix_in_the_documentation_is_what_the_tool_says() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "output.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (told,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    Path("a.py").write_text(code)
    assert json.loads(told) in [each["fix"] for each in read_json(check("json", "a.py"))]


def test_the_documentation_lists_every_format() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "output.md").read_text(encoding="utf-8")
    assert tuple(re.findall(r"^\| `([a-z][a-z-]*)`(?: \(default\))? \|", page, re.MULTILINE)) == FORMATS


def test_json_lines_have_the_same_objects_as_json() -> None:
    Path("old.py").write_text(PYTHON2)
    assert read_json_lines(check("json-lines")) == read_json(check("json"))


def test_json_statistics_have_the_keys_and_types_of_ruff_s() -> None:
    Path("a.py").write_text("if x == None: pass\n")
    Path("old.py").write_text("print 'a'\nprint 'b'\n")
    theirs = json.loads(ruff("--select", "E711", "--statistics", "--output-format", "json", "a.py"))
    ours = json.loads(run("check", "--statistics", "--output-format", "json", "old.py", code=1).stdout)
    assert shape(ours) == shape(theirs)
    assert ours == [
        {"code": "MP101", "name": "print-statement", "count": 2, "fixable": True, "fixable_count": 2},
    ]


def test_file_names_in_json_are_absolute_and_standard_input_is_a_dash(here: Path) -> None:
    Path("old.py").write_text("print 'a'\n")
    assert [each["filename"] for each in read_json(check("json", "./old.py"))] == [str(here / "old.py")]
    arguments = ["check", "--output-format", "json", "-"]
    for more, filename in (([], "-"), (["--stdin-filename", "x/y.py"], str(here / "x" / "y.py"))):
        result = CliRunner().invoke(cli, [*arguments, *more], input="print 'a'\n")
        assert [each["filename"] for each in json.loads(result.stdout)] == [filename]


# -- what each reader counts on --------------------------------------------------------------------


def test_hints_are_no_errors_in_any_format() -> None:
    hint = Finding("a.py", 1, 1, 1, 2, "MP512", "serial-processes", "slow", Severity.HINT)

    def told(name: str) -> Any:
        report = make_format(name)
        return READERS[name](report.file([hint], "x") + report.end())[0]

    assert told("json")["severity"] == "info"
    assert told("github")["command"] == "notice"
    assert told("gitlab")["severity"] == "info"
    assert told("sarif")["level"] == "note"
    assert isinstance(told("junit"), junitparser.Skipped)


def test_github_gets_columns_only_where_a_finding_is_on_one_line() -> None:
    several = Finding("a.py", 1, 3, 2, 2, "MP301", "a-name", "wrong")
    one = Finding("a.py", 1, 3, 1, 5, "MP301", "a-name", "wrong")
    report = make_format("github")
    first, second = read_github(report.file([several, one], ""))
    assert "col" not in first
    assert "endColumn" not in first
    assert (second["line"], second["endLine"], second["col"], second["endColumn"]) == ("1", "1", "3", "5")


def test_a_fingerprint_outlives_new_lines_above_and_tells_equal_lines_apart() -> None:
    def prints(text: str) -> list[str]:
        Path("old.py").write_text(text)
        return [each["fingerprint"] for each in read_gitlab(check("gitlab"))]

    before = prints("print 'a'\nprint 'a'\nprint 'b'\n")
    assert len(set(before)) == 3
    assert prints("# new\n\nprint 'a'\nprint 'a'\nif 1:\n    print   'b'\n")[:2] == before[:2]
    assert prints("if 1:\n    print 'b'\n")[0] == before[2]


def test_gitlab_paths_start_at_the_root_of_the_project(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("src").mkdir()
    Path("src/old.py").write_text("print 'a'\n")
    assert [each["location"]["path"] for each in read_gitlab(check("gitlab"))] == ["src/old.py"]
    monkeypatch.setenv("CI_PROJECT_DIR", str(here))
    monkeypatch.chdir("src")
    assert [each["location"]["path"] for each in read_gitlab(check("gitlab"))] == ["src/old.py"]


def test_sarif_locates_by_code_points_relative_to_the_working_directory(here: Path) -> None:
    Path("中 x.py").write_text("s = '中'; print s\n")
    log = json.loads(check("sarif"))
    (only,) = log["runs"]
    assert only["columnKind"] == "unicodeCodePoints"
    assert only["originalUriBaseIds"]["%SRCROOT%"]["uri"] == here.as_uri() + "/"
    place = only["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "%E4%B8%AD%20x.py", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 1, "startColumn": 10, "endLine": 1, "endColumn": 17}
    assert only["tool"]["driver"]["rules"][0]["help"]["markdown"].startswith("`print` is a statement")


def test_a_finding_in_a_notebook_names_its_cell_in_every_format(name: str) -> None:
    finding = Finding("a.ipynb", 2, 3, 2, 5, "MP301", "a-name", "wrong", safety=Safety.SAFE, cell=4)
    report = make_format(name)
    text = report.file([finding], "{}") + report.end()
    (told,) = READERS[name](text)
    if name in ("json", "json-lines"):
        assert (told["cell"], told["location"]) == (4, {"column": 3, "row": 2})
    else:
        assert "cell 4" in text
    if name == "github":
        assert told["line"] == "1"
    if name == "sarif":
        assert "region" not in told["locations"][0]["physicalLocation"]
