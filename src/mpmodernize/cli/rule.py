"""`mpmodernize rule`."""

from __future__ import annotations

import click


def _codes_and_names(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """What a shell completes: codes, and names once something else is typed."""
    from mpmodernize.codes import NAMES

    return [each for each in (*NAMES, *NAMES.values()) if incomplete and each.startswith(incomplete)] or list(NAMES)


@click.command(short_help="Explain a rule.")
@click.argument("name", metavar="CODE|NAME", required=False, shell_complete=_codes_and_names)
@click.option("--all", "all_of_them", is_flag=True, help="Every rule, one after the other.")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def rule(name: str | None, *, all_of_them: bool, output_format: str) -> None:
    """Explain a rule: what is wrong, why it matters under fork, spawn and forkserver, and what to do instead."""
    import json

    from mpmodernize.report import pages
    from mpmodernize.rules import all_rules, find_rule

    if all_of_them == bool(name):
        raise click.UsageError("Give the code or the name of a rule, or --all.")
    if name:
        found = find_rule(name)
        if found is None:
            raise click.UsageError(f"There is no rule '{name}'.{_nearest(name)}")
        text = json.dumps(pages.as_data(found), indent=2) if output_format == "json" else pages.page(found)
    elif output_format == "json":
        text = json.dumps([pages.as_data(each) for each in all_rules()], indent=2)
    else:
        text = "\n".join(pages.page(each) for each in all_rules())
    click.echo(text.rstrip("\n"))


def _nearest(name: str) -> str:
    from difflib import get_close_matches

    from mpmodernize.rules import all_rules

    known = [word for each in all_rules() for word in (each.code, each.name)]
    near = get_close_matches(name, known, 3) or get_close_matches(name.upper(), known, 3)
    return f" Did you mean {' or '.join(near)}?" if near else " See `mpmodernize rule --all`."
