"""What a program imports, under which names, and where it uses them."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING

from mpmodernize.model.compatibility import caught
from mpmodernize.records import Record

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from mpmodernize.model.compatibility import Compatibility
    from mpmodernize.model.index import Index


class Imported(Record, eq=False):
    """One name of an import statement."""

    statement: ast.Import | ast.ImportFrom
    alias: ast.alias

    @property
    def module(self) -> str:
        """The module that is imported, or imported from; with leading dots where that is relative."""
        if isinstance(self.statement, ast.Import):
            return self.alias.name
        return "." * self.statement.level + (self.statement.module or "")

    @property
    def is_module(self) -> bool:
        """Whether this is `import m`, not `from m import n`."""
        return isinstance(self.statement, ast.Import)

    @property
    def bound(self) -> str:
        """The name that the program gives to it: `xml` for `import xml.dom`."""
        return self.alias.asname or (self.alias.name.partition(".")[0] if self.is_module else self.alias.name)


class Imports:
    """The imports of one program, by module."""

    def __init__(self, index: Index, compatibility: Compatibility) -> None:
        self._index = index
        self._compatibility = compatibility
        self._of: dict[str, list[Imported]] = defaultdict(list)
        statements: list[ast.Import | ast.ImportFrom] = [*index.all(ast.Import), *index.all(ast.ImportFrom)]
        for statement in sorted(statements, key=lambda each: (each.lineno, each.col_offset)):
            for alias in statement.names:
                imported = Imported(statement, alias)
                self._of[imported.module].append(imported)

    def of(self, module: str) -> list[Imported]:
        """What is imported of a module, in source order."""
        return self._of.get(module, [])

    def roots(self) -> frozenset[str]:
        """The first parts of the names of all modules that are imported absolutely."""
        return frozenset(module.partition(".")[0] for module in self._of)

    def under(self, package: str) -> list[Imported]:
        """What is imported of a package and its modules, in source order."""
        found = [
            each for module, several in self._of.items() if module.partition(".")[0] == package for each in several
        ]
        return sorted(found, key=lambda each: (each.alias.lineno, each.alias.col_offset))

    def uses(self, imported: Imported) -> list[ast.Name]:
        """The places that read the name; empty for `*`."""
        name = imported.bound
        return [
            use
            for use in self._index.names.get(name, ())
            if isinstance(use.ctx, ast.Load)
            and any(binding.node is imported.alias for binding in self._index.bindings(use))
        ]

    def is_only_binding(self, imported: Imported) -> bool:
        """Whether nothing else in its scope binds the name."""
        scope = self._index.scope(imported.statement)
        owner = scope.owner(imported.bound) or scope
        return all(binding.node is imported.alias for binding in owner.bindings[imported.bound])

    def works_without(self, imported: Imported, gone: Container[str]) -> bool:
        """Whether the program asks for the version here, or imports something else where this module is missing."""
        if self._compatibility.asks_version(imported.alias):
            return True
        return any(other.module not in gone for alternative in self._alternatives(imported) for other in alternative)

    def works_otherwise(self, imported: Imported, gone: Container[str]) -> bool:
        """Whether the program imports the name from elsewhere where it is missing here, and not a gone one again."""
        return any(
            f"{other.module}.{other.alias.name}" not in gone
            for alternative in self._alternatives(imported)
            for other in alternative
        )

    def _alternatives(self, imported: Imported) -> Iterator[list[Imported]]:
        """The imports of the same name in the other branches of a `try` around this one."""
        child: ast.AST = imported.statement
        for ancestor in self._index.ancestors(imported.statement):
            if isinstance(ancestor, ast.Try) and child not in ancestor.finalbody:
                handlers = [each for each in ancestor.handlers if {*caught(each)} & _MISSING]
                branches = [ancestor.body, *(handler.body for handler in handlers)]
                for branch in branches if handlers else ():
                    if not any(self._index.contains(statement, imported.statement) for statement in branch):
                        yield [*self._binding(branch, imported.bound)]
            child = ancestor

    def _binding(self, branch: list[ast.stmt], name: str) -> Iterator[Imported]:
        for statement in branch:
            for node in ast.walk(statement) if isinstance(statement, ast.Try) else [statement]:
                if isinstance(node, (ast.Import, ast.ImportFrom)):
                    for alias in node.names:
                        imported = Imported(node, alias)
                        if imported.bound == name:
                            yield imported


_MISSING = frozenset(
    {"NameError", "ImportError", "ModuleNotFoundError", "Exception", "BaseException", "AttributeError"}
)
