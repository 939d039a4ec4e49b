"""What tests of several folders share."""

from __future__ import annotations

import multiprocessing

import pytest

from mpmodernize.verify.interpreters import VERSIONS, interpreters

pytest.register_assert_rewrite("tests.cases", "tests.before", "tests.rewrite.edited")

START_METHODS = sorted(multiprocessing.get_all_start_methods())


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bless", action="store_true", help="write golden files anew from what the tool makes now")


@pytest.fixture
def bless(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written anew; CI never asks for it."""
    return bool(request.config.getoption("--bless"))


@pytest.fixture(params=START_METHODS)
def start_method(request: pytest.FixtureRequest) -> str:
    """Each start method of this platform."""
    return str(request.param)


@pytest.fixture(params=[version for version in VERSIONS if version != "2.7"])
def python(request: pytest.FixtureRequest) -> str:
    """Each supported Python of this machine; the others are skipped, and the report says which."""
    path = interpreters().get(request.param)
    if path is None:
        pytest.skip(f"no Python {request.param} here (PATH, pyenv, MPMODERNIZE_PYTHONS)")
    return path


@pytest.fixture
def python2() -> str:
    """Python 2.7, where there is one."""
    path = interpreters().get("2.7")
    if path is None:
        pytest.skip("no Python 2.7 here (PATH, pyenv, MPMODERNIZE_PYTHONS)")
    return path
