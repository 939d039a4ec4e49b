"""Start-up time and throughput of mpmodernize, and of 2to3 on the same files, as a Markdown table.

The files are generated: copies of the scripts in `fixtures/legacy`, one after the other, until the size is reached.
Every figure is the median of several runs of the command line as a user types it, start-up included. 2to3 is run by
a Python that has it (3.12 or older); without one its row says so. Works on Linux and macOS.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mpmodernize.verify.interpreters import interpreters

if TYPE_CHECKING:
    from collections.abc import Sequence

LEGACY = Path(__file__).resolve().parents[1] / "fixtures" / "legacy"
CLEAN = "from multiprocessing import Pool\n\nif __name__ == '__main__':\n    print(Pool)\n"
MPMODERNIZE = (sys.executable, "-m", "mpmodernize")


@dataclass(frozen=True)
class Tree:
    """Generated files: the folder, how many there are, and their size in bytes."""

    folder: Path
    files: int
    size: int

    def copy(self, to: Path) -> Path:
        """Copy the files, for a program that writes to them."""
        shutil.rmtree(to, ignore_errors=True)
        return Path(shutil.copytree(self.folder, to))


def generate(folder: Path, size: int) -> Tree:
    """Write copies of the legacy scripts, at least `size` bytes of them, no two of them the same."""
    scripts = [path.read_bytes() for path in sorted(LEGACY.glob("*.py")) if path.name.count(".") == 1]
    written = number = 0
    while written < size:
        script = scripts[number % len(scripts)] + f"# copy {number}\n".encode()
        target = folder / f"package{number // 100:03d}" / f"script{number:05d}.py"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(script)
        written += len(script)
        number += 1
    return Tree(folder, number, written)


@dataclass(frozen=True)
class Cost:
    """What a command takes, in seconds: by the clock, and of processors."""

    wall: float
    processor: float


def cost(command: Sequence[str]) -> Cost:
    """Run a command. Raises `RuntimeError` if it ends with another exit code than 0 or 1."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=False)
    taken, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.decode(errors='replace')[-2000:]}")
    return Cost(taken, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def median(costs: Sequence[Cost]) -> Cost:
    """Medians of several runs."""
    return Cost(statistics.median(each.wall for each in costs), statistics.median(each.processor for each in costs))


def compiling(folder: Path) -> int:
    """How many files of a folder are valid Python 3."""
    count = 0
    for path in folder.rglob("*.py"):
        with contextlib.suppress(SyntaxError, ValueError), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(path.read_bytes(), path, "exec")
            count += 1
    return count


def old_python(named: str | None) -> str | None:
    """A Python that has lib2to3: the one named, this one, or one found on the machine."""
    for python in [named] if named else [sys.executable, *reversed(interpreters().values())]:
        done = subprocess.run(
            [str(python), "-W", "ignore", "-c", "import sys, lib2to3.main; sys.exit(sys.version_info < (3, 8))"],
            capture_output=True,
            check=False,
        )
        if done.returncode == 0:
            return str(python)
    return None


def version_of(python: str) -> str:
    """The version of an interpreter, as `3.12.1`."""
    program = "import platform; print(platform.python_version())"
    return subprocess.run([python, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


def start_up(scratch: Path, runs: int) -> list[tuple[str, str, str]]:
    """The rows on starting: name, wall time, processor time."""
    clean = scratch / "clean.py"
    clean.write_text(CLEAN, encoding="utf-8")
    legacy = LEGACY / "notes_lock.py"
    loaded = subprocess.run(
        [*MPMODERNIZE[:1], "-X", "importtime", *MPMODERNIZE[1:], "check", str(clean)],
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    commands = {
        "`python -c pass`": [sys.executable, "-c", "pass"],
        "`mpmodernize --version`": [*MPMODERNIZE, "--version"],
        "`mpmodernize check`, one clean file": [*MPMODERNIZE, "check", str(clean)],
        "`mpmodernize check`, one legacy script": [*MPMODERNIZE, "check", str(legacy)],
        "`mpmodernize fix --diff`, one legacy script": [*MPMODERNIZE, "fix", "--diff", str(legacy)],
        "`import libcst`": [sys.executable, "-c", "import libcst"],
    }
    rows = []
    for name, command in commands.items():
        cost(command)  # fills the caches
        taken = median([cost(command) for _ in range(runs)])
        rows.append((name, f"{1000 * taken.wall:.0f} ms", f"{1000 * taken.processor:.0f} ms"))
    rows.append(("`check` on a clean file imports LibCST", "yes" if "libcst" in loaded else "no", ""))
    return rows


def throughput(tree: Tree, scratch: Path, runs: int, python: str | None) -> list[tuple[str, ...]]:
    """The rows on speed: name, wall and processor time, megabytes per second of the latter, files that compile."""
    work = scratch / "work"
    rows: list[tuple[str, ...]] = []

    def measure(name: str, command: Sequence[str], *, writes: bool) -> None:
        costs = []
        for _ in range(runs):
            tree.copy(work)
            costs.append(cost([*command, str(work)]))
        taken = median(costs)
        speed = f"{tree.size / taken.processor / 1e6:.2f}"
        compiled = f"{compiling(work)} of {tree.files}" if writes else ""
        rows.append((name, f"{taken.wall:.1f} s", f"{taken.processor:.1f} s", speed, compiled))

    measure("`mpmodernize check`", [*MPMODERNIZE, "check", "-q", "--output-format", "concise"], writes=False)
    measure("`mpmodernize fix`", [*MPMODERNIZE, "fix", "-q"], writes=True)
    if python is None:
        rows.append(("2to3", "not run: no Python here has it", "", "", ""))
        return rows
    two_to_three = [python, "-W", "ignore", "-m", "lib2to3"]
    measure(f"2to3 ({version_of(python)})", [*two_to_three, "-w", "-n", "--no-diffs"], writes=True)
    return rows


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write rows as Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--size", type=float, default=0.5, help="megabytes of legacy code to generate (default: 0.5)")
    parser.add_argument("--runs", type=int, default=5, help="runs for each figure, of which the median is told")
    parser.add_argument("--python-2to3", metavar="PATH", help="a Python (3.12 or older) to run 2to3 with")
    options = parser.parse_args()
    python = old_python(options.python_2to3)
    with tempfile.TemporaryDirectory(prefix="mpmodernize-benchmark-") as name:
        scratch = Path(name)
        tree = generate(scratch / "legacy", int(options.size * 1e6))
        print(f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores; ", end="")
        print(f"{tree.files} files, {tree.size / 1e6:.2f} MB; median of {options.runs} runs.\n", flush=True)
        print(table(["start-up", "time", "processor time"], start_up(scratch, options.runs)), "\n", sep="", flush=True)
        header = ["throughput", "time", "processor time", "MB/s", "files valid in Python 3 afterwards"]
        print(table(header, throughput(tree, scratch, options.runs, python)))


if __name__ == "__main__":
    main()
