"""The library of an installed Python 2.7: every file comes out as the same program in Python 3, and stays so.

A sample of it by default; with `MPMODERNIZE_LIBRARY=all` in the environment all of it (a minute). The counts are
printed by `benchmarks/library.py`.
"""

from __future__ import annotations

import os
import warnings

import pytest

from mpmodernize.python2 import convert
from tests.python2 import trees

EVERY = 1 if os.environ.get("MPMODERNIZE_LIBRARY") == "all" else 6


@pytest.fixture(scope="module")
def library() -> list[trees.File]:
    try:
        return trees.library(EVERY)
    except LookupError as reason:
        pytest.skip(str(reason))


def test_every_file_compiles_and_a_second_conversion_changes_nothing(library: list[trees.File]) -> None:
    assert len(library) > 1700 // EVERY
    for file in library:
        source = trees.converted(file.decoded)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, file.name, "exec", dont_inherit=True)
        assert convert(source, "2").source == source, file.name
        assert convert(source).source == source, file.name


def test_every_file_has_the_tree_that_python_2_made_of_it(library: list[trees.File]) -> None:
    different = [
        file
        for file in library
        if file.name not in trees.EXPLAINED and not trees.same_tree(file, trees.converted(file.decoded))
    ]
    assert not different, "\n\n".join(trees.differences(file, trees.converted(file.decoded)) for file in different)


def test_the_exceptions_are_few_and_still_needed(library: list[trees.File]) -> None:
    explained = [file for file in library if file.name in trees.EXPLAINED]
    assert len(explained) <= max(1, len(library) // 200)
    assert [file.name for file in explained if trees.same_tree(file, trees.converted(file.decoded))] == []
