"""Every fixer of 2to3 has its row, and every rule that a row names is there."""

from __future__ import annotations

import subprocess

import pytest

from docs.fixers import FIXERS, fixer_table
from mpmodernize.verify.interpreters import interpreters

_LIST = "from lib2to3.refactor import get_fixers_from_package as f; print('\\n'.join(f('lib2to3.fixes')))"


def test_each_fixer_of_2to3_has_its_row() -> None:
    for version in ("3.12", "3.11", "3.10"):
        python = interpreters().get(version)
        if python is not None:
            command = [str(python), "-W", "ignore", "-c", _LIST]
            listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
            assert [fixer.name for fixer in FIXERS] == sorted(name.partition("fix_")[2] for name in listed)
            return
    pytest.skip("there is no Python with lib2to3 on this machine")


def test_there_are_52_rows_and_all_rules_exist() -> None:
    assert len({fixer.name for fixer in FIXERS}) == 52
    assert fixer_table().count("\n| `") == 52
