"""`mpmodernize fix`."""

from __future__ import annotations

import os
import sys
from itertools import chain
from typing import TYPE_CHECKING

import click

from mpmodernize.cli.work import (
    Outcome,
    Reading,
    Tally,
    gather,
    make_settings,
    results_of,
    shared_options,
    show_findings,
    work_on,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mpmodernize.cli.work import Work
    from mpmodernize.engine import Result
    from mpmodernize.model.joint import Finder
    from mpmodernize.settings import Settings


@click.command(short_help="Rewrite files so that they run right.")
@click.option("--check", "check_only", is_flag=True, help="Write nothing; exit code 1 if a file would change.")
@click.option("--diff", "show_diff", is_flag=True, help="Write nothing; print the changes as a unified diff.")
@click.option("--pin-fork", is_flag=True, help="Let programs that nothing else repairs ask for fork by name.")
@shared_options
@click.pass_context
def fix(
    ctx: click.Context,
    paths: tuple[Path, ...],
    *,
    check_only: bool,
    show_diff: bool,
    pin_fork: bool,
    unsafe_fixes: bool,
    source_version: str,
    stdin_filename: str | None,
    output_format: str,
    quiet: bool,
) -> None:
    """Rewrite files, folders, or standard input (-) so that they run right on Python 3.

    Prints what was done and what is left. Code from standard input is written, fixed, to standard output; all else
    then goes to standard error. So it does with --diff, whose diff alone is on standard output, for `patch -p0`.
    """
    inputs, outcomes = gather(paths, stdin_filename)
    settings = make_settings(source_version, unsafe_fixes=unsafe_fixes, pin_fork=pin_fork)
    dry = check_only or show_diff
    from_stdin = any(each.path is None for each in inputs)
    err = show_diff or from_stdin
    tally = Tally()
    done = work_on(inputs, _worker(settings, dry=dry), label="Fixing", quiet=quiet, finish_first=not dry)
    for outcome in chain(outcomes, done):
        tally.add(outcome)
        if from_stdin and not dry:
            sys.stdout.buffer.write(outcome.data)
        if show_diff:
            _print_diff(outcome)
        if not quiet and outcome.changed and not (show_diff and not check_only):
            _print_done(outcome, would=dry, err=err)
        show_findings(outcome, output_format=output_format, err=err)
    if not quiet:
        from mpmodernize.report.text import fix_summary

        click.echo(fix_summary(tally.fixed, tally.left, changed_files=tally.changed_files, would=dry), err=err)
    ctx.exit(tally.exit_code(changes_count=dry))


def _worker(settings: Settings, *, dry: bool) -> Work:
    def work(readings: Sequence[Reading], find: Finder | None) -> list[Outcome]:
        results = results_of(readings, settings, find, fix=True)
        encoded, unwritten = _written(readings, results, dry=dry)
        refound: dict[str, Result] = {}
        if unwritten or (dry and any(result.changed and result.findings for result in results)):
            # Files stay as they are, and so do the places in them.
            as_they_are = results_of(readings, settings, find, fix=False)
            refound = {result.filename: result for result in as_they_are}
        outcomes = []
        for each, result in zip(readings, results, strict=True):
            text, name = each.decoded.text, result.filename
            if name in unwritten:
                found, data = refound[name].findings, each.decoded.data
                outcomes.append(
                    Outcome(each.input, each.decoded, text, text, (), found, text, unwritten=unwritten[name], data=data)
                )
                continue
            left, shown_in = result.findings, result.source
            if dry and result.changed and left:
                from mpmodernize.report.positions import positions_in_the_original

                found = refound[name].findings
                left = tuple(positions_in_the_original(left, found, original=text, fixed=result.source))
                shown_in = text
            data = encoded[name]
            outcomes.append(
                Outcome(each.input, each.decoded, text, result.source, result.fixed, left, shown_in, data=data)
            )
        return outcomes

    return work


def _written(
    readings: Sequence[Reading], results: Sequence[Result], *, dry: bool
) -> tuple[dict[str, bytes], dict[str, str]]:
    """Write what has changed, files that share a fix all or none; the new bytes, and why some could not be written."""
    from mpmodernize.files.decode import UnencodableError
    from mpmodernize.files.write import Change, replace_all

    encoded: dict[str, bytes] = {}
    unwritten: dict[str, str] = {}
    for tied in _tied(results):
        changes = []
        try:
            for each, result in zip(readings, results, strict=True):
                if result.filename in tied:
                    encoded[result.filename] = each.decoded.encode(result.source)
                    if result.changed and each.input.path is not None:
                        changes.append(Change(each.input.path, encoded[result.filename], each.decoded.data))
            if not dry:
                replace_all(changes)
        except (UnencodableError, OSError) as error:
            unwritten |= dict.fromkeys(tied, str(error))
    return encoded, unwritten


def _tied(results: Sequence[Result]) -> list[set[str]]:
    """The files in groups, such that no fix changes files of two groups."""
    groups: list[set[str]] = []
    for result in results:
        group = {result.filename, *result.tied}
        apart = [each for each in groups if each.isdisjoint(group)]
        groups = [*apart, group.union(*(each for each in groups if not each.isdisjoint(group)))]
    return groups


def _print_done(outcome: Outcome, *, would: bool, err: bool) -> None:
    from mpmodernize.report import text
    from mpmodernize.report.terminal import wants_colour

    colour = wants_colour(sys.stderr if err else sys.stdout)
    click.echo(text.done(outcome.fixed, filename=outcome.input.name, would=would, colour=colour), err=err, color=colour)


def _print_diff(outcome: Outcome) -> None:
    from mpmodernize.report import diff
    from mpmodernize.report.terminal import wants_colour

    if not outcome.changed or outcome.decoded is None:
        return
    # The byte order mark is a part of the first line, or a patch would not find that line.
    mark = "\ufeff" if outcome.decoded.bom else ""
    name = outcome.input.name
    lines = diff.unified_diff(mark + outcome.original, mark + outcome.fixed_source, filename=name)
    if sys.stdout.isatty():
        colour = wants_colour(sys.stdout)
        click.echo("".join(diff.painted(lines) if colour else lines), nl=False, color=colour)
        return
    # Into a file or a pipe go the bytes of the file itself, whatever its encoding: a patch must match them.
    stream = sys.stdout.buffer
    for number, line in enumerate(lines):
        is_file_name = number < 2
        stream.write(os.fsencode(line) if is_file_name else line.encode(outcome.decoded.encoding))
    stream.flush()
