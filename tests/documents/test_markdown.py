"""Markdown: which blocks are code, and how changed code is put back."""

from __future__ import annotations

import pytest

from mpmodernize.documents import take_apart


def codes(text: str) -> list[str]:
    return [snippet.text for snippet in take_apart(text, "markdown").snippets]


@pytest.mark.parametrize(
    "label",
    [
        "python",
        "Python",
        "py",
        "python2",
        "python3",
        "python3.12",
        "py hl_lines='1'",
        "python,ignore",
        "python{1,3}",
        "python:job.py",
        "{.python}",
        "{#id .numberLines .python}",
        "{python}",
        "{python, echo=FALSE}",
        "{code-block} python",
        "{code-block}   Python",
        "{sourcecode} python",
        "{code-cell} ipython3",
        "{code-cell}",
        "{testcode}",
        "ipython",
    ],
)
def test_a_fence_with_this_mark_is_code(label: str) -> None:
    assert codes(f"```{label}\nprint x\n```\n") == ["print x\n"]


@pytest.mark.parametrize(
    "label",
    [
        "text",
        "pytb",
        "python-traceback",
        "pyrex",
        "cython",
        "pypy",
        "{.bash}",
        "{.text title=python}",
        "{code-block} c",
        "{code-block}",
        "{code-cell} julia",
        "{literalinclude} x.py",
        "{unknown} python",
        "markdown",
        "no-python",
        "diff-python",
    ],
)
def test_a_fence_with_this_mark_is_none(label: str) -> None:
    assert codes(f"```{label}\nimport os\nprint x\n```\n") == []


@pytest.mark.parametrize(("label", "version"), [("python", "auto"), ("python2", "2"), ("py3", "3"), ("Python2.7", "2")])
def test_a_mark_says_the_version(label: str, version: str) -> None:
    (snippet,) = take_apart(f"```{label}\nprint(1)\n```\n", "markdown").snippets
    assert snippet.source_version == version
    assert snippet.marked


def test_marked_code_that_is_broken_is_still_code() -> None:
    assert codes("```python\ndef f(:\n```\n") == ["def f(:\n"]


def test_code_without_a_mark_that_is_broken_is_none() -> None:
    assert codes("```\nimport os\ndef f(:\n```\n") == []


def test_an_empty_block_is_no_snippet() -> None:
    assert codes("```python\n```\n\n```python\n\n\n```\n") == []


def test_the_names_of_marked_code_show_what_calls_without_a_mark_are() -> None:
    marked = "```python\nfrom multiprocessing import Pool as Workers\n```\n"
    call = "```\npool = Workers(4)\n```\n"
    assert codes(call) == []
    assert codes(marked + call) == ["from multiprocessing import Pool as Workers\n", "pool = Workers(4)\n"]


def test_a_call_of_another_language_with_a_known_name_inside_is_none() -> None:
    marked = "```python\nfrom gettext import gettext\n```\n"
    assert len(codes(marked + '```\ndocument.write(gettext("x"))\n```\n')) == 1


def test_new_lines_are_indented_as_the_block_is() -> None:
    text = "1. first\n\n   > ```python\n   > def f():\n   >\n   >     print x\n   > ```\n"
    document = take_apart(text, "markdown")
    assert [snippet.text for snippet in document.snippets] == ["def f():\n\n    print x\n"]
    assert document.rebuilt(["import os\n\n\ndef f():\n\n    print(x)\n    return\n"]) == (
        "1. first\n\n   > ```python\n   > import os\n   >\n   >\n   > def f():\n   >\n   >     print(x)\n"
        "   >     return\n   > ```\n"
    )


def test_lines_that_stay_keep_blanks_that_new_ones_would_not_have() -> None:
    text = "- ```python\n  x = 1   \n     \n  print x\n  ```\n"
    document = take_apart(text, "markdown")
    assert document.rebuilt(["x = 1   \n   \nprint(x)\n"]) == text.replace("print x", "print(x)")


def test_a_block_at_the_end_without_a_newline_gets_none() -> None:
    document = take_apart("```python\nprint x", "markdown")
    assert [snippet.text for snippet in document.snippets] == ["print x"]
    assert document.rebuilt(["print(x)\n"]) == "```python\nprint(x)"


def test_code_that_lost_its_last_newline_does_not_run_into_the_fence() -> None:
    assert take_apart("```py\r\nprint x\r\n```\r\n", "markdown").rebuilt(["print(x)"]) == "```py\r\nprint(x)\r\n```\r\n"


def test_code_that_is_indented_as_a_whole_is_taken_without_its_indentation() -> None:
    document = take_apart("```python\n    def f(self):\n        print x\n```\n", "markdown")
    assert [snippet.text for snippet in document.snippets] == ["def f(self):\n    print x\n"]
    assert document.rebuilt(["def f(self):\n    print(x)\n"]) == "```python\n    def f(self):\n        print(x)\n```\n"


def test_each_line_of_a_document_keeps_the_end_that_it_has() -> None:
    text = "```python\r\nx = 1\rprint x\n```\n"
    document = take_apart(text, "markdown")
    assert document.rebuilt([document.snippets[0].text.replace("print x", "print(x)")]) == text.replace(
        "print x", "print(x)"
    )


def test_front_matter_is_no_code() -> None:
    assert codes("---\ncode:\n\n    import os\n    os.fork()\n---\n") == []
    assert codes("+++\n```python\nprint 1\n```\n+++\n") == []


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    assert codes("---\n```python\nprint 1\n```\n") == ["print 1\n"]


def test_options_of_a_directive_are_no_code() -> None:
    text = "```{code-block} python\n---\nlineno-start: 1\n---\nprint 1\n```\n"
    assert codes(text) == ["print 1\n"]
    assert codes("```{code-block} python\n:linenos:\n:caption: x\n\nprint 1\n```\n") == ["print 1\n"]
