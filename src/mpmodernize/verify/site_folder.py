"""The `sitecustomize.py` of a run: it changes the default start method, and prepares processes to say where they stand.

It is written to a scratch folder that is first on `PYTHONPATH`, and is gone from there, and from the environment, when
the program begins.
"""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_METHOD = "MPMODERNIZE_START_METHOD"
_PYTHONPATH = "MPMODERNIZE_PYTHONPATH"
_CHOSEN = "chosen"

STAND_SIGNAL = signal.SIGRTMAX - 7 if hasattr(signal, "SIGRTMAX") else None
"""What makes a process of a run print where its threads stand; no program is likely to use a real-time signal."""

# Run in the main process and, by way of what is pickled for it, in every child that is not a fork of one that has it.
# `multiprocessing.spawn` gathers what a child is told of its parent, under spawn and under forkserver.
_IN_EVERY_PROCESS = """
import faulthandler


def install(module):
    gather = module.get_preparation_data

    class Passenger:
        def __reduce__(self):
            return exec, (source, {"source": source, "number": number})

    def get_preparation_data(*args, **kwargs):
        data = gather(*args, **kwargs)
        data["mpmodernize"] = Passenger()
        return data

    module.get_preparation_data = get_preparation_data


faulthandler.register(number, file=2, all_threads=True, chain=False)
import sys
if "multiprocessing.spawn" in sys.modules:
    install(sys.modules["multiprocessing.spawn"])
"""

# Python 3.4 and later; it imports nothing but built-in modules and what the interpreter has loaded by then, so that a
# program that doesn't use multiprocessing runs as ever.
_SITECUSTOMIZE = f'''\
"""Makes another start method the default, in this process alone (written by mpmodernize)."""

import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))


class _Finder:
    """Calls a function with a module as soon as it has been imported, by whomever, and imports nothing itself."""

    waiting = {{}}

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name not in cls.waiting:
            return None
        then = cls.waiting.pop(name)
        for finder in sys.meta_path:
            spec = finder.find_spec(name, path, target) if finder is not cls else None
            if spec is not None:
                break
        else:
            return None
        if not cls.waiting:
            sys.meta_path.remove(cls)
        loader, execute = spec.loader, spec.loader.exec_module

        def exec_module(module):
            del loader.exec_module
            execute(module)
            then(module)

        loader.exec_module = exec_module
        return spec


def _noted(function, file):
    """Let a method of contexts write down which start method it was called with."""

    def wrapper(self, method=None, *args, **kwargs):
        if method is not None:
            with open(file, "a") as notes:
                notes.write(str(method) + "\\n")
        return function(self, method, *args, **kwargs)

    for name in ("__module__", "__name__", "__qualname__", "__doc__"):
        setattr(wrapper, name, getattr(function, name))
    wrapper.__wrapped__ = function
    return wrapper


def _set_up():
    # From here on nothing of this is to be seen: the program's children find the environment as it was.
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != _HERE]
    method = os.environ.pop("{_METHOD}", None)
    before = os.environ.pop("{_PYTHONPATH}", None)
    if before is None:
        os.environ.pop("PYTHONPATH", None)
    else:
        os.environ["PYTHONPATH"] = before

    def change(module):
        # The default, not the choice: the program can still call set_start_method() once.
        module._default_context._default_context = module._concrete_contexts[method]
        chosen = os.path.join(_HERE, "{_CHOSEN}")
        module.DefaultContext.set_start_method = _noted(module.DefaultContext.set_start_method, chosen)
        module.BaseContext.get_context = _noted(module.BaseContext.get_context, chosen)

    if method is not None:
        _Finder.waiting["multiprocessing.context"] = change
    number = {STAND_SIGNAL and int(STAND_SIGNAL)!r}
    if number is not None:
        source = {_IN_EVERY_PROCESS!r}
        space = {{"source": source, "number": number}}
        exec(source, space)
        _Finder.waiting["multiprocessing.spawn"] = space["install"]
    if _Finder.waiting:
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


def chosen_start_methods(folder: Path) -> tuple[str, ...]:
    """The start methods that a program has asked for by name, in that order and each once."""
    try:
        notes = (folder / _CHOSEN).read_text(encoding="utf-8")
    except OSError:
        return ()
    return tuple(dict.fromkeys(notes.split()))
