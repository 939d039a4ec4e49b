"""Running a program with a start method that is set from outside.

The program itself stays untouched: a `sitecustomize.py` in a scratch folder on `PYTHONPATH` makes another start
method the platform's default, in the main process alone. Children get it the usual way, from their parent.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from mpmodernize.verify import processes
from mpmodernize.verify.site_folder import write_site_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

OUTPUT_LIMIT = 4_000_000
"""How many bytes of each output are kept: a program that respawns for ever writes as fast as the disk takes it."""


@dataclass(frozen=True)
class Outcome:
    """How a run ended. `exit_code` is `None` when the program had to be ended; `seconds` is wall time."""

    exit_code: int | None
    stdout: str
    stderr: str
    timed_out: bool
    seconds: float

    @property
    def succeeded(self) -> bool:
        """Whether the program ended by itself and well."""
        return self.exit_code == 0


def run(
    program: Path,
    *,
    python: str = sys.executable,
    start_method: str | None = None,
    timeout: float = 60,
    arguments: Sequence[str] = (),
    stdin: str | bytes | None = None,
    environment: Mapping[str, str] | None = None,
) -> Outcome:
    """Run `program` under `python` and wait until it ends, `timeout` seconds at most.

    `start_method` becomes the program's default (`None` leaves the interpreter's own); one that the program sets
    itself still counts. The program runs in an empty folder of its own, with UTF-8 output, a fixed hash seed and
    no input (or `stdin`). Standard output and error are files to it, and so buffered, as in a pipe.

    When the time is over, the program and all it has started are interrupted as by Ctrl-C, which makes Python
    programs print where they stood; what does not end from that is killed. Nothing is left running in any case.

    Raises `OSError` if `python` can't be started.
    """
    with tempfile.TemporaryDirectory(prefix="mpmodernize-", ignore_cleanup_errors=True) as scratch:
        root = Path(scratch)
        (root / "cwd").mkdir()
        marker = root.name
        with _streams(root, stdin) as (source, output, errors):
            started = time.perf_counter()
            process = subprocess.Popen(
                [python, str(Path(program).resolve()), *arguments],
                cwd=root / "cwd",
                env=_environment(root, start_method, marker, environment),
                stdin=source,
                stdout=output,
                stderr=errors,
                start_new_session=True,
            )
            timed_out = False
            try:
                process.wait(timeout)
            except subprocess.TimeoutExpired:
                timed_out = True
                processes.interrupt(process, marker)
            finally:
                processes.end(process, marker)
            seconds = time.perf_counter() - started
        exit_code = None if timed_out else process.returncode
        return Outcome(exit_code, _read(root / "stdout"), _read(root / "stderr"), timed_out, seconds)


@contextlib.contextmanager
def _streams(root: Path, stdin: str | bytes | None) -> Iterator[tuple[IO[bytes], IO[bytes], IO[bytes]]]:
    """Open the three standard streams as files: unlike pipes they neither fill up nor wait for the last descendant."""
    content = stdin.encode() if isinstance(stdin, str) else stdin or b""
    (root / "stdin").write_bytes(content)
    with (
        (root / "stdin").open("rb") as source,
        (root / "stdout").open("ab") as output,
        (root / "stderr").open("ab") as errors,
    ):
        yield source, output, errors


def _environment(root: Path, start_method: str | None, marker: str, extra: Mapping[str, str] | None) -> dict[str, str]:
    environment = dict(os.environ)
    environment.update(
        PYTHONIOENCODING="utf-8",
        PYTHONHASHSEED="0",
        PYTHONDONTWRITEBYTECODE="1",
        **{processes.MARKER: marker},
    )
    # Debugging aids of the caller would make the child another program.
    for name in ("PYTHONUNBUFFERED", "PYTHONINSPECT", "PYTHONWARNINGS", "PYTHONSTARTUP"):
        environment.pop(name, None)
    environment.update(extra or {})
    if "PYTHONPATH" in environment:
        # What is relative in it was meant from the caller's folder, not from the scratch one.
        entries = environment["PYTHONPATH"].split(os.pathsep)
        environment["PYTHONPATH"] = os.pathsep.join(str(Path(entry).absolute()) for entry in entries if entry)
    if start_method is not None:
        environment.update(write_site_folder(root / "site", start_method, environment.get("PYTHONPATH")))
    return environment


def _read(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(OUTPUT_LIMIT + 1)
    text = data[:OUTPUT_LIMIT].decode("utf-8", errors="replace").replace("\r\n", "\n")
    return text + "\n[output cut off here]\n" if len(data) > OUTPUT_LIMIT else text
