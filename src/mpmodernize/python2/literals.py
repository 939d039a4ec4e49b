r"""Numbers and strings that Python 3 writes or reads differently.

Sources: *String literals* and *Integer and long integer literals* in the Python 2.7 language reference, PEP 3127
(octal), PEP 237 (long), PEP 414 (`u''`, and no `ur''`), and `raw_unicode_escape` of 2.7: in `ur''` a `\u` behind an
even number of backslashes is still an escape.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mpmodernize.python2.encodings import declaration
from mpmodernize.python2.structure import is_string, is_word

if TYPE_CHECKING:
    from mpmodernize.python2.context import Context

_BACKSLASHED = re.compile(r"\\(?:\r\n|[0-7]{1,3}|.)", re.DOTALL)
_RAW_ESCAPE = re.compile(r"(\\+)(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|['\"]|\r\n|\r|\n)?")

_ESCAPED = frozenset("\\'\"abfnrtvx01234567\r\n")
"""What makes an escape together with a backslash."""

_OCTAL = "`{}` is an octal number in Python 2 and a syntax error in Python 3: `{}`"
_LONG = "`{}` has the suffix of a long integer: a syntax error in Python 3, where every integer is long"
_UR = "`ur` before a string is a syntax error in Python 3"
_ESCAPE = "`{}` is {} in a byte string of Python 2, and an escape for another character in Python 3"
_BYTES = "`b` before a string with characters other than ASCII is a syntax error in Python 3"
_MIXED_BYTES = "`b''` beside a plain string is one byte string in Python 2 and a syntax error in Python 3"
_MIXED = "`b''` beside a plain string is one string in Python 2 and a syntax error in Python 3"


def convert_number(context: Context, index: int, token: str) -> None:
    """Write an octal or long literal in Python 3's way."""
    new = token
    if token[-1] in "lL":
        new = token[:-1]
        following = context.code[index + 1]
        touches = not context.source.gap(index + 1) and (is_word(following) or following[:1] == ".")
        if touches:
            context.edits.after(index, " ")
        context.found("MP109", index, index + 1, _LONG.format(token), definite=True)
    if new[0] == "0" and new.isdigit() and new.strip("0"):
        if new.strip("01234567"):
            return
        context.found("MP108", index, index + 1, _OCTAL.format(token, f"0o{new[1:]}"), definite=True)
        new = f"0o{new[1:]}"
    if new != token:
        context.edits.replace(index, new)


def divide_literal(token: str) -> tuple[str, str, str]:
    """Return a string literal's prefix, its quotes and what is between them."""
    quote = token[-1]
    prefix, _, rest = token.partition(quote)
    quotes = quote * 3 if rest.startswith(quote * 2) and len(rest) >= 5 else quote
    return prefix, quotes, rest[len(quotes) - 1 : -len(quotes)]


def convert_string(context: Context, index: int, token: str) -> None:
    """Write a string literal so that Python 3 reads what Python 2 read."""
    prefix, quotes, body = divide_literal(token)
    kind = prefix.lower()
    if kind == "ur":
        context.found("MP110", index, index + 1, _UR, definite=True)
        context.edits.replace(index, _raw_unicode(prefix[0], quotes, body))
    elif kind == "r" and context.unicode_literals:
        new = _raw_unicode("", quotes, body)
        if new != f"r{quotes}{body}{quotes}":
            context.found("MP118", index, index + 1, _ESCAPE.format("\\u", "a character", "itself"))
            context.edits.replace(index, new)
    elif "b" in kind:
        context.bytes_literals.append(index)
        if not body.isascii():
            _convert_bytes(context, index, kind, quotes, body)
    elif not kind and not context.unicode_literals and "\\" in body:
        _convert_escapes(context, index, quotes, body)


def _raw_unicode(prefix: str, quotes: str, body: str) -> str:
    """Return the literal that means in Python 3 what `ur` and this body mean in Python 2."""
    escapes = [match for match in _RAW_ESCAPE.finditer(body) if match[2] and match[2][0] in "uU" and len(match[1]) % 2]
    if not escapes:
        return f"r{quotes}{body}{quotes}" if "\\" in body else f"{prefix}{quotes}{body}{quotes}"

    def spell(match: re.Match[str]) -> str:
        backslashes, escape = match.groups(default="")
        if escape[:1] in {"u", "U"} and len(backslashes) % 2:
            return "\\" * (2 * len(backslashes) - 1) + escape
        if escape and len(backslashes) % 2:
            # A quote or a newline that the raw string takes as it is, together with the backslash.
            behind = f"\\{escape}" if escape in {"'", '"'} else f"\\n\\{escape}"
            return "\\" * (2 * len(backslashes)) + behind
        return "\\" * (2 * len(backslashes)) + escape

    return f"{prefix}{quotes}{_RAW_ESCAPE.sub(spell, body)}{quotes}"


def _convert_escapes(context: Context, index: int, quotes: str, body: str) -> None:
    new, found = _spell_escapes(body)
    if found:
        context.edits.replace(index, f"{quotes}{new}{quotes}")
        context.found("MP118", index, index + 1, _ESCAPE.format(*found[0]))


def _spell_escapes(body: str) -> tuple[str, list[tuple[str, str]]]:
    """Keep what a byte string doesn't treat as an escape, and cut octal escapes to eight bits as Python 2 does.

    Return the text, and what Python 3 would read as something else.
    """
    found: list[tuple[str, str]] = []

    def spell(match: re.Match[str]) -> str:
        text = match[0]
        if text in {"\\u", "\\U", "\\N"}:
            found.append((text, "two characters"))
            return "\\" + text
        if text[1] not in _ESCAPED:
            return "\\" + text  # the same character to both, but Python 3 warns
        if len(text) == 4 and text[1:].isdigit() and text[1] in "4567":
            found.append((text, "cut to eight bits"))
            return f"\\{int(text[1:], 8) & 0xFF:03o}"
        return text

    return _BACKSLASHED.sub(spell, body), found


def _convert_bytes(context: Context, index: int, kind: str, quotes: str, body: str) -> None:
    """Spell the bytes of a `b''` literal that are not ASCII."""
    coding = _coding(context)
    if "r" in kind:
        body = body.replace("\\", "\\\\")
    try:
        new = _spell_all(body, coding)
    except (UnicodeEncodeError, LookupError):
        context.found("MP119", index, index + 1, _BYTES, fixed=False)
        return
    context.edits.replace(index, f"b{quotes}{new}{quotes}")
    context.found("MP119", index, index + 1, _BYTES, definite=True)


def _spell_all(body: str, coding: str) -> str:
    """Spell what is not ASCII as the bytes that it is in the file."""
    pieces = [each if each.isascii() else "".join(f"\\x{byte:02x}" for byte in each.encode(coding)) for each in body]
    return "".join(pieces)


def _coding(context: Context) -> str:
    """Return the encoding of the file (PEP 263)."""
    if context.misread is not None:
        return context.misread.encoding
    declared = declaration(context.source.text)
    return declared.name if declared is not None else "utf-8"


def join_bytes(context: Context) -> None:
    """Drop the `b` of literals that stand beside one without: together they are one string in Python 2."""
    code = context.code
    done = 0
    for place in context.bytes_literals:
        if place >= done:
            first = place
            while first > done and is_string(code[first - 1]):
                first -= 1
            done = place + 1
            while is_string(code[done]):
                done += 1
            _join(context, first, done)


def _join(context: Context, first: int, stop: int) -> None:
    code = context.code
    bytes_ = [token for token in range(first, stop) if _is_bytes(code[token])]
    if len(bytes_) in {0, stop - first}:
        return
    if not context.unicode_literals and _join_as_bytes(context, first, stop):
        context.found("MP120", first, stop, _MIXED_BYTES, definite=True)
        return
    for token in bytes_:
        prefix, quotes, body = divide_literal(code[token])
        if "r" not in prefix.lower():
            body, _ = _spell_escapes(body)
        context.edits.replace(token, f"{prefix.lower().replace('b', '')}{quotes}{body}{quotes}")
    context.found("MP120", first, stop, _MIXED, definite=True)


def _join_as_bytes(context: Context, first: int, stop: int) -> bool:
    """Make bytes of all the literals where a character is not ASCII; return whether that is so."""
    divided = [divide_literal(token) for token in context.code[first:stop]]
    if all(body.isascii() for _, _, body in divided) or any("u" in prefix.lower() for prefix, _, _ in divided):
        return False
    coding = _coding(context)
    new: list[str] = []
    for prefix, quotes, body in divided:
        raw = "r" in prefix.lower()
        try:
            if body.isascii():
                new.append(f"b{'r' if raw else ''}{quotes}{body if raw else _spell_escapes(body)[0]}{quotes}")
            else:
                text = body.replace("\\", "\\\\") if raw else _spell_escapes(body)[0]
                new.append(f"b{quotes}{_spell_all(text, coding)}{quotes}")
        except (UnicodeEncodeError, LookupError):
            return False
    for token, text in enumerate(new, first):
        context.edits.replace(token, text)
    return True


def _is_bytes(token: str) -> bool:
    return "b" in token[: token.find(token[-1])].lower()
