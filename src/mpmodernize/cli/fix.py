"""`mpmodernize fix`."""

from __future__ import annotations

import os
import sys
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mpmodernize.cli.choosing import choosing_options, configuration_of, output_format_of
from mpmodernize.cli.common import gather, shared_options
from mpmodernize.cli.output import Output, output_options
from mpmodernize.cli.running import running_options

if TYPE_CHECKING:
    from mpmodernize.cli.choosing import Chosen
    from mpmodernize.cli.output import Choices, Colour
    from mpmodernize.cli.running import Running
    from mpmodernize.run.outcomes import Outcome


@click.command(short_help="Rewrite files so that they run right.")
@click.option("--check", "check_only", is_flag=True, help="Write nothing; exit code 1 if a file would change.")
@click.option("--diff", "show_diff", is_flag=True, help="Write nothing; print the changes as a unified diff.")
@click.option("--show-fixes", is_flag=True, help="Tell each finding that was fixed, not only how many.")
@click.option("--exit-non-zero-on-fix", is_flag=True, help="Exit with 1 also where a file changed and nothing is left.")
@choosing_options
@running_options
@output_options
@shared_options
@click.pass_context
def fix(
    ctx: click.Context,
    paths: tuple[Path, ...],
    *,
    check_only: bool,
    show_diff: bool,
    show_fixes: bool,
    exit_non_zero_on_fix: bool,
    stdin_filename: str | None,
    choices: Choices,
    chosen: Chosen,
    running: Running,
) -> None:
    """Rewrite files, folders, or standard input (-) so that they run right on Python 3.

    Prints what was done and what is left. Code from standard input is written, fixed, to standard output; all else
    then goes to standard error. So it does with --diff, whose diff alone is on standard output, for `patch -p0`.
    """
    from mpmodernize.report.text import fix_summary
    from mpmodernize.run.outcomes import Tally
    from mpmodernize.run.work import Fix

    dry = check_only or show_diff
    from_stdin = Path("-") in paths
    configuration = configuration_of(chosen)
    output = Output(choices, output_format_of(configuration), err=show_diff or from_stdin)
    inputs, outcomes = gather(paths, stdin_filename, configuration, edits=output.wants_edits)
    tally = Tally()
    done = running.work_on(inputs, Fix(dry=dry), paths, label="Fixing", quiet=output.quiet, finish_first=not dry)
    for outcome in chain(outcomes, done):
        tally.add(outcome)
        if from_stdin and not dry:
            sys.stdout.buffer.write(outcome.data)
        if show_diff:
            _print_diff(outcome, choices.color)
        if outcome.changed and not (show_diff and not check_only):
            output.fixed(outcome, would=dry, each=show_fixes)
        output.left(outcome)
    output.close(fix_summary(tally.fixed, tally.left, changed_files=tally.changed_files, would=dry))
    ctx.exit(output.exit_code(tally.exit_code(changes_count=dry or exit_non_zero_on_fix)))


def _print_diff(outcome: Outcome, color: Colour) -> None:
    from mpmodernize.report import diff
    from mpmodernize.report.terminal import wants_colour

    if not outcome.changed:
        return
    # The byte order mark is a part of the first line, or a patch would not find that line.
    mark = "\ufeff" if outcome.bom else ""
    name = outcome.name
    lines = diff.unified_diff(mark + outcome.original, mark + outcome.source, filename=name)
    # A patch must not get colours because some variable of the environment asks for them.
    if color == "always" or sys.stdout.isatty():
        colour = wants_colour(sys.stdout, color)
        click.echo("".join(diff.painted(lines) if colour else lines), nl=False, color=colour)
        return
    # Into a file or a pipe go the bytes of the file itself, whatever its encoding: a patch must match them.
    stream = sys.stdout.buffer
    for number, line in enumerate(lines):
        is_file_name = number < 2
        stream.write(os.fsencode(line) if is_file_name else line.encode(outcome.encoding))
    stream.flush()
