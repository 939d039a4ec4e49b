"""The rules: one file each, found by themselves."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from mpmodernize.rules.base import BaseRule, Rule, SyntaxRule

FAMILIES = ("tool", "syntax", "names", "starting", "sharing", "lifetimes", "api")
OF_PYTHON_2 = ("syntax", "names")
"""The families with the rules about Python 2 that ask the model."""
OF_PROCESSES = ("starting", "sharing", "lifetimes", "api")
"""The families about processes."""


@cache
def all_rules(families: tuple[str, ...] = FAMILIES) -> tuple[type[BaseRule], ...]:
    """Every rule (of some families), sorted by code."""
    found: set[type[BaseRule]] = set()
    for family in families:
        package = importlib.import_module(f"{__name__}.{family}")
        for module_info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(module_info.name)
            found.update(
                each
                for each in vars(module).values()
                if isinstance(each, type)
                and issubclass(each, BaseRule)
                and each.__module__ == module.__name__
                and hasattr(each, "code")
            )
    return tuple(sorted(found, key=lambda rule: rule.code))


@cache
def program_rules(families: tuple[str, ...] = FAMILIES) -> tuple[Rule, ...]:
    """An instance of every rule (of some families) that asks the model."""
    return tuple(rule() for rule in all_rules(families) if issubclass(rule, Rule))


@cache
def _by_key() -> dict[str, type[BaseRule]]:
    return {key: rule for rule in all_rules() for key in (rule.code.lower(), rule.name)}


def find_rule(text: str) -> type[BaseRule] | None:
    """The rule with this code or name; `None` if there is none."""
    return _by_key().get(text.strip().lower())


__all__ = ["OF_PROCESSES", "OF_PYTHON_2", "BaseRule", "Rule", "SyntaxRule", "all_rules", "find_rule", "program_rules"]
