"""MP244: `it.next()` and `def next(self)`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.compatibility import caught
from mpmodernize.model.functions import parameters
from mpmodernize.rewrite.edits import Rename, Replace
from mpmodernize.rules.base import Phase, Rule
from mpmodernize.rules.handlers import caught_by, is_tried

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import Binding
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_READING_LINES = frozenset({"builtins.iter", "tokenize.generate_tokens", "tokenize.tokenize"})


class NextMethod(Rule):
    """An iterator's `next` method is called `__next__` in Python 3, and `next(it)` calls it.

    ## What it does
    Renames `def next(self)` to `__next__` in a class that is an iterator: its `__iter__` returns `self`, or the
    `__iter__` of another class returns its instances. Writes `next(it)` for `it.next()`, and `it.__next__` where the
    method is handed on, called on `super()`, or where `next` means something else in that place.

    ## Why it matters
    `it.next()` raises `AttributeError` in Python 3, and a class with the old method is no iterator there: `for` and
    `pool.imap` stop with `TypeError`, under every start method.

    ## Example
    ```python
    class Countdown(object):
        def __init__(self, start):
            self.value = start

        def __iter__(self):
            return self

        def next(self):
            if self.value == 0:
                raise StopIteration
            self.value -= 1
            return self.value


    first = Countdown(3).next()
    ```

    ## Use instead
    ```python
    class Countdown(object):
        def __init__(self, start):
            self.value = start

        def __iter__(self):
            return self

        def __next__(self):
            if self.value == 0:
                raise StopIteration
            self.value -= 1
            return self.value


    first = next(Countdown(3))
    ```

    ## Fix safety
    Safe for what is known to be an iterator, and for a call in a Python 2 file that has no `next` of another kind.
    Unsafe where classes of the file have a `next` that is none of an iterator, or where a base class that is not in
    the file decides what it is. An instance that gets a `next` of its own is reported: Python 3 looks at the class.

    ## When it stays silent
    In a file of Python 3, for a class that inherits a `__next__` and for a `next` that takes arguments.
    For classes that are no iterators (a playlist, a list with links), their calls, attributes such as `node.next`,
    calls with arguments, classes that have a `__next__` already, and where the program asks first.

    ## References
    - [PEP 3114: renaming iterator.next() to iterator.__next__()](https://peps.python.org/pep-3114/)
    - [Iterator types](https://docs.python.org/3/library/stdtypes.html#iterator-types)
    """

    code = "MP244"
    name = "next-method"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each class with a `next`, and at each attribute of that name."""
        others = False
        for class_ in program.index.all(ast.ClassDef):
            bindings = program.index.inner_scope(class_).bindings
            if "next" not in bindings or self._is_of_python_3(program, class_):
                continue
            kind = program.iterators.is_iterator_class(class_)
            others = others or (kind is not True and "__next__" not in bindings)
            if kind is not False and "__next__" not in bindings:
                safety = Safety.SAFE if kind else Safety.UNSAFE
                for binding in bindings["next"]:
                    if program.python2 or kind:
                        yield self._defined(program, binding, safety)
        for attribute in program.index.attributes.get("next", ()):
            yield from self._used(program, attribute, certain=not others)

    @staticmethod
    def _is_of_python_3(program: Program, class_: ast.ClassDef) -> bool:
        """Whether a class of Python 3 inherits `__next__`, or lets `next` take more: it is a name like others."""
        if program.python2:
            return False
        inherited = any(program.functions.method(each, "__next__") for each in program.functions.ancestors(class_))
        method = program.functions.method(class_, "next")
        return inherited or (method is not None and len(parameters(method)) + len(method.args.kwonlyargs) > 1)

    def _defined(self, program: Program, binding: Binding, safety: Safety) -> Diagnosis:
        node = binding.node
        edits: list[Edit] = []
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            edits.append(Rename(node, "__next__"))
        elif isinstance(node, ast.Name):
            edits.append(Replace(node, "__next__"))
        # what else the class body calls by the name: `readline = next`
        loads = [each for each in program.index.uses("next", binding.scope) if isinstance(each.ctx, ast.Load)]
        edits += [Replace(each, "__next__") for each in loads]
        message = "an iterator's method `next` is called `__next__` in Python 3: this class is none there"
        return self.finding(node, message, advice="call it `__next__`", edits=edits, safety=safety)

    def _used(self, program: Program, attribute: ast.Attribute, *, certain: bool) -> Iterator[Diagnosis]:
        if program.compatibility.asks_version(attribute) or _is_missed(program, attribute):
            return
        if isinstance(attribute.ctx, ast.Store):
            yield from self._stored(program, attribute)
            return
        call = program.index.parent[attribute]
        receiver = attribute.value
        class_ = program.functions.class_of_instance(receiver)
        if class_ is not None and self._is_of_python_3(program, class_):
            return
        if class_ is not None and {"next", "__next__"} <= program.index.inner_scope(class_).bindings.keys():
            return  # the class has both
        is_call = isinstance(call, ast.Call) and call.func is attribute
        message = "an iterator has no method `next` in Python 3"
        by_name: list[Edit] = [Replace(attribute, "$0.__next__", (receiver,))]
        if self._is_of_class(program, receiver):
            yield self.finding(attribute, message, advice="call `__next__`", edits=by_name)
            return
        known = program.iterators.gives_iterator(receiver)
        if known is False:
            return
        if is_call and isinstance(call, ast.Call) and not call.args and not call.keywords:
            if known is None and not program.python2:
                return
            safety = Safety.SAFE if known or certain else Safety.UNSAFE
            hidden = program.index.scope(attribute).owner("next") is not None
            edits: list[Edit] = by_name if hidden else [Replace(call, "next($0)", (receiver,))]
            advice = "call `__next__`" if hidden else "use `next(…)`"
            yield self.finding(call, message, advice=advice, edits=edits, safety=safety)
        elif not is_call and (known or self._reads_lines(program, attribute, call) or _is_called(program, attribute)):
            yield self.finding(attribute, message, advice="hand on `__next__`", edits=by_name)

    @staticmethod
    def _is_of_class(program: Program, receiver: ast.expr) -> bool:
        """Whether the method is taken from an iterator's class, or from `super()` in one."""
        class_ = program.functions.resolve_class(receiver)
        if class_ is None and program.names.calls(receiver, "builtins.super"):
            function = program.index.function(receiver)
            class_ = program.index.enclosing_class(function) if function is not None else None
        return class_ is not None and program.iterators.is_iterator_class(class_) is True

    @staticmethod
    def _reads_lines(program: Program, attribute: ast.Attribute, call: ast.AST) -> bool:
        """Whether the method is handed to what calls it for the next line."""
        if not program.python2 or not isinstance(call, ast.Call):
            return False
        if isinstance(call.func, ast.Attribute) and call.func.attr == "assertRaises":
            return call.args[1:] == [attribute]
        return program.qualified(call.func) in _READING_LINES and call.args[:1] == [attribute]

    def _stored(self, program: Program, attribute: ast.Attribute) -> Iterator[Diagnosis]:
        """`self.next = …` in an iterator."""
        class_ = program.functions.class_of_instance(attribute.value)
        if class_ is not None and program.iterators.is_iterator_class(class_):
            message = "an instance gets its own `next`: Python 3 looks for `__next__`, and in the class alone"
            yield self.finding(attribute, message, advice="define `__next__` in the class, and let it call this")


def _is_called(program: Program, attribute: ast.Attribute) -> bool:
    """Whether a variable holds the method, and is called without arguments: `advance = it.next`."""
    statement = program.index.parent[attribute]
    if not program.python2 or not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return False
    (target,) = statement.targets
    if not isinstance(target, ast.Name):
        return False
    uses = program.index.uses(target.id, program.index.owner(target))
    calls = [(use, program.index.parent[use]) for use in uses]
    return any(isinstance(call, ast.Call) and call.func is use and not call.args for use, call in calls)


def _is_missed(program: Program, node: ast.AST) -> bool:
    """Whether the program is ready for there being no such method."""
    child = node
    for ancestor in program.index.ancestors(node):
        if isinstance(ancestor, ast.Try) and is_tried(ancestor, child):
            if "AttributeError" in caught_by(program, ancestor):
                return True
        elif isinstance(ancestor, ast.ExceptHandler) and {"AttributeError", "NameError"} & {*caught(ancestor)}:
            return True
        child = ancestor
    return False
