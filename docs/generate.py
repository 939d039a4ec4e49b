"""Write what the documentation takes from the code: rule pages, tables, fixed examples and outputs of commands.

Run it from anywhere; a test fails when it has been forgotten. In README.md, CONTRIBUTING.md and the pages of `docs/`:

- `<!-- families:start -->` … `<!-- families:end -->` holds the table of families of rules, `type-codes` that of type
  codes, `fixers` that of 2to3's fixers, `model` that of the model's modules, `settings` all about
  each setting.
- A block of Python after `<!-- legacy: NAME -->`, in whatever document, is what goes in; the block after
  `<!-- fixed: NAME -->`, or `<!-- fixed --unsafe-fixes: NAME -->`, is what `fix_source` makes of it.
- A picture `assets/maps/NAME.before.svg` or `NAME.after.svg` is what `mpmodernize map` draws of the legacy program of
  that name, and of what `fix` makes of it.
- A `console` block holds the real output of its commands, run one after the other in a folder with the legacy files
  and, as `notes.txt`, a document of notes.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import textwrap
from functools import cache
from pathlib import Path

from docs.fixers import fixer_table
from docs.house import house
from mpmodernize import Settings, fix_source
from mpmodernize.configuration.explaining import explanation, flag, kind_of_value, toml
from mpmodernize.configuration.schema import schema
from mpmodernize.configuration.table import SETTINGS
from mpmodernize.engine import Source, read_together
from mpmodernize.map.survey import survey
from mpmodernize.map.svg import as_svg
from mpmodernize.reference.type_codes import TYPE_CODES, TypeCode
from mpmodernize.report.pages import as_data, page, summary
from mpmodernize.rules import BaseRule, all_rules
from mpmodernize.verify.compare import Likeness

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "docs" / "rules"
SCHEMA = ROOT / "schemas" / "mpmodernize.schema.json"
NOTES = ROOT / "fixtures" / "documents" / "chinese_notes" / "before.txt"
MAPS = ROOT / "docs" / "assets" / "maps"
DOCUMENTS = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "benchmarks" / "README.md",
    *sorted(path for path in (ROOT / "docs").rglob("*.md") if PAGES not in path.parents),
)

FAMILIES = {
    "tool": "MP0xx: the tool itself",
    "syntax": "MP1xx: Python 2 syntax",
    "names": "MP2xx: Python 2 names and library",
    "starting": "MP3xx: starting processes",
    "sharing": "MP4xx: state shared between processes",
    "lifetimes": "MP5xx: lifetimes of queues, processes and pools",
    "api": "MP6xx: the multiprocessing API, 2.7 against 3",
}
_FIX = (("Safe", "safe"), ("Unsafe", "unsafe"), ("There is no fix", "reported"))

# A block may stand in a tab, and is indented then.
LEGACY = re.compile(
    r"^(?P<indent> *)<!-- legacy: (?P<name>\S+) -->\n+(?P=indent)```python\n(?P<code>.*?)^(?P=indent)```\n",
    re.DOTALL | re.MULTILINE,
)
FIXED = re.compile(
    r"^(?P<head>(?P<indent> *)<!-- fixed(?P<unsafe> --unsafe-fixes)?: (?P<name>\S+) -->\n+(?P=indent)```python\n)"
    r"(?P<code>.*?)^(?P=indent)```\n",
    re.DOTALL | re.MULTILINE,
)
PICTURE = re.compile(r"!\[[^\]]+\]\([./]*assets/maps/(?P<file>(?P<name>[\w-]+)\.(?P<form>before|after)\.svg)\)")
CONSOLE = re.compile(r"```console\n(?P<session>.*?)```\n", re.DOTALL)
# How long a run took, and which Python ran, says nothing about whether an output is up to date. Neither does what
# chance decides: the order in which processes print, and which of several runs that are alike is the standard.
_LIKENESS = re.compile("|".join(re.escape(each.value) for each in (Likeness.ORDER, Likeness.VOLATILE)))
_STANDARD = re.compile(r"(?<=the program itself under )[a-z]+|against [a-z]+: the same(; )?")
_VARYING = re.compile(r" +\d+\.\d s\b|\bPython 3\.\d+|^3\.\d+ +| +$", re.MULTILINE)


# -- rules -----------------------------------------------------------------------------------------


def family(rule: type[BaseRule]) -> str:
    """The folder that a rule's file is in."""
    return rule.__module__.split(".")[-2]


def fix_level(rule: type[BaseRule]) -> str:
    """The best that a rule can do for a finding: the first words under *Fix safety* on its page.

    Raises `ValueError` if they are not those that every page begins with.
    """
    section = as_data(rule)["sections"]["Fix safety"]
    for words, level in _FIX:
        if section.startswith(words):
            return level
    raise ValueError(f"{rule.code}: *Fix safety* begins with none of {', '.join(words for words, _ in _FIX)}")


def rule_table() -> str:
    """Write the table of every family."""
    lines: list[str] = []
    for name, title in FAMILIES.items():
        rules = [rule for rule in all_rules() if family(rule) == name]
        if rules:
            lines += [f"**{title}**", "", "| code | name | what is wrong | fix |", "| --- | --- | --- | --- |"]
            lines += [
                f"| [{rule.code}]({rule.code}.md) | {rule.name} | {summary(rule)} | {fix_level(rule)} |"
                for rule in rules
            ]
            lines.append("")
    return "\n".join(lines)


def family_table() -> str:
    """Write a row for each family: how many rules it has, and how many of them only report."""
    lines = ["| family | rules | with a fix |", "| --- | --- | --- |"]
    for name, title in FAMILIES.items():
        rules = [rule for rule in all_rules() if family(rule) == name]
        fixing = sum(fix_level(rule) != "reported" for rule in rules)
        lines.append(f"| {title} | {len(rules)} | {fixing} |")
    return "\n".join([*lines, ""])


def rule_page(rule: type[BaseRule]) -> str:
    """Write a rule's page, in which the names of other rules are links to theirs."""
    pages = {each.name: each.code for each in all_rules() if each is not rule}

    def link(found: re.Match[str]) -> str:
        name = found.group(1)
        return f"[`{name}`]({pages[name]}.md)" if name in pages else found.group()

    parts = re.split(r"(^```.*?^```)", page(rule), flags=re.DOTALL | re.MULTILINE)
    text = "".join(part if part.startswith("```") else re.sub(r"`([a-z0-9-]+)`", link, part) for part in parts)
    return f"{text.rstrip()}\n\n[All rules](index.md)\n"


def rule_index() -> str:
    """Write the list of all rules."""
    return f"""# The rules

A page for each rule: what it finds, what happens under fork, spawn and forkserver, an example and what to write
instead, how far the fix can be trusted, and when the rule stays silent. `mpmodernize rule CODE` shows the same page.

The last column says the best that the rule can do. *Safe* is what `mpmodernize fix` does, where the conditions on
the page are met; *unsafe* needs `--unsafe-fixes`; *reported* is for you to solve. A rule with a safe fix also reports
without fixing, wherever its conditions are not met.

{rule_table().rstrip()}
"""


def code_table() -> str:
    """Write the module that knows what every rule is called without importing it."""
    rows = "".join(f'    "{rule.code}": "{rule.name}",\n' for rule in all_rules())
    return f'''\
"""What every rule is called. `make docs` writes this, so that no rule is imported to find one by its name."""

NAMES = {{
{rows}}}
"""The name of each rule by its code, in order."""
'''


# -- documents -------------------------------------------------------------------------------------


def model_table() -> str:
    """Write a row for each module of the model: what it answers, as the first sentence of its docstring says."""
    lines = ["| module | what it answers |", "| --- | --- |"]
    for path in sorted((ROOT / "src" / "mpmodernize" / "model").glob("[a-z]*.py")):
        words = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        lines.append(f"| `{path.name}` | {' '.join(words.split(chr(10) * 2)[0].split())} |")
    return "\n".join([*lines, ""])


_TYPE_CODE_HEADINGS = {
    "en": "| type code | C type | Python type | minimum size | size here | range |",
    "zh": "| 类型码 | C 类型 | Python 类型 | 最少字节 | 本机字节 | 范围 |",
}
_ONE_CHARACTER = {"en": "one character", "zh": "一个字符"}
_TO = {"en": " to ", "zh": " 到 "}


def type_code_table(language: str = "en") -> str:
    """Write the table of type codes, with the sizes and ranges of this machine."""
    lines = [_TYPE_CODE_HEADINGS[language], "| --- | --- | --- | --- | --- | --- |"]
    for row in TYPE_CODES:
        cells = (
            f"`'{row.code}'`",
            row.c_type,
            f"`{row.python_type.__name__}`",
            row.minimum_size,
            row.size,
            _range(row, language),
        )
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join([*lines, ""])


def _range(row: TypeCode, language: str) -> str:
    if row.minimum is None or row.maximum is None:
        return _ONE_CHARACTER[language]
    ends = (f"{end:.4g}" if isinstance(end, float) else str(end) for end in (row.minimum, row.maximum))
    return _TO[language].join(ends)


def code_of(block: re.Match[str]) -> str:
    """The code of a block, as a file holds it."""
    return re.sub(f"^{block['indent']}", "", block["code"], flags=re.MULTILINE)


@cache
def legacy_programs() -> dict[str, str]:
    """The legacy programs of all documents, by their names. Raises `ValueError` for two that share a name."""
    programs: dict[str, str] = {}
    for path in DOCUMENTS:
        for found in LEGACY.finditer(path.read_text(encoding="utf-8")):
            code = code_of(found)
            if programs.setdefault(found["name"], code) != code:
                raise ValueError(f"{path.relative_to(ROOT)}: another program is called {found['name']}, too")
    return programs


def settings_text() -> str:
    """Write a section for each setting."""
    parts = []
    for setting in SETTINGS:
        typed = flag(setting).split(", ")
        rows = [
            f"- values: {kind_of_value(setting)}",
            f"- default: `{toml(setting.default)}`",
            f"- flag: {', '.join(f'`{each}`' for each in typed)}",
        ]
        example = f"```toml\n{setting.example}\n```"
        text = textwrap.fill(explanation(setting), 120, break_on_hyphens=False)
        parts.append("\n".join([f"### {setting.name}", "", text, "", *rows, "", example, ""]))
    return "\n".join(parts)


def renewed(text: str) -> str:
    """The text of a document with everything in it that is taken from the code written anew."""
    tables = {
        "families": family_table(),
        "type-codes": type_code_table(),
        "type-codes-zh": type_code_table("zh"),
        "fixers": fixer_table(),
        "model": model_table(),
        "settings": settings_text(),
    }
    for name, content in tables.items():
        block = re.compile(f"(?<=<!-- {name}:start -->\n)(.*?)(?=<!-- {name}:end -->)", re.DOTALL)
        text = block.sub(lambda _, content=content: f"\n{content.rstrip()}\n\n", text)  # type: ignore[misc]
    legacy = legacy_programs()

    def fixed(found: re.Match[str]) -> str:
        settings = Settings(unsafe_fixes=bool(found["unsafe"]))
        code = fix_source(legacy[found["name"]], settings=settings).source
        indent: str = found["indent"]
        return f"{found['head']}{textwrap.indent(code, indent)}{indent}```\n"

    text = FIXED.sub(fixed, text)
    with tempfile.TemporaryDirectory(prefix="mpmodernize-docs-") as scratch:
        for name, code in legacy.items():
            Path(scratch, name).write_text(code, encoding="utf-8")
        shutil.copy(NOTES, Path(scratch, "notes.txt"))
        return CONSOLE.sub(lambda found: f"```console\n{_played(found['session'], Path(scratch))}```\n", text)


def _played(session: str, folder: Path) -> str:
    """A session with the output that its commands have now; the old one, if only times are different."""
    commands = re.findall(r"^\$ (mpmodernize .*)$", session, re.MULTILINE)
    new = "\n".join(f"$ {command}\n{_output(command, folder)}" for command in commands)
    return session if lasting(session) == lasting(new) else new


def lasting(session: str) -> str:
    """What of a session stays the same from run to run."""
    return _VARYING.sub("", _STANDARD.sub("", _LIKENESS.sub(Likeness.SAME.value, session)))


def _output(command: str, folder: Path) -> str:
    """What a command prints. Raises `RuntimeError` for one that fails, so that no failure becomes documentation."""
    done = subprocess.run(
        [sys.executable, "-m", *shlex.split(command)],
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"`{command}` ends with exit code {done.returncode}:\n{done.stdout}")
    return done.stdout


def pictures() -> dict[Path, str]:
    """The maps that documents show, drawn."""
    drawn = {}
    for path in DOCUMENTS:
        for found in PICTURE.finditer(path.read_text(encoding="utf-8")):
            name = f"{found['name']}.py"
            code = legacy_programs()[name]
            if found["form"] == "after":
                code = fix_source(code).source
            program = survey(read_together([Source(name, code)], Settings(), None))
            drawn[MAPS / found["file"]] = as_svg([program])
    return drawn


@cache
def generated() -> dict[Path, str]:
    """Every file that is written by this program, with what belongs in it."""
    files = {PAGES / f"{rule.code}.md": rule_page(rule) for rule in all_rules()}
    files[PAGES / "index.md"] = rule_index()
    files[ROOT / "src" / "mpmodernize" / "codes.py"] = code_table()
    files |= pictures()
    files[SCHEMA] = json.dumps(schema(), indent=2) + "\n"
    files[ROOT / "docs" / "assets" / "house.svg"] = house()
    files |= {path: renewed(path.read_text(encoding="utf-8")) for path in DOCUMENTS}
    return files


def main() -> None:
    """Write them, and remove the pages of rules that are gone."""
    for folder in (PAGES, MAPS, SCHEMA.parent):
        folder.mkdir(parents=True, exist_ok=True)
    for path in set(PAGES.glob("*.md")) - set(generated()):
        path.unlink()
    for path, text in generated().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
