"""The programs in a document as files of their own."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from mpmodernize.documents import take_apart
from mpmodernize.engine import fix_source
from mpmodernize.engine.analysis import read
from mpmodernize.engine.documents import is_python2
from mpmodernize.engine.grouping import parse_snippets, programs
from mpmodernize.model.glance import CONVENTIONAL_MODULES, KNOWN_MODULES
from mpmodernize.model.program import Program
from mpmodernize.records import Record
from mpmodernize.settings import Settings, Surroundings
from mpmodernize.text import newline_of

if TYPE_CHECKING:
    from mpmodernize.documents import Kind
    from mpmodernize.documents.document import Place
    from mpmodernize.engine.grouping import Group, Part

_DEFAULT = Settings()
_CODING = "# -*- coding: utf-8 -*-"
_CAPITALS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_COMMON = frozenset({"cpu_count", "current_process", "freeze_support", "get_context", "set_start_method"})
"""What any program may call, and none is about."""


class Script(Record):
    """A program of a document as a file."""

    name: str
    text: str
    place: Place
    """Where its first line stands in the document."""


class Extraction(Record):
    """What a document has to offer."""

    scripts: tuple[Script, ...]
    broken: tuple[Place, ...]
    """Where snippets begin that are valid in neither Python."""


def extract(text: str, kind: Kind, *, settings: Settings = _DEFAULT, fix: bool = False) -> Extraction:
    """The programs in a document, each with the imports that it takes from others, in their order.

    Snippets that only import are no programs: those that use them have their imports. With `fix` each is what the
    fixes make of it as a file. Raises `documents.DocumentError` for a text that is no document of this kind.
    """
    snippets = take_apart(text, kind).snippets
    parts = parse_snippets(snippets, settings)
    of_python2 = is_python2(parts)
    groups = [each for each in programs(parts) if not all(part.only_imports for part in each.parts)]
    digits = max(2, len(str(len(groups))))
    scripts = []
    for number, group in enumerate(groups, 1):
        said = group.source_version if settings.source_version == "auto" else settings.source_version
        own = replace(settings, source_version="2" if said == "auto" and of_python2 else said)
        script = _script(group)
        if not fix and not script.isascii() and read(script, own, None, Surroundings(), alone=False)[0].python2:
            script = f"{_CODING}{newline_of(script)}{script}"  # Python 2 reads no other character without it
        name = f"{number:0{digits}}_{_topic(script, own)}.py"
        if fix:
            script = fix_source(script, filename=name, settings=own).source
        scripts.append(Script(name, script, snippets[group.parts[0].position].places[0]))
    valid = {each.position for each in parts}
    broken = [each.places[0] for position, each in enumerate(snippets) if position not in valid]
    return Extraction(tuple(scripts), tuple(broken))


def _script(group: Group) -> str:
    """The text of a program as a file."""
    newline = newline_of(group.parts[0].text)
    context = [*group.context, *_forgotten(group)]
    texts: list[str] = []
    for part in group.parts:
        text, futures = (part.text, []) if not texts and not context else _without_futures(part)
        context = [*(each for each in futures if each not in context), *context]
        texts.append(text.strip("\r\n"))
    head = newline.join(context)
    return f"{newline}{newline}".join([head, *texts] if head else texts) + newline


def _forgotten(group: Group) -> list[str]:
    """The imports that no snippet has, though everybody knows which module is meant: `time.sleep(1)`."""
    modules = {name: f"import {name}" for name in KNOWN_MODULES}
    modules |= {name: f"import {module} as {name}" for name, module in CONVENTIONAL_MODULES.items() if name != module}
    used = {
        each.value.id
        for part in group.parts
        for attributes in part.index.attributes.values()
        for each in attributes
        if isinstance(each.value, ast.Name)
    }
    return sorted(modules[name] for name in (group.wanted & used & modules.keys()) - group.provided)


def _without_futures(part: Part) -> tuple[str, list[str]]:
    """The text of a snippet without its imports from `__future__`, which stand at the top of a file, and these."""
    text = part.text
    futures: list[str] = []
    for statement in reversed(part.tree.body):
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            code = part.code_of(statement)
            at = text.rfind(code)
            text = text[:at] + text[at + len(code) :].lstrip(" \t").removeprefix("\r").removeprefix("\n")
            futures.insert(0, code)
    return text, futures


def _topic(script: str, settings: Settings) -> str:
    """What a program is about: the parts of multiprocessing that it uses, or else what it defines first."""
    conversion, analysis = read(script, settings, None, Surroundings(), alone=False)
    if isinstance(analysis, SyntaxError):
        return "snippet"
    program = Program(conversion.source, ast.parse(conversion.source))
    called = [program.qualified(each.func) or "" for each in program.index.calls]
    names = [name.rpartition(".")[2] for name in called if name.startswith(("multiprocessing.", "concurrent.futures."))]
    used = [name for name in dict.fromkeys(names) if name not in _COMMON]
    if not used:
        used = [each.name for each in program.index.definitions[:1]]
    words = [_CAPITALS.sub("_", each).lower() for each in used[:2]]
    return "_".join(words) if words and all(each.isascii() for each in words) else "snippet"
