"""A coding declaration comes out true, and all other bytes as they were."""

from __future__ import annotations

import warnings

import pytest

from mpmodernize import check_source, fix_source
from mpmodernize.files.decode import decode
from mpmodernize.python2 import convert

CASES = [
    (b"# \xe9\nprint 1\n", b"# -*- coding: latin-1 -*-\n# \xe9\nprint(1)\n"),
    (
        b"#!/usr/bin/python\r\n# \xe9\r\nx = 1\r\n",
        b"#!/usr/bin/python\r\n# -*- coding: latin-1 -*-\r\n# \xe9\r\nx = 1\r\n",
    ),
    (b"#!python # \xe9", b"#!python # \xe9\n# -*- coding: latin-1 -*-\n"),
    (b"'''\xe9'''\n# coding: utf-8\n", b"# -*- coding: latin-1 -*-\n'''\xe9'''\n# coding: utf-8\n"),
    (b"# vim: set fileencoding=utf-8 :\n# \x93x\x94\n", b"# vim: set fileencoding=cp1252 :\n# \x93x\x94\n"),
    (b"#!python\n# coding: klingon\nx = 1\n", b"#!python\n# coding: utf-8\nx = 1\n"),
    (b"# coding: ascii\n# \xc3\xa9\n", b"# coding: utf-8\n# \xc3\xa9\n"),
    (b"# coding: gb2312\n# \xe9F\n", b"# coding: gb18030\n# \xe9F\n"),
    (b"\xef\xbb\xbf# coding: gbk\nx = 1\n", b"\xef\xbb\xbf# coding: utf-8\nx = 1\n"),
    (b"\xef\xbb\xbf# \xe9\nprint 1\n", b"# -*- coding: latin-1 -*-\n# \xe9\nprint(1)\n"),
    # A tab and blanks before a comment at the head of a file whose indentation is rewritten.
    (
        b"\t# \xe9\nif 1:\n        print 1\n\tprint 2\n",
        b"# -*- coding: latin-1 -*-\n        # \xe9\nif 1:\n        print(1)\n        print(2)\n",
    ),
    # UTF-8 in a string keeps its characters although the file is declared to be something else.
    (
        b"# coding: utf-8\n# \xe9\nprint u'\xc3\xa9', '\xe4\xb8\xad'\n",
        b"# coding: latin-1\n# \xe9\nprint(u'\\xe9', '\\u4e2d')\n",
    ),
    (b"# coding: utf-8\n# \xe9\nprint b'\xc3\xa9'\n", b"# coding: latin-1\n# \xe9\nprint(b'\\xc3\\xa9')\n"),
]


@pytest.mark.parametrize(("data", "expected"), CASES)
def test_the_declaration_comes_out_true_and_stays(data: bytes, expected: bytes) -> None:
    decoded = decode(data)
    result = fix_source(decoded.text, misread=decoded.misread)
    assert decoded.encode(result.source) == expected
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compile(expected, "<bytes>", "exec", dont_inherit=True)
    again = decode(expected)
    assert again.misread is None
    assert fix_source(again.text).source == again.text
    assert not any(finding.code == "MP122" for finding in check_source(again.text).findings)


@pytest.mark.parametrize(("data", "_"), CASES)
def test_the_finding_stands_on_the_line_that_is_wrong(data: bytes, _: bytes) -> None:
    decoded = decode(data)
    assert decoded.misread is not None
    found = [each for each in check_source(decoded.text, misread=decoded.misread).findings if each.code == "MP122"]
    declared = "coding" in "".join(decoded.text.splitlines()[:2]) and not decoded.text.startswith("'")
    assert [each.line for each in found] == [
        each.line for each in found if declared or each.line == decoded.misread.line
    ]
    assert len(found) == 1


def test_what_the_bytes_look_like_is_a_guess_that_a_person_looks_at() -> None:
    for data, fixed in ((b"# \xe9\n", False), (b"# coding: ascii\n# \xc3\xa9\n", True)):
        decoded = decode(data)
        assert [change.fixed for change in convert(decoded.text, misread=decoded.misread).changes] == [fixed]


def test_a_file_of_python_3_gets_its_declaration_too() -> None:
    decoded = decode(b"def f() -> str:\n    return '\xe9'\n")
    conversion = convert(decoded.text, "3", decoded.misread)
    assert conversion.source == "# -*- coding: latin-1 -*-\n" + decoded.text
    assert not conversion.python2
    assert conversion.original_offset(len(conversion.source)) == len(decoded.text)
