"""Files of settings: what is wrong in them is told with its line and the nearest right name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mpmodernize.configuration.errors import ConfigurationError
from mpmodernize.configuration.sources import inline_source, line_of, read_source
from mpmodernize.configuration.table import SETTINGS

if TYPE_CHECKING:
    from pathlib import Path


def error_of(folder: Path, text: str, name: str = "pyproject.toml") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        read_source(str(path))
    return str(caught.value).removeprefix(str(path))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("selct = []\n", ":2: there is no setting `selct`; did you mean `select`?"),
        ("\n\nselct = []\n", ":4: there is no setting `selct`; did you mean `select`?"),
        ("# selct\nselect = ['MP4']\nselct = []\n", ":4: there is no setting `selct`; did you mean `select`?"),
        ("target_version = 'py310'\n", ":2: there is no setting `target_version`; did you mean `target-version`?"),
        ("SELECT = []\n", ":2: there is no setting `SELECT`; did you mean `select`?"),
        ("zzz = 1\n", ":2: there is no setting `zzz`"),
        ("'un\\u0066ixable' = []\n", ":2: there is no setting `un\\u0066ixable`; did you mean `unfixable`?"),
        ('"un\\u0066ixed" = []\n', ":2: there is no setting `unfixed`; did you mean `unfixable`?"),
        ("lint.select = []\n", ":2: there is no setting `lint`"),
        ("select = 'MP4'\n", ':2: `select` has a list of rules, not "MP4"'),
        ("select = { MP4 = true }\n", ":2: `select` has a list of rules, not a table"),
        ("select = [4]\n", ":2: `select` has a list of rules, not 4"),
        ("select = ['MP4', ['MP3']]\n", ":2: `select` has a list of rules, not a list"),
        ("select = ['MP9']\n", ":2: there is no rule `MP9`; did you mean `MP"),
        ("select = [\n  'MP4', # MP10x\n\n  'MP10x',\n]\n", ":5: there is no rule `MP10x`; did you mean `MP10`?"),
        ("select = [\n  'MP4',\n  'MP3', 'print-statment']\n", ":4: there is no rule `print-statment`; did you mean"),
        ("ignore = ['mp401']\n", ":2: there is no rule `mp401`; did you mean `MP401`?"),
        ("ignore = ['']\n", ":2: there is no rule ``"),
        ("unsafe-fixes = 'yes'\n", ':2: `unsafe-fixes` is true or false, not "yes"'),
        ("unsafe-fixes = 1\n", ":2: `unsafe-fixes` is true or false, not 1"),
        ("start-method = 'spwan'\n", ', not "spwan"; did you mean `spawn`?'),
        ("target-version = 'py27'\n", ':2: `target-version` is one of "py310", "py311", '),
        ("target-version = 3.12\n", "not 3.12"),
        ("source-version = 2\n", ":2: `source-version` is one of"),
        ("exclude = ['a', '!']\n", ':2: `exclude` has a pattern that matches nothing: "!"'),
        ("exclude = ['a\\']\n", ":2: `exclude` has a pattern that matches nothing"),
        ("extend-exclude = ['']\n", ":2: `extend-exclude` has a pattern that matches nothing"),
        (
            "per-file-ignores = ['MP4']\n",
            ":2: `per-file-ignores` is a table of patterns with lists of rules, not a list",
        ),
        ("per-file-ignores = { 'a.py' = 'MP4' }\n", ':2: `per-file-ignores` has a list of rules, not "MP4"'),
        ("[tool.mpmodernize.per-file-ignores]\n'a.py' = ['MP4']\n'b.py' = ['X']\n", ":4: there is no rule `X`"),
        ("[tool.mpmodernize.per-file-ignores]\n'a.py' = [\n'MP4',\n'X']\n", ":5: there is no rule `X`"),
        ("[tool.mpmodernize.format]\nquote = 1\n", ":2: there is no setting `format`"),
        ("select = ['MP4'\nignore = []\n", ":3: not TOML: "),
        ("select = ['MP4'", ":2: not TOML: "),
        ("select = ['MP4']\nselect = []\n", ":3: not TOML: "),
        ("select = \n", ":2: not TOML: "),
    ],
)
def test_a_mistake_is_told_with_its_line_and_the_nearest_right_name(tmp_path: Path, text: str, message: str) -> None:
    told = error_of(tmp_path, f"[tool.mpmodernize]\n{text}")
    assert told.startswith(message) if message.startswith(":") else message in told


def test_the_line_is_right_in_the_middle_of_a_long_file_of_other_tools(tmp_path: Path) -> None:
    before = "".join(f"[tool.other{number}]\nselect = [\n  'selct',\n]\n" for number in range(100))
    text = f"{before}[tool.mpmodernize]\n# selct\nignore = [\n'MP4']\nselct = []\n[tool.after]\nselct = 1\n"
    assert error_of(tmp_path, text).startswith(":405: there is no setting `selct`")


def test_carriage_returns_count_as_the_lines_they_are(tmp_path: Path) -> None:
    (tmp_path / "mpmodernize.toml").write_bytes(b"# one\r\nselect = [\r\n'MP4',\r\n'X']\r\n")
    with pytest.raises(ConfigurationError, match=r"mpmodernize.toml:4: there is no rule `X`"):
        read_source(str(tmp_path / "mpmodernize.toml"))


def test_the_own_file_has_no_section(tmp_path: Path) -> None:
    assert "there is no setting `tool`" in error_of(tmp_path, "[tool.mpmodernize]\nselect = []\n", "mpmodernize.toml")
    path = tmp_path / "mpmodernize.toml"
    path.write_text("select = ['MP4']\n")
    source = read_source(str(path))
    assert source is not None
    assert source.values == {"select": ("MP4",)}


def test_a_byte_order_mark_is_no_part_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mpmodernize.toml"
    path.write_bytes(b'\xef\xbb\xbfselect = ["MP4"]\n')
    source = read_source(str(path))
    assert source is not None
    assert source.values["select"] == ("MP4",)


def test_a_section_that_is_no_table_is_told(tmp_path: Path) -> None:
    told = error_of(tmp_path, "[tool]\nother = 1\nmpmodernize = 'strict'\n")
    assert told == ':3: `tool.mpmodernize` is a table, not "strict"'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[tool.other]\nselct = 1\n",
        "[project]\nname = 'mpmodernize'\n",
        "[[tool.mypy.overrides]]\nmodule = 'mpmodernize'\n",
    ],
)
def test_a_project_file_without_a_section_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert read_source(str(tmp_path / "pyproject.toml")) is None


def test_a_file_that_is_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "mpmodernize.toml").write_bytes("# a\n# ü\n".encode("latin-1"))
    with pytest.raises(ConfigurationError, match=r":2: not TOML: it is not in UTF-8"):
        read_source(str(tmp_path / "mpmodernize.toml"))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"gone\.toml: can't be read: No such file"):
        read_source(str(tmp_path / "gone.toml"))


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_the_example_of_every_setting_is_a_setting(setting: object) -> None:
    example: str = setting.example  # type: ignore[attr-defined]
    source = inline_source(example, "example", "/")
    assert list(source.values) == [setting.name]  # type: ignore[attr-defined]


def test_a_line_that_is_typed_is_checked_as_a_file_is() -> None:
    with pytest.raises(ConfigurationError, match=r"^--config: there is no setting `selct`; did you mean `select`\?$"):
        inline_source("selct = []", "--config", "/")
    with pytest.raises(ConfigurationError, match=r"^--config: `select = MP4` is not TOML: "):
        inline_source("select = MP4", "--config", "/")


@pytest.mark.parametrize(
    ("text", "steps", "line"),
    [
        ("[a]\nb = 1\n", ("a", "b"), 2),
        ("a.b = 1\n", ("a", "b"), 1),
        ("a = { b = 1 }\n", ("a", "b"), 1),
        ("x = '''\na = 1\n'''\na = 2\n", ("a",), 4),
        ("x = [\n'a',\n]\n\n# a\na = 2\n", ("a",), 6),
        ("a = '''\none\n'''\n", ("a",), 1),
        ("a = [1,\n2,\n3]\n", ("a", 2), 3),
        ("a = [[1], [\n2]]\n", ("a", 1, 0), 2),
        ("[a]\n\n[b]\nc = 1\n[a.d]\ne = 1\n", ("a", "d"), 5),
        ("'a b'.c = 1\n", ("a b", "c"), 1),
        ('\n\n"\\u0061" = 1\n', ("a",), 3),
    ],
)
def test_a_key_is_found_on_its_line(text: str, steps: tuple[str | int, ...], line: int) -> None:
    assert line_of(text, steps) == line
