"""Code that runs on both Pythons by asking first: it is right as it is, and no rule about old names touches it.

`try: unicode` / `except NameError: …`, `if sys.version_info[0] < 3:`, `if PY2 and isinstance(x, unicode)`,
`hasattr(time, "clock")`. Source: the idioms of *Supporting Python 2 and 3 with minimal changes* (Python-Future) and
of *six*, which is where programs that run on both have learned them.
"""

from __future__ import annotations

import ast
import re
import sys
from functools import cached_property
from typing import TYPE_CHECKING

from mpmodernize.model import library
from mpmodernize.model.scopes import FUNCTION_NODES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.index import Index
    from mpmodernize.model.names import Names

_VERSIONS = frozenset(
    {"sys.version_info", "sys.version", "sys.hexversion", "six.PY2", "six.PY3", "platform.python_version"}
)
_FLAG = re.compile(
    r"_*([a-z]+_+)*(is|in|on|have|running)?_*(py|python)_*(2|3)\w*|_*py3k|unicode_?exists", re.IGNORECASE
)
_CAUGHT = frozenset({"NameError", "ImportError", "AttributeError", "ModuleNotFoundError", "Exception", "BaseException"})
_FEW = 3
"""A `try` that asks for a name holds hardly more statements than the one with the name."""
_SUCCESSORS = frozenset(
    (
        "__next__ abc assertCountEqual assertRaisesRegex assertRegex decodebytes encodebytes getfullargspec is_alive "
        "maxsize monotonic perf_counter process_time signature Signature tobytes"
    ).split()
)
"""Names of Python 3 that a program asks for, with `hasattr`, before it takes the old ones."""
_OPTIONAL = frozenset(
    (
        "_curses bz2 crypt ctypes curses dbm fcntl grp lzma msvcrt multiprocessing nt ossaudiodev posix pty pwd "
        "readline resource spwd sqlite3 ssl syslog termios tkinter tty winreg winsound zlib"
    ).split()
)
"""Modules that a Python 3 may be without: what is done without them may well run there."""
_DEAD = {
    "__cmp__": ("__eq__", "__lt__"),
    "__coerce__": (),
    "__delslice__": ("__delitem__",),
    "__div__": ("__truediv__",),
    "__getslice__": ("__getitem__",),
    "__idiv__": ("__itruediv__",),
    "__long__": ("__int__",),
    "__nonzero__": ("__bool__",),
    "__rdiv__": ("__rtruediv__",),
    "__setslice__": ("__setitem__",),
    "__unicode__": ("__str__",),
}
"""Methods that only Python 2 calls, and those by which a class does the same in Python 3."""
_ASKING = frozenset(
    "version_info version hexversion PY2 PY3 python_version hasattr getattr bytes __builtin__ builtins".split()
)
"""Names without one of which nothing asks for the version."""
_GONE_BUILTINS = frozenset({"basestring", "unicode", "long", "unichr", "xrange", "raw_input"})
_BLOCKS = ("body", "orelse", "finalbody")
_LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)


class Compatibility:
    """Finds out whether a place in a program is reached only where the name that stands there exists."""

    def __init__(self, index: Index, names: Names) -> None:
        self._index = index
        self._names = names
        self._asking: dict[tuple[ast.AST, str], bool] = {}
        self._asking_values: dict[tuple[ast.AST, str], list[ast.expr]] = {}
        self._leaving: dict[ast.AST, list[ast.If]] = {}
        self._following: set[ast.Name] = set()
        self.for_both = True
        """Whether the file may be written for both languages: methods that only Python 2 calls are right there."""

    def asks_first(self, node: ast.AST) -> bool:
        """Whether the program asks for the Python version, or for the name itself, before it comes to `node`."""
        if self.asks_version(node):
            return True
        child = node
        for ancestor in self._index.ancestors(node):
            if isinstance(ancestor, ast.Try):
                if self._tries(ancestor, child, node):
                    return True
            elif isinstance(ancestor, ast.ExceptHandler):
                if "NameError" in caught(ancestor) and not self._is_newer_branch(ancestor, node):
                    return True
            elif isinstance(ancestor, ast.ClassDef) and self.is_spare(ancestor, child):
                return True
            child = ancestor
        return False

    def is_caught(self, node: ast.AST, error: str) -> bool:
        """Whether the program is ready for an error at this place, by its name."""
        child = node
        for ancestor in self._index.ancestors(node):
            if isinstance(ancestor, ast.Try) and child in ancestor.body:
                if any(error in caught(handler) for handler in ancestor.handlers):
                    return True
            elif isinstance(ancestor, FUNCTION_NODES):
                return False
            child = ancestor
        return False

    def is_spare(self, class_: ast.ClassDef, method: ast.AST) -> bool:
        """Whether a class for both languages has this method for Python 2, and another one for Python 3."""
        if not self.for_both or not isinstance(method, FUNCTION_NODES) or method.name not in _DEAD:
            return False
        successors, own = _DEAD[method.name], self._index.inner_scope(class_).bindings
        return not successors or any(name in own for name in successors)

    def asks_version(self, node: ast.AST) -> bool:
        """Whether the program comes to `node` only after asking for the Python version, or whether a name exists."""
        child, name = node, _name(node)
        quiet = not self._asks_anywhere and (not name or name not in self._texts)
        for ancestor in self._index.ancestors(node):
            if isinstance(child, ast.ExceptHandler) and self._is_there(ancestor, child):
                return True
            if not quiet and self._is_asked(ancestor, child, name):
                return True
            child = ancestor
        return False

    @cached_property
    def _asks_anywhere(self) -> bool:
        """Whether anything in the file could be a question for the version: most files have none."""
        used = self._index.names.keys() | self._index.attributes.keys()
        used |= {alias.name for alias in self._index.all(ast.alias)}
        return not used.isdisjoint(_ASKING) or any(_FLAG.fullmatch(name) is not None for name in used)

    @cached_property
    def _texts(self) -> frozenset[str]:
        """Every text that is written down: a name that is asked for is one of them."""
        return frozenset(each.value for each in self._index.all(ast.Constant) if isinstance(each.value, str))

    def _is_asked(self, ancestor: ast.AST, child: ast.AST, name: str) -> bool:
        """Whether `ancestor` comes to its `child` only after a question."""
        if isinstance(child, ast.stmt) and self._has_left(ancestor, child, name):
            return True
        if isinstance(ancestor, (ast.If, ast.IfExp, ast.While)):
            return child is not ancestor.test and self._asks(ancestor.test, name)
        if not isinstance(ancestor, ast.BoolOp):
            return False
        if (ancestor, name) not in self._asking_values:
            self._asking_values[ancestor, name] = [each for each in ancestor.values if self._asks(each, name)]
        return any(value is not child for value in self._asking_values[ancestor, name])

    def _has_left(self, block: ast.AST, statement: ast.stmt, name: str) -> bool:
        """Whether a statement before this one leaves the block where the version, or the name, is another one."""
        return any(
            self._asks(each.test, name)
            for each in self._leaving_statements(block)
            if each.lineno < statement.lineno and self._same_block(block, each, statement)
        )

    def _leaving_statements(self, block: ast.AST) -> list[ast.If]:
        """The `if` statements of a block that end by leaving it."""
        if block not in self._leaving:
            self._leaving[block] = [
                each
                for field in _BLOCKS
                for each in getattr(block, field, None) or ()
                if isinstance(each, ast.If) and isinstance(each.body[-1], _LEAVING)
            ]
        return self._leaving[block]

    @staticmethod
    def _same_block(block: ast.AST, first: ast.stmt, second: ast.stmt) -> bool:
        lists = (getattr(block, field, None) for field in _BLOCKS)
        return any(isinstance(each, list) and first in each and second in each for each in lists)

    @staticmethod
    def _is_there(statement: ast.AST, handler: ast.ExceptHandler) -> bool:
        """Whether a handler is for an import that fails only in old versions of Python 2."""
        if not isinstance(statement, ast.Try):
            return False
        imports = [each for each in statement.body if isinstance(each, (ast.Import, ast.ImportFrom))]
        others = [each for each in statement.body if not isinstance(each, (ast.Import, ast.ImportFrom))]
        if not imports or others or not {*caught(handler)} & {"ImportError", "ModuleNotFoundError"}:
            return False
        return all(_always_there(name) for each in imports for name in _imported(each))

    def _is_newer_branch(self, handler: ast.ExceptHandler, node: ast.AST) -> bool:
        """Whether Python 3 comes to this handler, for want of a built-in, and finds a name that is gone here."""
        statement = self._index.parent[handler]
        if not isinstance(node, ast.Attribute) or self._names.qualified(node) not in library.GONE_NAMES:
            return False
        asked = [each.value for each in getattr(statement, "body", ()) if isinstance(each, (ast.Expr, ast.Assign))]
        return any(isinstance(each, ast.Name) and each.id in _GONE_BUILTINS for each in asked)

    def _tries(self, statement: ast.Try, child: ast.AST, node: ast.AST) -> bool:
        """Whether a `try` is there to see whether a name exists: it is short, and catches what a missing one raises."""
        names = {name for handler in statement.handlers for name in caught(handler)}
        plain = all(isinstance(each, (ast.Assign, ast.Import, ast.ImportFrom)) for each in statement.body)
        asked = {"NameError"} | ({"AttributeError"} if isinstance(node, ast.Attribute) else set())
        if child not in statement.body or (len(statement.body) > _FEW and not (plain and names & asked)):
            return False
        wide = {"Exception", "BaseException"}
        if isinstance(node, ast.alias):
            return bool(names & _CAUGHT)
        if names & asked:
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
            flag = _FLAG.fullmatch(node.id) is not None or self._names.qualified(node) in _VERSIONS
            return flag or self._is_answer(node, name)
        if isinstance(node, ast.Attribute):
            return _FLAG.fullmatch(node.attr) is not None or self._names.qualified(node) in _VERSIONS
        if isinstance(node, ast.Compare) and len(node.comparators) == 1:  # bytes is str
            sides = {self._names.qualified(node.left), self._names.qualified(node.comparators[0])}
            return sides == {"builtins.bytes", "builtins.str"}
        if isinstance(node, ast.Call) and len(node.args) > 1 and self._names.qualified(node.func) == "builtins.hasattr":
            asked = node.args[1]
            return isinstance(asked, ast.Constant) and asked.value in _SUCCESSORS
        # hasattr(time, "clock"), "unicode" in dir(…)
        return isinstance(node, ast.Constant) and node.value == name != ""

    def _is_answer(self, node: ast.Name, name: str) -> bool:
        """Whether a variable holds what the program has found out: `OLD = sys.version_info < (3,)`."""
        owner = self._index.owner(node)
        if owner is None or not owner.is_module or node in self._following:
            return False
        bindings = owner.bindings[node.id]
        value = bindings[0].value if bindings else None
        if isinstance(value, ast.Call):  # print_ = getattr(builtins, "print", None)
            asks = self._names.qualified(value.func) == "builtins.getattr" and len(value.args) > 1
            return asks and isinstance(value.args[0], (ast.Name, ast.Attribute)) and _last(value.args[0]) in _BUILTINS
        if len(bindings) > 1 or not isinstance(value, _CONDITIONS):
            return False
        self._following.add(node)
        answer = self._asks(value, name)
        self._following.discard(node)
        return answer


_CONDITIONS = (ast.Compare, ast.BoolOp, ast.UnaryOp, ast.IfExp, ast.Subscript)
_BUILTINS = frozenset({"builtins", "__builtin__", "__builtins__"})


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _imported(statement: ast.Import | ast.ImportFrom) -> list[str]:
    """The qualified names that a statement imports."""
    if isinstance(statement, ast.Import):
        return [alias.name for alias in statement.names]
    package = "." * statement.level + (statement.module or "")
    return [f"{package}.{alias.name}" for alias in statement.names]


def _always_there(name: str) -> bool:
    """Whether every Python 3 can import this."""
    root = name.partition(".")[0]
    if root not in sys.stdlib_module_names or root in _OPTIONAL or root in library.GONE_MODULES:
        return False
    module = name.rpartition(".")[0]
    return name not in library.GONE_MODULES and module not in library.GONE_MODULES and name not in library.GONE_NAMES


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
