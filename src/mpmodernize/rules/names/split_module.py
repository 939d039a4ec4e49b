"""MP221: `urllib`, `urllib2` and `urlparse`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.library import URLLIB
from mpmodernize.rules.modules import GoneModules

if TYPE_CHECKING:
    from mpmodernize.model.imports import Imported
    from mpmodernize.model.program import Program

_PARTS = {"urllib": "", "urllib2": "", "urlparse": ""}


class SplitModule(GoneModules):
    """`urllib`, `urllib2` and `urlparse` are `urllib.request`, `urllib.parse` and `urllib.error` in Python 3.

    ## What it does
    Looks up which part each name is in, imports those parts and no others, and renames the uses: `urllib2.urlopen`
    becomes `urllib.request.urlopen`, `urllib.urlencode` becomes `urllib.parse.urlencode`.

    ## Why it matters
    `import urllib2` raises `ModuleNotFoundError`. `import urllib` does not: the error comes later, at the first
    `urllib.urlopen`, in a worker perhaps.

    ## Example
    ```python
    import urllib
    from urlparse import urlparse

    print urllib.quote("a b"), urlparse("http://example.org/x").path
    ```

    ## Use instead
    ```python
    import urllib.parse
    from urllib.parse import urlparse

    print(urllib.parse.quote("a b"), urlparse("http://example.org/x").path)
    ```

    ## Fix safety
    Safe: the line could not run. What `urlopen(...).read()` gives is bytes in Python 3, and what is posted has to be:
    see MP267. There is no fix where a name is used that none of the parts has.

    ## When it stays silent
    For `import urllib` of which nothing old is used; where the program has another import for the case that this one
    fails, or asks which Python it runs on; and for a module of that name beside the file.

    ## References
    - [2to3: urllib](https://docs.python.org/3.12/library/2to3.html#to3fixer-urllib)
    - [urllib](https://docs.python.org/3/library/urllib.html)
    """

    code = "MP221"
    name = "split-module"
    modules = _PARTS
    names = URLLIB
    message = "`{module}` is divided among `urllib.request`, `urllib.parse` and `urllib.error` in Python 3"

    def advice(self, module: str) -> str:
        """What to do instead."""
        return f"import the part that has what is used of `{module}`"

    def speaks(self, program: Program, imported: Imported, module: str) -> bool:
        """`import urllib` is right in Python 3 for whoever imports its parts elsewhere."""
        if module == "urllib":
            if imported.is_module and not any(self._is_old(program, use) for use in program.imports.uses(imported)):
                return False
            if not imported.is_module and f"urllib.{imported.alias.name}" not in self.names:
                return program.python2 and imported.alias.name == "*"
        return super().speaks(program, imported, module)

    def _is_old(self, program: Program, use: ast.Name) -> bool:
        parent = program.index.parent[use]
        if not isinstance(parent, ast.Attribute) or (program.qualified(parent) or "") not in self.names:
            return False
        return program.python2 or not program.compatibility.asks_first(parent)
