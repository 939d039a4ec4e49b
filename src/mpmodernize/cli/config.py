"""`mpmodernize config`."""

from __future__ import annotations

import click

from mpmodernize.cli.choosing import CONFIG, ISOLATED, configuration_of


@click.command(short_help="Explain the settings, and show what they are here.")
@click.argument("name", metavar="[KEY]", required=False)
@click.option("--file", "path", metavar="PATH", help="Show what applies to this file, not to the working directory.")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@CONFIG
@ISOLATED
def config(name: str | None, *, path: str | None, output_format: str, isolated: bool, **given: tuple[str, ...]) -> None:
    """List the settings: what each means, what it is here, and where that is said. With KEY, explain one in full.

    The list is a file of TOML that says the same.
    """
    import json

    from mpmodernize.configuration import explaining
    from mpmodernize.configuration.errors import ConfigurationError, nearest
    from mpmodernize.configuration.table import BY_NAME, SETTINGS

    if name is not None and name not in BY_NAME:
        raise click.UsageError(f"There is no setting '{name}'{nearest(name, BY_NAME)}")
    configuration = configuration_of({"isolated": isolated, **given})
    try:
        choices = configuration.of_file(path) if path is not None else configuration.of_run
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from error
    if output_format == "json":
        data = [explaining.as_data(setting, choices) for setting in SETTINGS if name in (None, setting.name)]
        text = json.dumps(data if name is None else data[0], indent=2, ensure_ascii=False)
    elif name is not None:
        text = explaining.page(BY_NAME[name], choices)
    else:
        text = explaining.listing(choices)
    click.echo(text.rstrip("\n"))
