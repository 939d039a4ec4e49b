from __future__ import annotations

import ast
import inspect
import pkgutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import mpmodernize.reference
from mpmodernize.reference.registry import IMPLEMENTATIONS, Implementation, find_implementation

by_name = pytest.mark.parametrize("implementation", IMPLEMENTATIONS, ids=lambda each: each.name)


@by_name
def test_an_implementation_prints_what_it_says_a_right_program_prints(
    implementation: Implementation, start_method: str
) -> None:
    # In a process of its own: a fork server that an earlier test has started prints into that test's output.
    command = [
        sys.executable,
        "-m",
        "mpmodernize",
        "reference",
        implementation.name,
        "--run",
        "--context",
        start_method,
    ]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert implementation.departures(lines) == []
    assert list(implementation.expected()) == [line for line in lines if line in implementation.expected()]


@by_name
def test_output_with_a_line_missing_departs(implementation: Implementation) -> None:
    lines = list(implementation.expected())
    assert implementation.departures(lines) == []
    assert implementation.departures(lines[1:])
    assert implementation.departures([])


def test_lines_in_another_order_depart() -> None:
    pool = find_implementation("pool")
    first, second, third = pool.expected()
    assert pool.departures([second, first, third]) == ["prints the expected lines in another order"]
    assert pool.departures([first, "hello", second, third]) == []


@pytest.mark.parametrize(
    ("numbers", "problems"),
    [
        ([1, 2, 3], []),
        ([3, 1, 2], []),
        ([1, 2, 2, 3], ["prints 2 2 times"]),
        ([1, 2, 1, 2], ["prints 1 2 times", "prints 2 2 times"]),
        ([1, 4], ["never prints 2", "never prints 3"]),
    ],
)
def test_a_counter_that_loses_or_repeats_numbers_departs(numbers: list[int], problems: list[str]) -> None:
    assert find_implementation("lock").departures([f"job1 {number}" for number in numbers]) == problems


def modules() -> list[str]:
    folder = Path(mpmodernize.reference.__file__).parent
    return [f"mpmodernize.reference.{module.name}" for module in pkgutil.iter_modules([str(folder)])]


@pytest.mark.parametrize("module", modules())
def test_a_module_imports_nothing_of_the_rest_of_the_package(module: str) -> None:
    tree = ast.parse(inspect.getsource(import_module(module)))
    imported = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    imported += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    foreign = [name for name in imported if name.split(".")[0] not in sys.stdlib_module_names]
    assert all(name.startswith("mpmodernize.reference") for name in foreign), foreign


def test_importing_the_library_starts_nothing_and_stays_small() -> None:
    program = (
        "import sys, mpmodernize.reference; print([m for m in ('click', 'libcst', 'pathspec') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
