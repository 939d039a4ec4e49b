"""The `sitecustomize.py` that changes the default start method of one process."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_METHOD = "MPMODERNIZE_START_METHOD"
_PYTHONPATH = "MPMODERNIZE_PYTHONPATH"

# Python 3.10 and later; it imports nothing that the interpreter has not loaded by then, so that a program that
# doesn't use multiprocessing runs as ever.
_SITECUSTOMIZE = f'''\
"""Makes another start method the default, in this process alone (written by mpmodernize)."""

import os
import sys


class _Finder:
    """Changes the default when `multiprocessing.context` is imported, by whomever, and not before."""

    method = os.environ.pop("{_METHOD}", None)

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name != "multiprocessing.context":
            return None
        sys.meta_path.remove(cls)
        for finder in sys.meta_path:
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                break
        else:
            return None
        loader, execute = spec.loader, spec.loader.exec_module

        def exec_module(module):
            del loader.exec_module
            execute(module)
            # The default, not the choice: the program can still call set_start_method() once.
            module._default_context._default_context = module._concrete_contexts[cls.method]

        loader.exec_module = exec_module
        return spec


def _set_up():
    # From here on nothing of this is to be seen: the program's children find the environment as it was.
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != here]
    before = os.environ.pop("{_PYTHONPATH}", None)
    if before is None:
        os.environ.pop("PYTHONPATH", None)
    else:
        os.environ["PYTHONPATH"] = before
    if _Finder.method is not None:
        sys.meta_path.insert(0, _Finder)
    # The user may have a sitecustomize of their own.
    this = sys.modules.pop("sitecustomize", None)
    try:
        import sitecustomize  # noqa: F401
    except ImportError as error:
        if error.name != "sitecustomize":
            raise
        sys.modules["sitecustomize"] = this


_set_up()
'''


def write_site_folder(folder: Path, start_method: str, pythonpath: str | None) -> dict[str, str]:
    """Write `sitecustomize.py` into `folder`; return the variables that a program's environment needs for it.

    `pythonpath` is the `PYTHONPATH` that the program itself is to see.
    """
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(_SITECUSTOMIZE, encoding="utf-8")
    variables = {_METHOD: start_method, "PYTHONPATH": str(folder)}
    if pythonpath is not None:
        variables[_PYTHONPATH] = pythonpath
        variables["PYTHONPATH"] += os.pathsep + pythonpath
    return variables
