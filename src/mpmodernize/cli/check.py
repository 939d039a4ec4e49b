"""`mpmodernize check`."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import click

from mpmodernize.cli.choosing import choosing_options, configuration_of, output_format_of
from mpmodernize.cli.common import gather, shared_options, work_on
from mpmodernize.cli.output import Output, output_options

if TYPE_CHECKING:
    from pathlib import Path

    from mpmodernize.cli.choosing import Chosen
    from mpmodernize.cli.output import Choices


@click.command(short_help="Report what is wrong, and change nothing.")
@choosing_options
@output_options
@shared_options
@click.pass_context
def check(
    ctx: click.Context,
    paths: tuple[Path, ...],
    *,
    stdin_filename: str | None,
    choices: Choices,
    chosen: Chosen,
) -> None:
    """Report what is wrong in files, folders, or standard input (-), and change nothing.

    `[*]` marks a finding that `mpmodernize fix` puts right. Exit code 1 if there are findings other than hints.
    """
    from mpmodernize.report.text import check_summary
    from mpmodernize.run.outcomes import Tally
    from mpmodernize.run.work import Check

    configuration = configuration_of(chosen)
    output = Output(choices, output_format_of(configuration))
    inputs, outcomes = gather(paths, stdin_filename, configuration, edits=output.wants_edits)
    tally = Tally()
    for outcome in chain(outcomes, work_on(inputs, Check(), label="Checking", quiet=output.quiet)):
        tally.add(outcome)
        output.left(outcome)
    output.close(check_summary(tally.left))
    ctx.exit(output.exit_code(tally.exit_code(changes_count=False)))
