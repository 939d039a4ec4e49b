"""What Python 3 refuses because of the scope it stands in: a late `global`, `from … import *` in a function.

Sources: *The global statement* and *The import statement* in both language references, `symtable.c`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.python2.star_names import STAR_NAMES
from mpmodernize.python2.structure import is_word

if TYPE_CHECKING:
    from mpmodernize.python2.context import Context
    from mpmodernize.python2.structure import Source

_GLOBAL = "`global {}` after `{}` was used is a warning in Python 2 and a syntax error in Python 3"
_GLOBAL_MODULE = "`global {}` at module level says nothing, and is a syntax error in Python 3 after `{}` was used"
_STAR = "`from {} import *` inside a class is a syntax error in Python 3"
_STAR_KNOWN = "`from {} import *` inside a function is a syntax error in Python 3; these are the names that it reads"
_SEES_ALL = frozenset({"exec", "eval", "execfile", "locals", "vars", "dir", "lambda"})
_STAR_FUNCTION = "`from {} import *` inside a function is a syntax error in Python 3; its names become the module's"


class Scopes:
    """The function or class around every statement."""

    def __init__(self, source: Source) -> None:
        self._source = source
        blocks, owners = source.structure
        self._heads: list[int] = []
        for head, parent in blocks:
            opens = source.code[source.statements[head].first] in {"def", "class"}
            self._heads.append(head if opens else (self._heads[parent] if parent >= 0 else -1))
        self._owners = owners

    def head(self, number: int) -> int:
        """Return the statement that opens the scope around this one, -1 for the module."""
        source = self._source
        line = source.statements[number].line
        first = source.lines[line].statement
        if first != number and source.code[source.statements[first].first] in {"def", "class"}:
            return first
        block = self._owners[line]
        return self._heads[block] if block >= 0 else -1

    def in_function(self, number: int) -> bool:
        """Whether the scope around a statement is a function's."""
        head = self.head(number)
        return head >= 0 and self._source.code[self._source.statements[head].first] == "def"


def convert_scopes(context: Context) -> None:
    """Hoist late `global` statements, and execute `import *` where Python 3 doesn't allow it."""
    source, code = context.source, context.code
    stars = [number for number, (first, stop, _) in enumerate(source.statements) if _imports_star(code, first, stop)]
    declared = {
        number: [name for name in code[first + 1 : stop] if is_word(name)]
        for number, (first, stop, _) in enumerate(source.statements)
        if code[first] == "global"
    }
    if not stars and not declared:
        return
    scopes = context.scopes
    reading = _Reading(context, scopes, {scopes.head(number) for number in stars})
    for number in stars:
        head = scopes.head(number)
        if head >= 0:
            first, stop, _ = source.statements[number]
            kind = "function" if scopes.in_function(number) else "class"
            module = source.slice(first + 1, stop - 2)
            if kind == "function" and (read := reading.of(module, head)):
                context.edits.substitute(first, stop, f"from {module} import {', '.join(read)}")
                context.found("MP115", first, stop, _STAR_KNOWN.format(module), definite=True)
                continue
            statement = f"from {module} import *"
            # What is executed is compiled for itself, so that the place where it stands doesn't matter. In a class its
            # names land in the class, as in Python 2; the names that a function looks up can only be global.
            into = ", globals()" if kind == "function" else ""
            context.edits.substitute(first, stop, f"exec({statement!r}{into})")
            message = _STAR_FUNCTION if kind == "function" else _STAR
            context.found("MP115", first, stop, message.format(module), fixed=kind == "class", definite=True)
    if declared:
        _hoist(context, scopes, declared)


class _Reading:
    """What functions read of the names that an `import *` may bind."""

    def __init__(self, context: Context, scopes: Scopes, heads: set[int]) -> None:
        code = context.code
        self._read: dict[int, set[str]] = {head: set() for head in heads}
        for number, (first, stop, _) in enumerate(context.source.statements):
            head = scopes.head(number)
            if head not in heads or _imports_star(code, first, stop):
                continue
            tokens = {code[index] for index in range(first, stop) if code[index - 1] != "."}
            self._read[head] |= tokens
            if code[first] in {"def", "class", "global"} or tokens & _SEES_ALL:
                self._read[head].add("exec")

    def of(self, module: str, head: int) -> list[str]:
        """Return the names of a module that a function reads, if that is known and nothing else can see them."""
        read = self._read[head]
        return sorted(read & STAR_NAMES.get(module, frozenset())) if "exec" not in read else []


def _imports_star(code: list[str], first: int, stop: int) -> bool:
    if code[first] != "from" or stop - first < 4 or code[stop - 1] != "*" or code[stop - 2] != "import":
        return False
    return all(text == "." or is_word(text) for text in code[first + 1 : stop - 2])


def _hoist(context: Context, scopes: Scopes, declared: dict[int, list[str]]) -> None:
    """Declare names as global before their first use."""
    source, code = context.source, context.code
    wanted: dict[int, set[str]] = {}
    for number, names in declared.items():
        wanted.setdefault(scopes.head(number), set()).update(names)
    used: set[tuple[int, str]] = set()
    early: set[tuple[int, str]] = set()
    hoisted: dict[int, dict[str, None]] = {}
    for number, (first, stop, _) in enumerate(source.statements):
        head = scopes.head(number)
        if head not in wanted:
            continue
        if number not in declared:
            sought = wanted[head]
            for token in range(first, stop):
                if code[token] in sought and code[token - 1] != ".":
                    used.add((head, code[token]))
            continue
        early.update((head, name) for name in declared[number] if (head, name) not in used)
        late = dict.fromkeys(name for name in declared[number] if (head, name) in used)
        if not late:
            continue
        _remove(context, number, late)
        first_name = next(iter(late))
        message = (_GLOBAL if head >= 0 else _GLOBAL_MODULE).format(first_name, first_name)
        context.found("MP114", first, stop, message)
        hoisted.setdefault(head, {}).update((name, None) for name in late if (head, name) not in early)
    for head, first_names in hoisted.items():
        if head >= 0 and first_names:
            _declare(context, head, list(first_names))


def _remove(context: Context, number: int, late: dict[str, None]) -> None:
    """Take names out of a `global` statement."""
    first, stop, _ = context.source.statements[number]
    rest = [name for name in context.code[first + 1 : stop] if is_word(name) and name not in late]
    if rest:
        context.edits.substitute(first, stop, f"global {', '.join(rest)}")
    else:
        context.dropped.add(number)


def _declare(context: Context, head: int, names: list[str]) -> None:
    body = context.body_of(head)
    if body is not None:
        context.insert_first(body, f"global {', '.join(names)}")
