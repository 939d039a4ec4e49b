"""The JSON schema of the settings, for editors: as SchemaStore takes it, in draft 7."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mpmodernize.codes import NAMES
from mpmodernize.configuration.explaining import explanation
from mpmodernize.configuration.selectors import ALL
from mpmodernize.configuration.table import SETTINGS

if TYPE_CHECKING:
    from mpmodernize.configuration.table import Setting

# A pattern that says something: not blank, not `!` alone, and no backslash at its end that nothing follows.
_PATTERN = r"^(?!\s*!?\s*$)([^\\]|\\.)*$"


def schema() -> dict[str, Any]:
    """The schema: it accepts what the settings accept, and nothing else."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "mpmodernize.schema.json",
        "title": "mpmodernize",
        "description": "Settings of mpmodernize: `mpmodernize.toml`, or `[tool.mpmodernize]` in `pyproject.toml`.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            setting.name: {"description": explanation(setting), **_value(setting), **_default(setting)}
            for setting in sorted(SETTINGS, key=lambda setting: setting.name)
        },
        "definitions": {
            "rule": {
                "description": "A rule: its code, the beginning of its code, its name, or ALL.",
                "type": "string",
                "enum": _selectors(),
            },
            "pattern": {
                "description": "A pattern as in .gitignore.",
                "type": "string",
                "pattern": _PATTERN,
            },
        },
    }


def _value(setting: Setting) -> dict[str, Any]:
    if setting.kind == "boolean":
        return {"type": "boolean"}
    if setting.kind == "choice":
        return {"type": "string", "enum": list(setting.choices)}
    rules = {"type": "array", "items": {"$ref": "#/definitions/rule"}}
    if setting.kind == "rules":
        return rules
    if setting.kind == "patterns":
        return {"type": "array", "items": {"$ref": "#/definitions/pattern"}}
    names = {"pattern": _PATTERN.replace("^", "^!?", 1)}
    return {"type": "object", "additionalProperties": rules, "propertyNames": names}


def _default(setting: Setting) -> dict[str, Any]:
    default = setting.default
    return {"default": list(default) if isinstance(default, tuple) else default}


def _selectors() -> list[str]:
    beginnings = {code[:length] for code in NAMES for length in range(1, len(code) + 1)}
    return [ALL, *sorted(beginnings), *sorted(NAMES.values())]
