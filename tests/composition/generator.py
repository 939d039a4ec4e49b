"""Programs that combine starts, shared objects, routes and defects at random, each with what it has to print.

The same seed makes the same program. What no fix could put right by design is not made: it is left out here, by what
is known of multiprocessing, and not after a look at what the tool does.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tests.composition.pooling import executor, pool
from tests.composition.sketch import PLACES, Sketch
from tests.composition.starting import crew, processes, subclass


@dataclass(frozen=True)
class Generated:
    """A program and the lines that it prints when it is right, in any order."""

    seed: int
    text: str
    expected: str
    python2: bool
    faithful: bool
    """Whether Python 2.7 prints them, too, of the program as it stands."""


def generate(seed: int) -> Generated:
    """Make the program of a seed."""
    rng = Random(seed)  # noqa: S311 - the same program for the same seed is the point
    sketch = Sketch(
        rng,
        python2=rng.random() < 0.5,
        place=rng.choice(PLACES),
        imports_by_name=rng.random() < 0.5,
        module=rng.choice(["mp", "multiprocessing"]),
    )
    sketch.note(f"seed {seed}")
    sketch.note(sketch.place)
    kinds = [processes, processes, subclass, crew, pool, pool]
    if not sketch.python2:
        kinds.append(executor)
    for number in range(rng.choice([1, 1, 2, 2, 3])):
        rng.choice(kinds)(sketch, str(number + 1))
    return Generated(
        seed,
        sketch.text(),
        "".join(f"{line}\n" for line in sketch.expected),
        sketch.python2,
        sketch.python2 and sketch.faithful,
    )
