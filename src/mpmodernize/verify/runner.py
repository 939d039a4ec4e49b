"""Running a program with a start method that is set from outside.

The program itself stays untouched: a `sitecustomize.py` in a scratch folder on `PYTHONPATH` makes another start
method the platform's default, in the main process alone. Children get it the usual way, from their parent.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from mpmodernize.records import Record
from mpmodernize.verify import processes
from mpmodernize.verify.guardian import guarded
from mpmodernize.verify.site_folder import chosen_start_methods, write_site_folder
from mpmodernize.verify.standing import where_they_stand
from mpmodernize.verify.watching import wait

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mpmodernize.verify.standing import Frame, Standing
    from mpmodernize.verify.watching import Ending

OUTPUT_LIMIT = 4_000_000
"""How many bytes of each output are kept: a program that respawns for ever writes as fast as the disk takes it."""


class Outcome(Record):
    """How a run ended. `exit_code` is `None` when the program had to be ended; `seconds` is wall time."""

    exit_code: int | None
    stdout: str
    stderr: str
    seconds: float
    ending: Ending | None = None
    """Why the program had to be ended."""
    stood: tuple[Standing, ...] = ()
    """Where the processes of a program that had to be ended stood, where that can be known."""
    chosen: tuple[str, ...] = ()
    """The start methods that the program asked for by name, where one was set from outside."""
    pids: range = range(0)
    """The process numbers that the program can have had."""
    clock: range = range(0)
    """The seconds since the epoch that it can have read from the clock."""

    @property
    def timed_out(self) -> bool:
        """Whether the program had to be ended."""
        return self.ending is not None

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
    folder: Path | None = None,
    told_as: Path | None = None,
) -> Outcome:
    """Run `program` under `python` and wait until it ends, `timeout` seconds at most.

    `start_method` becomes the program's default (`None` leaves the interpreter's own); one that the program sets
    itself still counts. The program runs in an empty folder of its own, or in a copy of `folder`, which holds it; with
    UTF-8 output, a fixed hash seed and no input (or `stdin`). Standard output and error are files to it, and so
    buffered, as in a pipe. Where the copy's path is printed, the outcome has that of `told_as`.

    When the time is over, or it is seen before that the program will not end, its processes are asked where they
    stand. Then the program and all it has started are interrupted as by Ctrl-C, which makes Python programs write out
    what they had buffered; what does not end from that is killed. Nothing is left running in any case.

    Raises `OSError` if `python` can't be started, or `folder` can't be copied.
    """
    with tempfile.TemporaryDirectory(prefix="mpmodernize-", ignore_cleanup_errors=True) as scratch:
        root = Path(scratch)
        cwd, program = _place(Path(program).resolve(), folder and folder.resolve(), root)
        marker, errors_file = root.name, root / "stderr"
        with _streams(root, stdin) as (source, output, errors):
            started, epoch = time.perf_counter(), int(time.time())
            process = subprocess.Popen(
                [python, str(program), *arguments],
                cwd=cwd,
                env=_environment(root, start_method, marker, environment),
                stdin=source,
                stdout=output,
                stderr=errors,
                start_new_session=True,
            )
            ending: Ending | None = None
            stood: tuple[Standing, ...] = ()
            asked = range(0)
            try:
                with guarded(process.pid, marker, root):
                    ending = wait(process, marker, errors_file, timeout)
                    if ending is not None:
                        begin = errors_file.stat().st_size
                        stood = where_they_stand(process, marker, errors_file)
                        asked = range(begin, errors_file.stat().st_size)
                        processes.interrupt(process, marker)
            finally:
                processes.end(process, marker)
            seconds = time.perf_counter() - started
        read = _Reader(str(cwd), str(told_as) if told_as else None)
        return Outcome(
            process.returncode if ending is None else None,
            read(root / "stdout"),
            read(errors_file, without=asked),
            seconds,
            ending,
            tuple(replace(each, frames=read.frames(each.frames)) for each in stood),
            chosen_start_methods(root / "site"),
            processes.numbers_since(process.pid),
            range(epoch, int(time.time()) + 1),
        )


def _place(program: Path, folder: Path | None, root: Path) -> tuple[Path, Path]:
    """Make the folder that the program runs in; that, and where the program is."""
    cwd = root / "cwd"
    if folder is None:
        cwd.mkdir()
        return cwd, program
    shutil.copytree(folder, cwd, symlinks=True)
    return cwd, cwd / program.relative_to(folder)


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


class _Reader(Record):
    """Reads what a run has left behind."""

    ran_in: str
    told_as: str | None

    def __call__(self, path: Path, *, without: range = range(0)) -> str:
        """The text of an output, without the bytes of a part that the program did not write."""
        with path.open("rb") as file:
            data = file.read(OUTPUT_LIMIT + len(without) + 1)
        data = data[: without.start] + data[without.stop :] if without else data
        text = data[:OUTPUT_LIMIT].decode("utf-8", errors="replace").replace("\r\n", "\n")
        return self._place(text) + ("\n[output cut off here]\n" if len(data) > OUTPUT_LIMIT else "")

    def frames(self, frames: Iterable[Frame]) -> tuple[Frame, ...]:
        """The same frames, in the files as they are told."""
        return tuple(replace(frame, file=self._place(frame.file)) for frame in frames)

    def _place(self, text: str) -> str:
        return text if self.told_as is None else text.replace(self.ran_in, self.told_as)
