"""MP241: `d.iteritems()`, `d.viewkeys()` and their likes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.consumption import Way
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis

_METHODS = {f"{kind}{name}": name for kind in ("iter", "view") for name in ("keys", "values", "items")}
_AS_ITERATOR = frozenset({Way.ITERATED, Way.CONTAINS, Way.DROPPED})


class DictIterationMethod(Rule):
    """`iteritems`, `itervalues`, `viewkeys` and their likes are gone: `items`, `values` and `keys` do it now.

    ## What it does
    Replaces `d.iterkeys()`, `d.itervalues()`, `d.iteritems()` and `d.viewkeys()`, `d.viewvalues()`, `d.viewitems()` by
    `d.keys()`, `d.values()` and `d.items()`; with `iter()` around them where the program wants an iterator: where it
    calls `next`, returns or keeps it, or hands it to code that is not in sight.

    ## Why it matters
    In Python 2 `items` made a list, `iteritems` an iterator and `viewitems` a view. In Python 3 `items` gives the
    view, and the other names stop with `AttributeError`. None of this depends on the start method.

    ## Example
    ```python
    ages = {"Ann": 36}
    for name, age in ages.iteritems():
        print(name, age)
    first = ages.itervalues()
    print(next(first))
    ```

    ## Use instead
    ```python
    ages = {"Ann": 36}
    for name, age in ages.items():
        print(name, age)
    first = iter(ages.values())
    print(next(first))
    ```

    ## Fix safety
    Safe: the line cannot run. Unsafe where the program has a class with a method of that name and it is not known
    what the object is.

    ## When it stays silent
    For instances of the program's classes that have the method, where the program asks first which Python runs it,
    and in a file that is not Python 2 for what is not known to be a dictionary.

    ## References
    - [dict.iteritems in Python 2.7](https://docs.python.org/2.7/library/stdtypes.html#dict.iteritems)
    - [Dictionary view objects](https://docs.python.org/3/library/stdtypes.html#dictionary-view-objects)
    """

    code = "MP241"
    name = "dict-iteration-method"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each attribute of these names."""
        for old, new in _METHODS.items():
            for use in program.index.attributes.get(old, ()):
                is_dictionary = program.mappings.is_dictionary(use.value, old)
                if (
                    not isinstance(use.ctx, ast.Load)
                    or is_dictionary is False
                    or (is_dictionary is None and not program.python2)
                    or program.compatibility.asks_first(use)
                    or _is_function(program, use)
                ):
                    continue
                uncertain = is_dictionary is None and program.mappings.defines(old)
                yield self.finding(
                    use,
                    f"`{old}` is gone: this stops with `AttributeError`",
                    advice=f"use `{new}`",
                    edits=[self._edit(program, use, new)],
                    safety=Safety.UNSAFE if uncertain else Safety.SAFE,
                )

    @staticmethod
    def _edit(program: Program, use: ast.Attribute, new: str) -> Replace:
        call = program.index.parent[use]
        if not isinstance(call, ast.Call) or call.func is not use or use.attr.startswith("view"):
            return Replace(use, f"$0.{new}", (use.value,))
        uses = program.consumption.uses(call)
        plain = all(each.way in _AS_ITERATOR for each in uses) and (
            all(each.node is call for each in uses) or program.laziness.missed_by_iterator(call) is None
        )
        above = program.index.parent[call]
        if plain or program.names.calls(above, "builtins.iter"):
            return Replace(use, f"$0.{new}", (use.value,))
        return Replace(call, f"iter($0.{new}())", (use.value,))


def _is_function(program: Program, use: ast.Attribute) -> bool:
    """Whether this is a function of a module, `six.iteritems(d)`: methods of dictionaries take no arguments."""
    call = program.index.parent[use]
    called = isinstance(call, ast.Call) and call.func is use and bool(call.args)
    return called and program.qualified(use.value) not in (None, "builtins.dict")
