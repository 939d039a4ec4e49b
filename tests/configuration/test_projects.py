"""Which settings apply to a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mpmodernize.codes import NAMES
from mpmodernize.configuration.errors import ConfigurationError
from mpmodernize.configuration.projects import Configuration
from mpmodernize.configuration.sources import inline_source

if TYPE_CHECKING:
    from pathlib import Path


def write(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_toml", ".toml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def chosen(configuration: Configuration, path: Path) -> set[str]:
    settings = configuration.of_file(str(path)).settings
    return {code for code in NAMES if settings.selects(code)}


def family(*beginnings: str) -> set[str]:
    return {code for code in NAMES if code.startswith(beginnings)}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")


def test_the_nearest_file_with_a_section_decides_and_others_are_passed_by(tmp_path: Path) -> None:
    write(
        tmp_path,
        pyproject_toml="[tool.mpmodernize]\nselect = ['MP3']\n",
        a__pyproject_toml="[tool.other]\nx = 1\n",
        a__b__pyproject_toml="[tool.mpmodernize]\nunsafe-fixes = true\n",
    )
    configuration = Configuration()
    assert chosen(configuration, tmp_path / "x.py") == family("MP3")
    assert chosen(configuration, tmp_path / "a/x.py") == family("MP3")
    assert chosen(configuration, tmp_path / "a/b/c/x.py") == set(NAMES)
    assert configuration.of_file(str(tmp_path / "a/b/x.py")).settings.unsafe_fixes


def test_the_own_file_comes_before_pyproject_in_one_folder_and_replaces_it_whole(tmp_path: Path) -> None:
    write(
        tmp_path,
        pyproject_toml="[tool.mpmodernize]\nselect = ['MP3']\nunsafe-fixes = true\n",
        mpmodernize_toml="select = ['MP4']\n",
        sub__pyproject_toml="[tool.mpmodernize]\nselect = ['MP5']\n",
    )
    configuration = Configuration()
    assert chosen(configuration, tmp_path / "x.py") == family("MP4")
    assert not configuration.of_file(str(tmp_path / "x.py")).settings.unsafe_fixes
    assert chosen(configuration, tmp_path / "sub/x.py") == family("MP5")


def test_files_of_one_project_have_the_very_same_settings(tmp_path: Path) -> None:
    write(tmp_path, mpmodernize_toml="select = ['MP4']\n", a__x="", b__x="")
    configuration = Configuration()
    assert configuration.of_file(str(tmp_path / "a/x")) is configuration.of_file(str(tmp_path / "b/x"))


def test_a_named_file_replaces_all_others(tmp_path: Path) -> None:
    write(tmp_path, pyproject_toml="[tool.mpmodernize]\nselect = ['MP3']\n", other_toml="select = ['MP6']\n")
    configuration = Configuration(file=str(tmp_path / "other.toml"))
    assert chosen(configuration, tmp_path / "x.py") == family("MP6")
    assert chosen(Configuration(file=str(tmp_path / "pyproject.toml")), tmp_path / "sub/x.py") == family("MP3")


def test_isolated_reads_no_file_not_even_a_wrong_one(tmp_path: Path) -> None:
    write(tmp_path, pyproject_toml="[tool.mpmodernize]\nselct = 1\n")
    assert chosen(Configuration(isolated=True), tmp_path / "x.py") == set(NAMES)
    with pytest.raises(ConfigurationError):
        Configuration().of_file(str(tmp_path / "x.py"))


@pytest.mark.parametrize(
    ("in_file", "typed", "expected"),
    [
        ("ignore = ['MP401']", "select = ['MP4']", family("MP4")),
        ("ignore = ['MP4']", "extend-select = ['MP401']", set(NAMES) - family("MP4") | {"MP401"}),
        ("select = ['MP401']", "extend-select = ['MP4']", family("MP4")),
        ("select = ['MP401']", "ignore = ['MP4']", set()),
        ("select = ['MP4']\nignore = ['MP401']", "ignore = ['MP402']", family("MP4") - {"MP401", "MP402"}),
        ("select = ['MP4']", "ignore = ['MP4']\nextend-select = ['MP401']", {"MP401"}),
        (
            "select = ['MP401', 'MP5']\nextend-select = ['MP4']\nignore = ['MP401']",
            "",
            family("MP4", "MP5") - {"MP401"},
        ),
        ("select = []\nignore = ['MP401']", "select = ['MP4']", family("MP4")),
        ("select = ['MP4']\nignore = ['MP401']", "select = ['MP4']", family("MP4")),
        ("select = []", "", set()),
        ("select = ['ALL']\nignore = ['MP4']", "", set(NAMES) - family("MP4")),
        ("select = ['MP4']\nignore = ['ALL']", "", family("MP4")),
        (
            "select = ['unguarded-shared-update', 'MP1']\nignore = ['print-statement']",
            "",
            family("MP1", "MP402") - {"MP101"},
        ),
        ("", "ignore = ['MP4', 'MP5']", set(NAMES) - family("MP4", "MP5")),
    ],
)
def test_rules_are_chosen_as_ruff_chooses_them(tmp_path: Path, in_file: str, typed: str, expected: set[str]) -> None:
    write(tmp_path, mpmodernize_toml=in_file)
    sources = [inline_source(typed, "typed", str(tmp_path))] if typed else []
    assert chosen(Configuration(sources), tmp_path / "x.py") == expected


def test_fixable_and_unfixable_are_chosen_alike(tmp_path: Path) -> None:
    write(tmp_path, mpmodernize_toml="fixable = ['MP4', 'MP301']\nunfixable = ['MP401']\n")
    settings = Configuration().of_file(str(tmp_path / "x.py")).settings
    assert {code for code in NAMES if settings.fixes(code)} == family("MP4", "MP301") - {"MP401"}
    assert {code for code in NAMES if settings.selects(code)} == set(NAMES)
    typed = [inline_source("fixable = ['ALL']", "typed", "/")]
    assert Configuration(typed).of_file(str(tmp_path / "x.py")).settings.unfixable == ()


def test_what_is_typed_comes_before_the_file_setting_by_setting(tmp_path: Path) -> None:
    write(
        tmp_path,
        mpmodernize_toml="unsafe-fixes = true\npin-fork = true\nstart-method = 'spawn'\nsource-version = '2'\n",
    )
    typed = [inline_source("unsafe-fixes = false", "a", "/"), inline_source("start-method = 'fork'", "b", "/")]
    settings = Configuration(typed).of_file(str(tmp_path / "x.py")).settings
    assert (settings.unsafe_fixes, settings.pin_fork, settings.start_method) == (False, True, "fork")
    assert settings.source_version == "2"


@pytest.mark.parametrize(
    ("required", "target"),
    [
        (">=3.12", "py312"),
        (">=3.12,<4", "py312"),
        (" >= 3.13.2 , < 4.0 ", "py313"),
        (">=3.8", "py310"),
        (">=2.7", "py310"),
        (">=3.9, !=3.10.*", "py311"),
        ("~=3.11", "py311"),
        ("~=3.12.0", "py312"),
        ("==3.13.*", "py313"),
        ("==3.12.7", "py312"),
        (">3.11", "py311"),
        (">=3.11.99", "py311"),
        ("<3.12", "py310"),
        (">=3.99", "py310"),
        (">=2.6,<3", "py310"),
        ("nonsense", "py310"),
    ],
)
def test_the_target_is_the_lowest_python_that_the_project_requires(tmp_path: Path, required: str, target: str) -> None:
    write(tmp_path, pyproject_toml=f"[project]\nrequires-python = '{required}'\n[tool.mpmodernize]\n")
    assert Configuration().of_file(str(tmp_path / "x.py")).settings.target_version == target


def test_the_required_python_is_that_of_the_same_project_and_less_than_a_target_that_is_given(tmp_path: Path) -> None:
    write(
        tmp_path,
        pyproject_toml="[project]\nrequires-python = '>=3.12'\n",
        a__mpmodernize_toml="pin-fork = true\n",
        b__pyproject_toml="[project]\nrequires-python = '>=3.13'\n",
        c__pyproject_toml="[project]\nrequires-python = '>=3.13'\n[tool.mpmodernize]\ntarget-version = 'py311'\n",
        d__pyproject_toml="[project]\nrequires-python = '>=3.14'\n",
        d__mpmodernize_toml="pin-fork = true\n",
        e__pyproject_toml="[project]\nrequires-python = ['>=3.14']\n",
        f__pyproject_toml="[project\nrequires-python = '>=3.14'\n",
    )
    configuration = Configuration()
    targets = {
        folder: configuration.of_file(str(tmp_path / folder / "x.py")).settings.target_version for folder in "abcdef"
    }
    assert targets == {"a": "py310", "b": "py313", "c": "py311", "d": "py314", "e": "py312", "f": "py312"}
    assert Configuration(isolated=True).of_file(str(tmp_path / "b/x.py")).settings.target_version == "py310"


def test_rules_are_silenced_in_files_by_patterns_relative_to_the_project(tmp_path: Path) -> None:
    write(
        tmp_path,
        mpmodernize_toml=(
            "[per-file-ignores]\n'tests/' = ['MP301']\n'/a.py' = ['MP4']\n'*_pb2.py' = ['ALL']\n"
            "'!src/**' = ['unguarded-shared-update']\n"
        ),
    )
    configuration = Configuration()

    def silenced(name: str) -> set[str]:
        path = tmp_path / name
        return set(configuration.of_file(str(path)).silenced(str(path)))

    assert silenced("src/x.py") == set()
    assert silenced("src/deep/er/x.py") == set()
    assert silenced("src/tests/x.py") == {"MP301"}
    assert silenced("src/deep/tests/x/y.py") == {"MP301"}
    assert silenced("src/tests.py") == set()
    assert silenced("src/a.py") == set()
    assert silenced("a.py") == {"MP4", "MP402"}
    assert silenced("src/q_pb2.py") == {""}
    assert silenced("setup.py") == {"MP402"}
