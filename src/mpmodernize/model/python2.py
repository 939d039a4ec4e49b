"""Names of Python 2 that tell what a file is written in, where its syntax does not.

Sources: the lists *Built-in functions* and *Python Module Index* of the 2.7 documentation against those of 3.13.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mpmodernize.model.program import Program

BUILTINS = frozenset(
    (
        "apply basestring buffer cmp coerce execfile file intern long raw_input reduce reload unichr unicode "
        "xrange StandardError"
    ).split()
)
"""Built-ins that Python 3 has no more."""
TELLING_BUILTINS = BUILTINS - {"apply", "buffer", "cmp", "coerce", "file", "intern", "reduce", "reload"}
"""Those whose mere use shows Python 2: the others may be names that a `from … import *` brings in."""
MODULES = frozenset(
    (
        "BaseHTTPServer CGIHTTPServer ConfigParser Cookie HTMLParser Queue SimpleHTTPServer SocketServer "
        "StringIO Tkinter UserDict UserList UserString __builtin__ cPickle cStringIO cookielib copy_reg "
        "dummy_thread htmlentitydefs httplib md5 popen2 robotparser tkMessageBox thread urllib2 urlparse "
        "xmlrpclib"
    ).split()
)
"""Modules that Python 3 has under another name or not at all, and that nobody else has."""
_SUCCEEDED = frozenset(
    (
        "future_builtins ifilter ifilterfalse imap iteritems iterkeys itervalues izip izip_longest raw_input viewitems "
        "viewkeys viewvalues xrange"
    ).split()
)
"""What has in Python 3 the name of something else: of what was not lazy, and of the `input` that evaluates."""
_NEW_NODES = (ast.JoinedStr, ast.AnnAssign, ast.AsyncFunctionDef, ast.Nonlocal, ast.NamedExpr, ast.YieldFrom, ast.Await)
_NEW_MODULES = frozenset(
    "asyncio builtins concurrent configparser copyreg http queue socketserver tkinter winreg".split()
)


_PREPARED = re.compile(r"\..*|(.*[._])?(compat\w*|py3k?|python3|six|future)|\w*compat")


def shows_python3(program: Program) -> bool:
    """Whether a file has what no Python 2 program has: annotations, f-strings, `async`, keyword-only parameters."""
    index = program.index
    if not program.futures.isdisjoint(("annotations", "generator_stop")):
        return True
    return any(index.all(type_) for type_ in _NEW_NODES) or any(map(_is_new_function, index.all(ast.FunctionDef)))


def speaks_python2(program: Program) -> bool:
    """Whether a file that parses as Python 3 was written in Python 2, by names that it uses without asking."""
    index = program.index
    if shows_python3(program):
        return False
    imported = [(module, alias) for module, alias in _imports(program) if not program.compatibility.asks_first(alias)]
    if any(module in _NEW_MODULES or module.startswith(("urllib.", "xmlrpc.")) for module, _ in imported):
        return False
    if any(module in MODULES for module, _ in imported):
        return True
    if any(_adds_range(program, each) for each in index.all(ast.BinOp)):
        return True
    return not brings_builtins(program) and any(
        index.owner(use) is None and isinstance(use.ctx, ast.Load) and not program.compatibility.asks_first(use)
        for name in TELLING_BUILTINS
        for use in index.names.get(name, ())
    )


def _adds_range(program: Program, sum_: ast.BinOp) -> bool:
    """Whether `range` is taken for a list: `[0] + range(3)`."""
    if not isinstance(sum_.op, ast.Add):
        return False
    sides = (sum_.left, sum_.right)
    return any(isinstance(each, ast.List) for each in sides) and any(
        isinstance(each, ast.Call) and program.qualified(each.func) == "builtins.range" for each in sides
    )


def brings_builtins(program: Program) -> bool:
    """Whether what Python 3 has no more may come from a `from .compat import *`, which is there for that."""
    return any(_PREPARED.fullmatch(module) for module in program.index.star_imports)


def succeeded_names(program: Program) -> frozenset[str]:
    """The names in a program of what takes over other names in Python 3."""
    imported = {alias.name for alias in program.index.all(ast.alias)}
    imported |= {each.module or "" for each in program.index.all(ast.ImportFrom)}
    return _SUCCEEDED & (program.index.names.keys() | program.index.attributes.keys() | imported)


def _is_new_function(function: ast.FunctionDef) -> bool:
    arguments = function.args
    given = [*arguments.posonlyargs, *arguments.args, arguments.vararg, arguments.kwarg]
    annotated = function.returns is not None or any(each.annotation for each in given if each is not None)
    return annotated or bool(arguments.kwonlyargs or arguments.posonlyargs)


def _imports(program: Program) -> list[tuple[str, ast.alias]]:
    """The modules that a file imports, by their full names."""
    found = [(alias.name, alias) for statement in program.index.all(ast.Import) for alias in statement.names]
    return found + [
        (statement.module, statement.names[0])
        for statement in program.index.all(ast.ImportFrom)
        if statement.level == 0 and statement.module is not None
    ]
