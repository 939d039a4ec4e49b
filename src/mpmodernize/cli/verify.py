"""`mpmodernize verify`."""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from mpmodernize.cli.choosing import configuration_of

if TYPE_CHECKING:
    from mpmodernize.configuration.projects import Configuration
    from mpmodernize.verify.program import Program
    from mpmodernize.verify.verification import Interpreter, Plan, Standard, Verification

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_METHODS = ("fork", "forkserver", "spawn")


@click.command(short_help="Run a program under every start method, and say where it departs.")
@click.option(
    "--python",
    "pythons",
    metavar="PYTHON",
    multiple=True,
    help="A Python to run under: a path, a name on PATH, a version (3.12), or `all`; several times for several. "
    "Default: this one.",
)
@click.option(
    "--start-method",
    "methods",
    type=click.Choice(_METHODS),
    multiple=True,
    help="Only this; default: what the project pins, or all.",
)
@click.option("--python2", metavar="PYTHON", help="The Python 2.7 that the original runs under, as the standard.")
@click.option("--no-python2", is_flag=True, help="Don't look for a Python 2.7.")
@click.option("--expect", metavar="FILE", type=_FILE, help="A file with what the program is to print, as the standard.")
@click.option("--as-is", is_flag=True, help="Run the program as it is, without fixing it.")
@click.option(
    "--source-version",
    type=click.Choice(["auto", "2", "3"]),
    help="What the files are written in, as for fix.",
)
@click.option("--unsafe-fixes/--no-unsafe-fixes", default=None, help="Fix it with --unsafe-fixes.")
@click.option("--pin-fork/--no-pin-fork", default=None, help="Fix it with --pin-fork.")
@click.option("--config", metavar="PATH|SETTING", multiple=True, help="Settings for fixing, as for fix.")
@click.option("--isolated", is_flag=True, help="Read no project files.")
@click.option("--repeat", type=click.IntRange(min=1), default=1, show_default=True, help="How often each is run.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=60,
    show_default=True,
    help="Seconds that a run may take.",
)
@click.option("--stdin", "stdin_file", metavar="FILE", type=click.File("rb"), help="What the program reads; `-` too.")
@click.option(
    "--root",
    metavar="FOLDER",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder that each run has a copy of, and runs in; default: the program's own.",
)
@click.option("--no-data", is_flag=True, help="Copy the program and what it imports, not the files beside them.")
@click.option("--format", "output_format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.argument("program", type=_FILE)
@click.argument("arguments", metavar="[-- ARGS...]", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def verify(
    ctx: click.Context,
    program: Path,
    arguments: tuple[str, ...],
    *,
    pythons: tuple[str, ...],
    methods: tuple[str, ...],
    python2: str | None,
    no_python2: bool,
    expect: Path | None,
    as_is: bool,
    source_version: str | None,
    unsafe_fixes: bool | None,
    pin_fork: bool | None,
    config: tuple[str, ...],
    isolated: bool,
    repeat: int,
    timeout: float,
    stdin_file: IO[bytes] | None,
    root: Path | None,
    no_data: bool,
    output_format: str,
) -> None:
    """Does it still do what it did? Run a program under every start method and Python, and compare.

    The program, and what it imports from its folder, is fixed in a copy; yours stays as it is. Each run has a copy of
    the folder of its own. What a Python 2 program did is found out with Python 2.7 if there is one; otherwise, the runs
    are compared with one another.

    The program really runs, with your rights: verify only what you would run yourself.

    Exit code 0 if it does the same everywhere, 1 if not, 2 if it could not be run.
    """
    from mpmodernize.configuration.errors import ConfigurationError
    from mpmodernize.verify.guardian import scratch_folder
    from mpmodernize.verify.program import UnfitError, make_ready
    from mpmodernize.verify.verification import Plan, verify

    if expect and python2:
        raise click.UsageError("There is one standard: give --expect or --python2.")
    typed = {"source_version": source_version, "unsafe_fixes": unsafe_fixes, "pin_fork": pin_fork}
    configuration = configuration_of(defaultdict(lambda: None, typed, config=config, isolated=isolated))
    plan = Plan(
        tuple(_interpreters(pythons)),
        tuple(dict.fromkeys(methods)) or _start_methods(configuration, program),
        arguments,
        stdin_file.read() if stdin_file else b"",
        repeat,
        timeout,
    )
    remarks: list[str] = []
    with scratch_folder() as scratch:
        try:
            ready = make_ready(program, scratch, None if as_is else configuration, root=root, data=not no_data)
            standard = _standard(ready, plan, remarks, expect=expect, python2=python2, look=not no_python2)
            verification = verify(ready, plan, standard, _tell)
        except (UnfitError, ConfigurationError, OSError) as error:
            raise click.ClickException(str(error)) from error
        finally:
            _tell("")
    _show(ready, verification, remarks, output_format)
    ctx.exit(int(not verification.is_right))


def _start_methods(configuration: Configuration, program: Path) -> tuple[str, ...]:
    """The one that the project of the program pins; else all that this platform has."""
    import multiprocessing

    from mpmodernize.configuration.errors import ConfigurationError

    try:
        pinned = configuration.of_file(str(program)).settings.start_method
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from error
    available = sorted(multiprocessing.get_all_start_methods())
    return (pinned,) if pinned in available else tuple(available)


def _interpreters(wanted: tuple[str, ...]) -> list[Interpreter]:
    """The interpreters that were asked for, each once."""
    from mpmodernize.verify.interpreters import interpreters
    from mpmodernize.verify.verification import Interpreter

    found: dict[str, str] = {}
    for name in wanted or (sys.executable,):
        if name == "all":
            found |= {path: version for version, path in interpreters().items() if version != "2.7"}
            continue
        version, path = _ask(name)
        if version.startswith("2."):
            raise click.UsageError(f"'{name}' is Python {version}: --python2 is the option for it.")
        found[path] = version
    if not found:
        raise click.UsageError("No Python 3.10 to 3.14 was found.")
    versions = list(found.values())
    # Two of one version are told apart by where they are.
    return [
        Interpreter(each if versions.count(each) == 1 else f"{each} ({path})", path) for path, each in found.items()
    ]


def _ask(name: str) -> tuple[str, str]:
    from mpmodernize.verify.interpreters import ask, find_interpreter

    # pyenv has names on PATH for versions that only it can start.
    answer = ask(find_interpreter(name) or name) or ask(find_interpreter(name.removeprefix("python")) or name)
    if answer is None:
        raise click.UsageError(f"'{name}' is no Python that can be run.")
    return answer


def _standard(
    program: Program, plan: Plan, remarks: list[str], *, expect: Path | None, python2: str | None, look: bool
) -> Standard | None:
    """What the runs are to be compared with; `None` if there is nothing but themselves."""
    from mpmodernize.verify.interpreters import find_interpreter
    from mpmodernize.verify.verification import Interpreter, expected, python2_standard

    if expect is not None:
        return expected(expect.read_text(encoding="utf-8", errors="replace"), f"what '{expect}' holds")
    if python2 is None and not (look and program.was_python2):
        return None
    found = python2 or find_interpreter("2.7")
    if found is None:
        remarks.append("no Python 2.7 was found that the original could run under (--python2)")
        return None
    version, path = _ask(found)
    if not version.startswith("2."):
        raise click.UsageError(f"'{python2}' is Python {version}, not Python 2.")
    _tell(f"the original, Python {version}")
    standard, reason = python2_standard(program, plan, Interpreter(version, path))
    if standard is None:
        said = f"the original is no standard, under Python {version} {reason}"
        if python2 is not None:
            raise click.ClickException(said)
        remarks.append(said)
    return standard


def _tell(what: str) -> None:
    """Say on a terminal what is being run; with nothing, take it away again."""
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[K{what and f'running: {what} ...'}", nl=False, err=True)


def _show(program: Program, verification: Verification, remarks: list[str], output_format: str) -> None:
    from mpmodernize.report.terminal import wants_colour
    from mpmodernize.verify import told

    if output_format == "json":
        import json

        click.echo(json.dumps(told.as_data(program, verification, remarks), indent=2))
        return
    colour = wants_colour(sys.stdout)
    click.echo(told.as_text(program, verification, remarks, colour=colour), color=colour)
