"""What `fix` and `check` have in common: their options, what they work on, how failures are told."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mpmodernize.configuration.projects import Configuration
    from mpmodernize.run.inputs import Input
    from mpmodernize.run.outcomes import Crash, Outcome

F = TypeVar("F", bound="Callable[..., Any]")

DEBUG = "MPMODERNIZE_DEBUG"


def shared_options(command: F) -> F:
    """Add the arguments and options that `fix` and `check` share."""
    for option in (
        click.option("--stdin-filename", metavar="NAME", help="What the code from standard input is called."),
        click.argument(
            "paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True)
        ),
    ):
        command = option(command)
    return command


def gather(
    paths: Sequence[Path], stdin_filename: str | None, configuration: Configuration, *, edits: bool
) -> tuple[list[Input], list[Outcome]]:
    """Find what to work on, each with the settings of its project; `edits` has the edits of fixes worked out.

    The outcomes are those of folders that can't be read, and of standard input where it is called after a file that is
    left out. Raises `click.UsageError` for a path that doesn't exist and for `-` among other paths, and
    `click.ClickException` for settings that can't be used.
    """
    from mpmodernize.configuration.errors import ConfigurationError
    from mpmodernize.files.discover import MissingPathError
    from mpmodernize.run import inputs

    if Path("-") in paths and len(paths) > 1:
        raise click.UsageError("`-` (standard input) can't be combined with other paths.")
    try:
        if Path("-") in paths:
            return inputs.from_stdin(stdin_filename, configuration, edits=edits)
        return inputs.gather(paths, configuration, edits=edits)
    except MissingPathError as error:
        raise click.UsageError(f"Path '{error}' does not exist.") from error
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from error


def tell_internal_error(crash: Crash, name: str = "") -> None:
    """Say on standard error that mpmodernize itself has failed; with `MPMODERNIZE_DEBUG` set, say where."""
    where = f"{name}: " if name else ""
    click.echo(f"internal error: {where}{crash.message}; please report this", err=True)
    if os.environ.get(DEBUG):
        click.echo(crash.trace, err=True)
    else:
        click.echo(f"  (set {DEBUG}=1 to see where it happened)", err=True)
