"""How a run is told: the options that `fix` and `check` share, and what is written where."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from functools import wraps
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from mpmodernize.cli.common import tell_internal_error
from mpmodernize.report.formats import make_format

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO

    from mpmodernize.findings import Finding
    from mpmodernize.run.outcomes import Outcome

F = TypeVar("F", bound="Callable[..., Any]")

Colour = Literal["auto", "always", "never"]


@dataclass(frozen=True)
class Choices:
    """What was typed about the output."""

    output_file: Path | None
    statistics: bool
    color: Colour
    quiet: bool
    verbose: bool
    exit_zero: bool


def output_options(command: F) -> F:
    """Add the options about the output; the command gets them together, as `choices`."""

    @wraps(command)
    def with_choices(*arguments: Any, **given: Any) -> Any:
        chosen = {name: given.pop(name) for name in Choices.__dataclass_fields__}
        return command(*arguments, choices=Choices(**chosen), **given)

    decorated: Any = with_choices
    for option in (
        click.option("-e", "--exit-zero", is_flag=True, help="Exit with 0 also where findings are left."),
        click.option(
            "--color",
            type=click.Choice(["auto", "always", "never"]),
            default="auto",
            show_default=True,
            help="When to use colours; auto: on a terminal, and as NO_COLOR and FORCE_COLOR say.",
        ),
        click.option("-v", "--verbose", is_flag=True, help="Also say on standard error what comes of each file."),
        click.option("-q", "--quiet", is_flag=True, help="Print findings, and nothing else."),
        click.option("--statistics", is_flag=True, help="Print how often each rule spoke, in place of the findings."),
        click.option(
            "-o",
            "--output-file",
            metavar="FILE",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Write the report to this file, whole or not at all.",
        ),
    ):
        decorated = option(decorated)
    typed: F = decorated
    return typed


class Output:
    """Writes the report of a run: what is left in each file, and the sentences around it.

    A report for programs holds nothing else; for people it ends in a summary, and `quiet` leaves out all but findings.
    It goes to standard output, with `err` to standard error, or to a file, which is written at the end.

    Raises `click.UsageError` for choices that exclude each other, or a file that could not be written.
    """

    def __init__(self, choices: Choices, output_format: str, *, err: bool = False) -> None:
        """Begin a report in one of `report.formats.FORMATS`; `err` where standard output is for something else."""
        from mpmodernize.report import statistics

        if choices.quiet and choices.verbose:
            raise click.UsageError("--quiet and --verbose exclude each other.")
        if choices.statistics and output_format not in statistics.FORMATS:
            raise click.UsageError(f"--statistics has no output format {output_format}.")
        self._choices = choices
        self._err = err
        self._file = _ReportFile(choices.output_file) if choices.output_file is not None else None
        self.colour = self._colour_on(sys.stderr if err else sys.stdout)
        self._format = make_format(output_format, colour=self.colour)
        self._left: list[Finding] = []
        self._seen = 0
        self._began = time.perf_counter()

    @property
    def quiet(self) -> bool:
        """Whether nothing but findings is to be written."""
        return self._choices.quiet

    @property
    def wants_edits(self) -> bool:
        """Whether the report tells the edits of fixes."""
        return self._format.wants_edits and not self._choices.statistics

    def fixed(self, outcome: Outcome, *, would: bool, each: bool) -> None:
        """Tell what was put right in one file, or would be: how much, or `each` finding by itself."""
        from mpmodernize.report import text

        for_people = self._format.for_people
        if self.quiet or not (for_people or each):
            return
        colour = self.colour if for_people else self._colour_on(sys.stderr)
        told = text.done(outcome.fixed, filename=outcome.name, would=would, each=each, colour=colour)
        if for_people:
            self._write(f"{told}\n")
        else:  # a report for programs holds nothing else
            click.echo(told, err=True, color=colour)

    def left(self, outcome: Outcome) -> None:
        """Tell what is left in one file, and what went wrong with it."""
        findings = sorted(outcome.left, key=lambda each: (each.cell or 0, each))
        self._left += findings
        self._seen += 1
        if not self._choices.statistics:
            self._write(self._told(findings, outcome))
        if outcome.crash_together is not None:
            tell_internal_error(outcome.crash_together, f"{outcome.crash_together.where}, now judged one by one")
        if outcome.crash is not None:
            tell_internal_error(outcome.crash, outcome.name)
            self._failure(outcome.name, f"internal error: {outcome.crash.message}")
        if outcome.unwritten:
            message = f"{outcome.name} was left as it was: {outcome.unwritten}"
            click.echo(f"error: {message}", err=True)
            self._failure(outcome.name, message)
        if self._choices.verbose:
            fixed = f"{len(outcome.fixed)} fixed, " if outcome.changed else ""
            click.echo(f"{outcome.name}: {fixed}{len(findings)} left", err=True)

    def _told(self, findings: list[Finding], outcome: Outcome) -> str:
        """What the report says of one file; people are shown the lines of a notebook cell by cell."""
        if not (self._format.for_people and outcome.cells):
            return self._format.file(findings, outcome.shown_in)
        cells = groupby(findings, key=lambda each: each.cell)
        return "".join(self._format.file(list(found), outcome.text_of(cell)) for cell, found in cells)

    def close(self, summary: str) -> None:
        """End the report; `summary` is for people.

        Raises `ReportUnwrittenError` if the file for it can't be written.
        """
        if self._choices.statistics:
            self._write(self._counted())
        else:
            self._write(self._format.end())
        if self._format.for_people and not self.quiet:
            self._write(f"{summary}\n")
        if self._file is not None:
            self._file.close()
        if self._choices.verbose:
            seconds = time.perf_counter() - self._began
            click.echo(f"{self._seen} file{'' if self._seen == 1 else 's'} in {seconds:.2f} s", err=True)

    def exit_code(self, code: int) -> int:
        """The exit code of the run: findings can be made not to count, failures can't."""
        return 0 if code == 1 and self._choices.exit_zero else code

    def _colour_on(self, stream: IO[Any]) -> bool:
        from mpmodernize.report.terminal import wants_colour

        if self._choices.output_file is not None:
            return self._choices.color == "always"
        return wants_colour(stream, self._choices.color)

    def _counted(self) -> str:
        from mpmodernize.report import statistics

        if self._format.for_people:
            return statistics.table(self._left, colour=self.colour)
        import json

        return json.dumps(statistics.counted(self._left), indent=2) + "\n"

    def _failure(self, filename: str, message: str) -> None:
        if not self._choices.statistics:
            self._write(self._format.failure(filename, message))

    def _write(self, text: str) -> None:
        if not text:
            return
        if self._file is not None:
            self._file.write(text)
        elif self._format.for_people:
            click.echo(text, nl=False, err=self._err, color=self.colour)
        else:  # programs read UTF-8, whatever the terminal's encoding
            click.echo(text.encode("utf-8", "backslashreplace"), nl=False, err=self._err)


class ReportUnwrittenError(click.ClickException):
    """The file for the report can't be written."""

    exit_code = 2


class _ReportFile:
    """A file that is written whole or not at all, at the end."""

    def __init__(self, path: Path) -> None:
        """Refuse a place that can't be written to before any work is done."""
        self._path = path
        self._written: list[str] = []
        folder = Path(os.path.realpath(path)).parent
        if not folder.is_dir():
            raise click.UsageError(f"--output-file {path}: there is no folder '{folder}'.")

    def write(self, text: str) -> None:
        self._written.append(text)

    def close(self) -> None:
        from mpmodernize.files.write import write_whole

        try:
            write_whole(self._path, "".join(self._written).encode("utf-8", "surrogateescape"))
        except OSError as error:
            raise ReportUnwrittenError(f"the report was not written to {self._path}: {error}") from error
