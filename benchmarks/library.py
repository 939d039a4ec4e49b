"""What becomes of Python 2.7's own library and its tests, in numbers.

Takes every file that an installed Python 2.7 compiles, converts its syntax (MP1xx alone), and counts: the files that
compile on each Python of this machine from 3.10 on, those that a second conversion leaves as they are, and those of
which Python 3's parser makes the tree that 2.7's own parser made of the original. Run it from the folder of the
project: `python -m benchmarks.library`, with `--every 10` for a sample.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from pathlib import Path

from mpmodernize.python2 import convert
from mpmodernize.verify.interpreters import interpreters
from tests.python2 import trees

_COMPILING = """
import sys, warnings
warnings.simplefilter('ignore')
count = 0
for name in sys.stdin.read().splitlines():
    try:
        compile(open(name, 'rb').read(), name, 'exec', dont_inherit=True)
        count += 1
    except (SyntaxError, ValueError) as error:
        print(name, error, file=sys.stderr)
print(count)
"""


def compiling(python: str, files: list[Path]) -> int:
    """How many of the files an interpreter compiles; the others are named on standard error."""
    done = subprocess.run(
        [python, "-c", _COMPILING], input="\n".join(map(str, files)), stdout=subprocess.PIPE, text=True, check=True
    )
    return int(done.stdout)


def main() -> None:
    """Count, and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--every", type=int, default=1, metavar="N", help="take each n-th file only")
    options = parser.parse_args()
    try:
        files = trees.library(options.every)
    except LookupError as reason:
        raise SystemExit(str(reason)) from None
    started = time.process_time()
    sources = [trees.converted(file.decoded) for file in files]
    taken = time.process_time() - started
    size = sum(len(file.decoded.data) for file in files)
    rows = {
        "files that Python 2.7 compiles": len(files),
        "a second conversion changes nothing": sum(
            convert(source).source == source and convert(source, "2").source == source for source in sources
        ),
    }
    with tempfile.TemporaryDirectory(prefix="mpmodernize-library-") as name:
        written = [Path(name, f"{number:05d}.py") for number in range(len(files))]
        for path, file, source in zip(written, files, sources, strict=True):
            path.write_bytes(file.decoded.encode(source))
        for version, python in interpreters().items():
            if version != "2.7":
                rows[f"compile on Python {version}"] = compiling(python, written)
    different = [file for file, source in zip(files, sources, strict=True) if not trees.same_tree(file, source)]
    rows["the same tree"] = len(files) - len(different)
    rows["another tree, explained"] = sum(file.name in trees.EXPLAINED for file in different)
    print(f"{size / 1e6:.1f} MB converted in {taken:.1f} s of processor time, {size / taken / 1e6:.1f} MB/s\n")
    print("\n".join(f"| {name} | {count} |" for name, count in rows.items()))
    for file in different:
        print(f"\n{json.dumps(file.name)}: {trees.EXPLAINED.get(file.name, 'not explained')}")


if __name__ == "__main__":
    main()
