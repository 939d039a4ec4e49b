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
        (b"# coding: hex\n", 1, "does not decode the file"),
        (b"# coding: undefined\n", 1, "does not decode the file"),
        (b"a\rb\r\0", 3, "NUL byte"),
        ("x = 1".encode("utf-16"), 1, "UTF-16"),
        ("x = 1".encode("utf-32"), 1, "UTF-32"),
    ],
)
def test_what_is_no_source_text_is_refused_with_its_line(data: bytes, line: int, message: str) -> None:
    with pytest.raises(UndecodableError, match=message) as caught:
        decode(data)
    assert caught.value.line == line


GBK = "# 多进程计数\n"


@pytest.mark.parametrize(
    ("data", "encoding", "line", "message", "certain"),
    [
        (b"x = 1\ny = '\xe9t\xe9'\n", "iso-8859-1", 2, "byte 0xe9 is not utf-8, and no encoding is declared", False),
        (b"x = 1\ny = '\x93x\x94'\n", "cp1252", 2, "byte 0x93 is not utf-8, and no encoding is declared", False),
        (b"x = 1\ny = '\x81'\n", "iso-8859-1", 2, "byte 0x81 is not utf-8", False),
        (GBK.encode("gbk"), "gbk", 1, "byte 0xb6 is not utf-8", False),
        (b"# coding: utf-8\n" + GBK.encode("gbk"), "gbk", 2, "byte 0xb6 is not utf-8", False),
        (b"# coding: ascii\r\nx\r\n'\xd6'", "iso-8859-1", 3, "byte 0xd6 is not ascii", False),
        ("# coding: ascii\n# é\n".encode(), "utf-8", 2, "byte 0xc3 is not ascii", True),
        (b"# coding: gb2312\n" + "# 镕\n".encode("gbk"), "gb18030", 2, "is not gb2312", True),
        (b"# coding: shift_jis\n" + "# ①\n".encode("cp932"), "cp932", 2, "is not shift_jis", True),
        (b"#!python\n# coding: klingon\n", "utf-8", 2, "encoding klingon is unknown", True),
        (b"#!python\n# coding: klingon\n# \xe9\n", "iso-8859-1", 2, "encoding klingon is unknown", False),
        (b"# coding: utf-16\nx = 1\n", "utf-8", 1, "encoding utf-16 is unknown", True),
        ("\ufeff# coding: gbk\n".encode(), "utf-8", 1, "the byte order mark UTF-8", True),
    ],
)
def test_a_file_with_an_untrue_declaration_is_read_by_its_looks_and_keeps_its_bytes(
    data: bytes, encoding: str, line: int, message: str, certain: bool
) -> None:
    decoded = decode(data)
    assert decoded.misread is not None
    assert (decoded.encoding, decoded.misread.line, decoded.misread.certain) == (encoding, line, certain)
    assert message in decoded.misread.message
    assert decoded.encode(decoded.text) == data
    assert decoded.encode(decoded.text + "# end\n") == data + b"# end\n"


def test_a_true_declaration_is_not_doubted() -> None:
    assert decode("# coding: gbk\n# 中文\n".encode("gbk")).misread is None
    assert decode("# é, in UTF-8\n".encode()).misread is None


def test_the_byte_order_mark_of_a_file_that_is_not_utf_8_goes_with_the_first_change() -> None:
    data = "\ufeffx = 1\n".encode() + b"# \xe9\n"
    decoded = decode(data)
    assert decoded.encode(decoded.text) == data
    assert decoded.encode("# coding: latin-1\n" + decoded.text) == b"# coding: latin-1\nx = 1\n# \xe9\n"


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
