"""MP245: `__nonzero__`, `__div__`, `__unicode__`, `__cmp__`, `__getslice__` and their likes."""

from __future__ import annotations

import ast
from itertools import chain
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.rewrite.edits import Delete, Edit, Replace
from mpmodernize.rules.base import Phase, Rule
from mpmodernize.rules.special_methods import RENAMED, ClassBody

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis

_SLICING = {"__getslice__": "__getitem__", "__setslice__": "__setitem__", "__delslice__": "__delitem__"}


class RenamedSpecialMethod(Rule):
    """A class has a method that Python 2 called by itself, and Python 3 does not.

    ## What it does
    Gives the method its new name: `__nonzero__` is `__bool__` (which has to give a `bool`), `__div__` is `__truediv__`,
    `__unicode__` is `__str__`, where a `__str__` that only encoded it goes away. A class with `__cmp__` gets the
    comparisons that Python 3 calls, and keeps the hash that it had. A `__getslice__` that does what `__getitem__` does
    goes away; to any other one `__getitem__` hands the slices that it gets, as Python 2 did.

    ## Why it matters
    Nothing fails at first. Without `__bool__` every instance is true, without `__str__` it prints as
    `<Job object at 0x…>`, and a class that has only `__cmp__` is compared by identity: `==` is false, `in` finds
    nothing, and `sort()` stops with `TypeError`. None of this depends on the start method.

    ## Example
    ```python
    class Stack(object):
        def __init__(self, items):
            self.items = items

        def __nonzero__(self):
            return len(self.items)

        def __unicode__(self):
            return u"stack of %d" % len(self.items)

        def __str__(self):
            return unicode(self).encode("utf-8")
    ```

    ## Use instead
    ```python
    class Stack(object):
        def __init__(self, items):
            self.items = items

        def __bool__(self):
            return bool(len(self.items))

        def __str__(self):
            return u"stack of %d" % len(self.items)
    ```

    ## Fix safety
    Safe in a Python 2 file where the class means the same afterwards. Unsafe in a file that may be Python 3 already,
    and for `__cmp__` where base classes are not known. Where `__str__` and `__unicode__` differ, and for `__hex__`,
    `__oct__`, `__coerce__`, there is no fix.

    ## When it stays silent
    Where the class has the new method, too (`__bool__ = __nonzero__`), and where the program asks for the version. In a
    file that is not Python 2, also where a class has the methods of both languages, such as `__getslice__` beside
    `__getitem__`.

    ## References
    - [Special method names](https://docs.python.org/3/reference/datamodel.html#special-method-names)
    - [What's New in Python 3.0: operators and special methods](https://docs.python.org/3/whatsnew/3.0.html#operators-and-special-methods)
    - [Special method names in Python 2.7](https://docs.python.org/2.7/reference/datamodel.html#special-method-names)
    """

    code = "MP245"
    name = "renamed-special-method"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each class, and at calls of the old names."""
        renamed: set[str] = set()
        gone: set[ast.AST] = set()
        for class_ in program.index.all(ast.ClassDef):
            body = ClassBody(program, class_)
            for lost in chain(body.renamed(), body.text(), body.order(), body.slices(), body.others()):
                if isinstance(lost.node, ast.FunctionDef) and program.compatibility.is_spare(class_, lost.node):
                    continue
                safety = lost.safety if program.python2 else Safety.UNSAFE
                yield self.finding(lost.node, lost.message, advice=lost.advice, edits=lost.edits, safety=safety)
                gone |= {node for edit in lost.edits for node in _taken_away(edit)}
                renamed.add(getattr(lost.node, "name", getattr(lost.node, "id", "")))
        for old, new in {**RENAMED, "__unicode__": "__str__"}.items():
            if old in renamed:
                yield from self._called(program, old, new, gone)
        for old, new in _SLICING.items():
            yield from self._sliced(program, old, new)

    def _called(self, program: Program, old: str, new: str, gone: set[ast.AST]) -> Iterator[Diagnosis]:
        """`Base.__div__(self, other)`, `self.__unicode__()`."""
        for use in program.index.attributes.get(old, ()):
            builtin = (program.qualified(use.value) or "").startswith("builtins.")
            due = isinstance(use.ctx, ast.Load) and not builtin and use not in gone
            if due and not program.compatibility.asks_first(use):
                safety = Safety.SAFE if program.python2 else Safety.UNSAFE
                edits = [Replace(use, f"$0.{new}", (use.value,))]
                message = f"`{old}` is called `{new}` in Python 3"
                yield self.finding(use, message, advice=f"use `{new}`", edits=edits, safety=safety)

    def _sliced(self, program: Program, old: str, new: str) -> Iterator[Diagnosis]:
        """`list.__getslice__(self, i, j)`."""
        for call in program.index.method_calls.get(old, ()):
            assert isinstance(call.func, ast.Attribute)
            if program.compatibility.asks_first(call.func):
                continue
            type_ = program.qualified(call.func.value) or ""
            number = 3 + (old == "__setslice__")
            if type_.startswith("builtins.") and len(call.args) == number and not call.keywords:
                value = ", $4" if number == 4 else ""
                edits = [Replace(call, f"$0.{new}($1, slice($2, $3){value})", (call.func.value, *call.args))]
                message = f"`{type_.removeprefix('builtins.')}` has no `{old}` in Python 3"
                yield self.finding(call, message, advice=f"use `{new}` with a `slice`", edits=edits)


def _taken_away(edit: Edit) -> Iterator[ast.AST]:
    """What is gone with a statement that an edit takes away."""
    if isinstance(edit, Delete):
        yield from ast.walk(edit.statement)
    elif isinstance(edit, Replace) and not edit.code:
        yield from ast.walk(edit.node)
