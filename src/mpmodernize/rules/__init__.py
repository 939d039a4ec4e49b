"""The rules: one file each, found by themselves."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from mpmodernize.rules.base import BaseRule, Rule, SyntaxRule

FAMILIES = ("tool", "syntax", "names", "starting", "sharing", "lifetimes", "api")


@cache
def all_rules() -> tuple[type[BaseRule], ...]:
    """Every rule, sorted by code."""
    found: set[type[BaseRule]] = set()
    for family in FAMILIES:
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
def program_rules() -> tuple[Rule, ...]:
    """An instance of every rule that asks the model."""
    return tuple(rule() for rule in all_rules() if issubclass(rule, Rule))


@cache
def _by_key() -> dict[str, type[BaseRule]]:
    return {key: rule for rule in all_rules() for key in (rule.code.lower(), rule.name)}


def find_rule(text: str) -> type[BaseRule] | None:
    """The rule with this code or name; `None` if there is none."""
    return _by_key().get(text.strip().lower())


__all__ = ["BaseRule", "Rule", "SyntaxRule", "all_rules", "find_rule", "program_rules"]
