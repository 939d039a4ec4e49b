"""`mpmodernize check`."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import click

from mpmodernize.cli.common import gather, make_settings, shared_options, show_findings, work_on

if TYPE_CHECKING:
    from pathlib import Path


@click.command(short_help="Report what is wrong, and change nothing.")
@shared_options
@click.pass_context
def check(
    ctx: click.Context,
    paths: tuple[Path, ...],
    *,
    unsafe_fixes: bool,
    source_version: str,
    stdin_filename: str | None,
    output_format: str,
    quiet: bool,
) -> None:
    """Report what is wrong in files, folders, or standard input (-), and change nothing.

    `[*]` marks a finding that `mpmodernize fix` puts right. Exit code 1 if there are findings other than hints.
    """
    from mpmodernize.run.outcomes import Tally
    from mpmodernize.run.work import Check

    settings = make_settings(source_version, unsafe_fixes=unsafe_fixes)
    inputs, outcomes = gather(paths, stdin_filename, settings)
    tally = Tally()
    for outcome in chain(outcomes, work_on(inputs, Check(), label="Checking", quiet=quiet)):
        tally.add(outcome)
        show_findings(outcome, output_format=output_format, err=False)
    if not quiet:
        from mpmodernize.report.text import check_summary

        click.echo(check_summary(tally.left))
    ctx.exit(tally.exit_code(changes_count=False))
