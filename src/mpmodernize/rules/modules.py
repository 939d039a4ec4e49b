"""Modules of the library that Python 3 has under another name, in parts, or not at all: how a program comes along."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING, ClassVar

from mpmodernize.findings import Safety
from mpmodernize.model.library import GONE_MODULES, SHARED_NAMES
from mpmodernize.rewrite.edits import Reimport, Replace
from mpmodernize.rules.base import Fix, Phase, Rule
from mpmodernize.rules.moves import divided, renamed_import

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mpmodernize.model.imports import Imported
    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis


class GoneModules(Rule):
    """A rule about modules: a table from the old module to the new one, and from names to their new place."""

    phase = Phase.LOCAL
    modules: ClassVar[Mapping[str, str]]
    """From the module to its successor; `""` where it has none, or several."""
    names: ClassVar[Mapping[str, str]] = {}
    """From qualified names to those in Python 3, where the successor of the module has not just the same name."""
    message: ClassVar[str]

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each import of one of the modules; those that come to import the same module are fixed together."""
        found = [
            (imported, module, self._edits(program, imported, module))
            for module in self.modules
            for imported in self._imported(program, module)
            if self.speaks(program, imported, module)
        ]
        _choose_nothing(program, found)
        together = _Together(program)
        for imported, _, edits in sorted(found, key=lambda each: each[0].statement.lineno):
            together.add(imported, edits)
        fixes: dict[int, Fix] = {}
        for imported, module, _ in found:
            edits, number = together.edits(imported)
            if edits and number not in fixes:
                fixes[number] = Fix(tuple(edits), self.safety(program, imported), self.phase)
            yield self.finding(
                imported.alias,
                self.message.format(module=module, successor=self.modules[module]),
                advice=self.advice(module),
                fix=fixes.get(number),
            )

    def advice(self, module: str) -> str:
        """What to do instead."""
        return f"import `{self.modules[module]}`"

    def safety(self, program: Program, imported: Imported) -> Safety:
        """How safe the fix for an import is."""
        del program, imported
        return Safety.SAFE

    def successor(self, program: Program, name: str, use: ast.expr | None) -> str | None:
        """The qualified name that takes the place of an old one (at this use); `None` if it is not known."""
        del program, use
        known = self.names.get(name)
        module, own = divided(name)
        if known is not None or not self.modules.get(module):
            return known or None
        return f"{self.modules[module]}.{own}"

    @staticmethod
    def _imported(program: Program, module: str) -> Iterator[Imported]:
        """`import m`, `from m import n`, and `from package import m`."""
        yield from program.imports.of(module)
        package, name = divided(module)
        for imported in program.imports.of(package) if package else ():
            if not imported.is_module and imported.alias.name == name:
                yield imported

    def speaks(self, program: Program, imported: Imported, module: str) -> bool:
        """Whether this import is one to speak about."""
        own = module in program.beside.modules or (module in SHARED_NAMES and not program.python2)
        return not own and not program.imports.works_without(imported, GONE_MODULES)

    # -- edits -------------------------------------------------------------------------------------

    def _edits(self, program: Program, imported: Imported, module: str) -> list[Edit] | None:
        if imported.is_module:
            return self._module(program, imported, module)
        if imported.module != module:  # from email import Encoders
            new = self.modules[module]
            return renamed_import(program, imported, new) if new else None
        if imported.alias.name == "*":
            return self._starred(imported, module)
        return self.name_imported(program, imported, module)

    def name_imported(self, program: Program, imported: Imported, module: str) -> list[Edit] | None:
        """The edits for `from m import n`."""
        if module == "__builtin__":
            alias = imported.alias
            named = f"{alias.name} as {alias.asname}" if alias.asname else alias.name
            if hasattr(builtins, alias.name):
                return [Reimport(imported.statement, alias, (f"from builtins import {named}",))]
        new = self.successor(program, f"{module}.{imported.alias.name}", None)
        return renamed_import(program, imported, new) if new is not None else None

    def _starred(self, imported: Imported, module: str) -> list[Edit] | None:
        new = self.modules[module]
        places = (
            [new] if new else sorted({divided(to)[0] for name, to in self.names.items() if divided(name)[0] == module})
        )
        if not places or "builtins" in places:
            return None
        code = tuple(f"from {place} import *" for place in places)
        return [Reimport(imported.statement, imported.alias, code)]

    def _module(self, program: Program, imported: Imported, module: str) -> list[Edit] | None:
        """The edits for `import m` and all uses of it."""
        uses = self._uses(program, imported, module)
        renamed: dict[ast.expr, str] = {}
        for use in uses:
            parent = program.index.parent[use]
            if isinstance(parent, ast.Attribute) and parent.value is use:
                new = self.successor(program, f"{module}.{parent.attr}", parent)
                if new is None:
                    return None
                renamed[parent] = new
            elif self.modules[module]:
                renamed[use] = self.modules[module]
            else:
                return None
        needed = self._needed(module, renamed)
        if not needed and not renamed and self.modules[module] != "builtins":
            return None
        if not needed:
            return self._built_in(program, imported, renamed)
        return self._imported_anew(program, imported, needed, renamed)

    @staticmethod
    def _uses(program: Program, imported: Imported, module: str) -> list[ast.expr]:
        if "." in module and imported.alias.asname is None:  # `import email.MIMEText` binds `email`
            chains = program.index.attributes.get(divided(module)[1], ())
            return [each for each in chains if program.qualified(each) == module]
        return list(program.imports.uses(imported))

    def _needed(self, module: str, renamed: Mapping[ast.expr, str]) -> list[str]:
        """The modules that the new names are in, in the order of their first use."""
        if not renamed and self.modules[module] == "builtins" and module != "__builtin__":
            return []
        if not renamed:
            return [self.modules[module]] if self.modules[module] else self._default(module)
        places = [new if isinstance(use, ast.Name) else divided(new)[0] for use, new in renamed.items()]
        return [place for place in dict.fromkeys(places) if place != "builtins" or module == "__builtin__"]

    def _default(self, module: str) -> list[str]:
        """What is imported in the place of a module that nothing uses."""
        places = [divided(new)[0] for name, new in self.names.items() if divided(name)[0] == module]
        return [max(places, key=places.count)] if places else []

    @staticmethod
    def _built_in(program: Program, imported: Imported, renamed: Mapping[ast.expr, str]) -> list[Edit] | None:
        if any(program.index.scope(use).owner(divided(new)[1]) is not None for use, new in renamed.items()):
            return None
        gone: list[Edit] = [Reimport(imported.statement, imported.alias, ())]
        return gone + [Replace(use, divided(new)[1]) for use, new in renamed.items()]

    def _imported_anew(
        self, program: Program, imported: Imported, needed: list[str], renamed: Mapping[ast.expr, str]
    ) -> list[Edit] | None:
        alias, statement = imported.alias, imported.statement
        kept = alias.asname
        if kept is None and not all(self._is_free(program, place, imported) for place in needed):
            kept = imported.bound
        if not program.imports.is_only_binding(imported) and kept is None:
            kept = imported.bound
        if kept is not None and (
            "." in kept or len(needed) > 1 or "builtins" in {divided(new)[0] for new in renamed.values()}
        ):
            return None
        edits: list[Edit] = []
        if kept is not None:
            (place,) = needed
            code = [f"import {place}" + ("" if kept == place else f" as {kept}")]
        else:
            code = [f"import {place}" for place in needed if not self._is_there(program, place, imported)]
        edits.append(Reimport(statement, alias, tuple(code)))
        for use, new in renamed.items():
            place, name = divided(new)
            if isinstance(use, ast.Attribute) and new not in needed:
                text = name if place == "builtins" and place not in needed else new
                edits += self.renamed(program, use, text if kept is None else f"{kept}.{name}")
            elif kept is None:
                edits.append(Replace(use, new))
        return edits

    def renamed(self, program: Program, use: ast.Attribute, new: str) -> list[Edit]:
        """The edits that write the new name at one place."""
        return [Replace(use, new)] if program.text(use) != new else []

    def _is_free(self, program: Program, place: str, imported: Imported) -> bool:
        """Whether the program can import this module by its own name: nothing else has the name."""
        root = place.partition(".")[0]
        if root == imported.bound and "." not in imported.alias.name:
            return program.imports.is_only_binding(imported) or self._only_modules(program, root)
        return not program.is_used(root) or self._only_modules(program, root)

    @staticmethod
    def _only_modules(program: Program, root: str) -> bool:
        """Whether a name means this package, and nothing else, in every scope."""
        for scope in program.index.scopes():
            for binding in scope.bindings.get(root, ()):
                alias = binding.node
                statement = program.index.parent.get(alias)
                if (
                    not isinstance(alias, ast.alias)
                    or not isinstance(statement, ast.Import)
                    or alias.asname not in (None, root)
                ):
                    return False
        return all(program.index.owner(use) is not None for use in program.index.names.get(root, ()))

    @staticmethod
    def _is_there(program: Program, place: str, imported: Imported) -> bool:
        """Whether the module imports this one already, above, for all to see."""
        tree = program.tree.body
        return imported.statement in tree and any(
            other.is_module
            and other.alias.asname is None
            and other.statement in tree
            and other.alias is not imported.alias
            for other in program.imports.of(place)
        )


def _choose_nothing(program: Program, found: list[tuple[Imported, str, list[Edit] | None]]) -> None:
    """Make one import of a `try` whose two branches come to import the same."""
    by_try: dict[ast.Try, list[list[Edit]]] = {}
    for imported, _, edits in found:
        handler = program.index.parent[imported.statement]
        statement = program.index.parent[handler] if isinstance(handler, ast.ExceptHandler) else handler
        if edits is not None and isinstance(statement, ast.Try) and len(imported.statement.names) == 1:
            by_try.setdefault(statement, []).append(edits)
    for statement, several in by_try.items():
        branches = [statement.body, *(handler.body for handler in statement.handlers)]
        alone = all(len(branch) == 1 for branch in branches) and not (statement.orelse or statement.finalbody)
        codes = {edit.code for edits in several for edit in edits if isinstance(edit, Reimport)}
        if not alone or len(several) != len(branches) or len(codes) != 1 or "#" in program.text(statement):
            continue
        for edits in several:
            edits[:] = [edit for edit in edits if not isinstance(edit, Reimport)]
            edits.append(Replace(statement, "\n".join(next(iter(codes)))))


class _Together:
    """Imports that become the same one: it is written once, and so all of them are changed or none."""

    def __init__(self, program: Program) -> None:
        self._tree = program.tree
        self._edits: dict[int, list[Edit]] = {}
        self._number: dict[ast.alias, int] = {}
        self._writes: dict[str, int] = {}

    def add(self, imported: Imported, edits: list[Edit] | None) -> None:
        """Take in the edits for one import; `None` where there are none."""
        if edits is None:
            return
        number = len(self._number)
        if imported.statement in self._tree.body and imported.is_module:
            for position, edit in enumerate(edits):
                if isinstance(edit, Reimport):
                    again = [code for code in edit.code if code in self._writes]
                    for code in again:
                        number = self._join(self._writes[code], number)
                    kept = tuple(code for code in edit.code if code not in again)
                    self._writes |= dict.fromkeys(kept, number)
                    edits[position] = Reimport(edit.statement, edit.alias, kept)
        self._number[imported.alias] = number
        self._edits.setdefault(number, []).extend(edits)

    def edits(self, imported: Imported) -> tuple[list[Edit], int]:
        """What is changed together with this import, and the number of that group."""
        number = self._number.get(imported.alias, -1)
        return self._edits.get(number, []), number

    def _join(self, earlier: int, later: int) -> int:
        if earlier != later and later in self._edits:
            self._edits.setdefault(earlier, []).extend(self._edits.pop(later))
        self._number |= {alias: earlier for alias, number in self._number.items() if number == later}
        self._writes |= {code: earlier for code, number in self._writes.items() if number == later}
        return earlier
