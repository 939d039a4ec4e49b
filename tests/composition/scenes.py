"""Scenes: some workers, what they share and how they get it. How they are started is added by the other modules."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.composition.sketch import indented

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tests.composition.shared import Shared
    from tests.composition.sketch import Sketch


@dataclass
class Scene:
    """What the starts of all kinds have in common."""

    sketch: Sketch
    mark: str
    count: int
    factor: str = ""
    """What the worker multiplies by."""
    values: list[int] = field(default_factory=list)
    shared: list[Shared] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    """The names that go to the worker in its arguments."""
    known_as: dict[str, str] = field(default_factory=dict)
    """What the worker calls what it gets."""

    members: dict[str, str] = field(default_factory=dict)
    """Names that are those of attributes of a class, everywhere."""

    @property
    def is_plain(self) -> bool:
        """Whether workers count in a number of the module."""
        return any(each.by_value for each in self.shared)

    @property
    def running(self) -> list[str]:
        """What the parent does while the workers run."""
        return self._spelled(line for each in self.shared for line in each.running)

    @property
    def after(self) -> list[str]:
        """What the parent does when they are done."""
        return self._spelled(line for each in self.shared for line in each.after)

    def _spelled(self, lines: Iterable[str]) -> list[str]:
        """The lines, with names that are attributes of a class spelled so; what is printed of them stays."""
        found = []
        for line in lines:
            for name, member in self.members.items():
                line = re.sub(rf"(?<!['.\w]){name}\b", member, line)  # noqa: PLW2901 - one name after the other
            found.append(line)
        return found

    def work(self) -> list[str]:
        """The worker's lines."""
        lines = [f"value = n * {self.factor}"]
        declared: list[str] = []
        for each in self.shared:
            for line in each.work([self.known_as.get(name, name) for name in each.names]):
                (declared if line.startswith("global ") else lines).append(line)
        return [*declared, *lines]


def scene(sketch: Sketch, mark: str, kinds: Sequence[Callable[[Sketch, str, Sequence[int]], Shared]]) -> Scene:
    """Choose what the worker computes, and what the workers share."""
    made = Scene(sketch, mark, sketch.rng.randint(2, 4))
    factor = _factor(made)
    made.values = [n * factor for n in range(made.count)]
    chosen = sketch.rng.sample(kinds, 2 if sketch.rng.random() < 0.4 else 1)
    for position, kind in enumerate(chosen):
        made.shared.append(kind(sketch, f"{mark}{'ab'[position]}", made.values))
    return made


def _factor(made: Scene) -> int:
    """How the worker gets the factor: in its text, by a global, or by one that is bound after the import."""
    sketch, name, value = made.sketch, f"factor{made.mark}", made.sketch.rng.randint(2, 9)
    form = sketch.choose(
        ["factor written", "factor global"], ["stale global", "global under guard", "global filled under guard"]
    )
    made.factor = name
    if form == "factor written":
        made.factor = str(value)
    elif form == "factor global":
        sketch.top.append(f"{name} = {value}")
    elif form == "stale global":
        sketch.top.append(f"{name} = 1")
        sketch.bind(name, str(value))
    elif form == "global under guard":
        sketch.bind(name, str(value))
    else:
        sketch.top.append(f"{name} = {{}}")
        sketch.body.append(f"{name}['it'] = {value}")
        made.factor = f"{name}['it']"
    return value


def _open_to(shared: Shared, routes: Sequence[str]) -> list[str]:
    # A manager is started by the body of the class: no fix could leave its proxies where they are.
    return [each for each in routes if not (each == "class" and shared.kept)]


def make_shared(made: Scene, routes: Sequence[str]) -> None:
    """Make the shared objects where their routes begin, and remember which are passed."""
    sketch = made.sketch
    for position, each in enumerate(made.shared):
        route = "import" if each.by_value else sketch.rng.choice(_open_to(each, routes))
        sketch.note(f"{'+'.join(each.names)} by {route}")
        if route == "import":
            sketch.top += [
                *each.kept,
                *(f"{name} = {value}" for name, value in zip(each.names, each.values, strict=True)),
            ]
        elif route == "class":
            owner = f"Board{made.mark}{position}"
            sketch.definitions.append([f"class {owner}(object):", *indented(each.made)])
            made.members |= {name: f"{owner}.{name}" for name in each.names}
            made.known_as |= {name: f"{owner}.{name}" for name in each.names}
        elif route == "guard":
            sketch.body += each.kept
            for name, value in zip(each.names, each.values, strict=True):
                sketch.bind(name, value)
        else:
            sketch.body += [
                *each.kept,
                *(f"{name} = {value}" for name, value in zip(each.names, each.values, strict=True)),
            ]
            made.passed += each.names
            if sketch.rng.random() < 0.5:
                made.known_as |= {name: f"the_{name}" for name in each.names}
