"""MP268: a class with `__eq__` and no `__hash__`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Severity
from mpmodernize.model.scopes import DEFINITIONS
from mpmodernize.rewrite.edits import InsertInto
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class EqWithoutHash(Rule):
    """A class that defines `__eq__` alone cannot be hashed in Python 3: no key of a dictionary, no element of a set.

    ## What it does
    Adds the `__hash__` that the class had in Python 2 where its instances are keys of dictionaries or elements of sets.
    Where none of that is in sight, this is a hint.

    ## Why it matters
    In Python 2 a class that inherits from `object` kept the hash of its base, by identity, whatever `__eq__` said. In
    Python 3 a class with `__eq__` and no `__hash__` gets `__hash__ = None`: `seen.add(point)` stops with `TypeError`.
    (The hash by identity is often a mistake: equal objects should have equal hashes. A `__hash__` made of what `__eq__`
    compares is better, and another program.)

    ## Example
    ```python
    class Point(object):
        def __init__(self, x):
            self.x = x

        def __eq__(self, other):
            return self.x == other.x


    names = {Point(1): "one"}
    print len(names)
    ```

    ## Use instead
    ```python
    class Point(object):
        def __init__(self, x):
            self.x = x

        def __eq__(self, other):
            return self.x == other.x

        __hash__ = object.__hash__


    names = {Point(1): "one"}
    print(len(names))
    ```

    ## Fix safety
    Safe: this is the hash that Python 2 took. There is no fix for a class with several bases.

    ## When it stays silent
    For classes with a `__hash__`, for old classes (without `object`: Python 2 refused to hash them, too), for those
    whose base cannot be hashed itself (`list`, `dict`), and in files that are not Python 2.

    ## References
    - [object.__hash__](https://docs.python.org/3/reference/datamodel.html#object.__hash__)
    - [object.__hash__ in Python 2.7](https://docs.python.org/2.7/reference/datamodel.html#object.__hash__)
    """

    code = "MP268"
    name = "eq-without-hash"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each class with an `__eq__` of its own."""
        if not program.python2:
            return
        for class_ in program.index.all(ast.ClassDef):
            names = program.index.inner_scope(class_).bindings
            if "__eq__" not in names or "__hash__" in names or not program.hashing.had_hash(class_):
                continue
            place = names["__eq__"][0].node
            hashed = program.hashing.is_hashed(class_)
            message = f"`{class_.name}` has an `__eq__` and no `__hash__`: it cannot be hashed in Python 3"
            if hashed and len(class_.bases) == 1:
                gap = "\n" if isinstance(class_.body[-1], DEFINITIONS) else ""
                code = f"{gap}__hash__ = {program.text(class_.bases[0])}.__hash__"
                edits = [InsertInto(code, class_, at_end=True)]
                yield self.finding(place, message, advice="say which hash it has", edits=edits)
            else:
                severity = Severity.ERROR if hashed else Severity.HINT
                advice = "if it is put into sets or dictionaries, give it a `__hash__`"
                yield self.finding(place, message, advice=advice, severity=severity)
