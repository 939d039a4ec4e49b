"""`mpmodernize check`."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import click

from mpmodernize.cli.choosing import choosing_options, configuration_of, output_format_of
from mpmodernize.cli.common import gather, shared_options
from mpmodernize.cli.output import Output, output_options
from mpmodernize.cli.running import running_options

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mpmodernize.cli.choosing import Chosen
    from mpmodernize.cli.output import Choices
    from mpmodernize.cli.running import Running
    from mpmodernize.run.inputs import Input
    from mpmodernize.run.programs import Work


_ADD_IGNORE = "--add-ignore"


class _Command(click.Command):
    """A command whose `--add-ignore` takes its value behind `=` alone: what follows it is a path."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        return super().parse_args(
            ctx, [f"{each}=" if each == _ADD_IGNORE else each for each in args[:end]] + args[end:]
        )


@click.command(cls=_Command, short_help="Report what is wrong, and change nothing.")
@click.option(
    _ADD_IGNORE,
    metavar="[=REASON]",
    help="Write comments that silence what is found today, with the reason, if there is one.",
)
@choosing_options
@running_options
@output_options
@shared_options
@click.pass_context
def check(
    ctx: click.Context,
    paths: tuple[Path, ...],
    *,
    stdin_filename: str | None,
    add_ignore: str | None,
    choices: Choices,
    chosen: Chosen,
    running: Running,
) -> None:
    """Report what is wrong in files, folders, or standard input (-), and change nothing.

    `[*]` marks a finding that `mpmodernize fix` puts right. Exit code 1 if there are findings other than hints.
    """
    from mpmodernize.report.text import check_summary, silenced_summary
    from mpmodernize.run.outcomes import Tally
    from mpmodernize.run.work import Check

    configuration = configuration_of(chosen)
    output = Output(choices, output_format_of(configuration))
    inputs, outcomes = gather(paths, stdin_filename, configuration, edits=output.wants_edits)
    tally = Tally()
    done = running.work_on(
        inputs,
        Check() if add_ignore is None else _comments_added(inputs, add_ignore),
        paths,
        label="Checking",
        quiet=output.quiet,
        finish_first=add_ignore is not None,
    )
    for outcome in chain(outcomes, done):
        tally.add(outcome)
        output.left(outcome)
    summary = check_summary(tally.left)
    if add_ignore is not None:
        silenced = silenced_summary(tally.fixed, changed_files=tally.changed_files)
        documents = {each.name for each in inputs if each.kind is not None} & {each.filename for each in tally.left}
        if documents:
            silenced += " Documents are left alone: a comment in one would be text that people read."
        summary = f"{silenced}\n{summary}"
    output.close(summary)
    ctx.exit(output.exit_code(tally.exit_code(changes_count=False)))


def _comments_added(inputs: Sequence[Input], reason: str) -> Work:
    from mpmodernize.run.ignoring import AddIgnore

    if any(each.path is None for each in inputs):
        raise click.UsageError(f"{_ADD_IGNORE} writes to files: standard input is none.")
    if "\n" in reason or "\r" in reason:
        raise click.BadParameter("a reason has one line.", param_hint=_ADD_IGNORE)
    return AddIgnore(reason.strip())
