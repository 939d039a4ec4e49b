"""The settings in words: what each means, and what it is here."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Any

from mpmodernize.configuration.table import SETTINGS

if TYPE_CHECKING:
    from mpmodernize.configuration.merging import Choices
    from mpmodernize.configuration.table import Setting, Value

_WIDTH = 100
_VALUES = {
    "boolean": "`true` or `false`",
    "rules": "a list of rules",
    "patterns": "a list of patterns",
    "rules by pattern": "a table of patterns with lists of rules",
}


def explanation(setting: Setting) -> str:
    """What a setting means, in full."""
    return f"{setting.meaning} {setting.more}".strip()


def kind_of_value(setting: Setting) -> str:
    """What a setting can be."""
    return _VALUES.get(setting.kind) or ", ".join(f'`"{choice}"`' for choice in setting.choices)


def toml(value: Value | None) -> str:
    """A value as TOML has it."""
    if isinstance(value, dict):
        rows = [f"{json.dumps(pattern)} = {toml(rules)}" for pattern, rules in value.items()]
        return f"{{ {', '.join(rows)} }}" if rows else "{}"
    return json.dumps(value, ensure_ascii=False)


def listing(choices: Choices) -> str:
    """All settings as they are here and where that is said: a file of TOML that says the same."""
    parts = []
    for setting in SETTINGS:
        value, where = _here(setting, choices)
        parts.append(f"# {setting.meaning}\n{setting.name} = {toml(value)}  # {where}\n")
    return "\n".join(parts)


def page(setting: Setting, choices: Choices) -> str:
    """All about one setting."""
    value, where = _here(setting, choices)
    rows = {
        "Values": kind_of_value(setting).replace("`", ""),
        "Default": toml(setting.default),
        "Here": f"{toml(value)} ({where})" if where != "default" else "the default",
        "Flag": flag(setting),
        "Example": setting.example,
    }
    text = textwrap.fill(explanation(setting), _WIDTH, break_long_words=False, break_on_hyphens=False)
    return f"{setting.name}\n\n{text}\n\n" + "\n".join(f"{name + ':':9}{told}" for name, told in rows.items()) + "\n"


def flag(setting: Setting) -> str:
    """How a setting is typed."""
    if setting.kind == "boolean":
        return f"{setting.flag}, --no-{setting.name}"
    words = {"choice": "VALUE", "rules": "RULE,...", "patterns": "PATTERN,..."}
    return f"{setting.flag} {words.get(setting.kind, 'PATTERN:RULE,...')}"


def as_data(setting: Setting, choices: Choices) -> dict[str, Any]:
    """A setting as plain data for JSON."""
    value, source = choices.value(setting.name)
    return {
        "name": setting.name,
        "meaning": setting.meaning,
        "explanation": explanation(setting),
        "kind": setting.kind,
        "choices": list(setting.choices),
        "default": setting.default,
        "value": value,
        "source": source.name if source is not None else None,
        "line": source.line(setting.name) if source is not None else None,
        "flag": setting.flag,
        "example": setting.example,
    }


def _here(setting: Setting, choices: Choices) -> tuple[Value | None, str]:
    value, source = choices.value(setting.name)
    if source is None:
        return value, "default"
    line = source.line(setting.name)
    return value, source.name if line is None else f"{source.name}:{line}"
