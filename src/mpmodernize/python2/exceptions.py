"""`except E, e` and `raise E, v, tb`.

Sources: *The raise statement* and *The try statement* in the Python 2.7 language reference, `do_raise` in 2.7's
`ceval.c`, PEP 3109 and PEP 3110.
"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from mpmodernize.python2.operators import is_number
from mpmodernize.python2.structure import is_string, is_word

if TYPE_CHECKING:
    from mpmodernize.python2.context import Context
    from mpmodernize.python2.structure import Statement

_EXCEPT = "`except` with a comma binds the exception in Python 2, and is a syntax error or a second type in Python 3"
_EXCEPT_TARGET = "`except` binds only a name in Python 3, not `{}`"
_RAISE = "`raise` with a comma is a syntax error in Python 3"
_RAISE_STRING = "`raise {0}, …`: an exception that is a string is a `TypeError` since Python 2.6; say which is meant"
_RAISE_OPEN = (
    "`raise {}, {}` decides at run time what it raises: a tuple is spread, an instance of `{}` is raised itself; "
    "in Python 3 the value is always the argument"
)
_RAISE_TRACEBACK = "`raise {}, {}, {}` is taken to raise a new `{}`; if `{}` is an exception already, raise that"

_ENDS_HANDLER = frozenset({"except", "def", "class", "else", "finally", "try"})
_NEAR = 20
"""How many statements before a `raise` are looked at."""

_TEXT_MAKERS = frozenset({"str", "repr", "unicode", "len", "ascii", "hex", "oct"})
_OPEN_OPERATORS = frozenset({"and", "or", "if", "else", "lambda", "not"})


def convert_except(context: Context, number: int, statement: Statement) -> None:
    """Write `except E as e`, and bind other targets by a statement of the block."""
    source, code = context.source, context.code
    first, stop, _ = statement
    if code[stop] != ":" or first + 1 == stop:
        return
    parts = source.split(first + 1, stop)
    named = source.split(first + 1, stop, "as")
    if len(parts) == 2:
        (begin, comma), (target, _) = parts
        if begin == comma or target == stop:
            return
    elif len(named) == 2 and not _is_name(context, named[1][0], stop):
        comma, target = named[0][1], named[1][0]
    else:
        return
    is_comma = code[comma] == ","
    if _is_name(context, target, stop):
        # `except ValueError, TypeError:` catches both from Python 3.14 on (PEP 758).
        definite = code[target] not in {"None", "True", "False"} and not code[target][:1].isupper()
        _put_as(context, comma, target)
        context.found("MP104", first, stop, _EXCEPT, definite=definite)
        return
    body = context.body_of(number)
    if body is None:
        return
    opening = target
    inner = opening
    while code[inner] == "(" and source.match.get(inner) == stop - 1 - (inner - opening) and _single(context, inner):
        inner += 1
    depth = inner - opening
    if depth and _is_name(context, inner, stop - depth):
        context.edits.delete(opening, inner)
        context.edits.blank(inner, "")
        context.edits.delete(stop - depth, stop)
        for token in range(stop - depth, stop):
            context.edits.blank(token, "")
        _put_as(context, comma, opening)
        context.found("MP104", first, stop, _EXCEPT, definite=is_comma)
        return
    name = source.free_name("error")
    value = f"{name}.args" if code[target] in {"(", "["} and source.match.get(target) == stop - 1 else name
    _put_as(context, comma, target, name)
    context.unpack_first(body, target, stop, value)
    context.found("MP104", first, stop, _EXCEPT_TARGET.format(source.slice(target, stop)), definite=is_comma)


def _single(context: Context, opening: int) -> bool:
    close = context.source.match[opening]
    return len(context.source.split(opening + 1, close)) == 1


def _is_name(context: Context, first: int, stop: int) -> bool:
    return first + 1 == stop and is_word(context.code[first])


def _put_as(context: Context, comma: int, target: int, name: str = "") -> None:
    """Write ` as ` for a comma, with the name where another target stood."""
    if not context.source.gap(comma).strip(" \t\f"):
        context.edits.blank(comma, " ")
    context.edits.replace(comma, f"as {name}" if name else "as")
    if name:
        context.edits.blank(target, "")
    elif not context.source.gap(target):
        context.edits.blank(target, " ")


def convert_raise(context: Context, number: int, statement: Statement) -> None:
    """Write `raise E(v)` and `raise E(v).with_traceback(tb)`."""
    source = context.source
    first, stop, _ = statement
    parts = source.split(first + 1, stop)
    if not 2 <= len(parts) <= 3 or any(begin == end for begin, end in parts):
        return
    kind, value = parts[0], parts[1]
    traceback = parts[2] if len(parts) == 3 else None
    message, fixed = _RAISE, True
    is_info = traceback is not None and _from_exc_info(context, kind, value, traceback)
    if is_info or _is_instance(context, kind, value):
        _keep_value(context, kind, value)
    elif context.code[value[0]] == "None" and value[1] == value[0] + 1:
        fixed = _drop_value(context, kind, value, with_traceback=traceback is not None)
        if not fixed:
            texts = (source.slice(*kind), "None", source.slice(*parts[-1]))
            message = _RAISE_TRACEBACK.format(*texts, texts[0], texts[0])
    else:
        kind = _first_of_tuple(context, kind)
        if is_string(context.code[kind[0]]):
            # 2.7 raises a `TypeError` for an exception that is a string, and so does this, with what was to be said.
            fixed, message = False, _RAISE_STRING.format(source.slice(*kind))
            _call_with_both(context, kind, value)
        elif not _is_plain(context, *value) and not _is_another(context, number, kind, value):
            fixed = False
            texts = (source.slice(*kind), source.slice(*value), source.slice(*kind))
            message = _RAISE_OPEN.format(*texts)
            _call(context, kind, value)
        else:
            _call(context, kind, value)
    if traceback:
        _append_traceback(context, first, traceback)
    context.found("MP105", first, stop, message, fixed=fixed, definite=True)


def _append_traceback(context: Context, first: int, traceback: tuple[int, int]) -> None:
    comma = traceback[0] - 1
    context.edits.replace(comma, ".with_traceback(")
    context.edits.blank(comma, context.gap_without_white_space(comma))
    context.edits.blank(comma + 1, context.gap_without_white_space(comma + 1))
    context.edits.after(traceback[1] - 1, ")", first)


def _call(context: Context, kind: tuple[int, int], value: tuple[int, int]) -> None:
    """Make `E(v)` of `E, v`; parentheses around the value become those of the call."""
    source, code = context.source, context.code
    comma = value[0] - 1
    if not context.atomic(*kind):
        context.edits.wrap(*kind, "(", ")")
    context.edits.blank(comma, context.gap_without_white_space(comma))
    context.edits.blank(comma + 1, context.gap_without_white_space(comma + 1))
    if code[value[0]] == "(" and source.match.get(value[0]) == value[1] - 1 and code[value[0] + 1] != "yield":
        context.edits.replace(comma, "")
        return
    context.edits.replace(comma, "(")
    context.edits.after(value[1] - 1, ")", value[0])


def _call_with_both(context: Context, kind: tuple[int, int], value: tuple[int, int]) -> None:
    """Make `TypeError('text', v)` of `'text', v`."""
    context.edits.before(kind[0], "TypeError(", len(context.code))
    code, match = context.code, context.source.match
    if (
        code[value[0]] == "("
        and match.get(value[0]) == value[1] - 1
        and len(context.source.split(value[0] + 1, value[1] - 1)) > 1
    ):
        for token in (value[0], value[1] - 1):
            context.edits.delete(token, token + 1)
    context.edits.after(value[1] - 1, ")", -1)


def _keep_value(context: Context, kind: tuple[int, int], value: tuple[int, int]) -> None:
    """Raise the value itself."""
    context.edits.delete(kind[0], value[0])
    context.edits.blank(value[0], "")
    if not context.atomic(*value):
        context.edits.wrap(*value, "(", ")")


def _drop_value(context: Context, kind: tuple[int, int], value: tuple[int, int], *, with_traceback: bool) -> bool:
    """Leave out a value of None; return whether the meaning is plain."""
    comma = value[0] - 1
    context.edits.delete(comma, value[1])
    context.edits.blank(comma, "")
    if not context.atomic(*kind):
        context.edits.wrap(*kind, "(", ")")
    if not with_traceback:
        return True
    name = context.code[kind[1] - 1]
    if name == ")":
        return True  # an instance, made on the spot
    if is_word(name) and name.lstrip("_")[:1].isupper():
        context.edits.after(kind[1] - 1, "()", kind[0])
        return True
    return False


def _first_of_tuple(context: Context, kind: tuple[int, int]) -> tuple[int, int]:
    """Take the first element of `raise (E, x), v`, as 2.7 does, and leave out the rest."""
    source, code = context.source, context.code
    first, stop = kind
    while code[first] == "(" and source.match.get(first) == stop - 1:
        parts = source.split(first + 1, stop - 1)
        if len(parts) < 2 or parts[0][0] == parts[0][1]:
            break
        context.edits.delete(first, first + 1)
        context.edits.blank(first + 1, "")
        context.edits.delete(parts[0][1], stop)
        context.edits.blank(parts[0][1], "")
        first, stop = parts[0]
    return first, stop


def _is_instance(context: Context, kind: tuple[int, int], value: tuple[int, int]) -> bool:
    """Whether the value is made by a call of the very class: 2.7 raises it as it is."""
    size = kind[1] - kind[0]
    opening = value[0] + size
    code, match = context.code, context.source.match
    same = opening < value[1] and code[kind[0] : kind[1]] == code[value[0] : opening]
    return same and code[opening] == "(" and match.get(opening) == value[1] - 1 and context.atomic(*kind)


def _is_another(context: Context, number: int, kind: tuple[int, int], value: tuple[int, int]) -> bool:
    """Whether the value is the exception of the handler around, and surely of another class than the raised one."""
    raised = _built_in(context.code[kind[0]])
    if value[1] - value[0] > 1 or kind[1] - kind[0] > 1 or raised is None:
        return False
    source, code = context.source, context.code
    name = code[value[0]]
    for before in range(number - 1, max(number - _NEAR, -1), -1):
        first, stop, line = source.statements[before]
        if code[first] == "except" and code[stop - 1] == name and code[stop - 2] in {",", "as"}:
            inside = source.lines[line].column < source.lines[source.statements[number].line].column
            caught = [_built_in(token) for token in code[first + 1 : stop - 2] if token not in {"(", ")", ","}]
            return (inside or line == source.statements[number].line) and all(
                each is not None and not issubclass(each, raised) and not issubclass(raised, each) for each in caught
            )
        if code[first] in _ENDS_HANDLER or (name in code[first:stop] and code[first] != "print"):
            return False
    return False


def _built_in(name: str) -> type[BaseException] | None:
    found = getattr(builtins, name, None)
    return found if isinstance(found, type) and issubclass(found, BaseException) else None


def _is_plain(context: Context, first: int, stop: int) -> bool:
    """Whether a raised value is surely no tuple by computation, no exception and not None.

    A tuple that is written down is plain too: it becomes the arguments.
    """
    source, code = context.source, context.code
    if code[first] == "(" and source.match.get(first) == stop - 1:
        parts = source.split(first + 1, stop - 1)
        return len(parts) > 1 or first + 2 == stop or _is_plain(context, first + 1, stop - 1)
    words = _OPEN_OPERATORS.intersection(code[first:stop])
    if any(len(source.split(first, stop, word)) > 1 for word in words):
        return False
    text = code[first]
    if text == "`" or is_number(text):
        return True
    if is_string(text):
        return code[stop - 1] != ")" or "partition" not in code[first + 2 : first + 3][0]
    return text in _TEXT_MAKERS and code[first + 1] == "("


def _from_exc_info(context: Context, kind: tuple[int, int], value: tuple[int, int], traceback: tuple[int, int]) -> bool:
    """Whether type, value and traceback are those of one exception, from `sys.exc_info()`."""
    if context.code[traceback[1] - 1] != "]" and not context.exc_info_names:
        return False
    texts = [context.source.slice(*part) for part in (kind, value, traceback)]
    if all(text.endswith(f"[{place}]") for place, text in enumerate(texts)):
        return len({text[:-3] for text in texts}) == 1
    return tuple(texts) in context.exc_info_names
