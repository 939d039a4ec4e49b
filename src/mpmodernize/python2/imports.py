"""Imports of what has a keyword's name: `import async`, `from a.async import b`.

No statement can name these in Python 3; `__import__` takes the name as a text. Source: *The import statement* and
`__import__` in both references.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mpmodernize.python2.structure import is_word

if TYPE_CHECKING:
    from mpmodernize.python2.context import Context

LATER = frozenset({"async", "await", "nonlocal", "None", "True", "False"})
"""Names of Python 2 that are keywords in Python 3."""

_IMPORT = "`{}` is a keyword in Python 3, and no import can name it: `{}`"
_CONSTANT = "`{}` is imported as a name in Python 2; in Python 3 it is a keyword with the same value"


class _Name(NamedTuple):
    """What is imported, and under which name."""

    path: str
    alias: str


def convert_imports(context: Context) -> set[int]:
    """Import by `__import__` where a keyword is named; return the tokens that this has dealt with."""
    source, code = context.source, context.code
    done: set[int] = set()
    if "import" not in source.names:
        return done
    for first, stop, line in source.statements:
        if code[first] not in {"import", "from"}:
            continue
        words = [token for token in range(first + 1, stop) if code[token] in LATER and code[token - 1] != "as"]
        if not words:
            continue
        done.update(words)
        new = _from(context, first, stop) if code[first] == "from" else _import(context, first, stop)
        comments = [source.gap(token) for token in range(first + 1, stop) if "#" in source.gap(token)]
        constant = code[first] == "from" and all(code[token] in {"True", "False"} for token in words)
        if not new or (comments and source.lines[line].first != first):
            context.found("MP116", first, stop, _IMPORT.format(code[words[0]], "__import__(…)"), fixed=False)
            continue
        # What was said inside the parentheses is said before the statement.
        said = [piece.strip() for gap in comments for piece in gap.splitlines() if "#" in piece]
        rows = [piece[piece.index("#") :] for piece in said]
        context.edits.substitute(first, stop, (context.newline + context.indent(line)).join([*rows, "; ".join(new)]))
        if constant:
            context.found("MP117", first, stop, _CONSTANT.format(code[words[0]]), definite=True)
        else:
            starred = code[stop - 1] == "*"
            context.found("MP116", first, stop, _IMPORT.format(code[words[0]], new[-1]), fixed=not starred)
    return done


def _names(context: Context, first: int, stop: int) -> list[_Name]:
    code = context.code
    found: list[_Name] = []
    for begin, end in context.source.split(first, stop):
        named = end - begin > 2 and code[end - 2] == "as"
        path = "".join(code[begin : end - 2 if named else end])
        if path:
            found.append(_Name(path, code[end - 1] if named else ""))
    return found


def _bound(context: Context, name: str) -> str:
    return context.later_name(name) if name in LATER else name


def _import(context: Context, first: int, stop: int) -> list[str]:
    statements: list[str] = []
    for path, alias in _names(context, first + 1, stop):
        parts = path.split(".")
        leaf = f", fromlist=['{parts[-1]}']" if alias and len(parts) > 1 else ""
        if LATER.intersection(parts):
            statements.append(f"{_bound(context, alias or parts[0])} = __import__('{path}'{leaf})")
        else:
            statements.append(f"import {path}" + (f" as {_bound(context, alias)}" if alias else ""))
    return statements


def _from(context: Context, first: int, stop: int) -> list[str]:
    """Statements for `from module import names`; none if this is no such statement."""
    code = context.code
    place = next((token for token in range(first + 1, stop) if code[token] == "import"), stop)
    if place + 1 >= stop:
        return []
    dotted = "".join(code[first + 1 : place])
    module = dotted.lstrip(".")
    level = len(dotted) - len(module)
    inner = int(code[place + 1] == "(")
    names = _names(context, place + 1 + inner, stop - inner)
    if not names or not all(part.isidentifier() for part in module.split(".") if module):
        return []

    def imported(name: str) -> str:
        if level:
            return f"__import__('{module}', globals(), None, ['{name}'], {level})"
        return f"__import__('{module}', fromlist=['{name}'])"

    if names[0].path == "*":
        return [f"globals().update((n, v) for n, v in vars({imported('*')}).items() if n[0] != '_')"]
    statements: list[str] = []
    kept: list[str] = []
    shut = bool(LATER.intersection(module.split(".")))
    for path, alias in names:
        if not is_word(path):
            return []
        if path in LATER or shut:
            if path in {"True", "False"} and not alias:
                continue
            value = f"getattr({imported(path)}, '{path}')" if path in LATER else f"{imported(path)}.{path}"
            statements.append(f"{_bound(context, alias or path)} = {value}")
        else:
            kept.append(path + (f" as {_bound(context, alias)}" if alias else ""))
    if kept:
        statements.insert(0, f"from {dotted} import {', '.join(kept)}")
    return statements or [imported(names[0].path)]
