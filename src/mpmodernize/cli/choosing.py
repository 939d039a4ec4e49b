"""The flags of the settings, `--config` and `--isolated`; and the configuration that they make with project files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mpmodernize.configuration.projects import Configuration
    from mpmodernize.configuration.sources import Source
    from mpmodernize.configuration.table import Setting, Value

F = TypeVar("F", bound="Callable[..., Any]")
Chosen = Mapping[str, Any]
"""What was typed, by the names of the parameters."""

CONFIG = click.option(
    "--config",
    metavar="PATH|SETTING",
    multiple=True,
    help="Read this file in place of all project files; or set one setting, as a line of TOML.",
)
ISOLATED = click.option("--isolated", is_flag=True, help="Read no project files.")


def choosing_options(command: F) -> F:
    """Add a flag for every setting, `--config` and `--isolated`; the command gets them together, as `chosen`."""
    from mpmodernize.configuration.table import SETTINGS

    names = [setting.name.replace("-", "_") for setting in SETTINGS] + ["config", "isolated"]

    @wraps(command)
    def with_chosen(*arguments: Any, **given: Any) -> Any:
        chosen = {name: given.pop(name) for name in names}
        return command(*arguments, chosen=chosen, **given)

    decorated: Any = with_chosen
    for option in (
        ISOLATED,
        CONFIG,
        *(_option(setting) for setting in reversed(SETTINGS)),
    ):
        decorated = option(decorated)
    typed: F = decorated
    return typed


def _option(setting: Setting) -> Callable[[F], F]:
    text = setting.meaning
    if setting.kind == "boolean":
        return click.option(f"{setting.flag}/--no-{setting.name}", default=None, help=text)
    if setting.kind == "choice":
        told = f"{text} [default: {setting.default}]"
        return click.option(setting.flag, type=click.Choice(setting.choices), default=None, help=told)
    metavar = {"rules": "RULE,...", "patterns": "PATTERN,...", "rules by pattern": "PATTERN:RULE,..."}[setting.kind]
    return click.option(setting.flag, metavar=metavar, multiple=True, help=text)


def configuration_of(chosen: Chosen) -> Configuration:
    """The configuration that was chosen on the command line, together with what project files say.

    Raises `click.ClickException` for what can't be used.
    """
    from mpmodernize.configuration.errors import ConfigurationError
    from mpmodernize.configuration.projects import Configuration

    try:
        file, typed = _typed(chosen)
        return Configuration(typed, file=file, isolated=chosen["isolated"])
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from error


def output_format_of(configuration: Configuration) -> str:
    """The format of the whole run. Raises `click.ClickException`."""
    from mpmodernize.configuration.errors import ConfigurationError

    try:
        return configuration.of_run.output_format
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from error


def _typed(chosen: Chosen) -> tuple[str | None, list[Source]]:
    from mpmodernize.configuration.sources import inline_source

    here = os.getcwd()
    file, typed = None, []
    for each in chosen["config"]:
        if not os.path.isfile(each) and "=" in each:
            typed.append(inline_source(each, "--config", here))
        elif file is not None:
            raise click.UsageError("--config can name one file only.")
        elif chosen["isolated"]:
            raise click.UsageError("--isolated reads no file, and --config names one.")
        else:
            file = each
    flags = _flags(chosen, here)
    return file, [*typed, flags] if flags is not None else typed


def _flags(chosen: Chosen, folder: str) -> Source | None:
    from mpmodernize.configuration.errors import ConfigurationError, ValueProblem
    from mpmodernize.configuration.sources import Source
    from mpmodernize.configuration.table import SETTINGS
    from mpmodernize.configuration.values import checked

    values: dict[str, Value] = {}
    for setting in SETTINGS:
        given = chosen.get(setting.name.replace("-", "_"))
        if given is None or given == ():
            continue
        try:
            values[setting.name] = checked(setting, _value(setting, given))
        except ValueProblem as problem:
            raise ConfigurationError(str(problem), setting.flag) from problem
    return Source("the command line", folder, values) if values else None


def _value(setting: Setting, given: Any) -> object:
    """What was typed behind a flag, in the form that a file would have it."""
    if setting.kind in {"boolean", "choice"}:
        return given
    words = list(_words(given))
    if setting.kind != "rules by pattern":
        return words
    rules: dict[str, list[str]] = {}
    pattern = ""
    for word in words:
        # `tests/:MP301,MP4` has one pattern with two rules; a pattern may have a colon, a rule has none.
        before, colon, rule = word.rpartition(":")
        pattern = before if colon else pattern
        if not pattern:
            raise click.UsageError(f"{setting.flag} wants PATTERN:RULE, and '{word}' names no pattern.")
        rules.setdefault(pattern, []).append(rule)
    return rules


def _words(given: Sequence[str]) -> Iterator[str]:
    return (word.strip() for each in given for word in each.split(",") if word.strip())
