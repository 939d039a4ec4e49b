"""MP248: `e.message`, `e[0]`, `a, b = e`."""

from __future__ import annotations

import ast
import builtins
import sys
from collections import defaultdict
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety, Severity
from mpmodernize.model.python2 import MODULES
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.base import Phase, Rule
from mpmodernize.rules.old_builtins import is_visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import Binding
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_SEVERAL = (OSError, SyntaxError, UnicodeError, KeyError, SystemExit, StopIteration, ImportError)
"""Exceptions whose text is not that of their one argument."""
_WIDE = frozenset({"Exception", "BaseException", "LookupError", "StandardError"})
"""Exceptions that may be one of those."""
_FEW = 10
"""A name that keeps an exception is bound hardly more often."""
_ITERATING = frozenset(f"builtins.{name}" for name in "tuple list iter enumerate map zip sorted".split())
_MAKING_TEXT = ("builtins.str", "builtins.unicode")
_SHOWING = frozenset("error warn warning info debug exception critical log write format".split())
_OWN_ACCESS = ("__getitem__", "__iter__", "__getslice__")


class ExceptionMessage(Rule):
    """Exceptions have no `message` in Python 3, and are no sequences of their arguments.

    ## What it does
    Writes `str(e)` for `e.message` (`e` alone where that is printed) and `e.args[0]` for `e[0]`, where `except … as e`
    has caught it; also `a, b = e.args` for `a, b = e`, and `for x in e.args`.

    ## Why it matters
    `e.message` raises `AttributeError` and `e[0]` `TypeError` in Python 3: while something has gone wrong already,
    and instead of the report of it. In a pool's worker that is all that the parent gets to see, under every start
    method.

    ## Example
    ```python
    try:
        limit = int("many")
    except ValueError, e:
        print e.message, e[0]
    ```

    ## Use instead
    ```python
    try:
        limit = int("many")
    except ValueError as e:
        print(e, e.args[0])
    ```

    ## Fix safety
    Safe for `e[0]` and its likes, which are the same, and for the message of exceptions whose text is their one
    argument. For `KeyError`, whose text is the key in quotes, it is `e.args[0]`. Also safe for `Exception` where the
    message is shown; where the exception has several arguments it was empty, and `str(e)` says what they are. Unsafe
    for `IOError`, of which that is known, for `Exception` where the message is more than shown, and for classes that
    are none of Python's own.

    ## When it stays silent
    For exceptions of the program that have a `message` of their own (or a `__getitem__`), for names that get another
    value in the handler, and where the program asks for the attribute first. Where the exception's class is none of
    Python's own, a `message` is a hint: it may well have one.

    ## References
    - [PEP 352: the message attribute](https://peps.python.org/pep-0352/#retracted-ideas)
    - [What's New in Python 3.0: changes to exceptions](https://docs.python.org/3/whatsnew/3.0.html#changes-to-exceptions)
    - [BaseException.args](https://docs.python.org/3/library/exceptions.html#BaseException.args)
    """

    code = "MP248"
    name = "exception-message"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each use of a caught exception."""
        if not program.python2:
            return
        yield from self._of_exc_info(program)
        uses = _by_handler(program)
        given = {
            each.value.id
            for each in program.index.attributes.get("message", ())
            if isinstance(each.ctx, ast.Store) and isinstance(each.value, ast.Name)
        }
        for handler in program.index.all(ast.ExceptHandler):
            if handler not in uses:
                continue
            classes = _Classes(program, handler)
            inside = [use for use in uses[handler] if not program.compatibility.asks_first(use)]
            for use in [*inside, *_kept(program, inside)]:
                parent = program.index.parent[use]
                if isinstance(parent, ast.Attribute) and parent.attr == "message":
                    if use.id not in given:
                        yield from self._message(program, classes, use, parent)
                elif not classes.have(_OWN_ACCESS) and _takes_arguments(program, use, parent):
                    safety = Safety.UNSAFE if classes.foreign else Safety.SAFE
                    message = f"an exception is no sequence of its arguments in Python 3: `{use.id}.args` is"
                    edits = [Replace(use, f"{use.id}.args")]
                    yield self.finding(use, message, advice=f"use `{use.id}.args`", edits=edits, safety=safety)

    def _of_exc_info(self, program: Program) -> Iterator[Diagnosis]:
        """`sys.exc_info()[1].message`."""
        for attribute in program.index.attributes.get("message", ()):
            value = attribute.value
            if not isinstance(value, ast.Subscript) or not program.names.calls(value.value, "sys.exc_info"):
                continue
            second = isinstance(value.slice, ast.Constant) and value.slice.value == 1
            if second and isinstance(attribute.ctx, ast.Load) and is_visible(program, attribute, "str"):
                message = "exceptions have no `message` in Python 3; `str(…)` is what it said"
                safety = Safety.SAFE if _is_shown(program, attribute) else Safety.UNSAFE
                edits = [Replace(attribute, "str($0)", (value,))]
                yield self.finding(attribute, message, advice="use `str(…)`", edits=edits, safety=safety)

    def _message(
        self, program: Program, classes: _Classes, use: ast.Name, attribute: ast.Attribute
    ) -> Iterator[Diagnosis]:
        if not isinstance(attribute.ctx, ast.Load) or classes.have(("message",)):
            return
        if program.compatibility.asks_first(attribute):
            return
        message = f"exceptions have no `message` in Python 3; `str({use.id})` is what it said"
        if classes.foreign:
            advice = f"use `str({use.id})` if the class of this one has no `message` of its own"
            edits: list[Edit] = [Replace(attribute, f"str({use.id})")] if is_visible(program, use, "str") else []
            yield self.finding(
                attribute, message, advice=advice, edits=edits, safety=Safety.UNSAFE, severity=Severity.HINT
            )
            return
        if classes.with_keys:
            # `str(e)` would be the key in quotes
            edits = [Replace(attribute, f"{use.id}.args[0]")]
            if "key errors" not in program.plans:
                program.plans["key errors"] = _has_one_argument(program, "KeyError")
            safety = Safety.SAFE if program.plans["key errors"] else Safety.UNSAFE
            yield self.finding(attribute, message, advice=f"use `{use.id}.args[0]`", edits=edits, safety=safety)
            return
        is_safe = classes.plain or (classes.wide and _is_shown(program, attribute))
        safety = Safety.SAFE if is_safe else Safety.UNSAFE
        edits = [Replace(attribute, f"str({use.id})")]
        call = program.index.parent[attribute]
        if program.names.calls(call, *_MAKING_TEXT) and (isinstance(call, ast.Call) and call.args == [attribute]):
            edits = [Replace(attribute, use.id)]  # `str(e.message)` becomes `str(e)`
        elif program.names.calls(call, "builtins.print"):
            edits = [Replace(attribute, use.id)]
        elif not is_visible(program, use, "str"):
            edits = []
        yield self.finding(attribute, message, advice=f"use `str({use.id})`", edits=edits, safety=safety)


class _Classes:
    """What is known of the classes that a handler catches."""

    def __init__(self, program: Program, handler: ast.ExceptHandler) -> None:
        self._program = program
        types: list[ast.expr] = []
        if handler.type is not None:
            types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        self._own: list[ast.ClassDef] = []
        self._had: dict[tuple[str, ...], bool] = {}
        names: list[str] = []
        for type_ in types:
            class_ = program.functions.resolve_class(type_)
            if class_ is not None:
                self._own += program.functions.ancestors(class_)
                names += program.functions.base_names(class_)
                if any(
                    program.qualified(base) is None
                    for each in self._own
                    for base in each.bases
                    if not _is_own(program, base)
                ):
                    names.append("?")
            else:
                names.append(program.qualified(type_) or "?")
        self.foreign = any(not _is_of_python(name) for name in names)
        """Whether one of them is neither the program's own nor Python's."""
        own_text = self.have(("__str__", "__init__"))
        self.plain = not self.foreign and all(map(_is_plain, names)) and not own_text
        """Whether the text of each is that of its one argument."""
        wide = [name.removeprefix("builtins.") in _WIDE or _is_plain(name) for name in names]
        self.wide = not self.foreign and all(wide) and not own_text
        """Whether that is so for most of what the classes stand for."""
        keyed = [name == "builtins.KeyError" or _is_plain(name) for name in names]
        self.with_keys = not self.foreign and all(keyed) and not self.plain and not own_text
        """Whether one of them is `KeyError`, whose text is the key in quotes, and the others are plain."""

    def have(self, names: tuple[str, ...]) -> bool:
        """Whether one of them that the program defines has one of these, in the class or on its instances."""
        if names not in self._had:
            self._had[names] = bool(self._own) and self._find(names)
        return self._had[names]

    def _find(self, names: tuple[str, ...]) -> bool:
        index = self._program.index
        for class_ in self._own:
            if any(name in index.inner_scope(class_).bindings for name in names):
                return True
        return any(
            isinstance(attribute.ctx, ast.Store)
            and self._program.functions.class_of_instance(attribute.value) in self._own
            for name in names
            for attribute in index.attributes.get(name, ())
        )


def _is_of_python(name: str) -> bool:
    root = name.partition(".")[0]
    return root == "builtins" or root in sys.stdlib_module_names or root in MODULES


def _by_handler(program: Program) -> dict[ast.ExceptHandler, list[ast.Name]]:
    """The readings of each caught exception in its handler; none where the name gets another value there."""
    found: dict[ast.ExceptHandler, list[ast.Name]] = defaultdict(list)
    changed: set[ast.ExceptHandler] = set()
    for name in {handler.name for handler in program.index.all(ast.ExceptHandler) if handler.name is not None}:
        for use in program.index.names.get(name, ()):
            for ancestor in program.index.ancestors(use):
                if isinstance(ancestor, ast.ExceptHandler) and ancestor.name == name:
                    if program.index.scope(ancestor).owner(name) is program.index.owner(use):
                        found[ancestor].append(use)
                        changed |= set() if isinstance(use.ctx, ast.Load) else {ancestor}
                    break
    return {handler: uses for handler, uses in found.items() if handler not in changed}


def _kept(program: Program, caught: list[ast.Name]) -> Iterator[ast.Name]:
    """The readings of names that keep a caught exception, and nothing else, for the time after the handler."""
    for use in caught:
        statement = program.index.parent[use]
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            continue
        target = statement.targets[0]
        if not isinstance(target, ast.Name):
            continue
        bindings = program.index.bindings(target)
        others = [each for each in bindings[:_FEW] if each.node is not target]
        if len(bindings) <= _FEW and all(map(_is_placeholder, others)):
            uses = program.index.uses(target.id, program.index.owner(target))
            yield from (each for each in uses if isinstance(each.ctx, ast.Load))


def _is_own(program: Program, base: ast.expr) -> bool:
    return program.functions.resolve_class(base) is not None


def _is_plain(name: str) -> bool:
    module, _, bare = name.rpartition(".")
    type_ = getattr(builtins, bare, None)
    return module == "builtins" and bare not in _WIDE and isinstance(type_, type) and not issubclass(type_, _SEVERAL)


def _is_placeholder(binding: Binding) -> bool:
    return isinstance(binding.value, ast.Constant) and binding.value.value is None


def _is_shown(program: Program, attribute: ast.Attribute) -> bool:
    """Whether the message is printed, logged, or becomes a part of a text, and nothing else."""
    parent = program.index.parent[attribute]
    if isinstance(parent, ast.Tuple):
        parent = program.index.parent[parent]
        return isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Mod)
    if isinstance(parent, ast.BinOp):
        return isinstance(parent.op, (ast.Mod, ast.Add))
    if not isinstance(parent, ast.Call):
        return False
    shows = isinstance(parent.func, ast.Attribute) and parent.func.attr in _SHOWING
    return shows or program.names.calls(parent, "builtins.print", *_MAKING_TEXT)


def _has_one_argument(program: Program, name: str) -> bool:
    """Whether each exception of this name that the program makes gets one argument, as those of Python do."""
    for use in program.index.names.get(name, ()):
        parent = program.index.parent[use]
        if isinstance(parent, ast.Raise) or (
            isinstance(parent, ast.Call) and parent.func is use and len(parent.args) != 1
        ):
            return False
    return True


def _takes_arguments(program: Program, use: ast.Name, parent: ast.AST) -> bool:
    """Whether an exception is indexed, unpacked, iterated or searched."""
    if isinstance(parent, ast.Subscript):
        return parent.value is use and isinstance(parent.ctx, ast.Load)
    if isinstance(parent, ast.Assign):
        return parent.value is use and any(isinstance(each, (ast.Tuple, ast.List)) for each in parent.targets)
    if isinstance(parent, (ast.For, ast.comprehension)):
        return parent.iter is use
    if isinstance(parent, ast.Compare):
        return use in parent.comparators and all(isinstance(each, (ast.In, ast.NotIn)) for each in parent.ops)
    if isinstance(parent, ast.Starred):
        return True
    return isinstance(parent, ast.Call) and use in parent.args and program.qualified(parent.func) in _ITERATING
