"""`mpmodernize map`."""

from __future__ import annotations

import sys
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mpmodernize.cli.choosing import configuration_of
from mpmodernize.cli.common import gather, tell_internal_error
from mpmodernize.cli.running import with_progress

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mpmodernize.map.picture import Picture
    from mpmodernize.run.outcomes import Outcome

_FAILED = 2


@click.command("map", short_help="Draw a program's processes, and what reaches them by which way.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "mermaid", "svg"]),
    default="text",
    show_default=True,
    help="A tree for the terminal, a Mermaid flowchart, or a picture for the browser (needs `mpmodernize[map]`).",
)
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="Where to write it."
)
@click.option("--stdin-filename", metavar="NAME", help="What the code from standard input is called.")
@click.option(
    "--source-version",
    type=click.Choice(["auto", "2", "3"]),
    help="What the files are written in; auto decides per file.",
)
@click.option("--config", metavar="PATH|SETTING", multiple=True, help="As for `check`.")
@click.option("--isolated", is_flag=True, help="Read no project files.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.pass_context
def draw_map(
    ctx: click.Context,
    paths: tuple[Path, ...],
    *,
    form: str,
    output: Path | None,
    stdin_filename: str | None,
    source_version: str | None,
    config: tuple[str, ...],
    isolated: bool,
) -> None:
    """Draw the processes of a program, what reaches them by which way, and in red what goes wrong there.

    The parent, the workers and what starts them; the queues, pipes, locks, values and managers that they share. PATH
    is a file, the folder of a program, or standard input (-). Exit code 0, also where something goes wrong in the
    program; 2 if there is nothing to draw because a file can't be read, or if FILE can't be written.
    """
    from mpmodernize.configuration.table import SETTINGS
    from mpmodernize.run.programs import work_on
    from mpmodernize.run.work import Draw

    chosen: dict[str, object] = {setting.name.replace("-", "_"): None for setting in SETTINGS}
    chosen |= {"source_version": source_version, "config": config, "isolated": isolated}
    inputs, failed = gather(paths, stdin_filename, configuration_of(chosen), edits=False)
    _check_output(output, [each.path for each in inputs])
    pictures: list[Picture] = []
    code = 0
    done = with_progress(work_on(inputs, Draw(), whole=True), len(inputs), label="Drawing", quiet=False)
    for outcome in chain(failed, done):
        code = max(code, _told(outcome))
        if outcome.picture is not None:
            pictures.append(outcome.picture)
    if inputs and not pictures and not code:
        raise click.ClickException("documents are not drawn: `mpmodernize extract` writes their programs as scripts")
    drawn = [each for each in pictures if each.nodes or each.defects] or _nothing(pictures)
    if not any(each.nodes for each in drawn) and any(each.defects for each in drawn):
        code = _FAILED
    if drawn:
        _write(_rendered(drawn, form, to_terminal=output is None), output)
    ctx.exit(code)


def _check_output(output: Path | None, inputs: Iterable[Path | None]) -> None:
    """Refuse to write the picture over the program. Raises `click.UsageError`."""
    for each in inputs if output is not None and output.exists() else ():
        if each is not None and each.exists() and output is not None and each.samefile(output):
            raise click.UsageError(f"'{output}' is one of the files that are drawn.")


def _told(outcome: Outcome) -> int:
    """Tell why an input could not be drawn; the exit code that this makes."""
    if outcome.crash is not None:
        tell_internal_error(outcome.crash, outcome.name)
    for finding in outcome.left:
        click.echo(f"{finding.filename}:{finding.line}: {finding.message}", err=True)
    return _FAILED if outcome.crash is not None or outcome.left else 0


def _nothing(pictures: list[Picture]) -> list[Picture]:
    """A picture that says that there are no processes."""
    from mpmodernize.map.picture import Picture

    files = tuple(name for each in pictures for name in each.files)
    return [Picture(files, (), (), ())] if files else []


def _rendered(pictures: list[Picture], form: str, *, to_terminal: bool) -> str:
    """The pictures in a format. Raises `click.ClickException` where what lays them out is not installed."""
    if form == "mermaid":
        from mpmodernize.map.mermaid import as_mermaid

        return as_mermaid(pictures)
    if form == "svg":
        from mpmodernize.map.layout import MissingLibraryError
        from mpmodernize.map.svg import as_svg

        try:
            return as_svg(pictures)
        except MissingLibraryError as error:
            raise click.ClickException(str(error)) from error
    from mpmodernize.map.text import as_text
    from mpmodernize.report.terminal import wants_colour

    colour = to_terminal and wants_colour(sys.stdout)
    plain = to_terminal and not _can_show("├└│←✗×…", sys.stdout.encoding)
    return "\n".join(as_text(each, colour=colour, ascii_only=plain) for each in pictures)


def _can_show(text: str, encoding: str | None) -> bool:
    try:
        text.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _write(text: str, output: Path | None) -> None:
    """Write to a file, or to standard output. Raises `click.ClickException` where that fails."""
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise click.ClickException(f"'{output}' can't be written: {error.strerror}") from error
