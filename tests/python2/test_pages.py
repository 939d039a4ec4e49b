"""No rule of syntax without a conversion behind it, and no conversion without a rule."""

from __future__ import annotations

import re
from pathlib import Path

import mpmodernize.python2
from mpmodernize.rules import all_rules
from mpmodernize.rules.base import SyntaxRule


def test_codes_of_the_conversion_and_of_the_rules_are_the_same() -> None:
    room = Path(mpmodernize.python2.__file__).parent
    used = {code for path in room.glob("*.py") for code in re.findall(r'"(MP1\d\d)"', path.read_text("utf-8"))}
    assert used == {rule.code for rule in all_rules() if rule.code.startswith("MP1") and issubclass(rule, SyntaxRule)}
