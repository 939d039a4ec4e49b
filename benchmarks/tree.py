"""A tree of Python files as large projects have them: modern code mostly, some with processes, a little of it legacy.

The same seed makes the same tree. The modern modules are put together from pieces that differ in names and numbers; the
programs with processes are those of `fixtures/recall`, and the legacy ones those of `fixtures/legacy`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
WITH_PROCESSES = 0.04
LEGACY = 0.01

_NOUNS = "order invoice customer account report session message record token widget cursor buffer packet route".split()
_VERBS = "load parse render merge update collect describe validate publish archive resolve convert".split()

_HEAD = '''"""{Noun} handling: what is read, checked and written for each {noun}."""

from __future__ import annotations

import dataclasses
import json
import logging
import os
import re
from collections import defaultdict
from pathlib import Path

logger = logging.getLogger(__name__)

DEFAULT_{NOUN}_LIMIT = {number}
_PATTERN = re.compile(r"^(?P<key>[a-z_]+)\\s*[:=]\\s*(?P<value>.*)$")
'''
_PIECES = (
    '''

@dataclasses.dataclass
class {Noun}{number}:
    """A {noun} as the service stores it."""

    name: str
    size: int = {number}
    tags: list[str] = dataclasses.field(default_factory=list)
    parent: str | None = None

    def {verb}(self, limit: int = DEFAULT_{NOUN}_LIMIT) -> dict[str, object]:
        """Return what is known of this {noun}, at most `limit` of its tags."""
        if self.size < 0:
            raise ValueError(f"{{self.name}} has a negative size: {{self.size}}")
        return {{"name": self.name, "size": self.size, "tags": self.tags[:limit]}}

    @property
    def is_{noun}(self) -> bool:
        return self.parent is None and "{noun}" in self.tags
''',
    '''

def {verb}_{noun}_{number}(path, *, strict=False, encoding="utf-8"):
    """Read a file of settings, one `key = value` a line; lines that begin with # are comments."""
    found = defaultdict(list)
    with open(path, encoding=encoding) as stream:
        for number, line in enumerate(stream, {number}):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            match = _PATTERN.match(line)
            if match is None:
                if strict:
                    raise ValueError("%s:%d: not a setting: %r" % (path, number, line))
                logger.warning("line %d of %s is no setting", number, path)
                continue
            found[match["key"]].append(match["value"])
    # the last value wins, as in the shell
    return {{key: values[-1] for key, values in found.items() if key not in ("path", "{noun}")}}
''',
    '''

class {Noun}Store{number}:
    """Keeps each {noun} in a folder, one JSON file for each."""

    def __init__(self, folder, limit=DEFAULT_{NOUN}_LIMIT):
        self.folder = Path(folder)
        self.limit = limit
        self._cache = {{}}

    def {verb}(self, name, default=None):
        try:
            return self._cache[name]
        except KeyError:
            path = self.folder / (name + ".json")
            if not path.exists():
                return default
            self._cache[name] = value = json.loads(path.read_text())
            return value

    def save(self, name, value):
        if len(self._cache) >= self.limit:
            self._cache.clear()
        self._cache[name] = value
        temporary = self.folder / f"{{name}}.{number}.tmp"
        temporary.write_text(json.dumps(value, indent=2, sort_keys=True))
        os.replace(temporary, self.folder / f"{{name}}.json")

    def __len__(self):
        return sum(1 for _ in self.folder.glob("*.json"))
''',
)
_MAIN = """

def main(arguments=None):
    for number, value in enumerate(arguments or [], {number}):
        print(f"{{number}}: {{value!r}}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
"""


@dataclass(frozen=True)
class Tree:
    """Generated files: the folder, how many there are, and their size in bytes."""

    folder: Path
    files: int
    size: int


def modern(chance: random.Random, lines: int) -> str:
    """A module of about this many lines that has nothing to do with processes."""
    words = _words(chance)
    text = _HEAD.format(**words)
    count = text.count("\n")
    while count < lines:
        piece = chance.choice(_PIECES).format(**_words(chance) | {"NOUN": words["NOUN"]})
        text += piece
        count += piece.count("\n")
    return text + _MAIN.format(**words)


def _words(chance: random.Random) -> dict[str, str]:
    noun = chance.choice(_NOUNS)
    return {
        "noun": noun,
        "Noun": noun.capitalize(),
        "NOUN": noun.upper(),
        "verb": chance.choice(_VERBS),
        "number": str(chance.randrange(1, 10_000)),
    }


def with_processes() -> list[bytes]:
    """Programs that use processes, and do it right."""
    return [path.read_bytes() for path in sorted((FIXTURES / "recall").glob("*.py"))]


def legacy() -> list[bytes]:
    """Scripts written in Python 2."""
    paths = sorted((FIXTURES / "legacy").glob("*.py"))
    return [path.read_bytes() for path in paths if path.name.count(".") == 1]


def generate(folder: Path, files: int, seed: int = 2026) -> Tree:
    """Write a tree of packages, forty modules in each."""
    chance = random.Random(seed)  # noqa: S311 - the same every time is what is wanted
    using, old = with_processes(), legacy()
    size = 0
    for number in range(files):
        package = folder / f"part{number // 400:02d}" / f"package{number // 40:03d}"
        if number % 40 == 0:
            package.mkdir(parents=True)
            (package / "__init__.py").touch()
        kind = chance.random()
        if kind < LEGACY:
            data = chance.choice(old)
        elif kind < LEGACY + WITH_PROCESSES:
            data = chance.choice(using)
        else:
            data = modern(chance, chance.randrange(40, 400)).encode()
        data += f"\n# {number}\n".encode()
        (package / f"module{number:05d}.py").write_bytes(data)
        size += len(data)
    return Tree(folder, files, size)
