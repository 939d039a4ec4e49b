"""Tokens of Python 2 and of Python 3, from one regular expression.

The lexer accepts any text: what belongs to neither language comes out as tokens of one character, an unterminated
string ends with its line (or, in triple quotes, with the text), and all tokens joined are the text again.

Sources: the chapters *Lexical analysis* of the Python 2.7 and the Python 3 language reference. Where the two differ
the union is taken (`0777`, `10L`, `<>` and backticks; `1_000`, `:=`, `->`), and a number ends where 2.7's own
tokenizer ends it: `0xFFLor x` is `0xFFL`, `or`, `x`.
"""

from __future__ import annotations

import re

_BLANK = r"[ \t\f\ufeff]*(?:(?:\\(?:\r\n|\r|\n)|\#[^\r\n]*)[ \t\f]*)*"
_ESCAPE = r"\\(?:\r\n|.)"
_STRING = (
    rf'"""[^"\\]*(?:(?:{_ESCAPE}|"(?!""))[^"\\]*)*(?:""")?'
    rf"|'''[^'\\]*(?:(?:{_ESCAPE}|'(?!''))[^'\\]*)*(?:''')?"
    rf'|"[^"\\\r\n]*(?:{_ESCAPE}[^"\\\r\n]*)*"?'
    rf"|'[^'\\\r\n]*(?:{_ESCAPE}[^'\\\r\n]*)*'?"
)
_PREFIX = r"(?:[bBuUfFtT][rR]?|[rR][bBfFtT]?)"
_NAME = r"[^\W\d]\w*"
_DIGITS = r"[0-9](?:_?[0-9])*"
_NUMBER = (
    r"(?:0[xX][0-9a-fA-F](?:_?[0-9a-fA-F])*|0[bB][01](?:_?[01])*|0[oO][0-7](?:_?[0-7])*)[lL]?"
    rf"|(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][+-]?{_DIGITS})?[jJlL]?"
)
_OPERATOR = r"\*\*=?|//=?|>>=?|<<=?|<>|<=|>=|!=|==|->|:=|[-+*/%@&|^]=|\r\n"

_PAIR = re.compile(
    # The first of the branches that start with a fixed set of characters is found without trying the others.
    rf"({_BLANK})((?:{_PREFIX}(?=[\"']))?(?:{_STRING})|{_NAME}|{_NUMBER}|{_OPERATOR}|.|\Z)",
    re.DOTALL,
)

NEWLINES = frozenset({"\n", "\r\n", "\r"})


def lex(text: str) -> list[tuple[str, str]]:
    """Return the text as pairs of what is blank and the token behind it.

    Blank are white space, comments and line continuations; newlines are tokens. The last token is `""`, the end.
    """
    return list(zip(*divide(text), strict=True))


def divide(text: str) -> tuple[list[str], list[str]]:
    """Return what is blank before each token, and the tokens: two lists, which are made faster than one of pairs."""
    pieces: list[str] = _PAIR.split(text)  # what stands between two matches is empty
    blanks, tokens = pieces[1::3], pieces[2::3]
    if len(tokens) > 1 and blanks[-1] == "" and tokens[-2] == "":
        del blanks[-1], tokens[-1]  # the end of the text matches once more behind a blank that stands there
    return blanks, tokens
