"""False findings, and fixes of code that is right: `check` and `fix` over the users of processes among known packages.

The packages are downloaded by name (`pip download`, without what they depend on) into a temporary folder, or into one
that is named and kept for the next time; Python 3.13's own library and its tests come from an interpreter of this
machine. Only files that mention processes are looked at, as single files. Every finding of the families 3 to 6 is
printed with its line, to be read by a person, whose judgement is kept in `judged.txt`: a line for each finding that is
not true and useful, `verdict | package | path | code | what the message begins with | why`. A finding that is not in
that file and that stood there when it was last read through counts as true.

`fix` is run over the same files without writing any: none may crash the tool, what comes out compiles, a second fix
changes nothing. Run it from the folder of the project: `python -m benchmarks.precision`.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import difflib
import os
import subprocess
import sys
import tarfile
import tempfile
import time
import warnings
import zipfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mpmodernize import Finding, Severity, check_source, fix_source
from mpmodernize.files.decode import UndecodableError, decode
from mpmodernize.files.surroundings import surroundings
from mpmodernize.verify.interpreters import interpreters

if TYPE_CHECKING:
    from collections.abc import Sequence

JUDGED = Path(__file__).with_name("judged.txt")
PACKAGES = (
    "ansible-core bandit billiard biopython black celery circus concurrent-log-handler coverage cutadapt dask datasets "
    "deap distributed doit emcee fsspec gensim gunicorn gymnasium huey hyperopt isort joblib lightgbm locust loky "
    "luigi mne mpire multiprocess multiqc mypy nibabel nipype nltk nuitka optuna pandarallel pathos pebble prefect "
    "psutil pylint pymoo pyro5 pytest-xdist ray rpyc rq salt scikit-learn scipy scrapy snakemake spacy sphinx "
    "stable-baselines3 statsmodels supervisor tensorboard torch tornado tqdm xgboost yapf yt-dlp"
).split()
LIBRARY = "Python 3.13"
FAMILIES = ("MP3", "MP4", "MP5", "MP6")
NAMES = (b"multiprocessing", b"concurrent.futures", b"ProcessPoolExecutor", b"billiard", b"os.fork")
"""What a file that uses processes mentions."""
SLOW_SECONDS = 10.0


@dataclass
class Report:
    """What came of one file."""

    package: str
    path: str
    size: int
    findings: list[tuple[Finding, str]] = field(default_factory=list)
    """Findings of the families about processes, each with the line it is on."""
    faults: list[str] = field(default_factory=list)
    """What the tool did wrong, whatever the file is like."""
    diff: str = ""
    """What the safe fixes of rules about processes, and the conversions before them, change."""
    seconds: float = 0


# -- the files -------------------------------------------------------------------------------------


def download(package: str, folder: Path) -> Path | None:
    """Download a package and unpack its Python files; the folder they are in, or `None` where there is none to get."""
    target = folder / package
    if target.is_dir():
        return target
    archives = folder / "archives" / package
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(archives), package]
    for preference in (["--only-binary", ":all:", "--python-version", "3.12"], []):
        if subprocess.run([*command, *preference], capture_output=True, check=False).returncode == 0:
            break
    else:
        return None
    target.mkdir()
    for archive in archives.iterdir():
        for name, data in _members(archive):
            # Names in archives are not to be trusted.
            path = (target / name).resolve()
            if path.is_relative_to(target.resolve()):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        archive.unlink()
    return target


def _members(archive: Path) -> list[tuple[str, bytes]]:
    if archive.suffix in {".whl", ".zip"}:
        with zipfile.ZipFile(archive) as opened:
            return [(each.filename, opened.read(each)) for each in opened.infolist() if each.filename.endswith(".py")]
    with tarfile.open(archive) as opened:
        files = [each for each in opened if each.isfile() and each.name.endswith(".py")]
        return [(each.name, content.read()) for each in files if (content := opened.extractfile(each)) is not None]


def users_of_processes(folder: Path) -> list[Path]:
    """The files below a folder that mention processes."""
    return [
        path
        for path in sorted(folder.rglob("*.py"))
        if path.is_file() and "site-packages" not in path.relative_to(folder).parts and _mentions(path.read_bytes())
    ]


def _mentions(data: bytes) -> bool:
    return any(name in data for name in NAMES)


def gather(folder: Path, packages: Sequence[str]) -> tuple[list[tuple[str, Path, Path]], list[str]]:
    """All files, each with its package and the folder that holds it, and the packages that could not be had."""
    files: list[tuple[str, Path, Path]] = []
    missing: list[str] = []
    for package in packages:
        found = _library() if package == LIBRARY else download(package, folder)
        if found is None:
            missing.append(package)
        else:
            files += [(package, found, path) for path in users_of_processes(found)]
    return files, missing


def _library() -> Path | None:
    python = interpreters().get("3.13")
    if python is None:
        return None
    program = "import os; print(os.path.dirname(os.__file__))"
    done = subprocess.run([python, "-c", program], capture_output=True, text=True, check=True)
    return Path(done.stdout.strip())


# -- looking ---------------------------------------------------------------------------------------


def look(job: tuple[str, Path, Path]) -> Report:
    """Check and fix one file, without writing it."""
    package, root, path = job
    data = path.read_bytes()
    report = Report(package, path.relative_to(root).as_posix(), len(data))
    started = time.process_time()
    try:
        decoded = decode(data)
        beside = surroundings(path)
        result = check_source(decoded.text, misread=decoded.misread, beside=beside)
        fixed = fix_source(decoded.text, misread=decoded.misread, beside=beside)
        again = fix_source(fixed.source, beside=beside)
    except UndecodableError:
        return report
    except Exception as error:
        report.faults.append(f"the tool raises {type(error).__name__}: {error}")
        return report
    lines = decoded.text.splitlines()
    report.findings = [
        (finding, lines[finding.line - 1].strip() if finding.line <= len(lines) else "")
        for finding in result.findings
        if finding.code.startswith(FAMILIES)
    ]
    if again.source != fixed.source:
        report.faults.append("a second fix changes it")
    if fixed.changed:
        compiles = _compiles(fixed.source)
        if not compiles and _compiles(decoded.text):
            report.faults.append("the fixed text does not compile")
        report.diff = "".join(
            difflib.unified_diff(
                decoded.text.splitlines(keepends=True),
                fixed.source.splitlines(keepends=True),
                f"{package}/{report.path}",
                "fixed",
            )
        )
    report.seconds = time.process_time() - started
    if report.seconds > SLOW_SECONDS:
        report.faults.append(f"it takes {report.seconds:.0f} s")
    return report


def _compiles(text: str) -> bool:
    with contextlib.suppress(SyntaxError, ValueError, RecursionError), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compile(text, "<text>", "exec", dont_inherit=True)
        return True
    return False


# -- judging ---------------------------------------------------------------------------------------


def judgements() -> list[tuple[str, ...]]:
    """What a person said of findings that are not true and useful: the fields of `judged.txt`."""
    lines = JUDGED.read_text(encoding="utf-8").splitlines() if JUDGED.exists() else []
    return [tuple(part.strip() for part in line.split("|")) for line in lines if line.strip() and line[0] != "#"]


def verdict(report: Report, finding: Finding, judged: Sequence[tuple[str, ...]]) -> str:
    """What a person said of a finding; `true` where nothing else was said."""
    for said, package, path, code, message, *_ in judged:
        if (package, path, code) == (report.package, report.path, finding.code) and finding.message.startswith(message):
            return said
    return "true"


def show(reports: Sequence[Report], judged: Sequence[tuple[str, ...]]) -> None:
    """Print every finding and fault, and the counts as Markdown."""
    counts: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for report in reports:
        for fault in report.faults:
            print(f"FAULT {report.package}/{report.path}: {fault}")
        for finding, line in report.findings:
            said = verdict(report, finding, judged)
            kind = "hint" if finding.severity is Severity.HINT else said
            counts[finding.code][kind] += 1
            counts[finding.code][f"{finding.safety.value} fix"] += 1
            print(f"{said} {kind if kind == 'hint' else ''} {report.package}/{report.path}:{finding.line}: ", end="")
            print(f"{finding.code} [{finding.safety.value}] {finding.message}\n    {line}")
    columns = ("true", "doubtful", "false", "hint", "safe fix", "unsafe fix")
    print(f"\n| rule | {' | '.join(columns)} |\n| --- |{' --- |' * len(columns)}")
    total: collections.Counter[str] = collections.Counter()
    for code in sorted(counts):
        total += counts[code]
        print(f"| {code} | {' | '.join(str(counts[code][each]) for each in columns)} |")
    print(f"| all | {' | '.join(str(total[each]) for each in columns)} |")


def main() -> None:
    """Gather, look, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("packages", nargs="*", help="packages to look at (default: the list, and Python's library)")
    parser.add_argument("--folder", type=Path, help="keep the packages here for the next time")
    parser.add_argument("--diffs", type=Path, help="write what `fix` changes into this file")
    parser.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mpmodernize-precision-") as scratch:
        folder = options.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        files, missing = gather(folder, options.packages or [LIBRARY, *PACKAGES])
        with ProcessPoolExecutor(options.processes) as executor:
            reports = list(executor.map(look, files, chunksize=4))
    show(reports, judgements())
    if options.diffs:
        options.diffs.write_text("".join(report.diff for report in reports), encoding="utf-8")
    packages = len({report.package for report in reports})
    size = sum(report.size for report in reports) / 1e6
    changed = sum(bool(report.diff) for report in reports)
    faults = sum(bool(report.faults) for report in reports)
    print(f"\n{packages} packages, {len(reports)} files, {size:.1f} MB; {changed} files changed, {faults} with faults.")
    if missing:
        print(f"Not to be had: {', '.join(missing)}.")


if __name__ == "__main__":
    main()
