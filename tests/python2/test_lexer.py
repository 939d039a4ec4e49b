from __future__ import annotations

import pytest

from mpmodernize.python2.lexer import lex

TEXTS = [
    "",
    "\n",
    "x",
    "  ",
    "\ufeffx = 1\r\n",
    "print 'a', \\\r\n  `b`\rx <> 0777L  # comment",
    "ur'\\'' U\"\"\"a\n\"b\"\"\" br'' '''open\n",
    "'open\nx = \"also\\\nopen",
    "naïve = 变量 + 1e5j + .5 + 1. + 0xFFLor 1if x else 09.5",
    "\f\fif x:\t\n\x0c\tpass\\",
    "\x00\xa0\u2028?$!",
    "f'{x!r}' rb'' t'' 1_000 := -> ...",
]


def tokens(text: str) -> list[str]:
    return [token for _, token in lex(text) if token]


@pytest.mark.parametrize("text", TEXTS)
def test_blanks_and_tokens_joined_are_the_text(text: str) -> None:
    assert "".join(blank + token for blank, token in lex(text)) == text


@pytest.mark.parametrize("text", TEXTS)
def test_the_last_token_is_the_end(text: str) -> None:
    assert [token for _, token in lex(text)].count("") == 1
    assert lex(text)[-1][1] == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0xFFLor x", ["0xFFL", "or", "x"]),
        ("1else 2", ["1", "else", "2"]),
        ("1..real", ["1.", ".", "real"]),
        ("1.__class__", ["1.", "__class__"]),
        ("-7L.x", ["-", "7L", ".", "x"]),
        ("0777 00 09.5e-1j", ["0777", "00", "09.5e-1j"]),
        ("a<>b<=c<<=d", ["a", "<>", "b", "<=", "c", "<<=", "d"]),
        ("or'x'if'y'", ["or", "'x'", "if", "'y'"]),
        ("ur'a'Rb'b'bu'c'", ["ur'a'", "Rb'b'", "bu", "'c'"]),
        ("'' '''a''b'''", ["''", "'''a''b'''"]),
        (r"'a\'b' r'\\'", [r"'a\'b'", r"r'\\'"]),
        ("'open\nx", ["'open", "\n", "x"]),
        ("'''open\nx", ["'''open\nx"]),
        ("a\\\nb # c\n", ["a", "b", "\n"]),
        ("``a``", ["`", "`", "a", "`", "`"]),
    ],
)
def test_tokens_end_where_python_2_ends_them(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected
