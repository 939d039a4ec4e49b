"""The main job, shown: legacy scripts go in, programs that work under every start method come out.

Copies the scripts of `fixtures/legacy`, fixes the copies, shows what changed in two of them, runs all results under
fork, spawn and forkserver, and compares what they print with what Python 2.7 printed for the originals.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_all_start_methods
from pathlib import Path

from mpmodernize.verify.compare import Likeness, compare
from mpmodernize.verify.runner import run

LEGACY = Path(__file__).parent.parent / "fixtures" / "legacy"

VERDICTS = {
    Likeness.SAME: "same",
    Likeness.ORDER: "same (order)",
    Likeness.VOLATILE: "same (times)",
    Likeness.DIFFERENT: "DIFFERENT",
}


@dataclass(frozen=True)
class Row:
    """One script: its verdict under each start method, against what Python 2.7 printed for the original.

    Where that cannot run, or loses updates, its golden file holds what it should print.
    """

    name: str
    verdicts: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """Whether it printed what it should under every start method."""
        return all(verdict.startswith("same") for verdict in self.verdicts)


def legacy_scripts(folder: Path) -> list[Path]:
    """Find the scripts to fix, those like the source notes first."""
    golden = (".fixed.py", ".unsafe.py")
    scripts = [path for path in folder.glob("*.py") if not path.name.endswith(golden)]
    return sorted(scripts, key=lambda path: (not path.name.startswith("notes"), path.name))


def run_everywhere(script: Path, golden: Path, methods: list[str], timeout: float) -> Row:
    """Run one fixed script under each start method and compare its output with the golden file."""
    expected = golden.read_text(encoding="utf-8") if golden.exists() else None
    verdicts = []
    for method in methods:
        outcome = run(script, start_method=method, timeout=timeout)
        if outcome.timed_out:
            verdicts.append("HANGS")
        elif not outcome.succeeded:
            verdicts.append(f"EXIT {outcome.exit_code}")
        elif expected is None:
            verdicts.append("no golden file")
        else:
            verdicts.append(VERDICTS[compare(expected, outcome.stdout)])
    return Row(script.name, tuple(verdicts))


def show_table(rows: list[Row], methods: list[str]) -> None:
    """Print a line for each script, a column for each start method."""
    width = max(len(row.name) for row in rows)
    print(f"{'printed, against the golden file':<{width}}  " + "  ".join(f"{method:<14}" for method in methods))
    for row in rows:
        print(f"{row.name:<{width}}  " + "  ".join(f"{verdict:<14}" for verdict in row.verdicts).rstrip())
    right = sum(row.is_right for row in rows)
    print(f"\n{right} of {len(rows)} fixed scripts print what they should, under {', '.join(methods)}.")


def main(arguments: list[str] | None = None) -> int:
    """Run the demo; 0 if every script comes out right."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--legacy", type=Path, default=LEGACY, help="the folder of scripts and golden files")
    parser.add_argument("--diffs", type=int, default=2, help="of how many scripts to show the change")
    parser.add_argument("--timeout", type=float, default=60, help="seconds that one run may take")
    options = parser.parse_args(arguments)
    scripts = legacy_scripts(options.legacy)
    if not scripts:
        print(f"no scripts in {options.legacy}")
        return 1
    mpmodernize = [sys.executable, "-m", "mpmodernize"]
    methods = sorted(get_all_start_methods())
    with tempfile.TemporaryDirectory(prefix="mpmodernize-demo-") as scratch:
        copies = [Path(shutil.copy(script, scratch)) for script in scripts]
        for copy in copies[: options.diffs]:
            print(f"$ mpmodernize fix --diff {copy.name}", flush=True)
            subprocess.run([*mpmodernize, "fix", "--diff", "--quiet", copy.name], cwd=scratch, check=False)
            print()
        print("$ mpmodernize fix .", flush=True)
        subprocess.run([*mpmodernize, "fix", "--output-format", "concise", "."], cwd=scratch, check=False)
        print()
        # some are fragments, or work with a number that wraps: what to do about it is likely, not certain
        likely = [script.name for script in scripts if script.with_suffix(".unsafe.py").exists()]
        if likely:
            print(f"$ mpmodernize fix --unsafe-fixes {' '.join(likely)}", flush=True)
            command = [*mpmodernize, "fix", "--unsafe-fixes", "--output-format", "concise", *likely]
            subprocess.run(command, cwd=scratch, check=False)
            print()
        with ThreadPoolExecutor(2) as pool:
            rows = list(
                pool.map(
                    lambda copy: run_everywhere(copy, options.legacy / f"{copy.stem}.out", methods, options.timeout),
                    copies,
                )
            )
    show_table(rows, methods)
    return 0 if all(row.is_right for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
