from __future__ import annotations

import pytest

from mpmodernize.files.decode import UndecodableError, UnencodableError, decode


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"print(1)\n", "utf-8"),
        (b"", "utf-8"),
        ("# 中文\n".encode(), "utf-8"),
        ("\ufeffx = 1\n".encode(), "utf-8"),
        ("# -*- coding: gbk -*-\n# 中文\n".encode("gbk"), "gbk"),
        ("#!/usr/bin/python\n# vim: set fileencoding=gb18030 :\n# 中文\n".encode("gb18030"), "gb18030"),
        ("# coding: big5\r\n# 中文\r\n".encode("big5"), "big5"),
        ("\f# coding=latin-1\rx = 'é'\r".encode("latin-1"), "iso-8859-1"),
        (b"# -*- coding: utf-8-unix -*-\n", "utf-8"),
        (b"# coding: iso-latin-1-dos\n'\xe9'\n", "iso-8859-1"),
        ("# coding: shift_jis\n# 日本語\n".encode("shift_jis"), "shift_jis"),
        ("x = 1\n# coding: gbk\n# é\n".encode(), "utf-8"),
        ("\n# coding: gbk\n# 中文\n".encode("gbk"), "gbk"),
    ],
)
def test_a_file_is_read_as_python_reads_it_and_comes_back_byte_for_byte(data: bytes, encoding: str) -> None:
    decoded = decode(data)
    assert decoded.encoding == encoding
    assert decoded.encode(decoded.text) == data
    assert decoded.encode(decoded.text + "# end\n") == data + b"# end\n"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_newlines_are_not_translated(newline: str) -> None:
    text = f"a = 1{newline}b = 2"
    assert decode(text.encode()).text == text


def test_a_byte_order_mark_is_not_part_of_the_text() -> None:
    assert decode("\ufeffx".encode()).text == "x"


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (b"x = 1\ny = '\xd6\xd0'\n", 2, "byte 0xd6 is not utf-8, and no encoding is declared"),
        (b"# coding: ascii\r\nx\r\n'\xd6'", 3, "byte 0xd6 is not ascii"),
        (b"#!python\n# coding: klingon\n", 2, "encoding klingon is unknown"),
        (b"# coding: hex\n", 1, "does not decode the file"),
        (b"# coding: undefined\n", 1, "does not decode the file"),
        (b"a\rb\r\0", 3, "NUL byte"),
        ("\ufeff# coding: gbk\n".encode(), 1, "the byte order mark UTF-8"),
        ("x = 1".encode("utf-16"), 1, "UTF-16"),
        ("x = 1".encode("utf-32"), 1, "UTF-32"),
    ],
)
def test_what_is_no_source_text_is_refused_with_its_line(data: bytes, line: int, message: str) -> None:
    with pytest.raises(UndecodableError, match=message) as caught:
        decode(data)
    assert caught.value.line == line


def test_a_character_that_the_encoding_lacks_is_named() -> None:
    decoded = decode(b"# coding: latin-1\n")
    with pytest.raises(UnencodableError, match="iso-8859-1 has no character '中'"):
        decoded.encode(decoded.text + "# 中")


def test_a_file_whose_bytes_would_change_on_the_way_is_not_encoded_again() -> None:
    # UTF-7 can write a letter in two ways; only one of them comes back.
    data = b"# coding: utf-7\n+AGE- = 1\n"
    decoded = decode(data)
    assert decoded.encode(decoded.text) == data
    with pytest.raises(UnencodableError, match="byte for byte"):
        decoded.encode(decoded.text + "b = 2\n")
