"""How a run is carried out: by how many processes, and what it remembers; `mpmodernize clean`."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mpmodernize.run.cache import Cache
    from mpmodernize.run.inputs import Input
    from mpmodernize.run.outcomes import Outcome
    from mpmodernize.run.programs import Work

F = TypeVar("F", bound="Callable[..., Any]")

# A bar for a handful of files would only flicker.
_BAR_FROM = 20

_cache_dir = click.option(
    "--cache-dir",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to remember what was found, in place of `.mpmodernize_cache` at the project's root; "
    "MPMODERNIZE_CACHE_DIR says the same.",
)


@dataclass(frozen=True)
class Running:
    """What was typed about the way of working."""

    jobs: int | None
    no_cache: bool
    cache_dir: Path | None

    def work_on(
        self,
        inputs: Sequence[Input],
        work: Work,
        paths: Sequence[Path],
        *,
        label: str,
        quiet: bool,
        finish_first: bool = False,
    ) -> Iterable[Outcome]:
        """Do `work` on the inputs, and give what comes of each, in their order.

        `finish_first` has all the work done before the first outcome is given, so that a reader who stops reading the
        report doesn't stop the work.
        """
        from mpmodernize.run import programs

        outcomes = programs.work_on(inputs, work, jobs=self.jobs, cache=self._cache(inputs, paths))
        # The processes of a run that is not read to its end are ended with the command.
        click.get_current_context().call_on_close(outcomes.close)
        shown = with_progress(outcomes, len(inputs), label=label, quiet=quiet)
        return list(shown) if finish_first else shown

    def _cache(self, inputs: Sequence[Input], paths: Sequence[Path]) -> Cache | None:
        """The cache of the run; one file that is named is looked at before a cache has been read."""
        if self.no_cache or (len(inputs) < 2 and all(each.named for each in inputs)):
            return None
        from mpmodernize.run.cache import Cache, folder_for

        return Cache(self.cache_dir or folder_for(paths))


def with_progress(outcomes: Iterable[Outcome], number: int, *, label: str, quiet: bool) -> Iterable[Outcome]:
    """The outcomes; on a terminal, where they are many, with a bar that shows how far the work has come."""
    if number < _BAR_FROM or quiet or not sys.stderr.isatty():
        return outcomes
    with click.progressbar(outcomes, length=number, label=label, file=sys.stderr) as bar:
        return list(bar)


def running_options(command: F) -> F:
    """Add the options about the way of working; the command gets them together, as `running`."""

    @wraps(command)
    def with_running(*arguments: Any, **given: Any) -> Any:
        chosen = {name: given.pop(name) for name in Running.__dataclass_fields__}
        return command(*arguments, running=Running(**chosen), **given)

    decorated: Any = with_running
    for option in (
        _cache_dir,
        click.option("--no-cache", is_flag=True, help="Remember nothing, and look at every file anew."),
        click.option(
            "-j",
            "--jobs",
            metavar="N",
            type=click.IntRange(min=1),
            help="How many processes share the work, at most; as a rule one for each processor.",
        ),
    ):
        decorated = option(decorated)
    typed: F = decorated
    return typed


@click.command(short_help="Remove what earlier runs have remembered.")
@_cache_dir
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path, exists=True))
def clean(paths: tuple[Path, ...], *, cache_dir: Path | None) -> None:
    """Remove the cache of the project that these paths, or the current folder, are in."""
    from mpmodernize.run.cache import folder_for, remove

    folder = cache_dir or folder_for(paths)
    try:
        removed = remove(folder)
    except OSError as error:
        raise click.ClickException(f"{folder} can't be removed: {error.strerror or error}") from error
    if removed and folder.exists():
        click.echo(f"Removed the cache in {folder}, and nothing else that is there.")
    else:
        click.echo(f"Removed {folder}." if removed else f"There is no cache at {folder}.")
