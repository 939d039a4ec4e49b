"""What `fix` and `check` have in common: reading files, one bad file that doesn't stop the others, exit codes."""

from __future__ import annotations

import gc
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from mpmodernize.engine import Result
    from mpmodernize.files.decode import Decoded
    from mpmodernize.findings import Finding
    from mpmodernize.model.joint import Finder
    from mpmodernize.settings import Settings, Surroundings

    Work = Callable[[Sequence["Reading"], "Finder | None"], "list[Outcome]"]

F = TypeVar("F", bound="Callable[..., Any]")

DEBUG = "MPMODERNIZE_DEBUG"
_STDIN = "<stdin>"
# A bar for a handful of files would only flicker.
_BAR_FROM = 20
_COLLECT_AFTER = 1_000_000
"""Characters of source after whose files the garbage is collected: their trees take some hundred megabytes at most."""


def shared_options(command: F) -> F:
    """Add the arguments and options that `fix` and `check` share."""
    for option in (
        click.option("-q", "--quiet", is_flag=True, help="Print findings, and nothing else."),
        click.option(
            "--output-format",
            type=click.Choice(["full", "concise"]),
            default="full",
            show_default=True,
            help="How findings are printed: with their source lines, or a line each.",
        ),
        click.option("--stdin-filename", metavar="NAME", help="What the code from standard input is called."),
        click.option(
            "--source-version",
            type=click.Choice(["auto", "2", "3"]),
            default="auto",
            show_default=True,
            help="What the files are written in; auto decides per file.",
        ),
        click.option("--unsafe-fixes", is_flag=True, help="Also the fixes that could change what a program does."),
        click.argument(
            "paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True)
        ),
    ):
        command = option(command)
    return command


def make_settings(source_version: str, *, unsafe_fixes: bool, pin_fork: bool = False) -> Settings:
    """Make settings from what was typed."""
    from mpmodernize.settings import Settings

    return Settings(source_version=source_version, unsafe_fixes=unsafe_fixes, pin_fork=pin_fork)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Input:
    """One file to work on, or standard input (`path` is `None`)."""

    name: str
    path: Path | None

    def read(self) -> bytes:
        """Read the bytes. Raises `OSError`."""
        return sys.stdin.buffer.read() if self.path is None else self.path.read_bytes()

    def surroundings(self) -> Surroundings:
        """The modules beside the file; for standard input, beside the file that it is called after."""
        from mpmodernize.files.surroundings import surroundings

        named = Path(self.name) if self.name != _STDIN else None
        return surroundings(self.path or named)


@dataclass(frozen=True)
class Reading:
    """An input that has been read and decoded."""

    input: Input
    decoded: Decoded


@dataclass(frozen=True)
class Outcome:
    """What came of one input: findings, or the reason why there are none."""

    input: Input
    decoded: Decoded | None = None
    original: str = ""
    fixed_source: str = ""
    fixed: tuple[Finding, ...] = ()
    left: tuple[Finding, ...] = ()
    shown_in: str = ""
    """The text that the places of `left` are in."""
    crash: Exception | None = None
    unwritten: str = ""
    """Why the fixed text could not be written."""
    data: bytes = b""
    """What the answer to standard input is: the fixed code, or the input where it could not be fixed."""

    @property
    def changed(self) -> bool:
        """Whether a fix changed the text, or would."""
        return self.fixed_source != self.original and not self.unwritten


@dataclass
class Tally:
    """What the outcomes so far amount to."""

    fixed: list[Finding] = field(default_factory=list)
    left: list[Finding] = field(default_factory=list)
    changed_files: int = 0
    failed: bool = False

    def add(self, outcome: Outcome) -> None:
        """Count one outcome."""
        self.left += outcome.left
        self.failed = self.failed or bool(outcome.crash or outcome.unwritten)
        if outcome.changed:
            self.changed_files += 1
            self.fixed += outcome.fixed

    def exit_code(self, *, changes_count: bool) -> int:
        """0, 1 or 2; `changes_count` says whether a changed file is a reason for 1."""
        from mpmodernize.findings import Severity

        if self.failed:
            return 2
        if changes_count and self.changed_files:
            return 1
        return int(any(finding.severity is Severity.ERROR for finding in self.left))


def gather(paths: Sequence[Path], stdin_filename: str | None) -> tuple[list[Input], list[Outcome]]:
    """Find what to work on; the outcomes are those of folders that can't be read.

    Raises `click.UsageError` for a path that doesn't exist, and for `-` among other paths.
    """
    from mpmodernize.files.discover import MissingPathError, discover

    if Path("-") in paths:
        if len(paths) > 1:
            raise click.UsageError("`-` (standard input) can't be combined with other paths.")
        return [Input(stdin_filename or _STDIN, None)], []
    try:
        found = discover(paths)
    except MissingPathError as error:
        raise click.UsageError(f"Path '{error}' does not exist.") from error
    unreadable = [
        Outcome(Input(str(folder), folder), left=(_unreadable(str(folder), f"folder can't be read: {reason}"),))
        for folder, reason in found.unreadable
    ]
    return [Input(str(path), path) for path in found.files], unreadable


def work_on(
    inputs: Sequence[Input], work: Work, *, label: str, quiet: bool, finish_first: bool = False
) -> Iterable[Outcome]:
    """Do `work` on the files of each program, and give what comes of each input in order.

    What goes wrong with one is its outcome. `finish_first` has all the work done before the first outcome is given, so
    that a reader who stops reading the report doesn't stop the work. On a terminal a progress bar is shown.
    """
    outcomes = _without_pauses(inputs, work)
    if len(inputs) >= _BAR_FROM and not quiet and sys.stderr.isatty():
        with click.progressbar(outcomes, length=len(inputs), label=label, file=sys.stderr) as bar:
            return list(bar)
    return list(outcomes) if finish_first else outcomes


def _without_pauses(inputs: Sequence[Input], work: Work) -> Iterator[Outcome]:
    """Do `work` on each input while no garbage is looked for, and look for it once enough has come together.

    The trees of a file live until it is done: a search in the middle of it goes through all of them and finds nothing.
    That takes a quarter of the time.
    """
    enabled, waiting = gc.isenabled(), 0
    gc.disable()
    try:
        for outcome in _outcomes(inputs, work):
            waiting += len(outcome.original)
            if waiting > _COLLECT_AFTER:
                gc.collect()
                waiting = 0
            yield outcome
    finally:
        if enabled:
            gc.enable()


def _outcomes(inputs: Sequence[Input], work: Work) -> Iterator[Outcome]:
    """What comes of each input, in their order; the files of a program are worked on when its first one is due."""
    program_of, find = _programs(inputs)
    done: dict[str, Outcome] = {}
    for each in inputs:
        if each.name not in done:
            done |= {outcome.input.name: outcome for outcome in _work_on_program(program_of[each.name], work, find)}
        yield done.pop(each.name)


def _programs(inputs: Sequence[Input]) -> tuple[dict[str, list[Input]], Finder | None]:
    """For each input, those that make up one program with it; and which of them an import means."""
    if len(inputs) == 1:
        return {each.name: [each] for each in inputs}, None
    from mpmodernize.files.modules import Modules
    from mpmodernize.model.connected import programs

    texts: dict[str, str] = {}
    for each in inputs:
        try:
            texts[each.name] = each.read().decode("latin-1")
        except OSError:
            texts[each.name] = ""  # said when it is worked on
    find = Modules(texts).find
    by_name = {each.name: each for each in inputs}
    found = [[by_name[name] for name in program] for program in programs(texts, find)]
    return {each.name: program for program in found for each in program}, find


def _work_on_program(inputs: Sequence[Input], work: Work, find: Finder | None) -> list[Outcome]:
    """Do `work` on the files of one program; where that fails, on each by itself: one must not cost the others."""
    read = [_read(each) for each in inputs]
    readings = [each for each in read if isinstance(each, Reading)]
    outcomes = [each for each in read if isinstance(each, Outcome)]
    try:
        return outcomes + (work(readings, find if len(readings) > 1 else None) if readings else [])
    except Exception as error:
        if len(readings) > 1:
            others = f"{readings[0].input.name} and {len(readings) - 1} more"
            tell_internal_error(error, f"{others}, now judged one by one")
            return outcomes + [outcome for each in readings for outcome in _work_on_program([each.input], work, None)]
        return [*outcomes, Outcome(readings[0].input, crash=error, data=readings[0].decoded.data)]


def _read(each: Input) -> Reading | Outcome:
    from mpmodernize.files.decode import UndecodableError, decode

    data = b""
    try:
        data = each.read()
        return Reading(each, decode(data))
    except UndecodableError as error:
        return Outcome(each, left=(_unreadable(each.name, str(error), error.line),), data=data)
    except OSError as error:
        return Outcome(each, left=(_unreadable(each.name, f"can't be read: {error.strerror or error}"),))


def results_of(readings: Sequence[Reading], settings: Settings, find: Finder | None, *, fix: bool) -> list[Result]:
    """What the engine says of the files of one program."""
    if find is not None:
        from mpmodernize.engine import Source, check_together, fix_together

        sources = [
            Source(each.input.name, each.decoded.text, each.decoded.misread, each.input.surroundings())
            for each in readings
        ]
        return (fix_together if fix else check_together)(sources, settings=settings, find=find)
    from mpmodernize.engine import check_source, fix_source

    alone = fix_source if fix else check_source
    return [
        alone(
            each.decoded.text,
            filename=each.input.name,
            settings=settings,
            misread=each.decoded.misread,
            beside=each.input.surroundings(),
        )
        for each in readings
    ]


def _unreadable(name: str, message: str, line: int = 1) -> Finding:
    from mpmodernize.findings import Finding

    return Finding(name, line, 1, line, 1, "MP001", "invalid-syntax", message)


def show_findings(outcome: Outcome, *, output_format: str, err: bool) -> None:
    """Print what is left of one file, and what went wrong with it."""
    from mpmodernize.report import text
    from mpmodernize.report.terminal import wants_colour

    colour = wants_colour(sys.stderr if err else sys.stdout)
    lines = text.source_lines(outcome.shown_in)
    for finding in sorted(outcome.left):
        shown = text.concise(finding, colour=colour)
        if output_format == "full":
            shown = text.full(finding, lines, colour=colour)
        click.echo(shown, err=err, color=colour)
    if outcome.crash is not None:
        tell_internal_error(outcome.crash, outcome.input.name)
    if outcome.unwritten:
        click.echo(f"error: {outcome.input.name} was left as it was: {outcome.unwritten}", err=True)


def tell_internal_error(error: Exception, name: str = "") -> None:
    """Say on standard error that mpmodernize itself has failed; with `MPMODERNIZE_DEBUG` set, say where."""
    where = f"{name}: " if name else ""
    click.echo(f"internal error: {where}{type(error).__name__}: {error}; please report this", err=True)
    if os.environ.get(DEBUG):
        import traceback

        click.echo("".join(traceback.format_exception(error)), err=True)
    else:
        click.echo(f"  (set {DEBUG}=1 to see where it happened)", err=True)
