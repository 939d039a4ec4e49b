"""Every rule's page is complete, and its example becomes its replacement."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from mpmodernize import Settings, check_source, fix_source
from mpmodernize.report.pages import as_data
from mpmodernize.rules import BaseRule, all_rules
from mpmodernize.settings import Surroundings

HEADINGS = [
    "What it does",
    "Why it matters",
    "Example",
    "Use instead",
    "Fix safety",
    "When it stays silent",
    "References",
]
RULES = all_rules()
BESIDE = Surroundings(frozenset({"helper"}), is_package=True)
"""Examples lie in a package, beside a module `helper`."""
IN_MAIN = replace(BESIDE, is_main=True)
"""The example of MP305 is a `__main__.py`."""
WITH_FIX = [rule for rule in RULES if rule.code not in {"MP001", "MP003"}]
"""All but those whose example a person puts right."""


def code_of(rule: type[BaseRule], heading: str) -> str:
    blocks = re.findall(r"```python\n(.*?)```", as_data(rule)["sections"][heading], re.DOTALL)
    assert len(blocks) == 1, f"{rule.code} has one block of code under {heading}"
    return str(blocks[0])


def name_of(rule: type[BaseRule]) -> str:
    return rule.code


def beside(rule: type[BaseRule]) -> Surroundings:
    return IN_MAIN if rule.code == "MP305" else BESIDE


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_a_page_has_all_headings_in_order(rule: type[BaseRule]) -> None:
    assert list(as_data(rule)["sections"]) == HEADINGS


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_the_example_shows_the_defect(rule: type[BaseRule]) -> None:
    assert rule.code in {
        finding.code for finding in check_source(code_of(rule, "Example"), beside=beside(rule)).findings
    }


@pytest.mark.parametrize("rule", WITH_FIX, ids=name_of)
def test_the_example_becomes_the_replacement(rule: type[BaseRule]) -> None:
    example, replacement = code_of(rule, "Example"), code_of(rule, "Use instead")
    safety = as_data(rule)["sections"]["Fix safety"].split(".")[0]
    if example == replacement:  # a rule that only reports says so
        assert "no fix" in as_data(rule)["sections"]["Fix safety"].lower()
    settings = Settings(unsafe_fixes="Unsafe" in safety, pin_fork="--pin-fork" in safety)
    assert fix_source(example, settings=settings, beside=BESIDE).source == replacement


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_the_replacement_is_clean(rule: type[BaseRule]) -> None:
    replacement = code_of(rule, "Use instead")
    if replacement != code_of(rule, "Example"):
        assert check_source(replacement, beside=BESIDE).findings == ()
