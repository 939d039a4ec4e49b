"""Codes, names, pages and cases are equal sets."""

from __future__ import annotations

import re
from pathlib import Path

from mpmodernize.rules import all_rules, find_rule

ROOT = Path(__file__).parents[2]
FAMILY_OF_DIGIT = {
    "0": "tool",
    "1": "syntax",
    "2": "names",
    "3": "starting",
    "4": "sharing",
    "5": "lifetimes",
    "6": "api",
}


def test_codes_and_names_are_unique_and_well_formed() -> None:
    rules = all_rules()
    assert len({rule.code for rule in rules}) == len({rule.name for rule in rules}) == len(rules)
    for rule in rules:
        assert re.fullmatch(r"MP\d{3}", rule.code)
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)


def test_each_rule_is_in_the_family_of_its_code_in_a_file_of_its_name() -> None:
    for rule in all_rules():
        family, module = rule.__module__.split(".")[-2:]
        assert family == FAMILY_OF_DIGIT[rule.code[2]]
        assert module == rule.name.replace("-", "_")


def test_each_rule_has_a_folder_of_cases_and_each_folder_a_rule() -> None:
    folders = {each.name for each in (ROOT / "fixtures" / "rules").iterdir()}
    assert folders == {f"{rule.code}_{rule.name.replace('-', '_')}" for rule in all_rules()}


def test_a_rule_is_found_by_code_and_by_name() -> None:
    for rule in all_rules():
        assert find_rule(rule.code) is find_rule(rule.name) is find_rule(rule.code.lower()) is rule
    assert find_rule("MP999") is None
