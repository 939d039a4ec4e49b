"""MP247: `__metaclass__`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.rewrite.edits import AddClassKeyword, Replace
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis


class MetaclassAttribute(Rule):
    """A class names its metaclass in its head; `__metaclass__` means nothing in Python 3.

    ## What it does
    Moves `__metaclass__ = Meta` from the body of a class to its head: `class C(Base, metaclass=Meta):`. A
    `__metaclass__ = type`, of a class or the whole module, goes away: every class is of that kind.

    ## Why it matters
    Nothing fails at first: the class is made by `type`. Abstract classes can be instantiated then, a registry of
    plugins stays empty, fields are not collected. None of this depends on the start method.

    ## Example
    ```python
    import abc


    class Job(object):
        __metaclass__ = abc.ABCMeta

        @abc.abstractmethod
        def run(self):
            print "running"
    ```

    ## Use instead
    ```python
    import abc


    class Job(object, metaclass=abc.ABCMeta):
        @abc.abstractmethod
        def run(self):
            print("running")
    ```

    ## Fix safety
    Safe in a Python 2 file. Unsafe in a file that may be Python 3 already, where the line has had no effect. No fix for
    a metaclass that the class body itself defines, and for one of the whole module that is not `type`: the classes
    without a base are of that kind.

    ## When it stays silent
    For a class that has a metaclass in its head, where the program asks for the version, and for `__metaclass__ = type`
    of a module that is not Python 2.

    ## References
    - [PEP 3115: metaclasses in Python 3000](https://peps.python.org/pep-3115/)
    - [Metaclasses](https://docs.python.org/3/reference/datamodel.html#metaclasses)
    """

    code = "MP247"
    name = "metaclass-attribute"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each place that binds the name."""
        if "__metaclass__" not in program.index.names and not _is_defined(program):
            return
        for class_ in program.index.all(ast.ClassDef):
            bindings = program.index.inner_scope(class_).bindings.get("__metaclass__", [])
            headed = any(each.arg == "metaclass" for each in class_.keywords)
            if not bindings or headed or program.compatibility.asks_first(bindings[0].node):
                continue
            edits = self._moved(program, class_) if len(bindings) == 1 else []
            message = "`__metaclass__` means nothing in Python 3: the class is made by `type`"
            advice = "name the metaclass in the head of the class"
            safety = Safety.SAFE if program.python2 else Safety.UNSAFE
            yield self.finding(bindings[0].node, message, advice=advice, edits=edits, safety=safety)
        for binding in program.index.module.bindings.get("__metaclass__", []):
            if program.compatibility.asks_first(binding.node):
                continue
            statement = program.index.statement(binding.node)
            gone = binding.value is not None and program.qualified(binding.value) == "builtins.type"
            if gone and not program.python2:
                continue  # right in a file for both languages, and nobody is the worse for it in Python 3
            simple = isinstance(statement, ast.Assign) and len(statement.targets) == 1
            edits = [Replace(statement, "")] if gone and simple else []
            message = "`__metaclass__` means nothing in Python 3"
            advice = "leave it out" if gone else "name the metaclass in the head of each class without a base"
            yield self.finding(binding.node, message, advice=advice, edits=edits)

    @staticmethod
    def _moved(program: Program, class_: ast.ClassDef) -> list[Edit]:
        """The edits that move the metaclass to the head of the class."""
        scope = program.index.inner_scope(class_)
        statement = program.index.statement(scope.bindings["__metaclass__"][0].node)
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1 or statement not in class_.body:
            return []
        names = [node for node in ast.walk(statement.value) if isinstance(node, ast.Name)]
        if any(program.index.owner(name) is scope for name in names):
            return []
        if any(isinstance(use.ctx, ast.Load) for use in program.index.uses("__metaclass__", scope)):
            return []
        if program.qualified(statement.value) == "builtins.type":
            return [Replace(statement, "")]
        return [AddClassKeyword(class_, "metaclass", program.text(statement.value)), Replace(statement, "")]


def _is_defined(program: Program) -> bool:
    return any(each.name == "__metaclass__" for each in program.index.definitions)
