"""The command line: what a person types.

Importing this must stay cheap: the engine and everything behind it is imported by the command that needs it.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import click

from mpmodernize import __version__
from mpmodernize.cli.check import check
from mpmodernize.cli.config import config
from mpmodernize.cli.extract import extract
from mpmodernize.cli.fix import fix
from mpmodernize.cli.map import draw_map
from mpmodernize.cli.reference import reference
from mpmodernize.cli.rule import rule
from mpmodernize.cli.running import clean
from mpmodernize.cli.verify import verify

if TYPE_CHECKING:
    from collections.abc import Sequence

# What a shell reports for a program ended by SIGPIPE or SIGINT.
_READER_GONE = 141
_INTERRUPTED = 130


class _ReaderGoneError(Exception):
    """Whoever read our output has stopped (`mpmodernize check . | head`)."""


class _Commands(click.Group):
    """A group that leaves the ends of a run to `main`, where click would turn them into exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise _ReaderGoneError from error
        except KeyboardInterrupt:
            ctx.exit(_INTERRUPTED)


@click.group(
    cls=_Commands,
    commands=[fix, check, extract, verify, draw_map, rule, config, reference, clean],
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 clean, or everything fixed; 1 findings remain, or a file would change (hints don't count); "
    "2 wrong usage, a file that can't be written, or an internal error.",
)
@click.version_option(__version__, "-V", "--version")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Find and fix what keeps legacy multiprocessing code from running right on Python 3.

    Programs come out that run the same under fork, spawn and forkserver.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), err=True)
        ctx.exit(2)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit."""
    try:
        for stream in (sys.stdout, sys.stderr):
            # A file name or message that the terminal's encoding lacks must not end a run.
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
        code = _run(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = _INTERRUPTED
    except (_ReaderGoneError, BrokenPipeError):
        # Python writes out what is buffered once more on exit; let it have somewhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = _READER_GONE
    sys.exit(code)


def _run(arguments: Sequence[str] | None) -> int:
    try:
        # Not standalone: click would end in exit code 1 what is 2, 130 or 141 here.
        return cli.main(arguments, prog_name="mpmodernize", standalone_mode=False) or 0
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        return _INTERRUPTED
    except (_ReaderGoneError, BrokenPipeError):
        raise
    except Exception as error:  # the user is owed a sentence, not a traceback
        from mpmodernize.cli.common import tell_internal_error
        from mpmodernize.run.outcomes import Crash

        tell_internal_error(Crash.of(error))
        return 2
