"""`mpmodernize extract`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mpmodernize.engine.extraction import Extraction, Script
    from mpmodernize.settings import Settings


@click.command(short_help="Write the programs in a document as scripts.")
@click.option(
    "-o",
    "--output",
    "folder",
    metavar="FOLDER",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the scripts go; it is made if need be.",
)
@click.option("--fix", is_flag=True, help="What `mpmodernize fix` makes of them.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix: also the fixes that could change what a program does.")
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
@click.option(
    "--source-version",
    type=click.Choice(["auto", "2", "3"]),
    default="auto",
    show_default=True,
    help="What the code is written in; auto decides per document.",
)
@click.argument("document", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_context
def extract(
    ctx: click.Context,
    document: Path,
    *,
    folder: Path,
    fix: bool,
    unsafe_fixes: bool,
    force: bool,
    source_version: str,
) -> None:
    """Write each program in a document as a script of its own, with the imports that other snippets have for it.

    Works on Markdown, reStructuredText, notebooks and plain notes. Exit code 1 if no code is found, or some of it is
    valid in neither Python.
    """
    from mpmodernize.settings import Settings

    settings = Settings(source_version=source_version, unsafe_fixes=unsafe_fixes)  # type: ignore[arg-type]
    found = _extracted(document, settings, fix=fix)
    _write(found.scripts, folder, force=force)
    for script in found.scripts:
        click.echo(f"wrote {folder / script.name} (line {script.place.line}{_in_cell(script.place.cell)})")
    for place in found.broken:
        click.echo(
            f"left out {document}:{place.line}{_in_cell(place.cell)}: this is valid in neither Python 2 nor Python 3",
            err=True,
        )
    if not found.scripts:
        click.echo(f"no Python code found in {document}", err=True)
    ctx.exit(int(bool(found.broken) or not found.scripts))


def _in_cell(cell: int | None) -> str:
    return f" of cell {cell}" if cell is not None else ""


def _extracted(document: Path, settings: Settings, *, fix: bool) -> Extraction:
    from mpmodernize.documents import DocumentError, kind_of
    from mpmodernize.engine import extraction
    from mpmodernize.files.decode import UndecodableError, decode

    if document.suffix in (".py", ".pyw"):
        raise click.UsageError(f"{document} is a Python file, not a document with Python in it.")
    kind = kind_of(document.name) or "notes"
    try:
        return extraction.extract(decode(document.read_bytes()).text, kind, settings=settings, fix=fix)
    except (DocumentError, UndecodableError) as error:
        raise click.ClickException(f"{document}:{error.line}: {error}") from error
    except OSError as error:
        raise click.ClickException(f"{document} can't be read: {error.strerror or error}") from error


def _write(scripts: tuple[Script, ...], folder: Path, *, force: bool) -> None:
    """Write all of them, or none where a file is in the way; no folder is made for none."""
    if not scripts:
        return
    targets = [folder / each.name for each in scripts]
    present = [str(each) for each in targets if each.exists()]
    if present and not force:
        raise click.ClickException(f"{', '.join(present)} exists; --force overwrites")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for script, target in zip(scripts, targets, strict=True):
            target.write_bytes(script.text.encode("utf-8"))
    except OSError as error:
        raise click.ClickException(f"{error.filename or folder} can't be written: {error.strerror or error}") from error
