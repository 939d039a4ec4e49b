"""MP127: imports of a module beside the file without a dot."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety, Severity
from mpmodernize.model.python2 import shows_python3
from mpmodernize.rewrite.edits import Reimport
from mpmodernize.rules.base import Fix, Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.imports import Imported
    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis


class ImplicitRelativeImport(Rule):
    """A module of a package imports its neighbour by its bare name.

    ## What it does
    Writes the dot: `import helper` becomes `from . import helper`, `from helper import work` becomes
    `from .helper import work`, where the file lies in a package (its folder holds an `__init__.py`) and `helper` beside
    it.

    ## Why it matters
    Python 2 looked for a module in the package of the importing module first. Python 3 looks only along `sys.path`: the
    import raises `ModuleNotFoundError`, or finds another module of that name. Where a worker of a pool lives in such
    a module, every child stops with the same error.

    ## Example
    ```python
    # pool/main.py, beside pool/__init__.py and pool/helper.py
    import helper
    from helper import work

    print helper, work
    ```

    ## Use instead
    ```python
    # pool/main.py, beside pool/__init__.py and pool/helper.py
    from . import helper
    from .helper import work

    print(helper, work)
    ```

    ## Fix safety
    Safe: this is where Python 2 found the module. A file that is run as a script by its own path, though it lies in a
    package, has to be run as `python -m package.module` afterwards; so for a file with a main guard the fix is unsafe.
    In a file that nothing shows to be Python 2, or Python 3, the finding is a hint and its fix unsafe. There is no fix
    for `import package.module` without `as`, whose first name would mean something else.

    ## When it stays silent
    In files that are Python 3 or have `from __future__ import absolute_import`; for files outside packages, such as
    scripts and the modules beside them; and where the program has another import for the case that this one fails.

    ## References
    - [PEP 328: absolute and relative imports](https://peps.python.org/pep-0328/)
    - [2to3: import](https://docs.python.org/3.12/library/2to3.html#to3fixer-import)
    """

    code = "MP127"
    name = "implicit-relative-import"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each import of a neighbour."""
        if not program.beside.is_package or "absolute_import" in program.futures:
            return
        known = program.python2
        if not known and (shows_python3(program) or program.import_time.guard is not None):
            return
        safety = Safety.SAFE if known and program.import_time.guard is None else Safety.UNSAFE
        for neighbour in sorted(program.beside.modules & program.imports.roots()):
            for imported in program.imports.under(neighbour):
                if program.imports.works_without(imported, program.beside.modules):
                    continue
                if not known and (neighbour in sys.stdlib_module_names or neighbour == program.beside.folder):
                    continue  # in Python 3 the name is that of the library's module, or of the package itself
                edits = self._edits(imported)
                yield self.finding(
                    imported.alias,
                    f"`{imported.module}` is looked for along `sys.path` in Python 3, not beside the file",
                    advice="import it from the package: `from . import …`",
                    fix=Fix(tuple(edits), safety, self.phase) if edits else None,
                    severity=None if known else Severity.HINT,
                )

    @staticmethod
    def _edits(imported: Imported) -> list[Edit]:
        alias = imported.alias
        named = f"{alias.name} as {alias.asname}" if alias.asname else alias.name
        if isinstance(imported.statement, ast.ImportFrom):
            return [Reimport(imported.statement, alias, (f"from .{imported.module} import {named}",))]
        package, _, module = imported.module.rpartition(".")
        if package:
            if alias.asname is None:
                return []
            named = module if alias.asname == module else f"{module} as {alias.asname}"
            return [Reimport(imported.statement, alias, (f"from .{package} import {named}",))]
        return [Reimport(imported.statement, alias, (f"from . import {named}",))]
