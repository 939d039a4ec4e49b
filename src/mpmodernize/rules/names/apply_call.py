"""MP209: `apply`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.base import Phase, Rule
from mpmodernize.rules.old_builtins import safety_of, uses_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis


class ApplyCall(Rule):
    """`apply` is gone: a call takes its arguments from a sequence with a star.

    ## What it does
    Writes `f(*args, **kwargs)` for `apply(f, args, kwargs)`, and `f(a, b)` where the arguments are written down as a
    tuple or list.

    ## Why it matters
    `apply` raises `NameError` in Python 3, in a worker often only when the first task arrives, under every start
    method. It is no relative of `Pool.apply`, which stays.

    ## Example
    ```python
    def run(job, args):
        return apply(job, args)
    ```

    ## Use instead
    ```python
    def run(job, args):
        return job(*args)
    ```

    ## Fix safety
    Safe: the line could not run, and both calls are the same. Where `apply` is handed on as a function there is no
    fix. Unsafe where a `from x import *` of an unknown module may bring an `apply`.

    ## When it stays silent
    For an `apply` that the program or an import binds, for methods of that name, and where the program asks first
    whether there is one.

    ## References
    - [apply in Python 2.7](https://docs.python.org/2.7/library/functions.html#apply)
    - [Calls](https://docs.python.org/3/reference/expressions.html#calls)
    """

    code = "MP209"
    name = "apply-call"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each use of the built-in."""
        for use in uses_of(program, "apply"):
            call = program.index.parent[use]
            edits: list[Edit] = []
            if isinstance(call, ast.Call) and call.func is use:
                edits = _direct(call)
            advice = "call the function itself: `f(*args, **kwargs)`"
            safety = safety_of(program, "apply")
            yield self.finding(use, "`apply` is gone in Python 3", advice=advice, edits=edits, safety=safety)


def _direct(call: ast.Call) -> list[Edit]:
    """The edit that makes the call without `apply`; none where its arguments are not told apart."""
    if call.keywords or not 1 <= len(call.args) <= 3 or any(isinstance(each, ast.Starred) for each in call.args):
        return []
    function, *given = call.args
    parts, codes = [function], []
    if given and isinstance(given[0], (ast.Tuple, ast.List)):
        parts += given[0].elts
        codes += [f"${number}" for number in range(1, len(parts))]
    elif given:
        parts.append(given[0])
        codes.append("*$1")
    empty = len(given) == 2 and isinstance(given[1], ast.Dict) and not given[1].keys
    if len(given) == 2 and not empty:
        codes.append(f"**${len(parts)}")
        parts.append(given[1])
    return [Replace(call, f"$0({', '.join(codes)})", tuple(parts))]
