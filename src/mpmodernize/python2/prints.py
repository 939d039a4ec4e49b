"""`print` and `exec` statements.

Sources: *The print statement* and *The exec statement* in the Python 2.7 language reference, `ceval.c` of 2.7 for the
soft space (`PRINT_ITEM` writes a blank first if the last item asked for one, and an item asks for one unless it is
a string whose last character is white space other than a blank), PEP 3105.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from mpmodernize.python2.evidence import is_python3
from mpmodernize.python2.literals import divide_literal
from mpmodernize.python2.structure import OPERATOR_WORDS, is_string, is_word

if TYPE_CHECKING:
    from mpmodernize.python2.context import Change, Context
    from mpmodernize.python2.structure import Statement

_PRINT = "`print` is a statement in Python 2 and a syntax error in Python 3"
_PRINT_TUPLE = "`print` with parentheses and commas prints a tuple in Python 2 and several values in Python 3"
_PRINT_DOUBT = (
    "this prints a tuple if the file is Python 2, and several values if it is Python 3; nothing else tells which"
)
_PRINT_NOTHING = "this is valid in Python 3, which the rest of the file is written in, and prints nothing there"
_PRINT_EMPTY = "`print()` prints an empty tuple in Python 2 and an empty line in Python 3"
_PRINT_NAME = "`print` alone ends the line in Python 2 and does nothing in Python 3"
_PRINT_OPERAND = "`print` takes all that follows in Python 2, and only the parentheses in Python 3"
_PRINT_BLANK = "`print` is a statement in Python 2 and a function call in Python 3"
_SOFT_SPACE = (
    "`print` with a trailing comma holds its blank back until the next `print`; in Python 3 it is written at once"
)
_SOFT_SPACE_LOST = "`print` leaves out the blank after an item that ends in white space; in Python 3 it writes one"
_EXEC = "`exec` is a statement in Python 2 and a syntax error in Python 3"
_EXEC_TUPLE = "`exec` with a tuple of one, or of more than three, is an error in Python 2 and a call in Python 3"
_EXEC_LOCALS = (
    "`exec` without `in` can change the variables of the function around it in Python 2 and can't in Python 3"
)

_UNARY = frozenset({"-", "+", "~", "`", "(", "[", "{"})
_WHITE = frozenset("\n\t\r\v\f")
_WHITE_ESCAPE = re.compile(r"(?:^|[^\\])(?:\\\\)*\\(?:[ntrvf]|x0[9a-dA-D]|0?1[1-5]|u000[9a-dA-D])$")
_NEVER_BEHIND_CALL = frozenset({"%", "+", "-", "*", "/", "//", "**", "&", "|", "^", "<<", ".", "[", "("})
"""What makes no sense behind a call of Python 3's `print`, which returns None."""


def begins_item(code: list[str], index: int) -> bool:
    """Whether a print statement can go on with this text."""
    text = code[index]
    if is_word(text):
        return text not in OPERATOR_WORDS and not (text == "not" and code[index + 1] == "in")
    return text in _UNARY or text[:1].isdigit() or is_string(text) or (text[:1] == "." and len(text) > 1)


def convert_print(context: Context, statement: Statement) -> None:
    """Make a function call of a print statement."""
    if not context.print_is_statement:
        return
    first, stop, _ = statement
    code = context.code
    if first + 1 == stop:
        context.printed_nothing.append((first, stop))
        context.edits.after(first, "()")
        context.found("MP101", first, stop, _PRINT_NAME, definite=True)
    elif code[first + 1] == ">>":
        _convert_redirected(context, first, stop)
    elif code[first + 1] == "(" and context.source.match.get(first + 1) == stop - 1:
        _convert_parenthesised(context, first, stop)
    elif begins_item(code, first + 1):
        _convert_plain(context, first, stop)


def doubts(context: Context) -> list[Change]:
    """What is to be said about a file that is not taken for Python 2."""
    context.changes.clear()
    if context.definite and is_python3(context):
        for first, stop in context.printed_nothing:
            context.found("MP101", first, stop, _PRINT_NOTHING, fixed=False)
    elif context.spaced_tuple is not None and not context.called_print and not is_python3(context):
        context.found("MP123", *context.spaced_tuple, _PRINT_DOUBT, fixed=False)
    return context.changes


def _convert_parenthesised(context: Context, first: int, stop: int) -> None:
    """Convert `print (…)`, which is valid in both languages."""
    source, code = context.source, context.code
    spaced = bool(source.gap(first + 1))
    if first + 3 == stop:
        context.called_print |= not spaced
        context.edits.wrap(first + 1, stop, "(", ")")
        context.edits.blank(first + 1, "")
        context.found("MP101", first, stop, _PRINT_EMPTY)
        return
    parts = source.split(first + 2, stop - 1)
    if any(code[begin] in {"*", "**"} or code[begin + 1] == "=" for begin, end in parts if begin < end):
        context.called_print = True  # only a call has keyword and starred arguments
    elif len(parts) > 1 or code[first + 2] == "yield":
        context.called_print |= not spaced
        context.spaced_tuple = context.spaced_tuple or (first, stop)
        context.edits.wrap(first + 1, stop, "(", ")")
        _drop_blank(context, first + 1)
        context.found("MP101", first, stop, _PRINT_TUPLE)
    elif spaced and _drop_blank(context, first + 1):
        context.found("MP101", first, first + 1, _PRINT_BLANK)


def _drop_blank(context: Context, token: int) -> bool:
    """Take out the blank before a token, unless it holds more than white space."""
    if context.source.gap(token).strip(" \t\f"):
        return False
    context.edits.blank(token, "")
    return True


def _convert_plain(context: Context, first: int, stop: int) -> None:
    """Convert `print a, b` and `print a, b,`."""
    source, code = context.source, context.code
    items = source.split(first + 1, stop)
    trailing = items[-1][0] == items[-1][1]
    if trailing:
        items.pop()
    _doubt_blanks(context, items)
    message = _PRINT
    definite = True
    close = source.match.get(first + 1) if code[first + 1] == "(" else None
    if close is not None:
        # Valid in both languages: `print(x), y` is a tuple, `print(x) if y else z` a conditional call.
        message = _PRINT_OPERAND
        definite = code[close + 1] in _NEVER_BEHIND_CALL or (code[close + 1] == "," and bool(source.gap(first + 1)))
        context.called_print |= not definite and not trailing
    arguments, split = _arguments(context, items, trailing=trailing)
    if split:
        _split_items(context, items, "")
    last = items[-1][1] - 1
    if close == last and not _is_tuple(context, first + 1):
        _drop_blank(context, first + 1)
        context.edits.after(close - 1, arguments, first)
    else:
        context.open_parenthesis(first, first + 1)
        context.edits.after(last, f"{arguments})", first)
    if trailing:
        context.edits.delete(stop - 1, stop)
        context.edits.blank(stop - 1, "")
    context.found("MP101", first, stop, message, definite=definite)
    if trailing and "end=' '" in arguments:
        context.found("MP102", stop - 1, stop, _SOFT_SPACE)


def _doubt_blanks(context: Context, items: list[tuple[int, int]]) -> None:
    """Note where it is only known at run time whether Python 2 leaves out a blank between two items."""
    for first, stop in items[:-1]:
        if _may_end_in_white_space(context, first, stop):
            context.found("MP102", first, stop, _SOFT_SPACE_LOST, fixed=False)


def _is_tuple(context: Context, opening: int) -> bool:
    close = context.source.match[opening]
    content = context.source.split(opening + 1, close)
    return len(content) > 1 or close == opening + 1 or context.code[opening + 1] == "yield"


def _convert_redirected(context: Context, first: int, stop: int) -> None:
    """Convert `print >>target, a, b`."""
    parts = context.source.split(first + 2, stop)
    target, items = parts[0], parts[1:]
    if target[0] == target[1] or items == [(stop, stop)]:
        return  # invalid in both languages
    context.printed_nothing.append((first, stop))
    context.found("MP101", first, stop, _PRINT, definite=True)
    if not items:
        context.edits.delete(first + 1, first + 2)
        context.edits.blank(first + 1, "")
        context.edits.blank(first + 2, "(file=")
        context.edits.after(stop - 1, ")", first)
        return
    trailing = items[-1][0] == items[-1][1]
    if trailing:
        items.pop()
        context.edits.delete(stop - 1, stop)
        context.edits.blank(stop - 1, "")
    _doubt_blanks(context, items)
    arguments, split = _arguments(context, items, trailing=trailing)
    if split and context.atomic(*target) and "(" not in context.code[slice(*target)]:
        _split_items(context, items, f", file={context.source.slice(*target)}")
    elif split:
        context.found("MP102", first, stop, _SOFT_SPACE_LOST, fixed=False)
    if trailing and "end=' '" in arguments:
        context.found("MP102", stop - 1, stop, _SOFT_SPACE)
    begin, last = items[0][0], items[-1][1] - 1
    comma = begin - 1
    context.edits.delete(first + 1, first + 2)
    context.edits.delete(comma, comma + 1)
    for token in (first + 1, first + 2, comma):
        context.edits.blank(token, "")
    context.open_parenthesis(first, begin)
    context.edits.move(*target, f"{arguments}, file={{}})", last, before=False, span=first)


def _arguments(context: Context, items: list[tuple[int, int]], *, trailing: bool) -> tuple[str, bool]:
    """Return the keyword arguments that print these items as Python 2 does, and whether one call isn't enough."""
    white = [_ends_in_white_space(context, first, stop) for first, stop in items]
    text = ""
    split = False
    if any(white[:-1]):
        if all(white[:-1]):
            text = ", sep=''"
        else:
            split = True
    if trailing:
        text += ", end=''" if white[-1] else ", end=' '"
    return text, split


def _split_items(context: Context, items: list[tuple[int, int]], arguments: str) -> None:
    """Print what follows an item that ends in white space by a call of its own."""
    for (first, stop), (following, _) in pairwise(items):
        if _ends_in_white_space(context, first, stop):
            context.edits.replace(stop, f", end=''{arguments}); print(")
            if not context.source.gap(following).strip(" \t\f"):
                context.edits.blank(following, "")


def _ends_in_white_space(context: Context, first: int, stop: int) -> bool:
    """Whether an item is surely a string that ends in white space other than a blank.

    That is a literal, a literal with `% value` or `* number` behind it, or anything with `+ literal` behind it.
    """
    code, source = context.code, context.source
    while code[first] == "(" and source.match.get(first) == stop - 1 and not _is_tuple(context, first):
        first, stop = first + 1, stop - 1
    if is_string(code[stop - 1]):
        if not literal_ends_in_white_space(code[stop - 1]):
            return False
        parts = source.split(first, stop, "+")
        return _all_strings(code, *parts[-1]) and all(
            context.atomic(*part) or _all_strings(code, *part) for part in parts[:-1]
        )
    if not is_string(code[first]):
        return False
    for operator in ("%", "*"):
        parts = source.split(first, stop, operator)
        if len(parts) == 2 and _all_strings(code, *parts[0]):
            begin, end = parts[1]
            one = end == begin + 1
            if operator == "%":
                plain = context.atomic(begin, end) or (one and code[begin] not in {"", "not"})
            else:
                plain = one and code[begin].isdigit() and code[begin].strip("0") != ""
            return plain and literal_ends_in_white_space(code[parts[0][1] - 1])
    return False


def _may_end_in_white_space(context: Context, first: int, stop: int) -> bool:
    """Whether an item is a choice (`or`, `if … else`) one side of which ends in white space."""
    words = {"or", "else"}.intersection(context.code[first:stop])
    return any(
        begin < end and _ends_in_white_space(context, begin, end)
        for word in words
        for part in context.source.split(first, stop, word)
        for begin, end in context.source.split(*part, "if")[:1]
    )


def _all_strings(code: list[str], first: int, stop: int) -> bool:
    return first < stop and all(is_string(token) for token in code[first:stop])


def literal_ends_in_white_space(token: str) -> bool:
    """Whether the value of a string literal ends in a tab, a newline or the like."""
    prefix, _, body = divide_literal(token)
    if body[-1:] in _WHITE:
        return body != "" and body[-2:] != "\\\n"
    return "r" not in prefix.lower() and _WHITE_ESCAPE.search(body) is not None


def convert_exec(context: Context, number: int, statement: Statement) -> None:
    """Make a function call of an exec statement; `exec(code, globals)` is valid in both languages and stays."""
    first, stop, _ = statement
    source, code = context.source, context.code
    if first + 1 >= stop or not begins_item(code, first + 1) or code[first + 1] == "not":
        return
    close = source.match.get(first + 1) if code[first + 1] == "(" else None
    parts = source.split(first + 1, stop, "in")
    if len(parts) > 2 or any(begin == end for begin, end in parts):
        return
    if close == stop - 1:
        values = source.split(first + 2, close)
        if _is_tuple(context, first + 1) and (len(values) < 2 or len(values) > 3 or values[1][0] == values[1][1]):
            # Only a tuple of two or three is code with its variables; any other is an error, and stays one.
            context.edits.wrap(first + 1, stop, "(", ")")
            _drop_blank(context, first + 1)
            context.found("MP103", first, stop, _EXEC_TUPLE)
        return
    if len(parts) == 2:
        word = parts[1][0] - 1
        if close == word - 1 and not _is_tuple(context, first + 1):
            _drop_blank(context, first + 1)
            context.edits.delete(close, close + 1)
            context.edits.after(stop - 1, ")", first)
        else:
            _enclose(context, first, stop)
        context.edits.replace(word, ",")
        _drop_blank(context, word)
        if not source.gap(word + 1):
            context.edits.blank(word + 1, " ")
    else:
        _enclose(context, first, stop)
    changes_locals = len(parts) == 1 and context.scopes.in_function(number)
    message = _EXEC_LOCALS if changes_locals else _EXEC
    context.found("MP103", first, stop, message, fixed=not changes_locals, definite=True)


def _enclose(context: Context, first: int, stop: int) -> None:
    context.open_parenthesis(first, first + 1)
    context.edits.after(stop - 1, ")", first)
