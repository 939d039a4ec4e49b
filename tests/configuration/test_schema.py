"""The JSON schema says what the settings say: editors and the command line take the same files."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from docs.generate import SCHEMA
from mpmodernize.codes import NAMES
from mpmodernize.configuration.errors import ConfigurationError
from mpmodernize.configuration.schema import schema
from mpmodernize.configuration.sources import parse, source_of
from mpmodernize.configuration.table import SETTINGS

VALIDATOR = jsonschema.Draft7Validator(schema())


def takes(document: dict[str, Any]) -> bool:
    try:
        source_of(document, "test", "/")
    except ConfigurationError:
        return False
    return True


def test_the_file_is_up_to_date_and_a_schema() -> None:
    written = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert written == json.loads(json.dumps(schema())), "make docs"
    jsonschema.Draft7Validator.check_schema(written)


def test_every_setting_is_described_and_its_default_and_example_are_valid() -> None:
    properties = schema()["properties"]
    assert set(properties) == {setting.name for setting in SETTINGS}
    for setting in SETTINGS:
        described = properties[setting.name]
        assert setting.meaning in described["description"]
        assert VALIDATOR.is_valid({setting.name: described["default"]})
        assert VALIDATOR.is_valid(parse(setting.example, "example"))


@pytest.mark.parametrize("selector", ["ALL", "M", "MP", "MP4", "MP40", "MP402", "unguarded-shared-update", *NAMES])
def test_a_rule_that_exists_is_taken_by_both(selector: str) -> None:
    document = {"select": [selector], "per-file-ignores": {"a.py": [selector]}}
    assert takes(document)
    assert VALIDATOR.is_valid(document)


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"select": []},
        {"exclude": ["a", "!a", "/a/**/b", "[ab]", " a", "a\\ ", "\\!a", "\\#"]},
        {"per-file-ignores": {}},
        {"per-file-ignores": {"!a.py": ["MP4"], "a b": []}},
        {"unsafe-fixes": True},
        {"target-version": "py314"},
    ],
)
def test_what_is_right_is_taken_by_both(document: dict[str, Any]) -> None:
    assert takes(document)
    assert VALIDATOR.is_valid(document)


@pytest.mark.parametrize(
    "document",
    [
        {"selct": []},
        {"select": "MP4"},
        {"select": [4]},
        {"select": [""]},
        {"select": ["MP9"]},
        {"select": ["mp4"]},
        {"select": ["MP4012"]},
        {"select": {"MP4": True}},
        {"ignore": None},
        {"ignore": ["no-such-rule"]},
        {"fixable": [[]]},
        {"exclude": [""]},
        {"exclude": ["!"]},
        {"exclude": [" "]},
        {"exclude": ["a\\"]},
        {"exclude": "a"},
        {"exclude": [1]},
        {"extend-exclude": ["\\"]},
        {"extend-exclude": ["\\\\\\"]},
        {"per-file-ignores": []},
        {"per-file-ignores": {"": ["MP4"]}},
        {"per-file-ignores": {"a": "MP4"}},
        {"per-file-ignores": {"a": ["X"]}},
        {"per-file-ignores": {"!": ["MP4"]}},
        {"per-file-ignores": {"a\\": ["MP4"]}},
        {"unsafe-fixes": "true"},
        {"unsafe-fixes": 1},
        {"pin-fork": []},
        {"target-version": "py27"},
        {"target-version": "3.12"},
        {"target-version": 3.12},
        {"source-version": 2},
        {"start-method": "FORK"},
        {"output-format": "text"},
        {"force-exclude": None},
        {"respect_gitignore": True},
    ],
)
def test_what_is_wrong_is_refused_by_both(document: dict[str, Any]) -> None:
    assert not takes(document)
    assert not VALIDATOR.is_valid(document)
