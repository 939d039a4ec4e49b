"""Several modules as one program: their indexes joined, and imports among them followed.

Each module keeps an index of its own, which lists what stands in it; the nodes of all of them are known to each, so
that every question about a node has its answer wherever the node stands. Names, functions, types and starts are found
once for all modules together.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING, Protocol, TypeVar

from mpmodernize.model.functions import Functions
from mpmodernize.model.index import Index
from mpmodernize.model.names import Names
from mpmodernize.model.scopes import Binding
from mpmodernize.model.starts import Starts
from mpmodernize.model.types import Types

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import Scope

_Key = TypeVar("_Key")
_Node = TypeVar("_Node")


class Finder(Protocol):
    """Says which module an import means."""

    def __call__(self, importer: str, level: int, module: str) -> str | None:
        """The name of the file that `from <level dots><module> import …` in the file `importer` reads, if known."""


class JointIndex(Index):
    """The indexes of several modules as one."""

    def __init__(self, parts: Mapping[str, Index], find: Finder) -> None:
        self._parts = parts
        self._find = find
        self._of_tree = {part.tree: part for part in parts.values()}
        self._file_of = {part.tree: filename for filename, part in parts.items()}
        self._imported: dict[ast.AST, list[Binding]] = {}
        self._of_attribute: dict[ast.Attribute, list[Binding]] = {}
        first = next(iter(parts.values()))
        self.tree, self.module = first.tree, first.module
        self.calls, self.definitions, self.star_imports = [], [], []
        self.parent, self._scopes, self._inner = {}, {}, {}
        self.names, self.method_calls, self.attributes = defaultdict(list), defaultdict(list), defaultdict(list)
        self._by_type, self._uses, self._places = defaultdict(list), {}, {}
        self._opened = []
        for part in parts.values():
            self._take(part)
        self._everywhere = self.names
        for part in parts.values():
            self._share_with(part)
        for _ in parts:  # a module may take everything from one that does the same
            for part in parts.values():
                self._open_stars(part)

    def _take(self, part: Index) -> None:
        self.calls += part.calls
        self.definitions += part.definitions
        self._opened += part._opened
        self.parent |= part.parent
        self._scopes |= part._scopes
        self._inner |= part._inner
        _pour(part.names, self.names)
        _pour(part.method_calls, self.method_calls)
        _pour(part.attributes, self.attributes)
        _pour(part._by_type, self._by_type)

    def _share_with(self, part: Index) -> None:
        part.parent, part._scopes, part._inner = self.parent, self._scopes, self._inner
        part._everywhere, part._uses, part._places = self.names, self._uses, self._places
        part.imported = self.imported  # type: ignore[method-assign]
        part.of_module = self.of_module  # type: ignore[method-assign]

    def _open_stars(self, part: Index) -> None:
        """`from common import *` binds what the module `common` binds."""
        for statement in part.all(ast.ImportFrom):
            if statement.names[0].name == "*" and self.scope(statement) is part.module:
                source = self.part(statement, statement.level, statement.module or "")
                if source is not None:
                    part.star_imports += [each for each in source.star_imports if each not in part.star_imports]
                for name in list(source.module.bindings) if source is not None else ():
                    if not name.startswith("_") and name not in part.module.bindings:
                        alias = ast.copy_location(ast.alias(name), statement.names[0])
                        self.parent[alias] = statement
                        part.module.bindings[name].append(Binding(name, alias, "import", None, part.module))

    def scopes(self) -> Iterator[Scope]:
        """Every scope, those of the modules first."""
        yield from (part.module for part in self._parts.values())
        yield from self._opened

    def stars_around(self, node: ast.AST) -> list[str]:
        """The modules that the module of a node imports everything from."""
        module = self.module_of(node)
        return self._of_tree[module].star_imports if module is not None else []

    def filename(self, node: ast.AST) -> str | None:
        """The file that a node stands in; `None` for one that was made up."""
        module = self.module_of(node)
        return self._file_of[module] if module is not None else None

    # -- imports -----------------------------------------------------------------------------------

    def imported(self, binding: Binding) -> list[Binding]:
        """The bindings in another module of the program that an import brings here; none where they are not known."""
        if binding.node not in self._imported:
            self._imported[binding.node] = []
            self._imported[binding.node] = self._followed(binding, {binding.node})
        return self._imported[binding.node]

    def _followed(self, binding: Binding, seen: set[ast.AST]) -> list[Binding]:
        statement = self.parent.get(binding.node)
        if not isinstance(statement, ast.ImportFrom) or not isinstance(binding.node, ast.alias):
            return []
        source = self.part(statement, statement.level, statement.module or "")
        return self._global_of(source, binding.node.name, seen)

    def _global_of(self, source: Index | None, name: str, seen: set[ast.AST]) -> list[Binding]:
        """What a module binds to a name; followed further where it imports that itself, and never in a circle."""
        bindings = source.module.bindings.get(name, []) if source is not None else []
        if all(each.kind != "import" for each in bindings):
            return bindings
        if len(bindings) > 1:
            return []  # imported here or there: which, is not known
        node = bindings[0].node
        if node in seen:
            return []
        return self._followed(bindings[0], seen | {node}) or ([] if self._leads_on(bindings[0]) else bindings)

    def _leads_on(self, binding: Binding) -> bool:
        """Whether an import is from a module of the program."""
        statement = self.parent.get(binding.node)
        if not isinstance(statement, ast.ImportFrom):
            return False
        return self.part(statement, statement.level, statement.module or "") is not None

    def of_module(self, node: ast.Attribute) -> list[Binding]:
        """The bindings in another module of the program that `module.name` stands for."""
        if node not in self._of_attribute:
            self._of_attribute[node] = []
            source = self.module_named(node.value)
            self._of_attribute[node] = self._global_of(source, node.attr, set())
        return self._of_attribute[node]

    def module_named(self, node: ast.expr) -> Index | None:
        """The module of the program that an expression stands for: `worker`, `package.worker`."""
        attributes: list[str] = []
        while isinstance(node, ast.Attribute):
            attributes.insert(0, node.attr)
            node = node.value
        bindings = self.bindings(node) if isinstance(node, ast.Name) else []
        aliases = [each.node for each in bindings if each.kind == "import" and isinstance(each.node, ast.alias)]
        if not aliases or len(aliases) != len(bindings):
            return None
        for alias in aliases:
            statement = self.parent[alias]
            if isinstance(statement, ast.ImportFrom):
                above = f"{statement.module}." if statement.module else ""
                dotted = ".".join([f"{above}{alias.name}", *attributes])
                found = self.part(statement, statement.level, dotted)
            else:
                base = alias.name if alias.asname else alias.name.partition(".")[0]
                found = self.part(statement, 0, ".".join([base, *attributes]))
            if found is not None:
                return found
        return None

    def part(self, statement: ast.AST, level: int, module: str) -> Index | None:
        """The module of the program that an import of this name in this place means."""
        importer = self.filename(statement)
        filename = self._find(importer, level, module) if importer is not None else None
        return self._parts.get(filename) if filename is not None else None


def _pour(found: Mapping[_Key, list[_Node]], into: dict[_Key, list[_Node]]) -> None:
    for key, nodes in found.items():
        into.setdefault(key, []).extend(nodes)


class Joint:
    """The programs of several files that belong together."""

    def __init__(self, programs: Mapping[str, Program], find: Finder) -> None:
        """Join the models of files, by their names; what was asked of them before is forgotten."""
        self.programs = programs
        self._find = find
        self.index = JointIndex({filename: program.index for filename, program in programs.items()}, find)
        self.names = Names(self.index)
        self.functions = Functions(self.index, self.names)
        self.types = Types(self.index, self.names, self.functions)
        self.starts = Starts(self.index, self.names, self.functions, self.types)
        self.functions.types = self.types
        self.types.starts = self.starts
        self.types.numbers.division_floors = lambda: all(each.floors_integers for each in programs.values())
        self._of_tree = {program.tree: program for program in programs.values()}
        for program in programs.values():
            program.join(self)

    def program_of(self, node: ast.AST) -> Program | None:
        """The program that a node stands in; `None` for one that was made up."""
        module = self.index.module_of(node)
        return self._of_tree[module] if module is not None else None

    def stores_in(self, program: Program) -> Iterator[ast.Attribute]:
        """Where a file assigns to a name of another module of the program: `settings.scale = 10`."""
        for node in program.index.all(ast.Attribute):
            if isinstance(node.ctx, ast.Store) and self.index.module_named(node.value) is not None:
                yield node

    def reads_of(self, store: ast.Attribute) -> list[ast.expr]:
        """Where the files of the program read what `module.name` stands for, by whatever way."""
        part = self.index.module_named(store.value)
        found: list[ast.expr] = [*part.uses(store.attr, part.module)] if part is not None else []
        found += [each for each in self.index.attributes[store.attr] if self.index.module_named(each.value) is part]
        return [each for each in found if isinstance(getattr(each, "ctx", None), ast.Load)]

    def written(self, target: Program, importer: Program) -> str | None:
        """How the file `importer` writes the module `target`: by a name that it binds once, at its top level."""
        for statement in importer.tree.body:
            for alias in statement.names if isinstance(statement, (ast.Import, ast.ImportFrom)) else ():
                bound = alias.asname or alias.name
                level, package = 0, ""
                if isinstance(statement, ast.ImportFrom):
                    level, package = statement.level, f"{statement.module}." if statement.module else ""
                bindings = importer.index.module.bindings[bound.partition(".")[0]]
                is_target = self.index.part(statement, level, f"{package}{alias.name}") is target.index
                if is_target and all(each.kind == "import" for each in bindings):
                    return bound
        return None

    def import_of(self, target: Program, importer: Program) -> ast.ImportFrom | None:
        """The statement at the top level of the file `importer` that takes names of the module `target`.

        One that takes all of them (`*`) only where there is no other.
        """
        found = [
            statement
            for statement in importer.tree.body
            if isinstance(statement, ast.ImportFrom)
            and self.index.part(statement, statement.level, statement.module or "") is target.index
        ]
        return min(found, key=lambda statement: statement.names[0].name == "*", default=None)
