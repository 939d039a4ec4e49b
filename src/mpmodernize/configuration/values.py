"""From what stands in a file or behind a flag to the value of a setting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.configuration.errors import ValueProblem, nearest
from mpmodernize.configuration.selectors import codes_of
from mpmodernize.files.patterns import is_pattern

if TYPE_CHECKING:
    from mpmodernize.configuration.table import Setting, Value


def checked(setting: Setting, value: object) -> Value:
    """The value, in the form that the setting has.

    Raises `ValueProblem` for a value of another type, a word that is none of the choices, or a rule that does not
    exist.
    """
    if setting.kind == "boolean":
        if not isinstance(value, bool):
            raise ValueProblem(f"`{setting.name}` is true or false, not {told(value)}")
        return value
    if setting.kind == "choice":
        return _choice(setting, value)
    if setting.kind == "rules by pattern":
        if not isinstance(value, dict):
            raise ValueProblem(f"`{setting.name}` is a table of patterns with lists of rules, not {told(value)}")
        for pattern in value:
            _check_pattern(setting, pattern.removeprefix("!"), pattern)
        return {pattern: _strings(setting, rules, pattern) for pattern, rules in value.items()}
    return _strings(setting, value)


def _choice(setting: Setting, value: object) -> str:
    if not isinstance(value, str) or value not in setting.choices:
        near = nearest(str(value), setting.choices, cutoff=0.75)
        choices = ", ".join(f'"{choice}"' for choice in setting.choices)
        raise ValueProblem(f"`{setting.name}` is one of {choices}, not {told(value)}{near}")
    return value


def _strings(setting: Setting, value: object, *steps: str) -> tuple[str, ...]:
    what = "patterns" if setting.kind == "patterns" else "rules"
    if not isinstance(value, list):
        raise ValueProblem(f"`{setting.name}` has a list of {what}, not {told(value)}", *steps)
    for place, each in enumerate(value):
        if not isinstance(each, str):
            raise ValueProblem(f"`{setting.name}` has a list of {what}, not {told(each)}", *steps, place)
        if what == "patterns":
            _check_pattern(setting, each, place)
        else:
            try:
                codes_of(each)
            except ValueProblem as problem:
                raise ValueProblem(str(problem), *steps, place) from None
    return tuple(value)


def _check_pattern(setting: Setting, pattern: str, step: str | int) -> None:
    if not is_pattern(pattern):
        raise ValueProblem(f"`{setting.name}` has a pattern that matches nothing: {told(pattern)}", step)


def told(value: object) -> str:
    """A value as TOML has it."""
    import json

    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    return json.dumps(value, default=str, ensure_ascii=False)
