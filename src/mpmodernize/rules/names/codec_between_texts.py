"""MP253: `encode` and `decode` from text to text, or from bytes to bytes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.results import BYTE_CODECS, PLAIN_CODECS, codec
from mpmodernize.rewrite.edits import AddArgument, Replace
from mpmodernize.rules.base import Phase, Rule
from mpmodernize.rules.byte_literals import byte_literal, is_ascii
from mpmodernize.rules.spelling import library_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_READING = ("builtins.raw_input", "builtins.input", "sys.stdin.readline", "sys.stdin.read")
_WORD = {
    **dict.fromkeys(("hex", "hex_codec"), "hex"),
    **dict.fromkeys(("base64", "base64_codec"), "base64"),
    **dict.fromkeys(("zlib", "zlib_codec", "zip"), "zlib"),
    **dict.fromkeys(("bz2", "bz2_codec"), "bz2"),
    **dict.fromkeys(("rot13", "rot_13"), "rot13"),
    "string_escape": "string_escape",
}
_ENCODED = {
    "hex": ("binascii", "hexlify", ".decode()"),
    "base64": ("base64", "encodebytes", ".decode()"),
    "zlib": ("zlib", "compress", ""),
    "bz2": ("bz2", "compress", ""),
}
"""Module and function that encode bytes, and what makes text of what they give, where it is ASCII."""
_DECODED = {
    "hex": ("binascii", "unhexlify"),
    "base64": ("base64", "b64decode"),
    "zlib": ("zlib", "decompress"),
    "bz2": ("bz2", "decompress"),
}
_TAKE_TEXT = frozenset({"hex", "base64"})
"""What decodes ASCII text as well as bytes."""


class CodecBetweenTexts(Rule):
    """`"…".encode("hex")`, `"…".decode("utf-8")`: Python 3 encodes only text to bytes, and decodes only bytes to text.

    ## What it does
    Replaces the encodings that made one byte string from another (`hex`, `base64`, `zlib`, `bz2`, `rot13`,
    `string_escape`) by the functions of the library, takes `.decode(…)` from text that is text already, and
    `.encode(…)` from text that is printed.

    ## Why it matters
    In Python 2 `str` was bytes and had both methods; printing an encoded text was the way to print it at all. In Python
    3 `"abc".encode("hex")` stops with `LookupError`, text has no `decode` (`AttributeError`), and
    `print(name.encode("utf-8"))` writes `b'…'`.

    ## Example
    ```python
    name = u"Ann"
    print name.encode("utf-8")
    print "abc".encode("hex"), "616263".decode("hex") == b"abc"
    ```

    ## Use instead
    ```python
    import binascii

    name = u"Ann"
    print(name)
    print(binascii.hexlify(b"abc").decode(), binascii.unhexlify("616263") == b"abc")
    ```

    ## Fix safety
    Safe for literals, for bytes, and for text that is text already: the line could not run. Unsafe where a text that
    is not known to be ASCII becomes bytes as UTF-8.

    ## When it stays silent
    Where it is not known whether something is text or bytes, and in files that are not Python 2.

    ## References
    - [Binary transforms](https://docs.python.org/3/library/codecs.html#binary-transforms)
    - [Standard encodings of Python 2.7](https://docs.python.org/2.7/library/codecs.html#python-specific-encodings)
    """

    code = "MP253"
    name = "codec-between-texts"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each `encode` and `decode`."""
        if not program.python2:
            return
        for method in ("encode", "decode"):
            for call in program.index.method_calls.get(method, ()):
                assert isinstance(call.func, ast.Attribute)
                if program.qualified(call.func.value) == "codecs" or program.compatibility.asks_first(call):
                    continue
                if program.types.kind(call.func.value) is None and program.mappings.defines(method):
                    continue  # perhaps one of the program's own
                if program.types.kind(call.func.value) == "instance":
                    continue
                word = codec(call).replace("-", "_")
                if word in _WORD:
                    yield self._transformed(program, call, call.func.value, _WORD[word])
                elif codec(call) in BYTE_CODECS:
                    yield self.finding(call, _gone(word), advice="use the module `codecs`")
                elif method == "decode":
                    yield from self._decoded(program, call, call.func.value)
                elif program.meetings.is_printed_encoded(call):
                    yield self.finding(
                        call,
                        "an encoded text is shown as `b'…'` in Python 3, which encodes what it prints by itself",
                        advice="print the text",
                        edits=[Replace(call, "$0", (call.func.value,))],
                        safety=Safety.SAFE if codec(call) or not call.args else Safety.UNSAFE,
                    )

    # -- between bytes -----------------------------------------------------------------------------

    def _transformed(self, program: Program, call: ast.Call, data: ast.expr, word: str) -> Diagnosis:
        assert isinstance(call.func, ast.Attribute)
        encodes = call.func.attr == "encode"
        kind = program.types.kind(data)
        if word == "rot13":
            spelled, edits = library_name(program, "codecs", call.func.attr)
            code = f"{spelled}($0, {program.quote}rot13{program.quote})"
            return self._finding(call, word, [*edits, Replace(call, code, (data,))], known=kind == "str")
        if word == "string_escape":
            return self._escaped(program, call, data, encodes=encodes)
        if not encodes:
            spelled, edits = library_name(program, *_DECODED[word])
            known = kind == "bytes" or word in _TAKE_TEXT or byte_literal(program, data) is not None
            parts = self._as_bytes(program, data) if word not in _TAKE_TEXT else []
            return self._finding(call, word, [*edits, Replace(call, f"{spelled}($0)", (data,)), *parts], known=known)
        module, function, back = _ENCODED[word]
        spelled, edits = library_name(program, module, function)
        if kind not in ("str", "bytes"):
            return self.finding(call, _gone(word), advice=f"use `{spelled}`, which takes bytes")
        known = kind == "bytes" or is_ascii(program, data) or byte_literal(program, data) is not None
        plain = kind == "bytes" or byte_literal(program, data) is not None
        argument = "$0" if plain else "$0.encode()"
        replace = Replace(call, f"{spelled}({argument}){back}", (data,))
        return self._finding(call, word, [*edits, replace, *self._as_bytes(program, data)], known=known)

    @staticmethod
    def _as_bytes(program: Program, data: ast.expr) -> list[Edit]:
        literal = byte_literal(program, data)
        return [Replace(data, literal)] if literal is not None else []

    def _escaped(self, program: Program, call: ast.Call, data: ast.expr, *, encodes: bool) -> Diagnosis:
        kind = program.types.kind(data)
        if kind != "str":
            return self.finding(call, _gone("string_escape"), advice="use `unicode_escape`")
        code = "$0.encode('unicode_escape').decode()" if encodes else "$0.encode('latin-1').decode('unicode_escape')"
        code = code.replace("'", program.quote)
        return self._finding(call, "string_escape", [Replace(call, code, (data,))], known=not encodes)

    def _finding(self, call: ast.Call, word: str, edits: list[Edit], *, known: bool) -> Diagnosis:
        return self.finding(
            call,
            _gone(word),
            advice="use the function of the library",
            edits=edits,
            safety=Safety.SAFE if known else Safety.UNSAFE,
        )

    # -- text that is text already -----------------------------------------------------------------

    def _decoded(self, program: Program, call: ast.Call, data: ast.expr) -> Iterator[Diagnosis]:
        type_ = program.type(data)
        if type_ is None or type_.kind != "str":
            return
        message = "text has no `decode` in Python 3: it is decoded already"
        literal = byte_literal(program, data)
        plain = codec(call).replace("-", "_") in PLAIN_CODECS
        constant = isinstance(data, ast.Constant) and isinstance(data.value, str)
        if literal is not None and not (plain and is_ascii(program, data)):
            yield self.finding(call, message, advice="decode bytes", edits=[Replace(data, literal)])
            return
        edits: list[Edit] = [Replace(call, "$0", (data,))]
        opened = [each for each in type_.made if program.files.has_known_mode(each)]
        if opened and codec(call):
            if len(opened) != len(type_.made):
                yield self.finding(call, message, advice="open the file with its encoding")
                return
            code = f"{program.quote}{codec(call)}{program.quote}"
            edits += [
                AddArgument(each, code, keyword="encoding")
                for each in opened
                if not any(given.arg == "encoding" for given in each.keywords)
            ]
        if not plain:
            yield self.finding(call, message, advice="decode bytes, if there are any")
            return
        read = opened or any(program.names.calls(data, name) for name in _READING)
        safety = Safety.SAFE if constant or read else Safety.UNSAFE
        yield self.finding(call, message, advice="leave `decode` away", edits=edits, safety=safety)


def _gone(word: str) -> str:
    return f"`{word}` is no encoding of text in Python 3: this stops with `LookupError`"
