"""Signs of Python 2 in the bytes of a file, seen without taking its tokens apart.

Most files of a large tree are plain Python 3, and reading their tokens costs more than reading the files. So their
strings and comments are blotted out, and what is left is searched for every form that the conversions beside this
module act on. A sign may be there for nothing, and then the file is looked at whole; what has none holds no form that
`convert` would find (`source_version="auto"`). Tests hold that over Python 2.7's library and installed packages.

Sources: those that the modules beside this one name for the forms.
"""

from __future__ import annotations

import re

_LITERALS = re.compile(
    rb"#[^\r\n]*"
    rb'|"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""'
    rb"|'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''"
    rb'|"[^"\\\r\n]*(?:\\(?:\r\n|.)[^"\\\r\n]*)*"'
    rb"|'[^'\\\r\n]*(?:\\(?:\r\n|.)[^'\\\r\n]*)*'",
    re.DOTALL,
)
"""A comment or a string. What begins as one and does not end leaves its quotation mark behind."""
_BLOT = b"$"
"""What stands for a string or a comment: a character that Python has no use for."""
_QUOTES_INSIDE = re.compile(rb"""\"[^"\r\n]*'''[^"\r\n]*\"|'[^'\r\n]*\"\"\"[^'\r\n]*'""")
"""Three marks inside a string of the other kind: a nested f-string of 3.12 could throw the blotting out of step."""

_CALLED = rb"\((?:[^()]|\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*\))*\)"
"""Parentheses with what is in them, up to five deep."""

_PRINT = re.compile(rb"print(?<!\wprint)(?![\w(])")
_NEW_WORD = re.compile(rb"\b(?:async[ \t]+(?:def|for|with)\b|yield[ \t]+from\b)|^[ \t]*nonlocal[ \t]", re.MULTILINE)
_NEW_STRING = re.compile(rb"(?<![\w.])(?:[fF][rR]?|[rR][fF])\$")
_BEFORE_COMMENT = re.compile(rb"\b(?:[fF][rR]?|[rR][fF])#")

_CALL_STATEMENT = re.compile(rb"\b(?:print|exec)\b")
_CALL_STATEMENT_ALONE = re.compile(
    rb"\b(?:print|exec)" + _CALLED + rb"(?=[ \t\f]*(?:[\r\n;$),\]}:]|\\|(?:if|else|for|and|or)\b|$(?![\s\S])))"
)
_RAISE = re.compile(rb"\braise\b")
_RAISE_ONE = re.compile(
    rb"\braise(?=[ \t]*(?:[;\r\n]|\Z))"
    rb"|\braise[ \t]+[\w.]+(?:" + _CALLED + rb")?(?:\.\w+(?:" + _CALLED + rb")?)*(?=[ \t\f]*(?:[\r\n;$]|from\b|\Z))"
)
_EXCEPT = re.compile(rb"\bexcept\b")
_EXCEPT_ONE = re.compile(
    rb"\bexcept[ \t]*(?:[ \t][\w.]+(?:\[\w+\])?|\([^()=:]*\))?(?:[ \t]*as[ \t]+(?!None\b|True\b|False\b)\w+)?[ \t]*:"
)
_DEF = re.compile(rb"\bdef\b")
_DEF_PLAIN = re.compile(
    rb"\bdef[ \t]+(?!None\b|True\b|False\b|print\b|exec\b)\w+[ \t]*"
    rb"\((?!\s*(?:\(|\**[ \t]*(?:None|True|False)\b))"
    rb"(?:[^(),]|,(?!\s*(?:\(|\**[ \t]*(?:None|True|False)\b))"
    rb"|\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*\))*\)"
)

_OLD = tuple(
    (needles, re.compile(pattern, re.MULTILINE))
    for needles, pattern in (
        ((b"`", b"<>"), rb"`|<>"),
        ((b"0",), rb"0(?<![\w.]0)[0-9]|0[xX][0-9a-fA-F]+[lL]"),
        ((b"L", b"l"), rb"[0-9][lL]\b"),
        ((b"r$", b"R$"), rb"[uU][rR]\$"),
        # a byte string beside a string of the other kind
        ((b"b$", b"B$", b"r$", b"R$"), rb"[bB][rR]?\$[\s\\]*[uUrR]*\$|\$[\s\\]*[bBrR]*[bB][rR]?\$"),
        ((b"lambda",), rb"lambda\b[^:\r\n]*(?:\(|\b(?:True|False|None)\b)|if\s+lambda\b"),
        (
            (b"for",),
            rb"for\b[^:=\r\n]*?\bin\b(?:[^\[\](){},:;]|" + _CALLED + rb"|\[[^\[\]]*\]|\{[^{}]*\})*,"
            rb"|for\b(?:(?!\bin\b)[^\r\n:])*\b(?:True|False|None)\b",
        ),
        ((b"yield",), rb"\(\s*yield\b"),
        ((b"(",), rb"\([\s(]*\w+[\s)]*\)\s*=(?!=)"),
        ((b".",), rb"\.[ \t\f\\\r\n]+\."),
        ((b"async", b"await", b"nonlocal"), rb"\b(?:async|await|nonlocal)\b"),
        # True, False and None as names
        (
            (b"True", b"False", b"None"),
            rb"(?:True|False|None)[ \t]*(?:[-+*/%&|^@]|//|\*\*|<<|>>)?=(?!=)|\.[ \t]*(?:True|False|None)\b",
        ),
        (
            (b"True", b"False", b"None"),
            rb"(?:global|del|import|class|as)\b[^\r\n:(=]*\b(?:True|False|None)\b",
        ),
    )
)
"""Forms of Python 2, each with the texts one of which it holds: to look for these first is ten times as fast."""
_STAR = re.compile(rb"import[ \t(]*\*")
_CONSTANT_TARGET = re.compile(rb"(?:True|False|None)\b[^\r\n=(]*[^=!<>\r\n]=(?!=)")
_BAD_ESCAPE = re.compile(rb"\\(?:u(?![0-9a-fA-F]{4})|U(?!00(?:0[0-9a-fA-F]|10)[0-9a-fA-F]{4})|N|x(?![0-9a-fA-F]{2}))")
_BYTES = re.compile(rb"(?<![\w])(?:[bB][rR]?|[rR][bB])\$")
_TABS = re.compile(rb"^[ \f]*\t", re.MULTILINE)
_SPACES = re.compile(rb"^\t*[ ]", re.MULTILINE)
_PYTHON2 = re.compile(rb"(?:\xef\xbb\xbf)?#!.*\bpython2")
_DECLARATION = re.compile(
    rb"^[ \t\f]*#[^\r\n]*?coding[:=][ \t]*(?!(?:utf-?8|ascii|us-ascii)(?![-\w.]))", re.IGNORECASE | re.MULTILINE
)


def blotted(data: bytes) -> bytes | None:
    """The code of a file: each string and each comment is one `$`; `None` where it is not sure which is which."""
    if b"?" in (code := _LITERALS.sub(_BLOT, data.replace(b"$", b"?"))) or b"'" in code or b'"' in code:
        return None
    if (b"'''" in data or b'"""' in data) and _QUOTES_INSIDE.search(data) is not None:
        return None
    return code


def may_be_misread(data: bytes) -> bool:
    """Whether a file may not be the UTF-8 that it is taken for: then its bytes say little of its text."""
    if b"coding" in data[:400] and _DECLARATION.search(data[:400]) is not None:
        return True
    if data.startswith((b"\xef\xbb\xbf", b"\xff", b"\xfe")) or b"\0" in data or b"\f" in data:
        return True
    if not data.isascii():
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            return True
    return False


def may_be_python2(data: bytes, code: bytes) -> bool:
    """Whether a file may hold a form of Python 2; `code` is what `blotted` has made of its `data`."""
    if data.startswith(b"#!") and _PYTHON2.match(data) is not None:
        return True
    if b"print" in code and _PRINT.search(code) is not None:
        return True
    if _is_python3(data, code):
        return False
    return (
        any(pattern.search(code) is not None for needles, pattern in _OLD if any(needle in code for needle in needles))
        or _odd(code, _CALL_STATEMENT, _CALL_STATEMENT_ALONE, (b"print", b"exec"))
        or _odd(code, _RAISE, _RAISE_ONE, (b"raise",))
        or _odd(code, _EXCEPT, _EXCEPT_ONE, (b"except",))
        or _odd(code, _DEF, _DEF_PLAIN, (b"def",))
        or any(not _line_before(code, match).startswith(b"from") for match in _STAR.finditer(code))
        or any(_begins_targets(_line_before(code, match)) for match in _CONSTANT_TARGET.finditer(code))
        or _BAD_ESCAPE.search(data) is not None
        or (not data.isascii() and _BYTES.search(code) is not None)
        or (b"\t" in code and _TABS.search(code) is not None and _SPACES.search(code) is not None)
    )


def _is_python3(data: bytes, code: bytes) -> bool:
    """Whether a file holds a form that no Python 2 program contains: a part of those that `evidence` knows."""
    if b"->" in code or b":=" in code:
        return True
    if (b"f$" in code or b"F$" in code or b"r$" in code or b"R$" in code) and _NEW_STRING.search(code) is not None:
        # a comment is blotted out like a string, and one that stands behind a name `f` looks like an f-string
        return _BEFORE_COMMENT.search(data) is None
    return (b"async" in code or b"yield" in code or b"nonlocal" in code) and _NEW_WORD.search(code) is not None


def _begins_targets(text: bytes) -> bool:
    return b"=" not in text and b"(" not in text.lstrip(b" \t([")


def _line_before(code: bytes, match: re.Match[bytes]) -> bytes:
    """The text of the line in front of a match."""
    start = match.start()
    return code[max(code.rfind(b"\n", 0, start), code.rfind(b"\r", 0, start)) + 1 : start]


def _odd(code: bytes, word: re.Pattern[bytes], plain: re.Pattern[bytes], texts: tuple[bytes, ...]) -> bool:
    """Whether a statement's word stands anywhere but where both languages have it, in a form that both have."""
    return any(text in code for text in texts) and len(word.findall(code)) != len(plain.findall(code))
