"""mpmodernize and 2to3 side by side on the same files, as Markdown tables: speed, what compiles, what runs, noise.

The programs of `fixtures/python2` (with what Python 2.7 printed for each), and Python 2.7's own library where there is
one. Each tool is run as a user runs it, start-up included; the conversion of syntax alone is measured inside one
process for each tool. 2to3 needs a Python that has it (3.12 or older). Run it from the folder of the project:
`python -m benchmarks.against_2to3`.

*Changed for nothing*: lines that one tool changes and the other leaves, in programs that print afterwards what Python
2.7 printed, whichever of the two has fixed them. There the change was not needed.
"""

from __future__ import annotations

import argparse
import difflib
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.run import MPMODERNIZE, Tree, compiling, cost, old_python, table, version_of
from mpmodernize.files.decode import decode
from mpmodernize.python2 import convert
from mpmodernize.python2.lexer import lex
from mpmodernize.text import split_lines
from mpmodernize.verify.compare import Likeness, compare
from mpmodernize.verify.interpreters import interpreters
from mpmodernize.verify.runner import run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PROGRAMS = Path(__file__).resolve().parents[1] / "fixtures" / "python2"
SYNTAX_FIXERS = "except exec ne numliterals paren print raise repr throw tuple_params"
"""The fixers of 2to3 that deal with what Python 3 can't parse."""

_SYNTAX_OF_2TO3 = """
import sys, time
from lib2to3.refactor import RefactoringTool
tool = RefactoringTool(["lib2to3.fixes.fix_" + name for name in sys.argv[1].split()])
started, size = time.process_time(), 0
for name in sys.stdin.read().splitlines():
    text = open(name, encoding="latin-1", newline="").read().replace("\\r\\n", "\\n")
    try:
        tool.refactor_string(text + "\\n", name)
    except Exception:
        continue
    size += len(text)
print(size, time.process_time() - started)
"""


@dataclass(frozen=True)
class Tool:
    """A command that fixes the files of a folder."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What a tool made of a tree."""

    tool: Tool
    seconds: float
    files: dict[str, bytes]
    compiled: int


def originals(folder: Path, every: int = 1) -> list[Path]:
    """The files of a folder that are no golden files."""
    found = [path for path in sorted(folder.rglob("*.py")) if not path.name.endswith((".fixed.py", ".unsafe.py"))]
    return found[::every]


def copied(files: Sequence[Path], root: Path, to: Path) -> Tree:
    """A copy of some files below `root`, with the folders they are in."""
    size = 0
    for path in files:
        target = to / path.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
        size += path.stat().st_size
    return Tree(to, len(files), size)


def outcome(tool: Tool, tree: Tree, work: Path) -> Outcome:
    """Run a tool on a copy of a tree."""
    folder = tree.copy(work)
    taken = cost([*tool.command, str(folder)]).processor
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.py")}
    return Outcome(tool, taken, files, compiling(folder))


def _text(path: Path) -> str:
    return decode(path.read_bytes()).text


def changed_lines(before: str, after: str) -> set[int]:
    """The numbers of the lines of `before` that are other, or gone, in `after`."""
    matcher = difflib.SequenceMatcher(None, split_lines(before), split_lines(after), autojunk=False)
    return {
        line
        for kind, start, end, _, _ in matcher.get_opcodes()
        if kind != "equal"
        for line in range(start, max(end, start + 1))
    }


def prints_the_same(data: bytes, expected: Path, scratch: Path) -> bool:
    """Whether a fixed program prints what Python 2.7 printed."""
    program = scratch / expected.with_suffix(".py").name
    program.write_bytes(data)
    done = run(program, python=sys.executable, start_method=None, timeout=30)
    return done.exit_code == 0 and compare(expected.read_text(encoding="utf-8"), done.stdout) is not Likeness.DIFFERENT


def on_programs(tools: Sequence[Tool], scratch: Path) -> list[tuple[str, ...]]:
    """The rows on the programs: files that compile, that run as before, lines changed, and changed for nothing."""
    files = [path for path in originals(PROGRAMS) if path.with_suffix(".out").exists()]
    tree = copied(files, PROGRAMS, scratch / "programs")
    before = {str(path.relative_to(tree.folder)): _text(path) for path in tree.folder.rglob("*.py")}
    outcomes = [outcome(tool, tree, scratch / "work") for tool in tools]
    right: list[set[str]] = []
    changed: list[dict[str, set[int]]] = []
    for each in outcomes:
        changed.append({name: changed_lines(before[name], decode(data).text) for name, data in each.files.items()})
        right.append(
            {
                name
                for name, data in each.files.items()
                if prints_the_same(data, (PROGRAMS / name).with_suffix(".out"), scratch)
            }
        )
    rows: list[tuple[str, ...]] = []
    for number, each in enumerate(outcomes):
        other = 1 - number
        lines = sum(map(len, changed[number].values()))
        noise = sum(len(changed[number][name] - changed[other][name]) for name in right[other]) if len(tools) > 1 else 0
        rows.append(
            (each.tool.name, f"{each.compiled} of {tree.files}", f"{len(right[number])}", str(lines), str(noise))
        )
    return rows


def on_library(tools: Sequence[Tool], files: Sequence[Path], root: Path, scratch: Path) -> list[tuple[str, ...]]:
    """The rows on a library: files that compile, and speed."""
    tree = copied(files, root, scratch / "library")
    rows: list[tuple[str, ...]] = []
    for tool in tools:
        each = outcome(tool, tree, scratch / "work")
        rows.append(
            (
                tool.name,
                f"{each.compiled} of {tree.files}",
                f"{each.seconds:.1f} s",
                f"{tree.size / each.seconds / 1e6:.2f}",
            )
        )
    return rows


def syntax_alone(files: Sequence[Path], python: str | None) -> Iterator[tuple[str, str]]:
    """The rows on the conversion of syntax, in megabytes a second inside one process."""
    texts = [_text(path) for path in files]
    size = sum(map(len, texts)) / 1e6
    for name, function in (("tokens of mpmodernize", lex), ("syntax rules of mpmodernize", convert)):
        started = time.process_time()
        for text in texts:
            function(text)
        yield name, f"{size / (time.process_time() - started):.2f}"
    if python is not None:
        done = subprocess.run(
            [python, "-W", "ignore", "-c", _SYNTAX_OF_2TO3, SYNTAX_FIXERS],
            input="\n".join(map(str, files)),
            capture_output=True,
            text=True,
            check=True,
        )
        read, taken = done.stdout.split()
        yield f"syntax fixers of 2to3 ({version_of(python)})", f"{int(read) / float(taken) / 1e6:.2f}"


def library() -> Path | None:
    """The folder of Python 2.7's library, if there is one."""
    python = interpreters().get("2.7")
    if python is None:
        return None
    where = subprocess.run([python, "-c", "import os; print(os.__file__)"], capture_output=True, text=True, check=True)
    return Path(where.stdout.strip()).parent


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--every", type=int, default=10, metavar="N", help="take each n-th file of 2.7's library")
    parser.add_argument("--python-2to3", metavar="PATH", help="a Python (3.12 or older) to run 2to3 with")
    options = parser.parse_args()
    python = old_python(options.python_2to3)
    tools = [Tool("`mpmodernize fix`", (*MPMODERNIZE, "fix", "-q"))]
    if python is not None:
        command = (python, "-W", "ignore", "-m", "lib2to3", "-w", "-n", "--no-diffs")
        tools.append(Tool(f"2to3 ({version_of(python)})", command))
    with tempfile.TemporaryDirectory(prefix="mpmodernize-benchmark-") as name:
        scratch = Path(name)
        header = ["programs", "compile", "print what 2.7 printed", "lines changed", "changed for nothing"]
        print(table(header, on_programs(tools, scratch)), "\n", sep="", flush=True)
        root = library()
        if root is None:
            print("There is no Python 2.7 on this machine, whose library could be measured.")
            return
        files = [path for path in originals(root, options.every) if "bad" not in path.name]
        header = ["2.7's library", "compile", "processor time", "MB/s"]
        print(table(header, on_library(tools, files, root, scratch)), "\n", sep="", flush=True)
        print(table(["syntax alone", "MB/s"], list(syntax_alone(files, python))))


if __name__ == "__main__":
    main()
