"""How long a check of a whole tree takes, cold and warm, beside ruff, flake8 and 2to3 on the same tree in the same run.

Start-up on one file, memory, and how time grows with files and with the length of one file are measured as well. The
other tools are those of the dependency groups `dev` and `bench`; 2to3 is run by a Python that has it.
Works on Linux and macOS.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.run import old_python, table, version_of
from benchmarks.tree import Tree, generate, legacy, modern, with_processes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_MPMODERNIZE = [sys.executable, "-m", "mpmodernize"]
_KIB_PER_MAXRSS = 1024 if sys.platform == "darwin" else 1
_TO_MEASURE = (
    "import os, resource, subprocess, sys, time; began = time.perf_counter();"
    "done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE);"
    "taken = time.perf_counter() - began; used = resource.getrusage(resource.RUSAGE_CHILDREN);"
    "print(done.returncode, taken, used.ru_utime + used.ru_stime, used.ru_maxrss);"
    "sys.stderr.buffer.write(done.stderr)"
)
"""Runs a command in a process of its own, whose children are that command's alone."""


@dataclass(frozen=True)
class Cost:
    """What a command takes: seconds by the clock and of processors, and megabytes of its largest process."""

    wall: float
    processor: float
    memory: float


def cost(command: Sequence[str]) -> Cost:
    """Run a command. Raises `RuntimeError` if it ends with another exit code than 0 or 1."""
    # With byte code, as an installed package has it.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", _TO_MEASURE, *command], capture_output=True, text=True, check=True, env=environment
    )
    code, wall, processor, memory = done.stdout.split()
    if code not in {"0", "1"}:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr[-2000:]}")
    return Cost(float(wall), float(processor), float(memory) / _KIB_PER_MAXRSS / 1024)


def measured(command: Sequence[str], runs: int, before: Callable[[], object] = lambda: None) -> Cost:
    """The run that took least time of several, each after `before`: what disturbs only ever adds."""
    costs = []
    for _ in range(runs):
        before()
        costs.append(cost(command))
    return min(costs, key=lambda each: each.wall)


def check(*options: str) -> list[str]:
    """The command line of a check."""
    return [*_MPMODERNIZE, "check", "--isolated", "-q", "--output-format", "concise", *options]


def side_by_side(tree: Tree, scratch: Path, runs: int, python: str | None) -> list[tuple[str, ...]]:
    """The rows of all the tools."""
    folder = str(tree.folder)
    ours, theirs = scratch / "cache", scratch / "ruff-cache"
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "-q", "--select", "UP"]
    rows: list[tuple[str, ...]] = []

    def row(name: str, command: Sequence[str], times: int = runs, before: Callable[[], object] = lambda: None) -> None:
        each = measured(command, times, before)
        rate = f"{tree.files / each.wall:,.0f}"
        rows.append((name, f"{each.wall:.2f} s", f"{each.processor:.2f} s", rate, f"{each.memory:.0f} MB"))

    def forget() -> None:
        shutil.rmtree(ours, ignore_errors=True)

    cost(check("--no-cache", folder))  # byte code and the system's own cache of files
    row("`mpmodernize check`, cold", check("--cache-dir", str(ours), folder), before=forget)
    row("`mpmodernize check`, cold, one process", check("--no-cache", "-j", "1", folder))
    time.sleep(3)  # files are remembered by their times only if they have been left alone for a while
    cost(check("--cache-dir", str(ours), folder))
    row("`mpmodernize check`, warm", check("--cache-dir", str(ours), folder))
    row("`ruff check --select UP`, no cache", [*ruff, "--no-cache", folder])
    cost([*ruff, "--cache-dir", str(theirs), folder])
    row("`ruff check --select UP`, warm", [*ruff, "--cache-dir", str(theirs), folder])
    row("`flake8`", [sys.executable, "-m", "flake8", "--isolated", folder], 1)
    if python is not None:
        row(
            f"2to3 ({version_of(python)}), shows only",
            [python, "-W", "ignore", "-m", "lib2to3", "--no-diffs", folder],
            1,
        )
    return rows


def start_up(scratch: Path, runs: int) -> list[tuple[str, ...]]:
    """The rows on one small file."""
    texts = {
        "an ordinary module": modern(random.Random(1), 60).encode(),  # noqa: S311
        "a program with processes": with_processes()[0],
        "a legacy script": legacy()[0],
    }
    rows: list[tuple[str, ...]] = []
    each = measured([sys.executable, "-c", "pass"], 2 * runs)
    rows.append(("`python -c pass`", f"{1000 * each.wall:.0f} ms", f"{each.memory:.0f} MB"))
    for name, text in texts.items():
        path = scratch / "one.py"
        path.write_bytes(text)
        each = measured(check(str(path)), 2 * runs)
        rows.append((f"`mpmodernize check`, {name}", f"{1000 * each.wall:.0f} ms", f"{each.memory:.0f} MB"))
    return rows


def growth_with_files(scratch: Path, runs: int) -> list[tuple[str, ...]]:
    """The rows on trees of several sizes."""
    rows: list[tuple[str, ...]] = []
    for files in (500, 1000, 2000, 4000, 8000):
        tree = generate(scratch / f"tree{files}", files)
        each = measured(check("--no-cache", str(tree.folder)), runs)
        rows.append((f"{files:,}", f"{each.wall:.2f} s", f"{1000 * each.wall / files:.2f} ms", f"{each.memory:.0f} MB"))
        shutil.rmtree(tree.folder)
    return rows


def growth_with_length(scratch: Path, lengths: Sequence[int]) -> list[tuple[str, ...]]:
    """The rows on one long file: of ordinary code with one program in it, of programs alone, and in Python 2."""
    rows: list[tuple[str, ...]] = []
    for lines in lengths:
        chance = random.Random(lines)  # noqa: S311
        texts = {
            "ordinary": modern(chance, lines) + with_processes()[0].decode(),
            "Python 2": _repeated(modern(chance, 200).replace("print(", "print (") + "\nprint 'done'\n", lines),
        }
        times = []
        for text in texts.values():
            path = scratch / "long.py"
            path.write_text(text, encoding="utf-8")
            times.append(f"{cost(check(str(path))).wall:.2f} s")
        rows.append((f"{lines:,}", *times))
    return rows


def _repeated(text: str, lines: int) -> str:
    plain = text.replace("from __future__ import annotations\n", "").replace(" -> bool", "")
    return plain * max(1, lines // plain.count("\n"))


def main() -> None:
    """Measure, and print the tables as Markdown."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--files", type=int, default=5000, help="files of the tree (default: 5000)")
    parser.add_argument("--runs", type=int, default=3, help="runs for each figure, of which the fastest is told")
    parser.add_argument("--longest", type=int, default=100_000, help="lines of the longest file (default: 100000)")
    parser.add_argument("--python-2to3", metavar="PATH", help="a Python (3.12 or older) to run 2to3 with")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mpmodernize-benchmark-") as name:
        scratch = Path(name)
        tree = generate(scratch / "tree", options.files)
        print(f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores; ", end="")
        print(f"{tree.files:,} files, {tree.size / 1e6:.1f} MB; fastest of {options.runs} runs.\n", flush=True)
        header = ["tool", "time", "processor time", "files/s", "largest process"]
        rows = side_by_side(tree, scratch, options.runs, old_python(options.python_2to3))
        print(table(header, rows), "\n", sep="", flush=True)
        print(table(["one file", "time", "memory"], start_up(scratch, options.runs)), "\n", sep="", flush=True)
        header = ["files", "time", "a file", "largest process"]
        print(table(header, growth_with_files(scratch, 1)), "\n", sep="", flush=True)
        lengths = [lines for lines in (1000, 10_000, 30_000, 100_000) if lines <= options.longest]
        print(table(["lines", "ordinary code, one program", "Python 2"], growth_with_length(scratch, lengths)))


if __name__ == "__main__":
    main()
