"""Names of the library that have another name, or another place, in Python 3: how a program comes along."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, ClassVar

from mpmodernize.findings import Safety
from mpmodernize.model import library
from mpmodernize.rewrite.edits import Reimport, Replace
from mpmodernize.rules.base import Fix, Phase, Rule
from mpmodernize.rules.spelling import library_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mpmodernize.model.imports import Imported
    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis


def divided(qualified: str) -> tuple[str, str]:
    """The module and the name: `("os.path", "join")` for `os.path.join`."""
    module, _, name = qualified.rpartition(".")
    return module, name


def renamed_use(program: Program, use: ast.expr, new: str) -> list[Edit] | None:
    """The edits that make `os.getcwdu` at this place the qualified name `new`; `None` where something hides that."""
    module, name = divided(new)
    if module == "builtins":
        return [Replace(use, name)] if _is_free(program, use, name) else None
    if isinstance(use, ast.Attribute) and program.qualified(use.value) == module:
        return [Replace(use, f"$0.{name}", (use.value,))]
    spelled, edits = library_name(program, module, name)
    if not _is_free(program, use, spelled.partition(".")[0], at_module_level=True):
        return None
    return [Replace(use, spelled), *edits]


def _is_free(program: Program, use: ast.expr, name: str, *, at_module_level: bool = False) -> bool:
    """Whether nothing around this place has the name already."""
    owner = program.index.scope(use).owner(name)
    return owner is None or (at_module_level and owner.is_module)


def renamed_import(program: Program, imported: Imported, new: str) -> list[Edit] | None:
    """The edits that make `from os import getcwdu` and all its uses the qualified name `new`; `None` where they can't.

    The uses keep the name where `new` would hide another one.
    """
    module, name = divided(new)
    old, uses = imported.bound, program.imports.uses(imported)
    if module == "builtins":
        if old != name and not all(_is_free(program, use, name) for use in uses):
            return None
        edits: list[Edit] = [Reimport(imported.statement, imported.alias, ())]
        return edits + [Replace(use, name) for use in uses if old != name]
    keeps = imported.alias.asname is not None or name == old
    if not keeps and (program.is_used(name) or not program.imports.is_only_binding(imported)):
        name, keeps = f"{name} as {old}", True
    elif imported.alias.asname is not None and imported.alias.asname != name:
        name = f"{name} as {imported.alias.asname}"
    edits = [Reimport(imported.statement, imported.alias, (f"from {module} import {name}",))]
    return edits + [Replace(use, name) for use in uses if not keeps]


class MovedNames(Rule):
    """A rule that is a table: from the qualified name in Python 2 to the one in Python 3."""

    phase = Phase.LOCAL
    moves: ClassVar[Mapping[str, str]]
    gone: ClassVar[Mapping[str, str]] = {}
    """Names without a successor that would do the same, and what to do instead."""
    unlike: ClassVar[Mapping[str, str]] = {}
    """Of the names that move, those whose successor is not quite the same, and what is different: an unsafe fix."""

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look up each attribute and each import that has one of the old names."""
        moved: dict[ast.expr, tuple[str, list[Edit] | None]] = {}
        for old in (*self.moves, *self.gone):
            module, name = divided(old)
            for use in program.index.attributes.get(name, ()):
                if isinstance(use.ctx, ast.Load) and self.named(program, use) == old and self.speaks(program, use):
                    moved[use] = (old, self.changed(program, use))
            for imported in program.imports.of(module):
                if (
                    imported.is_module
                    or program.compatibility.asks_first(imported.alias)
                    or program.imports.works_otherwise(imported, library.GONE_NAMES)
                ):
                    continue
                if imported.alias.name == name:
                    yield self._moved(
                        imported.alias,
                        old,
                        self._fix(self._is_same(program, old, imported), self.reimported(program, imported)),
                    )
                elif imported.alias.name == "*":
                    yield from self._starred(program, old, name)
        fixes = {use: self._fix(self.same(program, old, use), edits) for use, (old, edits) in moved.items()}
        fixes |= self._without_import(program, moved)
        for node, (old, _) in moved.items():
            yield self._moved(node, old, fixes[node])

    def _without_import(
        self, program: Program, moved: Mapping[ast.expr, tuple[str, list[Edit] | None]]
    ) -> dict[ast.expr, Fix | None]:
        """One fix for all uses of a module that is used for nothing else, with its import."""
        found: dict[ast.expr, Fix | None] = {}
        if any(True for _ in program.calls_of("builtins.exec", "builtins.eval", "builtins.execfile")):
            return found  # what is executed may name the module
        for module in {divided(old)[0] for old, _ in moved.values()}:
            for imported in program.imports.of(module):
                uses = [program.index.parent[use] for use in program.imports.uses(imported)]
                if not (imported.is_module and uses and program.imports.is_only_binding(imported)):
                    continue
                edits: list[Edit] = [Reimport(imported.statement, imported.alias, ())]
                for use in uses:
                    old, mine = moved.get(use, ("", None))  # type: ignore[call-overload]
                    if mine is None or not self.same(program, old, use) or _needs(mine, use):
                        break
                    edits += mine
                else:
                    found |= dict.fromkeys(
                        (use for use in uses if isinstance(use, ast.expr)), Fix(edits, Safety.SAFE, self.phase)
                    )
        return found

    def _starred(self, program: Program, old: str, name: str) -> Iterator[Diagnosis]:
        for use in program.index.names.get(name, ()):
            if self.named(program, use) == old and not program.compatibility.asks_first(use):
                yield self._moved(use, old, self._fix(self.same(program, old, use), self.changed(program, use)))

    def named(self, program: Program, use: ast.expr) -> str | None:
        """The qualified name that stands at a place."""
        return program.qualified(use)

    def speaks(self, program: Program, use: ast.Attribute) -> bool:
        """Whether this use is one to speak about."""
        return not program.compatibility.asks_first(use)

    def changed(self, program: Program, use: ast.expr) -> list[Edit] | None:
        """The edits for one use."""
        new = self.moves.get(self.named(program, use) or "")
        return renamed_use(program, use, new) if new is not None else None

    def reimported(self, program: Program, imported: Imported) -> list[Edit] | None:
        """The edits for a name that is imported by itself."""
        new = self.moves.get(f"{imported.module}.{imported.alias.name}")
        if new is None or divided(new)[0] not in ("builtins", "str") or new == f"builtins.{imported.bound}":
            return renamed_import(program, imported, new) if new is not None else None
        edits: list[Edit] = [Reimport(imported.statement, imported.alias, ())]
        for use in program.imports.uses(imported):
            changed = self.changed(program, use)
            if changed is None:
                return None
            edits += changed
        return edits

    def same(self, program: Program, old: str, use: ast.AST) -> bool:
        """Whether the new name does at this place just what the old one did."""
        del program, use
        return old not in self.unlike

    def _is_same(self, program: Program, old: str, imported: Imported) -> bool:
        return all(self.same(program, old, use) for use in program.imports.uses(imported))

    def _fix(self, same: bool, edits: list[Edit] | None) -> Fix | None:
        return Fix(tuple(edits), Safety.SAFE if same else Safety.UNSAFE, self.phase) if edits else None

    def _moved(self, node: ast.AST, old: str, fix: Fix | None) -> Diagnosis:
        new = self.moves.get(old)
        shown = new.removeprefix("builtins.") if new is not None else ""
        message = f"`{old}` is `{shown}` in Python 3" if new is not None else f"Python 3 has no `{old}`"
        advice = self.unlike.get(old) or self.gone.get(old) or f"use `{shown}`"
        return self.finding(node, message, advice=advice, fix=fix)


def _needs(edits: list[Edit], use: ast.AST) -> bool:
    """Whether an edit keeps the module's name."""
    return any(
        isinstance(edit, Replace) and isinstance(use, ast.Attribute) and use.value in edit.parts for edit in edits
    )
