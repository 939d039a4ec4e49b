"""Which snippets of a document make up one program, and what a program takes from snippets that are not of it.

Snippets share their imports: notes import `mp` once, at the top. A snippet that uses functions, classes or values of a
former one and doesn't define them itself continues that one; two that define the same function are two programs. The
cells of a notebook are one program.
"""

from __future__ import annotations

import ast
import builtins
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from mpmodernize.engine.analysis import parse, read
from mpmodernize.engine.borders import border
from mpmodernize.model.guards import is_guard
from mpmodernize.model.index import Index
from mpmodernize.model.python2 import BUILTINS
from mpmodernize.model.scopes import DEFINITIONS, FUNCTION_NODES
from mpmodernize.records import Record
from mpmodernize.settings import Surroundings
from mpmodernize.text import newline_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mpmodernize.documents.document import Snippet
    from mpmodernize.python2 import Conversion
    from mpmodernize.settings import Settings, SourceVersion

_KNOWN = frozenset(dir(builtins)) | BUILTINS | {"__file__", "__path__"}
_ALONE = Surroundings()


class Import(NamedTuple):
    """One name that an import statement binds."""

    name: str
    """The name that is bound; `*` for all names of a module."""
    code: str
    """The statement that binds this name and no other."""


class Part(Record, eq=False):
    """A snippet that parses, in Python 2 or in Python 3."""

    position: int
    """Its place among the snippets of the document."""
    text: str
    kind: str
    source_version: SourceVersion
    """What it is said to be written in."""
    conversion: Conversion
    tree: ast.Module

    @cached_property
    def index(self) -> Index:
        """The tree, indexed."""
        return Index(self.tree)

    @cached_property
    def imports(self) -> list[Import]:
        """What its top-level imports bind."""
        return list(imports_of(self.tree))

    @cached_property
    def definitions(self) -> frozenset[str]:
        """The functions and classes that it defines."""
        return frozenset(each.name for each in self.tree.body if isinstance(each, DEFINITIONS))

    @cached_property
    def bound(self) -> frozenset[str]:
        """The names that it binds at module level."""
        return frozenset(self.index.module.bindings)

    @cached_property
    def offered(self) -> dict[str, list[ast.stmt]]:
        """The names that a later snippet can use, but for imports, with the statements that bind them.

        What a program binds under its main guard is its own affair.
        """
        found: dict[str, list[ast.stmt]] = {}
        for name, bindings in self.index.module.bindings.items():
            tops = [self.index.top_statement(each.node) for each in bindings if each.kind != "import"]
            outside = [each for each in tops if not is_guard(each)]
            if outside:
                found[name] = list(dict.fromkeys(outside))
        return found

    @cached_property
    def bound_under_guard(self) -> frozenset[str]:
        """The names that it binds under a main guard alone, but for imports."""
        bindings = self.index.module.bindings.items()
        others = {name for name, bound in bindings if any(each.kind != "import" for each in bound)}
        return frozenset(others - self.offered.keys())

    @cached_property
    def wanted(self) -> frozenset[str]:
        """The names that it uses and that neither it nor Python has."""
        return wanted_names(self.index) - _KNOWN

    @cached_property
    def has_guard(self) -> bool:
        """Whether it has a main guard."""
        return any(map(is_guard, self.tree.body))

    @property
    def only_imports(self) -> bool:
        """Whether it is there to import what the others use."""
        statements = self.tree.body
        return bool(statements) and all(isinstance(each, (ast.Import, ast.ImportFrom)) for each in statements)

    def code_of(self, statement: ast.stmt) -> str:
        """The text of a statement as it stands in the snippet."""
        text = text_of(self.conversion.source)
        decorators = statement.decorator_list if isinstance(statement, DEFINITIONS) else []
        line = min([statement.lineno, *(each.lineno for each in decorators)])
        start = self.conversion.original_offset(text.offset(line, 0))
        end = self.conversion.original_offset(text.end(statement))
        return self.text[start:end]


def wanted_names(index: Index) -> frozenset[str]:
    """The names that a module uses and does not bind: also those that functions only ever augment (`n += 1`)."""
    found = {name for name, uses in index.names.items() if any(index.owner(each) is None for each in uses)}
    for scope in index.scopes():
        if isinstance(scope.node, FUNCTION_NODES):
            found |= {
                name
                for name, bindings in scope.bindings.items()
                if all(each.kind == "augmented" for each in bindings) and name not in index.module.bindings
            }
            found |= scope.globals - index.module.bindings.keys()
    return frozenset(found)


def imports_of(tree: ast.Module) -> Iterator[Import]:
    """What the top-level imports of a module bind, name by name."""
    for statement in tree.body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            for alias in statement.names:
                if isinstance(statement, ast.Import):
                    alone: ast.stmt = ast.Import([alias])
                    name = alias.asname or alias.name.partition(".")[0]
                else:
                    alone = ast.ImportFrom(statement.module, [alias], statement.level)
                    name = "__future__" if statement.module == "__future__" else alias.asname or alias.name
                yield Import(name, ast.unparse(alone))


def parse_snippets(snippets: Sequence[Snippet], settings: Settings) -> list[Part]:
    """The snippets that are valid Python."""
    parts = []
    for position, each in enumerate(snippets):
        said = replace(settings, source_version=each.source_version) if settings.source_version == "auto" else settings
        conversion, analysis = read(each.text, said, None, _ALONE, alone=False)
        if not isinstance(analysis, SyntaxError):
            tree = parse(conversion.source)
            assert isinstance(tree, ast.Module)  # it has been parsed to say that it is valid
            parts.append(Part(position, each.text, each.kind, said.source_version, conversion, tree))
    return parts


@dataclass(eq=False)
class Group:
    """The snippets of one program, in their order, and what it takes from others."""

    parts: list[Part]
    context: list[str] = field(default_factory=list)
    """Statements of other snippets that it leans on."""
    provided: set[str] = field(default_factory=set)
    """The names that these bind."""
    providers: list[Part] = field(default_factory=list)
    """The snippets with the imports among them."""
    kept: set[str] = field(default_factory=set)
    """Definitions in it that other programs lean on as they are."""

    @property
    def has_context(self) -> bool:
        """Whether something stands before its first snippet: what it leans on, or room for imports.

        Imports are set apart from code by a blank line, which a session has no place for.
        """
        return bool(self.context) or self.parts[0].kind == "session"

    @property
    def is_interactive(self) -> bool:
        """Whether it runs line after line, and no child ever imports it."""
        return self.parts[0].kind in ("session", "cell")

    @property
    def source_version(self) -> SourceVersion:
        """What its snippets are said to be written in."""
        said = {each.source_version for each in self.parts} - {"auto"}
        return said.pop() if len(said) == 1 else "auto"

    @property
    def definitions(self) -> frozenset[str]:
        """The functions and classes that it defines."""
        return frozenset().union(*(each.definitions for each in self.parts))

    @property
    def wanted(self) -> frozenset[str]:
        """The names that it uses and doesn't have at that point."""
        bound: set[str] = set()
        missing: set[str] = set()
        for each in self.parts:
            missing |= each.wanted - bound
            bound |= each.bound
        return frozenset(missing)

    def joined(self) -> str:
        """The text of the program: what it leans on, and its snippets, with borders between them."""
        newline = newline_of("".join(each.text for each in self.parts))
        pieces = [f"{line}{newline}" for line in self.context]
        for number, each in enumerate(self.parts):
            if number or self.has_context:
                pieces.append(f"{border(number)}{newline}")
            pieces.append(each.text if each.text.endswith(("\n", "\r")) or not each.text else each.text + newline)
        return "".join(pieces)


def programs(parts: Sequence[Part]) -> list[Group]:
    """The programs that the snippets of a document make up, in the order of their first snippets."""
    groups: list[Group] = []
    for part in parts:
        continued = _continued(part, groups)
        if not continued:
            groups.append(Group([part]))
            continue
        home = continued[-1]
        home.parts.append(part)
        for other in continued[:-1]:
            if not other.definitions & home.definitions:
                home.parts = sorted([*other.parts, *home.parts], key=lambda each: each.position)
                groups.remove(other)
    groups.sort(key=lambda each: each.parts[0].position)
    for group in groups:
        _find_context(group, parts, groups)
    return groups


def _continued(part: Part, groups: Sequence[Group]) -> list[Group]:
    """The programs that a snippet goes on with, in their order."""
    if part.kind == "cell":
        return [each for each in groups if each.parts[0].kind == "cell"]
    found = [group for name in part.wanted if (group := _latest(name, part, groups)) is not None]
    return [each for each in groups if each in found and _can_continue(part, each)]


def _latest(name: str, part: Part, groups: Sequence[Group]) -> Group | None:
    """The last program that defines a name; where none does, the last that gives it a value.

    What is bound under a main guard is there for what stands under one.
    """
    offering = [each for each in groups if name in each.definitions]
    if not offering:
        offering = [
            group
            for group in groups
            for each in group.parts
            if name in each.offered or (part.has_guard and name in each.bound_under_guard)
        ]
    return offering[-1] if offering else None


def _can_continue(part: Part, group: Group) -> bool:
    """Whether a snippet can be a part of a program.

    One with a main guard is whole: what comes later only shows something with its parts, unless it has a guard again.
    """
    return (
        part.kind == group.parts[0].kind
        and {part.source_version, group.source_version} != {"2", "3"}
        and not part.definitions & group.definitions
        and (part.has_guard or not any(each.has_guard for each in group.parts))
    )


def _find_context(group: Group, parts: Sequence[Part], groups: Sequence[Group]) -> None:
    """Find what a program takes from the snippets before it: imports, and definitions of programs that it isn't."""
    first = group.parts[0].position
    earlier = [each for each in parts if each.position < first and each not in group.parts]
    imports: dict[str, None] = {}
    borrowed: list[tuple[Part, ast.stmt]] = []
    missing, known = set(group.wanted), set()
    while missing:
        name = missing.pop()
        known.add(name)
        part = _provider(name, earlier)
        if part is None:
            _take_stars(earlier, imports, group.providers)
            continue
        group.provided.add(name)
        codes = [each.code for each in part.imports if each.name == name]
        if codes:
            imports |= dict.fromkeys(codes)
            _note(group.providers, part)
        else:
            borrowed += [(part, each) for each in part.offered[name]]
            for each in part.offered[name]:
                missing |= wanted_names(Index(ast.Module([each], []))) - _KNOWN - known
            next(each for each in groups if part in each.parts).kept.add(name)
    futures = [each.code for part in group.providers for each in part.imports if each.name == "__future__"]
    borrowed.sort(key=lambda each: (each[0].position, each[1].lineno))
    statements = dict.fromkeys(part.code_of(statement) for part, statement in borrowed)
    group.context = [*dict.fromkeys(futures), *sorted(imports), *statements]


def _take_stars(earlier: Iterable[Part], imports: dict[str, None], providers: list[Part]) -> None:
    """A name that no snippet binds may come from a `from … import *`."""
    for part in earlier:
        codes = [each.code for each in part.imports if each.name == "*"]
        if codes:
            imports |= dict.fromkeys(codes)
            _note(providers, part)


def _note(providers: list[Part], part: Part) -> None:
    if part not in providers:
        providers.append(part)


def _provider(name: str, earlier: Sequence[Part]) -> Part | None:
    """The last snippet that imports or defines a name; where none does, the last that gives it a value."""
    having = [each for each in earlier if name in each.offered or any(name == given.name for given in each.imports)]
    defining = [each for each in having if name not in each.offered or name in each.definitions]
    found = (defining or having)[-1:]
    for part in found:
        if all(isinstance(each, (*DEFINITIONS, ast.Assign, ast.AnnAssign)) for each in part.offered.get(name, ())):
            return part
    return None
