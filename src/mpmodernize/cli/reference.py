"""`mpmodernize reference`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mpmodernize.reference.registry import Implementation


@click.command(short_help="List, show and run the corrected implementations.")
@click.argument("name", required=False)
@click.option("--run", "run_it", is_flag=True, help="Run it instead of showing its source.")
@click.option("--context", type=click.Choice(["fork", "spawn", "forkserver"]), help="The start method to run it under.")
@click.option(
    "--validate",
    "programs",
    metavar="PATH",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Run this (fixed) program under every start method, and say where its output departs from the reference's.",
)
@click.option("--as", "topic", metavar="NAME", help="Validate against this implementation; else it is recognised.")
@click.option("--python", default=sys.executable, help="The Python to validate with; default: this one.")
@click.option("--timeout", type=float, default=60, show_default=True, help="Seconds that a validated program may take.")
@click.pass_context
def reference(
    ctx: click.Context,
    name: str | None,
    *,
    run_it: bool,
    context: str | None,
    programs: tuple[Path, ...],
    topic: str | None,
    python: str,
    timeout: float,
) -> None:
    """List, show and run the corrected multicore implementations; validate fixed programs against them.

    They are a library as well: `from mpmodernize.reference import run_in_processes, pool_map, count`.

    --validate runs the program: do that with code you trust. Exit code 1 if the output of one departs.
    """
    if programs:
        ctx.exit(_validate(programs, topic or name, python=python, timeout=timeout))
    if not name:
        _list()
    elif run_it:
        _run(name, context)
    else:
        _show(name)


def _list() -> None:
    from mpmodernize.reference.registry import IMPLEMENTATIONS

    width = max(len(each.name) for each in IMPLEMENTATIONS)
    for each in IMPLEMENTATIONS:
        click.echo(f"{each.name:<{width}}  {each.summary}")
    click.echo("\n`mpmodernize reference NAME` shows the source of one, `--run` runs it.")


def _show(name: str) -> None:
    import inspect

    click.echo(inspect.getsource(_find(name).module), nl=False)


def _run(name: str, context: str | None) -> None:
    import multiprocessing

    if context and context not in multiprocessing.get_all_start_methods():
        raise click.UsageError(f"This platform has no start method '{context}'.")
    _find(name).run(context)


def _find(name: str) -> Implementation:
    from mpmodernize.reference.registry import IMPLEMENTATIONS, find_implementation

    try:
        return find_implementation(name)
    except KeyError:
        names = ", ".join(each.name for each in IMPLEMENTATIONS)
        raise click.UsageError(f"There is no reference implementation '{name}'. There are: {names}.") from None


def _validate(programs: tuple[Path, ...], topic: str | None, *, python: str, timeout: float) -> int:
    from mpmodernize.files.decode import UndecodableError, decode
    from mpmodernize.verify.validate import describe, recognise, validate

    code = 0
    for program in programs:
        try:
            topics = (_find(topic),) if topic else recognise(decode(program.read_bytes()).text)
        except UndecodableError:
            # Python will say so itself, under every start method.
            topics = ()
        try:
            validation = validate(program, topics, python=python, timeout=timeout)
        except OSError as error:
            raise click.UsageError(f"'{python}' can't be started: {error.strerror}.") from error
        click.echo(f"{program}: {describe(validation)}")
        code = max(code, int(not validation.is_right))
    return code
