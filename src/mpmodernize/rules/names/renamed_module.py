"""MP220: modules that have another name in Python 3."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.library import MODULE_NAMES, MODULES
from mpmodernize.rules.modules import GoneModules

if TYPE_CHECKING:
    from mpmodernize.model.imports import Imported
    from mpmodernize.model.program import Program


class RenamedModule(GoneModules):
    """A module that has another name in Python 3: `Queue`, `cPickle`, `ConfigParser`, `thread`.

    ## What it does
    Imports the module by its new name and renames its uses: `Queue.Queue()` becomes `queue.Queue()`. Where the program
    has given the new name to something else (`queue = Queue.Queue()`), the old one is kept: `import queue as Queue`.
    `import cPickle as pickle` becomes `import pickle`.

    ## Why it matters
    The import raises `ModuleNotFoundError`. In a program with processes that happens again in every child that
    is spawned. `Queue.Empty` is also what the queues of `multiprocessing` raise: as `queue.Empty`.

    ## Example
    ```python
    import Queue
    import cPickle as pickle

    waiting = Queue.Queue()
    try:
        waiting.get_nowait()
    except Queue.Empty:
        print "empty", len(pickle.dumps(1)) > 0
    ```

    ## Use instead
    ```python
    import queue
    import pickle

    waiting = queue.Queue()
    try:
        waiting.get_nowait()
    except queue.Empty:
        print("empty", len(pickle.dumps(1)) > 0)
    ```

    ## Fix safety
    Safe: the import could not run. Unsafe for `commands.getstatusoutput`, whose status is the exit code in Python 3
    and was 256 times that. There is no fix for a name that the new module does not have.

    ## When it stays silent
    Where the program has another import for the case that this one fails (`except ImportError`), or asks which Python
    it runs on; and for a module of that name beside the file.

    ## References
    - [PEP 3108: standard library reorganization](https://peps.python.org/pep-3108/)
    - [2to3: imports, imports2](https://docs.python.org/3.12/library/2to3.html#to3fixer-imports)
    """

    code = "MP220"
    name = "renamed-module"
    modules = MODULES
    names = MODULE_NAMES
    message = "the module `{module}` is `{successor}` in Python 3"

    def safety(self, program: Program, imported: Imported) -> Safety:
        """A status that is looked at more closely than whether it is zero means something else now."""
        if imported.module == "commands" and not all(
            _is_only_success(program, call) for call in program.calls_of("commands.getstatusoutput")
        ):
            return Safety.UNSAFE
        return Safety.SAFE


def _is_only_success(program: Program, call: ast.Call) -> bool:
    """Whether the status of a command is only held against zero."""
    statement = program.index.parent[call]
    if isinstance(statement, ast.Subscript) and isinstance(statement.slice, ast.Constant):
        return statement.slice.value == 1  # the output alone
    if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Tuple):
        return False
    status = statement.targets[0].elts[0]
    if not isinstance(status, ast.Name):
        return False
    uses = [use for use in program.index.uses(status.id, program.index.owner(status)) if isinstance(use.ctx, ast.Load)]
    return all(_is_truth_value(program, use) for use in uses)


def _is_truth_value(program: Program, use: ast.expr) -> bool:
    parent = program.index.parent[use]
    if isinstance(parent, ast.Compare):
        other = parent.comparators[0] if parent.left is use else parent.left
        return len(parent.ops) == 1 and isinstance(other, ast.Constant) and other.value == 0
    if isinstance(parent, (ast.If, ast.IfExp, ast.While)):
        return parent.test is use
    return isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not)
