"""Whether a text reads as Python, and whether it is plainly Python: code, and not prose or another language.

Much that isn't Python parses: `see below`, no; but `Note: x`, `a, b`, `mp.Pool() - an overview`, a table of settings
(`key = value`), a line of Java (`import java.util.List;`) or of JavaScript (`console.log(x);`) do. So each statement is
judged by how much it says about the language, and by the names that it shares with code that is plain.
"""

from __future__ import annotations

import ast
import builtins
import re
import sys
import warnings
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from mpmodernize.model.glance import CONVENTIONAL_MODULES
from mpmodernize.model.python2 import BUILTINS, MODULES
from mpmodernize.python2 import convert
from mpmodernize.records import Record

if TYPE_CHECKING:
    from mpmodernize.settings import SourceVersion

_BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_")) | BUILTINS
_MODULES = sys.stdlib_module_names | MODULES
_Compound: TypeAlias = (
    ast.FunctionDef
    | ast.AsyncFunctionDef
    | ast.ClassDef
    | ast.For
    | ast.AsyncFor
    | ast.While
    | ast.If
    | ast.With
    | ast.AsyncWith
    | ast.Try
)
_DOING = (
    ast.AugAssign, ast.Return, ast.Break, ast.Continue, ast.Raise, ast.Assign, ast.Pass,
)  # fmt: skip
_TELLING = (
    ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda, ast.JoinedStr, ast.Starred, ast.IfExp,
    ast.Slice, ast.NotIn, ast.IsNot, ast.Yield, ast.Await,
)  # fmt: skip
_CALLING = (ast.Call, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
# What a line of C, Java, JavaScript or Perl ends with; in Python hardly anybody writes it.
_SEMICOLON = re.compile(r";[ \t]*(?://.*|/\*.*|#.*)?$", re.MULTILINE)


class Evidence(IntEnum):
    """How much a statement says for its being Python."""

    NONE = 0
    """Prose that parses: a name, an operation whose value nobody uses, an annotation, `pass` alone."""
    WEAK = 1
    """A constant that is given a name, as in any table of settings; a string."""
    FAIR = 2
    """A call, a value that is computed and given a name, a `print`: many languages write these so."""
    STRONG = 3
    """What hardly any other language has: `def f():`, `import os`, `for x in y:`, with code in it."""


class Reading(NamedTuple):
    """A text that reads as Python."""

    tree: ast.Module
    is_python2: bool
    """Whether it had to be converted first."""


def read(text: str) -> Reading | None:
    """The tree of a text, as Python 3 or as Python 2; `None` if it is neither."""
    tree = _parse(text)
    if tree is not None:
        return Reading(tree, False)
    versions: tuple[SourceVersion, ...] = ("auto", "2")
    for version in versions:
        converted = convert(text, version)
        if converted.source != text and (tree := _parse(converted.source)) is not None:
            return Reading(tree, converted.python2)
    return None


def _parse(text: str) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def evidence(statement: ast.stmt) -> Evidence:
    """How much a statement at the margin says for its being Python."""
    if isinstance(statement, ast.Match):
        return Evidence.STRONG
    if isinstance(statement, _Compound):
        return _evidence_of_compound(statement)
    if isinstance(statement, ast.Import):
        return max(map(_evidence_of_import, statement.names))
    if isinstance(statement, ast.ImportFrom):
        return Evidence.STRONG if statement.level or _is_known(statement.module or "") else Evidence.FAIR
    if isinstance(statement, ast.Expr):
        return _evidence_of_value(statement.value)
    if isinstance(statement, ast.Assign | ast.AugAssign):
        return Evidence.FAIR if _computes(statement.value) else Evidence.WEAK
    if isinstance(statement, ast.AnnAssign):
        return Evidence.WEAK if statement.value is not None else Evidence.NONE
    if isinstance(statement, ast.Raise):
        return Evidence.FAIR if statement.exc is not None and _computes(statement.exc) else Evidence.NONE
    if isinstance(statement, ast.Return | ast.Assert | ast.Delete):
        works = any(isinstance(each, ast.Call | ast.Compare) for each in ast.walk(statement))
        return Evidence.WEAK if works else Evidence.NONE
    return Evidence.NONE  # `pass`, `break`, `global warming`


def _evidence_of_compound(statement: _Compound) -> Evidence:
    if isinstance(statement, ast.If) and _is_main_test(statement.test):
        return Evidence.STRONG
    if any(evidence(each) >= Evidence.FAIR or isinstance(each, _DOING) for each in statement.body):
        return Evidence.FAIR if _is_one_line(statement) else Evidence.STRONG
    defines = isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    if defines and any(isinstance(each, ast.Expr) and _stands_in_body(each.value) for each in statement.body):
        return Evidence.STRONG
    return Evidence.NONE if _is_one_line(statement) else Evidence.WEAK


def _stands_in_body(value: ast.expr) -> bool:
    """Whether this is what a body holds that does nothing else: a docstring, `...`, a `yield`."""
    return isinstance(value, ast.Constant | ast.Yield | ast.YieldFrom | ast.Await)


def _is_one_line(statement: ast.stmt) -> bool:
    return statement.end_lineno == statement.lineno


def _is_main_test(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"


def _evidence_of_import(alias: ast.alias) -> Evidence:
    if _is_known(alias.name):
        # `import this` and `import email` may be said; nobody says `import sys`.
        return Evidence.STRONG
    return Evidence.FAIR if alias.asname is not None else Evidence.WEAK


def _is_known(module: str) -> bool:
    return module.partition(".")[0] in _MODULES


def _evidence_of_value(value: ast.expr) -> Evidence:
    """What a value says that stands as a statement."""
    if isinstance(value, ast.Constant):
        return Evidence.WEAK if isinstance(value.value, str) else Evidence.NONE
    if isinstance(value, ast.Await | ast.Yield | ast.YieldFrom):
        return Evidence.FAIR if value.value is not None and _computes(value.value) else Evidence.NONE
    if isinstance(value, ast.ListComp):
        return Evidence.FAIR
    if isinstance(value, ast.Call):
        return Evidence.FAIR
    printed = value.elts[0] if isinstance(value, ast.Tuple) and value.elts else value
    if isinstance(printed, ast.BinOp) and isinstance(printed.op, ast.RShift) and _names(printed.left) == {"print"}:
        return Evidence.FAIR  # `print >>sys.stderr, x` parses in Python 3
    return Evidence.NONE


def _names(expression: ast.expr) -> set[str]:
    return {each.id for each in ast.walk(expression) if isinstance(each, ast.Name)}


def _computes(value: ast.expr) -> bool:
    return any(isinstance(each, (*_CALLING, *_TELLING)) for each in ast.walk(value))


class Judgement(Record):
    """What is to be said about a text that reads as Python."""

    best: Evidence
    fair: int
    """How many statements say at least something."""
    none: int
    """How many say nothing."""
    statements: int
    tells: bool
    """Whether something in it is written in no other common language."""
    heads: frozenset[str]
    """The names that its values begin with: `pool` of `pool.map(f, tasks).get()`."""
    bound: frozenset[str]
    """The names that it gives to values."""
    foreign: bool
    """Whether it is written as code of another language is."""

    def is_plain(self, known: frozenset[str] = frozenset()) -> bool:
        """Whether it is plainly Python, for one who has seen code that binds these names."""
        if self.foreign or self.none * 3 > self.statements:
            return False
        if self.best is not Evidence.FAIR:
            return self.best is Evidence.STRONG
        if self.tells and self.fair > 1:
            return True
        known |= CONVENTIONAL_MODULES.keys()
        return not known.isdisjoint(self.heads) and self.heads <= known | self.bound | _BUILTINS


def judge(text: str, reading: Reading) -> Judgement:
    """Say what there is to be said about a text that reads as Python."""
    statements = reading.tree.body
    said = [evidence(statement) for statement in statements]
    lines = sum(1 for line in text.splitlines() if line.strip())
    nodes = list(ast.walk(reading.tree))
    return Judgement(
        best=max(said, default=Evidence.NONE),
        fair=sum(each >= Evidence.FAIR for each in said),
        none=sum(each is Evidence.NONE for each in said),
        statements=len(statements),
        tells=any(map(_tells, nodes)) or (reading.is_python2 and not _only_talks(reading.tree)),
        heads=frozenset(name for statement in statements for name in _heads(statement)),
        bound=frozenset(each.id for each in nodes if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)),
        foreign=len(_SEMICOLON.findall(text)) * 3 >= max(lines, 1),
    )


def _heads(statement: ast.stmt) -> set[str]:
    """The name that the value of a simple statement begins with, and those that what it prints begins with."""
    value = getattr(statement, "value", None)
    values: list[ast.expr | None] = [value]
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "print":
        values = list(value.args)
    heads: set[str] = set()
    for each in values:
        head = each
        while isinstance(head, ast.Call | ast.Attribute | ast.Subscript):
            head = head.func if isinstance(head, ast.Call) else head.value
        if isinstance(head, ast.Name):
            heads.add(head.id)
    return heads


def _only_talks(tree: ast.Module) -> bool:
    """Whether all that it does is to print texts, which Ruby, Perl and Lua write in the same way, or to run one."""
    calls = [each for each in ast.walk(tree) if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)]
    said = [each for each in calls if isinstance(each.func, ast.Name) and each.func.id in {"print", "exec"}]
    return all(isinstance(argument, ast.Constant) for each in said for argument in each.args)


def _tells(node: ast.AST) -> bool:
    if isinstance(node, _TELLING):
        return True
    if isinstance(node, ast.Constant):
        return node.value is None or node.value is True or node.value is False
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant) and isinstance(node.left.value, str)
    return False


def bound_names(tree: ast.Module) -> frozenset[str]:
    """The modules, functions and classes that a text binds, whose use elsewhere shows the same language."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.alias):
            names.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
    return frozenset(names - _BUILTINS)


def names_bound_in(text: str) -> frozenset[str]:
    """The names of `bound_names`; none if the text isn't Python."""
    reading = read(text)
    return bound_names(reading.tree) if reading is not None else frozenset()


def is_plainly_python(text: str, known: frozenset[str] = frozenset()) -> bool:
    """Whether a text is Python as a whole, and nothing else."""
    reading = read(text)
    return reading is not None and judge(text, reading).is_plain(known)
