"""Exceptions of the program, and what becomes of them on the way to another process.

An exception is pickled as its class, its `args` and its attributes, and unpickled by calling the class with `args`.
`args` is what `BaseException.__init__` gets; if nobody calls that, the positional arguments of the constructor.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.functions import parameters
from mpmodernize.model.pickling import PICKLING_METHODS
from mpmodernize.model.raising import is_caught
from mpmodernize.model.scopes import FUNCTION_NODES, FunctionNode
from mpmodernize.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.crossings import Crossing
    from mpmodernize.model.program import Program

_PLAIN = frozenset(
    (
        "ArithmeticError AssertionError AttributeError BaseException BufferError EOFError Exception IndexError "
        "KeyError LookupError NotImplementedError OverflowError RuntimeError StandardError TypeError UserWarning "
        "ValueError Warning ZeroDivisionError"
    ).split()
)
"""The built-in exceptions that keep their arguments as they get them."""
_FAR = 50


class Constructor(Record, eq=False):
    """The `__init__` of an exception, and what it hands on as `args`."""

    class_: ast.ClassDef
    init: FunctionNode
    passed: list[ast.expr] | None
    """What the constructor gives to its base; `None` where it does not call that."""
    base: Constructor | None = None
    """The constructor of the base that gets them, where that is one of the program; otherwise it is one of Python's."""

    @property
    def arguments(self) -> list[ast.expr] | None:
        """What Python's constructor gets in the end; `None` where nobody calls it."""
        return self.passed if self.base is None or self.passed is None else self.base.arguments

    def accepts(self, number: int) -> bool:
        """Whether the constructor can be called with this many positional arguments and nothing else."""
        arguments = self.init.args
        most = len(parameters(self.init)) - 1
        least = most - len(arguments.defaults)
        if any(default is None for default in arguments.kw_defaults):
            return False
        return least <= number and (number <= most or arguments.vararg is not None)


class ExceptionClasses:
    """Answers how exceptions of the program travel."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._index = program.index
        self._functions = program.functions

    def constructor(self, class_: ast.ClassDef) -> Constructor | None:
        """The constructor of an exception class; `None` where it has none, or where it is not plain how it works."""
        line = self._functions.ancestors(class_)
        if not (self._functions.base_names(class_) <= {f"builtins.{name}" for name in _PLAIN}):
            return None
        for each in line:
            if each.keywords or each.decorator_list or any(self._is_special(method) for method in each.body):
                return None
        owner = next((each for each in line if self._own_init(each) is not None), None)
        init = self._own_init(owner) if owner is not None else None
        if owner is None or init is None or init.decorator_list or len(owner.bases) != 1:
            return None
        calls = list(self._base_calls(init))
        if len(calls) > 1 or self._sets_args(init):
            return None
        if not calls:
            return Constructor(owner, init, None)
        (given,) = calls
        if given is None:
            return None
        above = next((each for each in line[line.index(owner) + 1 :] if self._own_init(each) is not None), None)
        if above is None:
            return Constructor(owner, init, given)
        base = self.constructor(above)
        return Constructor(owner, init, given, base) if base is not None else None

    def _own_init(self, class_: ast.ClassDef) -> FunctionNode | None:
        return self._program.instances.own_method(class_, "__init__")

    @staticmethod
    def _is_special(method: ast.stmt) -> bool:
        return isinstance(method, FUNCTION_NODES) and method.name in (PICKLING_METHODS | {"__new__"})

    def _base_calls(self, init: FunctionNode) -> Iterator[list[ast.expr] | None]:
        """The positional arguments of each call of a base's `__init__`; `None` where they are not plain."""
        for call in self._index.method_calls.get("__init__", []):
            if self._index.function(call) is not init or not isinstance(call.func, ast.Attribute):
                continue
            by_super = self._program.names.calls(call.func.value, "builtins.super")
            args = call.args if by_super else call.args[1:]
            plain = not call.keywords and not any(isinstance(each, ast.Starred) for each in call.args)
            yield args if plain and self._index.statement(call) in init.body else None

    def _sets_args(self, init: FunctionNode) -> bool:
        return any(self._index.function(each) is init for each in self._index.attributes.get("args", []))

    # -- which of them get out ---------------------------------------------------------------------

    def class_of(self, crossing: Crossing) -> ast.ClassDef | None:
        """The class of the program that is raised here, where nothing in the worker catches it."""
        raised = crossing.expression
        made = raised.func if isinstance(raised, ast.Call) else raised
        class_ = self._functions.resolve_class(made)
        if class_ is None or not self.gets_out(crossing.node, self._caught_as(class_)):
            return None
        return class_

    def _caught_as(self, class_: ast.ClassDef) -> frozenset[str]:
        own = {each.name for each in self._functions.ancestors(class_)}
        above = {name.rpartition(".")[2] for name in self._functions.base_names(class_)}
        return frozenset(own | above | {"Exception", "BaseException", "StandardError"})

    def gets_out(self, node: ast.AST, names: frozenset[str], seen: frozenset[ast.AST] = frozenset()) -> bool:
        """Whether an exception that is raised here leaves a task by a way on which nothing catches it."""
        if is_caught(self._program, node, names):
            return False
        function = self._index.function(node)
        if function is None or function in seen or len(seen) > _FAR:
            return False
        if any(start.kind == "task" for start in self._program.starts.of_function.get(function, [])):
            return True
        return any(
            self._index.function(call) in self._program.crossings.first_task
            and self.gets_out(call, names, seen | {function})
            for call in self._functions.callers(function)
        )
