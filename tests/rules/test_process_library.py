"""The tables of multiprocessing: each new name is there, each old one was, and what imports which module."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from mpmodernize.model import process_library
from mpmodernize.verify.interpreters import interpreters
from tests.rules.test_library import LOOK_UP, exists

MOVES = process_library.MOVED | process_library.OF_FORKING
NEEDING = [f"{module}.{name}" for module, names in process_library.NEEDING_CONTEXT.items() for name in names]
_LOADED = """
import multiprocessing, sys
if __name__ == '__main__':
    before = set(sys.modules)
    made = {call}
    print(' '.join(name[16:] for name in set(sys.modules) - before if name.startswith('multiprocessing.')))
"""
_CALLS = {
    "Manager": "multiprocessing.Manager()",
    "Pool": "multiprocessing.Pool(1)",
    "Barrier": "multiprocessing.Barrier(1)",
    "log_to_stderr": "multiprocessing.log_to_stderr()",
} | {f"{kind}": f"multiprocessing.{kind}('i', 1)" for kind in ("Value", "RawValue", "Array", "RawArray")}
LOADERS = sorted({loader for loaders in process_library.LOADED_BY.values() for loader in loaders})


@pytest.mark.parametrize(
    "new",
    sorted(
        {*MOVES.values(), *process_library.OF_FORKING_ON_WINDOWS.values(), *process_library.CLASSES.values(), *NEEDING}
    ),
)
def test_a_new_name_is_there(new: str) -> None:
    assert exists(new)


@pytest.mark.parametrize("old", sorted({*MOVES, *process_library.GONE}))
def test_an_old_name_is_not_there(old: str) -> None:
    assert not exists(old)


def test_the_old_names_were_there() -> None:
    python = interpreters().get("2.7")
    if python is None:
        pytest.skip("there is no Python 2.7 on this machine")
    old = "\n".join(sorted({*MOVES, *process_library.GONE, process_library.FORKING}))
    done = subprocess.run([python, "-c", LOOK_UP], input=old, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("place", NEEDING)
def test_a_class_cannot_be_made_without_a_context(place: str) -> None:
    module, _, name = place.rpartition(".")
    with pytest.raises(TypeError, match="ctx"):
        getattr(importlib.import_module(module), name)(*((1,) if name == "Barrier" else ()))


@pytest.mark.parametrize("factory", sorted(process_library.CLASSES))
def test_a_factory_is_no_class(factory: str) -> None:
    module, _, name = factory.rpartition(".")
    assert not isinstance(getattr(importlib.import_module(module), name), type)


@pytest.mark.parametrize("loader", LOADERS)
def test_a_function_of_the_package_imports_the_modules_of_the_table(loader: str) -> None:
    code = _LOADED.format(call=_CALLS.get(loader, f"multiprocessing.{loader}()"))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    expected = {module for module, loaders in process_library.LOADED_BY.items() if loader in loaders}
    assert expected <= set(done.stdout.split())


IMPORTERS = sorted({importer for importers in process_library.IMPORTED_BY.values() for importer in importers})


@pytest.mark.parametrize("importer", IMPORTERS)
def test_a_module_of_the_package_imports_the_others_of_the_table(importer: str) -> None:
    code = f"import multiprocessing.{importer}, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    expected = {module for module, importers in process_library.IMPORTED_BY.items() if importer in importers}
    assert {f"multiprocessing.{module}" for module in expected} <= set(done.stdout.split())
