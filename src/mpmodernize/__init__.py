"""mpmodernize: legacy multiprocessing code, made to work on Python 3 under fork, spawn and forkserver.

From Python: `fix_source(text)` and `check_source(text)` with `Settings`; both return a `Result`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.findings import Finding, Safety, Severity
from mpmodernize.settings import Settings

if TYPE_CHECKING:
    from mpmodernize.engine import Result, check_source, fix_source

__version__ = "0.1.0"
__all__ = ["Finding", "Result", "Safety", "Settings", "Severity", "__version__", "check_source", "fix_source"]

_ENGINE = frozenset({"Result", "check_source", "fix_source"})


def __getattr__(name: str) -> object:
    # the engine is imported when it is first needed: `mpmodernize.reference` is a library that needs none of it
    if name in _ENGINE:
        from mpmodernize import engine

        return getattr(engine, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
