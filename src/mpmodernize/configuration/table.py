"""The settings: one row each. Parsing, flags, explanations, the JSON schema and the page of documentation read these.

The names and their meaning are those of ruff's settings where ruff has the same.
"""

from __future__ import annotations

from typing import Literal, get_args

from mpmodernize.records import Record
from mpmodernize.report.formats import FORMATS
from mpmodernize.settings import SourceVersion, StartMethod, TargetVersion

Kind = Literal["choice", "boolean", "rules", "patterns", "rules by pattern"]

Value = str | bool | tuple[str, ...] | dict[str, tuple[str, ...]]
"""What a setting holds, by kind: a string, a boolean, strings, or strings by pattern."""

EXCLUDED = (
    ".*/",
    "*.egg-info/",
    "__pycache__/",
    "__pypackages__/",
    "_build/",
    "buck-out/",
    "build/",
    "dist/",
    "node_modules/",
    "site-packages/",
)
"""Folders that hold what tools made, and hidden ones."""


class Setting(Record):
    """One setting."""

    name: str
    kind: Kind
    default: Value | None
    meaning: str
    """A sentence, which is also the help of the flag."""
    more: str
    """What else there is to know; may be empty."""
    example: str
    """A line of TOML."""
    choices: tuple[str, ...] = ()

    @property
    def flag(self) -> str:
        """The option of `check` and `fix`."""
        return f"--{self.name}"


_SELECTOR = "A rule is named by its code (`MP402`), the beginning of its code (`MP4`), its name or `ALL`."
_PATTERN = (
    "Patterns are those of `.gitignore`, relative to the folder of the project file; what is typed is relative to the "
    "working directory."
)

SETTINGS = (
    Setting(
        "target-version",
        "choice",
        "py310",
        "The oldest Python that the fixed code has to run on.",
        "Fixes keep to what Python 3.10 has, whatever is set; with `py314` annotations, which are computed late there, "
        "are no reason for `MP605`. If it is not given, the lowest version that `requires-python` of the project "
        "allows is taken; below Python 3.10 that is `py310`.",
        'target-version = "py312"',
        get_args(TargetVersion),
    ),
    Setting(
        "source-version",
        "choice",
        "auto",
        "What the files are written in.",
        "`auto` decides for each file, on evidence; `2` means Python 2 unless a file shows that it is Python 3; "
        "`3` leaves the conversion of Python 2 syntax out.",
        'source-version = "2"',
        get_args(SourceVersion),
    ),
    Setting(
        "start-method",
        "choice",
        "any",
        "The start method that the project pins.",
        "`any` assumes nothing: the program has to run right under all of them. Where one is pinned, what goes wrong "
        "under the others alone is neither reported nor fixed; the page of a rule says which it concerns.",
        'start-method = "spawn"',
        get_args(StartMethod),
    ),
    Setting(
        "select",
        "rules",
        ("ALL",),
        "The rules that speak.",
        f"{_SELECTOR} The longer beginning of a code decides: `select = ["
        '"MP4"]` with `ignore = ["MP402"]` leaves out one rule of its family, and `select = ["MP402"]` with '
        '`ignore = ["MP4"]` selects that one alone. Python 2 syntax is converted as a whole or not at all: nothing is '
        "written to a file that needs a conversion (MP1xx) which is not selected. `MP001`, for what can't be read, "
        "always speaks.",
        'select = ["MP3", "MP4", "print-statement"]',
    ),
    Setting(
        "ignore",
        "rules",
        (),
        "The rules that don't speak, although they are selected.",
        _SELECTOR,
        'ignore = ["MP619"]',
    ),
    Setting(
        "extend-select",
        "rules",
        (),
        "Rules that speak besides those of `select`.",
        f"{_SELECTOR}",
        'extend-select = ["MP402"]',
    ),
    Setting(
        "per-file-ignores",
        "rules by pattern",
        {},
        "The rules that don't speak in files that match a pattern.",
        f"{_SELECTOR} {_PATTERN} A pattern that begins with `!` means all files that do not match it.",
        'per-file-ignores = { "tests/" = ["MP301"], "legacy/*.py" = ["MP1", "MP2"] }',
    ),
    Setting(
        "exclude",
        "patterns",
        EXCLUDED,
        "The files and folders that a walk through folders leaves out.",
        f"{_PATTERN} Paths that are named on the command line are taken all the same, unless `force-exclude` is set. "
        "Virtual environments are left out whatever they are called.",
        'exclude = ["vendored/", "*_pb2.py"]',
    ),
    Setting(
        "extend-exclude",
        "patterns",
        (),
        "Files and folders that are left out besides those of `exclude`.",
        _PATTERN,
        'extend-exclude = ["vendored/"]',
    ),
    Setting(
        "force-exclude",
        "boolean",
        False,
        "Leave excluded paths out even if they are named on the command line.",
        "pre-commit names every file that it has: its hooks set this.",
        "force-exclude = true",
    ),
    Setting(
        "respect-gitignore",
        "boolean",
        True,
        "Leave out what `.gitignore`, `.ignore` and `.git/info/exclude` leave out.",
        "The user's global list of git is not read.",
        "respect-gitignore = false",
    ),
    Setting(
        "documents",
        "boolean",
        False,
        "Also the Markdown and reStructuredText files of folders.",
        "A document that is named on the command line is always taken, and notebooks are taken like files of code.",
        "documents = true",
    ),
    Setting(
        "doctests",
        "boolean",
        False,
        "Also the doctests in the docstrings of Python files.",
        "They have the imports of their module.",
        "doctests = true",
    ),
    Setting(
        "unsafe-fixes",
        "boolean",
        False,
        "Also the fixes that could change what a program does.",
        "They are likely right: each rule's page says when its fix is unsafe.",
        "unsafe-fixes = true",
    ),
    Setting(
        "fixable",
        "rules",
        ("ALL",),
        "The rules whose fixes are applied.",
        f"{_SELECTOR} The findings of others are reported, with their advice.",
        'fixable = ["MP1", "MP2"]',
    ),
    Setting(
        "unfixable",
        "rules",
        (),
        "The rules whose fixes are not applied, although they are fixable.",
        f"{_SELECTOR} Nothing is written to a file that needs the conversion of a rule about Python 2 syntax (MP1xx) "
        "that may not fix.",
        'unfixable = ["MP301"]',
    ),
    Setting(
        "output-format",
        "choice",
        "full",
        "How findings are told: to people (full, concise) or to programs.",
        "This is a choice for a whole run: the project of the working directory makes it.",
        'output-format = "concise"',
        FORMATS,
    ),
    Setting(
        "pin-fork",
        "boolean",
        False,
        "Let programs that nothing else repairs ask for fork by name.",
        "Such a program does not run where fork does not exist.",
        "pin-fork = true",
    ),
)

BY_NAME = {setting.name: setting for setting in SETTINGS}
