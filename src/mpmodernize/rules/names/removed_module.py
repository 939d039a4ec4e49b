"""MP223: modules that Python 3 has no more."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.library import MODULE_NAMES, REMOVED_MODULES
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.modules import GoneModules

if TYPE_CHECKING:
    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit

_NO_SUCCESSOR = dict.fromkeys(REMOVED_MODULES, "")


class RemovedModule(GoneModules):
    """A module that Python 3 has no more: `md5`, `new`, `popen2`, `imp`, `cgi`.

    ## What it does
    Takes what is used of `md5`, `sha` and `new` from where it is now: `hashlib` and `types`. For the others it says
    what is used instead, and since when they are gone.

    ## Why it matters
    The import raises `ModuleNotFoundError`. `imp`, `distutils` and the asynchronous servers went only with 3.12, and
    `cgi`, `pipes`, `telnetlib` and others with 3.13: a program that ran for fifteen years on Python 3 stops there.

    ## Example
    ```python
    import new

    class Job(object):
        pass

    def run(self):
        return "ran"

    job = Job()
    job.run = new.instancemethod(run, job, Job)
    print job.run()
    ```

    ## Use instead
    ```python
    import types

    class Job(object):
        pass

    def run(self):
        return "ran"

    job = Job()
    job.run = types.MethodType(run, job)
    print(job.run())
    ```

    ## Fix safety
    Safe for `md5`, `sha` and `new`: the import could not run. There is no fix for the others.

    ## When it stays silent
    Where the program has another import for the case that this one fails, or asks which Python it runs on; and for a
    module of that name beside the file.

    ## References
    - [PEP 3108: standard library reorganization](https://peps.python.org/pep-3108/)
    - [PEP 594: removing dead batteries](https://peps.python.org/pep-0594/)
    - [What's New in Python 3.12: removed](https://docs.python.org/3/whatsnew/3.12.html#removed)
    """

    code = "MP223"
    name = "removed-module"
    modules = _NO_SUCCESSOR
    names = MODULE_NAMES
    message = "the module `{module}` is gone"

    def advice(self, module: str) -> str:
        """What to do instead."""
        return REMOVED_MODULES[module]

    def renamed(self, program: Program, use: ast.Attribute, new: str) -> list[Edit]:
        """A method is bound to its object alone: there is no class to name."""
        call = program.index.parent[use]
        if use.attr == "instancemethod" and isinstance(call, ast.Call) and call.func is use and len(call.args) == 3:
            return [Replace(call, f"{new}($0, $1)", tuple(call.args[:2]))]
        return super().renamed(program, use, new)
