"""MP269: the order of dictionaries and sets that reaches the output."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Severity
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis

_WRITING = frozenset({"write", "writelines", "writerow", "send", "sendall"})
_GOING_THROUGH = frozenset("keys values items iterkeys itervalues iteritems".split())
_ORDERED = frozenset({"collections.OrderedDict"})


class DictOrder(Rule):
    """The order in which a dictionary or set is gone through is another in Python 3, and of a set one in each run.

    ## What it does
    Finds loops that print or write what they get from a dictionary or a set, without sorting it. This is a hint.

    ## Why it matters
    In Python 2 the order was arbitrary, but the same in every run. Dictionaries of Python 3.7 and later keep the order
    in which keys were added: the output is another than before, and stays so. The order of a set of texts changes from
    run to run, since hashes are salted: what compares outputs, or a test, fails now and then.

    ## Example
    ```python
    ages = {"Ann": 36, "Bob": 9}
    for name in ages:
        print name, ages[name]
    ```

    ## Use instead
    ```python
    ages = {"Ann": 36, "Bob": 9}
    for name in ages:
        print(name, ages[name])
    ```

    ## Fix safety
    There is no fix: whether the order matters, only the reader of the output knows. Write `sorted(ages)` if it does.

    ## When it stays silent
    Where it is sorted, for an `OrderedDict`, where nothing is printed or written in the loop, where it is not known to
    be a dictionary or set, and in files that are not Python 2.

    ## References
    - [Dictionaries keep the order of insertion](https://docs.python.org/3/whatsnew/3.7.html#summary-release-highlights)
    - [PYTHONHASHSEED](https://docs.python.org/3/using/cmdline.html#envvar-PYTHONHASHSEED)
    """

    code = "MP269"
    name = "dict-order"
    phase = Phase.LOCAL
    severity = Severity.HINT

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each loop over a dictionary or set that prints or writes."""
        if not program.python2:
            return
        for loop in program.index.all(ast.For):
            kind = _unordered(program, loop.iter)
            if kind is not None and any(_writes(program, node) for each in loop.body for node in ast.walk(each)):
                told = "from run to run" if kind == "set" else "to the order of insertion"
                yield self.finding(
                    loop.iter,
                    f"the order of what is written here changes {told} in Python 3",
                    advice="sort it, if the order matters",
                )


def _unordered(program: Program, node: ast.expr) -> str | None:
    """`dict` or `set`, if this goes through one."""
    method = node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""
    if method in _GOING_THROUGH and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    if isinstance(node, ast.Call) and program.names.calls(node, "builtins.list", "builtins.enumerate") and node.args:
        return _unordered(program, node.args[0])
    type_ = program.type(node)
    if type_ is None or type_.kind not in ("dict", "set"):
        return None
    if isinstance(node, (ast.Dict, ast.Set)) and len(getattr(node, "keys", None) or getattr(node, "elts", [])) < 2:
        return None
    return None if any(program.qualified(each.func) in _ORDERED for each in type_.made) else type_.kind


def _writes(program: Program, node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute) and node.func.attr in _WRITING:
        return True
    return program.qualified(node.func) == "builtins.print"
