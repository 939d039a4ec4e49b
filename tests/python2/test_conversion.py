from __future__ import annotations

import pytest

from mpmodernize.python2 import Change, convert

PAIRS = [
    ("print", "print()"),
    ("print>>f", "print(file=f)"),
    ("print >>f, a,", "print(a, end=' ', file=f)"),
    ("print >>f[`x`], a", "print(a, file=f[repr(x)])"),
    ("print (a), ", "print(a, end=' ') "),
    ("print ((a, b))", "print((a, b))"),
    ("print 'a\\t', b", "print('a\\t', b, sep='')"),
    ("print 'a\\\\t', b", "print('a\\\\t', b)"),
    ("print '''a\n''', b", "print('''a\n''', b, sep='')"),
    ("print a + '\\n',", "print(a + '\\n', end='')"),
    ("print 'a\\n' % b or c,", "print('a\\n' % b or c, end=' ')"),
    ("print lambda x, y: x, 1", "print(lambda x, y: x, 1)"),
    ("if x: print y; print z", "if x: print(y); print(z)"),
    ("exec a in b, c", "exec(a, b, c)"),
    ("exec (a, b) in c", "exec((a, b), c)"),
    ("raise E,\\\n  'v'", "raise E(\\\n  'v')"),
    ("raise E, ('a' 'b')", "raise E('a' 'b')"),
    ("raise E, 'a', t", "raise E('a').with_traceback(t)"),
    ("raise i[0], i[1], i[2]", "raise i[1].with_traceback(i[2])"),
    ("x = 1if`y`else 0L", "x = 1if repr(y)else 0"),
    ("f = lambda (a, (b, c)): a", "f = lambda a_b_c: (lambda a, b_c: (lambda b, c: a)(*b_c))(*a_b_c)"),
    ("[x for x in 1, 2 if x]", "[x for x in (1, 2) if x]"),
    ("if x: True, False = 1, 0", "if x: pass"),
    ("x = ur'\\'\\u1234'", "x = u'\\\\\\'\\u1234'"),
    ("x = ur'\\\\\\u1234'", "x = u'\\\\\\\\\\u1234'"),
    ("print '\\x0a', b", "print('\\x0a', b, sep='')"),
    ("print '\\012' * 2, b", "print('\\012' * 2, b, sep='')"),
    ("print '\\\\012', b", "print('\\\\012', b)"),
    ("print ('a\\n'), b", "print(('a\\n'), b, sep='')"),
    ("print a + 'b' + '\\n', b", "print(a + 'b' + '\\n', b, sep='')"),
    ("print a or '\\n', b", "print(a or '\\n', b)"),
    ("f(async=1, x=2, *a)", "f(x=2, *a, **{'async': 1})"),
    ("raise 'a', b", "raise TypeError('a', b)"),
    ("exec (a,)", "exec((a,))"),
    ("exec (a, b)", "exec (a, b)"),
    ("x = a*-3j", "x = a*(0-3j)"),
    ("[x for x in lambda (a, b): a if b]", "[x for x in (lambda a_b: (lambda a, b: a)(*a_b)) if b]"),
]

PYTHON_3 = [
    "print('a', 'b')\n",
    "print('a'), exit()\n",
    "print(x) if y else z\n",
    "print = log\nprint.x\n",
    "if 1:\n        x\n\ty\n",
    "x = '\\u1234'\n",
    "x = f'{d['`']} {d['<>']}'\n",
    "async def f(): await x\n",
    "match x:\n    case 1: print(x)\n",
    "try: pass\nexcept ValueError, TypeError: pass\n",
    "x = 0o777 + 0xFFF + 1_000 + 00\n",
    "exec('x', {})\n",
    "raise E(a, b) from c\n",
    "# print x\n'''print x\n`y`'''\n",
    "def f(a, b=(1, 2)): global c; c = [x for x in (1, 2)]\n",
]


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_each_form_becomes_its_counterpart(old: str, new: str) -> None:
    assert convert(old, "2").source == new


@pytest.mark.parametrize(("old", "new"), PAIRS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", " # comment\n"])
def test_line_ends_and_comments_stay(old: str, new: str, end: str) -> None:
    assert convert("`1`\n" + old + end).source == "repr(1)\n" + new + end


@pytest.mark.parametrize("text", PYTHON_3)
def test_python_3_comes_back_as_the_same_object(text: str) -> None:
    conversion = convert(text)
    assert conversion.source is text
    assert conversion.changes == ()
    assert not conversion.python2


@pytest.mark.parametrize("text", [old for old, _ in PAIRS])
def test_nothing_is_converted_when_the_caller_says_python_3(text: str) -> None:
    assert convert(text, "3").source is text


@pytest.mark.parametrize("version", ["auto", "2"])
def test_a_second_conversion_changes_nothing(version: str) -> None:
    for text in [*(old for old, _ in PAIRS), "print 1, 2\nprint ('a', 'b')\nprint\n", *PYTHON_3]:
        once = convert(text, version).source  # type: ignore[arg-type]
        assert convert(once, version).source == once  # type: ignore[arg-type]
        assert convert(once, "2").source == once or version == "auto"


def test_a_tuple_in_parentheses_is_a_tuple_only_in_a_python_2_file() -> None:
    assert convert("print ('a', b)\nprint 1\n").source == "print(('a', b))\nprint(1)\n"
    assert convert("print ('a', b)\n").source == "print ('a', b)\n"
    assert convert("print ('a', b)\n", "2").source == "print(('a', b))\n"


def test_a_call_of_print_shows_that_a_file_is_python_3_already() -> None:
    assert not convert("print('a', b)\n", "2").python2
    assert not convert("print(a, end='')\nprint 'both'\n", "2").python2


@pytest.mark.parametrize(
    "sign",
    ["x = print", "f(print)", "a and print(b)", "def f(a: int): pass", "def f(a, *, b=1): pass", "def f(a, /): pass",
     "class A(B, metaclass=C): pass", "x: int = 1", "def f() -> int: pass", "nonlocal x", "x = f'{y}'", "x = 1_000",
     "raise E from e", "print('a', end='')", "if (n := 1): pass", "async def f(): pass", "try: pass\nexcept* E: pass",
     "def f(): yield from x"],
)  # fmt: skip
def test_what_only_python_3_has_shows_python_3(sign: str) -> None:
    for text in (f"{sign}\nprint ('a', b)\n", f"{sign}\nx = `1`\n"):
        assert convert(text).source == convert(text, "2").source == text
        assert not convert(text).python2
    assert [change.code for change in convert("print ('a', b)\n").changes] == ["MP123"]
    assert convert(f"{sign}\nprint ('a', b)\n").changes == ()


@pytest.mark.parametrize(
    "text",
    ["class A(f(x=1)): pass", "def f(a=lambda: 1): pass", "def f(a, b={1: 2}): pass", "lambda: 1", "print", "x[a:b]",
     "if x: print", "class A: print", "else_ = {1: 2}", "def f(*a, **b): pass", "print; print", "x.y = 1"],
)  # fmt: skip
def test_what_both_have_does_not(text: str) -> None:
    assert convert(f"{text}\nx = `1`\n").python2


def test_a_first_line_that_names_python_2_decides() -> None:
    assert convert("#!/usr/bin/env python2.7\nx = '\\u1234'\n").source == "#!/usr/bin/env python2.7\nx = '\\\\u1234'\n"


def test_the_future_import_switches_the_conversion_of_print_off() -> None:
    text = "from __future__ import print_function\nprint('a', `b`)\n"
    assert convert(text).source == text.replace("`b`", "repr(b)")


def test_a_change_is_the_span_that_a_person_would_underline() -> None:
    text = "if x:\n    print 'é', `a`\n"
    spans = [(change.code, text[change.start : change.end]) for change in convert(text).changes]
    assert spans == [("MP101", "print 'é', `a`"), ("MP106", "`a`")]


def test_offsets_lead_back_to_the_original() -> None:
    text = "print 'a'; x = `b`\nprint >>f, c\nlast\n"
    conversion = convert(text)
    for word in ("'a'", "x = ", "b", "last"):
        assert conversion.original_offset(conversion.source.index(word)) == text.index(word)
    assert conversion.original_offset(conversion.source.index("repr") + 2) == text.index("`")
    assert conversion.original_offset(len(conversion.source)) == len(text)
    offsets = [conversion.original_offset(place) for place in range(len(conversion.source) + 1)]
    assert offsets == sorted(offsets)


def test_offsets_lead_back_over_lines_that_were_put_in_and_taken_out() -> None:
    text = "True = 1\ndef f((a, b)):\n    return a\ndef g():\n    'doc'\n    c\n    global c\n    last\n"
    conversion = convert(text)
    assert conversion.source.splitlines()[:3] == ["def f(a_b):", "    a, b = a_b", "    return a"]
    for word in ("return", "'doc'", "last"):
        assert conversion.original_offset(conversion.source.index(word)) == text.index(word)
    assert conversion.original_offset(len(conversion.source)) == len(text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x\nTrue = 1\ny", "x\ny"),
        ("x\nTrue = 1  # why\ny", "x\n# why\ny"),
        ("x\n# before\nTrue = 1\n# after\ny", "x\n# before\n# after\ny"),
        ("True = 1; False = 0; x; True = 1; y; False = 0;", "x; y;"),
        ("if x:\n    True = 1\n    False = 0\ny", "if x:\n    pass\ny"),
        ("if x: True = 1; False = 0", "if x: pass"),
        ("if x:\n    True = 1\n    z\nelse:\n    True = 1", "if x:\n    z\nelse:\n    pass"),
        ("class A:\n    True = 1\n    if x:\n        y", "class A:\n    if x:\n        y"),
        ("def f((a, b)):\n    del True", "def f(a_b):\n    a, b = a_b\n    pass"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_statements_that_say_nothing_go_with_their_lines(old: str, new: str, newline: str) -> None:
    old, new = (text.replace("\n", newline) for text in (f"`1`\n{old}\n", f"repr(1)\n{new}\n"))
    assert convert(old).source == new


def test_what_cannot_be_exact_is_found_and_not_called_fixed() -> None:
    changes = convert("raise E, v\n").changes
    assert [(change.code, change.fixed) for change in changes] == [("MP105", False)]
    assert isinstance(changes[0], Change)


def test_new_names_are_free_in_the_file() -> None:
    converted = convert("def f((a, b)): return a_b, a_b_\n").source
    assert converted == "def f(a_b__): a, b = a_b__; return a_b, a_b_\n"


def test_tabs_go_to_the_next_multiple_of_eight() -> None:
    text = "if x:\n        print 1\n\tprint 2\n    \tprint '''\n\t'''\n"
    expected = "if x:\n        print(1)\n        print(2)\n        print('''\n\t''')\n"
    assert convert(text).source == expected


def test_consistent_tabs_keep_their_bytes() -> None:
    assert convert("if x:\n\tif y:\n\t  print 1\n").source == "if x:\n\tif y:\n\t  print(1)\n"


@pytest.mark.parametrize(
    "text",
    ["(", "`", "print `", "lambda", "print >>", "print >>f,", "raise ,", "except ,:", "def f((", "[x for", "'", "ur'\\",
     "global", "True =", "x.async", "f(async=", "exec in", "\\", "b'é' '", "class A:\n from import *"],
)  # fmt: skip
def test_broken_text_comes_out_without_an_exception(text: str) -> None:
    for each in (text, f"print 1\n{text}", f"print 1\n{text}\n", f"({text})\n`1`\n"):
        convert(each, "2")
        convert(each)
