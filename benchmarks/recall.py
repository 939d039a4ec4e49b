"""Defects that are found, and put right: each of the catalogue's is planted into right programs by script.

The programs are those of `fixtures/recall`; the seeds are in `seeds.py`. A defect is *found* when `check` names one of
its rules. Where the catalogue has a safe fix for it, it is *put right* when the program, after `fix`, prints under
every start method what the right program prints. Seeds are planted one by one, and in pairs drawn at random. Run it
from the folder of the project: `python -m benchmarks.recall`.
"""

from __future__ import annotations

import argparse
import ast
import collections
import itertools
import multiprocessing
import os
import random
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.seeds import SEEDS, Seed
from mpmodernize import check_source, fix_source
from mpmodernize.verify.compare import Likeness, compare
from mpmodernize.verify.runner import run

PROGRAMS = Path(__file__).resolve().parents[1] / "fixtures" / "recall"
METHODS = sorted(multiprocessing.get_all_start_methods())
SECONDS = 30
MOST_OF_A_KIND = 8
"""In so many programs a seed is planted at most, or those that fit everywhere would decide the count."""


@dataclass(frozen=True)
class Planted:
    """A program with one defect or two."""

    program: str
    seeds: tuple[str, ...]
    text: str
    expected: str

    @property
    def title(self) -> str:
        """What to call it."""
        return f"{self.program}: {' + '.join(self.seeds)}"


@dataclass(frozen=True)
class Outcome:
    """What the tool made of it: the seeds that were not found, and what goes wrong after the fix, if it was run."""

    planted: Planted
    missed: tuple[str, ...]
    ran: bool
    wrong: str
    fixed: str


BY_NAME = {seed.name: seed for seed in SEEDS}


def right_output(path: Path) -> str:
    """What a right program prints under every start method. Raises `ValueError` where it is not right."""
    outputs = []
    for method in METHODS:
        outcome = run(path, start_method=method, timeout=SECONDS)
        if outcome.exit_code != 0 or outcome.stderr:
            raise ValueError(f"{path.name} fails under {method}: {outcome.stderr}")
        outputs.append(outcome.stdout)
    if any(compare(outputs[0], output) is Likeness.DIFFERENT for output in outputs):
        raise ValueError(f"{path.name} prints one thing here and another there")
    return outputs[0]


def plant(source: str, seeds: tuple[Seed, ...]) -> str | None:
    """The program with the defects, or `None` where one of them has no place."""
    text: str | None = source
    for seed in seeds:
        before = text
        text = seed.plant(text) if text is not None else None
        if text is None or text == before:
            return None
    assert text is not None
    ast.parse(text)
    return text


def look(planted: Planted) -> Outcome:
    """Check, fix and run."""
    seeds = [BY_NAME[name] for name in planted.seeds]
    codes = {finding.code for finding in check_source(planted.text).findings}
    missed = tuple(seed.name for seed in seeds if not codes.intersection(seed.codes))
    if any(seed.fix != "safe" for seed in seeds):
        return Outcome(planted, missed, ran=False, wrong="", fixed="")
    fixed = fix_source(planted.text).source
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "program.py")
        path.write_text(fixed, encoding="utf-8")
        for method in METHODS:
            outcome = run(path, start_method=method, timeout=SECONDS)
            if outcome.exit_code != 0 or "Traceback" in outcome.stderr:
                told = outcome.stderr.strip().splitlines()[-1:] or ["it hangs"]
                return Outcome(planted, missed, ran=True, wrong=f"{method}: {told[0]}", fixed=fixed)
            if compare(planted.expected, outcome.stdout) is Likeness.DIFFERENT:
                return Outcome(planted, missed, ran=True, wrong=f"{method}: prints {outcome.stdout!r}", fixed=fixed)
    return Outcome(planted, missed, ran=True, wrong="", fixed=fixed)


def gather(pairs: int) -> tuple[list[Planted], list[Planted]]:
    """All single seeds, and so many pairs."""
    single: list[Planted] = []
    double: list[Planted] = []
    for path in sorted(PROGRAMS.glob("*.py")):
        source, expected = path.read_text(encoding="utf-8"), right_output(path)
        fitting = []
        for seed in SEEDS:
            if (text := plant(source, (seed,))) is not None:
                fitting.append(seed)
                single.append(Planted(path.stem, (seed.name,), text, expected))
        for first, second in itertools.permutations(fitting, 2):
            if first.codes != second.codes and (text := _together(source, (first, second))) is not None:
                double.append(Planted(path.stem, (first.name, second.name), text, expected))
    by_seed: dict[str, list[Planted]] = collections.defaultdict(list)
    for planted in single:
        by_seed[planted.seeds[0]].append(planted)
    chance = random.Random(4)  # noqa: S311 - the same ones each time
    single = [each for many in by_seed.values() for each in chance.sample(many, min(MOST_OF_A_KIND, len(many)))]
    return single, chance.sample(double, min(pairs, len(double)))


def _together(source: str, seeds: tuple[Seed, ...]) -> str | None:
    try:
        return plant(source, seeds)
    except SyntaxError:  # the second found its place inside the first
        return None


def main() -> None:
    """Plant, look, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=150, help="how many pairs are drawn")
    parser.add_argument("--programs", type=Path, help="write what is not right into this folder")
    parser.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1))
    options = parser.parse_args()
    single, double = gather(options.pairs)
    with ProcessPoolExecutor(options.processes) as executor:
        for name, planted in (("one by one", single), ("in pairs", double)):
            outcomes = list(executor.map(look, planted))
            _tell(name, outcomes)
            if options.programs:
                _write(options.programs, outcomes)


def _tell(name: str, outcomes: list[Outcome]) -> None:
    by_code: dict[str, list[int]] = collections.defaultdict(lambda: [0, 0, 0, 0])
    for outcome in outcomes:
        for seed in outcome.planted.seeds:
            row = by_code["/".join(BY_NAME[seed].codes)]
            row[0] += 1
            row[1] += seed not in outcome.missed
            row[2] += outcome.ran
            row[3] += outcome.ran and not outcome.wrong
        for seed in outcome.missed:
            print(f"not found: {outcome.planted.program}: {seed} {BY_NAME[seed].codes}")
        if outcome.wrong:
            print(f"not right: {outcome.planted.title}: {outcome.wrong}")
    print(f"\n| {name} | planted | found | with a safe fix | put right |\n| --- | --- | --- | --- | --- |")
    total = [sum(row[column] for row in by_code.values()) for column in range(4)]
    for code, row in [*sorted(by_code.items()), ("all", total)]:
        print(f"| {code} | {' | '.join(map(str, row))} |")
    ran = [outcome for outcome in outcomes if outcome.ran]
    right = sum(not outcome.wrong for outcome in ran)
    print(f"\n{len(outcomes)} programs; found {total[1]} of {total[0]} ({total[1] / max(1, total[0]):.0%}); ", end="")
    print(f"put right {right} of {len(ran)} programs ({right / max(1, len(ran)):.0%})\n", flush=True)


def _write(folder: Path, outcomes: list[Outcome]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for outcome in outcomes:
        if outcome.missed or outcome.wrong:
            name = outcome.planted.title.replace(" ", "_").replace(":", "")
            told = f"{outcome.wrong}\nmissed: {outcome.missed}\n\n{outcome.planted.text}\n--- fixed\n{outcome.fixed}"
            (folder / f"{name}.txt").write_text(told, encoding="utf-8")


if __name__ == "__main__":
    main()
