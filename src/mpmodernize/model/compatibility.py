"""Code that runs on both Pythons by asking first: it is right as it is, and no rule about old names touches it.

`try: unicode` / `except NameError: …`, `if sys.version_info[0] < 3:`, `if PY2 and isinstance(x, unicode)`,
`hasattr(time, "clock")`. Source: the idioms of *Supporting Python 2 and 3 with minimal changes* (Python-Future) and
of *six*, which is where programs that run on both have learned them.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.index import Index
    from mpmodernize.model.names import Names

_VERSIONS = frozenset(
    {"sys.version_info", "sys.version", "sys.hexversion", "six.PY2", "six.PY3", "platform.python_version"}
)
_FLAG = re.compile(r"_*(is|in|on|have|running)?_*(py|python)_*(2|3)\w*|_*py3k|unicode_?exists", re.IGNORECASE)
_CAUGHT = frozenset({"NameError", "ImportError", "AttributeError", "ModuleNotFoundError", "Exception", "BaseException"})
_FEW = 3
"""A `try` that asks for a name holds hardly more statements than the one with the name."""


class Compatibility:
    """Finds out whether a place in a program is reached only where the name that stands there exists."""

    def __init__(self, index: Index, names: Names) -> None:
        self._index = index
        self._names = names
        self._asking: dict[tuple[ast.AST, str], bool] = {}

    def asks_first(self, node: ast.AST) -> bool:
        """Whether the program asks for the Python version, or for the name itself, before it comes to `node`."""
        if self.asks_version(node):
            return True
        child = node
        for ancestor in self._index.ancestors(node):
            if isinstance(ancestor, ast.Try):
                if self._tries(ancestor, child, node):
                    return True
            elif isinstance(ancestor, ast.ExceptHandler) and "NameError" in caught(ancestor):
                return True
            child = ancestor
        return False

    def asks_version(self, node: ast.AST) -> bool:
        """Whether a condition around `node` asks for the Python version or whether a name exists."""
        child, name = node, _name(node)
        for ancestor in self._index.ancestors(node):
            if isinstance(ancestor, (ast.If, ast.IfExp, ast.While)):
                if child is not ancestor.test and self._asks(ancestor.test, name):
                    return True
            elif isinstance(ancestor, ast.BoolOp) and any(
                self._asks(value, name) for value in ancestor.values if value is not child
            ):
                return True
            child = ancestor
        return False

    def _tries(self, statement: ast.Try, child: ast.AST, node: ast.AST) -> bool:
        """Whether a `try` is there to see whether a name exists: it is short, and catches what a missing one raises."""
        if child not in statement.body or len(statement.body) > _FEW:
            return False
        names = {name for handler in statement.handlers for name in caught(handler)}
        wide = {"Exception", "BaseException"}
        if isinstance(node, ast.alias):
            return bool(names & _CAUGHT)
        if names & {"NameError"} or (names & {"AttributeError"} and isinstance(node, ast.Attribute)):
            return True
        # `try: n = int(raw_input())` / `except: …` is about what is typed, `try: text = unicode` / `except: …` is not
        alone = isinstance(child, (ast.Expr, ast.Assign)) and child.value is node
        return bool(names & wide) and len(statement.body) == 1 and alone

    def _asks(self, test: ast.expr, name: str) -> bool:
        if (test, name) not in self._asking:
            self._asking[test, name] = any(self._is_question(node, name) for node in ast.walk(test))
        return self._asking[test, name]

    def _is_question(self, node: ast.AST, name: str) -> bool:
        if isinstance(node, ast.Name):
            return _FLAG.fullmatch(node.id) is not None or self._names.qualified(node) in _VERSIONS
        if isinstance(node, ast.Attribute):
            return _FLAG.fullmatch(node.attr) is not None or self._names.qualified(node) in _VERSIONS
        return isinstance(node, ast.Constant) and node.value == name  # hasattr(time, "clock"), "unicode" in dir(…)


def _name(node: ast.AST) -> str:
    """The name that stands at a place."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "name", "")


def caught(handler: ast.ExceptHandler) -> Iterator[str]:
    """The names of the exceptions that a handler catches; `BaseException` for a bare `except`."""
    if handler.type is None:
        yield "BaseException"
        return
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    for type_ in types:
        if isinstance(type_, ast.Name):
            yield type_.id
        elif isinstance(type_, ast.Attribute):
            yield type_.attr
