"""What the model of a program costs, against `ast.parse` of the same text, on files of growing size.

Two kinds of files: programs made by the tests' generator, in which nearly every statement is about processes, and the
modules of Python's own library that use them, side by side. The model is filled as the rules of the families 3 to 6
ask, and remembers what it was asked. So *rules* is asking it all for the second time, and *model* is what building it
and asking for the first time takes beyond that. Each figure is the best of several runs, in processor time. Run it
from the folder of the project: `python -m benchmarks.model_cost`.
"""

from __future__ import annotations

import argparse
import ast
import gc
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from mpmodernize.model.program import Program
from mpmodernize.rules import OF_PROCESSES, program_rules
from tests.composition.pooling import executor, pool
from tests.composition.sketch import Sketch
from tests.composition.starting import crew, processes, subclass

if TYPE_CHECKING:
    from collections.abc import Callable

SCENES = (4, 16, 64, 256)
COPIES = (1, 4, 16)


def generated(scenes: int) -> str:
    """A program of so many scenes, of Python 3."""
    rng = Random(scenes)  # noqa: S311 - the same program each time
    sketch = Sketch(rng, python2=False, place="guard", imports_by_name=False)
    for number in range(scenes):
        rng.choice([processes, subclass, crew, pool, executor])(sketch, f"_{number}")
    return sketch.text()


def library(copies: int) -> str:
    """A module of the standard library that uses processes, so many times over."""
    import concurrent.futures.process as module

    assert module.__file__ is not None
    text = Path(module.__file__).read_text(encoding="utf-8")
    return "\n".join(text.replace("class ", f"class C{number}") for number in range(copies))


def best(runs: int, work: Callable[[], object]) -> float:
    """The least processor time of several runs, in seconds."""
    times = []
    for _ in range(runs):
        gc.collect()
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


def ask_all(program: Program) -> None:
    """Let every rule about processes ask."""
    for rule in program_rules(OF_PROCESSES):
        list(rule.check(program))


def measure(name: str, source: str, runs: int) -> str:
    """One row of the table."""
    parse = best(runs, lambda: ast.parse(source))
    tree = ast.parse(source)
    both = best(runs, lambda: ask_all(Program(source, tree)))
    program = Program(source, tree)
    ask_all(program)
    rules = best(runs, lambda: ask_all(program))
    model = both - rules
    size = len(source.encode()) / 1000
    times = f"{1000 * parse:.1f} | {1000 * model:.1f} | {1000 * rules:.1f}"
    return f"| {name} | {size:.0f} | {times} | {model / parse:.1f} | {both / parse:.1f} |"


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=3, help="runs for each figure, of which the best is told")
    options = parser.parse_args()
    print("| file | kB | parse, ms | model, ms | rules, ms | model/parse | both/parse |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for scenes in SCENES:
        print(measure(f"{scenes} scenes", generated(scenes), options.runs), flush=True)
    for copies in COPIES:
        print(measure(f"{copies} times concurrent.futures.process", library(copies), options.runs), flush=True)


if __name__ == "__main__":
    main()
