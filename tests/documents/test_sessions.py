"""Sessions at a prompt: the code without prompts and outputs, and the prompts of changed code."""

from __future__ import annotations

from mpmodernize.documents import Kind, take_apart


def code(text: str, kind: Kind = "restructuredtext") -> list[str]:
    return [snippet.text for snippet in take_apart(text, kind).snippets]


def rewritten(text: str, new: str, kind: Kind = "restructuredtext") -> str:
    return take_apart(text, kind).rebuilt([new])


def test_outputs_and_prompts_are_no_code() -> None:
    assert code(">>> for i in x:\n...     print i\n...\n0\n1\n>>> i\n1\n") == ["for i in x:\n    print i\n\ni\n"]


def test_a_prompt_without_a_blank_behind_it_is_an_empty_line() -> None:
    text = ">>> x = 1\n>>>\n>>> print x\n1\n"
    assert code(text) == ["x = 1\n\nprint x\n"]
    assert rewritten(text, "x = 1\n\nprint(x)\n") == ">>> x = 1\n>>>\n>>> print(x)\n1\n"


def test_a_changed_statement_stays_above_its_output() -> None:
    text = ">>> print 'a'\na\n>>> print 'b'\nb\n"
    assert rewritten(text, "print('a')\nprint('b')\n") == ">>> print('a')\na\n>>> print('b')\nb\n"


def test_a_new_import_has_a_prompt_and_stands_above_what_needs_it() -> None:
    text = "  >>> x = 1\n  >>> print time.clock()\n  0.1\n"
    assert rewritten(text, "x = 1\nimport time\nprint(time.perf_counter())\n") == (
        "  >>> x = 1\n  >>> import time\n  >>> print(time.perf_counter())\n  0.1\n"
    )


def test_a_statement_that_grows_is_continued_behind_dots() -> None:
    text = ">>> p.start()\n>>> p.join()\n"
    assert rewritten(text, "if True:\n    p.start()\n\np.join()\n") == (
        ">>> if True:\n...     p.start()\n...\n>>> p.join()\n"
    )


def test_a_statement_that_goes_takes_its_lines_along() -> None:
    assert rewritten(">>> import a\n>>> import b\n>>> c\n1\n", "import b\nc\n") == ">>> import b\n>>> c\n1\n"


def test_a_statement_behind_the_last_stands_behind_its_output() -> None:
    text = "```pycon\n>>> pool = Pool()\n>>> pool\n<Pool>\n```\n"
    assert rewritten(text, "pool = Pool()\npool\npool.close()\n", "markdown") == (
        "```pycon\n>>> pool = Pool()\n>>> pool\n<Pool>\n>>> pool.close()\n```\n"
    )


def test_what_was_refused_when_it_was_typed_is_no_code() -> None:
    text = '>>> x = 1\n>>> print(1 2)\n  File "<stdin>", line 1\nSyntaxError: invalid syntax\n>>> x\n1\n'
    assert code(text) == ["x = 1\nx\n"]


def test_statements_of_python_2_that_python_3_refuses_are_code() -> None:
    assert code(">>> print 'a'\nSyntaxError: not in Python 3\n") == ["print 'a'\n"]


def test_several_statements_at_one_prompt_of_ipython_are_told_apart() -> None:
    text = "```ipython\nIn [1]: import a\n   ...: print a\n   ...: print b\n\nIn [2]: c\nOut[2]: 1\n```\n"
    assert code(text, "markdown") == ["import a\nprint a\nprint b\nc\n"]
    assert rewritten(text, "import a\nprint(a)\nprint(b)\nc\n", "markdown") == text.replace(
        "print a", "print(a)"
    ).replace("print b", "print(b)")


def test_mail_that_was_quoted_three_times_is_no_session() -> None:
    for words in ("yes", "yes, no", "Note: this", "hello world", "x is y"):
        assert code(f"```\n>>> {words}\n```\n", "markdown") == []


def test_doctests_in_docstrings_are_found_in_python_2_too() -> None:
    text = 'def f(x):\n    """F.\n\n    >>> print f(1)\n    1\n    """\n    print `x`\n'
    assert code(text, "docstrings") == ["print f(1)\n"]
    assert rewritten(text, "print(f(1))\n", "docstrings") == text.replace("print f(1)", "print(f(1))")


def test_a_docstring_with_escapes_is_left_alone_unless_it_is_raw() -> None:
    text = 'def f():\n    """F.\n\n    >>> print "a\\\\n"\n    """\n'
    assert code(text, "docstrings") == []
    assert code(text.replace(' """F', ' r"""F'), "docstrings") == ['print "a\\\\n"\n']


def test_only_strings_that_stand_as_statements_are_docstrings() -> None:
    assert code('x = """\n>>> print 1\n"""\nf("""\n>>> print 1\n""")\n', "docstrings") == []
