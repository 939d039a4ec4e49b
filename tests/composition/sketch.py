"""A program while it is being written: its lines by where they stand, and what it will print."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from random import Random

PLACES = ("guard", "main", "bare", "bare main")
"""Where the parent's code stands: under a guard, in a function called there, at module level, or called there."""


def indented(lines: Iterable[str]) -> list[str]:
    """The lines, one level in."""
    return [f"    {line}" if line else line for line in lines]


@dataclass
class Sketch:
    """The parts of a program, put together by `text`."""

    rng: Random
    python2: bool
    place: str
    imports_by_name: bool
    """`from multiprocessing import Process` or `import multiprocessing as mp`."""
    module: str = "mp"
    """The name of the module where it is imported as one."""
    needed: set[str] = field(default_factory=set)
    """Names of multiprocessing that the program uses."""
    extra_imports: set[str] = field(default_factory=set)
    top: list[str] = field(default_factory=list)
    """Statements at module level that make what the workers read."""
    definitions: list[list[str]] = field(default_factory=list)
    nested: list[str] = field(default_factory=list)
    """Definitions that stand in `main()`."""
    body: list[str] = field(default_factory=list)
    rebound: list[str] = field(default_factory=list)
    """Names of the module that the parent's code binds."""
    expected: list[str] = field(default_factory=list)
    ingredients: list[str] = field(default_factory=list)
    """What the program is made of, for the person who looks at a failure."""
    faithful: bool = True
    """Whether Python 2.7 prints the right thing for it as it stands, each time."""

    @property
    def in_function(self) -> bool:
        """Whether the parent's code stands in a function."""
        return self.place in {"main", "bare main"}

    def mp(self, name: str) -> str:
        """A name of multiprocessing, as this program spells it."""
        self.needed.add(name)
        return name if self.imports_by_name else f"{self.module}.{name}"

    def say(self, *expressions: str) -> str:
        """A statement that prints."""
        inner = ", ".join(expressions)
        return f"print {inner}" if self.python2 else f"print({inner})"

    def span(self, count: int) -> str:
        """The numbers below `count`, to go through."""
        return f"xrange({count})" if self.python2 and self.rng.random() < 0.5 else f"range({count})"

    def note(self, ingredient: str) -> None:
        """Remember what went in."""
        self.ingredients.append(ingredient)

    def has(self, defect: str, chance: float, *, runs_on_2: bool = True) -> bool:
        """Decide whether a defect goes in, and remember it, and whether Python 2.7 runs it all the same."""
        decided = self.rng.random() < chance
        if decided:
            self.ingredients.append(f"({defect})")
            self.faithful = self.faithful and runs_on_2
        return decided

    def choose(self, forms: Sequence[str], defects: Sequence[str], *, runs_on_2: bool = True) -> str:
        """Choose a form, of which some are defects."""
        form = self.rng.choice([*forms, *defects])
        self.ingredients.append(f"({form})" if form in defects else form)
        self.faithful = self.faithful and (runs_on_2 or form not in defects)
        return form

    def bind(self, name: str, value: str) -> None:
        """Let the parent's code bind a name of the module."""
        if self.in_function and name not in self.rebound:
            self.rebound.append(name)
        self.body.append(f"{name} = {value}")

    def text(self) -> str:
        """The program."""
        blocks = [self._imports()]
        top_last = self.rng.random() < 0.3
        if self.top and not top_last:
            blocks.append(self.top)
        blocks += self.definitions
        if self.top and top_last:
            blocks.append(self.top)
        return "\n\n".join("\n".join(block) + "\n" for block in [*blocks, self._parent()])

    def _imports(self) -> list[str]:
        if self.imports_by_name:
            ours = f"from multiprocessing import {', '.join(sorted(self.needed))}" if self.needed else ""
        else:
            ours = (
                "import multiprocessing"
                if self.module == "multiprocessing"
                else f"import multiprocessing as {self.module}"
            )
        lines = sorted({*self.extra_imports, *([ours] if ours and self.needed else [])})
        return [f"# {', '.join(self.ingredients)}", *lines]

    def _parent(self) -> list[str]:
        guard = "if __name__ == '__main__':"
        if self.place == "bare":
            return self.body
        if self.place == "guard":
            return [guard, *indented(self.body)]
        rebound = [f"global {', '.join(self.rebound)}"] if self.rebound else []
        function = ["def main():", *indented([*rebound, *self.nested, *self.body])]
        if self.place == "main":
            return [*function, "", "", guard, "    main()"]
        return [*function, "", "", "main()"]
